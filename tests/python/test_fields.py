"""Fields: which Python values become which JSON, and which are problems."""

from __future__ import annotations

import asyncio
import collections
import datetime
import decimal
import enum
import fractions
import json
import pickle
import types
import uuid
import warnings
from random import Random
from typing import Any, Callable

import pytest
from conftest import card_sale
from script_server import ScriptServer

import cielo
from cielo import _core

#: What is warned of is asked for where a test is about it.
pytestmark = pytest.mark.filterwarnings("ignore::cielo.FieldWarning")


def sent(body: Any) -> str:
    """The body that goes over the wire."""
    case = {"exchanges": [{"request": {}, "reply": {"status": 200, "body": {}}}]}
    got: list[str] = []
    server = ScriptServer(case)
    server._compare_body = lambda where, expected, text: got.append(text)  # type: ignore[method-assign]
    with server, cielo.Client(
        merchant_id="m", merchant_key="k", base_url=server.base_url
    ) as client:
        client.request("POST", "/x", body)
    return got[0]


class Colour(enum.IntEnum):
    RED = 3


class Word(str, enum.Enum):
    A = "a"


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-(2**63), str(-(2**63))),
        (2**200, str(2**200)),
        (1.5, "1.5"),
        (2.0, "2.0"),
        (decimal.Decimal("10.50"), "10.50"),
        ("çã\n", '"çã\\n"'),
        (cielo.Secret("4111"), '"4111"'),
        (datetime.date(2030, 1, 2), '"2030-01-02"'),
        (datetime.datetime(2030, 1, 2, 3, 4, 5, 6), '"2030-01-02T03:04:05"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Colour.RED, "3"),
        (Word.A, '"a"'),
        ([1, (2, 3)], "[1,[2,3]]"),
        (range(3), "[0,1,2]"),
        (collections.OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        (types.MappingProxyType({"x": 1}), '{"x":1}'),
        (collections.UserDict({"x": [1]}), '{"x":[1]}'),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert sent({"v": value}) == '{"v":%s}' % text


def test_a_result_goes_back_as_it_came(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale())
    assert json.loads(sent(sale)) == sale.to_dict(reveal=True)


def holding_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["again"] = value
    return value


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        b"bytes",
        object(),
        float("nan"),
        float("inf"),
        decimal.Decimal("NaN"),
        fractions.Fraction(1, 3),
        "half \ud800",
        "null \0",
        {5: "x"},
        {"\ud800": 1},
        10**5000,
        deep(100),
        1j,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_say_is_a_problem(client: cielo.Client, value: Any) -> None:
    fields = card_sale()
    fields["Payment"]["Extra"] = value
    with pytest.raises(cielo.ValidationError) as caught:
        client.sales.create(fields)
    assert any("Extra" in problem.path or "extra" in problem.path
               for problem in caught.value.problems)


def test_what_holds_itself_is_a_problem(client: cielo.Client) -> None:
    fields = card_sale()
    fields["Payment"]["Extra"] = holding_itself()
    with pytest.raises(cielo.ValidationError):
        client.sales.create(fields)


def test_any_spelling(client: cielo.Client) -> None:
    card = card_sale()["Payment"]["CreditCard"]
    sale = client.sales.create({
        "merchant_order_id": "spelling1",
        "payment": {
            "type": "CreditCard", "AMOUNT": 100, "installments": 1,
            "creditCard": {**card},
        },
    })
    assert sale.approved
    with pytest.raises(cielo.ValidationError):
        client.sales.create({**card_sale(), "merchant_order_id": "twice"})


def test_moments_become_dates_where_dates_are_due(client: cielo.Client) -> None:
    fields = card_sale()
    fields["Customer"]["Birthdate"] = datetime.datetime(1990, 5, 6, 7, 8)
    assert client.sales.create(fields).approved


def test_code_of_the_callers_may_raise(client: cielo.Client) -> None:
    class Broken(collections.UserDict[str, Any]):
        def items(self) -> Any:
            raise LookupError("mine")

    with pytest.raises(LookupError):
        client.sales.create(Broken())


def test_fields_may_change_while_they_are_read(client: cielo.Client) -> None:
    fields = card_sale()

    class Sneaky(collections.UserDict[str, Any]):
        def items(self) -> Any:
            fields["Payment"].clear()
            return {}.items()

    fields["Payment"] = {"Extra": Sneaky(), **fields["Payment"]}
    with pytest.raises(cielo.ValidationError) as caught:
        client.sales.create(fields)
    [problem] = [row for row in caught.value.problems if "changes while" in row.message]
    assert problem.path == "payment"


def test_what_would_be_sent_is_what_is_sent(make_client: Callable[..., cielo.Client]) -> None:
    sale, client = card_sale(), make_client()
    assert json.loads(_core._checked(client, "sale_create", sale)) == sale
    assert _core._checked(client, "request", "POST", "/x", sale).decode() == sent(sale)
    with pytest.raises(cielo.ValidationError):
        _core._checked(client, "sale_create", {})
    with pytest.raises(ValueError, match="sends no fields"):
        _core._checked(client, "sale_find", "order1")
    for odd in (("sale_create",), (client, "no such"), (client, 1), (None, "sale_create", sale)):
        with pytest.raises((TypeError, ValueError)):
            _core._checked(*odd)
    client.close()
    with pytest.raises(cielo.ClosedError):
        _core._checked(client, "sale_create", sale)


def plain(random: Random, depth: int = 0) -> Any:
    """Data of the kinds that most programs give, odd ones among them."""
    if depth < 4 and random.random() < 0.5:
        count = random.randrange(5)
        if random.random() < 0.3:
            return [plain(random, depth + 1) for _ in range(count)]
        return {random.choice(("a", "Ação", "b\0", "\ud800", "x" * 200, "payment")):
                plain(random, depth + 1) for _ in range(count)}
    return random.choice((
        None, True, False, 0, -1, 2**63 - 1, -2**63, 2**63, 10**30, 0.5, 1e300, 3.0, float("nan"),
        "", "text", "ação \U0001f600", "nul\0", "\ud800", '"\\/\n', cielo.Secret("s"), "y" * 5000,
        decimal.Decimal("1.50"), {1}))


def outcome(client: cielo.Client, body: Any) -> Any:
    try:
        return _core._checked(client, "request", "POST", "/x", body)
    except cielo.ValidationError as refused:
        return sorted(refused.problems)


def test_plain_data_has_its_own_way_and_ends_alike(
    make_client: Callable[..., cielo.Client]
) -> None:
    random, client = Random(11), make_client()
    sent = 0
    for _ in range(600):
        body = plain(random)
        if isinstance(body, dict):
            found = outcome(client, body)
            # What is no dict itself goes the general way.
            assert found == outcome(client, collections.OrderedDict(body)), body
            sent += isinstance(found, bytes)
    assert sent > 50


@pytest.mark.parametrize("amount", [157.0, 1e3, 157.5, -1.0])
def test_a_float_is_never_an_amount(make_client: Callable[..., cielo.Client],
                                    amount: float) -> None:
    with pytest.raises(cielo.ValidationError) as caught:
        make_client().sales.create(card_sale(amount=amount))
    assert [problem.path for problem in caught.value.problems] == ["payment.amount"]


def test_values_shared_many_times_over(client: cielo.Client) -> None:
    shared: Any = "x"
    for _ in range(40):
        shared = [shared, shared]
    sale = card_sale()
    for value in (shared, {"a": {"b": shared}}, list(range(30000))):
        sale["Payment"]["Strange"] = value
        with pytest.raises(cielo.ValidationError) as caught:
            client.sales.create(sale)
        assert "too many values" in str(caught.value.problems)
    with pytest.raises(cielo.ValidationError):
        client.with_options(validate=False).sales.create(sale)


def long_descriptor() -> dict[str, Any]:
    sale = card_sale()
    sale["Payment"]["SoftDescriptor"] = "CARTEIRA*NOMELOJA"  # a staged wallet's
    return sale


def test_a_descriptor_is_warned_of_at_the_callers_line(client: cielo.Client) -> None:
    with pytest.warns(cielo.FieldWarning, match="payment.soft_descriptor: has 17") as caught:
        sale = client.sales.create(long_descriptor())
    assert [warning.filename for warning in caught] == [__file__] * 2
    assert [(w.path, w.rule) for w in sale.warnings] == [
        ("payment.soft_descriptor", "size"), ("payment.soft_descriptor", "format")]
    assert client.sales.get(sale.payment.payment_id).warnings == ()
    assert pickle.loads(pickle.dumps(sale)).warnings == sale.warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.with_options(validate=False).sales.create(long_descriptor())


def test_a_member_that_nobody_knows_is_warned_of(
    client: cielo.Client, sandbox: cielo.sandbox.LocalCielo
) -> None:
    fields = card_sale()
    fields["Payment"]["auto_capture"] = True
    fields["Payment"]["4551870000000183"] = 1
    with pytest.warns(cielo.FieldWarning) as caught:
        sale = client.sales.create(fields)
    assert [warning.filename for warning in caught] == [__file__] * 2
    told = [str(warning.message) for warning in caught]
    assert 'payment.auto_capture: ' in told[0] and 'did you mean "capture"?' in told[0]
    assert told[1].startswith("payment.455187******0183: is not a known member here")
    assert [w.rule for w in sale.warnings] == ["unknown_name"] * 2
    assert sale.approved


def test_an_awaited_call_warns_there_too(sandbox: cielo.sandbox.LocalCielo) -> None:
    async def sell() -> cielo.Sale:
        async with cielo.AsyncClient(merchant_id="m", merchant_key="k",
                                     base_url=sandbox.base_url) as client:
            return await client.sales.create(long_descriptor())

    with pytest.warns(cielo.FieldWarning) as caught:
        sale = asyncio.run(sell())
    assert [warning.filename for warning in caught] == [__file__] * 2
    assert len(sale.warnings) == 2


def test_a_warning_made_an_error_sends_nothing(
    client: cielo.Client, sandbox: cielo.sandbox.LocalCielo
) -> None:
    before = len(sandbox.requests())
    with warnings.catch_warnings():
        warnings.simplefilter("error", cielo.FieldWarning)
        with pytest.raises(cielo.FieldWarning):
            client.sales.create(long_descriptor())
    assert len(sandbox.requests()) == before


def test_a_client_that_the_warning_closes_sends_nothing(
    make_client: Callable[..., cielo.Client], sandbox: cielo.sandbox.LocalCielo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = make_client()
    before = len(sandbox.requests())
    with warnings.catch_warnings():
        warnings.simplefilter("always", cielo.FieldWarning)
        monkeypatch.setattr(warnings, "showwarning", lambda *told, **more: client.close())
        with pytest.raises(cielo.ClosedError):
            client.sales.create(long_descriptor())
    assert len(sandbox.requests()) == before


def test_an_error_has_the_warnings_of_its_call(client: cielo.Client) -> None:
    sale = long_descriptor()
    del sale["Payment"]["Amount"]
    with pytest.warns(cielo.FieldWarning), pytest.raises(cielo.ValidationError) as caught:
        client.sales.create(sale)
    assert [problem.path for problem in caught.value.problems] == ["payment.amount"]
    assert [w.rule for w in caught.value.warnings] == ["size", "format"]
    assert cielo.ValidationError("by hand").warnings == ()
