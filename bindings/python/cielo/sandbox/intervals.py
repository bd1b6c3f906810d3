"""The rhythm of a recurrence, which both APIs read alike: its interval and its last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .clock import add_months, parse_day, parse_month

#: Interval name -> months, which is also its number.
INTERVALS: Mapping[str, int] = {
    "Monthly": 1,
    "Bimonthly": 2,
    "Quarterly": 3,
    "SemiAnnual": 6,
    "Annual": 12,
}
INTERVAL_NAMES: Mapping[int, str] = {months: name for name, months in INTERVALS.items()}


def read_interval(value: object) -> int | None:
    """Months of an interval given by name or number."""
    if isinstance(value, str):
        for name, months in INTERVALS.items():
            if value.lower() == name.lower() or value == str(months):
                return months
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value in INTERVAL_NAMES:
        return value
    return None


def read_end(value: object) -> date | None:
    """A last day; ``MM/YYYY``, the form of the tables, means its whole month."""
    month = parse_month(value)
    if month is not None:
        return add_months(date(month[0], month[1], 1), 0, 31)
    return parse_day(value)
