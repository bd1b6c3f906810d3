"""A recurrence as the ledger has it."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from .due_dates import Plan
from .errors import Refused
from .schema import recurrence as table

__all__ = ["COLUMNS", "Recurrence"]


class Recurrence(NamedTuple):
    """A row of the ledger's table of that name."""

    id: int
    store_id: int
    key: str
    scheduled: bool  # by Cielo
    means_group: str
    amount: int | None
    interval: int | None  # months
    day: int | None
    starts: datetime.date | None
    ends: datetime.date | None
    next_charge: datetime.date | None
    attempt: int  # of the charge that is due: how many were declined
    next_attempt: datetime.datetime | None
    state: str
    why: str | None

    @property
    def plan(self) -> Plan:
        """Refused while too little is known of it."""
        if self.interval is None or (self.day is None and self.starts is None):
            raise Refused(f"the interval and the day of the recurrence {self.key} are not known "
                          "yet: declare it, or let it be looked up",
                          f"o intervalo e o dia da recorrência {self.key} ainda não são "
                          "conhecidos: declare-a, ou espere que seja consultada")
        return Plan(self.interval, self.day or (self.starts or datetime.date.min).day, self.ends)


COLUMNS = (table.c.id, table.c.store_id, table.c.key, table.c.scheduled, table.c.means_group,
           table.c.amount, table.c.interval_months, table.c.day, table.c.starts, table.c.ends,
           table.c.next_charge, table.c.attempt, table.c.next_attempt, table.c.state,
           table.c.why)
