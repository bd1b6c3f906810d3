"""Results: read by name, as a mapping, copied, pickled, printed."""

from __future__ import annotations

import copy
import datetime
import gc
import json
import pickle
import pydoc
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import BAD_CARD, GOOD_CARD, card_sale, collect
from script_server import ScriptServer

import cielo
from cielo import _core


def answer(body: Any = None, text: str = "") -> Any:
    """What `request` gives for an answer with that body."""
    reply: dict[str, Any] = {"status": 200, "text": text} if body is None else {
        "status": 200, "body": body}
    case = {"exchanges": [{"request": {"method": "GET", "path": "/x"}, "reply": reply}]}
    with ScriptServer(case) as server, cielo.Client(
        merchant_id="1" * 36, merchant_key="k" * 40, base_url=server.base_url
    ) as client:
        return client.request("GET", "/x")


@pytest.fixture
def sale(client: cielo.Client) -> cielo.Sale:
    return client.sales.create(card_sale())


def test_named_types_list_their_members() -> None:
    schema = _core._schema()
    for name in schema["objects"]:
        if name == "Result":
            continue
        lines = (getattr(cielo, name).__doc__ or "").split("\n\nComputed")[0].splitlines()[2:]
        wanted = [row for row in schema["fields"] if row["object"] == name and not row["alias"]]
        assert [line.split(":")[0] for line in lines] == [row["host"] for row in wanted]
        for line, row in zip(lines, wanted):
            assert (row["child"] in line) == (row["type"] in ("OBJECT", "LIST", "EITHER"))
            assert ("int, in cents" in line) == (row["type"] == "AMOUNT")
            assert ("Secret" in line) == (row["type"] == "CARD_NUMBER")
    assert "\nlinks: Hyperlink or list of Hyperlink\n" in cielo.Sale.__doc__
    text = pydoc.render_doc(cielo.Payment, renderer=pydoc.plaintext)
    assert "voided_amount: int, in cents" in text
    for kind in (cielo.Sale, cielo.Transaction):
        computed = (kind.__doc__ or "").split("Computed")[1]
        for fact in ("status_name", "approved", "declined", "pending", "reconciled", "advice"):
            assert fact in computed


def test_attributes_and_items(sale: cielo.Sale) -> None:
    assert sale.payment.payment_id == sale["Payment"]["PaymentId"]
    assert "Payment" in sale and "Nothing" not in sale
    assert list(sale)[0] == "MerchantOrderId" and len(sale) == len(list(sale))
    assert sale.acquirer_order_id is None
    assert sale.payment.end_to_end_id is None
    with pytest.raises(AttributeError):
        sale.paymnt  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        sale.Payment  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        sale["payment"]
    with pytest.raises(AttributeError):
        sale.payment = None  # type: ignore[assignment]


def test_facts(client: cielo.Client, sale: cielo.Sale) -> None:
    assert (sale.http_status, sale.status_name) == (201, "authorized")
    assert (sale.approved, sale.declined, sale.pending, sale.reconciled) == (
        True, False, False, False)
    assert sale.request_id and sale.advice.retry.kind == "never"
    declined = client.sales.create(card_sale(card=BAD_CARD))
    assert declined.declined and not declined.approved
    assert declined.advice.code is not None and declined.advice.sources
    told = repr(declined.advice)
    assert told.startswith(f"<cielo.Advice {declined.advice.code.code}: never; change ")
    assert len(told) < 120 and "; return_code never, " in told
    assert str(declined.advice).count("\n") == len(declined.advice.sources)
    assert re.fullmatch("<cielo.Advice [^;]+: never; change nothing(; .+)?>", repr(sale.advice))
    found = client.sales.find(str(sale.merchant_order_id))
    assert isinstance(found, list) and found[0].http_status == 200


def test_facts_that_nobody_knows_are_none() -> None:
    sale = {"Payment": {"PaymentId": "24bc8366-fc31-4d6c-8555-17049a836a07", "Status": 99}}
    case = {"exchanges": [{"request": {}, "reply": {"status": 200, "body": sale}}]}
    with ScriptServer(case) as server, cielo.Client(
        merchant_id="m", merchant_key="k", base_url=server.base_url
    ) as client:
        found = client.sales.get("24bc8366-fc31-4d6c-8555-17049a836a07")
    assert found.status_name is None and found.approved is False and found.request_id


