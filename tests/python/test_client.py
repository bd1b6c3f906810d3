"""The client: options, names, life."""

from __future__ import annotations

import datetime
import inspect
import pydoc
import re
from typing import Any, Callable

import pytest
from conftest import BAD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale, order_number

import cielo


def test_repr_names_no_secret(client: cielo.Client, sandbox: Any) -> None:
    assert sandbox.base_url in repr(client)
    assert MERCHANT_ID in repr(client)
    assert MERCHANT_KEY not in repr(client)


@pytest.mark.parametrize(
    "options",
    [
        {"merchant_id": 5},
        {"timeout": "fast"},
        {"timeout": True},
        {"reconcile": 1},
        {"max_retries": True},
        {"unknown": 1},
        {"merchant_key": b"bytes"},
    ],
)
def test_wrong_types_raise(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        cielo.Client(**options)


def test_positional_arguments_raise() -> None:
    with pytest.raises(TypeError):
        cielo.Client(MERCHANT_ID)  # type: ignore[misc]


@pytest.mark.parametrize(
    "options",
    [
        {"environment": "moon"},
        {"base_url": "http://cielo.example/"},
        {"base_url": "ftp://127.0.0.1/"},
        {"timeout": 0},
    ],
)
def test_wrong_values_are_validation_errors(options: dict[str, Any]) -> None:
    with pytest.raises(cielo.ValidationError):
        cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY, **options)


def test_wrong_options_are_all_told(client: cielo.Client) -> None:
    told = r"^4 problems:\n  timeout: must be above 0\n  environment: .*\n  merchant_key: "
    with pytest.raises(cielo.ValidationError, match=told) as caught:
        cielo.Client(timeout=-1, environment="x", base_url="http://a.b",
                     merchant_key="CANARYKEY\n")
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [
        ("timeout", "range"), ("environment", "choice"), ("merchant_key", "format"),
        ("base_url", "conflict")]
    assert "CANARYKEY" not in str(caught.value.problems) + str(caught.value)
    with pytest.raises(cielo.ValidationError) as caught:
        client.with_options(max_retries=101)
    assert [problem.path for problem in caught.value.problems] == ["max_retries"]


def test_a_null_character_is_refused() -> None:
    with pytest.raises(ValueError):
        cielo.Client(merchant_id="a\0b")


def test_timeouts_are_seconds(make_client: Callable[..., cielo.Client]) -> None:
    assert make_client().timeout == 45
    assert make_client(timeout=1.5).timeout == 1.5
    assert make_client(timeout=datetime.timedelta(seconds=7)).timeout == 7


def test_the_environment_is_read(
    monkeypatch: pytest.MonkeyPatch, sandbox: Any
) -> None:
    monkeypatch.setenv("CIELO_MERCHANT_ID", MERCHANT_ID)
    monkeypatch.setenv("CIELO_MERCHANT_KEY", MERCHANT_KEY)
    monkeypatch.setenv("CIELO_BASE_URL", sandbox.base_url)
    with cielo.Client() as client:
        assert client.merchant_id == MERCHANT_ID
        assert client.sales.create(card_sale()).approved
    assert cielo.Client(environment="sandbox").base_url == ""


def test_a_secret_is_accepted_for_a_key(make_client: Callable[..., cielo.Client]) -> None:
    assert make_client(merchant_key=cielo.Secret(MERCHANT_KEY)).sales.create(card_sale()).approved


def test_with_options(client: cielo.Client) -> None:
    other = client.with_options(timeout=3, reconcile=False)
    assert other.timeout == 3 and client.timeout == 45
    assert type(other) is cielo.Client and other.merchant_id == client.merchant_id
    assert other.sales.create(card_sale()).approved
    with pytest.raises(TypeError):
        client.with_options(merchant_id="x")  # type: ignore[call-arg]


def test_closed(client: cielo.Client) -> None:
    client.close()
    client.close()
    assert client.closed and "closed" in repr(client)
    with pytest.raises(cielo.ClosedError):
        client.sales.find("a")
    with pytest.raises(cielo.ClosedError):
        client.with_options(timeout=1)
    with pytest.raises(cielo.ClosedError), client:
        pass


