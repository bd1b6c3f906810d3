"""A Chromium without a window, and what a person does in it."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from served import PASSWORD

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
LOOK = pathlib.Path(__file__).with_name("look.js").read_text(encoding="utf-8")
# What of a phone and of a desk is looked at, each in one of the two schemes.
SCREENS = ((1280, "light"), (400, "dark"), (1280, "dark"), (400, "light"))
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync",
           "--disable-dev-shm-usage", "--hide-scrollbars")
# How long anything may take on a machine that is busy.
PATIENCE = 60


class Browser:
    """Signed in at one Backoffice; texts are those that people read."""

    def __init__(self, address: str, profile: pathlib.Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM or ""
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        options.add_experimental_option("prefs", {"intl.accept_languages": "pt-BR"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.address = address
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
        self.driver.set_page_load_timeout(PATIENCE)
        self.screen(*SCREENS[0])

    def close(self) -> None:
        self.driver.quit()

    # ---- how it is drawn ----

    def cdp(self, command: str, **words: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, words)

    def screen(self, width: int, scheme: str) -> None:
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=False)
        self.cdp("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": scheme}])

    def scripts(self, on: bool) -> None:
        self.cdp("Emulation.setScriptExecutionDisabled", value=not on)

    def look(self, *screens: tuple[int, str]) -> list[str]:
        """What is wrong with the page: by what is drawn, and by what Chromium complains of."""
        found = []
        for width, scheme in screens or SCREENS[:1]:
            self.screen(width, scheme)
            found += [f"{width} {scheme} {self.path}: {each}"
                      for each in self.driver.execute_script(LOOK)]
        self.screen(*SCREENS[0])
        return found + [f"{self.path}: {line['message']}" for line in self.driver.get_log("browser")
                        if line["level"] in ("WARNING", "SEVERE")
                        and "the server responded with a status of 4" not in line["message"]]

    # ---- where it is, and what is there ----

    @property
    def path(self) -> str:
        return urlsplit(self.driver.current_url).path

    @property
    def text(self) -> str:
        """What there is to read, with plain blanks."""
        return self.read("main")

    def read(self, selector: str) -> str:
        return self.one(selector).text.replace("\xa0", " ")

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def until(self, true: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, PATIENCE, 0.1, (StaleElementReferenceException,)).until(
            lambda driver: _while_pages_change(true))

    def await_text(self, text: str) -> None:
        try:
            self.until(lambda: text in self.text)
        except Exception as error:
            raise AssertionError(f"no {text!r} at {self.path}: {self.text}") from error

    # ---- what is done ----

    def go(self, path: str) -> None:
        self.driver.get(self.address + path)

    def press(self, text: str, within: str = "body") -> None:
        """A link, a button or a summary that reads so; the page that follows is there then."""
        found = next((each for each in self.all(f"{within} :is(a, button, summary)")
                      if each.is_displayed()
                      and each.text.replace("\xa0", " ").startswith(text)), None)
        assert found, f"nothing reads {text!r} at {self.path}: {self.text}"
        before = None if found.tag_name == "summary" else self.one("html")
        found.click()
        if before is not None:
            self.until(lambda: _gone(before))

    def type(self, label: str, text: str) -> None:
        """Into the field of that label, instead of what is in it."""
        for element in self.all("main label"):
            if element.is_displayed() and element.text.startswith(label):
                field = self.one(f"#{element.get_attribute('for')}")
                field.clear()
                field.send_keys(text)
                return
        raise AssertionError(f"no field {label!r} at {self.path}: {self.text}")

    def step_up(self) -> None:
        """The password, where the page wants it; it holds for five minutes."""
        if "Sua senha" in self.text:
            self.type("Sua senha", PASSWORD)

    def key(self, *keys: str) -> None:
        for each in keys:
            self.driver.switch_to.active_element.send_keys(each)

    def tab_to(self, text: str) -> None:
        """By Tab alone, to what reads so or is labelled so."""
        for _ in range(90):
            self.key(Keys.TAB)
            if self.driver.execute_script(
                    "const at = document.activeElement;"
                    "return (at.labels?.[0]?.textContent || at.getAttribute('aria-label')"
                    " || at.textContent).trim()").startswith(text):
                return
        raise AssertionError(f"Tab leads to no {text!r} at {self.path}")

    def enter(self) -> None:
        """Enter, and the page that follows it."""
        before = self.one("html")
        self.key(Keys.ENTER)
        self.until(lambda: _gone(before))

    def sign_in(self, name: str, lang: str = "pt") -> None:
        """By nobody before: a session of its own."""
        self.driver.delete_all_cookies()
        self.go("/login")
        self.press(lang, ".languages")
        self.type("Usuário" if lang == "pt" else "User", name)
        self.type("Senha" if lang == "pt" else "Password", PASSWORD)
        self.press("Entrar" if lang == "pt" else "Sign in", "main")


def _while_pages_change(true: Callable[[], Any]) -> Any:
    """Of a page that is left just as it is read the driver knows another word than "stale"."""
    try:
        return true()
    except WebDriverException as error:
        if "does not belong to the document" in str(error.msg):
            return None
        raise


def _gone(element: WebElement) -> bool:
    try:
        return not element.is_enabled()
    except StaleElementReferenceException:
        return True
