"""The floors of the core: nothing includes or calls upwards, no loop of calls.

    python tests/house/floors.py

Reads the `#include` lines of core/src, and the symbols of the objects that
`make lib` left under build/lib: what a file defines and what it asks of others,
the system too.
The files of a binding have no floors, but no loops either.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: From the ground up; a file may use its own floor and those before it.
FLOORS = ("base", "json", "facts", "call", "http")

#: The floor that each public header belongs to.
PUBLIC = {
    "alloc": "base", "api": "base", "datetime": "base", "error": "base",
    "value": "json",
    "codes": "facts", "results": "facts", "fields": "facts", "operations": "facts",
    "shown": "call", "call": "call", "charge": "call", "client": "call",
    "notification": "call", "cielo": "call", "journal": "call", "many": "call",
    "perform": "http", "wire": "http",
}

#: What a floor may see of the one below by other means than its header.
SLOTS = {"http": {"call": {"slots.h"}}}

#: The inside of a call, and who may look into it.
INSIDE = "call_internal.h"
INSIDERS = {"call.c", "failure.c", "outcome.c", "prepare.c", "record.c", "recording.c",
            "report.c", "result.c", "send.c", "settling.c", "step.c"}

#: What only some files ask of the system, so that others can stand in their place.
SYSTEM = {
    # clock.c reads /dev/urandom, line_curl.c puts /dev/null in the place of sockets, bells of
    # syncer.c are pipes.
    "files": ({"http/file_posix", "http/clock", "http/line_curl", "http/syncer"},
              r"(open|openat|creat|write|pwrite|writev|pread|readv|fsync|fdatasync|flock|lockf"
              r"|unlink|unlinkat|rename|renameat|link|linkat|mkdir|mkdirat|rmdir|opendir|readdir"
              r"|fopen|fwrite|fread|stat|lstat|fstat|fstatat|truncate|ftruncate|chmod|fchmod"
              r"|gethostname|getpid)(64)?"),
    "threads": ({"http/syncer"}, r"pthread_(create|join|detach|kill|cancel)"),
    "clocks": ({"http/clock"}, r"clock_gettime|gettimeofday|time|nanosleep|usleep|sleep"),
}

Graph = dict[str, dict[str, set[str]]]


class Count:
    """Checks that held and those that did not, which are printed."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def hold(self, condition: bool, sentence: str) -> None:
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {sentence}")


def floor_of(path: Path) -> str:
    return path.parent.name


def may_use(user: str, used: str) -> bool:
    return FLOORS.index(used) <= FLOORS.index(user)


def check_include(count: Count, path: Path, line: str) -> None:
    public = re.match(r'#\s*include <cielo/(\w+)\.h>', line)
    private = re.match(r'#\s*include "([^"]+)"', line)
    name = f"{floor_of(path)}/{path.name}"
    if public:
        count.hold(public[1] in PUBLIC and may_use(floor_of(path), PUBLIC[public[1]]),
                   f"{name} includes <cielo/{public[1]}.h>, which is of a floor above")
    elif private:
        used = (path.parent / private[1]).resolve()
        count.hold(floor_of(used) in FLOORS and may_use(floor_of(path), floor_of(used)),
                   f"{name} includes {private[1]}, which is of a floor above")
        if used.name == INSIDE:
            count.hold(path.name in INSIDERS, f"{name} looks into a call ({INSIDE})")
        allowed = SLOTS.get(floor_of(path), {}).get(floor_of(used))
        if allowed is not None:
            count.hold(used.name in allowed,
                       f"{name} includes {private[1]}: it may see {', '.join(sorted(allowed))}")


def check_includes(count: Count) -> None:
    for path in sorted((ROOT / "core/src").glob("*/*.[ch]")):
        count.hold(floor_of(path) in FLOORS, f"core/src/{floor_of(path)} is a floor")
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.lstrip().startswith("#"):
                check_include(count, path, line.strip())


