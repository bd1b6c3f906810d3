"""A ledger is opened, upgraded and copied; its stores, their keys, and leases."""

from __future__ import annotations

import datetime
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from journal_lines import KEY, MERCHANT
from stories import Shop, made

import cielo.backoffice
from cielo.backoffice import Ledger, Person, Refused, Usage, backup
from cielo.backoffice.database import writing
from cielo.backoffice.lease import Lease, held
from cielo.backoffice.schema import metadata
from cielo.backoffice.upgrade import REVISION

PACKAGE = pathlib.Path(cielo.backoffice.__file__).parent


# ---- the schema ----


def test_the_steps_come_to_the_tables(ledger):
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_last_step_is_ours():
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


@pytest.mark.parametrize("version, told", [("0000", "upgrade"), ("9999", "later version")])
def test_of_another_version(url, version, told):
    with Ledger(url) as ledger, writing(ledger.engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    with pytest.raises(Refused, match=told):
        Ledger(url)


@pytest.mark.parametrize("change, name", [
    ("DROP TABLE recovery_code", "recovery_code"),
    ("ALTER TABLE batch DROP COLUMN why", "batch.why")])
def test_one_from_before_the_first_release_is_told_as_that(url, change, name):
    """Its version is ours and its tables are not: that is no matter for the first query."""
    with Ledger(url) as ledger, writing(ledger.engine) as connection:
        connection.execute(sa.text(change))
    for upgrade_now in (False, True):
        with pytest.raises(Refused, match=f"has no {name}: make a new one"):
            Ledger(url, upgrade_now=upgrade_now)


def test_two_make_the_tables_at_once(postgres, tmp_path):
    name = f"ledger_{os.urandom(6).hex()}"
    with postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    for url in (postgres.url(name), f"sqlite:///{tmp_path}/new.db"):
        failures = []

        def make(url=url, failures=failures):
            try:
                Ledger(url).close()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=make) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        with Ledger(url) as ledger:
            assert ledger.stores.all() == []
    with postgres.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not an address", "sqlite:///"])
def test_no_address_of_a_ledger(url, monkeypatch, tmp_path):
    if url == "sqlite:///":
        monkeypatch.chdir(tmp_path)
        with pytest.raises(Usage, match="memory"):
            Ledger(url)
        return
    with pytest.raises(Usage):
        Ledger(url)


def test_where_it_is_when_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Ledger() as ledger:
        assert ledger.url == f"sqlite:///{tmp_path}/libcielo/ledger.db"
        assert ledger.journals == [f"{tmp_path}/libcielo/journal"]
    assert (tmp_path / "libcielo").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "libcielo" / "ledger.db").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("CIELO_LEDGER", f"sqlite:///{tmp_path}/other.db")
    monkeypatch.setenv("CIELO_JOURNAL", str(tmp_path / "journal"))
    with Ledger() as ledger:
        assert ledger.url == f"sqlite:///{tmp_path}/other.db"
        assert ledger.journals == [str(tmp_path / "journal")]


def test_a_password_is_not_shown(postgres):
    with pytest.raises(Refused, match="cannot be opened") as caught:
        Ledger(f"postgresql://cielo:CANARYPASSWORD@127.0.0.1:{postgres.port}/nothing")
    assert "CANARYPASSWORD" not in str(caught.value) + str(caught.value.__cause__)
    with Ledger(f"postgresql://cielo:CANARYPASSWORD@127.0.0.1:{postgres.port}/"
                "empty_ledger") as ledger:
        assert "CANARYPASSWORD" not in repr(ledger)


def test_a_file_that_cannot_be_made(tmp_path):
    with pytest.raises(Refused, match="cannot be opened"):
        Ledger(f"sqlite:///{tmp_path}/nowhere/ledger.db")
    (tmp_path / "text").write_text("no database, and longer than its head" * 9)
    with pytest.raises(Refused, match="cannot be opened"):
        Ledger(f"sqlite:///{tmp_path}/text")


