"""No secret of a write, a notification or a store is in the database, whatever came in."""

from __future__ import annotations

import json
import logging
import os
import pathlib
import subprocess
import sys

import cielo
import cielo.sandbox
from cielo.backoffice import Ledger, Person
from cielo.backoffice.schema import metadata

CRASH = pathlib.Path(__file__).parents[1] / "crash"
sys.path.insert(0, str(CRASH))

import dying  # noqa: E402
from test_canaries import SECRETS  # noqa: E402

FORM = ("checkout_cielo_order_number=06534c643a9c46e980820b68463df61b&order_number=canary1"
        "&customer_name=CANARYNAME&customer_email=canary%40example.com"
        "&customer_identity=12345678909&shipping_address_line1=CANARYSTREET")


def contents(ledger: Ledger) -> str:
    """Every cell of every table; of SQLite the bytes of its files too."""
    with ledger.engine.connect() as connection:
        text = "".join(repr(connection.execute(table.select()).all())
                       for table in metadata.sorted_tables)
    if ledger.engine.dialect.name == "sqlite":
        for path in pathlib.Path(ledger.engine.url.database).parent.glob("ledger.db*"):
            text += path.read_bytes().decode("latin-1")
    return text


def test_nothing_of_a_shop(url, folder, tmp_path, monkeypatch, caplog):
    seen = tmp_path / "seen"
    with cielo.sandbox.run() as local, caplog.at_level(logging.DEBUG):
        local.faults([
            {"match": "POST /1/sales", "after": "process", "do": "garbage", "times": 1},
            {"match": "GET /1/sales", "do": "status:500", "times": 0}])
        environment = dying.environment(local.base_url, str(folder))
        done = subprocess.run([sys.executable, str(CRASH / "canary.py"), str(seen)], check=False,
                              capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, env=environment)
        assert done.returncode == 0, done.stderr
        local.faults([])
        for name, value in environment.items():
            if name.startswith("CIELO_") and name != "CIELO_BASE_URL":
                monkeypatch.setenv(name, value)
        with Ledger(url, [folder]) as ledger:
            ledger.ingest()
            store = next(each for each in ledger.stores.all()
                         if each.merchant_id == os.environ["CIELO_MERCHANT_ID"])
            for sale in local.sales():
                ledger.sync.receive(store, json.dumps({
                    "PaymentId": sale["PaymentId"], "ChangeType": 1, "Name": "CANARYNAME",
                    "CardNumber": "4024007197692931"}))
            ledger.sync.receive(store, FORM, "application/x-www-form-urlencoded")
            ledger.sync.night()
            assert ledger.sync.work().seen > 3
            doubts = ledger.doubts.list()
            for doubt in doubts:
                list(ledger.doubts.settle(doubt.id))
            for doubt in ledger.doubts.list():
                ledger.doubts.close(doubt.id, "absent", "a test", Person("ana"))
            assert doubts
            text = contents(ledger) + caplog.text + repr(ledger)
    secrets = [*SECRETS, *seen.read_text("ascii").split()]
    assert len(secrets) == len(SECRETS) + 1
    for secret in secrets:
        assert secret not in text, secret
    for canary in ("CANARYQUERY", "CANARYSOFT"):
        assert canary not in text
    assert "canary1" in text and "402400" in text  # what may show does
