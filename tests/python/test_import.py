"""`import cielo` brings in nothing that a blocking program does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY

import cielo

BROUGHT = """
import sys
before = set(sys.modules)
import cielo
print(*sorted(set(sys.modules) - before))
"""

SALE = """
import sys
import cielo
with cielo.Client(merchant_id=sys.argv[1], merchant_key=sys.argv[2], base_url=sys.argv[3]) as own:
    sale = own.sales.create({
        "MerchantOrderId": "fresh1", "Customer": {"Name": "Ana"},
        "Payment": {"Type": "CreditCard", "Amount": 100, "Installments": 1, "CreditCard": {
            "CardNumber": "4024007197692931", "Holder": "Ana", "ExpirationDate": "12/2030",
            "SecurityCode": "123", "Brand": "Visa"}}})
    assert sale.approved and sale.payment.payment_id
    print(*sorted({"asyncio", "logging", "typing", "json", "datetime"} & set(sys.modules)))
"""

#: The answer to the write is not awaited: a signal's handler raises.
DROPPED = """
import signal
import sys
import cielo
def stop(number, frame):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, stop)
with cielo.Client(merchant_id=sys.argv[1], merchant_key=sys.argv[2], base_url=sys.argv[3]) as own:
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        own.sales.void("24bc8366-fc31-4d6c-8555-17049a836a07")
    except KeyboardInterrupt as stopped:
        assert type(stopped.__cause__) is cielo.OutcomeUnknownError
        print("logging" in sys.modules)
"""

LATER = """
import sys
import cielo
import logging
logging.basicConfig(level=logging.DEBUG, format="%(name)s %(message)s")
with cielo.Client(merchant_id=sys.argv[1], merchant_key=sys.argv[2], base_url=sys.argv[3]) as own:
    try:
        own.sales.get("24bc8366-fc31-4d6c-8555-17049a836a07")
    except cielo.NotFoundError:
        print("told")
"""

#: A class of the application's says itself what it tells.
OWN_CLASS = LATER.replace("import logging\n", """
import logging
class Own(logging.Logger):
    def isEnabledFor(self, level):
        return True
logging.setLoggerClass(Own)
""").replace("level=logging.DEBUG, ", "")

ON_DEMAND = """
import pickle
import sys
from cielo import *
assert "asyncio" in sys.modules and AsyncClient.__module__ == "cielo.aio"
import cielo
assert pickle.loads(pickle.dumps(AsyncClient)) is cielo.AsyncClient is cielo.aio.AsyncClient
"""


def run(script: str, *arguments: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", script, *arguments], text=True, check=True,
                          capture_output=True, cwd=os.path.dirname(__file__))
    return done.stdout.strip(), done.stderr


def test_brings_in_itself_alone() -> None:
    assert run(BROUGHT) == ("cielo cielo._core", "")


def test_a_blocking_sale_needs_no_more(sandbox: Any) -> None:
    assert run(SALE, MERCHANT_ID, MERCHANT_KEY, sandbox.base_url) == ("", "")


def test_a_dropped_write_is_silent_where_nothing_listens(sandbox: Any, faults: Any) -> None:
    faults(match="PUT /1/sales", after="read", do="stall")
    assert run(DROPPED, MERCHANT_ID, MERCHANT_KEY, sandbox.base_url) == ("False", "")


@pytest.mark.parametrize("script", [LATER, OWN_CLASS], ids=["later", "own"])
def test_logging_that_comes_later_is_told(sandbox: Any, script: str) -> None:
    out, told = run(script, MERCHANT_ID, MERCHANT_KEY, sandbox.base_url)
    assert out == "told" and told.startswith("cielo GET ") and "-> 404" in told


def test_asyncio_comes_on_demand() -> None:
    assert run(ON_DEMAND) == ("", "")


def test_the_journal_comes_on_demand_and_without_asyncio() -> None:
    out, _ = run("import cielo, sys\nbefore = 'cielo.journal' in sys.modules\n"
                 "print(before, cielo.journal.__name__, 'asyncio' in sys.modules)")
    assert out == "False cielo.journal False"


def test_names_are_known_before() -> None:
    out, _ = run("import cielo, sys; print('AsyncClient' in dir(cielo), 'asyncio' in sys.modules)")
    assert out == "True False"
    with pytest.raises(AttributeError, match="no attribute 'Bogus'"):
        cielo.Bogus  # type: ignore  # noqa: B018
