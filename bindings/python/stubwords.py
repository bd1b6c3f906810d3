"""The closed lists of words as the stub's aliases, and where it uses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: The closed lists of words, and what the stub calls them.
WORDS = {
    "retry": "_RetryKind", "change": "_Change", "category": "_Category",
    "table": "_AdviceTable", "code_operation": "_CodeOperation", "rule": "_Rule",
    "cause": "_Cause", "notification": "_Notified", "book": "_Book",
}

#: Members of results whose words are the library's own.
MEMBERS = {
    ("Notification", "kind"): "_Notified", ("Notification", "status_name"): "_OrderStatus",
}

#: Whose status a result tells, where it is not a sale's.
STATUS_NAMES = {"Order": "_OrderStatus"}


def literal(name: str, words: Iterable[str]) -> str:
    return f"{name} = Literal[{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}]"


def interval_words(schema: dict[str, Any]) -> list[str]:
    """The names that an interval may have, of a parameter as of a member."""
    return next(list(row["words"]) for row in schema["fields"] if row["type"] == "INTERVAL")


def words(schema: dict[str, Any]) -> str:
    """The aliases of closed lists; an error that somebody made by hand has a kind, too."""
    kinds = ["error", "api"] + [
        row["kind"] for row in schema["statuses"] if row["class"] != "-"]
    lists = {"_Kind": kinds, "_SaleStatus": schema["sale_status"],
             "_OrderStatus": schema["order_status"], "_Interval": interval_words(schema)}
    lists.update((WORDS[name], own) for name, own in schema["vocabulary"].items())
    return "\n".join(literal(name, own) for name, own in lists.items())
