"""Manners at the prompt: completion, help, what prints."""

from __future__ import annotations

import inspect
import pydoc
import rlcompleter
from typing import Any

import pytest

import cielo
from cielo import _core


def completions(text: str, **names: Any) -> list[str]:
    completer = rlcompleter.Completer(names)
    found: list[str] = []
    while True:
        match = completer.complete(text, len(found))
        if match is None:
            return found
        found.append(match)


def test_completion(client: cielo.Client) -> None:
    assert any(item.startswith("client.sales") for item in completions("client.sa", client=client))
    verbs = completions("client.sales.", client=client)
    for verb in ("create", "get", "capture", "void", "reconcile"):
        assert any(item.startswith(f"client.sales.{verb}(") for item in verbs)


def test_every_operation_explains_itself() -> None:
    for row in _core._schema()["operations"]:
        if not row["noun"]:
            continue
        name = "Client" if row["noun"] == "-" else row["noun"].capitalize()
        method = getattr(getattr(cielo, name), row["verb"])
        parameters = list(inspect.signature(method).parameters)
        wanted = [param.rstrip("?") for param in row["params"].split()]
        assert parameters == ["self", *wanted, "timeout", "request_id"]
        assert method.__doc__ and len(method.__doc__.splitlines()[0]) > 10
        assert row["verb"] in pydoc.plain(pydoc.render_doc(method))


def test_help_of_everything() -> None:
    for name in cielo.__all__:
        value = getattr(cielo, name)
        if name != "__version__":
            assert pydoc.render_doc(value)
            assert inspect.getdoc(value), name


def test_help_says_what_the_maps_say() -> None:
    """No attribute is known to a class and not to its docstring, or the other way round."""
    schema = _core._schema()
    tuples = {"problem": cielo.Problem, "entry": cielo.ErrorEntry, "attempt": cielo.Attempt}
    for row in schema["details"]:
        if row["owner"] == "error":
            assert f"\n{row['name']}: " in str(cielo.CieloError.__doc__)
            assert hasattr(cielo.CieloError, row["name"])
        else:
            assert row["about"] in inspect.getdoc(getattr(tuples[row["owner"]], row["name"]))
    for row in schema["facts"]:
        assert row["objects"]
        for name in schema["objects"]:
            computed = str(getattr(cielo, name).__doc__).partition("\n\nComputed")[2]
            told = f"\n{row['name']}: " in computed
            assert told == (name in row["objects"]), (name, row["name"])
            assert "null" not in computed
    named = {row["name"] for row in schema["params"]}
    for row in schema["operations"]:
        assert set(row["params"].replace("?", "").split()) <= named


def test_signature_of_the_client() -> None:
    parameters = inspect.signature(cielo.Client).parameters
    # The last one is the binding's own: the core calls nobody.
    assert list(parameters) == [*(row["name"] for row in _core._schema()["options"]),
                                "on_attempt"]
    assert all(item.kind is inspect.Parameter.KEYWORD_ONLY for item in parameters.values())


def test_types_of_the_library_refuse_to_be_made() -> None:
    for kind in (cielo.Sales, cielo.AsyncSales, cielo.ReturnCode, cielo.Sale, _core._Call):
        with pytest.raises(TypeError):
            kind()
    with pytest.raises(AttributeError):
        cielo.Client.__new__(
            cielo.Client, merchant_id="m", merchant_key="k").sales = None  # type: ignore


def test_reprs(client: cielo.Client) -> None:
    assert repr(client.sales).startswith("<sales of <cielo.Client")
    assert "category='funds'" in repr(cielo.return_code("51"))
    assert "payment_confirmed" in repr(cielo.sale_status(2))


def test_members_of_what_is_sent() -> None:
    payment = cielo.fields("payment")
    by_name = {one.name: one for one in payment}
    assert by_name["amount"].required and by_name["amount"].wire == "Amount"
    assert "Boleto" in by_name["type"].words
    assert "payment_id" not in by_name  # an answer's
    text = repr(payment)
    assert text.splitlines()[0] == (
        "payment: sale.payment, the fields of recurrences.set_payment")
    assert 'cielo.fields("card")' in text and "(required)" in text
    for name in ("Payment", "payment", "recurrences.set_payment", "recurrence_set_payment",
                 "sale.payment", "client.recurrences.set_payment"):
        assert cielo.fields(name) == payment
    assert cielo.fields("credit_card") == cielo.fields("CreditCard") == cielo.fields("card")
    assert 'cielo.fields("page_shipping")' in repr(cielo.fields("shipping"))
    assert "sales.create" in repr(cielo.fields("sales.create"))


def test_objects_that_are_sent() -> None:
    objects = cielo.fields()
    assert [one.name for one in objects][:2] == ["sale", "customer"]
    for one in objects:
        assert cielo.fields(one.name).title == f"{one.name}: {one.takes}"
    names = {one.name for one in objects}
    assert {"payment", "card", "link", "page", "zero_auth"} <= names
    assert not {"chargeback", "velocity_analysis"} & names  # an answer's
    assert repr(objects).count("\n") == len(objects)


@pytest.mark.parametrize("name, near", [
    ("paymnt", 'did you mean "payment" or "page_payment"?'),
    ("cutsomer", 'did you mean "customer"'),
    ("zzz", "cielo.fields() lists"),
    ("", "cielo.fields() lists"),
    ("sale_reference", "cielo.fields() lists"),  # in answers alone
])
def test_members_of_what_is_not(name: str, near: str) -> None:
    with pytest.raises(ValueError) as caught:
        cielo.fields(name)
    assert near in str(caught.value)


def test_every_object_that_is_sent_has_a_type() -> None:
    for name in cielo.typed.__all__:
        kind = getattr(cielo.typed, name)
        members = cielo.fields(name[:-len("Fields")])
        known = {one.name for one in members} | {one.wire for one in members}
        assert known == set(kind.__annotations__)
        assert kind.__required_keys__ == set()


def test_fields_are_what_was_given(client: cielo.Client) -> None:
    given = {"anything": 1}
    assert cielo.Fields(given) is given
    with pytest.raises(TypeError, match="a mapping is wanted, not int"):
        cielo.Fields(5)  # type: ignore[arg-type]
    with pytest.raises(cielo.ValidationError):
        client.sales.create(cielo.Fields(given))
