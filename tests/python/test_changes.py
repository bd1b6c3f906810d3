"""What a capture or a void says, and the moment that a look-up may begin at."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale
from script_server import ScriptServer

import cielo
import cielo.sandbox

ID = "24bc8366-fc31-4d6c-8555-17049a836a07"
ORDER_ID = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
UTC = datetime.timezone.utc
BRASILIA = datetime.timezone(datetime.timedelta(hours=-3))


def blocking(base_url: str, verb: str, *args: Any) -> Any:
    with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, client_id="c",
                      client_secret="s", base_url=base_url) as client:
        noun, name = verb.split(".")
        return getattr(getattr(client, noun), name)(*args)


def awaited(base_url: str, verb: str, *args: Any) -> Any:
    async def main() -> Any:
        async with cielo.AsyncClient(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                     client_id="c", client_secret="s",
                                     base_url=base_url) as client:
            noun, name = verb.split(".")
            return await getattr(getattr(client, noun), name)(*args)

    return asyncio.run(main())


both = pytest.mark.parametrize("run", [blocking, awaited])


def answered(run: Any, body: Any, *args: Any) -> Any:
    token = {"access_token": "t", "token_type": "bearer", "expires_in": 1200}
    bodies = [token, body] if args[0].startswith("orders") else [body]
    case = {"exchanges": [{"request": {}, "reply": {"status": 200, "body": body}}
                          for body in bodies]}
    server = ScriptServer(case)
    server._compare_body = lambda *_: None  # type: ignore[method-assign]
    with server:
        return run(server.base_url, *args)


def facts(result: Any) -> tuple[bool, bool, bool]:
    return result.approved, result.declined, result.pending


@both
@pytest.mark.parametrize("body, told", [
    ({"Status": 10, "ReasonCode": 0, "ReturnCode": "0"}, (True, False, False)),
    ({"Status": 11, "ReasonCode": 0, "ReturnCode": "9"}, (True, False, False)),
    ({"Status": 2, "ReasonCode": 7, "ReasonMessage": "Denied", "ReturnCode": "6"},
     (False, True, False)),
    ({"Status": 2, "ReasonCode": 8, "ReasonMessage": "Scheduled", "ReturnCode": "0"},
     (False, False, True)),
])
def test_a_void(run: Any, body: dict[str, Any], told: tuple[bool, bool, bool]) -> None:
    voided = answered(run, body, "sales.void", ID)
    assert facts(voided) == told
    # The status stays the sale's.
    assert (voided.status_name == "payment_confirmed") == (body["Status"] == 2)


@both
@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize("verb", ["orders.void", "orders.capture"])
def test_a_change_of_an_order(run: Any, verb: str, success: bool) -> None:
    body = {"success": success, "status": 2, "returnCode": "6"}
    changed = answered(run, body, verb, ORDER_ID)
    assert type(changed) is cielo.OrderChange
    assert facts(changed) == (success, not success, False) and not changed.reconciled
    assert "approved" in (cielo.OrderChange.__doc__ or "")
    assert "status_name" not in dir(changed)


@both
def test_not_before(run: Any, sandbox: cielo.sandbox.LocalCielo) -> None:
    sale = blocking(sandbox.base_url, "sales.create", card_sale())
    order = sale.merchant_order_id
    now = datetime.datetime.now(UTC).replace(microsecond=999_999)
    before, after = now - datetime.timedelta(minutes=5), now + datetime.timedelta(minutes=5)
    for moment in (None, 0, int(before.timestamp()), before.timestamp(), before,
                   before.astimezone(BRASILIA)):
        found = run(sandbox.base_url, "sales.reconcile", order, 15700, moment)
        assert found.payment.payment_id == sale.payment.payment_id
    for moment in (int(after.timestamp()), after, after.astimezone(BRASILIA)):
        with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                          base_url=sandbox.base_url, timeout=0.5) as client:
            with pytest.raises(cielo.OutcomeUnknownError):
                client.sales.reconcile(order, 15700, moment)


@both
@pytest.mark.parametrize("moment", [
    "2026-11-22", 1j, True, datetime.date(2026, 11, 22), datetime.timedelta(1), b"5"])
def test_what_is_no_moment(run: Any, moment: Any) -> None:
    with pytest.raises(TypeError, match="not_before must be int or float .* or a datetime with"):
        run("http://127.0.0.1:1", "sales.reconcile", "a", 100, moment)


@both
def test_a_moment_without_its_zone(run: Any) -> None:
    with pytest.raises(ValueError, match="a datetime without a zone: give it one"):
        run("http://127.0.0.1:1", "sales.reconcile", "a", 100, datetime.datetime(2026, 11, 22))


@both
@pytest.mark.parametrize("moment", [-1, 2**50, 2**100, datetime.datetime(1, 1, 1, tzinfo=UTC)])
def test_a_moment_out_of_range(run: Any, moment: Any) -> None:
    with pytest.raises(cielo.ValidationError) as caught:
        run("http://127.0.0.1:1", "sales.reconcile", "a", 100, moment)
    assert [problem.path for problem in caught.value.problems] == ["not_before"]