def test_arguments_by_position_or_name(client: cielo.Client) -> None:
    sale = client.sales.create(fields=card_sale())
    captured = client.sales.capture(sale.payment.payment_id, 1000)
    assert captured.status_name == "payment_confirmed"
    voided = client.sales.void(payment_id=sale.payment.payment_id, amount=1000)
    assert voided.approved and voided.status in (2, 10, 11)


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.sales.create([1]),
        lambda c: c.sales.create("text"),
        lambda c: c.sales.get(5),
        lambda c: c.sales.capture("a", amount=1.5),
        lambda c: c.sales.capture("a", amount=True),
        lambda c: c.sales.capture("a", amount="5"),
        lambda c: c.sales.get(),
        lambda c: c.sales.get("a", "b"),
        lambda c: c.sales.get("a", nonsense=1),
        lambda c: c.sales.get("a", payment_id="b"),
        lambda c: c.sales.get("a", timeout="x"),
        lambda c: c.recurrences.set_day("a", "5"),
        lambda c: c.recurrences.set_end_date("a", 20301231),
        lambda c: c.cards.bin(402400),
        lambda c: c.confirm({"kind": "sale"}),
    ],
)
def test_wrong_arguments_raise_type_error(client: cielo.Client, call: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        call(client)


def test_find_gives_an_empty_list(client: cielo.Client) -> None:
    assert client.sales.find("nothing") == []


def test_a_pending_sale_can_be_asked_for_again(client: cielo.Client) -> None:
    order = order_number()
    client.sales.create({
        "MerchantOrderId": order,
        "Customer": {"Name": "Fulano", "Identity": "12345678909", "IdentityType": "CPF"},
        "Payment": {"Type": "Pix", "Provider": "Cielo2", "Amount": 15700},
    })
    for _ in range(2):
        assert client.sales.reconcile(order, 15700).pending
    declined = order_number()
    client.sales.create(card_sale(card=BAD_CARD, order=declined))
    with pytest.raises(cielo.OutcomeUnknownError):
        client.with_options(timeout=2).sales.reconcile(declined, 15700)


def test_request(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale())
    path = "/1/sales/" + sale.payment.payment_id
    found = client.request("GET", path, host="query")
    assert type(found) is cielo.Result
    assert found.payment.payment_id == sale.payment.payment_id
    assert isinstance(found.payment["CreditCard"].card_number, cielo.Secret)
    with pytest.raises(cielo.ValidationError):
        client.request("GET", "/1/../secret")
    with pytest.raises(cielo.ValidationError):
        client.request("GET", path, host="moon")  # type: ignore[arg-type]


def test_request_id_is_sent_and_told(client: cielo.Client) -> None:
    wanted = "01234567-89ab-4cde-8f01-23456789abcd"
    sale = client.sales.create(card_sale(), request_id=wanted)
    assert sale.request_id == wanted


def test_recurrence_with_dates_and_intervals(client: cielo.Client) -> None:
    fields = card_sale()
    end = datetime.date.today() + datetime.timedelta(days=400)
    fields["Payment"]["RecurrentPayment"] = {
        "AuthorizeNow": True, "Interval": "Monthly", "EndDate": end,
    }
    sale = client.sales.create(fields)
    recurrent = sale.payment.recurrent_payment
    assert recurrent is not None and recurrent.recurrent_payment_id is not None
    changed = client.recurrences.set_end_date(
        recurrent.recurrent_payment_id, end + datetime.timedelta(days=30)
    )
    assert len(changed) == 0 and changed.http_status == 200
    client.recurrences.set_interval(recurrent.recurrent_payment_id, 6)
    found = client.recurrences.get(recurrent.recurrent_payment_id).recurrent_payment
    assert found.end_date is not None
    assert found.end_date[:10] == str(end + datetime.timedelta(days=30))


def test_notifications_are_confirmed_by_their_ids(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale())
    body = '{"PaymentId": "%s", "ChangeType": 1}' % sale.payment.payment_id
    notification = cielo.parse_notification(body.encode(), "application/json")
    confirmed = client.confirm(notification)
    assert isinstance(confirmed, cielo.Sale)
    assert confirmed.payment.payment_id == sale.payment.payment_id
    with pytest.raises(cielo.DecodeError):
        cielo.parse_notification(b"\xff\x00")
    with pytest.raises(cielo.DecodeError):
        cielo.parse_notification('{"PaymentId": "\ud800"}')
    latin = cielo.parse_notification(
        b'\xef\xbb\xbf{"checkout_cielo_order_number": "c", "name": "Jo\xe3o\\ud83d"}',
        "application/json; charset=iso-8859-1")
    assert latin.checkout_order_number == "c" and latin.fields.name == "Jo\xe3o\ufffd"
    half = cielo.parse_notification('{"checkout_cielo_order_number": "c", "name": "\ud83d"}')
    assert half.fields.name == "\ufffd" * 3


def test_code_books() -> None:
    code = cielo.return_code("51")
    assert code is not None and code.category == "funds"
    assert code.meaning("pt") != code.meaning("en") and code.shopper("pt")
    assert cielo.return_code("no such") is None
    four, blocked = cielo.return_code("4"), cielo.return_code("04")
    assert four is not None and blocked is not None and four != blocked
    void = cielo.return_code("9", operation="void")
    assert void is None or void.operation == "void"
    assert len({entry.code for entry in cielo.return_codes}) > 100
    status = cielo.sale_status(2)
    assert status is not None and status.name == "payment_confirmed"
    assert cielo.sale_status(10**30) is None
    with pytest.raises(ValueError):
        code.meaning("fr")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        cielo.return_code(51)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [cielo.Client, cielo.AsyncClient])
