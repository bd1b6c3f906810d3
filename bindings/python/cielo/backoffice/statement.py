"""The statement of a month: what Cielo is likely to charge for its services.

An estimate: prices are typed in, and some uses are not told to who calls. Cielo's own figure
can be typed beside each.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa

from . import brand_fees, month_picture
from .audit import note
from .database import insert, writing
from .errors import Usage
from .person import Person
from .schema import told_total, usage_day
from .stores import Store, Stores
from .tariffs import SERVICES, Tariff, service_named, tariffs_of
from .when import YEARS
from .words import money_text, number_text

__all__ = ["Line", "Month", "Statement", "Statements"]


# A total is an estimate, and says so wherever it is shown.
HEADS = {
    "pt": ("Serviço", "Contratados", "Usados", "Carência", "Excedidos", "Unitário",
           "Total (estimativa)", "Cielo", "Diferença"),
    "en": ("Service", "Contracted", "Used", "In grace", "Exceeded", "Unit", "Total (estimate)",
           "Cielo", "Difference"),
}
SUM = {"pt": "Soma", "en": "Sum"}


class Month(NamedTuple):
    """A month of Brasilia's."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Month:
        """From 2026-10; Usage for anything else."""
        found = re.fullmatch(r"(\d{4})-(\d\d)", text.strip())
        if not found or not 1 <= int(found[2]) <= 12 or (
                int(found[1]) not in YEARS):
            raise Usage(f"a month is written as 2026-10, not {text!r}",
                        f"um mês se escreve 2026-10, e não {text!r}")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, self.number, 1)

    @property
    def last(self) -> datetime.date:
        return self.first.replace(day=monthrange(self.year, self.number)[1])

    @property
    def days(self) -> list[datetime.date]:
        return [self.first.replace(day=day + 1) for day in range(self.last.day)]


class Line(NamedTuple):
    """A service in a month; where its price changes in it, one for each price."""

    service: str
    contracted: int
    used: int
    grace: int  # of them in grace
    exceeded: int
    unit: int | None  # cents; None: no tariff was set
    total: int | None
    since: datetime.date  # the first day of the month with this price
    told: int | None = None  # what Cielo's own statement says of the whole service

    @property
    def difference(self) -> int | None:
        """How much more Cielo says than we do."""
        return None if self.told is None or self.total is None else self.told - self.total

    def name(self, language: str = "pt") -> str:
        return SERVICES[self.service].name(language)


@dataclass(frozen=True)
class Statement:
    """The estimate of a month, line by line."""

    store: Store
    month: Month
    lines: tuple[Line, ...]
    #: Uses by day and service, days without any left out.
    days: Mapping[datetime.date, Mapping[str, int]] = field(repr=False)
    estimate: bool = True

    @property
    def total(self) -> int:
        """Of the lines that have a price."""
        return sum(line.total or 0 for line in self.lines)

    @property
    def told(self) -> int | None:
        """What Cielo says, of the services it was typed in for."""
        told = [line.told for line in self.lines if line.told is not None]
        return sum(told) if told else None

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Services that were used and have no tariff: the total is without them."""
        return tuple(dict.fromkeys(line.service for line in self.lines
                                   if line.total is None and line.used))

    def table(self, language: str = "pt") -> list[tuple[str, ...]]:
        """The heads, then a row of texts for each line, then the sums; "" for what is not known."""
        spoken = "pt" if language.startswith("pt") else "en"

        def money(cents: int | None) -> str:
            return "" if cents is None else money_text(cents, spoken)

        rows = [(line.name(spoken), *(number_text(number, spoken) for number in (
            line.contracted, line.used, line.grace, line.exceeded)),
            *map(money, (line.unit, line.total, line.told, line.difference)))
            for line in self.lines]
        differences = [line.difference for line in self.lines if line.difference is not None]
        sums = map(money, (self.total, self.told, sum(differences) if differences else None))
        return [HEADS[spoken], *rows, (SUM[spoken], "", "", "", "", "", *sums)]

    def picture(self, language: str = "pt", theme: str = "auto", *, narrow: bool = False) -> str:
        """Bars per day as SVG, `narrow` for a phone; `theme` "auto", "light", "dark", or "page":
        with classes only, coloured by the page's own style sheet."""
        services = [line.service for line in self.lines]
        return month_picture.draw(
            self.month.days, self.days,
            {key: SERVICES[key].name(language) for key in dict.fromkeys(services)},
            language, theme, narrow)


# ---- the sum of a line ----


