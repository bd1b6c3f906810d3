"""client.many(): many calls at once, blocking."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, Callable, Optional

import pytest
from conftest import GOOD_CARD, MERCHANT_ID, MERCHANT_KEY, card_sale, collect, order_number
from quick_server import QuickServer

import cielo
from cielo.many import Many

ID = "24bc8366-fc31-4d6c-8555-17049a836a%02x"


@pytest.fixture(scope="module")
def server() -> Iterator[QuickServer]:
    with QuickServer() as running:
        yield running


@pytest.fixture
def slow(server: QuickServer) -> Iterator[QuickServer]:
    server.wait(0.3)
    yield server
    server.wait(0)


@pytest.fixture
def quick(server: QuickServer) -> Iterator[cielo.Client]:
    with cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                      base_url=server.base_url) as client:
        yield client


def quick_sale(order: str) -> dict[str, Any]:
    return {"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": 100, "Installments": 1,
        "CreditCard": {"CardToken": ID % 0, "Brand": "Visa"}}}


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records
            if record.name == "cielo" and record.levelno == logging.WARNING]


# ---- what it gives ----


def test_every_item_has_its_outcome(client: cielo.Client) -> None:
    fields = [card_sale() for _ in range(20)]
    outcomes = list(client.many(client.sales.create, fields, concurrency=5))
    assert sorted(outcome.index for outcome in outcomes) == list(range(20))
    for outcome in outcomes:
        assert outcome.call is fields[outcome.index]
        assert outcome.error is None and outcome.result is not None
        assert outcome.result.merchant_order_id == outcome.call["MerchantOrderId"]


def test_items_are_tuples_single_arguments_or_dicts(client: cielo.Client) -> None:
    sales = [client.sales.create(card_sale(amount=1000)) for _ in range(4)]
    ids = [sale.payment.payment_id for sale in sales]
    calls: list[Any] = [
        ids[0], (ids[1],), (ids[2], 400), {"payment_id": ids[3], "amount": 300, "timeout": 10},
    ]
    for captured in client.many(client.sales.capture, calls):
        assert captured.error is None
    amounts = [client.sales.get(one).payment.captured_amount for one in ids]
    assert amounts == [1000, 1000, 400, 300]


def test_a_request_and_a_confirmation(client: cielo.Client) -> None:
    sale = client.sales.create(card_sale())
    path = "/1/sales/" + sale.payment.payment_id
    [outcome] = client.many(client.request, [("GET", path)])
    assert outcome.result.payment.payment_id == sale.payment.payment_id
    [named] = client.many(client.request, [{"method": "GET", "path": path}])
    assert named.result == outcome.result
    note = cielo.parse_notification(
        '{"PaymentId": "%s", "ChangeType": 1}' % sale.payment.payment_id, "application/json")
    [confirmed] = client.many(client.confirm, [note])
    assert isinstance(confirmed.result, cielo.Sale)


def test_a_client_made_of_it(client: cielo.Client) -> None:
    brief = client.with_options(timeout=7)
    [outcome] = client.many(brief.sales.find, [order_number()])
    assert outcome.result == []


def test_one_failure_stops_nothing(client: cielo.Client) -> None:
    good = client.sales.create(card_sale()).payment.payment_id
    calls: list[Any] = [ID % 1, 5, good, {"paymentid": good}, (good, 1, 2, 3, 4), {1: 2}, "../x"]
    outcomes = {outcome.index: outcome for outcome in client.many(client.sales.get, calls)}
    assert len(outcomes) == len(calls)
    kinds = [type(outcomes[index].error).__name__ for index in range(len(calls))]
    assert kinds == ["NotFoundError", "TypeError", "NoneType", "TypeError", "TypeError",
                     "TypeError", "ValidationError"]
    for outcome in outcomes.values():
        assert (outcome.result is None) == (outcome.error is not None)


def test_outcomes_come_as_calls_end(client: cielo.Client,
                                    faults: Callable[..., None]) -> None:
    ids = [client.sales.create(card_sale()).payment.payment_id for _ in range(3)]
    faults(match="GET /1/sales/" + ids[0], after="process", do="status:404", delay_ms=1500)
    order = [outcome.index for outcome in client.many(client.sales.get, ids)]
    assert order[-1] == 0 and sorted(order) == [0, 1, 2]


def test_a_repr_shows_no_secret(client: cielo.Client) -> None:
    many = client.many(client.sales.create, [card_sale(), {"MerchantOrderId": GOOD_CARD}])
    texts = [repr(many), *(repr(outcome) for outcome in many)]
    assert sorted(text[:17] for text in texts[1:]) == ["<cielo.Outcome 0 ", "<cielo.Outcome 1 "]
    for text in texts:
        assert GOOD_CARD not in text and "Teste" not in text


def test_a_warning_names_the_caller(client: cielo.Client) -> None:
    fields = card_sale()
    fields["Payment"]["SomethingNew"] = 1
    with pytest.warns(cielo.FieldWarning) as caught:
        [outcome] = client.many(client.sales.create, [fields])
    assert outcome.error is None
    assert caught[0].filename == __file__


# ---- how it goes on ----


@pytest.mark.parametrize("concurrency", [1, 4])
def test_so_many_at_once(quick: cielo.Client, server: QuickServer, concurrency: int) -> None:
    with server.held(concurrency) as most:
        for outcome in quick.many(quick.sales.capture, [ID % n for n in range(12)],
                                  concurrency=concurrency):
            assert outcome.error is None
    assert most == [concurrency]


def test_the_next_item_is_asked_for_when_there_is_room(quick: cielo.Client) -> None:
    asked = 0

    def calls() -> Iterator[str]:
        nonlocal asked
        for number in itertools.count():
            asked += 1
            yield ID % (number % 200)

    with quick.many(quick.sales.get, calls(), concurrency=3) as outcomes:
        for given, _ in enumerate(outcomes):
            assert asked <= given + 1 + 3
            if given == 30:
                break


def test_an_endless_iterable_takes_no_memory(quick: cielo.Client) -> None:
    calls = (("GET", "/1/x%d" % number) for number in itertools.count())
    with quick.many(quick.request, calls, concurrency=8) as outcomes:
        for _ in itertools.islice(outcomes, 300):
            pass
        tracemalloc.start()
        for _ in itertools.islice(outcomes, 100):
            pass
        collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in itertools.islice(outcomes, 1500):
            pass
        collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert after - before < 20_000


def test_voids_of_one_payment_are_spaced(client: cielo.Client) -> None:
    ids = [client.sales.create(card_sale(amount=1000, capture=True)).payment.payment_id
           for _ in range(4)]
    calls = [(ids[0], 100), (ids[0], 200), *[(one, 100) for one in ids[1:]]]
    begun = time.monotonic()
    times = {}
    for outcome in client.many(client.sales.void, calls, concurrency=2):
        assert outcome.error is None
        times[outcome.index] = time.monotonic() - begun
    assert list(times)[-1] == 1 and times[1] >= 5
    assert client.sales.get(ids[0]).payment.voided_amount == 300


def test_a_slow_iterable_holds_no_outcome_back(quick: cielo.Client) -> None:
    drawn = []

    def calls() -> Iterator[str]:
        for number in range(100):
            drawn.append(number)
            yield ID % number
            time.sleep(0.1)

    with quick.many(quick.sales.get, calls(), concurrency=100) as outcomes:
        next(outcomes)
        assert len(drawn) < 100


def test_what_the_iterable_raises_comes_last(slow: QuickServer, quick: cielo.Client) -> None:
    def calls() -> Iterator[str]:
        yield ID % 1
        yield ID % 2
        raise LookupError("the file ended early")

    given = []
    with pytest.raises(LookupError, match="ended early"):
        for outcome in quick.many(quick.sales.capture, calls()):
            given.append(outcome.index)
    assert sorted(given) == [0, 1]


def test_a_closed_client_starts_nothing_more(quick: cielo.Client) -> None:
    given = 0
    with pytest.raises(cielo.ClosedError):
        for _ in quick.many(quick.sales.get, itertools.repeat(ID % 1), concurrency=2):
            given += 1
            quick.close()
    assert 1 <= given <= 3
    with pytest.raises(cielo.ClosedError):
        quick.many(quick.sales.get, [])


# ---- wrong use ----


def test_wrong_arguments(client: cielo.Client, make_client: Callable[..., cielo.Client]) -> None:
    many: Any = client.many
    for verb in (client.sales, len, "sales.capture", client.close, client.with_options, None):
        with pytest.raises(TypeError, match="verb must be"):
            many(verb, [])
    for calls in (5, None):
        with pytest.raises(TypeError):
            many(client.sales.get, calls)
    for concurrency in (0, -1, 10001, 10**30):
        with pytest.raises(cielo.ValidationError, match="1 to 10000"):
            many(client.sales.get, [], concurrency=concurrency)
    for concurrency in (1.0, True, "1", None):
        with pytest.raises(TypeError, match="concurrency must be int"):
            many(client.sales.get, [], concurrency=concurrency)
    with pytest.raises(TypeError, match="progress must be callable"):
        many(client.sales.get, [], progress=5)
    with pytest.raises(ValueError, match="shares nothing"):
        next(many(make_client().sales.get, [ID % 1]))
    with pytest.raises(TypeError):
        type(client.many(client.sales.get, []))()  # type: ignore[call-arg]


def test_one_that_was_not_made_has_nothing_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal may come before the first line of __init__."""
    unraised: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", unraised.append)
    made: Any = Many
    with pytest.raises(TypeError):
        made()
    del made
    collect()
    assert not unraised


