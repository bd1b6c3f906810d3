"""What a view is given, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..database import now
from ..errors import BackofficeError, Refused
from ..person import Person
from ..schema import in_doubt
from ..stores import Store

if TYPE_CHECKING:
    from ..ledger import Ledger
    from .app import Web

__all__ = ["PATIENCE", "Asked", "Forbidden", "Identity", "NotFound", "Page", "SignedOut",
           "StepUp"]

Answer = TypeVar("Answer", bound=Response)

#: What a page may take with a read at Cielo, in seconds: somebody waits for it, and a
#: thread, of which there are some tens.
PATIENCE = 10.0
# Above it the navigation says "99+".
_COUNTED = 100


class NotFound(BackofficeError):
    """There is no such page, or none that this person may know of."""

    def __init__(self) -> None:
        super().__init__("there is no such page", "não há essa página")


class Forbidden(Refused):
    """It is not this person's to do."""


class SignedOut(Refused):
    """Nobody is signed in."""


class StepUp(BackofficeError):
    """The password, or a code, is asked for again; `wrong` when one was given in vain."""

    def __init__(self, wrong: bool) -> None:
        super().__init__(*(("the password is wrong", "a senha não confere") if wrong else
                           ("the password is asked for again", "a senha é pedida de novo")))
        self.wrong = wrong


class Identity(NamedTuple):
    """Who asks, as the door found out."""

    person: Person
    token: str  # what this person's forms must hold
    stepped_up: bool  # the password was asked for a short while ago
    session: Any = None  # the door's own; None where the shop signs people in
    cookies: Mapping[str, str] = {}  # to be set with the answer


class Page(NamedTuple):
    """A row of the table of pages.

    `permission` is checked before the view is called; None is for anybody who is signed in,
    "open" for everybody. What a store's own permission is needed for, the view demands.
    """

    method: str
    path: str
    view: Callable[[Asked], Response]
    permission: str | None


@dataclass
class Asked:
    """A request, who made it, and what answers are made of. Views run in a thread."""

    web: Web
    request: Request
    identity: Identity | None
    lang: str
    form: FormData = field(default_factory=FormData)

    @property
    def ledger(self) -> Ledger:
        return self.web.ledger

    @property
    def person(self) -> Person:
        assert self.identity is not None, "an open page asked who is there"
        return self.identity.person

    @property
    def query(self) -> QueryParams:
        return self.request.query_params

    @property
    def path(self) -> Mapping[str, Any]:
        """The parameters of the page's path."""
        return self.request.path_params

    @cached_property
    def stores(self) -> dict[int, Store]:
        """Those that this person may see, by number."""
        return {one.id: one for one in self.ledger.stores.all()
                if self.person.may("view", one.id)}

    def say(self, pt: str, en: str) -> str:
        return pt if self.lang == "pt" else en

    def may(self, permission: str, store: int | None = None) -> bool:
        return self.identity is not None and self.person.may(permission, store)

    def demand(self, permission: str, store: int | None = None) -> None:
        """NotFound for another's store; Forbidden for what is not this person's to do."""
        if store is not None and store not in self.stores:
            raise NotFound()
        if not self.person.may(permission, store):
            raise Forbidden(f"{self.person.name} may not do this: {permission}",
                            f"{self.person.name} não pode fazer isto: {permission}")

    # ---- being sure who asks, before money moves ----

    @property
    def stepped_up(self) -> bool:
        return self.identity is not None and self.identity.stepped_up

    def step_up(self) -> None:
        """Raises StepUp unless the form's `password` or `code` holds, or one held just now.

        A new session's cookie goes out with the answer.
        """
        assert self.identity is not None
        if not self.identity.stepped_up:
            self.identity = self.web.door.step_up(self.request, self.identity, self.form)

    # ---- answers ----

    def url(self, path: str, **query: Any) -> str:
        """An address within the application, wherever it is mounted."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._root + path + (f"?{urlencode(given, doseq=True)}" if given else "")

    @property
    def _root(self) -> str:
        """Where the application is mounted."""
        return str(self.request.scope.get("root_path", "")).rstrip("/")

    @property
    def here(self) -> str:
        """The address of this page, without where the application is mounted."""
        path = self.request.url.path[len(self._root):] or "/"
        return path + (f"?{self.request.url.query}" if self.request.url.query else "")

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page out of a template; `refresh=SECONDS` for readers without script."""
        text = self.web.templates.get_template(template).render(
            self.web.words(self) | {"refresh": None} | context)
        return self.dress(HTMLResponse(text, status))

    def go(self, path: str, *, note: str | None = None, **query: Any) -> RedirectResponse:
        """On to another page, which shows a note: a key of `notes.NOTES`."""
        return self.dress(RedirectResponse(self.url(path, note=note, **query), 303))

    def dress(self, answer: Answer) -> Answer:
        """The cookies that go out with an answer that a view made by itself."""
        for name, value in (self.identity.cookies if self.identity else {}).items():
            self.web.set_cookie(answer, self.request, name, value)
        return answer

    def doubts_count(self) -> int:
        """How many doubts there are for this person, as far as the navigation counts."""
        with self.ledger.engine.connect() as connection:
            rows = sa.select(in_doubt.c.id).where(
                in_doubt.c.since <= now(connection),  # others are in flight
                in_doubt.c.store_id.in_(list(self.stores))).limit(_COUNTED).subquery()
            return connection.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
