"""One server and one Chromium for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from driver import CHROMIUM, DRIVER, Browser
from served import Served, serving


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium and chromedriver are not installed")
    with serving(tmp_path_factory.mktemp("shop"), count=18) as served:
        yield served


@pytest.fixture(scope="session")
def chromium(shop: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(shop.address, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Signed in as `ana`, in Portuguese, with scripts."""
    chromium.go("/")
    if not chromium.all(".person") or chromium.read(".person") != "ana":
        chromium.sign_in("ana")
    chromium.look()  # what a test before this one left to read in the log is not of this one
    yield chromium
    chromium.scripts(True)
