"""The Backoffice's pages, asked as a browser would, without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from cielo.backoffice import Ledger, Person
from cielo.backoffice.web import create_app

__all__ = ["ADDRESS", "PASSWORD", "Browser", "Site"]

ADDRESS = "http://127.0.0.1"
PASSWORD = "cavalo bateria grampo"


@dataclass
class Site:
    """The application; `browser` gives one in which somebody is signed in already."""

    ledger: Ledger

    def browser(self, person: Person | None = None, *, lang: str = "pt",
                confirm: Callable[[Person, str], bool] | None = None) -> Browser:
        """As a shop that mounts the pages signs people in: all rights unless told otherwise."""
        who = person or Person("ana")
        return Browser(create_app(self.ledger, person=lambda request: who, confirm=confirm), lang)

    def user(self, name: str, *roles: str, **more: Any) -> None:
        """A user of the Backoffice's own, in all stores."""
        self.ledger.accounts.add(name, PASSWORD, {None: frozenset(roles)}, **more)

    def own(self, *, address: str = ADDRESS, peer: str = "127.0.0.1", lang: str = "pt",
            **options: Any) -> Browser:
        """A browser before the application with accounts of its own."""
        return Browser(create_app(self.ledger, **options), lang, address, peer)

    def signed_in(self, name: str, **options: Any) -> Browser:
        browser = self.own(**options)
        assert browser.sign_in(name).status_code == 303
        return browser


class Browser(TestClient):
    """Follows no redirect by itself; `submit` posts as a form on a page of ours does."""

    def __init__(self, app: Any, lang: str = "pt", address: str = ADDRESS,
                 peer: str = "127.0.0.1") -> None:
        super().__init__(app, base_url=address, follow_redirects=False, client=(peer, 50000),
                         raise_server_exceptions=False, headers={"accept-language": lang})

    def token(self, path: str = "/problem") -> str:
        """What the forms of a page hold."""
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, form: str, **fields: Any) -> Any:
        """Posts to `path` with the token of the page `form`."""
        return self.post(path, data={"token": self.token(form), **fields})

    def post(self, url: Any, **options: Any) -> Any:
        """From a page of ours, unless headers say otherwise."""
        return super().post(url, **{
            "headers": {"origin": str(self.base_url).rstrip("/")}, **options})

    def sign_in(self, name: str, password: str = PASSWORD, **fields: Any) -> Any:
        return self.submit("/login", "/login", name=name, password=password, **fields)

    def sign_out(self) -> Any:
        return self.submit("/logout", "/me")
