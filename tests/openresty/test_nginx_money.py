"""What callers are told against Cielo's books, when things go wrong."""

from __future__ import annotations

import collections
import contextlib
import http.client
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from shifting_proxy import ShiftingProxy
from support import (
    CARD,
    KEY,
    SECRET,
    Cielo,
    Nginx,
    alive,
    fetch,
    leaks,
    running,
    sale_fields,
    stop_midway,
    wait_for,
)

PAID = ("authorized", "payment_confirmed")
FAULTS = [
    ("close", "read"), ("close", "process"), ("close", "headers"), ("close", "half_body"),
    ("reset", "read"), ("reset", "process"), ("reset", "headers"), ("reset", "half_body"),
    ("stall", "read"), ("stall", "process"), ("stall", "half_body"),
    ("status:503", "read"), ("status:500", "process"), ("garbage", "process"),
    ("garbage", "headers"), ("status:408", "process"), ("status:409", "process"),
    ("status:425", "process"), ("status:499", "process"),
]


@pytest.fixture(scope="module")
def hasty(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox, environment={"CIELO_TEST_TIMEOUT": "3000"}) as server:
        yield server


def books(cielo: Cielo) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for sale in cielo.get("sales"):
        found[sale["MerchantOrderId"]].append(sale)
    return found


def check_books(told: dict[str, str], cielo: Cielo) -> collections.Counter[str]:
    """No order twice; none paid that was told as failed, and the other way round."""
    kinds: collections.Counter[str] = collections.Counter()
    entries = books(cielo)
    for order, line in told.items():
        sales, words = entries.get(order, []), line.split()
        kinds[words[1]] += 1
        assert len(sales) <= 1, f"{order} was charged twice"
        if words[1] in PAID:
            assert sales, f"{line}: not in the books"
            assert sales[0]["PaymentId"] == words[2]
        elif words[1] != "outcome_unknown":
            assert not sales, f"{line}: told as failed and in the books"
            assert words[2] == "no:", line
    return kinds


def sell(nginx: Nginx, order: str) -> str:
    return nginx.get(f"/sale?order={order}")


def test_300_sales_with_faults_on_a_third(hasty: Nginx, sandbox: Cielo) -> None:
    """Each fault hits some sale's POST; which one is the scheduler's."""
    told: dict[str, str] = {}
    spread = [{"match": "POST /1/sales", "do": do, "after": after}
              for do, after in FAULTS * 6][:105]
    plain = [{"match": "POST /1/sales", "delay_ms": 5, "times": 2} for _ in spread]
    sandbox.faults(*(fault for pair in zip(spread, plain) for fault in pair))
    with ThreadPoolExecutor(30) as pool:
        for line in pool.map(lambda n: sell(hasty, f"money{n}"), range(300)):
            told[line.split()[0]] = line
    assert len(told) == 300
    kinds = check_books(told, sandbox)
    print(dict(kinds))
    assert kinds["authorized"] > 200


VOIDS = """
location = /voided { content_by_lua_block {
  local service = require "service"
  local client = service.hasty()
  local line, id = service.sell(client, ngx.var.arg_order)
  if id then line = line .. service.void(client, id) end
  ngx.say(line) } }
"""


def test_200_sales_voided_with_denials_and_answers_one_off(sandbox: Cielo) -> None:
    """Whatever comes too many is nobody's answer, and a denied void is told as one."""
    proxy = ShiftingProxy(sandbox.port)
    sandbox.faults(*({"match": "PUT /1/sales", "do": do, "after": after, "delay_ms": 5}
                     for do, after in (FAULTS + [("", "read")] * 40) * 2 if do != "stall"))
    with running(sandbox, locations=VOIDS, level="warn",
                 environment={"CIELO_BASE_URL": proxy.base_url}) as nginx:
        with ThreadPoolExecutor(12) as pool:
            told = list(pool.map(lambda n: nginx.get(f"/voided?order=void{n}").split(), range(200)))
    proxy.stop()
    entries = books(sandbox)
    kinds: collections.Counter[str] = collections.Counter()
    for order, status, payment, *void in told:
        (sale,) = entries[order]
        assert status == "outcome_unknown" or payment == sale["PaymentId"], (order, status)
        kinds[" ".join([status, *void])] += 1
        if void and void[0] != "outcome_unknown":
            assert (void[0] == "approved") == (sale["VoidedAmount"] == 15700), (order, void)
    print(dict(kinds), proxy.shifted, "one off,", proxy.denied, "denied")
    assert proxy.shifted > 20 and kinds["authorized declined"] > 20
    assert kinds["authorized approved"] > 100


