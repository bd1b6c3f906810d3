"""`cielo sandbox`: the local Cielo, `cielo-sandbox` under this name."""

from __future__ import annotations

import click

from .app import App, Ended
from .commands import Command, pass_app

__all__ = ["sandbox"]


@click.command(cls=Command, add_help_option=False, context_settings={
    "ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS]")
@pass_app
def sandbox(app: App, words: tuple[str, ...]) -> None:
    """Uma Cielo local, para testes. // A local Cielo, for tests."""
    from cielo.sandbox.__main__ import main

    try:
        code = main(list(words), "cielo sandbox", app.lang)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    if code:
        raise Ended(code)
