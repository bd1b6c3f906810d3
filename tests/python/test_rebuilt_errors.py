"""Errors made again from their `args`, as task queues and copies do: they know
what they knew, above all whether a payment may have been made."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import GOOD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale

import cielo
from cielo import _core

CLASSES = [cielo.CieloError, cielo.ApiError] + [
    getattr(cielo, row["class"]) for row in _core._schema()["statuses"] if row["class"] != "-"]

#: What must survive; the rest of it is the message.
FACTS = ("kind", "sent", "operation", "merchant_order_id", "http_status", "request_id", "errors",
         "attempts", "problems", "warnings", "found", "body", "message")

ENTRIES: dict[str, Any] = {
    "sent": "maybe", "operation": "sale_create", "merchant_order_id": "order1",
    "http_status": 500, "request_id": "e1", "body": "{}",
    "errors": [cielo.ErrorEntry(("126", "Credit Card Expiration Date is invalid"))],
    "attempts": [cielo.Attempt(("POST", "http://x/1/sales/", "e1", None, "maybe", "closed", "gone",
                                12))],
    "problems": [cielo.Problem(("payment.amount", "integer", "must be an integer"))],
    "warnings": [cielo.Problem(("payment.soft_descriptor", "length", "has 17"))],
    "found": [_core._restore("Payment", {"PaymentId": "p1", "Status": 1, "Amount": 100}, None)],
}


def by_args(error: cielo.CieloError) -> cielo.CieloError:
    return type(error)(*error.args)


def by_json(error: cielo.CieloError) -> cielo.CieloError:
    return type(error)(*json.loads(json.dumps(error.args)))


def by_celery(error: cielo.CieloError) -> Any:
    """As the JSON result backend of Celery stores an error, and finds its class."""
    stored = json.dumps({"exc_type": type(error).__name__, "exc_module": type(error).__module__,
                         "exc_message": error.args})
    read = json.loads(stored)
    assert read["exc_module"] == "cielo"
    return getattr(cielo, read["exc_type"])(*read["exc_message"])


def by_pickle(error: cielo.CieloError) -> Any:
    return pickle.loads(pickle.dumps(error))


def twice(error: cielo.CieloError) -> cielo.CieloError:
    return by_json(by_pickle(copy.deepcopy(by_args(error))))


WAYS: list[Callable[[Any], Any]] = [
    by_args, by_json, by_celery, by_pickle, copy.copy, copy.deepcopy, twice]


def same(error: cielo.CieloError, again: cielo.CieloError) -> None:
    assert type(again) is type(error)
    assert str(again) == str(error) == error.args[0] and repr(again) == repr(error)
    for name in FACTS:
        assert getattr(again, name) == getattr(error, name), name
    assert again.args == error.args
    for entries in ("errors", "attempts", "problems", "warnings", "found"):
        assert [type(item) for item in getattr(again, entries)] == [
            type(item) for item in getattr(error, entries)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_keeps_its_facts(kind: type[cielo.CieloError], way: Any) -> None:
    error = kind("what went wrong", **ENTRIES)
    again = way(error)
    same(error, again)
    assert again.found[0].payment_id == "p1" and again.attempts[0].cause == "closed"
    assert again.errors[0].code == "126" and again.problems[0].path == "payment.amount"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CLASSES)
def test_without_facts(kind: type[cielo.CieloError], way: Any) -> None:
    """A store that keeps the message alone must not make a doubt a "no"."""
    unknown = "maybe" if kind is cielo.OutcomeUnknownError else None
    for error in (kind("x"), way(kind("x"))):
        assert error.sent == unknown and error.args == ("x",) and str(error) == "x"
        assert list(error.attempts) == [] and error.http_status is None and error.found == ()


def raised(call: Callable[[], Any]) -> cielo.CieloError:
    with pytest.raises(cielo.CieloError) as caught:
        call()
    return caught.value


@pytest.fixture
def real(make_client: Callable[..., cielo.Client], faults: Callable[..., None]
         ) -> Iterator[list[cielo.CieloError]]:
    """Errors of calls: refused here, refused there, not found, nobody there, in doubt."""
    client = make_client()
    lost = card_sale()
    declined = make_client(validate=False)
    errors = [
        raised(lambda: client.sales.create(card_sale(order="a b", amount=1.5))),
        raised(lambda: client.sales.get("00000000-0000-0000-0000-000000000000")),
        raised(lambda: declined.sales.create(card_sale(order="not valid"))),
        raised(lambda: cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                                    base_url="http://127.0.0.1:1").sales.create(card_sale())),
        raised(lambda: cielo.Client(environment="moon")),
        raised(lambda: cielo.parse_notification(b"\xff")),
    ]
    faults(match="POST /1/sales", after="process", do="close")
    errors.append(raised(lambda: make_client(reconcile=False).sales.create(lost)))
    yield errors


@pytest.mark.parametrize("way", WAYS)
def test_real_ones(real: list[cielo.CieloError], way: Any) -> None:
    for error in real:
        same(error, way(error))
    assert [error.sent for error in real] == ["no", "yes", "yes", "no", "no", "no", "maybe"]


def test_found_is_masked(make_client: Callable[..., cielo.Client],
                         faults: Callable[..., None]) -> None:
    client, fields = make_client(timeout=2), card_sale()
    for _ in range(2):
        client.sales.create(fields)
    error = raised(lambda: client.sales.reconcile(fields["MerchantOrderId"], 15700))
    assert len(error.found) == 2 and GOOD_CARD not in json.dumps(error.args)
    for way in WAYS:
        again = way(error)
        assert [payment.payment_id for payment in again.found] == [
            payment.payment_id for payment in error.found]
        assert MERCHANT_KEY not in repr(again.args) and GOOD_CARD not in repr(again.args)


def test_what_is_set_later_travels_too() -> None:
    error = cielo.OutcomeUnknownError("x")
    error.merchant_order_id = "order1"
    error.found = ENTRIES["found"]
    assert by_json(error).merchant_order_id == "order1"
    assert by_json(error).found[0].amount == 100
    error.args = ("y", {"sent": "yes"})
    assert (str(error), error.sent, error.merchant_order_id) == ("y", "yes", "order1")
    error.args = ("z",)
    assert str(error) == error.message == "z" and error.sent == "yes"
    with pytest.raises(TypeError):
        del error.args


def test_strange_facts() -> None:
    """Of a later version, of another program, or of who tests his own code."""
    error: Any = cielo.NotFoundError("x", {
        "later": [1], "attempts": [{"method": "GET", "added": 1}, 5], "found": "none",
        "errors": {"a": 1}, "problems": None, "http_status": "404"})
    assert error.later == [1] and error.found == "none"
    assert error.attempts[0].method == "GET" and error.attempts[0].url is None
    assert error.attempts[1] == 5 and error.http_status == "404"
    odd: Any = cielo.NotFoundError("x", found=[{1: 2, "Secret": cielo.Secret("k" * 9)}, object()],
                                   errors={5}, body=b"x")
    assert odd.args == ("x", {"found": [{"Secret": "***"}, None]})
    deep: list[Any] = []
    deep.append(deep)
    with pytest.raises(RecursionError):
        cielo.NotFoundError("x", found=deep).args
    later: Any = cielo.NotFoundError("x", {5: 6})  # type: ignore[dict-item]
    assert later.args == ("x",)


class Mine(cielo.OutcomeUnknownError):
    """A subclass with a constructor of its own."""

    def __init__(self, message: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__("mine: " + message, *([facts] if facts else []))


def test_a_subclass_of_the_callers() -> None:
    error = Mine("x", {"sent": "yes", "merchant_order_id": "o"})
    assert (str(error), error.sent, by_pickle(error).merchant_order_id) == ("mine: x", "yes", "o")
