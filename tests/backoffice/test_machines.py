"""Several machines, one PostgreSQL: each takes up its own journals, and one works a job."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import signal
import time

import sqlalchemy as sa
from stories import Shop, made
from test_exactly_once import ingest_and_die, wait

from cielo.backoffice import Ledger
from cielo.backoffice.lease import Lease
from cielo.backoffice.schema import lease as lease_table

LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def new_ledger(postgres):
    name = f"ledger_{os.urandom(6).hex()}"
    with postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE empty_ledger")
    return postgres.url(name)


def apart(shop, folder, tmp_path):
    """The journals of one shop's processes, as three machines have them."""
    machines = []
    for n, path in enumerate(sorted(folder.iterdir())):
        machine = tmp_path / f"machine{n}"
        machine.mkdir(exist_ok=True)
        shutil.copy(path, machine)
        machines.append(machine)
    return machines


def test_two_ingesters_of_parts_of_the_same_sales(postgres, folder, tmp_path):
    """Sales are made on one machine and changed on others; some die in the middle."""
    url = new_ledger(postgres)
    chance, shop = random.Random(11), Shop(folder, 11)
    for _ in range(12):
        shop.tell(25)
        children = [ingest_and_die(url, machine, chance.choice([None, chance.randrange(50)]))
                    for machine in apart(shop, folder, tmp_path)]
        for child in children:
            wait(child)
    machines = apart(shop, folder, tmp_path)
    with Ledger(url, machines) as ledger, \
            Ledger(f"sqlite:///{tmp_path}/one.db", [folder]) as other:
        ledger.ingest()
        other.ingest()
        assert ledger.verify().problems == []
        assert made(ledger) == made(other)


def hold(url, job, pipe):
    """A worker that does a job step by step, and tells when it works and when it waits."""
    child = os.fork()
    if child:
        return child
    try:
        with Ledger(url) as ledger:
            lease = Lease(ledger.engine, job, 600)
            while True:
                word = b"works" if lease.take() else b"waits"
                os.write(pipe, b"%d %s\n" % (os.getpid(), word))
                time.sleep(0.05)
    finally:
        os._exit(1)


def test_the_holder_of_a_lease_is_killed(postgres):
    url = new_ledger(postgres)
    read, write = os.pipe()
    children = {hold(url, "job", write) for _ in range(2)}
    told = map(bytes.split, os.fdopen(read, "rb"))
    first = next(int(pid) for pid, word in told if word == b"works")
    [other] = children - {first}
    while next(told) != [b"%d" % other, b"waits"]:
        pass
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    os.write(write, b"killed\n")
    while next(told) != [b"killed"]:
        pass
    assert [next(told) for _ in range(5)] == [[b"%d" % other, b"waits"]] * 5
    with Ledger(url) as ledger, ledger.engine.begin() as connection:
        connection.execute(sa.update(lease_table).values(until=LONG_AGO))  # the lease ends
    assert next(int(pid) for pid, word in told if word == b"works") == other
    os.kill(other, signal.SIGKILL)
    os.waitpid(other, 0)
    os.close(write)


def test_an_ingester_that_hangs_in_the_middle_is_waited_for_and_killed(postgres, journal):
    """Its transaction ends with it: the other one takes up all, once."""
    journal.sale()
    url = new_ledger(postgres)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with Ledger(url, [journal.folder]) as ledger:
            def stop(*_):
                os.write(write, b"x")
                time.sleep(60)
            sa.event.listen(ledger.engine, "commit", stop)
            ledger.ingest()
        os._exit(1)
    os.read(read, 1)
    other = ingest_and_die(url, journal.folder, None)
    time.sleep(0.5)
    assert os.waitpid(other, os.WNOHANG) == (0, 0)  # it waits
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert wait(other) == 0
    with Ledger(url, [journal.folder]) as ledger:
        assert ledger.ingest() == (0, 0, 0)
        assert ledger.verify() [3:6] == (0, 2, 1)
