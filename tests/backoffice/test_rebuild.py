"""Sales made anew are what grew by increments, and verify finds what is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from stories import Shop, made, sums

from cielo.backoffice.database import writing
from cielo.backoffice.schema import event, in_doubt, sale


@pytest.mark.parametrize("seed", range(2))
def test_rebuild_is_what_grew(ledger, folder, seed):
    shop = Shop(folder, seed)
    for _ in range(20):
        shop.tell(15)
        ledger.ingest()
    with ledger.engine.connect() as connection:
        numbers = dict(connection.execute(sa.select(sale.c.key, sale.c.id)).all())
    before, told = made(ledger), []
    assert ledger.rebuild(lambda *now: told.append(now)) == len(before["sale"]) == len(numbers)
    assert told[-1] == (len(before["event"]), 0, len(before["event"])) and told == sorted(told)
    assert made(ledger) == before
    with ledger.engine.connect() as connection:
        assert dict(connection.execute(sa.select(sale.c.key, sale.c.id)).all()) == numbers


def test_rebuild_mends_what_was_changed(ledger, folder):
    Shop(folder, 9).tell(200)
    ledger.ingest()
    before = made(ledger)
    with writing(ledger.engine) as connection:
        connection.execute(sa.update(sale).values(captured=1, word="paid"))
        connection.execute(sa.delete(in_doubt))
    assert ledger.verify().problems
    ledger.rebuild()
    assert made(ledger) == before
    assert ledger.verify().problems == []


def test_verify_tells_sums(ledger, folder):
    Shop(folder, 10).tell(100)
    ledger.ingest()
    found = ledger.verify()
    count, _, captured, voided = sums(ledger)
    assert (found.sales, found.captured, found.voided) == (count, captured, voided)
    assert found.records == found.events
    assert found.behind == 0
    assert found.problems == []


def test_verify_tells_what_is_behind(ledger, journal):
    journal.sale()
    ledger.ingest()
    before = journal.path.stat().st_size
    journal.sale()
    found = ledger.verify()
    assert found.behind == journal.path.stat().st_size - before
    assert found.problems == []


@pytest.mark.parametrize("harm, told", [
    (lambda c: c.execute(sa.delete(event).where(event.c.kind == "outcome")), "is missing"),
    (lambda c: c.execute(sa.update(event).where(event.c.kind == "outcome").values(
        data={"result": "approved"})), "is not what"),
    (lambda c: c.execute(sa.update(sale).values(voided=7)), "voided is 7"),
    (lambda c: c.execute(sa.delete(sale)), "the sale .* is missing"),
    (lambda c: c.execute(sa.text("UPDATE segment SET damaged = 3")), "3 were counted"),
])
def test_verify_finds(ledger, journal, harm, told):
    journal.sale()
    ledger.ingest()
    assert ledger.verify().problems == []
    with writing(ledger.engine) as connection:
        harm(connection)
    import re
    assert any(re.search(told, problem) for problem in ledger.verify().problems)


def test_a_segment_that_was_cut(ledger, journal):
    journal.sale()
    ledger.ingest()
    with journal.path.open("r+b") as file:
        file.truncate(40)
    [problem] = ledger.verify().problems
    assert "was cut" in problem