@pytest.mark.parametrize("do, after", FAULTS)
def test_one_fault_at_a_time(do: str, after: str, hasty: Nginx, sandbox: Cielo) -> None:
    sell(hasty, "before")  # so that the connection is a pooled one
    sandbox.faults({"match": "POST /1/sales", "do": do, "after": after})
    order = "".join(filter(str.isalnum, "one" + do + after))
    line = sell(hasty, order)
    check_books({order: line}, sandbox)
    posts = sum(row["method"] == "POST" and row["path"].lower().startswith("/1/sales")
                for row in sandbox.get("requests"))
    assert posts == 2, "a sale in doubt must not be sent again"
    if after != "read":
        assert line.split()[1] in PAID, line


# ---- pooled connections ----

class Closing:
    """Answers one request per connection as told, then closes after the next."""

    def __init__(self, mode: str) -> None:
        self.mode, self.requests, self.closed = mode, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        body = b'{"Payments":[]}'
        with connection:
            for turn in range(100):
                data = b""
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    data += piece
                self.requests += 1
                if turn and self.mode == "close_second":
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                   % (len(body), body))
                if self.mode == "close_idle":
                    time.sleep(0.05)
                    break
        self.closed += 1

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self.listener.close()


def test_a_pooled_connection_closed_meanwhile_costs_nothing(hasty: Nginx) -> None:
    server = Closing("close_idle")
    for turn in range(5):
        told = hasty.call("sale_find", {"merchant_order_id": "x"}, base_url=server.base_url,
                          max_retries=0)
        assert "error" not in told, told
        wait_for("its end", lambda turn=turn: server.closed > turn)
        time.sleep(0.1)
    assert server.requests == 5
    server.stop()


def test_a_write_taken_by_a_closing_connection_is_never_resent(hasty: Nginx) -> None:
    server = Closing("close_second")
    assert "error" not in hasty.call("sale_find", {"merchant_order_id": "x"},
                                     base_url=server.base_url)
    told = hasty.call("sale_create", {"fields": sale_fields("pooled")},
                      base_url=server.base_url, timeout=2000)
    assert told["error"]["kind"] == "outcome_unknown"
    assert told["error"]["merchant_order_id"] == "pooled"
    posts = [a for a in told["error"]["attempts"] if a["method"] == "POST"]
    assert len(posts) == 1
    server.stop()


# ---- hostile answers ----

