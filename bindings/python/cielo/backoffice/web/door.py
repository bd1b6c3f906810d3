"""Who stands at the door: accounts of our own, or a shop's log-in that says who asks."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, Union

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from ..person import Person
from ..sessions import Denied
from ..tries import Tries
from . import cookies
from .asked import Asked, Identity, SignedOut, StepUp
from .guard import Place

if TYPE_CHECKING:
    from ..ledger import Ledger

__all__ = ["SESSION", "Confirm", "Door", "MountedDoor", "OwnDoor", "WhoAsks", "address_of",
           "visitor"]

# Digits of a code.
CODE = 6

# Of a request the person, or None for nobody; and whether a password is theirs.
WhoAsks = Callable[[Request], Union[Person, None, Awaitable[Union[Person, None]]]]
Confirm = Callable[[Person, str], bool]

FORM, SESSION = "cielo_form", "cielo_session"


class Visitor(NamedTuple):
    """What forms hold where no session of ours says it, and the cookie that it is made of."""

    token: str
    cookies: dict[str, str]  # to be set; none where there is one


def visitor(place: Place, request: Request, name: str = "") -> Visitor:
    """Of a cookie of our own and a name, so that another's is of no use."""
    kept = cookies.read(place, request, FORM)
    secret = kept or secrets.token_urlsafe(32)
    token = hmac.new(secret.encode(), name.encode(), hashlib.sha256).hexdigest()
    return Visitor(token, {} if kept else {FORM: secret})


def address_of(request: Request) -> str | None:
    return request.client.host if request.client else None


class Door(Protocol):
    """Finds out who asks, and asks again before money moves."""

    #: Whether users, log-ins and sessions are ours.
    has_accounts: bool

    async def identify(self, request: Request) -> Identity | None: ...

    def step_up(self, request: Request, identity: Identity, form: FormData) -> Identity:
        """The identity from now on; StepUp when what the form holds does not do."""
        ...

    def closed(self, asked: Asked) -> Response:
        """What somebody sees who is not signed in."""
        ...


class OwnDoor:
    """Users of the ledger, who log in: a cookie names their session."""

    has_accounts = True

    def __init__(self, ledger: Ledger, place: Place) -> None:
        self._sessions = ledger.sessions
        self._place = place

    async def identify(self, request: Request) -> Identity | None:
        token = cookies.read(self._place, request, SESSION)
        session = await run_in_threadpool(self._sessions.get, token) if token else None
        if session is None:
            return None
        return Identity(session.user.person, session.form_token, session.stepped_up, session)

    def step_up(self, request: Request, identity: Identity, form: FormData) -> Identity:
        """One field takes either: six digits are a code, and too few for a password."""
        given = form.get("password")
        if not isinstance(given, str) or not given:
            raise StepUp(wrong=False)
        digits = "".join(given.split())
        is_code = len(digits) == CODE and digits.isdigit()
        try:
            opened = self._sessions.step_up(
                identity.session, "" if is_code else given, digits if is_code else "",
                address=address_of(request))
        except Denied:
            raise StepUp(wrong=True) from None
        return identity._replace(stepped_up=True, cookies={SESSION: opened.token},
                                 session=self._sessions.get(opened.token))

    def closed(self, asked: Asked) -> Response:
        """On to the log-in, and from there back: to a page, not to what was sent."""
        back = asked.here if asked.request.method in ("GET", "HEAD") else None
        return asked.go("/login", next=back if back != "/" else None)


class MountedDoor:
    """The shop signs people in: `person` says who asks, `confirm` whether a password is theirs.

    Without `confirm` nothing is asked again: the shop does so where it wants to. Wrong ones
    are counted and noted as those of users are. No key is shared between processes.
    """

    has_accounts = False

    def __init__(self, ledger: Ledger, person: WhoAsks, confirm: Confirm | None,
                 place: Place) -> None:
        self._audit = ledger.audit
        self._tries = Tries(ledger.engine)
        self._person = person
        self._confirm = confirm
        self._place = place

    async def identify(self, request: Request) -> Identity | None:
        found = (self._person(request) if inspect.iscoroutinefunction(self._person)
                 else await run_in_threadpool(self._person, request))
        person = await found if inspect.isawaitable(found) else found
        if person is None:
            return None
        if person.id is None:  # no user of ours is meant, whatever the name
            person = dataclasses.replace(person, id=person.name)
        found_as = visitor(self._place, request, person.id or "")
        return Identity(person, found_as.token, stepped_up=self._confirm is None,
                        cookies=found_as.cookies)

    def step_up(self, request: Request, identity: Identity, form: FormData) -> Identity:
        password = form.get("password")
        if not isinstance(password, str) or not password:
            raise StepUp(wrong=False)
        name = identity.person.name
        keys = self._tries.begin(identity.person.id or name, None, "confirm")
        if self._confirm is None or not self._confirm(identity.person, password):
            self._audit.note(name, "step-up failed", address=address_of(request),
                             wrong="password")
            raise StepUp(wrong=True)
        self._tries.forgive(keys)
        return identity._replace(stepped_up=True)

    def closed(self, asked: Asked) -> Response:
        raise SignedOut("nobody is signed in", "ninguém entrou")
