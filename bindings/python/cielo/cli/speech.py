"""Two languages: which one a command speaks, and helps that are written in both.

A help is one text, Portuguese before `//` and English after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["LANGUAGES", "language", "told"]

LANGUAGES = ("pt", "en")
_BETWEEN = re.compile(r"\s+//\s+")


def language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """By `--lang`, else by the locale: English where that is English, else Portuguese."""
    chosen = None
    for at, word in enumerate(words):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name == "--lang":
            value = value if equals else "".join(words[at + 1:at + 2])
            chosen = value if value in LANGUAGES else chosen
    if chosen:
        return chosen
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG")
                   if environment.get(name)), "")
    return "en" if locale.lower().startswith("en") else "pt"


def told(text: str | None, lang: str) -> str | None:
    """A help in one language; what has no `//` is the same in both."""
    if text is None:
        return None
    parts = _BETWEEN.split(text, maxsplit=1)
    return parts[LANGUAGES.index(lang)] if len(parts) == 2 else text