def test_one_thread_at_a_time(server: QuickServer, quick: cielo.Client) -> None:
    server.wait(60)
    server.most()
    outcomes = quick.many(quick.sales.capture, [ID % 1, ID % 2], concurrency=1)
    first: list[Any] = []
    thread = threading.Thread(target=lambda: first.append(next(outcomes)))
    thread.start()
    asyncio.run(server.busy())
    with pytest.raises(RuntimeError, match="asked already"):
        next(outcomes)
    with pytest.raises(RuntimeError, match="asked already"):
        outcomes.close()
    server.wait(0)
    thread.join()
    assert [outcome.index for outcome in [*first, *outcomes]] == [0, 1]


def test_its_own_calls_cannot_ask_it(quick: cielo.Client) -> None:
    def calls() -> Iterator[str]:
        yield ID % 1
        next(outcomes)

    outcomes = quick.many(quick.sales.get, calls())
    with pytest.raises(RuntimeError, match="asked already"):
        list(outcomes)


# ---- leaving ----


def leave_by_break(client: cielo.Client, calls: Iterator[dict[str, Any]]) -> None:
    for _ in client.many(client.sales.create, calls, concurrency=4):
        break


def leave_by_error(client: cielo.Client, calls: Iterator[dict[str, Any]]) -> None:
    def loop() -> None:
        for _ in client.many(client.sales.create, calls, concurrency=4):
            raise KeyError

    with pytest.raises(KeyError):
        loop()


