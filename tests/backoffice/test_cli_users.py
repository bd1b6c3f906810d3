"""`cielo backoffice user` and `key`."""

from __future__ import annotations

import io
import sys

import pytest
from command import Command, Terminal
from cryptography.fernet import Fernet

from cielo.backoffice import Ledger, Person

GOOD = "cavalo bateria grampo"


@pytest.fixture
def command(capfd, book, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\nanother line\n"))
    return Command(capfd, "--db", book)


def user(command, *words, code=0):
    return command("backoffice", "user", *words, code=code)


def test_users_from_the_command(command, book, monkeypatch):
    user(command, "list")
    assert "user add NAME --role owner" in command.err
    with Ledger(book) as ledger:
        ledger.stores.set(ledger.stores.add("m", "sandbox").id, name="Loja A")
        user(command, "add", "ana", "--role", "owner", "--password-stdin")
        assert ledger.sessions.log_in("ana", GOOD).user.is_owner
        monkeypatch.setattr(sys, "stdin", io.StringIO(GOOD))
        told = user(command, "add", "bia", "--role", "operator", "--role", "batch", "--store",
                    "Loja A", "--void-limit", "500,00", "--password-stdin")
        assert "batch, operator (Loja A)" in told and "500.00" in told
        bia = ledger.accounts.get("bia")
        assert bia.rights == {1: {"operator", "batch"}} and bia.void_limit == 50000
        user(command, "rights", "bia", "--role", "viewer")
        assert ledger.accounts.get("bia").rights == {None: {"viewer"}}
        user(command, "disable", "bia")
        rows = command.json("backoffice", "user", "list")
        assert [(row["name"], row["disabled"], row["totp"]) for row in rows] == [
            ("ana", False, False), ("bia", True, False)]
        user(command, "enable", "bia")
        monkeypatch.setattr(sys, "stdin", io.StringIO("uma outra senha\n"))
        user(command, "passwd", "bia", "--password-stdin")
        assert ledger.accounts.check("bia", "uma outra senha")
        user(command, "reset-totp", "bia")
        assert {line.who for line in ledger.audit.lines(did="user disable")} == {
            Person.of_system().name}


@pytest.mark.parametrize(("words", "code", "told"), [
    (("add", "ana", "--password-stdin"), 2, "--role"),
    (("add", "ana", "--role", "king", "--password-stdin"), 2, "neither a role"),
    (("add", "ana", "--role", "owner", "--store", "x", "--password-stdin"), 2, "which store"),
    (("add", "ana", "--role", "owner", "--void-limit", "1,234", "--password-stdin"), 2,
     "--void-limit"),
    (("add", "ana", "--role", "owner"), 2, "no terminal"),
    (("passwd", "eva", "--password-stdin"), 2, "no user eva"),
])
def test_what_is_refused(command, words, code, told):
    user(command, *words, code=code)
    assert told in command.err
    assert GOOD not in command.err


def test_all_that_is_wrong_is_told_at_once_and_before_a_password_is_asked_for(command, monkeypatch):
    words = ("add", "Ana", "--role", "king", "--store", "x", "--void-limit", "1,234")
    told = ("which store", "--void-limit", "'Ana' is no name", "king: neither a role")
    user(command, *words, code=2)
    assert all(each in command.err for each in told) and "terminal" not in command.err
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    user(command, *words, "--password-stdin", code=2)
    assert all(each in command.err for each in (*told, "a password has 12 characters"))


def test_a_password_is_asked_for_twice_and_never_shown(book):
    words = ("--db", book, "--lang", "en", "backoffice", "user", "add", "ana", "--role", "owner")
    for again, code, told in (("not the same one", 2, "not the same"), (GOOD, 0, "owner")):
        terminal = Terminal(*words)
        terminal.read(lambda text: "Password:" in text)
        terminal.type(GOOD + "\n")
        terminal.read(lambda text: "Again:" in text)
        terminal.type(again + "\n")
        assert terminal.end() == code
        assert told in terminal.text and GOOD not in terminal.text


def test_a_key_is_made(command):
    first, second = (command("backoffice", "key").strip() for _ in range(2))
    assert first != second
    Fernet(first)
