"""The ingester is killed anywhere, runs beside itself, reads things twice: same rows, same sums."""

from __future__ import annotations

import os
import pathlib
import random
import shutil
import signal
import traceback

import sqlalchemy as sa
from stories import Shop, made, sums

from cielo.backoffice import Ledger

KILLS = 100


def ingest_and_die(url: str, folder: pathlib.Path, point: int | None) -> int:
    """A child that ingests, and is killed with the statement or commit of that number."""
    child = os.fork()
    if child:
        return child
    try:
        left = [point]

        def step(*_: object) -> None:
            if left[0] is not None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        with Ledger(url, [folder]) as ledger:
            for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
                sa.event.listen(ledger.engine, name, step)
            ledger.ingest()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def wait(child: int) -> int:
    return os.waitpid(child, 0)[1]


def reference(url: str, tmp_path: pathlib.Path, folder: pathlib.Path) -> Ledger:
    """What another ledger makes of the same journals, in one quiet reading."""
    ledger = Ledger(f"sqlite:///{tmp_path}/reference.db", [folder])
    ledger.ingest()
    return ledger


def test_killed_at_a_hundred_points(url, folder, tmp_path):
    chance = random.Random(4)
    shop = Shop(folder, 4)
    killed = 0
    for _ in range(KILLS):
        shop.tell(4)
        status = wait(ingest_and_die(url, folder, chance.randrange(60)))
        killed += os.WIFSIGNALED(status)
        assert os.WIFSIGNALED(status) or status == 0
    assert killed > KILLS * 0.8
    with Ledger(url, [folder]) as ledger, reference(url, tmp_path, folder) as other:
        ledger.ingest()
        assert ledger.verify().problems == []
        assert made(ledger) == made(other)
        assert sums(ledger) == sums(other)


def test_two_at_once(url, folder, tmp_path):
    chance = random.Random(5)
    shop = Shop(folder, 5)
    for _ in range(15):
        shop.tell(20)
        points = [chance.choice([None, chance.randrange(60)]) for _ in range(2)]
        children = [ingest_and_die(url, folder, point) for point in points]
        for child, point in zip(children, points):
            status = wait(child)
            assert status == 0 or (point is not None and os.WIFSIGNALED(status))
    with Ledger(url, [folder]) as ledger, reference(url, tmp_path, folder) as other:
        ledger.ingest()
        assert ledger.verify().problems == []
        assert made(ledger) == made(other)


def test_segments_twice_and_in_another_order(url, folder, tmp_path):
    Shop(folder, 6, processes=8).tell(400)
    copies = [tmp_path / f"copy{n}" for n in range(8)]
    for copy, path in zip(copies, sorted(folder.iterdir(), reverse=True)):
        copy.mkdir()
        shutil.copy(path, copy)
    with Ledger(url, [folder]) as ledger, reference(url, tmp_path, folder) as other:
        for copy in copies:
            ledger.ingest([copy])
        assert ledger.ingest().records == 0
        for table in ("event", "sale", "in_doubt", "store"):
            assert made(ledger)[table] == made(other)[table]
        assert ledger.verify([folder, *copies]).problems == []
