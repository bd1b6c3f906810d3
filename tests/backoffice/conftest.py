"""Fixtures: a ledger in each database, and journals to fill it from."""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import psycopg
import pytest

import cielo.sandbox
from cielo.backoffice import Ledger, tries

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

# Keys, ledgers and journals of the machine must not change what the tests see.
for _name in [name for name in os.environ if name.startswith("CIELO_")]:
    del os.environ[_name]

from command import Command  # noqa: E402
from journal_lines import KEY, MERCHANT, Segment  # noqa: E402


def _programs() -> str:
    """The folder of the newest PostgreSQL; Debian keeps its programs off the path."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    program = str(found[-1]) if found else shutil.which("initdb")
    if not program:
        pytest.skip("PostgreSQL is not installed: make deps")
    return os.path.dirname(program)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(NamedTuple):
    """A PostgreSQL of the suite's own."""

    folder: pathlib.Path
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://cielo@127.0.0.1:{self.port}/{database}"

    def connect(self) -> Any:
        return psycopg.connect(self.url("postgres"), autocommit=True)


@contextlib.contextmanager
def _running() -> Iterator[Server]:
    programs = _programs()
    # It refuses to run as root; its folder must be reached by who runs it.
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="cielo-postgres-") as name:
        folder = pathlib.Path(name)
        if user:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        subprocess.run([*user, f"{programs}/initdb", "-D", str(data), "-U", "cielo", "-A", "trust",
                        "-E", "UTF8", "--locale=C", "--no-sync"], check=True, cwd="/",
                       stdout=subprocess.DEVNULL)
        process = None
        try:
            for _ in range(5):  # whoever takes the port meanwhile
                server = Server(folder, _free_port())
                process = _start([*user, f"{programs}/postgres", "-D", str(data)], server)
                if _await(server, process):
                    break
            else:
                raise RuntimeError((folder / "log").read_text())
            yield server
        finally:
            subprocess.run([*user, f"{programs}/pg_ctl", "-D", str(data), "-m", "immediate",
                            "stop"], cwd="/", stdout=subprocess.DEVNULL, check=False)
            if process:
                process.wait(30)


def _start(command: list[str], server: Server) -> subprocess.Popen[bytes]:
    # Durable enough for a test: the server outlives the clients that are killed.
    settings = {"fsync": "off", "port": str(server.port), "listen_addresses": "127.0.0.1",
                "unix_socket_directories": str(server.folder), "max_connections": "60"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (server.folder / "log").open("wb") as log:
        return subprocess.Popen([*command, *options], cwd="/", stdout=log, stderr=log)


def _await(server: Server, process: subprocess.Popen[bytes]) -> bool:
    """False when another program has its port."""
    limit = time.monotonic() + 60
    while True:
        try:
            with server.connect() as connection:
                found = connection.execute("SHOW unix_socket_directories").fetchone()
            return found == (str(server.folder),)
        except psycopg.OperationalError:
            log = (server.folder / "log").read_text()
            if process.poll() is not None and "Address already in use" in log:
                return False
            if process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(log) from None
            time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server with an empty ledger, of which each test gets a copy."""
    with _running() as server:
        with server.connect() as connection:
            connection.execute("CREATE DATABASE empty_ledger")
        Ledger(server.url("empty_ledger")).close()
        yield server


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    Ledger(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[str]:
    """The address of an empty ledger, in each database in turn."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    name = f"ledger_{os.urandom(6).hex()}"
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE empty_ledger")
    yield server.url(name)
    with server.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the shop keeps its journal; nothing is there yet."""
    return tmp_path / "journal"


@pytest.fixture
def ledger(url: str, folder: pathlib.Path) -> Iterator[Ledger]:
    with Ledger(url, [folder]) as one:
        yield one


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted as if all were at one moment: who is slow has not waited his second."""
    moment = datetime.datetime.now(datetime.timezone.utc)
    monkeypatch.setattr(tries, "now", lambda connection: moment)


@pytest.fixture
def journal(folder: pathlib.Path) -> Segment:
    """A journal that is written by hand."""
    return Segment(folder)


# ---- the command ----


@pytest.fixture
def book(tmp_path: pathlib.Path, empty_sqlite: pathlib.Path) -> str:
    """A ledger's address; the command is tested with SQLite, what it calls with both."""
    path = tmp_path / "book.db"
    shutil.copy(empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], book: str, folder: pathlib.Path) -> Command:
    return Command(capfd, "--db", book, "--journal", str(folder))


# ---- with a local Cielo ----


@pytest.fixture(scope="session")
def sandbox() -> Iterator[cielo.sandbox.LocalCielo]:
    with cielo.sandbox.run() as running:
        yield running


@pytest.fixture
def shop(sandbox: cielo.sandbox.LocalCielo, folder: pathlib.Path) -> Iterator[cielo.Client]:
    """A client of the shop's, whose journal the ledger reads."""
    with cielo.Client(merchant_id=MERCHANT, merchant_key=KEY, base_url=sandbox.base_url,
                      journal=folder) as client:
        yield client


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `ledger.client` finds in the environment."""
    monkeypatch.setenv("CIELO_MERCHANT_ID", MERCHANT)
    monkeypatch.setenv("CIELO_MERCHANT_KEY", KEY)


@pytest.fixture
def faults(sandbox: cielo.sandbox.LocalCielo) -> Iterator[Callable[..., None]]:
    """Asks the local Cielo for a fault; what is left over is taken back."""

    def add(**fault: Any) -> None:
        sandbox.faults([{"times": 1, **fault}])

    yield add
    sandbox.faults([])


@pytest.fixture(scope="session")
def processes() -> Any:
    """Processes of their own that start at once, having loaded everything before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cielo.backoffice", "sqlalchemy.dialects.postgresql.psycopg"])
    return context