class Raw:
    """Sends the same bytes to every request, in pieces, and closes."""

    def __init__(self, answer: bytes, piece: int) -> None:
        self.answer, self.piece = answer, piece
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65536)
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for at in range(0, len(self.answer), self.piece):
                        connection.sendall(self.answer[at:at + self.piece])
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(1)
                except OSError:
                    pass

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # ends accept(), which close() does not
        self.listener.close()


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = {
    "nothing": (b"", "transport"),
    "no_http": (b"\x00\xff\x13 not http\r\n\r\n", "decode"),
    "cut_head": (OK + b"Content-Le", "transport"),
    "cut_body": (OK + b"Content-Length: 50\r\n\r\n{}", "transport"),
    "two_lengths": (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", "decode"),
    "length_and_chunks": (OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
                          b"2\r\n{}\r\n0\r\n\r\n", "decode"),
    "bad_chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "decode"),
    "huge_length": (OK + b"Content-Length: 99999999999999999999\r\n\r\n", "decode"),
    "huge_body": (OK + b"\r\n" + b"x" * (3 * 1024 * 1024), "decode"),
    "endless_headers": (OK + b"X: y\r\n" * 20000, "decode"),
    "long_line": (OK + b"X: " + b"y" * 200000 + b"\r\n\r\n", "decode"),
    "bare_lf": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", "decode"),
    "gzip": (OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", "decode"),
    "html": (OK + b"Content-Length: 13\r\n\r\n<html></html>", "decode"),
    "deep": (OK + b"\r\n" + b"[" * 100000, "decode"),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n"
                 b"Content-Length: 0\r\n\r\n", "invalid_request"),
    "canary": (b"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n"
               b'[{"Code":1,"Message":"' + f"{CARD} {KEY} {SECRET}".encode() + b'"}]',
               "invalid_request"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_are_defined_errors(name: str, hasty: Nginx) -> None:
    answer, kind = HOSTILE[name]
    for piece in (65536, 1 if len(answer) < 500 else 7001):
        server = Raw(answer, piece)
        told = hasty.call("sale_get", {"payment_id": "24bc8366-fc31-4d6c-8555-17049a836a07"},
                          base_url=server.base_url, max_retries=0, timeout=5000)
        assert told["error"]["kind"] == kind, told
        write = hasty.call("sale_create", {"fields": sale_fields("hostile")},
                           base_url=server.base_url, max_retries=0, timeout=1500)
        # A 302 may come from what took the write.
        refused = kind == "invalid_request" and name != "redirect"
        assert write["error"]["kind"] == (kind if refused else "outcome_unknown"), write
        assert leaks(str(told) + str(write)) == []
        server.stop()


def test_no_log_holds_a_secret(hasty: Nginx, sandbox: Cielo) -> None:
    sell(hasty, "canary")
    token = hasty.call("link_payments", {"id": "x"}, token_dict="cielo")
    logs = hasty.errors() + hasty.read("access.log") + str(token)
    assert "debug" in logs
    assert leaks(logs) == []


# ---- requests that end before their call ----

def hang_up(nginx: Nginx, path: str, sandbox: Cielo, what: str) -> int:
    """Once Cielo was asked for it; gives how many connections Cielo had then."""
    connection = socket.create_connection(("127.0.0.1", nginx.port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    wait_for("the request", lambda: any(what in str(row) for row in sandbox.get("requests")))
    count = sandbox.connections()
    connection.close()
    return count


ABORTS = """
location = /aborted { lua_check_client_abort on; content_by_lua_block {
  local client = assert(require("resty.cielo").new{})
  local line = require("service").sell(client, ngx.var.arg_order)
  ngx.shared.told:set(ngx.var.arg_order, line) } }
location = /read { lua_check_client_abort on; content_by_lua_block {
  local client = assert(require("resty.cielo").new{})
  client.sales:find("aborted0read")
  ngx.shared.told:set("read", "went on") } }
location = /own { lua_check_client_abort on; content_by_lua_block {
  ngx.on_abort(function() ngx.exit(499) end)
  local client = assert(require("resty.cielo").new{ timeout = 1500 })
  require("service").sell(client, ngx.var.arg_order) } }
location = /told { content_by_lua_block { ngx.say(ngx.shared.told:get(ngx.var.arg_order)) } }
"""


@pytest.fixture(scope="module")
def aborting(sandbox: Cielo) -> Iterator[Nginx]:
    with running(sandbox, http="lua_shared_dict told 100k;", locations=ABORTS,
                 level="info") as server:
        yield server


def test_a_client_that_hangs_up_leaves_a_settled_sale(aborting: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": "POST /1/sales", "after": "process", "delay_ms": 400})
    hang_up(aborting, "/aborted?order=gone", sandbox, "gone")
    wait_for("the sale", lambda: aborting.get("/told?order=gone") != "nil")
    line = aborting.get("/told?order=gone")
    assert line.split()[1] == "authorized"
    assert len(books(sandbox)["gone"]) == 1


def test_and_one_whose_answer_was_lost_too(aborting: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": "POST /1/sales", "after": "process", "delay_ms": 300,
                    "do": "close"})
    hang_up(aborting, "/aborted?order=lost", sandbox, "lost")
    wait_for("the sale", lambda: aborting.get("/told?order=lost") != "nil")
    check_books({"lost": aborting.get("/told?order=lost")}, sandbox)


def test_a_read_ends_with_its_client(aborting: Nginx, sandbox: Cielo) -> None:
    sandbox.faults({"match": "GET /1/sales", "after": "read", "do": "stall"})
    count = hang_up(aborting, "/read", sandbox, "aborted0read")
    wait_for("its end", lambda: sandbox.connections() < count)
    assert aborting.get("/told?order=read") == "nil"


def test_a_handler_that_kills_the_request_leaves_a_named_sale(
        aborting: Nginx, sandbox: Cielo) -> None:
    """The host's own on_abort ends the light thread; the call is taken over."""
    sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "stall"})
    hang_up(aborting, "/own?order=killed", sandbox, "killed")
    wait_for("the log", lambda: "killed" in "".join(
        line for line in aborting.errors().splitlines() if "outlived" in line))
    assert len(books(sandbox)["killed"]) == 1


# ---- workers that die or are replaced ----

def load(nginx: Nginx, stop: threading.Event, told: dict[str, str], name: str) -> None:
    number = 0
    while not stop.is_set():
        order = f"{name}n{number}"
        number += 1
        try:
            told[order] = sell(nginx, order)
        except (OSError, http.client.HTTPException, AssertionError):
            told[order] = ""  # the connection ended without an answer
            time.sleep(0.01)


def disturb(nginx: Nginx, sandbox: Cielo, how: Any) -> dict[str, str]:
    told: dict[str, str] = {}
    stop = threading.Event()
    threads = [threading.Thread(target=load, args=(nginx, stop, told, f"{how.__name__}{n}"))
               for n in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(1 if how is upgrade else 4):
            time.sleep(0.5)
            how(nginx)
        wait_for("sales enough", lambda: sum(map(bool, list(told.values()))) > 100)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return told


def reload(nginx: Nginx) -> None:
    nginx.reload()


def kill(nginx: Nginx) -> None:
    os.kill(nginx.workers()[0], signal.SIGKILL)


def upgrade(nginx: Nginx) -> None:
    nginx.upgrade()


@pytest.mark.parametrize("how", [reload, kill, upgrade])
def test_load_survives(how: Any, sandbox: Cielo) -> None:
    """An unanswered request may have sold, at most once; an answer is true."""
    sandbox.faults({"match": "POST /1/sales", "delay_ms": 20, "times": -1})
    with running(sandbox, workers=2, level="info") as nginx:
        told = disturb(nginx, sandbox, how)
        answered = {order: line for order, line in told.items() if line}
        kinds = check_books(answered, sandbox)
        cut = [order for order in told if not told[order]]
        assert all(len(sales) == 1 for sales in books(sandbox).values())
        assert kinds["authorized"] == len(answered) > 100
        assert set(books(sandbox)) <= set(told)
        assert not cut or how is kill, f"cut off: {cut}"
        print(f"{how.__name__}: {len(answered)} sales, {len(cut)} cut off")

        def logged(order: str) -> bool:
            log = nginx.read("access.log")
            return f"order={order} HTTP" in log or f'order={order}"' in log

        wait_for("the log", lambda: all(map(logged, answered)))


# ---- refusals of another process ----

def refused(nginx: Nginx) -> dict[str, Any]:
    fields = sale_fields("refused", 15700, CardNumber="0000000000000002")
    return nginx.call("sale_create", {"fields": fields}, timeout=6000)


@pytest.fixture(scope="module")
def two(sandbox: Cielo) -> Iterator[tuple[Nginx, Nginx]]:
    with running(sandbox, level="warn") as one, running(sandbox, level="warn") as other:
        yield one, other


def test_a_decline_that_another_was_told_is_not_adopted(two: tuple[Nginx, Nginx],
                                                        sandbox: Cielo) -> None:
    """The same order, card and amount; the second sale never reached Cielo."""
    one, other = two
    assert refused(one)["facts"]["declined"]
    sandbox.post("clock", {"advance_seconds": 3})
    sandbox.faults({"match": "POST /1/sales", "after": "read", "do": "close"})
    told = refused(other)
    assert told["error"]["kind"] == "outcome_unknown", told
    assert len(books(sandbox)["refused"]) == 1


def test_nor_keeps_a_lost_decline_of_ones_own_from_it(two: tuple[Nginx, Nginx],
                                                      sandbox: Cielo) -> None:
    one, other = two
    first = refused(one)["result"]["Payment"]["PaymentId"]
    sandbox.post("clock", {"advance_seconds": 3})
    sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "close"})
    told = refused(other)
    assert told["facts"]["declined"] and told["facts"]["reconciled"], told
    (own,) = (sale["PaymentId"] for sale in books(sandbox)["refused"]
              if sale["PaymentId"] != first)
    assert told["result"]["Payment"]["PaymentId"] == own
    sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "close"})
    again = refused(one)
    assert again["error"]["kind"] == "outcome_unknown" or again["result"]["Payment"][
        "PaymentId"] not in (first, own), again


