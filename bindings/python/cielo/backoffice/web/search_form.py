"""The form of the search of sales: what is filled in, what is wrong, and the ways on from it.

All of it stands in the address, which can be kept and sent to somebody.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..errors import Told
from ..export import COLUMNS, Column, columns_of
from ..filters import DATES, FIELDS, FilterError, Filters, Problem
from ..search import BRASILIA, SORTS
from ..words import FRAUD, GROUPS, WORDS, label
from .asked import Asked

__all__ = ["Form", "Link", "grouped"]

# What is in an address of the search and filters nothing.
OWN = ("sort", "columns", "after", "before", "note")

# The columns of the page when nobody chose; a card's begin stands beside its end.
SHOWN = ("status", "amount", "received", "merchant_order_id", "nsu", "means", "last4", "code")
OFFERED = tuple(one for one in COLUMNS if one.name not in ("first6", "zone"))

NAMES = {
    "tid": ("Tid", "Tid"), "ec": ("EC", "EC"), "payment_id": ("PaymentId", "PaymentId"),
    "order": ("Pedido", "Order number"), "nsu": ("NSU", "NSU"),
    "error": ("Código do erro", "Error code"),
    "group": ("Meio de pagamento", "Payment method"), "means": ("Bandeira ou banco",
                                                                "Brand or bank"),
    "fraud": ("Antifraude", "Antifraud"), "status": ("Status", "Status"),
    "status_number": ("Status na Cielo (número)", "Cielo's status (number)"),
    "store": ("Loja", "Store"), "card": ("Cartão: 4 últimos dígitos", "Card: last 4 digits"),
    "kind": ("Tipo do erro", "Kind of error"), "recurrence": ("Recorrência", "Recurrence"),
    "amount_min": ("Valor, de", "Amount, from"), "amount_max": ("Valor, até", "Amount, to"),
    "date": ("Data", "Date"), "since": ("Desde", "Since"), "until": ("Até", "Until"),
}
DATES_TOLD = {"order": ("do pedido", "of the order"), "capture": ("da captura", "of the capture"),
              "cancel": ("do cancelamento", "of the cancel")}
SORTS_TOLD = {"newest": ("mais novas primeiro", "newest first"),
              "oldest": ("mais antigas primeiro", "oldest first"),
              "largest": ("maior valor primeiro", "largest first"),
              "smallest": ("menor valor primeiro", "smallest first")}
# Of words to choose from.
CHOICES = {"status": WORDS, "group": GROUPS, "fraud": FRAUD}
MORE = ("nsu", "tid", "payment_id", "ec", "error", "kind", "means", "status_number", "recurrence")

# What a browser's own field for day and hour takes; "30d" is typed as text.
_PICKED = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})?")


class Link(NamedTuple):
    """A way on, its address, and whether it is where the reader is."""

    text: str
    address: str
    here: bool = False


class Option(NamedTuple):
    value: str
    text: str
    chosen: bool


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs as the query of an address, with what is repeated in it."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


class Form:
    """What was asked for; `filters` is None where it cannot be read, see `problems`."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._given = grouped((name, value.strip()) for name, value in asked.query.multi_items()
                              if value.strip())
        self.problems: dict[str, str] = {}
        self.sort = self._given.get("sort", ["newest"])[0]
        self.columns: tuple[Column, ...] = columns_of(SHOWN)
        self.filters: Filters | None = None
        try:
            self.filters = Filters.from_pairs(asked.query.multi_items(), ignore=OWN)
            self._given = {**grouped(self.filters.pairs()), **{
                name: values for name, values in self._given.items() if name in OWN}}
        except FilterError as error:
            self.refuse(error)
        self._read_columns()

    def _read_columns(self) -> None:
        names = [one for value in self._given.get("columns", ()) for one in value.split(",") if one]
        try:
            self.columns = columns_of(names or SHOWN)
        except FilterError as error:
            self.refuse(error)

    def refuse(self, error: FilterError) -> None:
        """Keeps what is wrong, to be shown beside its field."""
        self.filters = None
        for one in error.problems:
            self.problems.setdefault(one.field, self._told(one))

    def _told(self, problem: Problem) -> str:
        rule = Told(problem.rule, problem.rule_pt).text(self._asked.lang)
        return rule[:1].upper() + rule[1:] + ("" if rule.endswith("?") else ".")

    def problem(self, name: str) -> str | None:
        return self.problems.get(name)

    @property
    def elsewhere(self) -> list[str]:
        """What is wrong with what has no field on the page."""
        fields = {one.name for one in FIELDS}
        return [f"{name}: {text}" for name, text in self.problems.items() if name not in fields]

    # ---- addresses ----

    def pairs(self, *, but: Iterable[str] = ()) -> dict[str, list[str]]:
        """What was asked for, as the query of an address, places and notes left out."""
        left_out = {"after", "before", "note", *but}
        columns = [one.name for one in self.columns]
        kept = {name: values for name, values in self._given.items() if name not in left_out}
        if kept.get("sort") == ["newest"]:
            del kept["sort"]
        if "columns" in kept and "columns" not in self.problems:
            kept["columns"] = [",".join(columns)]
            if columns == list(SHOWN):
                del kept["columns"]
        return kept

    def address(self, path: str = "/sales", *, but: Iterable[str] = (), **more: Any) -> str:
        return self._asked.url(path, **{**self.pairs(but=but), **more})

    @property
    def is_filled_in(self) -> bool:
        """Sent by the form itself, with all that was left empty; there is a shorter address."""
        return any(not value.strip() for value in self._asked.query.values()) or (
            len(self._asked.query.getlist("columns")) > 1)

    # ---- what the form shows ----

    def title(self, name: str) -> str:
        return self._asked.say(*NAMES[name])

    def value(self, name: str) -> str:
        return self._given.get(name, [""])[0]

    def inputs(self, name: str) -> list[str]:
        """What stands in the fields of a filter: what was given, and room for one more."""
        return [*self._given.get(name, ()), ""]

    def is_picked(self, name: str) -> bool:
        """Whether a browser's own field for day and hour can show this moment."""
        return bool(_PICKED.fullmatch(self.value(name)))

    def options(self, name: str) -> list[Option]:
        chosen = {value.lower().replace("-", "_") for value in self._given.get(name, ())}
        if name == "store":
            return [Option(one.name, one.name, one.name in self._given.get("store", ()))
                    for one in self._asked.stores.values()]
        return [Option(word, label(name, word, self._asked.lang), word in chosen)
                for word in CHOICES[name]]

    def dates(self) -> list[tuple[str, str]]:
        return [(name, self._asked.say(*DATES_TOLD[name])) for name in DATES]

    def sorts(self) -> list[tuple[str, str]]:
        return [(name, self._asked.say(*SORTS_TOLD[name])) for name in SORTS]

    def offered(self) -> list[Option]:
        shown = {one.name for one in self.columns}
        return [Option(one.name, self._asked.say(one.pt, one.en), one.name in shown)
                for one in OFFERED]

    def more(self) -> tuple[str, ...]:
        """Filters that are asked for less often."""
        return MORE

    @property
    def opened(self) -> bool:
        """Whether one of those is set, or wrong."""
        names = {*MORE, "fraud"}
        return bool(names & (self._given.keys() | self.problems.keys()))

    # ---- ways on ----

    def chips(self) -> list[Link]:
        """Each value that is set, with the address of the search without it."""
        if self.filters is None:
            return []
        own = {name: values for name, values in self.pairs().items() if name in OWN}
        return [Link(f"{self.title(name)}: {self._shown(name, value)}",
                     self._asked.url("/sales", **own, **grouped(
                         self.filters.without(name, value).pairs())))
                for name, value in self.filters.pairs()]

    def _shown(self, name: str, value: str) -> str:
        if name in CHOICES:
            return next(one.text for one in self.options(name) if one.value == value)
        if name == "date":
            return self._asked.say(*DATES_TOLD[value])
        if name.startswith("amount_"):
            return "R$ " + value if self._asked.lang == "pt" else "R$" + value.replace(",", ".")
        return value

    def presets(self) -> Iterator[Link]:
        """Spans of time by a click."""
        zones = {one.zone for one in self._asked.stores.values()}
        zone = ZoneInfo(zones.pop() if len(zones) == 1 else BRASILIA)
        month = datetime.datetime.now(zone).date().replace(day=1).isoformat()
        now = (self.value("since"), self.value("until"))
        for since, pt, en in (("today", "hoje", "today"), ("7d", "7 dias", "7 days"),
                              ("30d", "30 dias", "30 days"), (month, "este mês", "this month")):
            yield Link(self._asked.say(pt, en),
                       self.address(but=("since", "until"), since=since),
                       now == (since, "") or (since == "30d" and now == ("", "")
                                              and self.filters is not None
                                              and self.filters.spanned()))
