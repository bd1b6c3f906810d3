"""The journal: every request received, without what is secret in it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .mask import shown_body, shown_header, shown_text

#: How many requests are remembered.
CAPACITY = 10_000


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
        shown = {name: shown_header(name, value) for name, value in headers.items()}
        entry = Entry(method, shown_text(path), shown, shown_body(body), at)
        self._entries.append(entry)
        return entry

    def as_list(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return [entry.as_dict() for entry in self._entries]

    def newest(self, most: int) -> list[Entry]:
        """Some of them, newest first."""
        return list(islice(reversed(self._entries), most))

    def clear(self) -> None:
        self._entries.clear()
