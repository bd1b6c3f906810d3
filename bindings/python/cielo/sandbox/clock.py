"""The sandbox clock: real time plus an offset that tests move forward."""

from __future__ import annotations

import time
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from email.utils import formatdate

DAY = 86_400.0

#: No clock goes further: dates end with the year 9999, and recurrences plan ahead.
LATEST = datetime(2200, 1, 1, tzinfo=timezone.utc).timestamp()

#: Cielo writes its dates in Brasília time, without naming the zone.
BRASILIA = timezone(timedelta(hours=-3))


class Clock:
    """Everything that has a date in the sandbox reads this clock."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._second = -1
        self._header = ""

    def __repr__(self) -> str:
        return f"<Clock {stamp(self.now())} offset={self.offset:g}s>"

    def now(self) -> float:
        """Seconds since the epoch, as the sandbox sees them."""
        return time.time() + self.offset

    def today(self) -> date:
        """The calendar day in Brasília."""
        return local_day(self.now())

    def http_date(self) -> str:
        """The ``Date`` header; formatted once per second."""
        second = int(self.now())
        if second != self._second:
            self._second = second
            self._header = formatdate(second, usegmt=True)
        return self._header


def local(moment: float) -> datetime:
    """The moment on a wall clock in Brasília."""
    return datetime.fromtimestamp(moment, BRASILIA)


def local_day(moment: float) -> date:
    """The calendar day of a moment in Brasília."""
    return local(moment).date()


def midnight(day: date) -> float:
    """The moment at which a day begins in Brasília."""
    return datetime(day.year, day.month, day.day, tzinfo=BRASILIA).timestamp()


def stamp(moment: float) -> str:
    """``YYYY-MM-DD HH:MM:SS``, the form of ``ReceivedDate``."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def iso(moment: float, digits: int = 3) -> str:
    """ISO with ``T`` and a fraction, the form of the lists."""
    when = local(moment)
    text = when.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{when.microsecond:06d}"[: len(text) + 1 + digits] if digits else text


def add_months(day: date, months: int, day_of_month: int | None = None) -> date:
    """The same day some months later, cut to the length of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    wanted = day_of_month or day.day
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))


def parse_day(value: object) -> date | None:
    """A day as Cielo's examples write it, or None: with dashes or slashes."""
    if not isinstance(value, str):
        return None
    for form in ("%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    return None


def parse_month(value: object) -> tuple[int, int] | None:
    """``MM/YYYY`` as (year, month), or None."""
    if not isinstance(value, str):
        return None
    month, slash, year = value.partition("/")
    if slash and month.isdigit() and year.isdigit() and len(month) == 2 and len(year) == 4:
        if 1 <= int(month) <= 12:
            return int(year), int(month)
    return None
