"""Moments as people type them: 30d, 27/11/2026 11:19, 2026-11-27T11:19:23-03:00."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from .errors import BadValue

__all__ = ["YEARS", "Span", "span_of"]

UTC = datetime.timezone.utc

RULE = ("is no moment: write 30d, 2h, 15m or 4w for so long ago, today, yesterday, "
        "2026-11-27 or 27/11/2026, and after a day 11:19 or 11:19:23",
        "não é um momento: escreva 30d, 2h, 15m ou 4w para há quanto tempo, hoje, ontem, "
        "27/11/2026 ou 2026-11-27, e depois do dia 11:19 ou 11:19:23")

_AGO = re.compile(r"(\d{1,5})([mhdw])", re.I | re.A)
_UNITS = {
    "m": datetime.timedelta(minutes=1),
    "h": datetime.timedelta(hours=1),
    "d": datetime.timedelta(days=1),
    "w": datetime.timedelta(weeks=1),
}
_DAYS_BACK = {"today": 0, "hoje": 0, "yesterday": 1, "ontem": 1}
_WRITTEN = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<bd>\d{1,2})/(?P<bm>\d{1,2})/(?P<by>\d{4}))"
    r"(?:(?:[T ]|,? +)(?P<clock>\d{2}:\d{2})(?::(?P<sec>\d{2})(?:\.\d{1,6})?)?"
    r" ?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?", re.I | re.A)
# Before there was a Cielo, and after what both databases can hold with ease.
YEARS = range(1995, 2200)


class Span(NamedTuple):
    """What was named: a point in time, a second, a minute or a day; `end` is outside."""

    begin: datetime.datetime
    end: datetime.datetime


def _day(day: datetime.date, zone: datetime.tzinfo) -> Span:
    """A day of the zone, which where clocks are changed has not always 24 hours."""
    midnights = [datetime.datetime.combine(one, datetime.time(), zone).astimezone(UTC)
                 for one in (day, day + datetime.timedelta(days=1))]
    return Span(midnights[0], midnights[1])


def _offset(text: str) -> datetime.tzinfo:
    if text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return datetime.timezone(datetime.timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _written(found: re.Match[str], zone: datetime.tzinfo) -> Span:
    part = found.groupdict()
    day = datetime.date(int(part["y"] or part["by"]), int(part["m"] or part["bm"]),
                        int(part["d"] or part["bd"]))
    if day.year not in YEARS:
        raise BadValue(f"is in the year {day.year}", f"é no ano {day.year}")
    if not part["clock"]:
        return _day(day, zone)
    hour, minute = map(int, part["clock"].split(":"))
    time = datetime.time(hour, minute, int(part["sec"] or 0))
    own = _offset(part["zone"]) if part["zone"] else zone
    begin = datetime.datetime.combine(day, time, own).astimezone(UTC)
    unit = datetime.timedelta(seconds=1) if part["sec"] else datetime.timedelta(minutes=1)
    return Span(begin, begin + unit)


def _too_long_ago() -> BadValue:
    return BadValue("is too long ago", "é há tempo demais")


def span_of(text: str, now: datetime.datetime, zone: datetime.tzinfo) -> Span:
    """The span that a text names, in UTC; BadValue says what is wrong with it.

    Days and hours without a zone of their own are of `zone`.
    """
    text = text.strip()
    ago = _AGO.fullmatch(text)
    back = _DAYS_BACK.get(text.lower())
    if ago:
        try:
            moment = now - int(ago[1]) * _UNITS[ago[2].lower()]
        except OverflowError:
            raise _too_long_ago() from None
        if moment.year not in YEARS:
            raise _too_long_ago()
        return Span(moment, moment)
    if back is not None:
        return _day(now.astimezone(zone).date() - datetime.timedelta(days=back), zone)
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise BadValue(*RULE)
    try:
        return _written(found, zone)
    except BadValue:
        raise
    except ValueError:
        raise BadValue("is no day or hour there is", "não é dia ou hora que exista") from None