def symbols(path: Path) -> tuple[set[str], set[str]]:
    """What an object defines for others, and what it asks of them."""
    defined, asked = set(), set()
    lines = subprocess.run(["nm", "-g", str(path)], stdout=subprocess.PIPE, check=True,
                           text=True).stdout.splitlines()
    for line in lines:
        kind, name = line.split()[-2:]
        (asked if kind == "U" else defined).add(name)
    return defined, asked


def call_graph(objects: list[Path], root: Path) -> Graph:
    """For each file, the files it calls and by which names."""
    home: dict[str, str] = {}
    asked: dict[str, set[str]] = {}
    for path in objects:
        name = str(path.relative_to(root).with_suffix(""))
        defined, asked[name] = symbols(path)
        home.update(dict.fromkeys(defined, name))
    graph: Graph = {name: {} for name in asked}
    for name, wanted in asked.items():
        for symbol in wanted:
            if home.get(symbol, name) != name:
                graph[name].setdefault(home[symbol], set()).add(symbol)
    return graph


def loops(graph: Graph) -> list[list[str]]:
    """Groups of files that call each other in a circle (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(stack[at:])
            del stack[at:]

    for node in graph:
        if node not in index:
            visit(node)
    return found


def check_loops(count: Count, graph: Graph, what: str) -> None:
    circles = loops(graph)
    count.hold(not circles, f"files of {what} call each other in a circle: "
               + "; ".join(", ".join(sorted(circle)) for circle in circles))


def check_system(count: Count, objects: list[Path], root: Path) -> None:
    for path in objects:
        name = str(path.relative_to(root).with_suffix(""))
        for what, (allowed, calls) in SYSTEM.items():
            asked = sorted(symbol for symbol in symbols(path)[1]
                           if re.fullmatch(calls, symbol.split("@")[0]))
            count.hold(name in allowed or not asked,
                       f"{name} asks the system for {what}: {', '.join(asked)}")


def check_calls(count: Count) -> None:
    root = ROOT / "build/lib"
    sources = sorted((ROOT / "core/src").glob("*/*.c"))
    objects = [root / floor_of(path) / f"{path.stem}.o" for path in sources]
    missing = [str(path) for path in objects if not path.exists()]
    count.hold(not missing, f"the objects are there (make lib): {', '.join(missing)}")
    if missing:
        return
    check_system(count, objects, root)
    graph = call_graph(objects, root)
    for name, used in sorted(graph.items()):
        for other, names in sorted(used.items()):
            count.hold(may_use(name.split("/")[0], other.split("/")[0]),
                       f"{name} calls up into {other}: {', '.join(sorted(names))}")
    check_loops(count, graph, "the core")


def compiled(folder: str, flags: list[str]) -> list[Path]:
    """The objects of a binding's sources, made anew where something has changed."""
    sources = sorted((ROOT / folder).glob("*.c"))
    headers = [*(ROOT / folder).glob("*.h"), *(ROOT / "core/include/cielo").glob("*.h")]
    place = ROOT / "build/house" / folder.split("/")[1]
    place.mkdir(parents=True, exist_ok=True)
    newest = max(path.stat().st_mtime for path in headers)
    objects = []
    for path in sources:
        made = place / f"{path.stem}.o"
        objects.append(made)
        if not made.exists() or made.stat().st_mtime < max(newest, path.stat().st_mtime):
            subprocess.run(["cc", "-c", "-O0", "-fPIC", f"-I{ROOT}/core/include", *flags,
                            str(path), "-o", str(made)], check=True)
    return objects


def check_bindings(count: Count) -> None:
    lua = subprocess.run(["pkg-config", "--cflags", "lua5.4"], stdout=subprocess.PIPE,
                         check=True, text=True).stdout.split()
    python = [f"-I{sysconfig.get_path('include')}"]
    for folder, flags in (("bindings/python/src", python), ("bindings/lua/src", lua)):
        objects = compiled(folder, flags)
        check_loops(count, call_graph(objects, objects[0].parent), folder)


def main() -> int:
    os.chdir(ROOT)
    count = Count()
    check_includes(count)
    check_calls(count)
    check_bindings(count)
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