def test_types(sale: cielo.Sale) -> None:
    assert type(sale) is cielo.Sale and type(sale.payment) is cielo.Payment
    assert isinstance(sale.payment.links, list)
    for kind in (cielo.Sale, cielo.Result, cielo.Payment):
        with pytest.raises(TypeError):
            kind()

    class Mine(cielo.Result):
        pass

    with pytest.raises(TypeError):
        Mine()
    with pytest.raises(TypeError):
        hash(sale)


def test_equality(sale: cielo.Sale) -> None:
    assert sale == sale and sale == sale.to_dict(reveal=True)
    assert sale != sale.payment and sale != 5 and not sale == None  # noqa: E711


def test_unknown_members_and_any_names() -> None:
    result = answer({
        "items": [1, {"keys": None}], "values": 2, "$id": "1", "EndToEndId": "e", "ECI": 5,
        "http_status": "of the wire", "__class__": "x", "to_dict": "y", "Amount": 10**15,
        "Big": 2**70, "Real": 1.5, "é": "ü",
    })
    assert result.items == [1, {"keys": None}] and result.values == 2
    assert result.end_to_end_id == "e" and result.eci == 5
    assert result.http_status == "of the wire"
    assert result.__class__ is cielo.Result and callable(result.to_dict)
    assert result["to_dict"] == "y" and result["$id"] == "1"
    assert not hasattr(result, "$id") and "$id" not in dir(result) and "$id" not in repr(result)
    assert result.to_dict()["$id"] == "1"
    assert result.big == 2**70 and result.amount == 10**15 and result.real == 1.5
    assert result["é"] == "ü"
    assert json.loads(result.to_json()) == result.to_dict()


def test_a_result_goes_into_a_dict_by_wire_names(sale: cielo.Sale) -> None:
    plain = dict(sale)
    assert list(plain) == list(sale.keys()) == list(sale)
    assert plain == {**sale} == sale and plain["Payment"] is sale["Payment"]
    assert {**sale, "Payment": 1}["MerchantOrderId"] == sale.merchant_order_id

    def names(**members: Any) -> set[str]:
        return set(members)

    assert names(**sale) == set(sale)
    assert GOOD_CARD not in repr(plain) and GOOD_CARD not in repr({**sale.payment})
    assert not isinstance(sale, Mapping)  # members such as `items` are read as attributes
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(sale)
    assert json.loads(json.dumps([sale], default=lambda one: one.to_dict())) == [sale.to_dict()]
    result = answer({"keys": "small", "Keys": "large"})
    assert result["keys"] == "small" and result["Keys"] == "large"
    assert dict(result) == {"keys": "small", "Keys": "large"} == result


def test_two_spellings_of_a_member_have_one_value() -> None:
    result = answer({"status": 3, "Foo": None, "STATUS": 4, "foo": 5, "FOO": 6})
    assert result.status == 3 and result.foo == 5


def test_ids_that_look_like_cards_are_none() -> None:
    body = {"Payment": {"Status": 2, "IssuerTransactionId": "4551870000000183",
                        "Tid": "4551870000000183", "ReturnMessage": "of 4551870000000183"}}
    case = {"exchanges": [{"request": {"method": "GET", "path": "/1/sales/x"},
                           "reply": {"status": 200, "body": body}}]}
    with ScriptServer(case) as server, cielo.Client(
        merchant_id="1" * 36, merchant_key="k" * 40, base_url=server.base_url
    ) as client:
        sale = client.sales.get("x")
    shown = sale.to_dict()["Payment"]
    assert shown["IssuerTransactionId"] == shown["Tid"] == "4551870000000183"
    assert shown["ReturnMessage"] == "of 455187******0183"
    assert "tid='4551870000000183'" in repr(sale) and "of 455187******0183" in repr(sale)


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 3000])
def test_items_of_small_and_large_objects(count: int) -> None:
    body = {f"Name{number}": number for number in range(count)}
    result = answer(body)
    assert list(result) == list(body) and len(result) == count
    assert [result[name] for name in body] == list(range(count))
    assert result == body and result == answer(body) and result != {**body, "More": 1}
    assert all("".join(name) in result for name in body) and "Name" not in result
    for key in ("Name", "name0", 5, None):
        assert key not in result
        with pytest.raises(KeyError):
            result[key]
    with pytest.raises(TypeError):
        result[[]]
    assert getattr(result, "name62", None) == (62 if count > 62 else None)
    assert copy.copy(result) is result and pickle.loads(pickle.dumps(result)) == body