# ---- writes whose request is killed ----

KILLS = """
location = /killed { content_by_lua_block {
  local service = require "service"
  local client = service.hasty()
  local order, how = ngx.var.arg_order, ngx.var.arg_how
  local thread = ngx.thread.spawn(service.sell, client, order)
  service.await_go()
  if how == "exit" then ngx.exit(503) end
  ngx.thread.kill(thread)
  if how == "kept" then kept = thread end
  ngx.say("killed") } }
location = /hung { lua_check_client_abort on; content_by_lua_block {
  ngx.on_abort(function() ngx.exit(499) end)
  require("service").sale() } }
location = /doubt { content_by_lua_block {
  local service = require "service"
  local client = service.hasty()
  local sale = assert(client.sales:create(service.fields("voided", 15700)))
  local id = sale.payment.payment_id
  ngx.say(id)
  ngx.eof()
  local thread = ngx.thread.spawn(client.sales.void, client.sales, id)
  service.await_go()
  ngx.exit(503) } }
location = /raised { content_by_lua_block {
  package.preload.sells = function() return { told = require("service").try(
    require("resty.cielo").new) } end
  ngx.say(require("sells").told) } }
"""


def lines_of(nginx: Nginx, word: str) -> list[str]:
    """The lines of the module at error that name an order or a payment."""
    named = re.compile(rf"\b{word}\b")
    return [line for line in nginx.errors().splitlines() if "cielo: " in line
            and ("[error]" in line or line.startswith("cielo: ")) and named.search(line)]


