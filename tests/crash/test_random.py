"""Writers that share a folder are killed at random: every sale that Cielo has was noted
before, and after settling both say the same, cent by cent."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import dying

import cielo.journal
import cielo.sandbox

ROUNDS = 2
PYTHON = [sys.executable, os.path.join(dying.HERE, "writer.py")]
LUA = [os.path.join(dying.ROOT, "tools", "lua.sh")]
WRITERS = [
    [*PYTHON, "threads"], [*PYTHON, "asyncio"],
    *([*LUA, version, os.path.join(dying.HERE, "writer.lua")] for version in ("5.4", "jit")),
]


def kill_at_random(local: cielo.sandbox.LocalCielo, folder: str, turn: int,
                   chance: random.Random) -> None:
    started = [
        subprocess.Popen([*command, f"r{turn}w{number}"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL,
                         env=dying.environment(local.base_url, folder))
        for number, command in enumerate(WRITERS)
    ]
    try:
        # From when each of them sells, so that none dies while it is loaded.
        limit = time.monotonic() + 60
        while (len(dying.segments(folder)) < (turn + 1) * len(WRITERS)
               or len(local.sales()) <= turn * 20 + 20):
            assert time.monotonic() < limit, "not all sell"
            time.sleep(0.01)
        for process in chance.sample(started, len(started)):
            time.sleep(chance.uniform(0.05, 0.4))
            assert process.poll() is None, "it ended by itself"
            process.kill()
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_killed_at_random(tmp_path: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    chance, folder = random.Random(seed), os.path.join(tmp_path, "journal")
    with cielo.sandbox.run() as local:
        for turn in range(ROUNDS):
            kill_at_random(local, folder, turn, chance)
        settler = dying.hosts()[1]
        first = dying.settle(settler, local, folder)
        dying.date_looks_back(folder)
        second = dying.settle(settler, local, folder)
        books = dying.books(local)

    # Noted before it was sent: of each that was killed, too.
    intents = {record["order"] for record in dying.records(folder) if record["rec"] == "intent"}
    assert books.keys() <= intents and len(books) > 20
    assert all(len(charges) == 1 for charges in books.values())

    # Each of them has an end, and the sums are Cielo's.
    assert {line["state"] for line in first.values()} <= {"adopted", "unknown"}
    assert {line["state"] for line in second.values()} <= {"absent"}
    entries = list(cielo.journal.read(folder))
    assert {entry.state for entry in entries} <= {"done", "adopted", "absent"}
    sold = {entry.merchant_order_id: entry.amount for entry in entries if entry.state != "absent"}
    assert sold == {order: charges[0].charged for order, charges in books.items()}
    assert len(sold) == sum(entry.state != "absent" for entry in entries)
    assert dying.shown_canaries(folder) == []
