"""The story that `make backoffice` and the browser's tests look at."""

from __future__ import annotations

import collections
import datetime
import pathlib
import random
import sys

import pytest
import sqlalchemy as sa

import cielo.sandbox
from cielo.backoffice import Ledger
from cielo.backoffice.filters import Filters
from cielo.backoffice.schema import event

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "examples"))

from backoffice_data import DAYS, PLANS, fill, visits  # noqa: E402


def test_books_journal_and_ledger_tell_one_story(empty_sqlite, tmp_path, recwarn):
    with cielo.sandbox.run(days_ago=DAYS, seed=1) as sandbox, \
            Ledger(f"sqlite:///{tmp_path}/ledger.db", [tmp_path / "journal"]) as ledger:
        made = fill(ledger, sandbox, count=50)
        books = {line["PaymentId"]: line for line in sandbox.sales()}
        assert ledger.verify().problems == []
        assert longest(ledger) < datetime.timedelta(minutes=10)
        rows = list(ledger.search.rows(Filters.from_pairs([("since", "60d")])))
        words = collections.Counter(row.word for row in rows)
        assert set(words) >= {"paid", "not_paid", "not_authorized", "reversed", "canceled",
                              "pending", "in_doubt"}, words
        for row in rows:
            if row.payment_id:
                book = books[row.payment_id]
                assert (row.captured or 0, row.voided or 0) == (
                    book["CapturedAmount"], book["VoidedAmount"]), row
        days = {row.received.date() for row in rows}
        assert (max(days) - min(days)).days > DAYS // 2
        assert len(ledger.doubts.list()) == len(made.doubts) == 2
        assert ledger.batches.get(made.batch).state == "done"
        assert {one.state for one in ledger.recurrences.all()} >= {"active", "failing"}
        assert [one for one in ledger.recurrences.all(failing=True) if one.scheduled]
        assert set(made.payments) == {plan.name for plan in PLANS}
        assert [store.name for store in made.stores] == [
            store.name for store in ledger.stores.all()]
    assert [str(one.message) for one in recwarn
            if issubclass(one.category, cielo.FieldWarning)] == []


def longest(ledger):
    """What a write took, from its intent to its outcome: the shop moves by hours between them."""
    intent, outcome = event.alias(), event.alias()
    with ledger.engine.connect() as connection:
        return max(ended - began for began, ended in connection.execute(
            sa.select(intent.c.at, outcome.c.at).join(outcome, outcome.c.of == intent.c.id)
            .where(outcome.c.kind == "outcome")))


@pytest.mark.parametrize("count", [20, 50, 140])
def test_the_story_does_not_depend_on_when_it_is_told(count):
    began = 1_798_761_600.0  # 2027-01-01
    for hour in range(0, 24 * 60, 7):
        now = began + hour * 3600
        came = visits(random.Random(1), count, now)
        firsts = {}
        for visit in came:
            firsts.setdefault(visit.plan.name, set()).add(visit.store)
            last = max((hours for hours, _, _ in visit.plan.then), default=0)
            assert now - DAYS * 86_400 < visit.moment < now - last * 3600, (hour, visit)
        assert set(firsts) == {plan.name for plan in PLANS}
        assert all(0 in stores for stores in firsts.values()), hour
        assert 0.1 < sum(visit.store for visit in came) / len(came) < 0.25 or count == 20
