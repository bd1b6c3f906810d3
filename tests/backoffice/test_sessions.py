"""Log-ins: who is in, until when, and how many wrong ones there may be."""

from __future__ import annotations

import concurrent.futures
import datetime
import shutil
import threading

import argon2
import pyotp
import pytest
import sqlalchemy as sa

from cielo.backoffice import Refused, recovery, sessions, totp, tries
from cielo.backoffice.schema import failed_try, known_place, recovery_code
from cielo.backoffice.schema import session as table
from cielo.backoffice.schema import user as users
from cielo.backoffice.sessions import Denied
from cielo.backoffice.tries import TooMany

GOOD = "cavalo bateria grampo"
HOME = "192.0.2.7"
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def url(empty_sqlite, tmp_path):
    """What is not about SQL is tested in one database: the other is in test_people.py."""
    shutil.copy(empty_sqlite, tmp_path / "ledger.db")
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def people(ledger, monkeypatch, one_moment):
    monkeypatch.setenv(totp.KEY, totp.new_key())
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    ledger.accounts.add("ana", GOOD, {None: {"owner"}})
    ledger.accounts.add("bia", GOOD, {None: {"viewer"}})
    return ledger


def back(ledger, which, *columns, by):
    """Dates moments back, as if so much time had gone by."""
    with ledger.engine.begin() as connection:
        for row in connection.execute(sa.select(which)).all():
            key = next(iter(which.primary_key))
            connection.execute(sa.update(which).where(key == getattr(row, key.name)).values({
                name: getattr(row, name) - by for name in columns if getattr(row, name)}))


def told(ledger, did):
    return [(line.who, line.data) for line in ledger.audit.lines(did=did)]


# ---- in and out ----


def test_in_and_out(people):
    opened = people.sessions.log_in(" Ana ", GOOD, address=HOME, program="Firefox")
    one = people.sessions.get(opened.token)
    assert (one.user.name, one.address, one.program) == ("ana", HOME, "Firefox")
    assert not one.stepped_up
    assert opened.token not in repr(opened) and one.form_key not in repr(one)
    people.sessions.log_out(one)
    assert people.sessions.get(opened.token) is None
    assert told(people, "log-in") == [("ana", {"address": HOME})]
    assert told(people, "log-out") == [("ana", {})]


def test_the_database_cannot_let_anybody_in(people):
    token = people.sessions.log_in("ana", GOOD).token
    with people.engine.connect() as connection:
        row = connection.execute(sa.select(table)).one()
    assert token not in str(row)
    assert people.sessions.get(row.id) is None
    assert people.sessions.get("") is None and people.sessions.get("\udc80") is None


def test_wrong_ones_are_told_alike_and_noted(people):
    people.accounts.disable("bia")
    said = set()
    for name, password in (("ana", "wrong"), ("eva", GOOD), ("bia", GOOD), (GOOD, "ana")):
        with pytest.raises(Denied) as caught:
            people.sessions.log_in(name, password, address=HOME)
        said.add(str(caught.value))
    assert len(said) == 1
    lines = told(people, "log-in failed")
    assert [who for who, _ in lines] == ["?", "bia", "?", "ana"]
    assert GOOD not in str(lines) and "wrong'" not in str(lines).replace("'wrong': 'password'", "")


def test_a_session_ends_idle_and_old(people):
    token = people.sessions.log_in("ana", GOOD).token
    back(people, table, "used", by=sessions.IDLE - 2 * SECOND)
    assert people.sessions.get(token), "which makes it used again"
    back(people, table, "used", by=sessions.IDLE - 2 * SECOND)
    assert people.sessions.get(token)
    back(people, table, "used", by=sessions.IDLE)
    assert people.sessions.get(token) is None
    token = people.sessions.log_in("ana", GOOD).token
    with people.engine.connect() as connection:
        assert len(connection.execute(sa.select(table)).all()) == 1, "the other one is removed"
    back(people, table, "began", by=sessions.LONGEST - 2 * SECOND)
    assert people.sessions.get(token)
    back(people, table, "began", by=2 * SECOND)
    assert people.sessions.get(token) is None


@pytest.mark.parametrize("act", [
    lambda one: one.set_password("bia", "uma outra senha"), lambda one: one.disable("bia"),
    lambda one: one.reset_totp("bia")])