def test_one_moment_has_a_zone(ledger):
    import datetime
    with writing(ledger.engine) as connection, pytest.raises(sa.exc.StatementError,
                                                             match="without zone"):
        connection.execute(sa.text("SELECT 1"))
        connection.execute(sa.insert(metadata.tables["lease"]).values(
            name="x", holder="y", until=datetime.datetime(2026, 1, 1)))


# ---- copies ----


def test_a_copy_while_others_write(url, folder, tmp_path):
    Shop(folder, 3).tell(60)
    with Ledger(url, [folder]) as ledger:
        ledger.ingest()
        copy = tmp_path / "copy.db"
        if ledger.engine.dialect.name == "postgresql":
            with pytest.raises(Refused, match="pg_dump"):
                ledger.backup(copy)
            return
        with writing(ledger.engine) as connection:  # not committed: not in the copy
            connection.execute(sa.text("DELETE FROM sale"))
            with Ledger(url, [folder]) as other:
                other.backup(copy)
            connection.rollback()
        assert copy.stat().st_mode & 0o077 == 0
        with Ledger(f"sqlite:///{copy}", [folder]) as again:
            assert made(again) == made(ledger)
            assert again.verify().problems == []
        with pytest.raises(Refused, match="no copy"):
            ledger.backup(copy)
        with sqlite3.connect(copy) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_copy_that_fails_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_copy", fails)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db", [tmp_path]) as ledger:
        folder = tmp_path / "copies"
        folder.mkdir()
        with pytest.raises(Refused, match="disk is full") as caught:
            ledger.backup(folder / "copy.db")
        assert "não se pode copiar" in caught.value.text("pt")
        assert not list(folder.iterdir())
        with pytest.raises(Refused, match="no copy"):
            ledger.backup(tmp_path / "nowhere" / "copy.db")


def fails(engine, part):
    part.write_bytes(b"half")
    raise sqlite3.OperationalError("database or disk is full")


# ---- stores ----


def test_a_client_of_a_store(ledger, sandbox, keys):
    store = ledger.stores.add(MERCHANT, sandbox.base_url)
    with ledger.client(store) as client:
        assert client.journal.folder == ledger.journals[0]
        client.cards.bin("402400")
    with ledger.client() as client:  # the only store
        assert client.journal.folder == ledger.journals[0]


def test_folders_and_files_stay_where_they_were(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "loja.env").write_text(f"CIELO_MERCHANT_ID={MERCHANT}\nCIELO_MERCHANT_KEY={KEY}\n")
    (tmp_path / "loja.env").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    with Ledger("sqlite:///ledger.db", ["books", "../more"]) as ledger:
        store = ledger.stores.add(MERCHANT, "sandbox")
        store = ledger.stores.set(store.id, keys="loja.env")
        monkeypatch.chdir("elsewhere")
        ledger.stores.set(store.id, name="Loja A")
        assert ledger.journals == [str(tmp_path / "books"), str(tmp_path.parent / "more")]
        with ledger.client(store) as client:
            assert client.journal.folder == ledger.journals[0]
        assert ledger.stores.set(store.id, keys=None).keys is None


def test_keys_of_a_file(ledger, sandbox, tmp_path):
    path = tmp_path / "loja.env"
    path.write_text(f"# Loja A\nCIELO_MERCHANT_ID={MERCHANT}\nCIELO_MERCHANT_KEY='{KEY}'\n")
    path.chmod(0o600)
    ledger.stores.add(MERCHANT, sandbox.base_url)
    ledger.stores.set(1, keys=str(path), name="Loja A")
    with ledger.client("Loja A") as client:
        client.cards.bin("402400")
    path.chmod(0o644)
    with pytest.raises(Refused, match="may be read by everybody"):
        ledger.client("Loja A")
    path.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        ledger.client("Loja A")


def test_keys_of_another_store_are_not_taken(ledger, keys):
    ledger.stores.add("another", "sandbox")
    with pytest.raises(Refused, match="no keys for the store another") as caught:
        ledger.client()
    assert KEY not in str(caught.value)


