"""What sales are looked for by, as words of an address, of the command and of Python.

A filter that is given more than once takes any of its values; different filters
must all hold.  Every filter is written as it was typed, so that an address can be
shared and "30d" in it stays the last thirty days of whoever opens it.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import shlex
import urllib.parse
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .errors import BadValue, Usage
from .when import span_of
from .words import (
    FRAUD,
    GROUPS,
    WORDS,
    cents_of,
    label,
    labels,
    near_words,
    reais_of,
    word_typed,
)

__all__ = ["DATES", "FIELDS", "Field", "FilterError", "Filters", "Problem", "Window", "none_of"]

DEFAULT_DAYS = 30
DATES = ("order", "capture", "cancel")
MOST_VALUES = 100
_LONGEST = 128


class Problem(NamedTuple):
    """A filter and what is wrong with it, in English and in Portuguese."""

    field: str
    rule: str
    rule_pt: str

    def text(self, lang: str = "pt") -> str:
        return f"{self.field}: {self.rule_pt if lang == 'pt' else self.rule}"


class FilterError(Usage):
    """Filters that say nothing sensible; `problems` has every one, with its field."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*("; ".join(one.text(lang) for one in problems)
                           for lang in ("en", "pt")))
        self.problems = problems

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.problems


class Window(NamedTuple):
    """From `begin` on and before `end`, in UTC; None is without an end."""

    begin: datetime.datetime | None
    end: datetime.datetime | None


# ---- what a value may be; each gives it as it is compared, or raises BadValue ----

