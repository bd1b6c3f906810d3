"""`cielo code` and `cielo card-test-numbers`: books that need no ledger."""

from __future__ import annotations

from typing import Any

import click

from . import show
from .app import App
from .commands import Command, common, pass_app

__all__ = ["card_test_numbers", "code"]

# The last digit of a card's number, and what the acquirer of the sandbox says to it.
NUMBERS = (
    ("4024007153763191", "approved", "4", "autorizada", "authorized"),
    ("4024007153763192", "declined", "05", "não autorizada", "not authorized"),
    ("4024007153763193", "declined", "57", "cartão expirado", "card expired"),
    ("4024007153763194", "approved", "4", "autorizada; passa no Zero Auth",
     "authorized; passes Zero Auth"),
    ("4024007153763195", "declined", "78", "cartão bloqueado", "card blocked"),
    ("4024007153763196", "unknown", "99", "o adquirente não responde", "the acquirer is silent"),
    ("4024007153763197", "declined", "77", "cartão cancelado", "card canceled"),
    ("4024007153763198", "declined", "70", "problemas com o cartão", "problems with the card"),
    ("4024007153763199", "unknown", "4/99", "ao acaso", "drawn at random"),
    ("4024007153763190", "approved", "4", "autorizada", "authorized"),
)

OPERATIONS_PT = {"sale": "venda", "capture": "captura", "void": "cancelamento"}


def _row(found: Any, lang: str) -> dict[str, Any]:
    retry = found.retry
    return {"code": found.code, "operation": found.operation, "category": found.category,
            "retry": retry.kind, "max_attempts": retry.max_attempts,
            "window_days": retry.window_days, "after_hours": retry.after_hours,
            "change": found.change, "meaning": found.meaning(lang),
            "shopper": found.shopper(lang)}


@click.command(cls=Command, epilog="cielo code 51 · cielo code 9 --operation void --lang en")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--operation", type=click.Choice(["sale", "capture", "void"]), default="sale",
              show_default=True, help="Operação que o devolveu. // Operation that gave it.")
@common
@pass_app
def code(app: App, codes: tuple[str, ...], operation: Any) -> None:
    """O que um código de retorno quer dizer, e se se pode tentar de novo. Sem livro nem chaves.

    //

    What a return code means, and whether to try again. Needs neither a ledger nor keys.
    """
    import cielo

    rows, told = [], []
    for each in codes:
        found = cielo.return_code(each, operation=operation)
        if found is None:
            raise click.ClickException(app.say(
                f"nenhum código {each!r} de {OPERATIONS_PT[operation]} é conhecido",
                f"no code {each!r} of a {operation} is known"))
        rows.append(_row(found, app.lang))
        told.append(found.retry)
    if app.json:
        show.json_rows(rows)
        return
    from cielo.advice import retry_text

    for row, retry in zip(rows, told):
        click.secho(f"{row['code']}  {row['meaning']}", bold=True)
        click.echo(f"    {app.say('tentar de novo', 'try again')}: "
                   f"{retry_text(retry, app.lang)}")
        if row["change"] and row["change"] != "nothing":
            click.echo(f"    {app.say('mudar antes', 'change first')}: {row['change']}")
        if row["shopper"]:
            click.echo(f"    {app.say('ao comprador', 'to the shopper')}: {row['shopper']}")


@click.command("card-test-numbers", cls=Command)
@common
@pass_app
def card_test_numbers(app: App) -> None:
    """Números de cartão do sandbox, da Cielo e do local: o último dígito decide.

    //

    Card numbers of the sandbox, Cielo's and the local one: the last digit decides.
    """
    rows = [{"card_number": number, "result": result, "code": told,
             "meaning": app.say(pt, en)} for number, result, told, pt, en in NUMBERS]
    if app.json:
        show.json_rows(rows)
        return
    show.table([app.say("Cartão", "Card"), app.say("Código", "Code"),
                app.say("Em que dá", "Outcome")],
               [(row["card_number"], row["code"], row["meaning"]) for row in rows],
               styles=[row["result"] for row in rows])
