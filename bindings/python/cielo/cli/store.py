"""`cielo store`: the shop's accounts at Cielo, as the ledger knows them."""

from __future__ import annotations

from typing import Any

import click

from . import completing, show
from .app import App
from .commands import Group, ledger_options, pass_app

__all__ = ["store"]


@click.group(cls=Group)
def store() -> None:
    """As lojas. O diário as traz; as chaves ficam no ambiente ou num arquivo.

    //

    The stores. The journal brings them; keys stay in the environment or in a file.
    """


@store.command("list")
@ledger_options
@pass_app
def list_(app: App) -> None:
    """As lojas do livro. // The stores of the ledger."""
    with app.ledger() as ledger:
        _show(app, ledger.stores.all())


@store.command("set", epilog="cielo store set 1 --name 'Loja A' --ec 1044748068")
@click.argument("which", metavar="STORE", shell_complete=completing.names_of_stores)
@click.option("--name", metavar="TEXT", help="Como se chama. // What it is called.")
@click.option("--ec", metavar="N", help="Número do estabelecimento. // "
                                        "Number of the establishment.")
@click.option("--zone", metavar="TEXT", help="Fuso horário. // Time zone.")
@click.option("--keys", metavar="FILE", help="Arquivo com as chaves, CIELO_NOME=VALOR. // "
                                             "File with the keys, CIELO_NAME=VALUE.")
@ledger_options
@pass_app
def set_(app: App, /, which: str, **changes: str | None) -> None:
    """Muda nome, EC, fuso ou arquivo de chaves. // Changes name, EC, zone or file of keys."""
    given = {name: value for name, value in changes.items() if value is not None}
    with app.ledger() as ledger:
        _show(app, [ledger.stores.set(which, **given)])


def _show(app: App, found: list[Any]) -> None:
    if app.json:
        show.json_rows(one._asdict() for one in found)
        return
    show.table([app.say("Loja", "Store"), "N", "EC", "MerchantId",
                app.say("Ambiente", "Environment"), app.say("Fuso", "Zone"),
                app.say("Chaves", "Keys")],
               [(one.name, str(one.id), one.ec or "", one.merchant_id, one.environment, one.zone,
                 one.keys or "") for one in found], right=(1,))