def _text(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadValue(f"is longer than {_LONGEST} characters",
                       f"tem mais de {_LONGEST} caracteres")
    if not text.isprintable():
        raise BadValue("has characters that cannot be printed",
                       "tem caracteres que não se imprimem")
    return text


def _lower(text: str) -> str:
    return _text(text).lower()


def _digits(text: str) -> str:
    text = _text(text)
    if not (text.isascii() and text.isdecimal()):
        raise BadValue(f"{text!r} is no number", f"{text!r} não é um número")
    return text


def _last4(text: str) -> str:
    text = _digits(text)
    if len(text) != 4:
        raise BadValue("takes the last four digits of a card, and no more of it",
                       "recebe os quatro últimos dígitos do cartão, e nada mais dele")
    return text


def _status_number(text: str) -> str:
    text = _digits(text)
    if len(text) > 4:
        raise BadValue(f"{text} is no status of a sale",
                       f"{text} não é status de uma venda")
    return str(int(text))


def _one_of(kind: str) -> Callable[[str], str]:
    """A word of a kind, in English or as Portuguese calls it."""
    def read(text: str) -> str:
        word = word_typed(kind, _text(text))
        if word is None:
            known = [f"{each} ({label(kind, each).lower()})" for each in labels(kind)]
            raise none_of(text.strip(), labels(kind), near_words(kind, text), known)
        return word
    return read


def none_of(text: str, words: Iterable[str], near: Sequence[str] = (),
            words_pt: Iterable[str] | None = None) -> BadValue:
    """What is said of a word that is not among those that a field takes."""
    known = list(words)
    en = f"{text!r} is none of {', '.join(known)}"
    pt = f"{text!r} não é um destes: {', '.join(words_pt or known)}"
    if near:
        en, pt = f"{en}; did you mean {near[0]}?", f"{pt}; quis dizer {near[0]}?"
    return BadValue(en, pt)


def _fraud(text: str) -> str:
    """A word, or Cielo's number for it."""
    number = text.strip()
    if number.isdecimal() and len(number) < 4 and int(number) < len(FRAUD):
        return FRAUD[int(number)]
    return _one_of("fraud")(text)


def _moment(text: str) -> str:
    span_of(text, datetime.datetime.now(datetime.timezone.utc), datetime.timezone.utc)
    return text.strip()


def _reais(text: str) -> str:
    return reais_of(cents_of(text))


class Field(NamedTuple):
    """A filter: its name in addresses, how a value is read, and what it is for."""

    name: str
    read: Callable[[str], str]
    help: str
    many: bool = True

    @property
    def option(self) -> str:
        """Its name as an option of the command."""
        return "--" + self.name.replace("_", "-")


FIELDS = (
    Field("tid", _text, "Cielo's identifier of the transaction"),
    Field("ec", _digits, "Cielo's number of the establishment"),
    Field("payment_id", _lower, "PaymentId of the sale"),
    Field("order", _text, "order number, as the shop sent it"),
    Field("nsu", _text, "ProofOfSale of the authorization"),
    Field("error", _text, "code of what failed"),
    Field("group", _one_of("group"), "group of means: " + ", ".join(GROUPS)),
    Field("means", _lower, "the means itself: visa, bradesco2"),
    Field("fraud", _fraud, "antifraud: " + ", ".join(FRAUD)),
    Field("status", _one_of("status"), "status: " + ", ".join(WORDS)),
    Field("status_number", _status_number, "Cielo's number of the status"),
    Field("store", _text, "name of the store"),
    Field("card", _last4, "the card's last four digits"),
    Field("kind", _lower, "kind of an error of ours: timeout"),
    Field("recurrence", _lower, "RecurrentPaymentId"),
    Field("amount_min", _reais, "this amount or more", many=False),
    Field("amount_max", _reais, "this amount or less", many=False),
    Field("date", _one_of("date"), "which date: " + ", ".join(DATES), many=False),
    Field("since", _moment, "from then on: 30d, 2h, 27/11/2026 11:19, 2026-11-27", many=False),
    Field("until", _moment, "until then, that minute or day still in it", many=False),
)
# Who names a sale wants it however old it is.
_NAMES_SALES = ("tid", "payment_id", "order", "nsu", "recurrence")


def _field(name: str) -> Field | None:
    return next((field for field in FIELDS if field.name == name), None)


def _unknown(name: str) -> Problem:
    near = difflib.get_close_matches(name, [field.name for field in FIELDS], 1)
    return Problem(name, "is no filter" + (f"; did you mean {near[0]}?" if near else ""),
                   "não é um filtro" + (f"; quis dizer {near[0]}?" if near else ""))


@dataclasses.dataclass(frozen=True)
class Filters:
    """Filters that were read: made by `of`, `from_pairs`, `from_query` or `from_command`."""

    tid: tuple[str, ...] = ()
    ec: tuple[str, ...] = ()
    payment_id: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    nsu: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    fraud: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    status_number: tuple[str, ...] = ()
    store: tuple[str, ...] = ()
    card: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    recurrence: tuple[str, ...] = ()
    amount_min: str | None = None
    amount_max: str | None = None
    date: str | None = None
    since: str | None = None
    until: str | None = None

    # ---- reading ----

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]], *,
                   ignore: Iterable[str] = ()) -> Filters:
        """Out of (name, value) pairs; fields of a form that were left empty say nothing."""
        given: dict[str, list[str]] = {}
        problems: list[Problem] = []
        ignored = frozenset(ignore)
        for name, text in pairs:
            field = _field(name)
            if name in ignored:
                continue
            if field is None:
                problems.append(_unknown(name))
                continue
            if not text.strip():
                continue
            try:
                value = field.read(text)
            except BadValue as error:
                problems.append(Problem(name, error.en, error.pt))
                continue
            values = given.setdefault(name, [])
            if value not in values:
                values.append(value)
        problems += _too_many(given)
        if problems:
            raise FilterError(*problems)
        read: dict[str, Any] = {name: tuple(values) if _is_many(name) else values[0]
                                for name, values in given.items()}
        return cls(**read)

    @classmethod
    def from_query(cls, query: str, *, ignore: Iterable[str] = ()) -> Filters:
        """Out of an address's query, `status=paid&since=30d`."""
        pairs = urllib.parse.parse_qsl(query.lstrip("?"), keep_blank_values=True)
        return cls.from_pairs(pairs, ignore=ignore)

    @classmethod
    def from_command(cls, words: str | Sequence[str]) -> Filters:
        """Out of words of the command, `--status not-paid --since 30d`."""
        try:
            left = shlex.split(words) if isinstance(words, str) else list(words)
        except ValueError as error:
            raise FilterError(Problem("search", f"cannot be split into words: {error}",
                                      f"não se divide em palavras: {error}")) from None
        pairs = []
        while left:
            option, equals, text = left.pop(0).partition("=")
            if not option.startswith("--"):
                raise FilterError(Problem(option, "is no option: filters begin with --",
                                          "não é uma opção: filtros começam com --"))
            if not equals:
                if not left:
                    raise FilterError(Problem(option, "needs a value",
                                              "precisa de um valor"))
                text = left.pop(0)
            pairs.append((option[2:].replace("-", "_"), text))
        return cls.from_pairs(pairs)

    @classmethod
    def of(cls, **given: Any) -> Filters:
        """Out of Python's values: texts, numbers, moments, or lists of them; None is not given.

        Whole numbers are cents where an amount is meant, as everywhere in Python.
        """
        return cls.from_pairs((name, _as_text(name, one)) for name, value in given.items()
                              for one in _listed(value))

    # ---- writing ----

    def pairs(self) -> list[tuple[str, str]]:
        found = []
        for field in FIELDS:
            value = getattr(self, field.name)
            found += [(field.name, one) for one in _listed(value)]
        return found

    def query(self) -> str:
        """As the query of an address; `from_query` reads it back."""
        return urllib.parse.urlencode(self.pairs())

    def command(self) -> str:
        """As words of the command; `from_command` reads it back."""
        words: list[str] = []
        for name, value in self.pairs():
            option = "--" + name.replace("_", "-")
            words += [f"{option}={value}"] if value.startswith("-") else [option, value]
        return shlex.join(words)

    def without(self, name: str, value: str | None = None) -> Filters:
        """Without a filter, or without one of its values."""
        return Filters.from_pairs((one, text) for one, text in self.pairs()
                                  if one != name or value not in (None, text))

    # ---- what they mean ----

    def spanned(self) -> bool:
        """Whether a span of time is searched, and not all of it.

        Without `since` and `until` it is the last thirty days, unless the filters name
        sales by a number of theirs or ask for what is in doubt alone.
        """
        if self.since or self.until:
            return True
        return self.status != ("in_doubt",) and not any(
            getattr(self, name) for name in _NAMES_SALES)

    def window(self, now: datetime.datetime, zone: datetime.tzinfo) -> Window | None:
        """The span of time that is searched, None when it is all of it."""
        if not self.spanned():
            return None
        if not self.since and not self.until:
            return Window(now - datetime.timedelta(days=DEFAULT_DAYS), None)
        begin = span_of(self.since, now, zone).begin if self.since else None
        end = span_of(self.until, now, zone).end if self.until else None
        if begin and end and begin >= end:
            raise FilterError(Problem("since", f"{self.since} is after until {self.until}",
                                      f"{self.since} é depois de until {self.until}"))
        return Window(begin, end)

    def amounts(self) -> tuple[int | None, int | None]:
        """The least and the most in cents, both included."""
        least, most = (cents_of(text) if text else None
                       for text in (self.amount_min, self.amount_max))
        if least is not None and most is not None and least > most:
            raise FilterError(Problem(
                "amount_min", f"{self.amount_min} is above amount_max {self.amount_max}",
                f"{self.amount_min} é mais do que amount_max {self.amount_max}"))
        return least, most


def _is_many(name: str) -> bool:
    field = _field(name)
    return field is not None and field.many


def _too_many(given: dict[str, list[str]]) -> list[Problem]:
    problems = []
    for name, values in given.items():
        most = MOST_VALUES if _is_many(name) else 1
        if len(values) > most:
            problems.append(
                Problem(name, "is given twice, and takes one value",
                        "está duas vezes, e recebe um valor") if most == 1 else
                Problem(name, f"takes at most {most} values", f"recebe até {most} valores"))
    return problems


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _as_text(name: str, value: Any) -> str:
    if name.startswith("amount_") and isinstance(value, int):
        return reais_of(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"a moment without zone: {value!r}")
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
