"""Who is measured: the floors in C, ours, and the peers that install here."""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import subprocess
import sysconfig
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
#: Apart from .venv, where pytest would take up what they bring for it.
PEERS = ROOT / "build" / "peers"
PEERS_PYTHON = str(PEERS / "bin" / "python")
PACKAGES = ("libcurl", "libcjson")
SALE = str(HERE / "sale.json")


class Contestant(NamedTuple):
    key: str
    title: str
    command: list[str]  # {url}, {warm} and {count} are filled in
    share: float = 1.0  # slow ones make fewer calls
    at_once: int = 1
    peer: bool = True  # not ours

    def of(self, at_once: int) -> Contestant:
        """The same with so many calls in flight."""
        return self._replace(key=f"{self.key}-{at_once}", at_once=at_once)

    def line(self, url: str, warm: int, count: int, *more: str) -> list[str]:
        filled = {"{url}": url, "{warm}": str(warm), "{count}": str(count),
                  "{at_once}": str(self.at_once)}
        return [filled.get(part, part) for part in self.command] + list(more)


def make_peers() -> None:
    """An environment for them, which sees what is in .venv too."""
    if not PEERS.exists():
        subprocess.run([PYTHON, "-m", "venv", str(PEERS)], check=True)
        for folder in PEERS.glob("lib/python*/site-packages"):
            (folder / "cielo.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")


def version(name: str) -> str:
    """Of a peer; "" when it cannot be imported."""
    said = f"import importlib.metadata as m, {name}; print(m.version('{name}'))"
    return subprocess.run([PEERS_PYTHON, "-c", said], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()


def install_peers() -> dict[str, str]:
    """One by one, what is not there yet; gives those that are there, and which."""
    make_peers()
    there = {}
    for line in (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name = line.partition("#")[0].strip()
        if not name:
            continue
        if not version(name):
            subprocess.run([PEERS_PYTHON, "-m", "pip", "install", "-q",
                            "--disable-pip-version-check", name],
                           check=False, stderr=subprocess.DEVNULL)
        if found := version(name):
            there[name] = found
        else:
            print(f"not measured: {name} cannot be installed here")
    return there


def flags(what: str) -> list[str]:
    return subprocess.run(["pkg-config", what, *PACKAGES], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()


def compiler() -> list[str]:
    return [*os.environ.get("CC", "cc").split(), "-std=gnu99", "-O2", "-Wall", "-Wextra",
            *flags("--cflags")]


def compile_ours(name: str, folder: str) -> str:
    """A program of ours, with the library of `make lib`."""
    program = f"{folder}/{name}"
    subprocess.run([*compiler(), f"-I{ROOT}/core/include", str(HERE / f"{name}.c"),
                    str(ROOT / "build" / "libcielo.a"), "-o", program, *flags("--libs"),
                    "-lpthread"], check=True)
    return program


def build(folder: str) -> None:
    """The floors, and ours."""
    for name in ("bare", "bare_multi"):
        subprocess.run([*compiler(), str(HERE / f"{name}.c"), "-o", f"{folder}/{name}",
                        *flags("--libs")], check=True)
    subprocess.run([*compiler(), str(HERE / "bare_sync.c"), "-o", f"{folder}/bare_sync"],
                   check=True)
    for name in ("ours", "many"):
        compile_ours(name, folder)


def python(name: str) -> list[str]:
    program = PYTHON if name.startswith("cielo") else PEERS_PYTHON
    return [program, str(HERE / "peers.py"), name, "{url}", "{warm}", "{count}", "{at_once}"]


def lua(version: str) -> list[str]:
    return [str(ROOT / "tools" / "lua.sh"), version, str(HERE / "ours.lua"),
            "{url}", "{warm}", "{count}"]


def blocking(folder: str, peers: dict[str, str]) -> list[Contestant]:
    """One sale after another; the first is the floor."""
    listed = [
        Contestant("bare", "bare libcurl loop in C",
                   [f"{folder}/bare", "{url}", SALE, "{warm}", "{count}"]),
        Contestant("c", "libcielo, C", [f"{folder}/ours", "{url}", "{warm}", "{count}"],
                   peer=False),
        Contestant("python", "libcielo, Python `Client`", python("cielo"), peer=False),
        Contestant("async", "libcielo, Python `AsyncClient`", python("cielo-async"), peer=False),
        Contestant("lua", "lua-cielo, Lua 5.4", lua("5.4"), peer=False),
        Contestant("luajit", "lua-cielo, LuaJIT", lua("jit"), peer=False),
        Contestant("pycurl", "`pycurl` with `json`", python("pycurl")),
        Contestant("pyreqwest", "`pyreqwest` (Rust)", python("pyreqwest"), 0.5),
        Contestant("aiohttp", "`aiohttp`", python("aiohttp"), 0.3),
        Contestant("urllib3", "`urllib3` with `json`", python("urllib3"), 0.3),
        Contestant("httpx", "`httpx.Client`", python("httpx"), 0.3),
        Contestant("requests", "`requests.Session`", python("requests"), 0.3),
    ]
    installed = {"bare", "c", "python", "async", "lua", "luajit", *peers}
    return [one for one in listed if one.key in installed]


def many(folder: str, peers: dict[str, str]) -> list[Contestant]:
    """Several sales at once; the first is the floor."""
    listed = [
        Contestant("bare-multi", "bare libcurl multi loop in C",
                   [f"{folder}/bare_multi", "{url}", SALE, "{warm}", "{count}", "{at_once}"]),
        Contestant("multi", "libcielo, C `cielo_multi`",
                   [f"{folder}/many", "{url}", "{warm}", "{count}", "{at_once}"], peer=False),
        Contestant("async", "libcielo, Python `AsyncClient`", python("cielo-async"), peer=False),
    ]
    if "aiohttp" in peers:
        listed.append(Contestant("aiohttp", "`aiohttp`", python("aiohttp"), 0.5))
    return listed


def versions(peers: dict[str, str]) -> str:
    """What was measured, for the page."""
    curl = subprocess.run(["pkg-config", "--modversion", "libcurl"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()
    own = importlib.metadata.version("libcielo")
    return ", ".join([f"libcielo {own}", f"libcurl {curl}",
                      *(f"{name} {number}" for name, number in sorted(peers.items()))])