class Anything(str):
    """Equal to all, by a hash of its own."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize("count", [2, 400])
def test_names_are_looked_up_by_their_hash(count: int) -> None:
    result = answer({f"Name{number}": number for number in range(count)})
    assert Anything("name") not in result
    assert Anything("Name1") in result


@pytest.mark.parametrize("look", [repr, dir, list, len, lambda result: result == result])
def test_a_collection_meets_no_half_made_result(look: Any) -> None:
    """While another thread is in the middle of a collection none begins here."""
    met: list[Any] = []

    def read_all(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            found = [thing for thing in gc.get_objects() if isinstance(thing, cielo.Result)]
            met.extend(look(thing) for thing in found)

    before = gc.get_threshold()
    gc.callbacks.append(read_all)
    gc.set_threshold(50)
    try:
        for _ in range(100):
            result = answer({f"M{number}": {"a": number, "l": [{"x": 1}]}
                             for number in range(200)})
            # Its members are made here.
            assert all(result[name].l[0].x == 1 for name in result) and len(result) == 200
            if met:
                break
            time.sleep(0.01)
    finally:
        gc.callbacks.remove(read_all)
        gc.set_threshold(*before)
    assert met


SALE = {
    "MerchantOrderId": "1", "Payment": {
        "Tid": "t", "Status": 2, "CreditCard": {"CardNumber": GOOD_CARD},
        "Links": [{"Rel": "self", "Href": "h"}, {"Rel": "void"}], "Other": {"A": [1, {"B": 2}]}}}


def lazy() -> Any:
    return _core._read(json.dumps(SALE).encode(), "Sale")


def test_what_was_read_is_kept() -> None:
    sale = lazy()
    payment = sale.payment
    assert payment is sale.payment is sale["Payment"] is dict(sale)["Payment"]
    assert payment.links is payment["Links"] and payment.links[0] is payment.links[0]
    assert payment.credit_card.card_number is payment["CreditCard"]["CardNumber"]
    assert payment.tid is payment.tid and payment.other.a[1] is payment.other.a[1]
    payment.links.append("more")
    assert sale.to_dict()["Payment"]["Links"][2] == "more" and "'more'" in repr(sale)
    assert payment != SALE["Payment"] and lazy().payment == SALE["Payment"]


def test_a_part_outlives_the_whole() -> None:
    links = lazy().payment.links
    collect()
    assert links[0].rel == "self" and links[1] == {"Rel": "void"} and dict(links[0])
    other = lazy().payment.other
    assert list(other) == ["A"] and repr(other) == "Result(a=[1, Result(b=2)])"


def test_a_result_in_a_cycle_is_collected() -> None:
    class Noted:
        alive = 1

        def __del__(self) -> None:
            Noted.alive = 0

    sale = lazy()
    sale.payment.links.append([sale, Noted()])
    del sale
    collect()
    assert not Noted.alive


def test_a_collection_that_reads_what_is_being_made() -> None:
    seen: list[Any] = []

    def read(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append((sale.payment, sale.payment.links))

    before = gc.get_threshold()
    for _ in range(50):
        sale = lazy()
        gc.callbacks.append(read)
        gc.set_threshold(1)
        try:
            payment, links = sale.payment, sale.payment.links
        finally:
            gc.set_threshold(*before)
            gc.callbacks.remove(read)
        assert all(pair == (payment, links) and pair[0] is payment and pair[1] is links
                   for pair in seen)
        assert payment is sale.payment and links is payment.links
        seen.clear()


def test_threads_are_given_the_same_members() -> None:
    def read(sale: Any) -> tuple[Any, ...]:
        start.wait()
        return sale, sale.payment, sale.payment.links, sale.payment.tid, sale["MerchantOrderId"]

    for _ in range(50):
        start = threading.Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            rows = list(pool.map(read, [lazy()] * 4))
        assert all(a is b for row in rows for a, b in zip(row, rows[0]))


def test_keys_that_are_no_plain_names() -> None:
    class Name(str):
        pass

    payment = lazy().payment
    assert payment[Name("Tid")] == "t" and Name("Tie") not in payment
    for key in ("Tid\0", "\ud800", "tid", "", 7, None):
        assert key not in payment
        with pytest.raises(KeyError):
            payment[key]
    with pytest.raises(TypeError):
        payment[[]]
    for name in ("tid\0", "\ud800", "", "__x"):
        with pytest.raises(AttributeError):
            getattr(payment, name)


def test_bytes_that_are_no_answer() -> None:
    assert _core._read(b'"text"', "Sale") == "text" and _core._read(b"[1]", "Sale") == [1]
    for body in (b"", b"{", b'{"a":1,"a":2}', b"\xff", b"[1e999]"):
        with pytest.raises(cielo.DecodeError):
            _core._read(body, "Sale")
    for odd in ((b"{}",), ("{}", "Sale"), (b"{}", b"Sale"), (b"{}", "No such")):
        with pytest.raises((TypeError, ValueError)):
            _core._read(*odd)


def test_other_shapes() -> None:
    assert answer([{"a": 1}, 2, None]) == [{"a": 1}, 2, None]
    empty = answer(text="")
    assert len(empty) == 0 and empty.http_status == 200 and repr(empty) == "Result()"


def test_copies_are_masked_unless_revealed(sale: cielo.Sale) -> None:
    card = answer({"CardNumber": GOOD_CARD, "SecurityCode": "123", "Other": "x " + GOOD_CARD})
    assert isinstance(card.card_number, cielo.Secret)
    assert card.to_dict() == {
        "CardNumber": "402400******2931", "SecurityCode": "***", "Other": "x 402400******2931"}
    assert card.to_dict(reveal=True) == card
    assert card.to_dict(reveal=True)["CardNumber"] == GOOD_CARD == card.card_number.reveal()
    assert json.loads(sale.to_json(reveal=True)) == sale.to_dict(reveal=True)
    assert sale.to_json() == json.dumps(sale.to_dict(), ensure_ascii=False, separators=(",", ":"))
    assert copy.copy(sale) is sale and copy.deepcopy(sale) is sale


def test_pickling_masks(sale: cielo.Sale) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(sale, protocol)
        assert GOOD_CARD.encode() not in data
        again = pickle.loads(data)
        assert type(again) is cielo.Sale and type(again.payment) is cielo.Payment
        card = again.payment.credit_card.card_number
        assert str(card) == "402400******2931" == card.reveal()
        assert again.status_name == sale.status_name and again.advice == sale.advice
        assert again.to_dict() == sale.to_dict()


WRITTEN = {
    "Capture": "False", "Authenticate": "TRUE", "Amount": "15700", "Installments": "007",
    "CapturedAmount": "157,00", "ReturnCode": "00", "CapturedDate": "0001-01-01T00:00:00",
    "Unmapped": "0001-01-01T00:00:00", "FraudAnalysis": {"$ref": "2"}, "Eci": "05",
}


def test_attributes_read_what_cielo_writes_otherwise() -> None:
    payment = _core._restore("Payment", WRITTEN, None)
    assert payment.capture is False and payment.authenticate is True
    assert payment.amount == 15700 and payment.installments == 7
    assert payment.captured_amount == "157,00" and payment.return_code == "00"
    assert payment.captured_date is None and payment.unmapped is None
    assert payment.fraud_analysis is None and payment.eci == "05"
    assert payment.to_dict(reveal=True) == WRITTEN and payment["Capture"] == "False"
    text = repr(payment)
    assert "capture=False" in text and "amount=15700" in text
    assert "captured_date" not in text and "fraud_analysis" not in text


def test_only_a_bare_reference_is_hidden() -> None:
    payment = _core._restore("Payment", {
        "A": {"$ref": "7"}, "B": {"$id": "3", "$ref": "7"}, "C": {"$ref": "7", "Amount": 1},
    }, None)
    assert payment.a is None and payment.b is None and payment.c.amount == 1


def test_two_spellings_complete_once() -> None:
    sale = _core._restore("Sale", {"Link": {"Rel": "a"}, "Links": {"Rel": "b"}}, None)
    assert sale.links.rel == "b" and dir(sale).count("links") == 1


def test_a_null_stands_back_behind_another_spelling() -> None:
    found = _core._restore("SaleReference", {"ReceivedDate": None, "ReceveidDate": "x"}, None)
    assert found.received_date == "x"
    assert _core._restore("SaleReference", {"ReceveidDate": None}, None).received_date is None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-11-22 12:00:05", datetime.datetime(2026, 11, 22, 12, 0, 5)),
        ("2026-11-22T12:00:05.42", datetime.datetime(2026, 11, 22, 12, 0, 5, 420000)),
        ("2026-11-22", datetime.datetime(2026, 11, 22)),
        ("22/11/2026 12:00:05", datetime.datetime(2026, 11, 22, 12, 0, 5)),
        ("0001-01-01T00:00:00", None),
        (None, None),
    ],
)
def test_times_are_parsed_when_asked(
    text: str | None, expected: datetime.datetime | None
) -> None:
    assert cielo.parse_time(text) == expected


def test_other_texts_are_no_times(sale: cielo.Sale) -> None:
    for text in ("", "2026", "2026-02-30", "2026-11-22T12:00:05Z", "22/11/26", "\0" * 19):
        with pytest.raises(cielo.DecodeError):
            cielo.parse_time(text)
    with pytest.raises(TypeError, match="text must be str or None, not int"):
        cielo.parse_time(20261122)  # type: ignore[arg-type]
    moment = cielo.parse_time(sale.payment.received_date)
    assert moment is not None and moment.tzinfo is None


def test_dir_completes_what_is_there(sale: cielo.Sale) -> None:
    assert {"payment", "customer", "status_name", "to_dict"} <= set(dir(sale))
    assert "acquirer_order_id" not in dir(sale)
    public = {name for name in dir(sale.payment) if not name.startswith("_")}
    for name in public - {"keys", "to_dict", "to_json"}:
        getattr(sale.payment, name)


def test_repr_fits_a_screen(client: cielo.Client, sale: cielo.Sale) -> None:
    text = repr(sale)
    assert str(sale) == text and text.count("\n") < 30
    assert max(map(len, text.splitlines())) <= 100
    assert "402400******2931" in text and GOOD_CARD not in text


def test_repr_of_a_hostile_answer_is_bounded() -> None:
    deep: Any = "end"
    for _ in range(50):
        deep = {"a": deep}
    result = answer({
        "deep": deep, "long": "x" * 100000, "many": list(range(10000)),
        **{"m%d" % i: i for i in range(2000)},
    })
    assert len(repr(result)) < 20000
    pickle.loads(pickle.dumps(result))
    assert result.to_dict() == result


def test_a_list_that_holds_its_result_prints() -> None:
    result = answer({"list": []})
    result["list"].append(result)
    assert repr(result) == "Result(list=['...'])"
    result["list"].extend([[result, result]] * 8)  # were each printed, none would end
    assert "list=['...', ['...', '...'], ['...', '...']," in repr(result)
    for copied in (result.to_dict, result.to_json, lambda: pickle.dumps(result)):
        with pytest.raises(RecursionError):
            copied()
    result["list"].clear()


def test_what_is_nested_as_deep_as_an_answer_may_be_is_copied() -> None:
    deep: Any = "end"
    for _ in range(63):
        deep = {"a": deep} if isinstance(deep, (str, list)) else [deep]
    result = answer({"deep": deep})
    assert result.to_dict() == result == pickle.loads(pickle.dumps(result))
    assert "..." not in repr(result) and json.loads(result.to_json()) == result.to_dict()


def test_a_comparison_hands_nothing_out(client: cielo.Client) -> None:
    class Nosy(dict):  # type: ignore[type-arg]
        def __eq__(self, other: object) -> bool:
            assert isinstance(other, dict)
            other.clear()
            return True

    sale = client.sales.create(card_sale())
    size = len(sale)
    assert sale == Nosy() and len(sale) == size