def test_what_ends_all_sessions(people, act):
    tokens = [people.sessions.log_in("bia", GOOD).token for _ in range(2)]
    other = people.sessions.log_in("ana", GOOD).token
    act(people.accounts)
    assert [people.sessions.get(each) for each in tokens] == [None, None]
    assert people.sessions.get(other)
    people.accounts.enable("bia")
    assert people.sessions.get(tokens[0]) is None


def test_a_password_that_changes_while_somebody_comes_in(people, monkeypatch):
    """Checked against the old one, opened behind the new one: it is not in."""
    right = people.accounts.check

    def check(name, password):
        user = right(name, password)
        people.accounts.set_password("ana", "uma outra senha")
        return user

    monkeypatch.setattr(people.accounts, "check", check)
    token = people.sessions.log_in("ana", GOOD).token
    assert people.sessions.get(token) is None


def test_rights_hold_from_the_next_page_on(people):
    token = people.sessions.log_in("bia", GOOD).token
    assert not people.sessions.get(token).user.person.may("void")
    people.accounts.set_rights("bia", {None: {"operator"}})
    assert people.sessions.get(token).user.person.may("void")


def test_the_others_are_ended(people):
    mine, other, third = (people.sessions.log_in("ana", GOOD).token for _ in range(3))
    one = people.sessions.get(mine)
    assert len(people.sessions.of(one.user)) == 3
    assert people.sessions.end_others(one) == 2
    assert people.sessions.get(mine)
    assert people.sessions.get(other) is people.sessions.get(third) is None


# ---- sure again ----


def test_a_step_up_changes_the_token_and_ends(people):
    first = people.sessions.log_in("ana", GOOD).token
    before = people.sessions.get(first)
    second = people.sessions.step_up(before, GOOD, address=HOME).token
    assert people.sessions.get(first) is None
    after = people.sessions.get(second)
    assert after.stepped_up and after.form_token == before.form_token
    assert after.began == before.began
    back(people, table, "stepped_up", by=sessions.SURE)
    assert not people.sessions.get(second).stepped_up
    with pytest.raises(Denied, match="ended"):
        people.sessions.step_up(before, GOOD)
    with pytest.raises(Denied, match="password"):
        people.sessions.step_up(after, "wrong")
    assert told(people, "step-up failed") == [("ana", {"wrong": "password"})]
    assert people.sessions.get(second), "a wrong one ends nothing"


def test_a_code_lets_in_once_and_steps_up_once(people):
    ana = people.accounts.get("ana")
    seed = people.accounts.begin_totp(ana)
    codes = pyotp.TOTP(seed)
    first = codes.now()
    assert people.accounts.confirm_totp(ana, first)

    def fresh():
        with people.engine.begin() as connection:
            connection.execute(sa.update(users).values(totp_step=0))

    for code in ("", "000000x", first):  # the last one set it up
        with pytest.raises(Denied) as caught:
            people.sessions.log_in("ana", GOOD, code)
        assert caught.value.field == "code"
    fresh()
    code = codes.now()
    one = people.sessions.get(people.sessions.log_in("ana", GOOD, code).token)
    with pytest.raises(Denied, match="used before"):
        people.sessions.step_up(one, code=code)
    fresh()
    code = codes.now()
    one = people.sessions.get(people.sessions.step_up(one, code=code).token)
    with pytest.raises(Denied, match="used before"):
        people.sessions.step_up(one, code=code)
    assert people.sessions.step_up(one, GOOD), "the password does too"


# ---- who lost the telephone ----


def with_codes(ledger):
    ana = ledger.accounts.get("ana")
    return ledger.accounts.confirm_totp(ana, pyotp.TOTP(ledger.accounts.begin_totp(ana)).now())


