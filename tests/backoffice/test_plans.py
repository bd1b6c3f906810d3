"""Tables that grow without end are read by an index, in the order in which they are shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from plans import Explained

from cielo.backoffice import Ledger

# What reads all there is of a table, or puts it in order first.
LONG_WAY = re.compile(r"SCAN|TEMP B-TREE|Seq Scan|Sort")


@pytest.fixture
def by_index(ledger: Ledger) -> Ledger:
    """One whose database goes the long way only where there is no other, as with few rows."""
    if ledger.engine.dialect.name == "postgresql":
        @sa.event.listens_for(ledger.engine, "connect")
        def connect(connection: Any, record: Any) -> None:
            del record
            for way in ("seqscan", "sort", "incremental_sort", "bitmapscan"):
                connection.execute(f"SET enable_{way} = off")
            connection.commit()

        ledger.engine.dispose()
    return ledger


@pytest.mark.parametrize("states", [(), ("waiting",)])
def test_rows_of_a_batch_a_page_at_a_time(by_index: Ledger, states: tuple[str, ...]) -> None:
    explained = Explained(by_index.engine, "FROM batch_row")
    assert list(by_index.batches.rows(7, *states, after=100, limit=101)) == []
    explained.close()
    plan, = explained.plans
    assert "ix_batch_row_batch_id" in plan and not LONG_WAY.search(plan), plan
