"""The store that a page is about, and values as its forms hold them."""

from __future__ import annotations

import datetime

from ..errors import BadValue
from ..stores import Store
from ..words import cents_of
from .asked import Asked, NotFound

__all__ = ["Wrong", "amount_in", "day_in", "number_in", "store_of", "text_in"]


class Wrong(BadValue):
    """A field of a form that cannot be read."""

    def __init__(self, field: str, en: str, pt: str) -> None:
        super().__init__(en, pt)
        self.field = field


def store_of(asked: Asked) -> Store:
    """The one whose number the address or the form has, else the first that may be seen."""
    given = asked.form.get("store") or asked.query.get("store")
    if not given:
        if not asked.stores:
            raise NotFound()
        return next(iter(asked.stores.values()))
    number = str(given)
    found = asked.stores.get(int(number)) if number.isdecimal() and len(number) < 10 else None
    if found is None:
        raise NotFound()
    return found


def text_in(asked: Asked, name: str, most: int = 200) -> str:
    """What a form's field holds, without spaces around it."""
    value = asked.form.get(name)
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > most:
        raise Wrong(name, f"has more than {most} characters", f"tem mais de {most} caracteres")
    return text


def amount_in(asked: Asked, name: str) -> int:
    """Cents, of reais as people write them."""
    try:
        return cents_of(text_in(asked, name))
    except Wrong:
        raise
    except BadValue as error:
        raise Wrong(name, error.en, error.pt) from None


def number_in(asked: Asked, name: str, least: int, most: int, default: int | None = None) -> int:
    text = text_in(asked, name)
    if not text and default is not None:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    raise Wrong(name, f"is a number from {least} to {most}", f"é um número de {least} a {most}")


def day_in(asked: Asked, name: str) -> datetime.date | None:
    """A day as a browser's calendar or a person writes it; None for none."""
    text = text_in(asked, name)
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise Wrong(name, "is a day such as 2026-10-01", "é um dia como 01/10/2026")
