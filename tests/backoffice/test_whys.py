"""Reasons that the ledger keeps in English are told in Portuguese as when they were new."""

from __future__ import annotations

import ast
import inspect
from types import SimpleNamespace

import pytest

from cielo.backoffice import BackofficeError, Refused, charges, claims, scheduled, stores
from cielo.backoffice.left import Standing, decide, of_sale
from cielo.backoffice.whys import why_text

PAID = Standing("paid", "CreditCard", 10000, 10000, 2500)
OPEN = Standing("authorized", "CreditCard", 10000, 0, 0)


@pytest.mark.parametrize("standing, verb, asked", [
    (PAID, "capture", None), (PAID, "void", 7501), (PAID._replace(pending=7500), "void", None),
    (OPEN, "void", 1), (PAID._replace(captured=None), "void", 1),
    (PAID._replace(status="status 3"), "void", None), (PAID._replace(type="Boleto"), "void", None),
    (PAID._replace(type="Pix"), "capture", None)])
def test_what_may_not_be_done(standing, verb, asked):
    with pytest.raises(BackofficeError) as caught:
        decide(standing, verb, asked)
    assert why_text(str(caught.value)) == caught.value.pt
    assert why_text(str(caught.value), "en") == caught.value.en


def test_how_a_payment_stands():
    sold = SimpleNamespace(type="CreditCard", amount=100, status=3, captured_amount=None,
                           voided_amount=None)
    with pytest.raises(Refused) as refused:
        decide(of_sale(sold), "void", None)
    told = "não resta nada a cancelar: está não autorizada, 0,00 capturados, 0,00 cancelados"
    assert refused.value.text("pt") == why_text(str(refused.value)) == told


def test_others():
    assert why_text(claims._UNSENT.why) == "o programa terminou antes de enviar"
    assert why_text("a change that ana made is in doubt") == "uma mudança de ana está em dúvida"
    assert why_text("150,00 in all by the batch 7: ana voids up to 100,00") == (
        "150,00 ao todo pelo lote 7: ana cancela até 100,00")
    assert why_text("Codigo de uso interno") == "Codigo de uso interno"  # Cielo's own words
    assert why_text(None) == ""


@pytest.mark.parametrize("keys", [None, "file"])
def test_keys_that_are_missing(tmp_path, keys):
    path = tmp_path / "keys.env"
    path.write_text("CIELO_MERCHANT_ID=another\n")
    path.chmod(0o600)
    store = SimpleNamespace(name="Loja A", merchant_id="mine", keys=keys and str(path))
    with pytest.raises(Refused) as caught:
        stores._keys_of(store, {})
    assert why_text(str(caught.value)) == caught.value.pt != caught.value.en


def test_reasons_of_recurrences() -> None:
    told = [keyword.value.value for keyword in ast.walk(ast.parse(inspect.getsource(charges)))
            if isinstance(keyword, ast.keyword) and keyword.arg == "why"
            and isinstance(keyword.value, ast.Constant) and keyword.value.value]
    told += [why for _, why in scheduled.CIELO_STATES.values() if why]
    assert len(told) > 4 and [why for why in told if why_text(why) == why] == []
    for rest in ("", "; its tries are used up", "; its tries were used up",
                 ", which forbids to try this card again"):
        assert why_text(f"declined with the code 51{rest}").startswith("negada com o código 51")
