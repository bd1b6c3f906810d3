"""Who stands at the door: where a shop's own log-in says who asks."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol, Union

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from ..person import Person
from .asked import Asked, Identity, SignedOut, StepUp

__all__ = ["Door", "MountedDoor", "WhoAsks", "Confirm"]

# Of a request the person, or None for nobody; and whether a password is theirs.
WhoAsks = Callable[[Request], Union[Person, None, Awaitable[Union[Person, None]]]]
Confirm = Callable[[Person, str], bool]

COOKIE = "cielo_form"


class Door(Protocol):
    """Finds out who asks, and asks again before money moves."""

    async def identify(self, request: Request) -> Identity | None: ...

    def step_up(self, request: Request, identity: Identity, form: FormData) -> Identity:
        """The identity from now on; StepUp when what the form holds does not do."""
        ...

    def closed(self, asked: Asked) -> Response:
        """What somebody sees who is not signed in."""
        ...


class MountedDoor:
    """The shop signs people in: `person` says who asks, `confirm` whether a password is theirs.

    Without `confirm` nothing is asked again: the shop does so where it wants to. A form's
    token is made of a cookie of our own and the person's name, so that another's is of no
    use, and no key is shared between processes.
    """

    def __init__(self, person: WhoAsks, confirm: Confirm | None) -> None:
        self._person = person
        self._confirm = confirm

    async def identify(self, request: Request) -> Identity | None:
        found = (self._person(request) if inspect.iscoroutinefunction(self._person)
                 else await run_in_threadpool(self._person, request))
        person = await found if inspect.isawaitable(found) else found
        if person is None:
            return None
        kept = request.cookies.get(COOKIE, "")
        secret = kept or secrets.token_urlsafe(32)
        token = hmac.new(secret.encode(), person.name.encode(), hashlib.sha256).hexdigest()
        return Identity(person, token, stepped_up=self._confirm is None,
                        cookies={} if kept else {COOKIE: secret})

    def step_up(self, request: Request, identity: Identity, form: FormData) -> Identity:
        del request
        password = form.get("password")
        if not isinstance(password, str) or not password:
            raise StepUp(wrong=False)
        if self._confirm is None or not self._confirm(identity.person, password):
            raise StepUp(wrong=True)
        return identity._replace(stepped_up=True)

    def closed(self, asked: Asked) -> Response:
        raise SignedOut("nobody is signed in", "ninguém entrou")
