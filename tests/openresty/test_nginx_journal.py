"""The journal under nginx: on disk before a write is sent, and no worker waits for it."""

from __future__ import annotations

import collections
import contextlib
import http.client
import json
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support import HERE, Cielo, Nginx, alive, fetch, leaks, path_of, running, stop_midway, wait_for

THREADS = "thread_pool default threads=2;"
WAYS = {"nginx's threads": THREADS, "the core's thread": ""}

JOURNAL = """
location = /many { content_by_lua_block { require("service").many() } }
location = /optional { content_by_lua_block { require("service").optional() } }
location = /journal { content_by_lua_block { require("service").journal() } }
location = /many_exit { content_by_lua_block {
  local service = require "service"
  ngx.thread.spawn(service.many)
  service.await_go()
  ngx.exit(503) } }
location = /killed { content_by_lua_block {
  local service = require "service"
  local client = service.hasty()
  local thread = ngx.thread.spawn(service.sell, client, ngx.var.arg_order)
  service.await_go()
  if ngx.var.arg_how == "exit" then ngx.exit(503) end
  ngx.thread.kill(thread)
  ngx.say("killed") } }
location = /hung { lua_check_client_abort on; content_by_lua_block {
  require("service").sale() } }
"""

#: Syncs that begin when a test says so, so that a request can end before.
HELD = """
init_worker_by_lua_block {
  local real = ngx.run_worker_thread
  ngx.run_worker_thread = function(...)
    while not ngx.shared.cielo:get "go sync" do ngx.sleep(0.005) end
    return real(...)
  end
}
"""


@contextlib.contextmanager
def recording(cielo: Cielo, folder: Path, **arguments: Any) -> Iterator[Nginx]:
    arguments.setdefault("main", THREADS)
    arguments.setdefault("level", "notice")
    arguments["locations"] = JOURNAL + arguments.get("locations", "")
    environment = {"CIELO_JOURNAL": str(folder), **arguments.pop("environment", {})}
    with running(cielo, environment=environment, **arguments) as nginx:
        yield nginx


def records(folder: Path) -> list[dict[str, Any]]:
    """All whole records, segment after segment."""
    found = []
    for segment in sorted(folder.glob("*.jsonl")):
        for line in segment.read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return found


def of_order(folder: Path, order: str) -> list[dict[str, Any]]:
    """The intent of an order, and what came of it."""
    found = records(folder)
    ids = [row["id"] for row in found if row.get("order") == order]
    assert len(ids) <= 1, f"{order} was recorded twice"
    return [row for row in found if ids and ids[0] in (row.get("id"), row.get("of"))]


def kinds(folder: Path, order: str) -> list[str]:
    return [row["rec"] for row in of_order(folder, order)]


def posts(cielo: Cielo) -> int:
    return sum(row["method"] == "POST" for row in cielo.get("requests"))


@pytest.mark.parametrize("way", WAYS)
def test_a_sale_is_on_disk_before_it_is_sent(way: str, sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder, main=WAYS[way]) as nginx:
        assert not folder.exists(), "it is made with the first record"
        sandbox.faults({"match": "POST /1/sales", "after": "read", "delay_ms": 1500})
        with ThreadPoolExecutor(1) as beside:
            sold = beside.submit(nginx.get, "/sale?order=first")
            wait_for("the request", lambda: posts(sandbox) == 1)
            assert kinds(folder, "first") == ["intent"]
            line = sold.result()
        intent, outcome = of_order(folder, "first")
        assert line.split()[1:] == ["authorized", outcome["payment_id"]]
        assert intent["op"] == "sale_create" and intent["amount"] == 15700
        assert outcome["result"] == "approved" and outcome["sent"] == "yes"
        assert folder.stat().st_mode & 0o777 == 0o700
        nginx.get("/sale?order=second")
        told = [line for line in nginx.errors().splitlines() if "the journal is synced" in line]
        assert len(told) == 1 and "[notice]" in told[0], told
        assert "thread_pool default" in told[0]
        assert ("of the core" in told[0]) == (not WAYS[way])
        assert nginx.call("card_bin", {"digits": "402400"})["result"]["Status"] == "00"
        assert [row["rec"] for row in records(folder) if row.get("op") == "card_bin"] == ["use"]
        assert leaks(nginx.errors() + "".join(map(str, records(folder)))) == []


