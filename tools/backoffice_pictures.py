#!/usr/bin/env python3
"""Draws the pictures of docs/backoffice anew: the Backoffice in Portuguese, over the demo's shop.

    .venv/bin/python tools/backoffice_pictures.py

Chromium draws them and Pillow makes them small; both are needed for this alone.
"""

from __future__ import annotations

import base64
import io
import pathlib
import sys
import tempfile

from PIL import Image

from cielo.backoffice import Person

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from driver import Browser  # noqa: E402
from served import PASSWORD, Served, serving  # noqa: E402

FOLDER = ROOT / "docs" / "backoffice"
WIDTH = 1280


def draw(browser: Browser, name: str, height: int) -> None:
    """What the page shows above `height`, in colours enough for text."""
    browser.driver.execute_script("document.activeElement.blur()")
    whole = browser.driver.execute_script("return document.documentElement.scrollHeight")
    drawn = browser.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={
        "x": 0, "y": 0, "width": WIDTH, "height": min(whole, height), "scale": 1})
    picture = Image.open(io.BytesIO(base64.b64decode(drawn["data"]))).convert("RGB")
    path = FOLDER / f"{name}.png"
    picture.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def draw_batch(browser: Browser, shop: Served) -> None:
    orders = [str(number) for number in range(6101, 6110)]
    shop.sell(*orders)
    ids = [next(iter(shop.ledger.search(order=order))).id for order in orders]
    made = shop.ledger.batches.make("capture", ids, by=Person("ana"))
    shop.sandbox.faults([{"match": "PUT /1/sales", "delay_ms": 100, "times": 4},
                         {"match": "PUT /1/sales", "delay_ms": 8000, "times": -1}])
    browser.go(f"/batches/{made.id}")
    browser.step_up()
    browser.press(f"Capturar {len(orders)} vendas")
    browser.await_text(f"4 de {len(orders)}")
    draw(browser, "batch", 760)
    shop.sandbox.faults([])
    browser.await_text("acabado")


def draw_all(browser: Browser, shop: Served) -> None:
    shop.sell("6001", Capture=True)
    browser.sign_in("ana")
    browser.go("/sales?amount_min=100,00&status=paid&status=not_paid")
    draw(browser, "search", 1240)
    browser.go("/doubts")
    browser.press("Venda", "table")
    draw(browser, "doubt", 1000)
    browser.go(f"/sales/{next(iter(shop.ledger.search(order='6001'))).id}")
    browser.press("Cancelar", "main")
    browser.type("Valor em reais", "57,00")
    draw(browser, "void", 640)
    browser.type("Sua senha", PASSWORD)
    browser.press("Confirmar cancelamento")
    draw(browser, "sale", 1080)
    draw_batch(browser, shop)
    browser.go("/statement")
    draw(browser, "statement", 900)


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, \
            serving(pathlib.Path(folder), count=140) as shop:
        browser = Browser(shop.address, pathlib.Path(folder) / "profile")
        try:
            draw_all(browser, shop)
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
