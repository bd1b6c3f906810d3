"""The journal of a blocking client: its options, what is read of it, settling."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import multiprocessing
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import GOOD_CARD, MERCHANT_KEY, card_sale, order_number
from quick_server import QuickServer

import cielo
import cielo.journal
import cielo.sandbox
from cielo import _core

Make = Callable[..., cielo.Client]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the journal is POSIX's")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "journal"


@pytest.fixture
def kept(make_client: Make, folder: pathlib.Path) -> cielo.Client:
    return make_client(journal=folder)


@pytest.mark.parametrize("by_option", [True, False], ids=["option", "CIELO_JOURNAL"])
def test_a_relative_folder_stays_where_it_was(
        by_option: bool, make_client: Make, tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    if not by_option:
        monkeypatch.setenv("CIELO_JOURNAL", "books")
    client = make_client(**({"journal": "books"} if by_option else {}))
    monkeypatch.chdir("elsewhere")
    assert client.journal.folder == str(tmp_path / "books")
    assert str(tmp_path / "books") in repr(client.journal)
    sale = client.sales.create(card_sale())
    assert [entry.payment_id for entry in client.journal.entries()] == [sale.payment.payment_id]
    assert [each.name for each in cielo.journal.segments(tmp_path / "books")]


def wait_for(what: str, condition: Callable[[], Any], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.01)


def in_books(sandbox: Any, order: str) -> list[dict[str, Any]]:
    return [line for line in sandbox.sales() if line["MerchantOrderId"] == order]


def leave_doubt(client: cielo.Client, sandbox: Any, faults: Callable[..., None],
                order: str, after: str = "process") -> None:
    """A child makes a sale, is not answered, and is killed."""
    faults(match="POST /1/sales", after=after, do="stall")
    child = os.fork()
    if child == 0:
        try:
            client.sales.create(card_sale(order=order))
        finally:
            os._exit(1)
    try:
        wait_for("the request", lambda: any(
            order in str(request) for request in sandbox.requests()))
        if after == "process":
            wait_for("the sale", lambda: in_books(sandbox, order))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    sandbox.faults([])


# ---- options ----


def test_folder_as_path_or_text(make_client: Make, tmp_path: pathlib.Path) -> None:
    for folder in (tmp_path / "path", str(tmp_path / "text")):
        client = make_client(journal=folder)
        assert client.journal.folder == os.fspath(folder)
        assert repr(client.journal).startswith(f"<journal {os.fspath(folder)!r} of <cielo.Client ")
        assert client.sales.create(card_sale()).approved
        assert len(cielo.journal.segments(folder)) == 1


def test_none_is_kept_unless_asked_for(make_client: Make, monkeypatch: Any,
                                       folder: pathlib.Path) -> None:
    assert make_client().journal.folder is None
    monkeypatch.setenv("CIELO_JOURNAL", str(folder))
    assert make_client().journal.folder == str(folder)
    assert make_client(journal="").journal.folder is None


def test_wrong_options(make_client: Make, folder: pathlib.Path) -> None:
    with pytest.raises(TypeError):
        make_client(journal=5)
    with pytest.raises(TypeError, match="journal_required must be bool"):
        make_client(journal=folder, journal_required=1)
    with pytest.raises(ValueError, match="null"):
        make_client(journal="a\0b")
    for name in ("journal_sync", "journal_mode"):
        with pytest.raises(cielo.ValidationError) as caught:
            make_client(journal=folder, **{name: "perhaps"})
        assert [problem.path for problem in caught.value.problems] == [name]


def test_a_client_without_one_says_which_option(client: cielo.Client) -> None:
    for ask in (client.journal.in_doubt, client.journal.entries, client.journal.settle):
        with pytest.raises(cielo.JournalError, match="option journal") as caught:
            ask()
        assert caught.value.kind == "journal" and caught.value.sent == "no"


def test_a_closed_client(kept: cielo.Client) -> None:
    kept.close()
    for ask in (kept.journal.in_doubt, kept.journal.entries, kept.journal.settle):
        with pytest.raises(cielo.ClosedError):
            ask()


def test_derived_clients_share_it(kept: cielo.Client) -> None:
    other = kept.with_options(timeout=10)
    assert other.journal.folder == kept.journal.folder
    other.sales.create(card_sale())
    kept.sales.create(card_sale())
    assert len(list(other.journal.entries())) == 2
    assert len(cielo.journal.segments(kept.journal.folder or "")) == 1


# ---- what is written ----


def test_a_sale_and_its_changes(kept: cielo.Client) -> None:
    order = order_number()
    sale = kept.sales.create(card_sale(order=order))
    kept.sales.capture(sale.payment.payment_id, 10000)
    kept.sales.get(sale.payment.payment_id)  # a read leaves nothing
    entries = list(kept.journal.entries())
    assert [entry.operation for entry in entries] == ["sale_create", "sale_capture"]
    first, second = entries
    assert (first.merchant_order_id, first.amount, first.state) == (order, 15700, "done")
    assert (second.payment_id, second.amount) == (sale.payment.payment_id, 10000)
    assert first.at.tzinfo is not None and first.at.utcoffset() == datetime.timedelta(0)
    age = datetime.datetime.now(datetime.timezone.utc) - first.at
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=1)
    assert first.process.endswith(f":{os.getpid()}")
    assert first.looks == () and first.outcome is not None and first.settled is None
    assert first.outcome["payment_id"] == sale.payment.payment_id
    assert first.intent["card"] == {"first6": GOOD_CARD[:6], "last4": GOOD_CARD[-4:]}
    assert kept.journal.in_doubt() == []


def test_an_entry(kept: cielo.Client) -> None:
    kept.sales.create(card_sale())
    (entry,) = kept.journal.entries()
    (same,) = kept.journal.entries()
    assert entry == same and hash(entry) == hash(same) and {entry: 1}[same] == 1
    assert pickle.loads(pickle.dumps(entry)) == entry
    assert entry.id in repr(entry) and "sale_create" in repr(entry)
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.state = "absent"  # type: ignore[misc]
    for text in (repr(entry), str(entry.intent), str(entry.outcome)):
        assert GOOD_CARD not in text and MERCHANT_KEY not in text and "Holder" not in text


def test_no_secrets_in_files(kept: cielo.Client, folder: pathlib.Path) -> None:
    fields = card_sale()
    fields["Customer"] = {"Name": "CANARYNAME", "Email": "canary@example.com",
                          "Identity": "12345678909", "IdentityType": "CPF"}
    fields["Payment"]["CreditCard"].update(Holder="CANARYHOLDER", SecurityCode="973")
    fields["Payment"]["SoftDescriptor"] = "CANARYSOFT"
    kept.sales.create(fields)
    stored = kept.cards.tokenize({
        "CustomerName": "CANARYNAME", "CardNumber": GOOD_CARD, "Holder": "CANARYHOLDER",
        "ExpirationDate": "12/2030", "Brand": "Visa"})
    text = b"".join(path.read_bytes() for path in folder.iterdir()).decode()
    assert text.count('"rec":"intent"') == 2
    for canary in ("CANARY", "canary@", "12345678909", GOOD_CARD, "973\"", MERCHANT_KEY,
                   str(stored.card_token)):
        assert canary not in text


def test_threads_share_a_segment(kept: cielo.Client, folder: pathlib.Path) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                assert kept.sales.create(card_sale()).approved
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    entries = list(cielo.journal.read(folder))
    assert len(entries) == 60 and {entry.state for entry in entries} == {"done"}
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len(cielo.journal.segments(folder)) == 1


def test_a_forked_child_has_its_own(kept: cielo.Client, folder: pathlib.Path) -> None:
    kept.sales.create(card_sale())
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if kept.sales.create(card_sale()).approved else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    # The parent's is held still, though a child that had it open has gone.
    assert sorted(segment.live for segment in cielo.journal.segments(folder)) == [False, True]
    kept.sales.create(card_sale())
    entries = list(kept.journal.entries())
    assert len(entries) == 3 and len({entry.process for entry in entries}) == 2
    assert {entry.state for entry in entries} == {"done"}
    assert len(cielo.journal.segments(folder)) == 2


def test_forked_while_threads_write(kept: cielo.Client, folder: pathlib.Path) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                kept.sales.create(card_sale())
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    codes = []
    try:
        for number in range(8):
            child = os.fork()
            if child == 0:
                try:
                    sale = kept.sales.create(card_sale(order=f"forked{number}"))
                    os._exit(0 if sale.approved else 1)
                except BaseException:
                    os._exit(2)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert codes == [0] * 8 and not failed
    entries = list(cielo.journal.read(folder))
    assert {entry.state for entry in entries} == {"done"}
    assert {f"forked{number}" for number in range(8)} <= {
        entry.merchant_order_id for entry in entries}
    # A segment for each process, with nothing of another's in it.
    assert len(cielo.journal.segments(folder)) == len({entry.process for entry in entries}) == 9


def sell(settings: dict[str, Any]) -> bool:
    """In a process of its own."""
    with cielo.Client(**settings) as client:
        return client.sales.create(card_sale(order=f"m{os.getpid()}")).approved


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(method: str, kept: cielo.Client, folder: pathlib.Path) -> None:
    settings = {"merchant_id": kept.merchant_id, "merchant_key": MERCHANT_KEY,
                "base_url": kept.base_url, "journal": folder}
    with multiprocessing.get_context(method).Pool(3, maxtasksperchild=1) as pool:
        assert pool.map(sell, [settings] * 3, chunksize=1) == [True] * 3
    entries = list(kept.journal.entries())
    assert len({entry.process for entry in entries}) == 3
    assert {entry.state for entry in entries} == {"done"}


# ---- what cannot be written ----


@pytest.fixture
def no_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """Nothing can be made in it, by root neither."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "journal"


