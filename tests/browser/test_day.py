"""A shop's day in the Backoffice, as somebody lives it who sees nothing but the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from driver import Browser
from selenium.webdriver.common.keys import Keys
from served import PASSWORD, Served


@pytest.fixture
def day(browser: Browser) -> Iterator[Browser]:
    """What Chromium complains of on the way is told at the end."""
    yield browser
    found = browser.look()
    assert not found, "\n".join(found)


def search(browser: Browser, order: str) -> None:
    browser.press("Vendas", ".tabs")
    browser.type("Pedido", order)
    browser.type("Valor, de", "100,00")
    browser.press("Buscar", "main")


def test_a_part_is_voided_and_the_rest_is_seen(day: Browser, shop: Served) -> None:
    shop.sell("6001", Capture=True)
    day.sign_in("ana")
    search(day, "6001")
    assert "1 venda" in day.text and "R$ 157,00" in day.text
    day.press("6001", "table")
    assert "até R$ 157,00" in day.text
    day.press("Cancelar", "main")
    day.type("Valor em reais", "57,00")
    day.await_text("Parcial: restam R$ 100,00.")
    day.type("Sua senha", "não é esta aqui")
    day.press("Confirmar cancelamento")
    assert "Não confere." in day.text and shop.voided("6001") == 0
    day.type("Sua senha", PASSWORD)
    day.press("Confirmar cancelamento")
    assert day.path.startswith("/sales/") and "até R$ 100,00" in day.text
    assert "Cancelado\nR$ 57,00" in day.text
    assert shop.voided("6001") == 5700


def test_a_block_is_captured_while_one_looks_on(day: Browser, shop: Served) -> None:
    orders = ("6101", "6102", "6103")
    shop.sell(*orders)
    day.go("/sales?" + "&".join(f"order={each}" for each in orders))
    day.one("[data-all]").click()
    day.press("Em lote", "main")
    day.press("Capturar", "main .menu")
    assert "Nada foi enviado ainda" in day.text and "R$ 471,00" in day.text
    day.step_up()
    shop.sandbox.faults([{"match": "PUT /1/sales", "delay_ms": 100, "times": 1},
                         {"match": "PUT /1/sales", "delay_ms": 6000, "times": -1}])
    try:
        day.press("Capturar 3 vendas")
        page = day.one("html")
        day.await_text("1 de 3")
        assert "Pode fechar esta página" in day.text and page.is_enabled()  # it was not reloaded
    finally:
        shop.sandbox.faults([])
    day.await_text("3 de 3")
    day.await_text("acabado")
    assert "feitas 3" in day.text


def test_a_doubt_is_settled(day: Browser, shop: Served) -> None:
    shop.doubt("6201")
    day.press("Em dúvida", ".tabs")
    assert "Não cobre de novo" in day.text
    day.press("6201", "table")
    assert "esta venda não recebe mudanças" in day.text
    day.press("Ver e resolver")
    assert "R$ 157,00" in day.text and "nenhuma ainda" in day.text
    day.press("Consultar agora", "main")
    assert "Já se sabe: aconteceu" in day.text
    search(day, "6201")
    assert "Pago" in day.read("table")


def test_a_price_is_set_for_the_statement(day: Browser) -> None:
    day.press("Extrato", ".tabs")
    assert "estimativa" in day.text and day.one(".picture").size["width"] > 200
    day.screen(400, "light")  # a phone has a picture of its own, and does not scroll it
    day.until(lambda: "narrow" in day.one(".picture").get_property("currentSrc"))
    assert day.driver.execute_script(
        "const figure = document.querySelector('figure');"
        "return figure.scrollWidth <= figure.clientWidth")
    day.screen(1280, "light")
    day.press("Preços", "main")
    day.type("Preço de um uso", "0,37")
    day.press("Guardar", "main")
    assert "R$ 0,37" in day.read("table")
    day.press("Extrato", ".tabs")
    assert "R$ 0,37" in day.text


def test_who_only_looks_sees_no_button(day: Browser, shop: Served) -> None:
    day.press("Usuários", ".tabs")
    day.press("Novo usuário", "main")
    day.type("Nome", "bia")
    day.type("Senha de quem entra", PASSWORD)
    day.one("option[value=viewer]").click()
    day.step_up()
    day.press("Criar", "main")
    assert "bia" in day.text
    day.press("Sair", ".top")
    assert day.path == "/login"

    day.sign_in("bia")
    assert "Usuários" not in day.read(".tabs")
    paid = next(row for row in shop.ledger.search(status="paid") if row.word == "paid")
    day.go(f"/sales/{paid.id}")
    assert "Cancelar" not in day.text and "Atualizar" in day.text
    day.go("/sales")
    assert "Em lote" not in day.text and not day.all("input[name=id]")
    day.go("/users")
    assert "Sem permissão" in day.text


def test_a_short_day_in_english(browser: Browser, shop: Served) -> None:
    shop.sell("6301")
    browser.sign_in("ana", "en")
    assert browser.one("html").get_attribute("lang") == "en"
    browser.press("Sales", ".tabs")
    browser.type("Order", "6301")
    browser.press("Search", "main")
    browser.press("6301", "table")
    browser.press("Capture", "main")
    browser.type("Amount in reais", "57.00")
    browser.await_text("A part: ")
    browser.type("Your password", PASSWORD)
    browser.press("Confirm the capture")
    assert "R$57.00" in browser.text.replace("R$ ", "R$")
    found = browser.look()
    browser.press("Sign out", ".top")
    assert browser.path == "/login" and not found, "\n".join(found)
    browser.press("pt", ".languages")


def test_by_keyboard_alone(day: Browser, shop: Served) -> None:
    shop.sell("6401", Capture=True)
    day.sign_in("ana")
    day.go("/")
    day.tab_to("Ir para o conteúdo")
    day.tab_to("Vendas")
    day.enter()
    day.tab_to("Pedido")
    day.key("6401")
    day.enter()
    day.tab_to("6401")
    day.enter()
    day.tab_to("Cancelar")
    day.enter()
    day.tab_to("Valor em reais")
    day.key(Keys.CONTROL + "a", "57,00")
    day.tab_to("Sua senha")
    day.key(PASSWORD)
    day.enter()
    assert "Cancelado\nR$ 57,00" in day.text


def test_without_scripts(browser: Browser, shop: Served) -> None:
    shop.sell("6501")
    browser.scripts(False)
    search(browser, "6501")
    browser.press("6501", "table")
    browser.press("Capturar", "main")
    browser.type("Valor em reais", "57,00")
    browser.press("Só calcular")
    assert "R$ 100,00" in browser.text
    browser.step_up()
    browser.press("Confirmar captura")
    assert "Capturado\nR$ 57,00" in browser.text
    paid = [row.id for row in shop.ledger.search(order="6501")]
    batch = shop.ledger.batches.make("void", paid)
    shop.sandbox.faults([{"match": "PUT /1/sales", "delay_ms": 2500, "times": 1}])
    shop.ledger.batches.start(batch.id)
    browser.go(f"/batches/{batch.id}")
    browser.await_text("acabado")  # the page comes anew by itself
    shop.sandbox.faults([])
    assert "feitas 1" in browser.text
