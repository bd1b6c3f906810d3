"""`cielo backoffice user`: who may come in, and what they may do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cielo.backoffice.errors import Problems, Usage

from . import show
from .app import App
from .commands import Group, ledger_options, pass_app
from .misuse import Misuse
from .values import cents, money

if TYPE_CHECKING:
    from cielo.backoffice import Ledger
    from cielo.backoffice.accounts import User
    from cielo.backoffice.roles import Rights

__all__ = ["user"]

F = TypeVar("F", bound=Callable[..., Any])


@click.group(cls=Group)
def user() -> None:
    """Quem pode entrar, e o que pode fazer. // Who may come in, and what they may do."""


def _rights_options(command: F) -> F:
    command = click.option(
        "--void-limit", metavar="REAIS",
        help="O máximo que cancela de um pagamento, ou num lote: 500,00. // "
             "The most that is voided of one payment, or by a batch: 500,00.")(command)
    command = click.option(
        "--store", "stores", multiple=True, metavar="NAME",
        help="Só nesta loja; pode repetir-se. // In this store alone; may be repeated.")(command)
    return click.option(
        "--role", "roles", multiple=True, required=True, metavar="ROLE",
        help="viewer (vê), operator (exporta, captura, cancela), manager (lotes, preços), owner "
             "(tudo), ou uma permissão; pode repetir-se. // viewer, operator (exports, captures, "
             "voids), manager (batches, prices), owner (all), or a permission; may be "
             "repeated.")(command)


def _password_option(command: F) -> F:
    return click.option(
        "--password-stdin", is_flag=True,
        help="A senha é a primeira linha da entrada. // "
             "The password is the first line of the input.")(command)


def _from_input() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked(app: App) -> str:
    """Asked for twice."""
    if not sys.stdin.isatty():
        raise click.UsageError(app.say(
            "a senha é perguntada, e aqui não há terminal: dê --password-stdin",
            "the password is asked for, and here is no terminal: give --password-stdin"))
    first: str = click.prompt(app.say("Senha", "Password"), hide_input=True, err=True)
    again: str = click.prompt(app.say("Outra vez", "Again"), hide_input=True, err=True)
    if first != again:
        raise click.UsageError(app.say("as duas senhas não são a mesma",
                                       "the two passwords are not the same"))
    return first


def _rights(ledger: Ledger, roles: Iterable[str], stores: Iterable[str],
            wrong: Problems) -> Rights:
    """Of the stores that there are; the others are noted."""
    words, numbers = frozenset(roles), []
    for each in stores:
        with wrong.note():
            numbers.append(ledger.stores.get(each).id)
    return {number: words for number in numbers} if numbers else {None: words}


def _limit(text: str | None, wrong: Problems) -> int | None:
    with wrong.note():
        try:
            return None if text is None else cents(text, False, "--void-limit")
        except Misuse as error:
            raise Usage(error.message, error.pt) from None
    return None


@user.command(epilog="cielo backoffice user add ana --role owner · "
                     "cielo backoffice user add bia --role operator --store 'Loja A' "
                     "--void-limit 500,00")
@click.argument("name", metavar="NAME")
@_rights_options
@_password_option
@ledger_options
@pass_app
def add(app: App, name: str, roles: tuple[str, ...], stores: tuple[str, ...],
        void_limit: str | None, password_stdin: bool) -> None:
    """Um usuário novo. // A new user."""
    wrong = Problems()
    with app.ledger() as ledger:
        given = _rights(ledger, roles, stores, wrong)
        limit = _limit(void_limit, wrong)
        password = _from_input() if password_stdin else None
        with wrong.note():
            ledger.accounts.check_new(name, given, password, void_limit=limit)
        wrong.demand_none()  # nobody is asked for a password in vain
        if password is None:
            password = _asked(app)
        _show(app, ledger, [ledger.accounts.add(name, password, given, void_limit=limit)])


@user.command(epilog="cielo backoffice user rights bia --role viewer")
@click.argument("name", metavar="NAME")
@_rights_options
@ledger_options
@pass_app
def rights(app: App, name: str, roles: tuple[str, ...], stores: tuple[str, ...],
           void_limit: str | None) -> None:
    """O que um usuário pode fazer daqui em diante. // What a user may do from now on."""
    wrong = Problems()
    with app.ledger() as ledger:
        given = _rights(ledger, roles, stores, wrong)
        limit = _limit(void_limit, wrong)
        wrong.demand_none()
        _show(app, ledger, [ledger.accounts.set_rights(name, given, void_limit=limit)])


@user.command("list")
@ledger_options
@pass_app
def list_(app: App) -> None:
    """Os usuários. // The users."""
    with app.ledger() as ledger:
        _show(app, ledger, ledger.accounts.all())


@user.command()
@click.argument("name", metavar="NAME")
@ledger_options
@pass_app
def disable(app: App, name: str) -> None:
    """Não deixa mais entrar, e encerra as sessões. // Lets in no more, and ends the sessions."""
    with app.ledger() as ledger:
        ledger.accounts.disable(name)
        _show(app, ledger, [ledger.accounts.get(name)])


@user.command()
@click.argument("name", metavar="NAME")
@ledger_options
@pass_app
def enable(app: App, name: str) -> None:
    """Deixa entrar outra vez. // Lets in again."""
    with app.ledger() as ledger:
        ledger.accounts.enable(name)
        _show(app, ledger, [ledger.accounts.get(name)])


@user.command()
@click.argument("name", metavar="NAME")
@_password_option
@ledger_options
@pass_app
def passwd(app: App, name: str, password_stdin: bool) -> None:
    """Uma senha nova; as sessões se encerram. // A new password; the sessions end."""
    with app.ledger() as ledger:
        ledger.accounts.get(name)
        ledger.accounts.set_password(name, _from_input() if password_stdin else _asked(app))
        _show(app, ledger, [ledger.accounts.get(name)])


@user.command("reset-totp")
@click.argument("name", metavar="NAME")
@ledger_options
@pass_app
def reset_totp(app: App, name: str) -> None:
    """Tira o segundo fator de quem perdeu o telefone. // Of who lost the telephone."""
    with app.ledger() as ledger:
        ledger.accounts.reset_totp(name)
        _show(app, ledger, [ledger.accounts.get(name)])


def _row(one: User) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "void_limit": one.void_limit,
            "rights": [{"store_id": store, "roles": sorted(words)}
                       for store, words in one.rights.items()],
            "disabled": one.disabled, "totp": one.has_totp, "created": one.created}


def _show(app: App, ledger: Ledger, found: list[User]) -> None:
    if app.json:
        show.json_rows(map(_row, found))
        return
    if not found:
        app.tell("ninguém ainda: cielo backoffice user add NOME --role owner",
                 "nobody yet: cielo backoffice user add NAME --role owner")
        return
    stores = {one.id: one.name for one in ledger.stores.all()}
    show.table([app.say("Usuário", "User"), app.say("Pode", "May"), app.say("Limite", "Limit"),
                app.say("Segundo fator", "Second factor"), app.say("Entra", "Comes in")],
               [(one.name, "; ".join(
                   ", ".join(sorted(words)) + (f" ({stores[store]})" if store else "")
                   for store, words in one.rights.items()),
                 "" if one.void_limit is None else money(one.void_limit, app.lang),
                 app.say("sim", "yes") if one.has_totp else app.say("não", "no"),
                 app.say("não", "no") if one.disabled else app.say("sim", "yes"))
                for one in found], right=(2,))
