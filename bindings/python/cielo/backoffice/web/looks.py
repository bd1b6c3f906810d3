"""What pages of batches read of payments, kept a while: who comes back asks Cielo nothing."""

from __future__ import annotations

import datetime
import threading
from collections import OrderedDict
from typing import NamedTuple

from ..left import Standing

__all__ = ["Look", "Looks"]

#: For so long, unless it is read anew.
KEPT = datetime.timedelta(minutes=5)
#: So many pages; the one that was read longest ago goes first.
MOST = 64


class Look(NamedTuple):
    """A page's reads: when they began, and how payments stood, by the ledger's number of a sale."""

    at: datetime.datetime
    standings: dict[int, Standing]


class Looks:
    """Of the pages of batches that one process served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, int], Look] = OrderedDict()

    def of(self, batch: int, after: int, now: datetime.datetime) -> Look:
        """That of a page, to be filled: one that is empty where none is kept, or an old one."""
        with self._lock:
            found = self._kept.get((batch, after))
            if found is None or now - found.at >= KEPT:
                self._kept.pop((batch, after), None)
                found = self._kept[batch, after] = Look(now, {})
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            return found

    def forget(self, batch: int) -> None:
        with self._lock:
            for key in [each for each in self._kept if each[0] == batch]:
                del self._kept[key]
