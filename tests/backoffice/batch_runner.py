"""Runs a batch in a process of its own, to be killed at any moment."""

from __future__ import annotations

import datetime
import os
from typing import Any

from journal_lines import MERCHANT

from cielo.backoffice import Ledger, claims


def run_batch(url: str, folder: str, number: int, ready: Any) -> None:
    os.environ["CIELO_MERCHANT_ID"] = MERCHANT
    os.environ["CIELO_MERCHANT_KEY"] = "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"
    claims.VOID_GAP = datetime.timedelta(0)
    with Ledger(url, [folder]) as ledger:
        ready.set()
        ledger.batches.run(number, concurrency=4)
