"""Every host is killed at every moment of every kind of write, and a fresh process
settles what is left: the books of the local Cielo and the journal say the same."""

from __future__ import annotations

import concurrent.futures
import os
from collections.abc import Iterator

import dying
import pytest

import cielo.sandbox

HOSTS = dying.hosts()


@pytest.fixture(scope="module")
def local() -> Iterator[cielo.sandbox.LocalCielo]:
    with cielo.sandbox.run() as running:
        yield running


def expected(death: dying.Death) -> dying.Book:
    """What Cielo has of its sale: each change happened once, or never."""
    reached = dying.MOMENTS[death.moment]
    if death.operation == "sale":
        return dying.Book(death.amount, death.amount, 0)
    if death.operation == "capture":
        return dying.Book(15700, death.amount if reached else 0, 0)
    return dying.Book(15700, 15700, death.amount if reached else 0)


def kill_all(host: dying.Host, local: cielo.sandbox.LocalCielo, folder: str) -> list[dying.Death]:
    pairs = [(moment, operation) for moment in dying.MOMENTS for operation in dying.OPERATIONS]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda pair: dying.die(host, local, folder, *pair), pairs))


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: str(host.name))
def test_killed_everywhere(host: dying.Host, local: cielo.sandbox.LocalCielo,
                           tmp_path: str) -> None:
    folder = os.path.join(tmp_path, "journal")
    deaths = kill_all(host, local, folder)
    for death in deaths:
        assert dying.was_killed(death), (death.name, death.output)
        assert not any(canary in death.output for canary in dying.CANARIES), death.name

    # The intents that are whole are those of who came past writing them.
    intents = {record["id"]: record for record in dying.records(folder)
               if record["rec"] == "intent"}
    known = [death for death in deaths if death.moment not in dying.UNKNOWN]
    assert len(intents) == len(known)
    assert dying.stumps(folder) == 2 * len(dying.OPERATIONS)  # in_intent, in_outcome

    first = dying.settle(host, local, folder)
    assert first.keys() == intents.keys()
    dying.date_looks_back(folder)
    second = dying.settle(host, local, folder)
    assert second.keys() == {id_ for id_, line in first.items() if line["state"] == "unknown"}
    assert dying.settle(host, local, folder) == {}

    by_payment = {line["payment_id"] or line["order"]: line
                  for line in [*first.values(), *second.values()]}
    books = dying.books(local)
    for death in deaths:
        book = books.get(death.order, [])
        reached = dying.MOMENTS[death.moment]
        if death.operation == "sale" and not reached:
            assert book == [], death.name
        else:
            assert book == [expected(death)], death.name
        line = by_payment.get(death.payment_id or death.order)
        if death.moment in dying.UNKNOWN:
            assert line is None, death.name
            continue
        assert line is not None, death.name
        assert line["state"] == ("adopted" if reached else "absent"), (death.name, line)
        assert line["amount"] == death.amount, death.name
    assert dying.shown_canaries(folder) == []
