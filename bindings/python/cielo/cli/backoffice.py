"""`cielo backoffice`: the pages for people, and who may see them."""

from __future__ import annotations

import click

from .app import App
from .commands import Group, common, pass_app
from .serving import serve, work
from .users import user

__all__ = ["backoffice"]


@click.group(cls=Group)
def backoffice() -> None:
    """As páginas para pessoas, e quem pode entrar. // The pages for people, and who may come in.
    """


backoffice.add_command(serve)
backoffice.add_command(work)
backoffice.add_command(user)


@backoffice.command(epilog="cielo backoffice key > backoffice.key; chmod 600 backoffice.key")
@common
@pass_app
def key(app: App) -> None:
    """Uma chave nova para os segundos fatores: CIELO_BACKOFFICE_KEY, ou num arquivo que
    CIELO_BACKOFFICE_KEY_FILE nomeia. Guarde-a fora do livro.

    //

    A new key for second factors: CIELO_BACKOFFICE_KEY, or in a file that
    CIELO_BACKOFFICE_KEY_FILE names. Keep it apart from the ledger.
    """
    from cielo.backoffice.totp import new_key

    click.echo(new_key())
    app.tell("quem perde esta chave refaz os segundos fatores; quem a tem lê as sementes",
             "who loses this key sets second factors up again; who has it reads the seeds")