def test_bound_verbs_have_help(kind: type) -> None:
    client = kind(merchant_id="a", merchant_key="b", base_url="http://127.0.0.1:1")
    owners = [client, client.sales, client.recurrences, client.cards, client.orders, client.links]
    for owner in owners:
        for name in dir(owner):
            bound = getattr(owner, name)
            if name.startswith("_") or not callable(bound):
                continue
            assert bound.__doc__ and bound.__doc__ == getattr(type(owner), name).__doc__
            assert "self" not in inspect.signature(bound).parameters
    text = pydoc.render_doc(client.sales.capture, renderer=pydoc.plaintext)
    # Python 3.13 puts the parameters of a long signature on lines of their own.
    assert re.search(
        r"capture\(\s*payment_id,\s+amount=None,\s+service_tax_amount=None,\s+\*,", text)
    assert "payment_id: str or cielo.Secret" in text and "amount: int, in cents" in text
    assert "Raises cielo.CieloError" in text and "OutcomeUnknownError" in text
    assert "amount: int, in cents; when left out, the whole" in text
    assert "Unknown" not in str(client.sales.get.__doc__)
    assert 'cielo.fields("sales.create")' in str(client.sales.create.__doc__)
    of_noun = pydoc.render_doc(client.sales, renderer=pydoc.plaintext)
    assert "create(self, /, fields, *, timeout=None, request_id=None)" in of_noun
    assert client.sales.create.__doc__.splitlines()[0] in of_noun


def test_other_bound_methods_have_help() -> None:
    code = cielo.return_code("51")
    assert code is not None
    for bound in (cielo.Secret("x").reveal, code.meaning, code.shopper):
        assert bound.__doc__
    notification = cielo.parse_notification(
        b'{"PaymentId":"11111111-1111-1111-1111-111111111111","ChangeType":1}')
    assert notification.to_dict.__doc__ and notification.to_json.__doc__


def test_retry_plan() -> None:
    rule = cielo.return_code("51")
    assert rule is not None
    utc = datetime.timezone.utc
    first = datetime.datetime(2030, 1, 1, 12, tzinfo=utc)
    planned = cielo.retry_plan(rule.retry, [first], now=first)
    # From the next day on, in Brasilia.
    assert planned == datetime.datetime(2030, 1, 2, 3, tzinfo=utc)
    never = cielo.return_code("04")
    assert never is not None
    assert cielo.retry_plan(never.retry, [first], now=first) is None
    # An entry stands for its rule.
    assert cielo.retry_plan(rule, [first], now=first) == planned
    assert cielo.retry_plan(never, [first], now=first) is None
    later = cielo.merchant_advice("02")
    assert later is not None
    assert cielo.retry_plan(later, [first], now=first) == cielo.retry_plan(
        later.retry, [first], now=first)


def test_retry_plan_of_a_sale_alone(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale(card="4551870000000002"))
    assert sale.advice.retry.kind == "limited"
    received = cielo.parse_time(sale.payment.received_date)
    assert received is not None
    first = received.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-3)))
    now = first + datetime.timedelta(hours=1)
    assert cielo.retry_plan(sale, now=now) == cielo.retry_plan(sale, [first], now=now)
    # An entry says no time: it counts as made now.
    rule = cielo.return_code("51")
    assert rule is not None
    assert cielo.retry_plan(rule, None, now=now) == cielo.retry_plan(rule, [now], now=now)


def test_retry_plan_wants_zones() -> None:
    rule = cielo.return_code("51")
    assert rule is not None
    naive = datetime.datetime(2030, 1, 1, 12)
    for attempts, now in (([naive], 0), ([0], naive)):
        with pytest.raises(ValueError, match="a datetime without a zone"):
            cielo.retry_plan(rule, attempts, now)  # type: ignore[arg-type]
    for wrong in ("2030", datetime.date(2030, 1, 1)):
        with pytest.raises(TypeError, match="a time must be a datetime or seconds, not "):
            cielo.retry_plan(rule, [wrong], 0)  # type: ignore[list-item]

    class Broken(datetime.tzinfo):
        def utcoffset(self, when: Any) -> Any:
            raise LookupError("mine")

    with pytest.raises(LookupError):
        cielo.retry_plan(rule, [naive.replace(tzinfo=Broken())], 0)


@pytest.mark.parametrize("wrong", [
    None, "51", 5, {}, cielo.sale_status(2), cielo.abecs("visa", "51"),
    cielo.parse_notification(
        b'{"PaymentId":"11111111-1111-1111-1111-111111111111","ChangeType":1}'),
], ids=lambda value: type(value).__name__)
def test_retry_plan_wants_a_rule(wrong: Any) -> None:
    with pytest.raises(TypeError, match="sale must be a result with advice, .* not "):
        cielo.retry_plan(wrong, [0], now=0)