def told_in(nginx: Nginx) -> dict[str, str]:
    """The orders whose code learned what became of them, and the first word of it."""
    return dict(re.findall(r'order=(\w+)" \d+ \S+ "(\w+)', nginx.read("access.log")))


def check_lines(nginx: Nginx, entries: dict[str, Any]) -> int:
    """Whoever was told the outcome has no line, and every other write exactly one."""
    told = told_in(nginx)
    for order in set(entries) | set(told):
        expected = told.get(order, "outcome_unknown") == "outcome_unknown"
        lines = lines_of(nginx, order)
        assert len(lines) == expected, (order, told.get(order), lines)
    assert leaks(nginx.errors()) == []
    return len(set(entries) - set(told))


def test_a_killed_write_leaves_one_line(sandbox: Cielo) -> None:
    with running(sandbox, locations=KILLS, level="info") as nginx:
        ways = ["exit", "dropped", "kept"]
        sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "stall",
                        "times": len(ways)})
        for how in ways:
            stop_midway(nginx, "/killed", "kill" + how,
                        lambda how=how: "kill" + how in books(sandbox), how=how)
        sandbox.faults({"match": "PUT /1/sales", "after": "process", "do": "stall"})
        payment = stop_midway(nginx, "/doubt", "voided", lambda: any(
            sale["VoidedAmount"] for sale in books(sandbox)["voided"])).strip()
        named = ["kill" + how for how in ways] + [payment]
        wait_for("the lines", lambda: all(lines_of(nginx, word) for word in named))
        assert set(books(sandbox)) == {*named[:-1], "voided"}
        for order, (sale,) in books(sandbox).items():
            (line,) = lines_of(nginx, payment if order == "voided" else order)
            told = {"voided": f"sale_void of payment_id {payment} was answered: voided",
                    "killkept": "outcome unknown"}.get(order, sale["PaymentId"])
            assert told in line, line
        assert leaks(nginx.errors()) == []