def leave_by_close(client: cielo.Client, calls: Iterator[dict[str, Any]]) -> None:
    outcomes = client.many(client.sales.create, calls, concurrency=4)
    next(outcomes)
    outcomes.close()
    outcomes.close()
    assert list(outcomes) == []


def leave_by_with(client: cielo.Client, calls: Iterator[dict[str, Any]]) -> None:
    with client.many(client.sales.create, calls, concurrency=4) as outcomes:
        next(outcomes)


def leave_to_the_collector(client: cielo.Client, calls: Iterator[dict[str, Any]]) -> None:
    circle: list[Any] = [client.many(client.sales.create, calls, concurrency=4)]
    next(circle[0])
    circle.append(circle)
    del circle
    collect()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_error, leave_by_close,
                                   leave_by_with, leave_to_the_collector])
def test_leaving_finishes_what_is_under_way(
    server: QuickServer, quick: cielo.Client, caplog: pytest.LogCaptureFixture,
    leave: Callable[[cielo.Client, Iterator[dict[str, Any]]], None],
) -> None:
    prefix = leave.__name__
    asked: list[str] = []

    def calls() -> Iterator[dict[str, Any]]:
        for number in itertools.count():
            asked.append("%s%d" % (prefix[9:], number))
            yield quick_sale(asked[-1])

    with server.held(4):
        leave(quick, calls())
    before = len(asked)
    assert 4 <= before <= 5
    done = [order for order in server.done() if order.startswith("POST " + prefix[9:])]
    assert len(done) == before  # all that were asked for were carried out
    lines = warned(caplog)
    # One outcome was given, and the others are named as made.
    assert len(lines) == before - 1
    for line in lines:
        assert "was made" in line and prefix[9:] in line
    time.sleep(0.1)
    assert len(asked) == before


