"""What a return code means and says of trying again, for people."""

from __future__ import annotations

from typing import Any, NamedTuple

import cielo

__all__ = ["Advice", "advice_of", "retry_text"]

_RETRY = {
    "never": ("nunca", "never"),
    "limited": ("limitada", "limited"),
    "limited_next_day": ("limitada, a partir do dia seguinte", "limited, from the next day"),
    "after": ("depois de {after_hours} h", "after {after_hours} h"),
    "allowed": ("permitida", "allowed"),
    "unknown": ("não se sabe", "not known"),
}


def retry_text(retry: Any, lang: str = "pt") -> str:
    """Of the `retry` of a cielo.ReturnCode: whether, when and how often."""
    portuguese = lang == "pt"
    told = _RETRY[retry.kind][0 if portuguese else 1].format(after_hours=retry.after_hours)
    if retry.max_attempts:
        told += (f": até {retry.max_attempts} em {retry.window_days} dias" if portuguese else
                 f": up to {retry.max_attempts} in {retry.window_days} days")
    return told


class Advice(NamedTuple):
    """What is said of a code, in a language."""

    meaning: str
    retry: str
    shopper: str


def advice_of(code: str | None, lang: Any = "pt", operation: Any = "sale") -> Advice | None:
    """Of a code that a sale, a capture or a void came back with; None for none that is known."""
    found = cielo.return_code(code, operation=operation) if code else None
    if found is None:
        return None
    return Advice(found.meaning(lang), retry_text(found.retry, lang), found.shopper(lang))