# ---- what cannot be recorded is not sent ----

def check_unsent(nginx: Nginx, cielo: Cielo, order: str, word: str) -> None:
    line = nginx.get(f"/sale?order={order}")
    assert line.startswith(f"{order} journal no: "), line
    assert word in line, line
    assert posts(cielo) == 0
    errors = [line for line in nginx.errors().splitlines() if order in line]
    assert len(errors) == 1 and "[error]" in errors[0], errors


def test_a_folder_that_is_none(sandbox: Cielo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with recording(sandbox, tmp_path / "file" / "journal") as nginx:
        check_unsent(nginx, sandbox, "nofolder", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts workers of another user")
def test_workers_of_another_user(sandbox: Cielo, tmp_path: Path) -> None:
    """Nothing is made before the workers are: they would not be let in."""
    http = """init_by_lua_block { early = require("resty.cielo").new{} }"""
    os.chmod(tmp_path, 0o777)
    for up in tmp_path.parents:
        if not up.stat().st_mode & 0o001:
            up.chmod(up.stat().st_mode | 0o001)
    if not os.access(HERE, os.X_OK):
        pytest.skip("workers of another user cannot read this tree")
    with recording(sandbox, tmp_path / "own", user="nobody nogroup", http=http) as nginx:
        line = nginx.get("/sale?order=nobody")
        assert line.split()[1] == "authorized", line
        assert (tmp_path / "own").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    (tmp_path / "roots").mkdir(0o700)
    sandbox.reset()
    with recording(sandbox, tmp_path / "roots", user="nobody nogroup", http=http) as nginx:
        check_unsent(nginx, sandbox, "forbidden", "ermission")


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few pages."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("way", WAYS)
def test_a_disk_that_is_full(way: str, sandbox: Cielo, tiny: Path) -> None:
    """Nothing is sent while it is; when there is room again all goes on."""
    folder = tiny / "journal"
    with recording(sandbox, folder, main=WAYS[way]) as nginx:
        nginx.get("/sale?order=before")
        (worker,) = nginx.workers()
        with contextlib.suppress(OSError), open(tiny / "stuffing", "wb", 0) as file:
            while file.write(b"x" * 256):
                pass
        number = 0
        while nginx.get(f"/sale?order=filling{number}").split()[1] == "authorized":
            number += 1
        sandbox.reset()
        check_unsent(nginx, sandbox, "nospace", "the disk is full")
        (tiny / "stuffing").unlink()
        assert nginx.get("/sale?order=after").split()[1] == "authorized"
        assert [kinds(folder, order) for order in ("before", "nospace", "after")] == [
            ["intent", "outcome"], [], ["intent", "outcome"]]
        assert nginx.workers() == [worker]


def test_where_it_is_not_required_a_sale_is_warned_of(sandbox: Cielo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with recording(sandbox, tmp_path / "file" / "journal") as nginx:
        assert nginx.get("/optional").startswith("authorized ")
        warnings = [line for line in nginx.errors().splitlines() if "optional" in line]
        assert len(warnings) == 1 and "[warn]" in warnings[0], warnings


# ---- many at once share a sync ----

def load(nginx: Nginx, path: str, connections: int, requests: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "load.py"), str(nginx.port), path,
         str(connections), str(requests)], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@contextlib.contextmanager
def counted_syncs(worker: int, told: Path) -> Iterator[None]:
    """Who of a process's threads called fdatasync, in a file: a line each."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-e", "trace=fdatasync", "-o", str(told), "-p", str(worker)],
        stderr=subprocess.PIPE, text=True)
    try:
        def is_traced() -> bool:
            with open(f"/proc/{worker}/status", encoding="ascii") as file:
                return f"TracerPid:\t{tracer.pid}\n" in file.read()
        wait_for("strace", is_traced)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()


@pytest.mark.parametrize("way", WAYS)
def test_parallel_sales_share_syncs_that_no_worker_waits_for(
        way: str, sandbox: Cielo, tmp_path: Path) -> None:
    """The worker itself never syncs: what it does for other requests is not late."""
    folder, told = tmp_path / "journal", tmp_path / "strace"
    with recording(sandbox, folder, main=WAYS[way]) as nginx:
        nginx.get("/sale?order=warm")
        (worker,) = nginx.workers()
        with counted_syncs(worker, told):
            assert load(nginx, "/sale", 50, 400)["kinds"] == {"authorized": 400}
        callers = collections.Counter(
            line.split()[0] for line in told.read_text().splitlines() if "fdatasync(" in line)
        print(f"{way}: 400 sales, {callers.total()} syncs")
        assert str(worker) not in callers, "the worker waited for the disk"
        assert 1 <= callers.total() < 300
        assert len([row for row in records(folder) if row["rec"] == "intent"]) == 401


# ---- requests that end while their write is recorded ----

def hang_up(nginx: Nginx, path: str, what: str, is_time: Callable[[], bool]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port)
    connection.request("GET", path)
    wait_for(what, is_time)
    connection.close()


@pytest.mark.parametrize("how", ["kill", "exit", "client"])
def test_a_request_that_ends_while_it_is_recorded_sells_nothing(
        how: str, sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder, http=HELD) as nginx:
        if how == "client":
            hang_up(nginx, "/hung?order=gone", "the intent",
                    lambda: kinds(folder, "gone") == ["intent"])
            wait_for("the request to end", lambda: "/hung" in nginx.read("access.log"))
        else:
            stop_midway(nginx, "/killed", "gone",
                        lambda: kinds(folder, "gone") == ["intent"], how=how)
        nginx.get("/go?order=sync")
        wait_for("the outcome", lambda: kinds(folder, "gone") == ["intent", "outcome"])
        outcome = of_order(folder, "gone")[1]
        assert outcome["sent"] == "no" and outcome["result"] == "failed", outcome
        assert posts(sandbox) == 0 and sandbox.get("sales") == []
        assert nginx.get("/sale?order=next").split()[1] == "authorized"


def test_a_worker_that_leaves_ends_what_it_records(sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder, http=HELD) as nginx:
        (worker,) = nginx.workers()
        with ThreadPoolExecutor(1) as beside:
            sold = beside.submit(nginx.get, "/sale?order=leaving")
            wait_for("the intent", lambda: kinds(folder, "leaving") == ["intent"])
            nginx.reload()
            nginx.get("/go?order=sync")
            assert sold.result().split()[1] == "authorized"
        wait_for("the worker to leave", lambda: not alive(worker))
        assert kinds(folder, "leaving") == ["intent", "outcome"]


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_a_write_that_lost_its_request_has_an_outcome(
        how: str, sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "stall"})
    with recording(sandbox, folder) as nginx:
        stop_midway(nginx, "/killed", "lost", lambda: bool(sandbox.get("sales")), how=how)
        wait_for("the outcome", lambda: "outcome" in kinds(folder, "lost"))
        outcome = of_order(folder, "lost")[1]
        (sale,) = sandbox.get("sales")
        assert outcome["result"] == "approved" and outcome["reconciled"] is True, outcome
        assert outcome["payment_id"] == sale["PaymentId"]


# ---- a worker's start ----

def settling(more: str = "") -> str:
    return """
lua_shared_dict settled 100k;
init_worker_by_lua_block {
  starting = assert(require("resty.cielo").new{})
  assert(starting.journal:settle_at_start{ %s
    on_outcome = function(entry, outcome)
      ngx.shared.settled:set(entry.merchant_order_id, outcome.state)
    end })
}
""" % more


SETTLED = """
location = /settled { content_by_lua_block {
  ngx.say(ngx.shared.settled:get(ngx.var.arg_order)) } }
"""


def kill_in_sale(nginx: Nginx, cielo: Cielo, order: str, after: str) -> None:
    """A worker dies of SIGKILL before the answer to a sale."""
    before = nginx.workers()
    cielo.faults({"match": "POST /1/sales", "after": after, "do": "stall"})

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            fetch(nginx.port, f"/sale?order={order}")

    thread = threading.Thread(target=ask)
    thread.start()
    wait_for("the sale", lambda: any(
        row["method"] == "POST" for row in cielo.get("requests")))
    if after == "process":
        wait_for("its booking", lambda: cielo.get("sales"))
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    thread.join()
    wait_for("new workers", lambda: nginx.workers() and not set(before) & set(nginx.workers()))


def test_a_killed_worker_is_settled_by_the_next(sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder, workers=2, http=settling(), locations=SETTLED) as nginx:
        wait_for("both workers", lambda: len(nginx.workers()) == 2)
        kill_in_sale(nginx, sandbox, "killed", "process")
        wait_for("the outcome", lambda: nginx.get("/settled?order=killed") == "adopted", 30)
        (sale,) = sandbox.get("sales")
        rows = of_order(folder, "killed")
        assert [row["rec"] for row in rows][0] == "intent"
        (settled,) = (row for row in rows if row["rec"] == "settled")
        assert settled["state"] == "adopted" and settled["payment_id"] == sale["PaymentId"]
        (line,) = (line for line in nginx.errors().splitlines() if "left in doubt" in line)
        assert "[error]" in line and "order killed was answered: authorized, approved, " \
            f"PaymentId {sale['PaymentId']}" in line, line


def test_what_never_happened_is_absent_after_two_looks(sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder, http=settling("delays = { 1 },"),
                   locations=SETTLED) as nginx:
        kill_in_sale(nginx, sandbox, "absent", "read")
        wait_for("a look", lambda: nginx.get("/settled?order=absent") == "unknown", 30)
        sandbox.post("clock", {"advance_seconds": 660})
        wait_for("the second", lambda: nginx.get("/settled?order=absent") == "absent", 30)
        assert [row["state"] for row in of_order(folder, "absent")
                if row["rec"] == "settled"] == ["absent"]
        assert sandbox.get("sales") == []


def test_a_look_that_another_worker_made_counts(sandbox: Cielo, tmp_path: Path) -> None:
    """Who starts later looks at what is new, and at the rest when it is due."""
    folder = tmp_path / "journal"
    with recording(sandbox, folder, http=settling(), locations=SETTLED) as nginx:
        for order in ("older", "newer"):  # a pass takes them in this order
            sandbox.reset()
            kill_in_sale(nginx, sandbox, order, "read")
            wait_for("a look", lambda order=order: nginx.get(f"/settled?order={order}")
                     == "unknown", 30)
        assert [kinds(folder, order) for order in ("older", "newer")] == [["intent", "look"]] * 2


def test_a_folder_that_cannot_be_made_is_told_at_start(sandbox: Cielo) -> None:
    folder = Path("/proc/self/journal")
    with recording(sandbox, folder, http=settling()) as nginx:
        wait_for("the line", lambda: f"the journal's folder {folder} cannot be made: /proc/self: "
                 in nginx.errors())


def test_a_start_without_a_journal_names_the_line_of_nginx_conf(sandbox: Cielo) -> None:
    http = """init_worker_by_lua_block {
      local client = assert(require("resty.cielo").new{})
      ngx.log(ngx.WARN, (select(2, client.journal:settle_at_start()))) }"""
    with running(sandbox, http=http, level="warn") as nginx:
        wait_for("the line", lambda: "or set CIELO_JOURNAL, which nginx hides without "
                 "`env CIELO_JOURNAL;`" in nginx.errors())


def test_a_call_in_flight_is_never_taken(sandbox: Cielo, tmp_path: Path) -> None:
    """Another worker starts while the first waits for Cielo."""
    folder = tmp_path / "journal"
    sandbox.faults({"match": "POST /1/sales", "after": "process", "delay_ms": 2500})
    with recording(sandbox, folder, http=settling("delays = { 1 },"),
                   locations=SETTLED) as nginx, ThreadPoolExecutor(1) as beside:
        sold = beside.submit(nginx.get, "/sale?order=flying")
        wait_for("the intent", lambda: kinds(folder, "flying") == ["intent"])
        nginx.reload()
        assert nginx.get("/journal?verb=in_doubt") == ""
        assert sold.result().split()[1] == "authorized"
        assert kinds(folder, "flying") == ["intent", "outcome"]
        assert nginx.get("/settled?order=flying") == "nil"


def test_the_verbs_of_the_journal(sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    with recording(sandbox, folder) as nginx:
        assert nginx.get("/journal?verb=in_doubt") == ""
        kill_in_sale(nginx, sandbox, "doubt", "process")
        nginx.get("/sale?order=fine")
        assert nginx.get("/journal?verb=entries").split("\n") == [
            "doubt in_doubt", "fine done"]
        assert nginx.get("/journal?verb=in_doubt") == "doubt in_doubt"
        assert nginx.get("/journal?verb=settle") == "doubt adopted"
        assert nginx.get("/journal?verb=settle") == ""
        assert nginx.get("/journal?verb=entries").split("\n") == [
            "doubt adopted", "fine done"]


def test_phases_that_cannot_wait_record_nothing(sandbox: Cielo, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    locations = """location = /phase {
      header_filter_by_lua_block {
        ngx.header.told = require("service").try(require("resty.cielo").new) }
      return 200 "here"; }"""
    with recording(sandbox, folder, locations=locations) as nginx:
        connection = http.client.HTTPConnection("127.0.0.1", nginx.port)
        connection.request("GET", "/phase")
        told = connection.getresponse().headers["told"]
        connection.close()
        assert told.startswith("phase: ")
        assert not folder.exists()


# ---- many in one request ----

def many(nginx: Nginx, **arguments: Any) -> tuple[int, int, str, dict[str, int]]:
    told, made, progress, kinds = nginx.get(path_of("/many", **arguments)).split(" ", 3)
    return int(told), int(made), progress, json.loads(kinds)


def test_many_sales_in_one_request(sandbox: Cielo, tmp_path: Path) -> None:
    folder, told = tmp_path / "journal", tmp_path / "strace"
    sandbox.faults({"match": "POST /1/sales", "delay_ms": 50, "times": -1})
    with recording(sandbox, folder) as nginx:
        nginx.get("/sale?order=warm")
        (worker,) = nginx.workers()
        with counted_syncs(worker, told):
            answer = many(nginx, name="many", count=200, concurrency=20)
        assert answer == (200, 200, "200/1/200", {"authorized": 199, "validation": 1})
        syncs = told.read_text().count("fdatasync(")
        print(f"200 sales of one request, {syncs} syncs")
        assert syncs < 150
        assert len(sandbox.get("sales")) == 200
        assert sandbox.connections() <= 20


def test_leaving_the_loop_starts_nothing_more(sandbox: Cielo, tmp_path: Path) -> None:
    """What is under way is finished, and stands in the journal."""
    folder = tmp_path / "journal"
    sandbox.faults({"match": "POST /1/sales", "delay_ms": 100, "times": -1})
    with recording(sandbox, folder) as nginx:
        told, made, progress, _ = many(nginx, name="left", count=500, concurrency=5, leave=7)
        assert told == 7 and made < 40
        rows = records(folder)
        intents = [row for row in rows if row["rec"] == "intent"]
        assert 7 <= len(intents) <= 17
        assert len([row for row in rows if row["rec"] == "outcome"]) == len(intents)
        assert len(sandbox.get("sales")) == len(intents)


def test_a_request_that_ends_in_the_middle_of_many(sandbox: Cielo, tmp_path: Path) -> None:
    """Its calls are settled as any of a request that is gone."""
    folder = tmp_path / "journal"
    sandbox.faults({"match": "POST /1/sales", "after": "process", "delay_ms": 2000, "times": -1})
    with recording(sandbox, folder) as nginx:
        stop_midway(nginx, "/many_exit", "cut", lambda: posts(sandbox) == 4, name="cut")

        def ended() -> bool:
            rows = records(folder)
            intents = {row["id"] for row in rows if row["rec"] == "intent"}
            return bool(intents) and intents == {row.get("of") for row in rows} - {None}

        wait_for("their outcomes", ended)
        intents = [row for row in records(folder) if row["rec"] == "intent"]
        assert len(intents) == 4
        for row in records(folder):
            if row["rec"] == "outcome":
                assert row["result"] == "approved", row
        assert len(sandbox.get("sales")) == len(intents)
