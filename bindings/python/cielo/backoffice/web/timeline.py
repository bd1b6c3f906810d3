"""What happened to a sale, in the order of time: what was asked, answered, told, and by whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cielo.advice import advice_of

from ..changes import Change
from ..schema import event
from ..whys import why_text
from ..words import label, money_text
from .asked import Asked

__all__ = ["Moment", "changes_of", "timeline"]

OPERATIONS = {
    "sale_create": ("Venda enviada à Cielo", "Sale sent to Cielo"),
    "sale_capture": ("Captura enviada", "Capture sent"),
    "sale_void": ("Cancelamento enviado", "Void sent"),
    "sale_void_by_order": ("Cancelamento enviado, pelo número do pedido",
                           "Void sent, by the order number"),
    "order_capture": ("Captura enviada ao Checkout", "Capture sent to Checkout"),
    "order_void": ("Cancelamento enviado ao Checkout", "Void sent to Checkout"),
}
# What an answer came to, with its colour.
RESULTS = {
    "approved": ("good", "Aprovado", "Approved"), "done": ("good", "Feito", "Done"),
    "pending": ("", "Aceito, ainda não feito", "Accepted, not done yet"),
    "declined": ("bad", "Negado", "Declined"), "failed": ("bad", "Não foi feito", "Not done"),
    "unknown": ("wait", "Sem resposta: em dúvida", "No answer: in doubt"),
}
STATES = {
    "adopted": ("good", "Dúvida resolvida: foi feito", "Doubt settled: it was done"),
    "absent": ("", "Dúvida resolvida: nunca chegou à Cielo",
               "Doubt settled: it never reached Cielo"),
    "unknown": ("wait", "Dúvida continua", "Still in doubt"),
}
VERBS = {"capture": ("Captura recusada antes do envio", "Capture refused before it was sent"),
         "void": ("Cancelamento recusado antes do envio", "Void refused before it was sent")}


class Moment(NamedTuple):
    """Something that happened: when, its colour, what, and the rest."""

    at: datetime.datetime
    kind: str  # good, bad, wait or ""
    title: str
    details: tuple[str, ...]
    who: str | None


def changes_of(asked: Asked, row: sa.Row[Any]) -> list[Change]:
    known = row.payment_id or row.checkout_order
    return asked.ledger.changes.of(row.id) if known else []


def timeline(asked: Asked, row: sa.Row[Any], changes: Iterable[Change]) -> list[Moment]:
    with asked.ledger.engine.connect() as connection:
        events = list(connection.execute(sa.select(event).where(
            event.c.sale_key == row.key).order_by(event.c.at, event.c.id)))
    intents = {one.id: one for one in events if one.kind == "intent"}
    who: dict[str | None, str] = {one.intent: one.who for one in changes if one.intent}
    told: list[tuple[datetime.datetime, Moment]] = []
    for one in events:
        # What came of a write is behind it, whichever clock dated it.
        asked_at = intents[one.of].at if one.of in intents else one.at
        moment = _moment(asked, one, intents, who)
        if moment is not None:
            told.append((max(one.at, asked_at), moment))
    told += [(one.at, one) for one in _of_people(asked, row, changes)]
    return [moment for _, moment in sorted(told, key=lambda pair: pair[0])]


# ---- what the journal and Cielo told ----


def _moment(asked: Asked, one: sa.Row[Any], intents: Mapping[str, sa.Row[Any]],
            who: Mapping[str | None, str]) -> Moment | None:
    data = one.data
    if one.kind == "intent":
        title = OPERATIONS.get(data["op"], (data["op"], data["op"]))
        return Moment(one.at, "", asked.say(*title), _amount(asked, data),
                      who.get(one.id) or asked.say("a loja", "the shop"))
    if one.kind == "outcome":
        kind, pt, en = RESULTS.get(data.get("result") or "unknown", RESULTS["unknown"])
        operation = intents[one.of].data["op"] if one.of in intents else "sale_create"
        return Moment(one.at, kind, asked.say(pt, en), _answer(asked, data, operation),
                      None if kind == "wait" else "Cielo")
    if one.kind == "settled":
        kind, pt, en = STATES.get(data.get("state") or "unknown", STATES["unknown"])
        return Moment(one.at, kind, asked.say(pt, en), tuple(filter(None, (data.get("reason"),))),
                      data.get("by"))
    if one.kind == "look":
        return Moment(one.at, "wait", asked.say("Consulta da dúvida", "A look at the doubt"),
                      (label("saw", data.get("saw"), asked.lang),), None)
    if one.kind == "seen":
        title = {"notice": ("Aviso da Cielo, confirmado por consulta",
                            "Cielo's notification, confirmed by a query")}.get(
            one.source, ("Consultado na Cielo", "Looked up at Cielo"))
        return Moment(one.at, "", asked.say(*title), _seen(asked, data), "Cielo")
    return None


def _amount(asked: Asked, data: Mapping[str, Any]) -> tuple[str, ...]:
    if data.get("amount") is None:
        return () if data["op"] == "sale_create" else (asked.say("tudo", "all"),)
    return (money_text(data["amount"], asked.lang),)


def _answer(asked: Asked, data: Mapping[str, Any], operation: str) -> tuple[str, ...]:
    code, details = data.get("code"), []
    if code:
        verb = ("capture" if operation.endswith("_capture") else
                "void" if "_void" in operation else "sale")
        advice = advice_of(code, asked.lang, verb)
        details.append(asked.say("código", "code") + f" {code}"
                       + (f": {advice.meaning}" if advice else ""))
    if data.get("kind") and data["kind"] != "outcome_unknown":  # which the title says
        details.append(label("kind", data["kind"], asked.lang))
    if data.get("reconciled"):
        details.append(asked.say("a resposta se perdeu; confirmado por consulta",
                                 "the answer was lost; confirmed by a query"))
    return tuple(details)


def _seen(asked: Asked, data: Mapping[str, Any]) -> tuple[str, ...]:
    details = []
    if data.get("status") is not None:
        details.append(asked.say("status na Cielo", "Cielo's status") + f" {data['status']}")
    for name, pt, en in (("captured", "capturado", "captured"), ("voided", "cancelado", "voided")):
        cents = (data.get("amounts") or {}).get(name)
        if cents:
            details.append(f"{asked.say(pt, en)} {money_text(cents, asked.lang)}")
    return tuple(details)


# ---- what people did, of which nothing was sent ----


def _of_people(asked: Asked, row: sa.Row[Any], changes: Iterable[Change]) -> Iterable[Moment]:
    for one in changes:
        if one.before is None and one.state in ("refused", "failed"):
            yield Moment(one.began, "bad", asked.say(*VERBS[one.verb]),
                         tuple(filter(None, (why_text(one.why, asked.lang),))), one.who)
    for line in asked.ledger.audit.lines(sale_id=row.id, did="sale.look", limit=50):
        yield Moment(line.at, "", asked.say("Pediu uma consulta", "Asked for a look"), (),
                     line.who)
