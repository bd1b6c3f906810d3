"""The jobs of workers: by a clock that is given, several at once, failing, killed."""

from __future__ import annotations

import datetime
import json
import logging
import os
import threading
import time

import pytest
import sqlalchemy as sa
from job_runner import work
from journal_lines import MERCHANT, UTC
from test_batches import fields, no_gap, sell, sent, voided  # noqa: F401

from cielo.backoffice import Ledger, Person, Refused
from cielo.backoffice.filters import Filters
from cielo.backoffice.jobs import Worker


class Clock:
    def __init__(self, hour: str = "2026-11-20T12:00") -> None:
        self.at = datetime.datetime.fromisoformat(hour).replace(tzinfo=UTC)

    def __call__(self) -> datetime.datetime:
        return self.at

    def forward(self, **time_: float) -> None:
        self.at += datetime.timedelta(**time_)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def worker(ledger, clock, told):
    return Worker(ledger, clock=clock, tell=told.append)


def until(true, seconds=60.0):
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not come to be"
        time.sleep(0.02)


def state(ledger, name, place=None):
    return next((one for one in ledger.jobs.states() if one.name == name
                 and place in (None, one.place)), None)


# ---- each job ----


def test_what_a_worker_keeps_up_to_date(ledger, worker, clock, shop, keys, told):
    made = shop.sales.create(fields(5000))
    worker.run_due()
    assert [row.payment_id for row in ledger.search.rows(Filters())] == [made.payment.payment_id]
    assert state(ledger, "ingest").counts["sales"] == 1
    [store] = ledger.stores.all()
    body = json.dumps({"PaymentId": made.payment.payment_id, "ChangeType": 1})
    assert ledger.sync.receive(store, body, "application/json")
    worker.run_due()  # nothing is due yet, by the clock
    assert state(ledger, "notices").counts == {}
    clock.forward(seconds=2)
    worker.run_due()
    assert state(ledger, "notices").counts == {"seen": 1, "unknown": 0, "failed": 0}
    assert told == [] and not any(one.failed for one in ledger.jobs.states())


def test_doubts_are_looked_at_as_their_time_comes(ledger, worker, clock, journal, keys, sandbox):
    journal.merchant, journal.env = MERCHANT, sandbox.base_url
    journal.intent(order="nobody-knows", amount=100, type="CreditCard", installments=1,
                   card={"first6": "402400", "last4": "2931"})
    worker.run_due()
    assert state(ledger, "doubts").counts == {"unknown": 1}
    [doubt] = ledger.doubts.list()
    assert doubt.looks == 1
    clock.forward(seconds=15)
    worker.run_due()  # its next look is later, by the database's time
    assert ledger.doubts.list()[0].looks == 1


def test_a_night_is_the_stores(ledger, worker, clock):
    """Once, at three in the morning of each store's zone; at first, when there is a store."""
    near = ledger.stores.add("near")
    far = ledger.stores.set(ledger.stores.add("far").id, zone="America/Rio_Branco")
    looked = []
    ledger.sync.night = lambda store: looked.append(store) or 0
    for hour, whose in (("2026-11-20T12:00", [near.id, far.id]), ("2026-11-21T05:59", []),
                        ("2026-11-21T06:00", [near.id]), ("2026-11-21T07:59", []),
                        ("2026-11-21T08:00", [far.id]), ("2026-11-22T05:59", []),
                        ("2026-11-25T09:00", [near.id, far.id])):
        clock.at = datetime.datetime.fromisoformat(hour).replace(tzinfo=UTC)
        looked.clear()
        worker.run_due()
        assert looked == whose, hour
        Worker(ledger, clock=clock).run_due()  # of another process
        assert looked == whose, hour
    assert state(ledger, "night", str(near.id)).next_run == datetime.datetime(
        2026, 11, 26, 6, tzinfo=UTC)


