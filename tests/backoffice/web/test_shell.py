"""What all pages share: the frame, languages, and pages for what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
from browsing import Site
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from cielo.backoffice import Person
from cielo.backoffice.web import create_app
from cielo.backoffice.web.language import local


def test_a_page_that_is_not_there(site: Site) -> None:
    answer = site.browser().get("/nothing/at/all")
    assert answer.status_code == 404
    assert '<html lang="pt-BR">' in answer.text and "Página não encontrada" in answer.text
    assert "ana" in answer.text  # who is signed in sees where they are


def test_languages(site: Site) -> None:
    browser = site.browser(lang="en-GB,en;q=0.8")
    assert "No such page" in browser.get("/nothing").text
    answer = browser.get("/language/pt", params={"back": "/sales?tid=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sales?tid=1")
    assert "Página não encontrada" in browser.get("/nothing").text
    assert browser.get("/language/xx").status_code == 404


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example",
                                  "/\tx", "", "evil"])
def test_the_way_back_is_ours(site: Site, back: str) -> None:
    assert local(back) == "/"
    assert site.browser().get("/language/en", params={"back": back}).headers["location"] == "/"


def test_mounted_below_a_path(site: Site) -> None:
    app = create_app(site.ledger, person=lambda request: None)
    with TestClient(Starlette(routes=[Mount("/shop/backoffice", app)]), base_url="http://127.0.0.1",
                    follow_redirects=False) as browser:
        answer = browser.get("/shop/backoffice/language/en", params={"back": "/sales"})
        assert answer.headers["location"] == "/shop/backoffice/sales"
        style = browser.get("/shop/backoffice/static/style.css")
        assert style.headers["content-type"].startswith("text/css")
        assert '"/shop/backoffice/static/style.css?' in browser.get("/shop/backoffice/x").text


def test_nobody_is_signed_in(site: Site) -> None:
    app = create_app(site.ledger, person=lambda request: None)
    browser = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    answer = browser.get("/sales")
    assert answer.status_code == 401 and "ana" not in answer.text


def test_who_asks_may_be_found_out_by_a_coroutine(site: Site) -> None:
    async def person(request: Any) -> Any:
        return Person(request.headers["x-name"])

    browser = TestClient(create_app(site.ledger, person=person), base_url="http://127.0.0.1")
    assert "carla" in browser.get("/x", headers={"x-name": "carla"}).text