def test_past_the_limits_of_nginx_too(sandbox: Cielo) -> None:
    """It runs no more timers than that, and drops the others."""
    with running(sandbox, locations=KILLS, level="info",
                 http="lua_max_running_timers 1;") as nginx:
        orders = [f"limit{number}" for number in range(6)]
        sandbox.faults({"match": "POST /1/sales", "after": "process", "do": "stall",
                        "times": len(orders)})
        with ThreadPoolExecutor(len(orders)) as pool:
            list(pool.map(lambda order: stop_midway(
                nginx, "/killed", order, lambda: set(books(sandbox)) == set(orders),
                how="exit"), orders))
        wait_for("the lines", lambda: all(lines_of(nginx, order) for order in orders))
        assert [len(lines_of(nginx, order)) for order in orders] == [1] * len(orders)


def test_what_cannot_yield_was_not_sent(sandbox: Cielo) -> None:
    """A call at the top of a module that is required."""
    with running(sandbox, locations=KILLS, level="info") as nginx:
        told = nginx.get("/raised")
        assert "attempt to yield" in told and "nothing was sent" in told, told
        assert sandbox.get("requests") == []
        assert not lines_of(nginx, "phase")


def leave(nginx: Nginx, how: str) -> None:
    """Ends the workers of now, and waits until they are gone."""
    before = nginx.workers()
    os.kill(nginx.master(), {"reload": signal.SIGHUP, "quit": signal.SIGQUIT,
                             "out of time": signal.SIGQUIT, "term": signal.SIGTERM}[how])
    wait_for("the workers to leave", lambda: not any(map(alive, before)))


@pytest.mark.parametrize("how", ["reload", "quit", "out of time", "term"])
def test_a_worker_that_leaves_names_what_it_drops(how: str, sandbox: Cielo) -> None:
    """Some hang up, some wait for a stalled Cielo, some are served."""
    faults = [{"match": "POST /1/sales", "after": after, "do": do, "delay_ms": delay}
              for after, do, delay in [("process", "stall", 0), ("process", "", 200),
                                       ("process", "close", 100), ("read", "", 20)] * 60]
    sandbox.faults(*faults)
    with running(sandbox, workers=2, locations=KILLS, level="info",
                 shutdown="1s" if how == "out of time" else "30s",
                 environment={"CIELO_TEST_TIMEOUT": "3000"}) as nginx:
        def ask(number: int) -> None:
            path = f"/{'hung' if number % 2 else 'sale'}?order=leave{number}"
            with contextlib.suppress(OSError, http.client.HTTPException):
                fetch(nginx.port, path, timeout=0.3 if number % 2 else 20)

        with ThreadPoolExecutor(40) as pool:
            asked = [pool.submit(ask, number) for number in range(80)]
            time.sleep(0.5)
            wait_for("some sales", lambda: len(books(sandbox)) > 10)
            leave(nginx, how)
            for future in asked:
                future.result()
        entries = books(sandbox)
        if how == "reload":
            wait_for("what the new workers killed", lambda: all(
                lines_of(nginx, order) for order in set(entries) - set(told_in(nginx))))
        untold = check_lines(nginx, entries)
        print(f"{how}: {len(entries)} sales, {untold} named")
        assert untold > (5 if how in ("out of time", "term") else 0)
