"""Sums by status since a moment, and what Cielo told last, in each database."""

from __future__ import annotations

import datetime

from journal_lines import UTC

from cielo.backoffice import overview
from cielo.backoffice.database import writing
from cielo.backoffice.notices import queue

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_day_and_the_month_begin_in_the_stores_zone(ledger, journal):
    journal.sale(100)
    ledger.ingest()
    [store] = ledger.stores.all()
    day, month = overview.begins(NOON.replace(day=1, hour=2), [store])
    assert (day.isoformat(), month.isoformat()) == (
        "2026-10-31T00:00:00-03:00", "2026-10-01T00:00:00-03:00")
    far = store._replace(zone="America/Manaus")
    assert overview.begins(NOON, [store, far])[0].utcoffset() == datetime.timedelta(hours=-3)


def test_sums_by_status(ledger, journal, monkeypatch):
    for amount in (100, 250):
        journal.sale(amount, capture=True, at=NOON)
    journal.sale(1000, capture=True, at=NOON - datetime.timedelta(days=1))
    journal.declined(at=NOON + datetime.timedelta(hours=1))
    ledger.ingest()
    [store] = ledger.stores.all()
    assert overview.totals(ledger.engine, NOON, [store.id]) == [
        ("paid", 2, 350), ("not_authorized", 1, 15700)]
    assert overview.totals(ledger.engine, NOON, []) == []
    monkeypatch.setattr(overview, "COUNTED", 2)
    assert overview.totals(ledger.engine, NOON, [store.id]) is None


def test_what_was_told_last(ledger, journal):
    _, payment_id = journal.sale(100, order="4711")
    ledger.ingest()
    [store] = ledger.stores.all()
    with writing(ledger.engine) as connection:
        queue(connection, store.id, "status", {"payment_id": payment_id}, NOON)
        queue(connection, store.id, "status", {"recurrent_payment_id": "r1"}, NOON)
    told = overview.told_last(ledger.engine, [store.id], 5)
    assert [(one.about, one.order_number, one.state) for one in told] == [
        ("recurrence:r1", None, "waiting"), (f"payment:{payment_id}", "4711", "waiting")]
    assert overview.told_last(ledger.engine, [99], 5) == []