def test_a_batch_that_was_started_is_run(ledger, worker, sell, sandbox, no_gap):  # noqa: F811
    payments = sell(3)
    made = ledger.batches.make("void", payments, by=Person("ana"))
    with pytest.raises(Refused):
        ledger.batches.start(made.id, by=Person("bia", frozenset({"view"})))
    worker.run_due()
    assert ledger.batches.get(made.id).state == "ready"
    begun = ledger.batches.start(made.id, by=Person("ana"))
    assert (begun.state, begun.started_by) == ("running", "ana")
    Worker(ledger).run_due()
    assert ledger.batches.get(made.id).state == "done"
    assert voided(sandbox, payments) == [10000] * 3
    Worker(ledger).run_due()
    assert state(ledger, "batch") is None  # of what is through nothing is told here


# ---- failing ----


def test_one_that_fails_stops_no_other(ledger, worker, clock, told, monkeypatch):
    """It is put off, longer each time, and told each time; then that it goes well again."""
    nights = []
    ledger.stores.add("m")
    monkeypatch.setattr(ledger.sync, "night", lambda store: nights.append(store) or 0)

    def fail():
        raise OSError(5, "the disk is gone", "/journal")

    monkeypatch.setattr(ledger, "ingest", fail)
    began = clock.at
    pauses = []
    for _ in range(12):
        worker.run_due()
        pauses.append((told[-1].next_run - clock.at).total_seconds())
        clock.at = told[-1].next_run
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    assert nights and clock.at > began
    row = state(ledger, "ingest")
    assert (row.state, row.failures, row.counts) == ("failed", 12, {})
    assert "the disk is gone" in row.why["en"] and row == told[-1]
    assert [one.name for one in told] == ["ingest"] * 12
    monkeypatch.undo()
    worker.run_due()
    assert (told[-1].state, told[-1].failures) == ("done", 0)
    assert state(ledger, "ingest").state == "done"


def test_a_fault_of_ours_ends_no_worker(ledger, monkeypatch, caplog):
    """It is told with where it was, and neither who is told nor the database can stop it."""
    nights = []
    ledger.stores.add("m")
    monkeypatch.setattr(ledger.sync, "night", lambda store: nights.append(store) or 0)

    def fail(*words):
        raise KeyError("of ours")

    def gone(state):
        if state.name == "ingest":
            raise sa.exc.OperationalError("INSERT", {"why": "CANARY"}, OSError("no database"))

    monkeypatch.setattr(ledger, "ingest", fail)
    monkeypatch.setattr(ledger.jobs, "note", gone)
    with caplog.at_level(logging.WARNING, "cielo.backoffice"):
        Worker(ledger, tell=fail).run_due()
    first, second, third = caplog.records
    assert "the job ingest" in first.getMessage() and first.exc_info
    assert "was not told" in second.getMessage()
    assert "no database" in third.getMessage() and "CANARY" not in caplog.text
    assert nights


def test_a_batch_without_keys_is_put_off(ledger, worker, clock, told, sell,  # noqa: F811
                                         monkeypatch):
    made = ledger.batches.make("void", sell(1))
    ledger.batches.start(made.id)
    monkeypatch.delenv("CIELO_MERCHANT_KEY")
    monkeypatch.delenv("CIELO_MERCHANT_ID")
    worker.run_due()
    row = state(ledger, "batch", str(made.id))
    assert row.failed and "no keys" in row.why["en"] and row.failures == 1
    assert ledger.batches.get(made.id).state == "running"
    ledger.batches.pause(made.id)
    clock.forward(seconds=60)
    worker.run_due()
    assert state(ledger, "batch") is None


# ---- several, and killed ----


def test_two_workers_share_a_batch_and_a_night(url, folder, ledger, sell, sandbox,  # noqa: F811
                                               no_gap, monkeypatch):  # noqa: F811
    """A batch is run by one of them; neither is disturbed by the other."""
    payments = sell(20)
    made = ledger.batches.make("void", payments)
    nights, failed = [], []
    with Ledger(url, [folder]) as other:
        for one in (ledger, other):
            monkeypatch.setattr(one.sync, "night", lambda store: nights.append(store) or 0)
        with Worker(ledger, tell=failed.append), Worker(other, tell=failed.append):
            ledger.batches.start(made.id)
            until(lambda: nights and ledger.batches.get(made.id).state == "done")
    assert set(sent(sandbox, payments).values()) == {1}
    assert ledger.batches.get(made.id).counts == {"done": 20}
    assert nights == [store.id for store in ledger.stores.all()] and failed == []


