"""`cielo doubt`: writes whose end nobody knows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from cielo.backoffice.words import label

from . import completing, show
from .app import App, Ended
from .commands import Group, ledger_options, pass_app
from .finding import sale_numbered
from .values import moment, money

if TYPE_CHECKING:
    from cielo.backoffice import Ledger
    from cielo.backoffice.doubts import Doubt, Look

__all__ = ["doubt"]


def _row(one: Any) -> dict[str, Any]:
    return {"id": one.id, "operation": one.operation, "merchant_order_id": one.order_number,
            "payment_id": one.payment_id, "amount": one.amount, "at": one.at,
            "looks": one.looks, "looked_at": one.looked_at, "next_look": one.next_look,
            "saw": one.saw, "why": one.why, "store_id": one.store_id}


@click.group(cls=Group)
def doubt() -> None:
    """O que foi pedido e ninguém sabe em que deu. // What was asked and nobody knows the end of.
    """


@doubt.command("list")
@ledger_options
@pass_app
def list_(app: App) -> None:
    """O que está em dúvida, o mais antigo primeiro. // What is in doubt, oldest first."""
    with app.ledger() as ledger:
        ledger.ingest()
        found = ledger.doubts.list()
        if app.json:
            show.json_rows(map(_row, found))
            return
        zones = {one.id: one.zone for one in ledger.stores.all()}
        if not found:
            _tell_of_nothing(app, ledger.doubts.under_way(), zones)
            return
        show.table([app.say("Operação", "Operation"), app.say("Pedido", "Order"),
                    app.say("Valor", "Amount"), app.say("Quando", "When"),
                    app.say("Consultas", "Looks"), app.say("Próximo", "Next"), "ID"],
                   [(label("operation", one.operation, app.lang),
                     one.order_number or one.payment_id or "",
                     money(one.amount, app.lang), moment(one.at, zones[one.store_id], app.lang),
                     str(one.looks), moment(one.next_look, zones[one.store_id], app.lang), one.id)
                    for one in found], right=(2, 4), styles=["in_doubt"] * len(found))


@doubt.command(epilog="cielo doubt settle · cielo doubt settle ID")
@click.argument("id", required=False, metavar="[ID]", shell_complete=completing.doubts)
@ledger_options
@pass_app
def settle(app: App, id: str | None) -> None:
    """Pergunta à Cielo: o que está na hora, ou um. Nada é cobrado, capturado nem cancelado.

    Acaba com 3 se algo continua em dúvida.

    //

    Asks Cielo: about what is due, or one. Nothing is charged, captured or voided.

    Ends with 3 if something stays in doubt.
    """
    with app.ledger() as ledger:
        ledger.ingest()
        with show.waiting(app, "perguntando...", "asking..."):
            looks = list(ledger.doubts.settle(id))
        for store_id in {one.doubt.store_id for one in looks}:
            ledger.changes.catch_up(store_id)  # a batch's rows among them
        left, under_way = ledger.doubts.list(), ledger.doubts.under_way()
        sales = _sales(app, ledger, looks)
        zones = {one.id: one.zone for one in ledger.stores.all()}
    if app.json:
        show.json_rows({**_row(one.doubt), "state": one.state, "why": one.why} for one in looks)
    elif looks:
        show.table([app.say("Em que deu", "Outcome"), app.say("Operação", "Operation"),
                    app.say("Pedido", "Order"), app.say("Valor", "Amount"),
                    app.say("O que se sabe", "What is known")],
                   [(label("result", one.state, app.lang),
                     label("operation", one.doubt.operation, app.lang),
                     one.doubt.order_number or one.doubt.payment_id or "",
                     money(one.doubt.amount, app.lang),
                     sales.get(one.doubt.id) or one.text(app.lang))
                    for one in looks],
                   right=(3,), styles=[one.state for one in looks])
        app.tell(f"consultadas: {len(looks)}; em dúvida: {len(left)}",
                 f"looked at: {len(looks)}; in doubt: {len(left)}")
    elif left:
        _tell_of_none(app, left, zones)
    else:
        _tell_of_nothing(app, under_way, zones)
    if any(one.state == "unknown" for one in looks):
        raise Ended(3)


