"""Users: passwords, rights that nobody gives themselves, the second factor."""

from __future__ import annotations

import shutil
import threading

import argon2
import pyotp
import pytest
import sqlalchemy as sa

from cielo.backoffice import Person, Refused, Usage, accounts, totp
from cielo.backoffice.accounts import check_password
from cielo.backoffice.roles import ROLES, covers, expand, person_of
from cielo.backoffice.schema import user as table

GOOD = "cavalo bateria grampo"
OWNER = {None: frozenset({"owner"})}
VIEWER = {None: frozenset({"viewer"})}


@pytest.fixture
def url(empty_sqlite, tmp_path):
    """What is not about SQL is tested in one database: the other is in test_people.py."""
    shutil.copy(empty_sqlite, tmp_path / "ledger.db")
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def users(ledger, monkeypatch):
    """The ledger's users, whose passwords take no time, and a key for second factors."""
    monkeypatch.setenv(totp.KEY, totp.new_key())
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    return ledger.accounts


def sql(ledger, **values):
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(table).values(**values))


# ---- rights ----


def test_roles_grow():
    viewer, operator, manager, owner = ROLES.values()
    assert viewer < operator < manager < owner
    assert expand({"viewer", "export", "nonsense"}) == {"view", "export"}


def test_rights_by_store():
    ana = person_of("ana", {None: frozenset({"viewer"}), 2: frozenset({"operator"})}, 5000)
    assert ana.may("void") and ana.may("void", 2) and not ana.may("void", 1)
    assert ana.may("view", 77) and ana.reach() is None and not ana.may_everywhere("void")
    bia = person_of("bia", {2: frozenset({"view"})})
    assert bia.reach() == {2} and not bia.may("view", 1) and not bia.may_everywhere("view")
    assert not person_of("eva", {}).may("view")
    assert Person("who", frozenset({"view"}), frozenset({1})).allowed(2) == frozenset()


@pytest.mark.parametrize(("giver", "other", "covered"), [
    (OWNER, OWNER, True),
    (VIEWER, OWNER, False),
    ({1: {"owner"}}, {1: {"viewer"}}, True),
    ({1: {"owner"}}, {2: {"viewer"}}, False),
    ({1: {"owner"}}, {None: {"viewer"}}, False),
    ({None: {"viewer"}, 1: {"owner"}}, {None: {"view"}, 1: {"void"}}, True),
])
def test_who_has_all_of_whom(giver, other, covered):
    assert covers(person_of("a", giver), person_of("b", other)) is covered


def test_limits_are_covered_too():
    limited = person_of("a", OWNER, 5000)
    assert covers(limited, person_of("b", OWNER, 5000))
    assert covers(limited, person_of("b", VIEWER))
    assert not covers(limited, person_of("b", OWNER, 5001))
    assert not covers(limited, person_of("b", OWNER))


# ---- users ----


def test_a_user_is_added(users, ledger):
    ledger.stores.add("shop", "sandbox")
    made = users.add("ana", GOOD, {None: {"viewer"}, 1: {"operator", "batch"}}, void_limit=5000,
                     by=Person("root"))
    assert users.get("ana") == made == users.all()[0]
    assert made.person.may("batch", 1) and not made.person.may("batch", 2)
    assert made.person.void_limit == 5000
    with ledger.engine.connect() as connection:
        assert connection.scalar(sa.select(table.c.password)).startswith("$argon2id$")
    line, = ledger.audit.lines(did="user add")
    assert (line.who, line.data["user"]) == ("root", "ana")
    assert GOOD not in str(line)


@pytest.mark.parametrize(("name", "rights", "limit", "told"), [
    ("Ana", VIEWER, None, "no name"), ("a b", VIEWER, None, "no name"),
    ("root (system)", VIEWER, None, "no name"), ("ana", {}, None, "which"),
    ("ana", {None: {"king"}}, None, "neither a role"), ("ana", {7: {"view"}}, None, "no store 7"),
    ("ana", VIEWER, -1, "less than nothing"),
])
def test_what_is_no_user(users, name, rights, limit, told):
    with pytest.raises(Usage, match=told):
        users.add(name, GOOD, rights, void_limit=limit)
    assert users.all() == []


def test_two_of_one_name(users):
    users.add("ana", GOOD, VIEWER)
    with pytest.raises(Usage, match="already"):
        users.add("ana", GOOD, VIEWER)
    with pytest.raises(Usage, match="no user eva"):
        users.get("eva")