def lines_of(service: str, uses: Sequence[tuple[datetime.date, int]],
             tariffs: Sequence[Tariff], month: Month) -> Iterator[Line]:
    """The lines of a service. Free uses are the month's first ones, by its last tariff."""
    held = [each for each in tariffs if each.since <= month.last]
    starts = [max(each.since, month.first) for each in held]
    grace = held[-1].grace if held else 0
    contracted = allowance = held[-1].allowance if held else 0
    parts: list[tuple[datetime.date, int | None]] = [(month.first, SERVICES[service].unit)]
    for start, each in zip(starts, held):
        if parts[-1][0] == start:
            parts.pop()
        parts.append((start, each.unit))
    ends = [start for start, _ in parts[1:]] + [month.last + datetime.timedelta(days=1)]
    for (start, unit), end in zip(parts, ends):
        used = sum(count for day, count in uses if start <= day < end)
        if not used and len(parts) > 1 and end <= month.last:
            continue
        in_grace = min(used, grace)
        covered = min(used - in_grace, allowance)
        exceeded = used - in_grace - covered
        grace, allowance = grace - in_grace, allowance - covered
        if unit is not None:
            total: int | None = exceeded * unit
        else:
            total = None if exceeded else 0
        yield Line(service, contracted, used, in_grace, exceeded, unit, total, start)


def with_told(lines: list[Line], told: int | None) -> Iterator[Line]:
    """Cielo's figure is of the whole service: it stands beside the last line, less the others."""
    if told is None:
        yield from lines
        return
    yield from lines[:-1]
    yield lines[-1]._replace(told=told - sum(line.total or 0 for line in lines[:-1]))


def bpo(tariffs: Mapping[str, Sequence[Tariff]], month: Month) -> bool:
    """Whether a store's analyses are with BPO, which no answer says: by the latest tariff."""
    def latest(service: str) -> datetime.date:
        return max((each.since for each in tariffs.get(service, ()) if each.since <= month.last),
                   default=datetime.date.min)
    return latest("antifraud_bpo") > latest("antifraud")


class Statements:
    """Statements out of a ledger; `ledger.statement(month)` makes one."""

    def __init__(self, engine: sa.Engine, stores: Stores) -> None:
        self._engine = engine
        self._stores = stores

    def __call__(self, month: str | Month, store: int | str | None = None) -> Statement:
        """Of a month such as "2026-10" and a store: by its number, name or EC."""
        which = month if isinstance(month, Month) else Month.read(month)
        owner = self._stores.get(store)
        with self._engine.connect() as connection:
            tariffs = defaultdict(list)
            for each in tariffs_of(connection, owner.id):
                tariffs[each.service].append(each)
            told = self._told(connection, owner, which)
            uses = self._uses(connection, owner, which)
            for service, day, count in brand_fees.retries(connection, owner.id, which.first,
                                                          which.last):
                uses[service].append((day, count))
        if bpo(tariffs, which):
            uses["antifraud_bpo"] = uses.pop("antifraud", [])
        lines: list[Line] = []
        for service in SERVICES:
            held = [each for each in tariffs[service] if each.since <= which.last]
            if uses.get(service) or held or service in told:
                lines += with_told(list(lines_of(service, uses.get(service, []), held, which)),
                                   told.get(service))
        return Statement(owner, which, tuple(lines), _by_day(uses))

    @staticmethod
    def _told(connection: sa.Connection, store: Store, month: Month) -> dict[str, int]:
        rows = connection.execute(sa.select(told_total.c.service, told_total.c.total).where(
            told_total.c.store_id == store.id, told_total.c.month == str(month)))
        return {row.service: row.total for row in rows}

    @staticmethod
    def _uses(connection: sa.Connection, store: Store, month: Month) -> (
            dict[str, list[tuple[datetime.date, int]]]):
        uses: dict[str, list[tuple[datetime.date, int]]] = defaultdict(list)
        for row in connection.execute(
                sa.select(usage_day.c.service, usage_day.c.day,
                          usage_day.c.count.label("uses")).where(
                    usage_day.c.store_id == store.id,
                    usage_day.c.day.between(month.first, month.last)).order_by(usage_day.c.day)):
            if row.service in SERVICES:
                uses[row.service].append((row.day, row.uses))
        return uses

    def tell(self, month: str | Month, service: str, total: int | None, *,
             store: int | str | None = None, by: Person | None = None) -> None:
        """What Cielo's own statement says of a service, in cents; None takes it back."""
        which = month if isinstance(month, Month) else Month.read(month)
        person, number = by or Person.of_system(), self._stores.get(store).id
        person.demand("configure", number)
        key = {"store_id": number, "month": str(which), "service": service_named(service).key}
        with writing(self._engine) as connection:
            if total is None:
                connection.execute(sa.delete(told_total).where(
                    *(told_total.c[name] == value for name, value in key.items())))
            else:
                row = insert(connection, told_total).values(**key, total=total)
                connection.execute(row.on_conflict_do_update(
                    index_elements=list(key), set_={"total": total}))
            note(connection, person.name, "statement.tell", store_id=number, month=str(which),
                 service=key["service"], total=total)


def _by_day(uses: Mapping[str, Sequence[tuple[datetime.date, int]]]) -> (
        dict[datetime.date, dict[str, int]]):
    days: dict[datetime.date, dict[str, int]] = defaultdict(dict)
    for service, counts in uses.items():
        for day, count in counts:
            days[day][service] = days[day].get(service, 0) + count
    return dict(days)
