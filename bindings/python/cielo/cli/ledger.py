"""`cielo ledger`: reads the journals, asks Cielo, verifies, rebuilds, upgrades, copies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from . import show
from .app import App, Ended
from .commands import Group, ledger_options, pass_app
from .values import money

if TYPE_CHECKING:
    from cielo.backoffice import Ledger
    from cielo.backoffice.ingest import Ingested

__all__ = ["ledger"]


@click.group(cls=Group)
def ledger() -> None:
    """O livro: o que o diário tem, num banco de dados. // The ledger: a journal in a database."""


@ledger.command(epilog="cielo ledger ingest --follow")
@click.option("--follow", is_flag=True, help="Continua a ler, até Ctrl-C. // "
                                             "Goes on reading until Ctrl-C.")
@click.option("--every", type=click.FloatRange(0.1), default=1.0, show_default=True,
              metavar="SECONDS", help="Pausa entre leituras. // Pause between readings.")
@ledger_options
@pass_app
def ingest(app: App, follow: bool, every: float) -> None:
    """Lê o que os diários têm de novo, cada registro uma vez.

    //

    Reads what is new in the journals, each record once.
    """
    with app.ledger() as one:
        try:
            if app.json:
                show.json_rows(each._asdict() for each in _readings(app, one, follow, every))
                return
            for found in _readings(app, one, follow, every):
                _told(app, found)
        except KeyboardInterrupt:
            if not follow:
                raise


def _readings(app: App, one: Ledger, follow: bool, every: float) -> Iterator[Ingested]:
    """The first reading, then those that found something."""
    with show.waiting(app, "lendo o diário...", "reading the journal..."):
        found = one.ingest()
    yield found
    while follow:
        time.sleep(every)
        found = one.ingest()
        if found.records:
            yield found


def _told(app: App, found: Ingested) -> None:
    click.echo(app.say(f"{found.records} registros novos, {found.sales} vendas mudadas",
                       f"{found.records} new records, {found.sales} sales changed")
               + (app.say(f", {found.damaged} linhas estragadas",
                          f", {found.damaged} damaged lines") if found.damaged else ""))


@ledger.command()
@click.option("--night/--no-night", default=True,
              help="Também o que está pendente e as recorrências. // "
                   "Also what is pending, and recurrences.")
@ledger_options
@pass_app
def sync(app: App, night: bool) -> None:
    """Pergunta à Cielo pelo que ela avisou e pelo que está pendente.

    //

    Asks Cielo about what it notified and what is pending.
    """
    with app.ledger() as one, show.waiting(app, "perguntando à Cielo...", "asking Cielo..."):
        if night:
            one.sync.night()
        found = one.sync.work()
    if app.json:
        show.json_rows([found._asdict()])
    else:
        click.echo(app.say(
            f"{found.seen} vistas, {found.unknown} que a Cielo não tem, {found.failed} para depois",
            f"{found.seen} seen, {found.unknown} unknown to Cielo, {found.failed} put off"))
    if found.failed:
        raise Ended(1)


@ledger.command()
@ledger_options
@pass_app
def verify(app: App) -> None:
    """Confere o livro com os diários, e as vendas com o que se passou. Não muda nada.

    //

    Holds the ledger against the journals, and sales against their events. Changes nothing.
    """
    with app.ledger() as one, show.waiting(app, "conferindo...", "verifying..."):
        found = one.verify()
    if app.json:
        show.json_rows([found._asdict()])
    else:
        lang = app.lang
        click.echo(app.say(
            f"{found.segments} arquivos, {found.records} registros, {found.events} eventos, "
            f"{found.sales} vendas: capturado {money(found.captured, lang)}, "
            f"cancelado {money(found.voided, lang)}",
            f"{found.segments} segments, {found.records} records, {found.events} events, "
            f"{found.sales} sales: captured {money(found.captured, lang)}, "
            f"voided {money(found.voided, lang)}"))
        if found.behind or found.damaged:
            app.tell(f"por ler: {found.behind} bytes; linhas estragadas: {found.damaged}",
                     f"not read yet: {found.behind} bytes; damaged lines: {found.damaged}")
        for each in found.left_out:
            app.tell(f"deixado de fora: {each}", f"left out: {each}")
        for problem in found.problems:
            app.tell(f"cielo: {problem}", f"cielo: {problem}")
    if found.problems:
        raise Ended(1)


@ledger.command()
@ledger_options
@pass_app
def rebuild(app: App) -> None:
    """Refaz cada venda do que se passou. // Makes every sale anew out of its events."""
    with app.ledger() as one, show.progress(app, "Refazendo", "Rebuilding") as bar:
        count = one.rebuild(bar)
    _done(app, {"sales": count}, f"{count} vendas refeitas", f"{count} sales made anew")


@ledger.command()
@ledger_options
@pass_app
def upgrade(app: App) -> None:
    """Leva as tabelas a esta versão. // Takes the tables to this version."""
    with app.ledger(upgrade_now=True):
        pass
    from cielo.backoffice.upgrade import REVISION

    _done(app, {"revision": REVISION}, f"o livro está na versão {REVISION}",
          f"the ledger is at version {REVISION}")


@ledger.command(epilog="cielo ledger backup livro-2026-11-27.db")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@ledger_options
@pass_app
def backup(app: App, file: str) -> None:
    """Copia um livro SQLite, enquanto outros continuam. // Copies an SQLite ledger, in use too."""
    with app.ledger() as one, show.waiting(app, "copiando...", "copying..."):
        one.backup(file)
    _done(app, {"file": file}, f"copiado para {file}", f"copied to {file}")


def _done(app: App, row: dict[str, Any], pt: str, en: str) -> None:
    if app.json:
        show.json_rows([row])
    else:
        click.echo(app.say(pt, en))
