"""`cielo backoffice serve` and `work`: what they refuse, what they say, and how they end."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from command import WORDS, Command
from test_batches import fields

from cielo.backoffice import Ledger, Person
from cielo.cli.root import run


@pytest.fixture
def call(capfd, tmp_path):
    return Command(capfd)


def options(tmp_path):
    return ("--db", f"sqlite:///{tmp_path}/ledger.db", "--journal", str(tmp_path / "journal"))


@pytest.mark.parametrize("words", [
    ("--host", "0.0.0.0"), ("--host", "::"), ("--host", "192.0.2.7"), ("--host", "example.com"),
    ("--host", "0.0.0.0", "--public-url", "http://example.com"),
    ("--public-url", "http://example.com"), ("--public-url", "example.com"),
    ("--public-url", "https://example.com/backoffice"), ("--public-url", "https://a@example.com"),
    ("--public-url", "ftp://example.com"), ("--trusted-proxy", "proxy.example.com"),
    ("--port", "65536"),
])
def test_what_is_refused_before_anything_listens(call, tmp_path, words):
    call("backoffice", "serve", *words, *options(tmp_path), code=2)
    assert not (tmp_path / "ledger.db").exists()


def test_both_languages(capfd):
    for lang, told in (("pt", "senhas passariam em claro"), ("en", "would cross the network")):
        assert run(["--lang", lang, "backoffice", "serve", "--host", "0.0.0.0"]) == 2
        assert told in capfd.readouterr().err


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_help(capfd, lang):
    for verb in ("serve", "work"):
        assert run(["--lang", lang, "backoffice", verb, "--help"]) == 0
        out = capfd.readouterr().out
        assert "//" not in out.replace("https://", "") and "cielo backoffice" in out


@pytest.mark.parametrize("lang, told", [("pt", "dê outra com --port"),
                                        ("en", "give another with --port")])
def test_a_port_in_use_is_named(call, tmp_path, lang, told):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        call("--lang", lang, "backoffice", "serve", "--port", port, *options(tmp_path), code=1)
    assert f" {port} " in call.err and told in call.err


def test_a_host_that_is_none_is_named(call, tmp_path):
    call("--lang", "en", "backoffice", "serve", "--host", "no..name", "--public-url",
         "https://a.example", "--trusted-proxy", "127.0.0.1", *options(tmp_path), code=1)
    assert "--host no..name: no such address" in call.err


def test_without_what_serves(monkeypatch, call, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    call("backoffice", "serve", *options(tmp_path), code=2)
    assert "pip install 'libcielo[backoffice]'" in call.err


def test_once_for_cron(call, shop, keys, folder, tmp_path, monkeypatch):
    """What there is is done; what fails is told, and the command ends by it."""
    words = ("--db", f"sqlite:///{tmp_path}/ledger.db", "--journal", str(folder))
    shop.sales.create(fields(5000))
    call("backoffice", "work", "--once", *words)
    assert len(call.json("sales", "search", *words)) == 1
    assert call.err == ""
    monkeypatch.setattr("cielo.backoffice.Ledger.ingest",
                        lambda ledger: (_ for _ in ()).throw(OSError(5, "the disk is gone")))
    call("backoffice", "work", "--once", *words, code=1)
    assert "Reading the journal" in call.err and "the disk is gone; again at" in call.err


def test_a_shops_own_application_says_who_may_go_on(call, shop, sandbox, keys, folder, tmp_path,
                                                    monkeypatch):
    words = ("--db", f"sqlite:///{tmp_path}/ledger.db", "--journal", str(folder))
    made = shop.sales.create(fields(5000)).payment.payment_id
    ana = Person("Ana", frozenset({"batch", "void"}), id="ana")
    with Ledger(words[1], [folder]) as ledger:
        ledger.ingest()
        row, = ledger.search()
        ledger.batches.start(ledger.batches.make("void", [row.id], by=ana).id, by=ana)
    (tmp_path / "staff_of_this_shop.py").write_text("def who_is(id_):\n    return None\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    call("backoffice", "work", "--once", "--who-is", "staff_of_this_shop:who_is", *words)
    [batch] = call.json("batch", "status", "1", *words)
    assert batch["state"] == "paused" and "Ana started it, and comes in no more" in batch["why"]
    assert not [one for one in sandbox.requests() if one["method"] == "PUT" and made in one["path"]]


@pytest.mark.parametrize(("named", "told"), [
    ("who_is", "is not MODULE:FUNCTION"), ("a.b:", "is not MODULE:FUNCTION"),
    ("no_such_shop:who_is", "no_such_shop cannot be loaded"), ("json:who_is", "has no function")])
def test_a_function_that_is_not_there(call, tmp_path, named, told):
    call("backoffice", "work", "--once", "--who-is", named, *options(tmp_path), code=2)
    assert told in call.err and call.err.count("\n") == 1
    assert not (tmp_path / "ledger.db").exists()


def test_the_pages_are_served_until_it_is_told(tmp_path):
    """One line when they are ready; nobody is there yet; what is not for us is not answered."""
    one = subprocess.Popen([*WORDS, "--lang", "en", "backoffice", "serve", "--port", "0",
                            *options(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
    try:
        line = one.stdout.readline()
        address = re.fullmatch(r"Backoffice at (http://127\.0\.0\.1:\d+)\n", line)[1]
        with urllib.request.urlopen(f"{address}/login") as answer:
            assert answer.status == 200 and "Server" not in answer.headers
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for request in (urllib.request.Request(f"{address}/doubts"),
                        urllib.request.Request(f"{address}/notify/1/x", b"{}"),
                        urllib.request.Request(f"{address}/login", headers={"Host": "evil"})):
            try:
                with urllib.request.urlopen(request) as answer:
                    assert answer.url.startswith(f"{address}/login")  # sent there to log in
            except urllib.error.HTTPError as error:
                assert error.code in (400, 404, 421)
        one.terminate()
        assert one.wait(60) == 0
        assert "cielo backoffice user add" in one.stderr.read()
    finally:
        one.kill()
        one.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_work_goes_on_until_it_is_told(shop, keys, folder, tmp_path, call, number):
    words = ("--db", f"sqlite:///{tmp_path}/ledger.db", "--journal", str(folder))
    one = subprocess.Popen([*WORDS, "--lang", "en", "backoffice", "work", *words],
                           stderr=subprocess.PIPE, text=True,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        assert "working" in one.stderr.readline()
        shop.sales.create(fields(5000))
        limit = time.monotonic() + 60
        while not call.json("sales", "search", *words):
            assert time.monotonic() < limit
            time.sleep(0.1)
        one.send_signal(number)
        assert one.wait(60) == 0
        assert one.stderr.read() == ""
    finally:
        one.kill()
        one.communicate()