def test_nothing_is_sent_that_cannot_be_noted(make_client: Make, sandbox: Any,
                                              no_folder: pathlib.Path) -> None:
    client, order = make_client(journal=no_folder), order_number()
    with pytest.raises(cielo.JournalError) as caught:
        client.sales.create(card_sale(order=order))
    error = caught.value
    assert (error.kind, error.sent, error.merchant_order_id) == ("journal", "no", order)
    assert error.operation == "sale_create" and error.attempts == []
    assert not in_books(sandbox, order)
    assert client.sales.find(order) == []  # reads go on


def test_it_is_sent_with_a_warning_where_it_need_not(
    make_client: Make, sandbox: Any, no_folder: pathlib.Path, caplog: Any
) -> None:
    client = make_client(journal=no_folder, journal_required=False)
    order = order_number()
    with caplog.at_level("WARNING", "cielo"), pytest.warns(cielo.FieldWarning, match="journal"):
        sale = client.sales.create(card_sale(order=order))
    assert sale.approved and len(in_books(sandbox, order)) == 1
    assert {warning.path for warning in sale.warnings} == {"journal"}
    assert [record.getMessage() for record in caplog.records] == [
        f"sale_create: {warning.message}" for warning in sale.warnings]
    assert "without a record" in caplog.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_filter_takes_no_outcome(make_client: Make, no_folder: pathlib.Path) -> None:
    client = make_client(journal=no_folder, journal_required=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", cielo.FieldWarning)
        assert client.sales.create(card_sale()).approved


LIMITED = """
import resource, sys
import cielo
sys.path.insert(0, sys.argv[1])
from conftest import MERCHANT_ID, MERCHANT_KEY, card_sale
client = cielo.Client(merchant_id=MERCHANT_ID, merchant_key=MERCHANT_KEY,
                      base_url=sys.argv[2], journal=sys.argv[3])
client.sales.create(card_sale(order="before" + sys.argv[4]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]), int(sys.argv[5])))
try:
    for number in range(100):
        client.sales.create(card_sale(order=f"full{number}x{sys.argv[4]}"))
except cielo.JournalError as error:
    print(error.sent, error.merchant_order_id, error)
"""


def test_a_file_size_limit(sandbox: Any, folder: pathlib.Path) -> None:
    mark = order_number()
    process = subprocess.run(
        [sys.executable, "-c", LIMITED, os.path.dirname(__file__), sandbox.base_url, str(folder),
         mark, "200"], stdout=subprocess.PIPE, text=True, check=True)
    sent, order, _ = process.stdout.split(" ", 2)
    assert sent == "no" and order.endswith(mark)
    sold = [line["MerchantOrderId"] for line in sandbox.sales()
            if line["MerchantOrderId"].endswith(mark)]
    assert sold == ["before" + mark]
    # What was sold is there; the torn line is skipped.
    assert [entry.merchant_order_id for entry in cielo.journal.read(folder)] == sold


# ---- in doubt, and settled ----


def test_a_call_in_flight_is_never_in_doubt(make_client: Make, folder: pathlib.Path) -> None:
    order = order_number()
    with QuickServer() as server:
        kept = make_client(journal=folder, base_url=server.base_url)
        server.wait(60)
        call = threading.Thread(target=kept.sales.create, args=(card_sale(order=order),))
        call.start()
        try:
            asyncio.run(server.did("POST " + order))
            for _ in range(5):
                assert kept.journal.in_doubt() == [] and kept.journal.settle() == []
                assert [entry.state for entry in kept.journal.entries()] == ["open"]
        finally:
            server.wait(0)
            call.join()
        assert [entry.state for entry in kept.journal.entries()] == ["done"]
        assert list(server.done()) == ["POST " + order]


def test_a_dead_process_is_settled(kept: cielo.Client, sandbox: Any,
                                   faults: Callable[..., None]) -> None:
    order = order_number()
    leave_doubt(kept, sandbox, faults, order)
    (doubt,) = kept.journal.in_doubt()
    assert (doubt.merchant_order_id, doubt.state, doubt.looks) == (order, "in_doubt", ())
    ((entry, settled),) = kept.journal.settle()
    assert entry == doubt and settled.state == "adopted" and settled.why == ""
    assert isinstance(settled.result, cielo.Sale) and settled.error is None
    assert settled.result.payment.payment_id == in_books(sandbox, order)[0]["PaymentId"]
    assert settled.result.reconciled is True
    assert kept.journal.in_doubt() == [] and kept.journal.settle() == []
    (after,) = kept.journal.entries()
    assert after.state == "adopted" and after.settled is not None
    assert after.settled["payment_id"] == settled.result.payment.payment_id
    assert len(in_books(sandbox, order)) == 1


def test_what_never_reached_cielo_stays_unknown_at_first(
    kept: cielo.Client, sandbox: Any, faults: Callable[..., None]
) -> None:
    order = order_number()
    leave_doubt(kept, sandbox, faults, order, after="read")
    (doubt,) = kept.journal.in_doubt()
    for wanted in (doubt, doubt.id):
        ((_, settled),) = kept.journal.settle(wanted)
        assert settled.state == "unknown" and settled.result is None
        assert isinstance(settled.error, cielo.OutcomeUnknownError) and settled.why
    (again,) = kept.journal.in_doubt()
    assert [look.saw for look in again.looks] == ["nothing", "nothing"]
    assert all(look.at.tzinfo is not None for look in again.looks)
    assert pickle.loads(pickle.dumps(again)) == again != doubt


def test_what_two_looks_did_not_see_never_took_effect(folder: pathlib.Path) -> None:
    with cielo.sandbox.run() as own:
        client = cielo.Client(merchant_id="store", merchant_key=MERCHANT_KEY,
                              base_url=own.base_url, journal=folder)
        leave_doubt(client, own, lambda **fault: own.faults([fault]), "never1", after="read")
        ((_, first),) = client.journal.settle()
        own.advance(601)
        ((_, second),) = client.journal.settle()
        assert client.journal.in_doubt() == []
        client.close()
    assert first.state == "unknown" and "look order never1 up before" in first.why
    assert second.state == "absent" and second.why == (
        "order never1: it never took effect "
        "(two looks at least ten minutes apart saw nothing of it)")


def test_settling_what_is_not_there(kept: cielo.Client) -> None:
    assert kept.journal.settle() == []  # no folder yet
    kept.sales.create(card_sale())
    (entry,) = kept.journal.entries()
    assert kept.journal.settle(entry) == []  # not in doubt
    with pytest.raises(ValueError, match="no entry"):
        kept.journal.settle("0190f2a4-0000-7000-8000-000000000000")
    with pytest.raises(TypeError, match="Entry or its id"):
        kept.journal.settle(5)  # type: ignore[arg-type]


def test_one_settles_at_a_time(make_client: Make, folder: pathlib.Path) -> None:
    client = make_client(journal=folder, timeout=0.4)
    client.sales.create(card_sale())
    other = _core._Journal(folder)
    assert other.lock()
    started = time.monotonic()
    with pytest.raises(cielo.JournalError, match="being settled") as caught:
        client.journal.settle()
    assert 0.3 < time.monotonic() - started < 5 and caught.value.sent == "no"
    releasing = threading.Timer(0.1, other.close)
    releasing.start()
    assert client.with_options(timeout=30).journal.settle() == []
    releasing.join()


def test_a_signal_ends_it(kept: cielo.Client, sandbox: Any, faults: Callable[..., None],
                          ring_when_met: Callable[[], None]) -> None:
    class Stopped(Exception):
        pass

    def stop(number: int, frame: Any) -> None:
        raise Stopped

    leave_doubt(kept, sandbox, faults, order_number())
    faults(match="GET /1/sales", after="read", do="stall")
    former = signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(Stopped):
            ring_when_met()
            kept.journal.settle()
    finally:
        signal.signal(signal.SIGALRM, former)
    # Nobody holds the lock, and nothing was said of the entry.
    ((_, settled),) = kept.journal.settle()
    assert settled.state == "adopted"


def test_what_was_settled_before_a_signal_is_named(
    kept: cielo.Client, sandbox: Any, faults: Callable[..., None],
    ring_when_met: Callable[[], None], caplog: pytest.LogCaptureFixture,
) -> None:
    class Stopped(Exception):
        pass

    def stop(number: int, frame: Any) -> None:
        raise Stopped

    orders = [order_number(), order_number()]
    for order in orders:
        leave_doubt(kept, sandbox, faults, order)
    # The first answer of the second look: the first entry was settled by then.
    faults(match=f"GET /1/sales?merchantOrderId={orders[1]}", after="read", do="stall")
    former = signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(Stopped):
            ring_when_met()
            kept.journal.settle()
    finally:
        signal.signal(signal.SIGALRM, former)
    named = [record.getMessage() for record in caplog.records
             if "ended before it said so" in record.getMessage()]
    assert len(named) == 1 and f"sale_create of {orders[0]} was settled: adopted" in named[0]
    ((entry, _),) = kept.journal.settle()
    assert entry.merchant_order_id == orders[1]


def test_an_entry_of_another_merchant(make_client: Make, kept: cielo.Client, sandbox: Any,
                                      faults: Callable[..., None], folder: pathlib.Path) -> None:
    leave_doubt(kept, sandbox, faults, order_number())
    other = make_client(journal=folder, merchant_id="6a4c2a1e-7d3b-4a5c-9e8f-0b1a2c3d4e5f")
    ((_, settled),) = other.journal.settle()
    assert settled.state == "unknown" and isinstance(settled.error, cielo.ValidationError)
    ((_, settled),) = kept.journal.settle()
    assert settled.state == "adopted"


# ---- without a client ----


def test_reading_a_folder(kept: cielo.Client, folder: pathlib.Path) -> None:
    for _ in range(150):  # more than are taken at a time
        kept.sales.create(card_sale())
    assert list(cielo.journal.read(folder)) == list(kept.journal.entries())
    assert cielo.journal.count(folder) == (1, 150, 0, 0)
    (segment,) = cielo.journal.segments(folder)
    assert segment.live and segment.size == (folder / segment.name).stat().st_size


def test_records_by_their_offset(kept: cielo.Client, folder: pathlib.Path) -> None:
    kept.sales.create(card_sale())
    (segment,) = cielo.journal.segments(folder)
    reader = cielo.journal.records(folder, segment.name)
    kinds, offsets = [], []
    for record in reader:
        kinds.append(record["rec"])
        offsets.append(reader.offset)
    assert kinds == ["intent", "outcome"] and offsets == sorted(set(offsets))
    assert [record["rec"] for record in
            cielo.journal.records(folder, segment.name, offsets[0])] == ["outcome"]
    kept.sales.create(card_sale())
    assert [record["rec"] for record in reader] == ["intent", "outcome"]
    assert reader.damaged == 0
    with open(folder / segment.name, "ab") as file:
        file.write(b'\n{"v":1,"rec":"int\n')
    assert list(reader) == [] and reader.damaged == 1
    reader.close()
    with pytest.raises(RuntimeError, match="closed"):
        next(reader)


def test_reads_that_cielo_bills_are_counted(kept: cielo.Client, folder: pathlib.Path) -> None:
    """One by one and many at once, and nothing of the card."""
    kept.cards.bin("402400")
    assert len(list(kept.many(kept.cards.bin, ["4024007153763191"] * 3))) == 3
    kept.sales.find("2014111703")
    (segment,) = cielo.journal.segments(folder)
    uses = list(cielo.journal.records(folder, segment.name))
    assert [(use["rec"], use["op"]) for use in uses] == [("use", "card_bin")] * 4
    assert "402400" not in (folder / segment.name).read_text()
    assert kept.journal.in_doubt() == [] == list(kept.journal.entries())


def test_a_use_that_is_not_noted_is_told(kept: cielo.Client, folder: pathlib.Path) -> None:
    folder.write_text("a file")
    with pytest.warns(cielo.FieldWarning, match="that it was used is not in the journal"):
        assert kept.cards.bin("402400").status == "00"


def test_no_folder(folder: pathlib.Path, kept: cielo.Client) -> None:
    assert kept.journal.in_doubt() == [] and list(kept.journal.entries()) == []
    for ask in (cielo.journal.read, cielo.journal.count, cielo.journal.segments):
        with pytest.raises(cielo.JournalError):
            ask(folder)
    with pytest.raises(TypeError):
        cielo.journal.read(5)  # type: ignore[arg-type]


def test_a_folder_below_a_file(make_client: Make, tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    client = make_client(journal=tmp_path / "file" / "journal")
    for ask in (client.journal.in_doubt, client.journal.entries, client.journal.settle):
        with pytest.raises(cielo.JournalError, match="Not a directory"):
            ask()


@pytest.fixture
def settled_segment(make_client: Make, folder: pathlib.Path) -> Iterator[None]:
    client = make_client(journal=folder)
    child = os.fork()
    if child == 0:
        try:
            client.sales.create(card_sale())
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    yield


@pytest.mark.usefixtures("settled_segment")
def test_pruning(folder: pathlib.Path) -> None:
    (segment,) = cielo.journal.segments(folder)
    assert not segment.live
    assert cielo.journal.prune(folder, 30) == 0
    past = time.time() - 31 * 86400
    os.utime(folder / segment.name, (past, past))
    other = _core._Journal(folder)
    assert other.lock()
    with pytest.raises(cielo.JournalError, match="being settled"):
        cielo.journal.prune(folder, 30)
    other.close()
    assert cielo.journal.prune(folder, 30) == 1
    assert cielo.journal.segments(folder) == []


def test_a_reader_in_two_threads(folder: pathlib.Path, kept: cielo.Client) -> None:
    kept.sales.create(card_sale())
    reader = _core._Journal(folder)
    with pytest.raises(RuntimeError, match="not loaded"):
        reader.take(False)
    reader.load()
    assert len(reader.take(False)) == 1 and reader.take(False) == []
    reader.load()  # begins anew
    assert len(reader.take(False)) == 1
    reader.close()
    reader.close()
    with pytest.raises(RuntimeError, match="closed"):
        reader.take(False)


STARVED = """
import sys
import _testcapi
from cielo import _core
folder, segment = sys.argv[1:]
wanted = 0

def read():
    reader = _core._Journal(folder)
    reader.load()
    (entry,) = reader.take(False)
    assert reader.find(entry["id"]) == entry and reader.counts() == (1, 1, 0, 0)
    records = _core._Records(folder, segment, 0)
    assert len(records.take()) == 2 and records.damaged == 0
    assert len(_core._journal_segments(folder)) == 1

read()
for start in range(400):
    _testcapi.set_nomemory(start, start + 1)
    try:
        read()
    except MemoryError:
        wanted += 1
    finally:
        _testcapi.remove_mem_hooks()
print(wanted)
"""


def test_without_memory(kept: cielo.Client, folder: pathlib.Path) -> None:
    pytest.importorskip("_testcapi")
    kept.sales.create(card_sale())
    (segment,) = cielo.journal.segments(folder)
    process = subprocess.run([sys.executable, "-c", STARVED, str(folder), segment.name],
                             capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert int(process.stdout) > 100