def test_a_store_that_the_journal_brings_while_rows_are_read(ledger):
    known = ledger.stores.by_id()
    assert known == {}
    one = ledger.stores.add(MERCHANT, "sandbox")
    assert known[one.id] == one
    with pytest.raises(Usage):
        known[one.id + 1]


def test_what_a_store_has_not(ledger):
    ledger.stores.add("one", "sandbox")
    with pytest.raises(Usage, match="merchant_key"):
        ledger.stores.set(1, merchant_key="x")
    ledger.stores.add("two", "sandbox")
    with pytest.raises(Usage, match="There are"):
        ledger.stores.get("three")
    with pytest.raises(Usage, match="already"):
        ledger.stores.set(2, name="one (sandbox)")


def test_a_person():
    ana = Person("ana", frozenset({"void"}), frozenset({1}))
    ana.demand("void", 1)
    for permission, store in (("capture", 1), ("void", 2)):
        with pytest.raises(Refused):
            ana.demand(permission, store)


# ---- leases ----


def test_a_lease_has_one_holder(ledger):
    with held(ledger.engine, "sync") as first, held(ledger.engine, "sync") as second, \
            held(ledger.engine, "other") as other:
        assert first
        assert other
        assert second is None
        first.renew()
    with held(ledger.engine, "sync") as third:
        assert third


def end_leases(ledger):
    """As if the time had passed."""
    with writing(ledger.engine) as connection:
        connection.execute(sa.update(metadata.tables["lease"]).values(
            until=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)))


def test_a_lease_has_its_length(ledger):
    before = datetime.datetime.now(datetime.timezone.utc)
    assert Lease(ledger.engine, "sync", 600).take()
    after = datetime.datetime.now(datetime.timezone.utc)
    with ledger.engine.connect() as connection:
        until = connection.scalar(sa.select(metadata.tables["lease"].c.until))
    second = datetime.timedelta(seconds=1)  # the clocks of two programs
    assert before - second <= until - datetime.timedelta(seconds=600) <= after + second


def test_one_that_ended_is_taken_over(ledger):
    slow = Lease(ledger.engine, "sync", 600)
    quick = Lease(ledger.engine, "sync", 600)
    assert slow.take()
    assert not quick.take()
    end_leases(ledger)
    assert quick.take()
    with pytest.raises(Refused, match="taken over"):
        slow.renew()
    slow.leave()  # which is not its own any more
    assert not slow.take()


def test_of_many_one_gets_it(url):
    children = []
    for _ in range(6):
        child = os.fork()
        if not child:
            with Ledger(url) as ledger:
                os._exit(0 if Lease(ledger.engine, "job").take() else 7)
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(ends) == [0, 7, 7, 7, 7, 7]


def test_a_holder_that_is_killed_loses_it(url):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with Ledger(url) as ledger:
            Lease(ledger.engine, "job", 600).take()
            os.write(write, b"x")
            time.sleep(60)
        os._exit(1)
    os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with Ledger(url) as ledger:
        own = Lease(ledger.engine, "job")
        assert not own.take()
        end_leases(ledger)
        assert own.take()


# ---- without what the extra installs ----


@pytest.mark.parametrize("name, extra", [
    ("sqlalchemy", "backoffice"), ("babel", "backoffice"), ("psycopg", "postgres")])
def test_it_says_what_it_needs(name, extra):
    code = (f"import sys; sys.modules[{name!r}] = None\nfrom cielo.backoffice import Ledger\n"
            "Ledger('postgresql://cielo@127.0.0.1:1/x')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=False)
    assert f"needs {name}" in done.stderr
    assert f"pip install 'libcielo[{extra}]'" in done.stderr


def test_the_system_s_user_is_not_a_variable(monkeypatch):
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert "somebody-else" not in Person.of_system().name
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert Person.of_system().name == "uid 4000000000 (system)"
