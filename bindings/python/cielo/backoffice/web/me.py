"""The page of who is in: password, second factor, sessions."""

from __future__ import annotations

import dataclasses
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from ..accounts import User, check_password
from ..errors import Refused, Usage, text_of
from ..totp import address_of, picture_of
from .asked import Asked, Page, StepUp
from .door import SESSION
from .signing import text

__all__ = ["PAGES"]

_FIELDS = ("password", "new", "again", "code")


def show(asked: Asked) -> Response:
    return _page(asked)


def _page(asked: Asked, status: int = 200, codes: tuple[str, ...] = (),
          **problems: Any) -> Response:
    """With new recovery codes, which are shown this once."""
    assert asked.identity is not None
    session = asked.identity.session
    seed = _seed(asked, session.user)
    picture = Markup(picture_of(address_of(session.user.name, seed))) if seed else None
    return asked.page(
        "me.html", status, user=session.user, current=session, seed=seed, picture=picture,
        sessions=asked.ledger.sessions.of(session.user),
        codes=codes, codes_left=asked.ledger.accounts.recovery_left(session.user),
        names={one.id: one.name for one in asked.ledger.stores.all()},
        problems=dict.fromkeys(_FIELDS) | problems)


def _seed(asked: Asked, user: User) -> str | None:
    """What waits for its first code; shown only to who gave the password just now."""
    if not asked.stepped_up:
        return None
    try:
        return asked.ledger.accounts.new_totp(user)
    except Refused:  # of another key: it is begun anew
        return None


def set_password(asked: Asked) -> Response:
    """The one of now is asked for, whenever it was asked for last."""
    assert asked.identity is not None
    user, new = asked.identity.session.user, text(asked, "new")
    problems: dict[str, Any] = {}
    if new != text(asked, "again"):
        problems["again"] = asked.say("As duas não são a mesma.", "The two are not the same.")
    try:
        check_password(user.name, new)
    except Usage as error:
        told = text_of(error, asked.lang)
        problems["new"] = told[:1].upper() + told[1:]
    try:
        asked.identity = asked.web.door.step_up(asked.request, asked.identity, asked.form)
    except StepUp:
        problems["password"] = asked.say("Não confere.", "That is not it.")
    if problems:
        return _page(asked, 403 if "password" in problems else 400, **problems)
    asked.ledger.accounts.set_password(user.id, new, by=user.person)
    asked.identity = None
    answer = asked.go("/login", note="password_changed")
    asked.web.set_cookie(answer, asked.request, SESSION, "")
    return answer


def begin_totp(asked: Asked) -> Response:
    asked.step_up()
    assert asked.identity is not None
    asked.ledger.accounts.begin_totp(asked.identity.session.user)
    return asked.go("/me")


def confirm_totp(asked: Asked) -> Response:
    asked.step_up()
    assert asked.identity is not None
    session = asked.identity.session
    codes = asked.ledger.accounts.confirm_totp(session.user, text(asked, "code"))
    if not codes:
        return _page(asked, 400, code=asked.say("Não confere: veja a hora do telefone.",
                                                "That is not it: check the telephone's clock."))
    return _with_codes(asked, codes)


def new_recovery(asked: Asked) -> Response:
    asked.step_up()
    assert asked.identity is not None
    return _with_codes(asked, asked.ledger.accounts.new_recovery(asked.identity.session.user))


def _with_codes(asked: Asked, codes: list[str]) -> Response:
    """The answer itself has them: a page that is fetched later could not."""
    assert asked.identity is not None
    session = asked.identity.session
    user = asked.ledger.accounts.get(session.user.id)
    asked.identity = asked.identity._replace(session=dataclasses.replace(session, user=user))
    return _page(asked, codes=tuple(codes))


def end_others(asked: Asked) -> Response:
    assert asked.identity is not None
    asked.ledger.sessions.end_others(asked.identity.session)
    return asked.go("/me", note="sessions_ended")


PAGES = (Page("GET", "/me", show, None), Page("POST", "/me/password", set_password, None),
         Page("POST", "/me/totp", begin_totp, None),
         Page("POST", "/me/totp/confirm", confirm_totp, None),
         Page("POST", "/me/recovery", new_recovery, None),
         Page("POST", "/me/sessions/end", end_others, None))
