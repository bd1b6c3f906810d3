"""The Backoffice's pages over a ledger of their own, asked as a browser would, without one."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from cielo.backoffice import Ledger, Person
from cielo.backoffice.web import create_app

ADDRESS = "http://127.0.0.1"


@dataclass
class Site:
    """The application; `browser` gives one in which somebody is signed in already."""

    ledger: Ledger

    def browser(self, person: Person | None = None, *, lang: str = "pt",
                confirm: Callable[[Person, str], bool] | None = None) -> Browser:
        """As a shop that mounts the pages signs people in: all rights unless told otherwise."""
        who = person or Person("ana")
        return Browser(create_app(self.ledger, person=lambda request: who, confirm=confirm), lang)


class Browser(TestClient):
    """Follows no redirect by itself; `submit` posts as a form on a page of ours does."""

    def __init__(self, app: Any, lang: str = "pt") -> None:
        super().__init__(app, base_url=ADDRESS, follow_redirects=False,
                         raise_server_exceptions=False, headers={"accept-language": lang})

    def token(self, path: str = "/problem") -> str:
        """What the forms of a page hold."""
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, form: str, **fields: Any) -> Any:
        """Posts to `path` with the token of the page `form`."""
        return self.post(path, data={"token": self.token(form), **fields},
                         headers={"origin": ADDRESS})


@pytest.fixture
def site(tmp_path: pathlib.Path) -> Iterator[Site]:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db", [tmp_path / "journal"]) as ledger:
        yield Site(ledger)