@pytest.mark.parametrize(("password", "told"), [
    ("curta", "12 characters"), ("x" * 257, "up to 256"), ("a senha da ANA!", "the name"),
    ("abababababab", "different"), ("com\x00nulo e tal", "control"),
])
def test_passwords_that_are_refused(password, told):
    with pytest.raises(Usage, match=told):
        check_password("ana", password)


def test_a_short_name_is_in_many_words():
    assert check_password("jo", "o jogo de hoje") == "o jogo de hoje"


# ---- passwords ----


def test_a_password_is_checked(users):
    users.add("josé".encode().decode("ascii", "ignore"), "senha com acentuação", VIEWER)
    assert users.check("jos", "senha com acentuação".replace("ã", "a\u0303"))  # as macOS types
    assert users.check("jos", "senha com acentuacao") is None
    assert users.check("jos", "x" * 10_000) is None
    assert users.check("eva", "senha com acentuação") is None


def test_who_is_not_there_takes_as_long(users, monkeypatch):
    users.add("ana", GOOD, VIEWER)
    checked = []

    class Counting(argon2.PasswordHasher):
        def verify(self, hashed, password):
            checked.append(argon2.extract_parameters(hashed))
            return super().verify(hashed, password)

    users.hasher = Counting(1, 8, 1)
    for name, password in (("ana", "wrong"), ("eva", "wrong"), ("eva", "x" * 10_000)):
        assert users.check(name, password) is None
    assert len(checked) == 3
    assert checked[0] == checked[1] == checked[2]


def test_a_hash_grows_with_the_parameters(users, ledger):
    users.add("ana", GOOD, VIEWER)
    users.hasher = argon2.PasswordHasher(2, 16, 1)
    assert users.check("ana", "wrong") is None
    assert users.check("ana", GOOD)
    with ledger.engine.connect() as connection:
        hashed = connection.scalar(sa.select(table.c.password))
    assert argon2.extract_parameters(hashed).memory_cost == 16
    assert users.check("ana", GOOD)


