"""Capture and void of a sale: the form, with what Cielo says now, and what came of it.

A form holds a number of its own, by which its change is made once: pressed twice, or sent
again by a reload, it leads to the same change.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

import cielo
from cielo.advice import advice_of

from ..errors import BackofficeError, BadValue, InDoubt, text_of
from ..words import cents_of, money_text, reais_of
from .asked import Asked, Page, StepUp
from .sale import Fresh, find, fresh_of

__all__ = ["PAGES"]

DONE = {"capture": "captured", "void": "voided"}


class _Wrong(Exception):
    """The form is shown again: with a problem of its amount, or a notice above it."""

    def __init__(self, amount: str | None = None, notice: str | None = None) -> None:
        super().__init__(amount or notice)
        self.amount = amount
        self.notice = notice


def _verb(asked: Asked) -> str:
    return asked.request.url.path.rpartition("/")[2]


def _sale(asked: Asked, verb: str) -> sa.Row[Any]:
    row = find(asked)
    asked.demand(verb, row.store_id)
    return row


def form(asked: Asked) -> Response:
    verb = _verb(asked)
    row = _sale(asked, verb)
    return _drawn(asked, row, verb, fresh_of(asked, row))


def _drawn(asked: Asked, row: sa.Row[Any], verb: str, fresh: Fresh, status: int = 200, *,
           amount: str | None = None, problem: str | None = None, notice: str | None = None,
           step_up: StepUp | None = None, checked: bool = False) -> Response:
    left = fresh.left(verb)
    whole_only = left is None or (verb == "void" and fresh.standing is not None
                                  and fresh.standing.status == "authorized")
    typed = amount if amount is not None else reais_of(left) if left else ""
    return asked.page(
        "change.html", status, sale=row, store=asked.stores[row.store_id], verb=verb, fresh=fresh,
        left=left, whole_only=whole_only, amount=typed, problem=problem, notice=notice,
        step_up=step_up, told=_told(asked, typed, left) if checked else None,
        form_id=str(uuid.uuid4()), limit=asked.person.void_limit if verb == "void" else None)


def _told(asked: Asked, amount: str, left: int | None) -> str | None:
    """What an amount leaves, for who has no script to say it as it is typed."""
    if left is None:
        return None
    rest = left - cents_of(amount)
    if not rest:
        return asked.say("Tudo: não resta nada.", "All of it: nothing is left.")
    money = money_text(rest, asked.lang)
    return asked.say(f"Parcial: restam {money}.", f"A part: {money} is left.")


# ---- sent ----


def make(asked: Asked) -> Response:
    verb = _verb(asked)
    row = _sale(asked, verb)
    typed = asked.form.get("amount")
    typed = typed.strip() if isinstance(typed, str) else None
    request_id = _request_id(asked)
    before = asked.ledger.changes.asked(row.id, request_id) if request_id else None
    fresh = Fresh(None, None)
    try:
        if before is None:
            fresh = fresh_of(asked, row)
            cents = _cents(asked, verb, typed, fresh, request_id)
            if asked.form.get("check"):
                return _drawn(asked, row, verb, fresh, amount=typed, checked=True)
        else:
            cents = before.amount
        asked.step_up()
    except _Wrong as wrong:
        return _drawn(asked, row, verb, fresh, 400 if wrong.amount else 409, amount=typed,
                      problem=wrong.amount, notice=wrong.notice)
    except StepUp as error:
        return _drawn(asked, row, verb, fresh if fresh.standing else fresh_of(asked, row), 403,
                      amount=typed, step_up=error)
    assert request_id is not None
    return _send(asked, row, verb, cents, request_id, typed)


def _request_id(asked: Asked) -> str | None:
    """The form's own number; None where it is none."""
    try:
        return str(uuid.UUID(str(asked.form.get("form"))))
    except ValueError:
        return None


def _cents(asked: Asked, verb: str, typed: str | None, fresh: Fresh,
           request_id: str | None) -> int | None:
    """What is to be sent, None where only Cielo knows it; _Wrong for what may not be, or not yet.

    The whole is a sum too: what is left may have grown when it is read again.
    """
    if request_id is None:
        raise _Wrong(notice=asked.say("Este formulário não está inteiro: confira e envie de novo.",
                                      "This form is not whole: check it and send it again."))
    if fresh.standing is None:
        raise _Wrong(notice=fresh.error or "")
    left = fresh.left(verb)
    if asked.form.get("left") != _left_text(left):
        raise _Wrong(notice=asked.say(
            "Outra mudança foi feita enquanto isso. Nada foi enviado: confira o que resta agora.",
            "Another change was made meanwhile. Nothing was sent: check what is left now."))
    if typed is None or left is None:
        return left
    try:
        cents = cents_of(typed)
    except BadValue as error:
        rule = error.text(asked.lang)
        raise _Wrong(amount=rule[:1].upper() + rule[1:] + ".") from None
    if cents <= 0:
        raise _Wrong(amount=asked.say("Deve ser mais do que nada.", "Must be more than nothing."))
    if cents > left:
        money = money_text(left, asked.lang)
        raise _Wrong(amount=asked.say(f"Só restam {money}.", f"Only {money} is left."))
    return cents


def _left_text(left: int | None) -> str:
    return "" if left is None else str(left)


def _send(asked: Asked, row: sa.Row[Any], verb: str, cents: int | None, request_id: str,
          typed: str | None) -> Response:
    change, known = getattr(asked.ledger.changes, verb), asked.ledger.changes.asked
    try:
        made = change(row.id, cents, by=asked.person, request_id=request_id)
    except (BackofficeError, cielo.CieloError) as error:
        if isinstance(error, InDoubt) and known(row.id, request_id):
            return asked.go(f"/sales/{row.id}", note="change_in_doubt")
        return _drawn(asked, row, verb, fresh_of(asked, row), 409, amount=typed,
                      notice=_reason(asked, row, verb, request_id) or text_of(error, asked.lang))
    note = "change_pending" if made.state == "pending" else DONE[verb]
    return asked.go(f"/sales/{row.id}", note=note)


def _reason(asked: Asked, row: sa.Row[Any], verb: str, request_id: str) -> str | None:
    """Why Cielo refused, out of the book of its codes."""
    made = asked.ledger.changes.asked(row.id, request_id)
    code = made.code if made else None
    advice = advice_of(code, asked.lang, verb)
    if advice is None:
        return None
    return asked.say("A Cielo recusou", "Cielo refused it") + f" ({code}): {advice.meaning}"


PAGES = tuple(page for verb in DONE for page in (
    Page("GET", f"/sales/{{id:int}}/{verb}", form, verb),
    Page("POST", f"/sales/{{id:int}}/{verb}", make, verb)))
