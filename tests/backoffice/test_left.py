"""What may still be captured or voided, out of what Cielo says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cielo.backoffice import Refused, Usage
from cielo.backoffice.left import Move, Standing, decide, of_order, of_sale, pending_of

AUTHORIZED = Standing("authorized", "CreditCard", 10000, 0, 0)
PAID = Standing("paid", "CreditCard", 10000, 10000, 0)


def sale(**members):
    return of_sale(SimpleNamespace(**{"type": "CreditCard", "amount": 10000, "status": 2,
                                      "captured_amount": 10000, "voided_amount": None,
                                      **members}))


@pytest.mark.parametrize("standing, capture, void", [
    (AUTHORIZED, 10000, 10000),
    (PAID, 0, 10000),
    (PAID._replace(captured=6000), 0, 6000),
    (PAID._replace(voided=4000), 0, 6000),
    (PAID._replace(voided=4000, pending=5000), 0, 1000),
    (PAID._replace(voided=4000, pending=7000), 0, 0),
    (AUTHORIZED._replace(type="Boleto"), 0, 0),
    (PAID._replace(type="boleto"), 0, 0),
    (PAID._replace(status="status 12"), 0, 0),
    (PAID._replace(status="status 10"), 0, 0),
    (AUTHORIZED._replace(type="creditCard", amount=None), None, None),
])
def test_what_is_left(standing, capture, void):
    assert (standing.left("capture"), standing.left("void")) == (capture, void)


@pytest.mark.parametrize("standing, verb, asked, amount, sent", [
    (AUTHORIZED, "capture", None, 10000, None),
    (AUTHORIZED, "capture", 10000, 10000, None),
    (AUTHORIZED, "capture", 1, 1, 1),
    (AUTHORIZED, "void", None, 10000, None),
    (PAID, "void", None, 10000, None),
    (PAID, "void", 9999, 9999, 9999),
    (PAID._replace(voided=1), "void", None, 9999, 9999),  # so much and no more, whoever else voids
    (PAID._replace(pending=1), "void", None, 9999, 9999),
    (AUTHORIZED._replace(amount=None), "void", None, None, None),
])
def test_what_is_sent(standing, verb, asked, amount, sent):
    assert decide(standing, verb, asked) == (amount, sent)


@pytest.mark.parametrize("standing, verb, asked, error", [
    (AUTHORIZED, "capture", 10001, Refused),
    (AUTHORIZED, "void", 9999, Refused),
    (PAID, "void", 10001, Refused),
    (PAID, "capture", None, Refused),
    (PAID._replace(voided=10000), "void", None, Refused),
    (AUTHORIZED._replace(amount=None), "void", 1, Refused),
    (PAID, "void", 0, Usage),
])
def test_what_is_not(standing, verb, asked, error):
    with pytest.raises(error):
        decide(standing, verb, asked)


def test_a_sale_as_it_is_read():
    assert sale() == PAID
    assert sale(captured_amount=None).captured == 10000
    assert sale(status=1, captured_amount=None) == AUTHORIZED
    assert sale(status=12, type="Pix").left("void") == 0


def test_an_order_of_checkout_tells_no_amounts():
    order = SimpleNamespace(payment=SimpleNamespace(status="Paid", type="creditCard"))
    assert of_order(order, 10000, None, None).left("void") == 10000
    assert of_order(order, 10000, 6000, 1000).left("void") == 5000


@pytest.mark.parametrize("moves, voided, pending", [
    ([], 0, 0),
    ([Move(3000, 0, False)], 3000, 0),
    ([Move(3000, 0, True)], 0, 3000),
    ([Move(3000, 0, True)], 3000, 0),
    ([Move(2000, 0, False), Move(3000, 2000, True)], 2000, 3000),
    ([Move(3000, 0, True), Move(1000, 0, False)], 1000, 3000),
    ([Move(3000, 0, True), Move(1000, 0, True)], 3000, 1000),
    ([Move(None, 0, True)], 0, 10000),
])
def test_what_is_pending(moves, voided, pending):
    assert pending_of(moves, PAID._replace(voided=voided)) == pending
