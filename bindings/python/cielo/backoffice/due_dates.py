"""The dates of a recurrence, and what of its charges deviates from them: computed alone."""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["Deviation", "Foretold", "Plan", "Rule", "Seen", "deviations", "foretell", "next_date"]

# How late a charge may be seen before it is missing: Cielo's run takes its time.
LATE = datetime.timedelta(days=1)


class Rule(NamedTuple):
    """How a declined charge is tried again: Cielo's screen offers 0 to 4 tries, 1 to 4 days."""

    means_group: str = "credit_card"
    tries: int = 4  # beside the first charge
    days: int = 1  # between two tries
    disable: bool = False  # the recurrence, when they are used up

    @property
    def step(self) -> datetime.timedelta:
        return datetime.timedelta(days=self.days)


class Plan(NamedTuple):
    """What says when a recurrence is charged."""

    interval: int  # months
    day: int  # of the month; the last one where a month is shorter
    ends: datetime.date | None


class Foretold(NamedTuple):
    """A date on which something is to be charged."""

    date: datetime.date
    due: datetime.date
    #: 0 for a charge, else the number of a retry, which comes only if all before are declined.
    retry: int


class Seen(NamedTuple):
    """A charge that took place."""

    date: datetime.date
    amount: int | None
    declined: bool
    final: bool  # a denial after which nothing may be tried again
    payment_id: str | None = None


class Deviation(NamedTuple):
    """Something that was not foretold, or was and is not there."""

    kind: str  # not_foretold, missing, amount, deactivated
    date: datetime.date
    why: str
    payment_id: str | None = None


def next_date(due: datetime.date, plan: Plan) -> datetime.date | None:
    """The date after a due one; None past the end."""
    years, month = divmod(due.year * 12 + due.month - 1 + plan.interval, 12)
    last = monthrange(years, month + 1)[1]
    following = datetime.date(years, month + 1, min(plan.day, last))
    return following if plan.ends is None or following <= plan.ends else None


def dates(first: datetime.date, plan: Plan, until: datetime.date) -> Iterator[datetime.date]:
    due: datetime.date | None = first
    while due is not None and due <= until:
        if plan.ends is None or due <= plan.ends:
            yield due
        due = next_date(due, plan)


def foretell(due: datetime.date, plan: Plan, rule: Rule, until: datetime.date,
             retry: tuple[int, datetime.date] | None = None) -> Iterator[Foretold]:
    """From the charge that is due on; `retry`: the number and date of its next try."""
    if retry is not None:
        number, day = retry
        for n in range(number, rule.tries + 1):
            if day <= until:
                yield Foretold(day, due, n)
            day += rule.step
        following = next_date(due, plan)
        if following is None or rule.disable and number > rule.tries:
            return
        due = following
    for each in dates(due, plan, until):
        yield Foretold(each, each, 0)


# ---- what deviates ----


def deviations(first: datetime.date, plan: Plan, rule: Rule, seen: Iterable[Seen],
               today: datetime.date, amount: int | None = None) -> Iterator[Deviation]:
    """Charges beside the plan, and those of the plan that are not there, by their dates."""
    due = list(dates(first, plan, today))
    charges = sorted(seen, key=lambda one: one.date)
    found: list[Deviation] = []
    for one in charges:
        if not due or one.date < due[0]:
            found.append(Deviation("not_foretold", one.date, "before the first date",
                                   one.payment_id))
        if amount is not None and one.amount not in (None, amount):
            found.append(Deviation("amount", one.date, f"{one.amount} cents, not {amount}",
                                   one.payment_id))
    for n, each in enumerate(due):
        end = due[n + 1] if n + 1 < len(due) else datetime.date.max
        found += _of_date(each, [one for one in charges if each <= one.date < end], rule, today)
    yield from sorted(found, key=lambda one: one.date)


def _of_date(due: datetime.date, charges: Sequence[Seen], rule: Rule,
             today: datetime.date) -> Iterator[Deviation]:
    """Of one due date: the charge, then a retry after each denial, as the rule has it."""
    expected: datetime.date | None = due
    tries = 0
    for one in charges:
        if expected is None or tries > rule.tries:
            yield Deviation("not_foretold", one.date, f"nothing was left to charge for {due}",
                            one.payment_id)
            continue
        if not expected <= one.date <= expected + LATE:
            yield Deviation("not_foretold", one.date, f"{expected} was foretold", one.payment_id)
        tries += 1
        expected = one.date + rule.step if one.declined and not one.final else None
    if expected is not None and tries <= rule.tries and expected + LATE < today:
        yield Deviation("missing", expected, "nothing was charged" if not tries else
                        f"retry {tries} was not made")