def test_a_doubt_is_named(server: QuickServer, quick: cielo.Client,
                          caplog: pytest.LogCaptureFixture) -> None:
    plain = quick.with_options(reconcile=False)
    with quick.many(plain.sales.create, map(quick_sale, ["d1", "d2"])) as outcomes:
        first = next(outcomes)
        assert first.error is None
        server.wait(0)
    assert [line for line in warned(caplog) if "was made" in line]
    caplog.clear()
    server.mute(True)
    many = quick.many(plain.sales.create, map(quick_sale, ["d3", "d4"]))
    outcome = next(many)
    assert isinstance(outcome.error, cielo.OutcomeUnknownError)
    many.close()
    server.mute(False)
    [line] = warned(caplog)
    assert "sale_create of order d" in line and "may have taken effect" in line


INTERRUPTED = """
import logging, os, signal, sys
import cielo
def hear(number, frame):
    os.write(1, b"heard\\n")
    signal.default_int_handler(number, frame)

signal.signal(signal.SIGINT, hear)
logging.basicConfig(format="%%(message)s", level=logging.WARNING)
client = cielo.Client(merchant_id="a", merchant_key="b", base_url=sys.argv[1])
fields = [{"MerchantOrderId": "%s%%d" %% n, "Payment": {"Type": "CreditCard", "Amount": 100,
           "Installments": 1, "CreditCard": {"CardToken": "%s", "Brand": "Visa"}}}
          for n in range(100)]
try:
    print("begin", flush=True)
    for outcome in client.many(client.sales.create, fields, concurrency=3):
        print("given", outcome.index, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def run_interrupted(server: QuickServer, prefix: str, signals: int,
                    release: bool) -> tuple[str, str]:
    """Three sales are under way when the signals come; `release` has them answered then."""
    server.wait(60)
    server.most()
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED % (prefix, ID % 0), server.base_url],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begin\n"
    limit = time.monotonic() + 60
    while server.most() < 3:
        assert time.monotonic() < limit
        time.sleep(0.01)
    for turn in range(signals):
        time.sleep(0.5 * turn)  # the first one is what finishes the calls by now
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "heard\n"
    if release:
        server.wait(0)
    assert process.stderr is not None
    end = threading.Timer(60, process.kill)
    end.start()
    out, err = process.stdout.read(), process.stderr.read()
    process.wait()
    end.cancel()
    server.wait(0)
    assert process.returncode == 0, err
    return out, err


def test_ctrl_c_finishes_what_is_under_way(server: QuickServer) -> None:
    out, err = run_interrupted(server, "once", 1, release=True)
    assert out == "interrupted\n"
    done = [order for order in server.done() if order.startswith("POST once")]
    assert len(done) == 3
    assert err.count("was made") == 3


def test_ctrl_c_again_cancels_it(server: QuickServer) -> None:
    out, err = run_interrupted(server, "twice", 2, release=False)
    assert out == "interrupted\n"
    assert err.count("may have taken effect") == 3


@pytest.fixture
def ctrl_c(server: QuickServer) -> Iterator[Callable[[int], None]]:
    """Comes when so many calls are under way, none of which is answered."""
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    threads: list[threading.Thread] = []

    def send(count: int) -> None:
        limit = time.monotonic() + 60
        while server.most() < count and time.monotonic() < limit:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    def come(count: int) -> None:
        threads.append(threading.Thread(target=send, args=(count,)))
        threads[0].start()

    server.wait(60)
    server.most()
    yield come
    threads[0].join()
    signal.signal(signal.SIGINT, held)
    server.wait(0)


def test_ctrl_c_again_before_the_calls_are_waited_for(
    quick: cielo.Client, monkeypatch: pytest.MonkeyPatch, ctrl_c: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    end, heard = Many._end, []

    def hear_again(self: Many[Any, Any]) -> None:
        if not heard:
            heard.append(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        end(self)

    monkeypatch.setattr(Many, "_end", hear_again)
    outcomes = quick.many(quick.sales.create, map(quick_sale, ["a1", "a2"]))
    begun = time.monotonic()
    ctrl_c(2)
    with pytest.raises(KeyboardInterrupt):
        next(outcomes)
    assert time.monotonic() - begun < 30 and list(outcomes) == []
    assert len([line for line in warned(caplog) if "may have taken effect" in line]) == 2


def test_ctrl_c_is_heard_where_a_loop_was_left(
    quick: cielo.Client, ctrl_c: Callable[[int], None], caplog: pytest.LogCaptureFixture,
) -> None:
    """It cancels what is waited for, and comes to who left the loop."""
    calls: list[Any] = [quick_sale("b1"), 5]
    begun = time.monotonic()
    ctrl_c(1)
    with pytest.raises(KeyboardInterrupt):
        for outcome in quick.many(quick.sales.create, calls):
            assert isinstance(outcome.error, TypeError)
            break
        time.sleep(0)  # what goes on
    assert time.monotonic() - begun < 30
    assert [line for line in warned(caplog) if "may have taken effect" in line]


# ---- progress ----


Told = list[tuple[int, int, Optional[int]]]


def test_progress_with_a_length(quick: cielo.Client) -> None:
    told: Told = []
    calls: list[Any] = [ID % n for n in range(8)] + [5, 6]
    for given, _ in enumerate(quick.many(quick.sales.capture, calls, concurrency=2,
                                         progress=lambda *all: told.append(all))):
        assert told[-1][0] <= given
    assert told[0] == (0, 0, 10) and told[-1] == (10, 2, 10)
    assert told == sorted(told)


def test_progress_without_a_length_and_of_nothing(quick: cielo.Client) -> None:
    told: Told = []
    list(quick.many(quick.sales.capture, iter([ID % 1]), progress=lambda *a: told.append(a)))
    assert told[-1] == (1, 0, None)
    told.clear()
    list(quick.many(quick.sales.capture, [], progress=lambda *a: told.append(a)))
    assert told == [(0, 0, 0)]


def test_progress_is_told_now_and_then(quick: cielo.Client) -> None:
    told: Told = []
    begun = time.monotonic()
    list(quick.many(quick.sales.capture, [ID % (n % 250) for n in range(400)],
                    progress=lambda *a: told.append(a)))
    assert len(told) <= (time.monotonic() - begun) / 0.1 + 2
    assert told[-1] == (400, 0, 400)


def test_progress_is_told_while_the_next_is_awaited(
    server: QuickServer, quick: cielo.Client
) -> None:
    told: list[int] = []

    def calls() -> Iterator[str]:
        yield ID % 1
        server.wait(0 if 1 in told else 60)
        yield ID % 2

    def progress(done: int, *_: Any) -> None:
        told.append(done)
        if done == 1:
            server.wait(0)  # it is told, and what is awaited may end

    begun = time.monotonic()
    list(quick.many(quick.sales.capture, calls(), concurrency=1, progress=progress))
    server.wait(0)
    assert time.monotonic() - begun < 30
    assert sorted(set(told)) == [0, 1, 2]


def test_the_last_is_told_when_the_loop_is_left(quick: cielo.Client) -> None:
    told: Told = []
    for outcome in quick.many(quick.sales.capture, [ID % n for n in range(9)], concurrency=1,
                              progress=lambda *a: told.append(a)):
        if outcome.index == 3:
            break
    assert told[-1] == (4, 0, 9)


def test_what_progress_raises_ends_it(server: QuickServer, quick: cielo.Client,
                                      caplog: pytest.LogCaptureFixture) -> None:
    told = []

    def progress(done: int, failed: int, total: int | None) -> None:
        told.append(done)
        if done:
            raise LookupError("no terminal")

    server.wait(0.15)
    outcomes = quick.many(quick.sales.create, map(quick_sale, ["p1", "p2", "p3", "p4"]),
                          concurrency=2, progress=progress)
    with pytest.raises(LookupError):
        list(outcomes)
    server.wait(0)
    assert told == [0, 1] and list(outcomes) == []
    made = [order for order in server.done() if order.startswith("POST p")]
    assert len(made) - 1 <= len(warned(caplog)) <= len(made)


def test_a_progress_cannot_pass_for_the_end(quick: cielo.Client) -> None:
    def progress(*_: Any) -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="progress raised StopIteration"):
        list(quick.many(quick.sales.get, [ID % 1, ID % 2], progress=progress))


def test_a_progress_that_can_be_closed_is(quick: cielo.Client) -> None:
    class Bar:
        closed = 0

        def __call__(self, *_: Any) -> None:
            assert not self.closed

        def close(self) -> None:
            self.closed += 1

    bars = [Bar(), Bar()]
    list(quick.many(quick.sales.get, [ID % 1], progress=bars[0]))
    for _ in quick.many(quick.sales.get, [ID % 1, ID % 2], progress=bars[1]):
        break
    assert [bar.closed for bar in bars] == [1, 1]
