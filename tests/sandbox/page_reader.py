"""Reads the page as a browser without script does: its texts, its forms, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from sandbox_support import Reply, Shop

FORM = "application/x-www-form-urlencoded"


@dataclass
class Button:
    """A way to send a form: where it goes, and what goes along."""

    action: str
    label: str
    fields: dict[str, str]


@dataclass
class Element:
    """What was opened and has not been closed yet."""

    tag: str
    attributes: dict[str, str | None]


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class PageReader(HTMLParser):
    """One page, taken apart."""

    VOID = frozenset(("meta", "link", "input"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.buttons: list[Button] = []
        self.words: dict[str, str] = {}
        self._open: list[Element] = []
        self._form: Form | None = None
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given["method"] == "post"
            self._form = Form(given.get("action", ""))
        if self._form is not None:
            self._enter(self._form, tag, given)

    def _enter(self, form: Form, tag: str, given: dict[str, str]) -> None:
        if tag == "input":
            form.fields[given["name"]] = given["value"]
        elif tag == "option" and "value" in given:
            select = [one for one in self._open if one.tag == "select"][-1]
            name = str(select.attributes["name"])
            if name not in form.fields or "selected" in given:
                form.fields[name] = given["value"]
        elif tag == "button":
            action = given.get("formaction", form.action)
            self.buttons.append(Button(action, given.get("aria-label", ""), form.fields))

    def handle_endtag(self, tag: str) -> None:
        last = self._open.pop()
        assert last.tag == tag, f"{last} is closed by {tag}"
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        parts = [one.attributes.get("id") for one in self._open if one.tag == "section"]
        name = str(parts[-1]) if parts else ""
        self.words[name] = self.words.get(name, "") + data
        if self._open and self._open[-1].tag == "button" and not self.buttons[-1].label:
            self.buttons[-1].label = data

    def part(self, name: str) -> str:
        """The text of a section, with single blanks."""
        return re.sub(r"\s+", " ", self.words.get(name, "")).strip()

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]


def read_page(shop: Shop, query: str = "") -> PageReader:
    answer = shop.call("GET", f"/{query}")
    assert answer.status == 200, answer.body
    return PageReader(answer.body.decode())


def send(shop: Shop, name: str, form: dict[str, Any], **headers: str) -> Reply:
    """Send a form to an address of the page's, as a browser does."""
    path = name if name.startswith("/") else f"/_sandbox/page/{name}"
    headers = {"Content-Type": FORM, **headers}
    return shop.call("POST", path, urlencode(form).encode(), **headers)


def press(shop: Shop, label: str, query: str = "", **changes: str) -> Reply:
    """Press the one button of this label, with some fields filled in."""
    found = [one for one in read_page(shop, query).buttons if one.label == label]
    assert len(found) == 1, f"{len(found)} buttons {label!r}"
    assert set(changes) <= set(found[0].fields)
    return send(shop, found[0].action, {**found[0].fields, **changes})
