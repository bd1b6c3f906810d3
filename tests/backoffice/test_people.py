"""Users and log-ins in both databases: one way through all of it, and what happens at once."""

from __future__ import annotations

import threading

import argon2
import pyotp
import pytest
import sqlalchemy as sa

from cielo.backoffice import Refused, totp, tries
from cielo.backoffice.schema import user as table
from cielo.backoffice.sessions import Denied
from cielo.backoffice.tries import TooMany

GOOD = "cavalo bateria grampo"
OWNER = {None: frozenset({"owner"})}


@pytest.fixture
def people(ledger, monkeypatch):
    monkeypatch.setenv(totp.KEY, totp.new_key())
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    for name in ("ana", "olga"):
        ledger.accounts.add(name, GOOD, OWNER)
    return ledger


def at_once(count, act):
    """Runs it in so many threads, which begin together."""
    gate = threading.Barrier(count)

    def one(number):
        gate.wait()
        act(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_all_of_it(people):
    users, sessions = people.accounts, people.sessions
    people.stores.add("shop", "sandbox")
    ana = users.get("ana")
    bia = users.add("bia", GOOD, {1: {"operator"}}, void_limit=5000, by=ana.person)
    assert users.get("bia") == bia and bia.person.may("void", 1)
    token = sessions.log_in("bia", GOOD, address="192.0.2.7", program="Firefox").token
    token = sessions.step_up(sessions.get(token), GOOD).token
    one = sessions.get(token)
    assert one.stepped_up and one.user == bia
    codes = pyotp.TOTP(users.begin_totp(bia))
    assert users.confirm_totp(bia, codes.now())
    with pytest.raises(Denied):
        sessions.log_in("bia", GOOD)
    other = sessions.log_in("ana", GOOD).token
    users.set_rights("bia", {1: {"viewer"}}, by=ana.person)
    assert not sessions.get(token).user.person.may("void")
    assert sessions.end_others(one) == 0
    users.disable("bia", by=ana.person)
    assert sessions.get(token) is None and sessions.get(other)
    sessions.log_out(sessions.get(other))
    assert [line.did for line in people.audit.lines(who="ana")] == [
        "log-out", "user disable", "user rights", "log-in", "user add"]


def test_two_owners_do_not_end_each_other(people):
    """Over and over: one of them is always left."""
    users, names = people.accounts, ("ana", "olga")
    ana, olga = (users.get(name).person for name in names)

    def end(number):
        try:
            users.disable(names[number], by=(olga, ana)[number])
        except Refused:
            pass

    for _ in range(3):
        at_once(2, end)
        assert [one.disabled for one in users.all()].count(False) == 1
        for name in names:
            users.enable(name)


def test_of_a_code_sent_twice_at_once_one_is_taken(people):
    ana, taken = people.accounts.get("ana"), []
    codes = pyotp.TOTP(people.accounts.begin_totp(ana))
    assert people.accounts.confirm_totp(ana, codes.now())
    with people.engine.begin() as connection:
        connection.execute(sa.update(table).values(totp_step=0))
    code = codes.now()
    at_once(6, lambda number: taken.append(people.accounts.check_code(ana, code)))
    assert sorted(taken) == [False] * 5 + [True]


def test_many_at_once_get_no_more_tries(people, one_moment):
    """Each is counted before it is checked."""
    ends = []

    def attempt(number):
        try:
            people.sessions.log_in("ana", "wrong", address="192.0.2.7")
        except (Denied, TooMany) as error:
            ends.append(type(error))

    at_once(12, attempt)
    assert len(ends) == 12
    assert ends.count(Denied) == tries.NAME.free