def _sales(app: App, ledger: Ledger, looks: list[Look]) -> dict[str, str]:
    """How the sales stand of which it is known now: "happened" is not yet "paid"."""
    known = [one.doubt for one in looks if one.state in ("adopted", "answered")]
    rows = {id_: sale_numbered(ledger, number)
            for id_, number in ledger.doubts.sales(known).items()}
    return {id_: app.say(f"venda {row.id}: {label('status', row.word, 'pt')}",
                         f"sale {row.id}: {label('status', row.word, 'en')}")
            for id_, row in rows.items()}


def _tell_of_nothing(app: App, under_way: list[Doubt], zones: Mapping[int, str]) -> None:
    """That nothing is in doubt, and what may be soon: a search calls it so already."""
    if not under_way:
        app.tell("nada em dúvida", "nothing is in doubt")
        return
    at = moment(under_way[0].since, zones[under_way[0].store_id], app.lang)
    app.tell(f"nada em dúvida ainda; a caminho: {len(under_way)}, a primeira até {at}",
             f"nothing is in doubt yet; under way: {len(under_way)}, the first until {at}")


def _tell_of_none(app: App, left: list[Doubt], zones: Mapping[int, str]) -> None:
    """Why nothing was looked at, and when something is."""
    next_ = min(((one.next_look, one) for one in left if one.next_look), default=None,
                key=lambda pair: pair[0])
    if next_ is None:
        app.tell(f"em dúvida: {len(left)}; a consulta da Cielo já não as conhece: encerre com "
                 "cielo doubt close",
                 f"in doubt: {len(left)}; Cielo's query knows them no more: close them with cielo "
                 "doubt close")
    elif next_[0] <= datetime.datetime.now(datetime.timezone.utc):
        app.tell(f"em dúvida: {len(left)}; o diário do que está na hora não está aqui: "
                 f"{next_[1].folder}",
                 f"in doubt: {len(left)}; the journal of what is due is not here: "
                 f"{next_[1].folder}")
    else:
        at = moment(next_[0], zones[next_[1].store_id], app.lang)
        app.tell(f"em dúvida: {len(left)}; nada a consultar antes de {at}; já: cielo doubt "
                 "settle ID",
                 f"in doubt: {len(left)}; nothing to look at before {at}; now: cielo doubt "
                 "settle ID")


@doubt.command(epilog='cielo doubt close ID --as absent --reason "o cliente desistiu"')
@click.argument("id", metavar="ID", shell_complete=completing.doubts)
@click.option("--as", "as_", type=click.Choice(["absent", "adopted"]), required=True,
              help="absent: nunca aconteceu; adopted: aconteceu. // "
                   "absent: it never happened; adopted: it happened.")
@click.option("--reason", required=True, metavar="TEXT", help="Por quê: fica no registro. // "
                                                              "Why: it is kept in the audit.")
@click.option("--payment-id", metavar="ID", help="Da venda que foi feita. // "
                                                 "Of the sale that was made.")
@ledger_options
@pass_app
def close(app: App, id: str, as_: str, reason: str, payment_id: str | None) -> None:
    """Encerra uma dúvida pela palavra de alguém. // Closes a doubt by somebody's word."""
    from cielo.backoffice import Person

    with app.ledger() as ledger:
        store_id = ledger.doubts.get(id).store_id
        ledger.doubts.close(id, as_, reason, Person.of_system(), payment_id)
        ledger.changes.catch_up(store_id)
    if app.json:
        show.json_rows([{"id": id, "state": as_, "reason": reason, "payment_id": payment_id}])
    else:
        click.echo(f"{id}: {label('result', as_, app.lang)}")
