"""A worker in a process of its own, to be killed or told to end at any moment."""

from __future__ import annotations

import datetime
import os
import signal
import threading
from typing import Any

from journal_lines import MERCHANT

from cielo.backoffice import Ledger, claims, lease
from cielo.backoffice.jobs import Worker


def work(url: str, folder: str, life: float, ready: Any) -> None:
    """Until SIGTERM; who kills it is rid of its leases after `life` seconds."""
    os.environ["CIELO_MERCHANT_ID"] = MERCHANT
    os.environ["CIELO_MERCHANT_KEY"] = "CANARYKEYCANARYKEYCANARYKEYCANARYKEYCANA"
    claims.VOID_GAP = datetime.timedelta(0)
    lease.kept.__wrapped__.__defaults__ = (life,)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: over.set())
    with Ledger(url, [folder]) as ledger, Worker(ledger):
        ready.set()
        over.wait()
