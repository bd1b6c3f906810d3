"""Users: who may come in, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from ..accounts import User, check_name, check_password, taken, without_rights
from ..errors import BackofficeError, Usage, text_of
from ..person import PERMISSIONS
from ..roles import ROLES, Rights, covers
from ..tries import TooMany
from ..words import cents_of, reais_of
from .asked import Asked, Forbidden, NotFound, Page, StepUp
from .signing import text

__all__ = ["PAGES"]

#: Of a field's name: the rights in all stores.
ALL = "all"


def show_all(asked: Asked) -> Response:
    return asked.page("users.html", users=[one for one in asked.ledger.accounts.all()
                                           if _is_seen(asked, one)],
                      names=_names(asked))


def _is_seen(asked: Asked, user: User) -> bool:
    """Of others in other stores nothing is told."""
    return user.name == asked.person.name or covers(asked.person, user.person)


def _names(asked: Asked) -> dict[int, str]:
    return {one.id: one.name for one in asked.ledger.stores.all()}


def _user(asked: Asked) -> User:
    try:
        user = asked.ledger.accounts.get(int(asked.path["id"]))
    except Usage:
        raise NotFound() from None
    if not _is_seen(asked, user):
        raise NotFound()
    return user


# ---- the form of rights ----


def _scopes(asked: Asked) -> list[tuple[str, int | None, str]]:
    """Where this person may give rights: the fields' ending, the store, what it is called."""
    scopes: list[tuple[str, int | None, str]] = [
        (str(one.id), one.id, one.name) for one in asked.ledger.stores.all()
        if asked.person.may("users", one.id)]
    if asked.person.may_everywhere("users"):
        scopes.insert(0, (ALL, None, asked.say("Todas as lojas", "All stores")))
    return scopes


def _rights(asked: Asked, before: Rights) -> Rights:
    """Out of the form; what it cannot show stays as it was."""
    scopes = _scopes(asked)
    shown = {store for _, store, _ in scopes}
    rights = {store: words for store, words in before.items() if store not in shown}
    for ending, store, _ in scopes:
        words = {text(asked, f"role-{ending}"), *asked.form.getlist(f"also-{ending}")}
        rights[store] = frozenset(str(word) for word in words if word)
    return rights


def _limit(asked: Asked) -> int | None:
    given = text(asked, "void_limit").strip()
    try:
        return cents_of(given) if given else None
    except ValueError as error:
        told = text_of(error, asked.lang)
        raise Usage(f"the limit {given!r} {told}", f"o limite {given!r} {told}") from error


def _problems(asked: Asked, user: User | None) -> dict[str, str]:
    """What is wrong with the fields that were sent, all of them at once."""
    name = user.name if user else text(asked, "name").strip()
    found: dict[str, str] = {}
    for field, check in (("name", lambda: _check_new(asked, user, name)),
                         ("new_password", lambda: check_password(name, text(
                             asked, "new_password"))),
                         ("role", lambda: _check_rights(asked, user)),
                         ("void_limit", lambda: _limit(asked))):
        if any(each == field or each.startswith(f"{field}-") for each in asked.form):
            try:
                check()
            except Usage as error:
                told = text_of(error, asked.lang)
                found[field] = told[:1].upper() + told[1:]
    return found


def _check_new(asked: Asked, user: User | None, name: str) -> None:
    if user is None and any(one.name == check_name(name) for one in asked.ledger.accounts.all()):
        raise taken(name)


def _check_rights(asked: Asked, user: User | None) -> None:
    if not any(_rights(asked, user.rights if user else {}).values()):
        raise without_rights()


def _form(asked: Asked, user: User | None, status: int = 200,
          error: BackofficeError | None = None, problems: dict[str, str] | None = None) -> Response:
    rights = user.rights if user else {}
    if any(name.startswith("role-") for name in asked.form):
        rights = _rights(asked, rights)
    limit = user.void_limit if user else None
    return asked.page(
        "user.html", status, user=user, rights=rights, scopes=_scopes(asked), roles=list(ROLES),
        permissions=PERMISSIONS, names=_names(asked), is_own=bool(
            user and user.name == asked.person.name),
        problem=_summary(asked, error, problems), problems=problems or {},
        wrong=isinstance(error, StepUp) and error.wrong,
        name=text(asked, "name"), limit=text(asked, "void_limit") or (
            "" if limit is None else reais_of(limit)))


def _summary(asked: Asked, error: BackofficeError | None,
             problems: dict[str, str] | None) -> str | None:
    if problems:
        return asked.say("Nada foi feito: veja os campos marcados",
                         "Nothing was done: see the fields that are marked")
    return text_of(error, asked.lang) if error else None


# ---- what is done ----


def show_new(asked: Asked) -> Response:
    return _form(asked, None)


def show(asked: Asked) -> Response:
    return _form(asked, _user(asked))


def add(asked: Asked) -> Response:
    problems = _problems(asked, None)
    try:
        asked.step_up()
        if problems:
            return _form(asked, None, 400, problems=problems)
        user = asked.ledger.accounts.add(
            text(asked, "name").strip(), text(asked, "new_password"), _rights(asked, {}),
            void_limit=_limit(asked), by=asked.person)
    except TooMany:
        raise
    except BackofficeError as error:
        return _form(asked, None, _status(error), error, problems)
    return asked.go(f"/users/{user.id}", note="user_added")


def _status(error: BackofficeError) -> int:
    if isinstance(error, (StepUp, Forbidden)):
        return 403
    return 400 if isinstance(error, Usage) else 409


def _changed(note: str, change: Callable[[Asked, User], Any]) -> Callable[[Asked], Response]:
    """A view that changes a user, by who gave the password just now."""

    def view(asked: Asked) -> Response:
        user = _user(asked)
        problems = _problems(asked, user)
        try:
            asked.step_up()
            if problems:
                return _form(asked, user, 400, problems=problems)
            change(asked, user)
        except StepUp as error:
            if "new_password" not in asked.form:
                raise  # it is asked for on a page of its own, and what was sent goes on
            return _form(asked, user, 403, error, problems)
        except TooMany:
            raise
        except BackofficeError as error:
            return _form(asked, user, _status(error), error)
        return asked.go(f"/users/{user.id}", note=note)

    return view


def _set_rights(asked: Asked, user: User) -> None:
    asked.ledger.accounts.set_rights(user.id, _rights(asked, user.rights),
                                     void_limit=_limit(asked), by=asked.person)


def _set_password(asked: Asked, user: User) -> None:
    asked.ledger.accounts.set_password(user.id, text(asked, "new_password"), by=asked.person)


_ACTS: tuple[tuple[str, str, Callable[[Asked, User], Any]], ...] = (
    ("rights", "user_saved", _set_rights),
    ("password", "user_password", _set_password),
    ("disable", "user_disabled",
     lambda asked, user: asked.ledger.accounts.disable(user.id, by=asked.person)),
    ("enable", "user_enabled",
     lambda asked, user: asked.ledger.accounts.enable(user.id, by=asked.person)),
    ("totp", "user_totp",
     lambda asked, user: asked.ledger.accounts.reset_totp(user.id, by=asked.person)),
)

PAGES = (
    Page("GET", "/users", show_all, "users"), Page("POST", "/users", add, "users"),
    Page("GET", "/users/new", show_new, "users"), Page("GET", "/users/{id:int}", show, "users"),
    *(Page("POST", f"/users/{{id:int}}/{word}", _changed(note, change), "users")
      for word, note, change in _ACTS),
)