def test_who_runs_a_batch_by_hand_is_left_to_it(ledger, sell, no_gap, sandbox):  # noqa: F811
    made = ledger.batches.make("void", sell(8))
    sandbox.faults([{"match": "PUT /1/sales/", "delay_ms": 300, "times": 8}])
    by_hand = threading.Thread(target=ledger.batches.run, args=(made.id,),
                               kwargs={"concurrency": 2})
    by_hand.start()
    until(lambda: ledger.batches.get(made.id).state == "running")
    until(lambda: not ledger.batches.left())
    by_hand.join()
    assert ledger.batches.get(made.id).state == "done"


def test_what_is_found_as_it_is_told_to_end_is_not_begun(
        ledger, sell, no_gap, monkeypatch):  # noqa: F811
    """Nobody would wait for it, and its lease would keep the next worker out for a minute."""
    ledger.batches.start(ledger.batches.make("void", sell(1)).id)
    worker, left, begun = Worker(ledger), ledger.batches.left, []

    def told_meanwhile():
        found = left()
        worker.end()
        return found

    monkeypatch.setattr(ledger.batches, "left", told_meanwhile)
    monkeypatch.setattr(ledger.batches, "go_on", lambda *words: begun.append(words))
    worker.start()
    until(lambda: worker._over.is_set())
    worker.stop()
    assert begun == []


def start(processes, url, folder, life=1.5):
    ready = processes.Event()
    process = processes.Process(target=work, args=(url, str(folder), life, ready))
    process.start()
    assert ready.wait(60)
    return process


def test_the_worker_of_a_batch_is_killed(url, folder, ledger, sell, sandbox,  # noqa: F811
                                         processes):
    """Another one goes on with it, each row sent once."""
    payments = sell(30)
    made = ledger.batches.make("void", payments)
    first = start(processes, url, folder)
    sandbox.faults([{"match": "PUT /1/sales/", "times": 3},
                    {"match": "PUT /1/sales/", "after": "process", "do": "stall", "times": -1}])
    ledger.batches.start(made.id)
    until(lambda: ledger.batches.get(made.id).counts.get("done", 0) > 2)
    first.kill()
    first.join()
    sandbox.faults([])
    assert ledger.batches.get(made.id).state == "running"
    second = start(processes, url, folder)
    until(lambda: ledger.batches.get(made.id).state == "done")
    second.terminate()
    second.join(60)
    assert second.exitcode == 0
    assert set(sent(sandbox, payments).values()) <= {1}
    counts = ledger.batches.get(made.id).counts
    assert set(counts) <= {"done", "in_doubt"} and counts["done"] >= 12


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_told_to_end_it_finishes_what_is_sent(url, folder, ledger, sell, sandbox,  # noqa: F811
                                              processes):
    """Nothing is left open; the batch stays to be gone on with, and is."""
    payments = sell(70)
    made = ledger.batches.make("void", payments)
    worker = start(processes, url, folder)
    # Long beside what this test takes to see that one is done: the others are under way then.
    sandbox.faults([{"match": "PUT /1/sales/", "times": 1},
                    {"match": "PUT /1/sales/", "delay_ms": 1000, "times": -1}])
    ledger.batches.start(made.id)
    until(lambda: ledger.batches.get(made.id).counts.get("done", 0) > 0)
    worker.terminate()
    worker.join(60)
    sandbox.faults([])
    assert worker.exitcode == 0
    left = ledger.batches.get(made.id)
    assert left.state == "running" and set(left.counts) == {"done", "waiting"}
    assert [one.id for one in ledger.batches.left()] == [made.id]
    assert not any(name.endswith(".sender") for name in os.listdir(folder))
    Worker(ledger).run_due()
    assert ledger.batches.get(made.id).counts == {"done": 70}
    assert set(sent(sandbox, payments).values()) == {1}
