"""`cielo journal`: listed and settled without a ledger, pruned with one."""

from __future__ import annotations

from typing import Any

import click

from cielo.backoffice.words import label

from . import completing, show
from .app import App, Ended
from .commands import Group, ledger_options, pass_app
from .values import money

__all__ = ["journal"]

STATES = ("open", "done", "in_doubt", "adopted", "absent")


def _row(entry: Any) -> dict[str, Any]:
    return {"id": entry.id, "at": entry.at, "operation": entry.operation,
            "merchant_order_id": entry.merchant_order_id, "payment_id": entry.payment_id,
            "amount": entry.amount, "process": entry.process, "state": entry.state,
            "looks": [look._asdict() for look in entry.looks]}


@click.group(cls=Group)
def journal() -> None:
    """O diário: o que foi enviado, e em que deu. // The journal: what was sent, and its end."""


@journal.command("list", epilog="cielo journal list --state in_doubt")
@click.option("--state", multiple=True, type=click.Choice(STATES), metavar="STATE",
              help=f"Só as escritas neste estado: {', '.join(STATES)}. // "
                   f"Only writes in this state: {', '.join(STATES)}.")
@ledger_options
@pass_app
def list_(app: App, state: tuple[str, ...]) -> None:
    """As escritas, a mais antiga primeiro. // The writes, oldest first."""
    import cielo.journal

    rows = (_row(entry) for folder in app.demand_folders() for entry in cielo.journal.read(folder)
            if not state or entry.state in state)
    if app.json:
        show.json_rows(rows)
        return
    _table(app, list(rows))


def _table(app: App, rows: list[dict[str, Any]]) -> None:
    show.table([app.say("Estado", "State"), app.say("Quando (UTC)", "When (UTC)"),
                app.say("Operação", "Operation"), app.say("Pedido", "Order"),
                app.say("Valor", "Amount"), "ID"],
               [(label("entry", row["state"], app.lang), row["at"].strftime("%Y-%m-%d %H:%M:%S"),
                 label("operation", row["operation"], app.lang),
                 row["merchant_order_id"] or row["payment_id"] or "",
                 money(row["amount"], app.lang), row["id"]) for row in rows], right=(4,),
               styles=[row["state"] for row in rows])


@journal.command()
@click.argument("id", required=False, metavar="[ID]", shell_complete=completing.doubts)
@ledger_options
@pass_app
def settle(app: App, id: str | None) -> None:
    """Pergunta à Cielo pelo que está em dúvida, com as chaves do ambiente. Não cobra nada.

    //

    Asks Cielo about what is in doubt, with the environment's keys. Charges nothing.
    """
    import cielo
    from cielo.backoffice.answers import both_texts

    rows, whys = [], {}
    for folder in app.demand_folders():
        with cielo.Client(journal=folder) as client, show.waiting(
                app, "perguntando...", "asking..."):
            for entry, settled in client.journal.settle(id):
                rows.append({**_row(entry), "state": settled.state, "why": settled.why})
                if settled.error:
                    whys[entry.id] = both_texts(settled.error)[app.lang == "pt"]
    if app.json:
        show.json_rows(rows)
    elif rows:
        _table(app, rows)
        for id_, why in whys.items():
            app.tell(f"{id_}: {why}", f"{id_}: {why}")
    else:
        app.tell("nada em dúvida", "nothing is in doubt")
    if any(row["state"] == "unknown" for row in rows):
        raise Ended(3)


@journal.command(epilog="cielo journal prune --days 30")
@click.option("--days", type=click.IntRange(1), metavar="N", required=True,
              help="Sem escrita há tantos dias. // Not written to for so many days.")
@ledger_options
@pass_app
def prune(app: App, days: int) -> None:
    """Apaga arquivos do diário que estão inteiros, resolvidos e no livro.

    //

    Removes segments that are whole, settled and in the ledger.
    """
    with app.ledger() as ledger:
        count = sum(ledger.prune(days, folder) for folder in ledger.journals)
    if app.json:
        show.json_rows([{"removed": count}])
    else:
        click.echo(app.say(f"{count} arquivos apagados", f"{count} segments removed"))
