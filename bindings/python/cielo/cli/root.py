"""The command itself: what it is made of, and how it ends.

Exit codes: 0 done, 1 refused, 2 usage, 3 in doubt.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from .app import App, Ended
from .commands import LazyGroup, Place, ledger_options, translated
from .misuse import misuse_text
from .speech import language

__all__ = ["cielo", "run"]

INTERRUPTED = 130

PLACES = {
    "code": Place("code", "code", "O que um código de retorno quer dizer. // "
                                  "What a return code means."),
    "card-test-numbers": Place("code", "card_test_numbers", "Cartões do sandbox. // "
                                                            "Cards of the sandbox."),
    "sales": Place("sales", "sales", "Procura, mostra, captura e cancela vendas. // "
                                     "Finds, shows, captures and voids sales."),
    "batch": Place("batch", "batch", "Captura e cancela em bloco. // "
                                     "Captures and voids in block."),
    "doubt": Place("doubt", "doubt", "O que ninguém sabe em que deu. // "
                                     "What nobody knows the end of."),
    "statement": Place("statement", "statement", "O extrato de um mês. // "
                                                 "The statement of a month."),
    "tariff": Place("statement", "tariff", "Os preços dos serviços da Cielo. // "
                                           "The prices of Cielo's services."),
    "retry": Place("recurrence", "retry", "As tentativas das recorrências. // "
                                          "How recurrences are tried again."),
    "recurrences": Place("recurrence", "recurrences", "As recorrências. // The recurrences."),
    "store": Place("store", "store", "As lojas: nome, EC, chaves. // "
                                     "The stores: name, EC, keys."),
    "ledger": Place("ledger", "ledger", "O livro: lê o diário, confere, refaz. // "
                                        "The ledger: reads the journal, verifies, rebuilds."),
    "journal": Place("journal", "journal", "O diário, sem livro. // "
                                           "The journal, without a ledger."),
    "backoffice": Place("backoffice", "backoffice", "As páginas para pessoas, e quem entra. // "
                                                    "The pages for people, and who comes in."),
    "sandbox": Place("sandbox", "sandbox", "Uma Cielo local, para testes. // "
                                           "A local Cielo, for tests."),
    "completion": Place("completion", "completion", "Completa comandos no shell. // "
                                                    "Completes commands in the shell."),
}


class Root(LazyGroup):
    """`cielo`: speaks the language that its words or the environment ask for."""

    def make_context(self, info_name: str | None, args: list[str],
                     parent: click.Context | None = None, **extra: Any) -> click.Context:
        app = App(language(args, os.environ))
        own = translated(self, app.lang)
        context: click.Context = super(Root, own).make_context(
            info_name, args, parent, obj=app, **extra)
        return context


@click.command(cls=Root, places=PLACES, name="cielo", no_args_is_help=True,
               epilog="cielo code 51 · cielo sales search --status paid --since 30d · "
                      "cielo sales void 12 --amount 57,00")
@click.version_option(package_name="libcielo", message="%(version)s",
                      help="Mostra a versão. // Shows the version.")
@ledger_options
def cielo() -> None:
    """Vendas da Cielo: o que foi pedido, o que foi respondido, o que se pode fazer.

    Acaba com 0 (feito), 1 (recusado), 2 (mal pedido) ou 3 (em dúvida). `cielo completion`
    diz como o shell completa os comandos.

    //

    Sales at Cielo: what was asked, what was answered, what may be done.

    Ends with 0 (done), 1 (refused), 2 (usage) or 3 (in doubt). `cielo completion` tells how
    the shell completes commands.
    """


def run(words: Sequence[str] | None = None) -> int:
    """Runs the command; gives its exit code. An error is told in one line."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        cielo.main(given, prog_name="cielo", standalone_mode=False)
    except Ended as end:
        return end.code
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _usage(error, language(given, os.environ))
    except click.ClickException as error:
        return _failed(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # of `cielo ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        return _failed(_line_of(error, language(given, os.environ)), code)
    return 0


def _failed(text: str, code: int) -> int:
    click.echo(f"cielo: {text}", err=True)
    return code


def _usage(error: click.UsageError, lang: str) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    path = error.ctx.command_path if error.ctx else "cielo"
    return _failed(f"{misuse_text(error, lang)} ({path} --help)", 2)


def _code_of(error: Exception) -> int | None:
    """The exit code of an error that people can do something about; None for a bug."""
    import cielo as client

    if isinstance(error, client.OutcomeUnknownError):
        return 3
    if isinstance(error, (client.CieloError, OSError)):
        return 1
    if "cielo.backoffice" in sys.modules:
        from sqlalchemy.exc import DBAPIError

        from cielo.backoffice import BackofficeError

        if isinstance(error, BackofficeError):
            return error.exit_code
        if isinstance(error, DBAPIError):
            return 1
    return 2 if isinstance(error, ImportError) and "pip install" in str(error) else None


def _line_of(error: Exception, lang: str) -> str:
    import cielo as client

    told = getattr(error, "orig", None) or getattr(error, "message", None) or error
    if hasattr(error, "text"):  # one of the Backoffice's
        from cielo.backoffice.errors import Several

        told = error.text(lang)
        if isinstance(error, Several):
            return "\n".join(" ".join(line.split()) for line in told.splitlines())
    elif lang == "pt" and isinstance(error, client.CieloError):
        from cielo.backoffice.answers import error_text

        told = error_text(error)
    if isinstance(error, OSError) and error.strerror:
        told = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(told).split())
