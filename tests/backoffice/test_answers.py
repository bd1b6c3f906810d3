"""What the client says, in Portuguese: of errors at hand, and of those the ledger kept."""

from __future__ import annotations

import pathlib
import re

import pytest

import cielo
from cielo.backoffice.answers import SENTENCES, error_text, kept_text
from cielo.backoffice.whys import why_text
from cielo.backoffice.words import label, labels

CORE = pathlib.Path(__file__).parents[2] / "core"
# Of these the client never fails a call.
UNTOLD = {"ok", "usage", "phase", "again", "outcome_unknown"}


def test_every_sentence_of_the_client_is_known():
    head = (CORE / "include/cielo/error.h").read_text()
    rows = re.findall(r'X\(E?\w+, -?\d+, "(\w+)", "[^"]*",[\s\\]*"([^"]*)"\)', head)
    assert {text: kind for kind, text in rows if kind not in UNTOLD} == SENTENCES
    assert set(SENTENCES.values()) <= set(labels("kind"))


@pytest.mark.parametrize(("of", "map_name", "path"), [
    ("rule", "CIELO_RULE_MAP", "include/cielo/results.h"),
    ("cause", "CIELO_CAUSE_MAP", "include/cielo/call.h"),
    ("saw", "CIELO__SAW_MAP", "src/call/call.h")])
def test_every_word_of_the_client_is_known(of, map_name, path):
    text = (CORE / path).read_text().partition(f"#define {map_name}(X)")[2]
    words = re.findall(r'X\(\w+, "(\w+)"\)', text.partition("\n\n")[0])
    assert len(words) > 3 and set(words) <= set(labels(of)), words


def test_errors_at_hand(sandbox, shop, faults):
    with pytest.raises(cielo.NotFoundError) as none:
        shop.sales.get("24bc8366-fc31-4d6c-8555-000000000001")
    assert error_text(none.value) == "a Cielo não o conhece (HTTP 404, 127.0.0.1)"
    with pytest.raises(cielo.ValidationError) as wrong:
        shop.sales.capture("24bc8366-fc31-4d6c-8555-000000000001", -1)
    assert error_text(wrong.value) == f"amount: {label('rule', wrong.value.problems[0].rule)}"
    faults(match="GET /1/sales", times=-1, after="read", do="reply", reply={
        "status": 400, "body": '[{"Code": 129, "Message": "Affiliation not found"}]'})
    with pytest.raises(cielo.InvalidRequestError) as refused:
        shop.sales.get("24bc8366-fc31-4d6c-8555-000000000001")
    told = cielo.api_error("129").meaning("pt")
    assert error_text(refused.value) == f"a Cielo recusou o pedido (HTTP 400): 129: {told}"
    for error in (none.value, refused.value):
        assert kept_text(error.message) == error_text(error)
        assert why_text(f"it could not be read: {error.message}") == (
            f"não se pôde ler: {error_text(error)}")
        assert error_text(error, "en") == error.message


@pytest.mark.parametrize(("status", "body", "told"), [
    (400, '{"Message": "An error"}', "a Cielo recusou o pedido (HTTP 400): An error"),
    (400, '[{"Code": 77777}]', "a Cielo recusou o pedido (HTTP 400): 77777"),
    (401, "", "a Cielo não aceitou as chaves (HTTP 401, 127.0.0.1)"),
    (502, "<html>", "falha na Cielo (HTTP 502)"),
    (200, "<html>", "a resposta não se entende (HTTP 200)"),
    (200, '{"Payment": {"PaymentId": "24bc8366-fc31-4d6c-8555-000000000002"}}',
     "a resposta não se entende (HTTP 200): é a outro pedido")])
def test_answers_of_every_shape(shop, faults, status, body, told):
    faults(match="GET /1/sales", times=-1, after="read", do="reply",
           reply={"status": status, "body": body})
    with pytest.raises(cielo.CieloError) as found:
        shop.sales.get("24bc8366-fc31-4d6c-8555-000000000001")
    assert (error_text(found.value), kept_text(found.value.message)) == (told, told)


def test_where_keys_are_refused_and_how_much_more_was_told():
    assert kept_text("Cielo refused the credentials (HTTP 401, production)") == (
        "a Cielo não aceitou as chaves (HTTP 401, produção)")
    assert kept_text("Cielo refused the request (HTTP 400): 77777 odd (and 3 more)") == (
        "a Cielo recusou o pedido (HTTP 400): 77777: odd (e mais 3)")


def test_a_key_that_is_missing(sandbox):
    with cielo.Client(merchant_id="5f4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f",
                      base_url=sandbox.base_url) as client, \
            pytest.raises(cielo.ValidationError) as found:
        client.sales.get("24bc8366-fc31-4d6c-8555-000000000001")
    assert why_text(f"it could not be read: {found.value}") == (
        "não se pôde ler: merchant_key: falta (CIELO_MERCHANT_KEY)")


def test_what_is_no_sentence_stays():
    assert kept_text("Codigo de uso interno") is None
    assert why_text("Codigo de uso interno") == "Codigo de uso interno"
    assert kept_text("no answer, and nothing took effect: no route") == (
        "sem conexão com a Cielo: no route")
    assert why_text("outcome unknown (several sales fit): look order 77 up before repeating") == (
        "ninguém sabe em que deu: consulte o pedido 77 antes de repetir")
