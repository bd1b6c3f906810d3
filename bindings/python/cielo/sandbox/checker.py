"""Collects what is wrong with a body of API 3.0, as the codes of Cielo's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .exchange import Refusal, problems


class Checker:
    """Collects codes; each is reported once, in the order found."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def add(self, code: int) -> None:
        if code not in self.codes:
            self.codes.append(code)

    def finish(self) -> None:
        """Refuse the request if anything was found."""
        if self.codes:
            raise Refusal(problems(*self.codes))

    def text(self, node: Mapping[str, Any], name: str, longest: int, code: int) -> str:
        """A text member; absent is empty, too long or no text is `code`."""
        value = node.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.add(code)
            return ""
        return value

    def flag(self, node: Mapping[str, Any], name: str) -> bool:
        """A boolean, which may be written as text."""
        value = node.get(name)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return bool(value)
        self.add(184)
        return False

    def node(self, parent: Mapping[str, Any], name: str) -> dict[str, Any] | None:
        """A member that has to be an object if it is there."""
        value = parent.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.add(184)
        return None
