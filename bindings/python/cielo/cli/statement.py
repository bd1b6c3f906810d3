"""`cielo statement` and `cielo tariff`: what Cielo's services are likely to cost."""

from __future__ import annotations

import datetime
import pathlib
from typing import Any

import click

from . import completing, show
from .app import App
from .commands import Command, Group, ledger_options, pass_app
from .misuse import Misuse
from .values import cents, day, money, store_options

__all__ = ["statement", "tariff"]


@click.command(cls=Command, epilog="cielo statement 2026-10 · "
                                   "cielo statement 2026-10 --told boleto=1,20")
@click.argument("month", required=False, metavar="[YYYY-MM]")
@store_options
@click.option("--told", multiple=True, metavar="SERVICE=REAIS",
              help="O que o extrato da Cielo diz de um serviço. // "
                   "What Cielo's own statement says of a service.")
@click.option("--svg", "picture", metavar="FILE", type=click.Path(dir_okay=False),
              help="Desenha o mês, dia a dia. // Draws the month, day by day.")
@ledger_options
@pass_app
def statement(app: App, month: str | None, store: str | None, ec: str | None,
              told: tuple[str, ...], picture: str | None) -> None:
    """O extrato de um mês, pelo que se usou e pelos preços: uma estimativa.

    Os meses são os de Brasília; sem mês, o que corre.

    //

    The statement of a month, by what was used and the prices: an estimate.

    Months are Brasilia's; without one it is the current month.
    """
    which = month or datetime.datetime.now(
        datetime.timezone(datetime.timedelta(hours=-3))).strftime("%Y-%m")
    with app.ledger() as ledger:
        for each in told:
            service, given, sum_ = each.partition("=")
            if not given:
                raise Misuse(f"--told: {each!r} não é SERVICE=REAIS, como boleto=1,20",
                             f"--told: {each!r} is not SERVICE=REAIS, such as boleto=1,20")
            ledger.statement.tell(which, service, cents(sum_, False, "--told"),
                                  store=ec or store)
        made = ledger.statement(which, ec or store)
    if picture:
        pathlib.Path(picture).write_text(made.picture(app.lang), "utf-8")
        app.tell(f"o mês está em {picture}", f"the month is in {picture}")
    if app.json:
        show.json_rows({**line._asdict(), "difference": line.difference, "month": str(made.month),
                        "store": made.store.name, "ec": made.store.ec, "estimate": True}
                       for line in made.lines)
        return
    _show(app, made)


def _show(app: App, made: Any) -> None:
    heads, *rows = made.table(app.lang)
    shown = len(heads) if made.told is not None else -2  # without Cielo's own figures
    owner = f"{made.store.name}{f' (EC {made.store.ec})' if made.store.ec else ''}"
    show.table(heads[:shown], [row[:shown] for row in rows], right=range(1, len(heads)),
               title=f"{app.say('Extrato', 'Statement')} {made.month} · {owner}")
    if made.unpriced:
        names = ", ".join(made.unpriced)
        app.tell(f"sem preço, fora do total: {names} (cielo tariff set)",
                 f"without a price, not in the total: {names} (cielo tariff set)")


@click.group(cls=Group)
def tariff() -> None:
    """Os preços dos serviços da Cielo, que só o site dela mostra.

    //

    The prices of Cielo's services, which only its site shows.
    """


@tariff.command("set", epilog="cielo tariff set boleto 0,60 --grace 100 --from 2026-10-01")
@click.argument("service", metavar="SERVICE", shell_complete=completing.services)
@click.argument("unit", metavar="REAIS")
@click.option("--grace", type=click.IntRange(0), metavar="N", default=0,
              help="Usos em carência por mês. // Uses in grace per month.")
@click.option("--allowance", type=click.IntRange(0), metavar="N", default=0,
              help="Usos contratados por mês. // Uses contracted per month.")
@click.option("--from", "since", metavar="DAY", help="Desde que dia; sem ele, o primeiro deste "
              "mês. // From which day; without it the first of this month.")
@click.option("--cents", "whole", is_flag=True, help="O preço é em centavos. // "
                                                     "The price is in cents.")
@store_options
@ledger_options
@pass_app
def set_(app: App, service: str, unit: str, grace: int, allowance: int, since: str | None,
         whole: bool, store: str | None, ec: str | None) -> None:
    """O preço de um uso, desde um dia. // The price of a use, from a day on."""
    with app.ledger() as ledger:
        made = ledger.tariffs.set(service, cents(unit, whole, "REAIS"), grace=grace,
                                  allowance=allowance, since=day(since, "--from"),
                                  store=ec or store)
    _tariffs(app, [made])


@tariff.command("list")
@store_options
@ledger_options
@pass_app
def list_(app: App, store: str | None, ec: str | None) -> None:
    """Os preços que estão postos. // The prices that are set."""
    with app.ledger() as ledger:
        _tariffs(app, ledger.tariffs.all(ec or store))


def _tariffs(app: App, found: list[Any]) -> None:
    if app.json:
        show.json_rows({**one._asdict(), "since": one.since} for one in found)
        return
    from cielo.backoffice.tariffs import SERVICES

    show.table([app.say("Serviço", "Service"), app.say("Unitário", "Unit"),
                app.say("Carência", "Grace"), app.say("Contratados", "Contracted"),
                app.say("Desde", "From")],
               [(SERVICES[one.service].name(app.lang), money(one.unit, app.lang),
                 str(one.grace), str(one.allowance), one.since.isoformat()) for one in found],
               right=(1, 2, 3))