def test_a_recovery_code_lets_in_once(people):
    codes = with_codes(people)
    assert len(set(codes)) == 10
    with people.engine.connect() as connection:
        kept = str(connection.execute(sa.select(recovery_code)).all())
    assert kept.count("$argon2id$") == 10
    assert not any(part in kept for each in codes for part in each.split("-")[1:])
    people.sessions.log_in("ana", GOOD, recovery=codes[0].upper().replace("-", " "))
    assert people.accounts.recovery_left(people.accounts.get("ana")) == 9
    for wrong in (codes[0], codes[1][:-1] + "0", codes[1][:4], "x", codes[1][5:]):
        with pytest.raises(Denied) as caught:
            people.sessions.log_in("ana", GOOD, recovery=wrong)
        assert caught.value.field == "recovery"
    with pytest.raises(TooMany):  # they are counted as all tries are
        people.sessions.log_in("ana", GOOD, recovery=codes[1])
    assert told(people, "user recovery used") == [("ana", {"user": "ana", "left": 9})]
    assert ("ana", {"wrong": "recovery"}) in told(people, "log-in failed")
    assert not any(each in str(list(people.audit.lines())) for each in codes)


def test_a_recovery_code_is_no_password(people):
    codes = with_codes(people)
    with pytest.raises(Denied) as caught:
        people.sessions.log_in("ana", "wrong", recovery=codes[0])
    assert caught.value.field == "password"
    assert people.accounts.recovery_left(people.accounts.get("ana")) == 10, "nor used up by one"


def test_two_with_one_recovery_code_at_once(people, monkeypatch):
    ana, code = people.accounts.get("ana"), with_codes(people)[0]
    both = threading.Barrier(2, timeout=60)

    def hash_at_once(connection, *which, found=recovery.hash_of):
        hashed = found(connection, *which)
        both.wait()
        return hashed

    monkeypatch.setattr(recovery, "hash_of", hash_at_once)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: people.accounts.use_recovery(ana, code), range(2))) == [
            False, True]
    assert len(told(people, "user recovery used")) == 1


def test_recovery_codes_end(people):
    """With new ones, with another device, and with the second factor."""
    ana, seen = people.accounts.get("ana"), [with_codes(people)]
    seen.append(people.accounts.new_recovery(ana))
    seen.append(with_codes(people))
    for each in seen[:2]:
        assert not people.accounts.use_recovery(ana, each[0])
    assert people.accounts.use_recovery(ana, seen[2][0])
    people.accounts.reset_totp("ana")
    assert not people.accounts.use_recovery(ana, seen[2][1])
    with pytest.raises(Refused, match="no second factor"):
        people.accounts.new_recovery(ana)


def test_another_device_ends_those_before_even_where_new_ones_fail(people, monkeypatch):
    codes = with_codes(people)
    monkeypatch.setattr(people.accounts, "new_recovery", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        with_codes(people)
    assert not people.accounts.use_recovery(people.accounts.get("ana"), codes[0])


# ---- how many wrong ones ----


def wrong(ledger, name="ana", address=HOME, password="wrong"):
    with pytest.raises(Denied):
        ledger.sessions.log_in(name, password, address=address)


def test_waits_grow(people):
    for _ in range(tries.NAME.free):
        wrong(people)
    waits = []
    for _ in range(4):
        with pytest.raises(TooMany) as caught:
            people.sessions.log_in("ana", GOOD, address=HOME)
        waits.append(caught.value.seconds)
        back(people, failed_try, "until", by=datetime.timedelta(minutes=10))
        wrong(people)
    assert waits == [1, 2, 4, 8]
    assert tries.NAME.wait(1000).total_seconds() == tries.NAME.longest
    assert len(told(people, "log-in failed")) == tries.NAME.free + 4, "what waits is not noted"


def test_strangers_elsewhere_keep_nobody_out(people):
    """A name is tried so often from many places, and its owner comes in where they always do."""
    people.sessions.log_in("ana", GOOD, address=HOME)
    for number in range(tries.EVERYWHERE.free):
        wrong(people, address=f"198.51.100.{number}")
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address="203.0.113.1")
    people.sessions.log_in("ana", GOOD, address=HOME)
    for _ in range(tries.NAME.free):
        wrong(people)
    with pytest.raises(TooMany):  # strangers who are there too wait as anywhere
        people.sessions.log_in("ana", GOOD, address=HOME)
    people.sessions.log_in("bia", GOOD, address="203.0.113.1")
    back(people, known_place, "last", by=tries.KNOWN + SECOND)
    back(people, failed_try, "until", by=tries.FORGOTTEN / 2)
    wrong(people, address="203.0.113.2")
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address=HOME)


