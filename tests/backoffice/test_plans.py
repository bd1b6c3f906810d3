"""Tables that grow without end are read by an index, in the order in which they are shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from plans import Explained

from cielo.backoffice import Ledger
from cielo.backoffice.audit import Seen

# What reads all there is of a table, or puts it in order first.
LONG_WAY = re.compile(r"SCAN|TEMP B-TREE|Seq Scan|Sort  \(")


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


@pytest.mark.parametrize("asked", [
    {}, {"who": "ana"}, {"did": "log in"}, {"sale_id": 5}, {"sale_id": 5, "did": "sale.look"}])
def test_lines_of_the_audit_a_page_at_a_time(by_index: Ledger, asked: dict[str, Any]) -> None:
    explained = Explained(by_index.engine, "FROM audit")
    assert list(by_index.audit.lines(**asked, before=100, limit=51)) == []
    explained.close()
    plan, = explained.plans
    assert not LONG_WAY.search(plan), plan


# A page of one store, which ends with its last line and is not put in order.
PART = re.compile(r"CO-ROUTINE \w+\nSEARCH audit USING INDEX \w+ \(.*\)\nSCAN|"
                  r"Limit .*\n *->  Index Scan Backward using ix_audit_\w+ on audit")


def test_lines_of_some_stores_are_a_page_of_each(by_index: Ledger) -> None:
    note = by_index.audit.note
    stores = [by_index.stores.add(name).id for name in ("A", "B", "C")]
    for store in (*stores, None) * 2:
        for who in ("ana", "bia"):
            note(who, "export", store_id=store)
    explained = Explained(by_index.engine, "FROM audit")
    page = list(by_index.audit.lines(seen=Seen(stores[:2], "ana"), limit=5))
    explained.close()
    assert [(line.store_id, line.who) for line in page] == [
        (None, "ana"), (stores[1], "bia"), (stores[1], "ana"), (stores[0], "bia"),
        (stores[0], "ana")]
    plan, = explained.plans
    assert len(PART.findall(plan)) == 3 and "Seq Scan" not in plan, plan