def test_of_passwords_few_are_checked_at_once(users):
    users.add("ana", GOOD, VIEWER)
    inside, most, lock = [0], [0], threading.Lock()

    class Slow(argon2.PasswordHasher):
        def verify(self, hashed, password):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            met.wait(0.2)
            with lock:
                inside[0] -= 1
            return super().verify(hashed, password)

    met, users.hasher = threading.Event(), Slow(1, 8, 1)
    threads = [threading.Thread(target=users.check, args=("ana", GOOD)) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most[0] == accounts.AT_ONCE


# ---- who may change whom ----


def test_nobody_raises_their_own_rights(users):
    ana = users.add("ana", GOOD, {None: {"manager", "users"}}).person
    users.add("olga", GOOD, OWNER)
    for act in (lambda: users.set_rights("ana", OWNER, by=ana),
                lambda: users.set_rights("ana", {None: {"manager", "users"}}, by=ana),
                lambda: users.disable("ana", by=ana), lambda: users.reset_totp("ana", by=ana)):
        with pytest.raises(Refused, match="own rights"):
            act()
    users.set_password("ana", "uma outra senha", by=ana)


def test_nobody_gives_or_takes_what_they_have_not(users, ledger):
    ledger.stores.add("shop", "sandbox")
    users.add("olga", GOOD, OWNER)
    users.add("eva", GOOD, OWNER)
    ana = users.add("ana", GOOD, {1: {"owner"}}, void_limit=5000).person
    for act in (lambda: users.add("bia", GOOD, VIEWER, by=ana),
                lambda: users.add("bia", GOOD, {1: {"operator"}}, void_limit=9000, by=ana),
                lambda: users.add("bia", GOOD, {1: {"operator"}}, by=ana),
                lambda: users.disable("olga", by=ana), lambda: users.enable("olga", by=ana),
                lambda: users.set_rights("olga", {1: {"viewer"}}, by=ana),
                lambda: users.reset_totp("olga", by=ana),
                lambda: users.set_password("olga", "tomo esta conta", by=ana)):
        with pytest.raises(Refused, match="have not themselves"):
            act()
    users.add("bia", GOOD, {1: {"operator"}}, void_limit=5000, by=ana)
    with pytest.raises(Refused, match="have not themselves"):
        users.set_rights("bia", {1: {"operator"}}, void_limit=None, by=ana)
    users.set_rights("bia", {1: {"viewer"}}, by=ana)
    users.disable("bia", by=ana)
    assert users.check("bia", GOOD) is None
    users.enable("bia", by=ana)
    assert users.check("bia", GOOD)


def test_without_the_right_nobody_is_changed(users):
    bia = users.add("bia", GOOD, {None: {"manager"}}).person
    users.add("eva", GOOD, VIEWER)
    for act in (lambda: users.add("ivo", GOOD, VIEWER, by=bia),
                lambda: users.disable("eva", by=bia), lambda: users.reset_totp("eva", by=bia),
                lambda: users.set_password("eva", "tomo esta conta", by=bia)):
        with pytest.raises(Refused, match="users"):
            act()


def test_the_last_owner_stays(users):
    ana = users.add("ana", GOOD, OWNER).person
    users.add("bia", GOOD, VIEWER)
    for act in (lambda: users.disable("ana"), lambda: users.set_rights("ana", VIEWER)):
        with pytest.raises(Refused, match="last owner"):
            act()
    users.add("olga", GOOD, OWNER)
    users.disable("olga", by=ana)
    with pytest.raises(Refused, match="last owner"):
        users.disable("ana")
    users.enable("olga")
    users.disable("ana")
    users.disable("bia")


# ---- the second factor ----


def enrolled(users, name="ana"):
    user = users.add(name, GOOD, OWNER)
    seed = users.begin_totp(user)
    assert not users.get(name).has_totp
    assert users.new_totp(user) == seed
    assert users.confirm_totp(user, pyotp.TOTP(seed).now())
    return users.get(name), pyotp.TOTP(seed)


def test_a_second_factor_is_set_up(users, ledger):
    user, codes = enrolled(users)
    assert user.has_totp and users.new_totp(user) is None
    with ledger.engine.connect() as connection:
        assert codes.secret not in str(connection.execute(sa.select(table)).all())
    with pytest.raises(Usage, match="waits"):
        users.confirm_totp(user, codes.now())
    users.reset_totp("ana")
    assert not users.get("ana").has_totp
    assert not users.check_code(user, codes.now())


def test_a_wrong_code_sets_nothing_up(users):
    user = users.add("ana", GOOD, OWNER)
    users.begin_totp(user)
    for code in ("", "12345", "abcdef", "０１２３４５"):
        assert not users.confirm_totp(user, code)
    assert not users.get("ana").has_totp


def test_a_code_is_good_for_once(users, ledger):
    user = users.add("ana", GOOD, OWNER)
    codes = pyotp.TOTP(users.begin_totp(user))
    code = codes.now()
    assert users.confirm_totp(user, code)
    assert not users.check_code(user, code), "it was used to set it up"
    sql(ledger, totp_step=0)
    code = codes.now()
    assert users.check_code(user, f" {code[:3]} {code[3:]} ")
    assert not users.check_code(user, code)
    assert not users.check_code(user, codes.generate_otp(0))


def test_a_seed_is_of_its_user_and_of_its_key(users, ledger, monkeypatch):
    ana, codes = enrolled(users)
    eva = users.add("eva", GOOD, VIEWER)
    with ledger.engine.connect() as connection:
        locked = connection.scalar(sa.select(table.c.totp).where(table.c.name == "ana"))
    sql(ledger, totp=locked, totp_step=0)  # as who can write to the database might
    with pytest.raises(Refused, match="another one"):
        users.check_code(eva, codes.now())
    first = totp.new_key()
    monkeypatch.setenv(totp.KEY, f"{first} {totp.os.environ[totp.KEY]}")
    assert users.check_code(ana, codes.now()), "an earlier key still unlocks"
    monkeypatch.setenv(totp.KEY, first)
    with pytest.raises(Refused, match="another one"):
        users.check_code(ana, codes.now())


def test_where_the_key_comes_from(users, monkeypatch, tmp_path):
    user = users.add("ana", GOOD, OWNER)
    key = totp.os.environ[totp.KEY]
    file = tmp_path / "key"
    monkeypatch.delenv(totp.KEY)
    with pytest.raises(Refused, match="cielo backoffice key"):
        users.begin_totp(user)
    monkeypatch.setenv(totp.KEY_FILE, str(file))
    with pytest.raises(Refused, match="cannot be read"):
        users.begin_totp(user)
    file.write_text(key + "\n")
    file.chmod(0o644)
    with pytest.raises(Refused, match="chmod"):
        users.begin_totp(user)
    file.chmod(0o600)
    assert users.begin_totp(user) == users.new_totp(user)
    monkeypatch.setenv(totp.KEY, "too short")
    with pytest.raises(Refused, match="32 bytes") as caught:
        users.begin_totp(user)
    assert "too short" not in str(caught.value)


def test_the_picture_has_nothing_that_a_strict_page_forbids():
    picture = totp.picture_of(totp.address_of("ana", totp.new_seed()))
    assert picture.startswith("<svg") and "style" not in picture and "script" not in picture