def test_a_recovery_code_passes_those_who_try_elsewhere(people):
    """At a place that is not known; without one nobody tries a password more often by it."""
    codes = with_codes(people)
    for number in range(tries.EVERYWHERE.free):
        for name in ("ana", "nobody"):
            wrong(people, name, f"198.51.100.{number}")
    longer = -datetime.timedelta(minutes=4)  # than this test may take
    back(people, failed_try, "until", by=longer)
    there = "203.0.113.1"
    for name, given in (("ana", {}), ("ana", {"recovery": codes[0][:-1] + "0"}),
                        ("ana", {"code": "123456"}), ("nobody", {"recovery": codes[0]})):
        with pytest.raises(TooMany, match="or use a recovery code"):
            people.sessions.log_in(name, GOOD, address=there, **given)
    with pytest.raises(Denied) as caught:
        people.sessions.log_in("ana", "wrong", address=there, recovery=codes[0])
    assert caught.value.field == "password"
    assert people.accounts.recovery_left(people.accounts.get("ana")) == 9, "used up by it"
    people.sessions.log_in("ana", GOOD, address=there, recovery=codes[1])
    assert people.accounts.recovery_left(people.accounts.get("ana")) == 8
    for _ in range(tries.NAME.free):  # they are few at one place, as ever
        with pytest.raises(TooMany):
            people.sessions.log_in("ana", GOOD, address="203.0.113.2", recovery="x")
    back(people, failed_try, "until", by=longer)
    with pytest.raises(TooMany) as late:
        people.sessions.log_in("ana", GOOD, address="203.0.113.2", recovery=codes[2])
    assert not late.value.elsewhere


def test_who_is_right_starts_anew(people):
    for _ in range(tries.NAME.free - 1):
        wrong(people)
    people.sessions.log_in("ana", GOOD, address=HOME)
    for _ in range(tries.NAME.free):
        wrong(people)
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address=HOME)
    people.sessions.log_in("bia", GOOD, address=HOME)


def test_an_address_waits_whatever_the_names(people):
    """Also one that knows a password of its own: it does not start anew by that."""
    for number in range(tries.ADDRESS.free):
        wrong(people, f"guess{number}", f"2001:db8::{number:x}")
        if number % 5 == 0:
            people.sessions.log_in("bia", GOOD, address="2001:db8::ffff")
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address="2001:db8::1234")
    people.sessions.log_in("ana", GOOD, address="2001:db8:1::1")
    back(people, failed_try, "last", "until", by=tries.FORGOTTEN + SECOND)
    people.sessions.log_in("ana", GOOD, address="2001:db8::1234")
    with people.engine.connect() as connection:
        assert len(connection.execute(sa.select(failed_try)).all()) == 2, "its own"


def test_an_address_of_ipv4_is_the_same_in_the_guise_of_ipv6(people):
    """As a socket for both tells it: each is one place, and they are not all the same."""
    for number in range(tries.NAME.free):
        wrong(people, address=f"{'::ffff:' if number % 2 else ''}198.51.100.1")
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address="::ffff:198.51.100.1")
    people.sessions.log_in("ana", GOOD, address="::ffff:198.51.100.2")


def test_a_name_that_holds_an_address_is_not_tried_there(people):
    people.sessions.log_in("ana", GOOD, address=HOME)
    for number in range(tries.EVERYWHERE.free):
        wrong(people, f"ana {HOME}", f"198.51.100.{number}")
    people.sessions.log_in("ana", GOOD, address=HOME)


def test_a_step_up_is_counted_too(people):
    one = people.sessions.get(people.sessions.log_in("ana", GOOD).token)
    for _ in range(tries.NAME.free):
        with pytest.raises(Denied):
            people.sessions.step_up(one, "wrong")
    with pytest.raises(TooMany):
        people.sessions.step_up(one, GOOD)


def test_who_is_in_does_not_wait_for_who_tries_from_outside(people):
    """Nobody stops a void by typing its maker's name at the log-in."""
    one = people.sessions.get(people.sessions.log_in("ana", GOOD).token)
    for _ in range(tries.NAME.free):
        wrong(people)
    with pytest.raises(TooMany):
        people.sessions.log_in("ana", GOOD, address=HOME)
    assert people.sessions.step_up(one, GOOD, address=HOME)
