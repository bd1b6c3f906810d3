"""What the brands charge for trying a declined card too often: an estimate.

Their counters are their own, and span other shops' attempts; a card is told here by its
brand, its first six and last four digits, so one that is stored, of which the journal knows
no digits, is not counted. Each rule is of Cielo's page on the brands' programmes; where it
says two things, the one that costs more is taken.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

import cielo

from .schema import sale
from .usage import brasilia_day

__all__ = ["Attempt", "charged", "retries"]

WINDOW = datetime.timedelta(days=30)
# What may count at all: Elo goes by the month, and months have up to 31 days.
LONGEST = datetime.timedelta(days=31)
# Retries beside the first attempt that cost nothing, and declines of a card beside them.
VISA_FREE = 15
MASTERCARD_FREE = 7
MASTERCARD_DECLINES = 34
ELO_FREE = 15
# Cielo's states of a sale that a bank has refused, and of those that it has taken.
DECLINED = 3
TAKEN = (1, 2, 10, 11)


class Attempt(NamedTuple):
    """A sale by card that its bank decided about."""

    at: datetime.datetime
    brand: str
    card: str
    amount: int
    code: str | None  # of a denial; None: it was taken

    @property
    def irreversible(self) -> bool:
        """Whether the card's brand forbids to try again after it."""
        denial = cielo.abecs(self.brand, self.code) if self.code else None
        return denial is not None and not denial.reversible


def _recent(earlier: Iterable[Attempt], now: Attempt) -> list[Attempt]:
    """What counts still: of thirty days, with Elo of the month."""
    if now.brand.lower() == "elo":
        month = brasilia_day(now.at).replace(day=1)
        return [each for each in earlier if brasilia_day(each.at) >= month]
    return [each for each in earlier if now.at - each.at < WINDOW]


def _visa(earlier: Sequence[Attempt], now: Attempt) -> str | None:
    """Of a card and an amount; one that was refused for good costs from the first on."""
    same = [each for each in earlier if each.amount == now.amount]
    if any(each.irreversible for each in same) or len(same) > VISA_FREE:
        return "retry_visa"
    return None


def _mastercard(earlier: Sequence[Attempt], now: Attempt) -> str | None:
    if earlier and earlier[-1].irreversible:
        return "retry_mastercard_advice"
    declined = len(earlier) + (now.code is not None)
    if len(earlier) > MASTERCARD_FREE or declined > MASTERCARD_DECLINES:
        return "retry_mastercard"
    return None


def _elo(earlier: Sequence[Attempt], now: Attempt) -> str | None:
    return "retry_elo" if len(earlier) > ELO_FREE else None


RULES = {"visa": _visa, "master": _mastercard, "mastercard": _mastercard, "elo": _elo}


def charged(attempts: Iterable[Attempt]) -> Iterator[tuple[datetime.date, str]]:
    """The days and services of what costs. Attempts that follow no denial are no retries.

    Of one moment they come in the order in which they are given: Cielo's times are seconds.
    """
    denied: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda one: one.at):
        rule, key = RULES.get(attempt.brand.lower()), (attempt.brand.lower(), attempt.card)
        earlier = _recent(denied[key], attempt)
        service = rule(earlier, attempt) if rule and earlier else None
        if service:
            yield brasilia_day(attempt.at), service
        denied[key] = [*earlier, attempt] if attempt.code is not None else []


def retries(connection: sa.Connection, store_id: int, first: datetime.date,
            last: datetime.date) -> Iterator[tuple[str, datetime.date, int]]:
    """(service, day, count) of a store's days, by its sales in them and in the window before."""
    begin = datetime.datetime.combine(first, datetime.time(), datetime.timezone.utc) - WINDOW
    end = datetime.datetime.combine(last, datetime.time(), datetime.timezone.utc) + (
        datetime.timedelta(days=2))
    counts: Counter[tuple[str, datetime.date]] = Counter()
    for day, service in charged(_attempts(connection, store_id, begin, end)):
        if first <= day <= last:
            counts[service, day] += 1
    for (service, day), count in sorted(counts.items()):
        yield service, day, count


def _attempts(connection: sa.Connection, store_id: int, begin: datetime.datetime,
              end: datetime.datetime) -> Iterator[Attempt]:
    """Of the cards that were refused in this time: of most cards nothing else is read."""
    digits = sale.c.first6 + sale.c.last4
    within = sa.and_(sale.c.store_id == store_id, sale.c.received >= begin,
                     sale.c.received < end, sale.c.brand.is_not(None), digits.is_not(None))
    refused = sa.select(digits).where(within, sale.c.error.is_not(None),
                                      sale.c.status == DECLINED)
    for row in connection.execute(
            sa.select(sale.c.received, sale.c.brand, digits.label("card"), sale.c.amount,
                      sale.c.code, sale.c.status)
            .where(within, digits.in_(refused), sale.c.status.in_((DECLINED, *TAKEN)))
            .order_by(sale.c.received, sale.c.id)):
        yield Attempt(row.received, row.brand, row.card, row.amount or 0,
                      (row.code or "") if row.status == DECLINED else None)
