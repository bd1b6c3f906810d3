"""`cielo retry` and `cielo recurrences`: what is set for them, and how they stand."""

from __future__ import annotations

from typing import Any

import click

from cielo.backoffice.whys import why_text
from cielo.backoffice.words import label

from . import completing, show
from .app import App
from .commands import Group, ledger_options, pass_app
from .values import money, store_options

__all__ = ["recurrences", "retry"]


@click.group(cls=Group)
def retry() -> None:
    """Como se tenta de novo uma cobrança negada de uma recorrência.

    Para as que a Cielo cobra é a declaração do que lá está posto; as da loja seguem isto.

    //

    How a declined charge of a recurrence is tried again.

    For those that Cielo charges it declares what is set there; the shop's own go by it.
    """


@retry.command("show")
@store_options
@ledger_options
@pass_app
def show_(app: App, store: str | None, ec: str | None) -> None:
    """O que está posto. // What is set."""
    with app.ledger() as ledger:
        _rules(app, ledger.recurrences.rules(ec or store))


@retry.command("set", epilog="cielo retry set --tries 4 --days 1 --disable")
@click.option("--tries", type=click.IntRange(0, 4), metavar="N", default=4, show_default=True,
              help="Tentativas além da primeira. // Tries beside the first one.")
@click.option("--days", type=click.IntRange(1, 4), metavar="N", default=1, show_default=True,
              help="Dias entre elas. // Days between them.")
@click.option("--disable", is_flag=True, help="Desativa a recorrência no fim. // "
                                              "Disables the recurrence at their end.")
@click.option("--group", "group", metavar="TEXT", default="credit_card", show_default=True,
              shell_complete=completing.words_of("group"),
              help="Meio de pagamento. // Group of means.")
@store_options
@ledger_options
@pass_app
def set_(app: App, tries: int, days: int, disable: bool, group: str, store: str | None,
         ec: str | None) -> None:
    """Muda o que está posto. // Changes what is set."""
    with app.ledger() as ledger:
        _rules(app, [ledger.recurrences.set_rule(
            tries=tries, days=days, disable=disable, means_group=group.replace("-", "_"),
            store=ec or store)])


def _rules(app: App, rules: list[Any]) -> None:
    if app.json:
        show.json_rows(rule._asdict() for rule in rules)
        return
    from cielo.backoffice.words import label

    show.table([app.say("Meio", "Means"), app.say("Tentativas", "Tries"),
                app.say("Dias entre elas", "Days between"),
                app.say("Desativa no fim", "Disables")],
               [(label("group", rule.means_group, app.lang), str(rule.tries), str(rule.days),
                 app.say("sim", "yes") if rule.disable else app.say("não", "no"))
                for rule in rules], right=(1, 2))


@click.group(cls=Group)
def recurrences() -> None:
    """As recorrências, as da Cielo e as da loja. // Recurrences, Cielo's and the shop's own."""


@recurrences.command("list", epilog="cielo recurrences list --failing")
@click.option("--failing", is_flag=True, help="Só as que falham ou estão paradas. // "
                                              "Only those that fail or are stopped.")
@store_options
@ledger_options
@pass_app
def list_(app: App, failing: bool, store: str | None, ec: str | None) -> None:
    """As recorrências pela próxima data, e o que se desvia do previsto.

    //

    Recurrences by their next date, and what deviates from what was foretold.
    """
    with app.ledger() as ledger:
        found = ledger.recurrences.all(failing=failing, store=ec or store)
        strange: dict[int, list[Any]] = {}
        for one, deviation in ledger.recurrences.deviations(store=ec or store):
            strange.setdefault(one.id, []).append(deviation)
    if app.json:
        show.json_rows({**one._asdict(), "deviations": strange.get(one.id, [])}
                       for one in found)
        return
    if not found:
        app.tell("nenhuma recorrência", "no recurrences")
        return
    rows = [(label("recurrence", one.state, app.lang), one.key,
             app.say("Cielo", "Cielo") if one.scheduled else app.say("loja", "shop"),
             money(one.amount, app.lang),
             one.next_charge.isoformat() if one.next_charge else "",
             str(one.attempt), _why(one, strange.get(one.id, []), app.lang))
            for one in found]
    show.table([app.say("Estado", "State"), app.say("Recorrência", "Recurrence"),
                app.say("De quem", "Whose"), app.say("Valor", "Amount"),
                app.say("Próxima", "Next"), app.say("Negadas", "Declined"),
                app.say("Nota", "Note")], rows, right=(3, 5),
               styles=[one.state for one in found])


def _why(one: Any, strange: list[Any], lang: str) -> str:
    return "; ".join(filter(None, [why_text(one.why, lang),
                                   *(f"{label('deviation', each.kind, lang)} {each.date}"
                                     for each in strange)]))
