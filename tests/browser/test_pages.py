"""Every page there is, drawn on a desk and on a phone, light and dark."""

from __future__ import annotations

import re

import pytest
from driver import SCREENS, Browser
from served import Served
from starlette.routing import compile_path

from cielo.backoffice.web.app import ACCOUNTS, PAGES

# What answers with no page of its own: files, pictures, and ways to go on.
FILES = re.compile(r"\.(csv|xlsx|svg)$|^/language/|^/login$")
LONG = "PedidoDaLojaVirtualDeNumero00000000000000000000042"


def routes() -> dict[str, re.Pattern[str]]:
    return {page.path: compile_path(page.path)[0] for page in (*PAGES, *ACCOUNTS)
            if page.method == "GET" and not FILES.search(page.path)}


def of_kind(routes: dict[str, re.Pattern[str]], path: str) -> list[str]:
    """The first of the routes that a path is of; none where there is none."""
    return [name for name, route in routes.items() if route.match(path.partition("?")[0])][:1]


def links(browser: Browser) -> list[str]:
    found = browser.driver.execute_script(
        "return [...document.querySelectorAll('a[href]')].map((each) => each.href)")
    return [each.removeprefix(browser.address) for each in found
            if each.startswith(browser.address) and not FILES.search(each.partition("?")[0])]


def test_every_page_is_well_drawn(browser: Browser, shop: Served) -> None:
    """From the first one to wherever links lead, one of each kind."""
    left, found = routes(), []
    shop.sell("6601", Capture=True)
    shop.sell("6602")
    paid, authorized = (next(iter(shop.ledger.search(order=order))).id
                        for order in ("6601", "6602"))
    waiting = ["/", f"/sales/{paid}/void", f"/sales/{authorized}/capture"]
    while waiting:
        path = waiting.pop(0)
        if not of_kind(left, path):
            continue
        browser.go(path)
        assert "Página não encontrada" not in browser.text, path
        found += browser.look(*SCREENS)
        for kind in of_kind(left, path) + of_kind(left, browser.path):
            left.pop(kind, None)
        waiting += links(browser)
    assert not found, "\n".join(found)
    assert not left, f"no link leads to {sorted(left)}"


@pytest.mark.filterwarnings("ignore::cielo.FieldWarning")  # fifty characters are many
@pytest.mark.parametrize("state, text", [
    ("long", LONG), ("empty", "Nenhuma venda encontrada"), ("wrong", "Não é uma soma"),
    ("missing", "Página não encontrada"), ("doubt", "Ninguém sabe ainda"),
    ("ready", "Nada foi enviado ainda"), ("paged", "Nesta página")])
def test_states(browser: Browser, shop: Served, state: str, text: str) -> None:
    if state == "long":
        shop.sell(LONG, name="Maria das Dores da Conceição Albuquerque de Vasconcelos Neta",
                  Capture=True)
    browser.go(path_of(shop, state))
    assert text in browser.text
    found = browser.look(*SCREENS[:2])
    assert not found, "\n".join(found)


def test_a_window_that_changes_its_width(browser: Browser) -> None:
    """Filters that a telephone folds are there on a desk, and one sees which page is open."""
    try:
        browser.screen(400, "light")
        browser.go("/audit")
        open_tab = browser.one(".tabs [aria-current]").rect
        assert 0 <= open_tab["x"] and open_tab["x"] + open_tab["width"] <= 400
        browser.go("/sales")
        assert not browser.one("#f-order").is_displayed()
        browser.screen(1280, "light")
        browser.until(lambda: browser.one("#f-order").is_displayed())
    finally:
        browser.screen(*SCREENS[0])


def path_of(shop: Served, state: str) -> str:
    sale_of = {row.order_number: row.id for row in shop.ledger.search(since="60d")}
    if state == "ready":
        paid = [row.id for row in shop.ledger.search(store=shop.store.name) if row.word == "paid"]
        return f"/batches/{shop.ledger.batches.make('void', paid[:3]).id}"
    return {"long": f"/sales/{sale_of.get(LONG)}", "empty": "/sales?order=nada",
            "wrong": "/sales?amount_min=abc&since=ontem&outro=1", "missing": "/nada",
            "doubt": f"/sales/{sale_of.get('5002')}", "paged": "/sales?since=60d&columns=nsu",
            }[state]


def test_the_log_in(browser: Browser) -> None:
    browser.driver.delete_all_cookies()
    browser.go("/sales")
    assert browser.path == "/login"
    found = browser.look(*SCREENS)
    assert not found, "\n".join(found)
