"""The journal: every request received, without card data or keys in it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: How many requests are remembered.
CAPACITY = 10_000

SECRET_HEADERS = frozenset(("merchantkey", "authorization"))

# Works on the text, so that a body that is no JSON is masked as well, and on
# any number as long as a card's, whatever its member is called.
NUMBER = re.compile(r"(?<!\d)(\d{6})\d{3,9}(\d{4})(?!\d)")
CODE = re.compile(r'("(?:SecurityCode|Cvv)"\s*:\s*"?)\d+', re.IGNORECASE)


@dataclass
class Entry:
    """One request; `status` stays None if nothing was answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    at: str
    status: int | None = None
    fault: str | None = None

    def as_dict(self) -> dict[str, Any]:
        try:
            decoded = json.loads(self.body)
        except (ValueError, RecursionError):
            decoded = None
        return dict(vars(self), json=decoded)


class Journal:
    """Keeps the newest requests."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)

    def __len__(self) -> int:
        return len(self._entries)

    def record(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, at: str
    ) -> Entry:
        """Note a request before anything is done with it."""
        entry = Entry(method, path, _headers(headers), masked_body(body), at)
        self._entries.append(entry)
        return entry

    def as_list(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return [entry.as_dict() for entry in self._entries]

    def clear(self) -> None:
        self._entries.clear()


def masked_body(body: bytes) -> str:
    """The body as text, cards masked to first six and last four."""
    text = body.decode("utf-8", "replace")
    text = NUMBER.sub(r"\1******\2", text)
    return CODE.sub(r"\1***", text)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in headers.items():
        if name.lower() in SECRET_HEADERS:
            scheme = value.partition(" ")[0]
            value = f"{scheme} ***" if name.lower() == "authorization" else "***"
        kept[name] = value
    return kept
