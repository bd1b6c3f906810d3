"""The layout of the C code: what clang-format makes of it by .clang-format.

    python tests/house/format.py         names what is laid out otherwise
    python tests/house/format.py --fix   lays it out

Versions of clang-format differ in details, so that only the one named below is
asked. Tables of X-macros (the public headers, codes_*.h) are laid out by hand,
and the bindings follow the houses of Lua and of CPython.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = 14  # of Debian 12

PATTERNS = ("core/src/*/*.[ch]", "tools/*.c", "tests/codes/*.c", "tests/fuzz/*.c",
            "tests/simulate/*.[ch]", "examples/c/*.c")
BY_HAND = re.compile(r"codes_\w+\.h$")


def version() -> int:
    try:
        told = subprocess.run(["clang-format", "--version"], stdout=subprocess.PIPE, check=True,
                              text=True).stdout
    except OSError:
        return 0
    found = re.search(r"version (\d+)", told)
    return int(found[1]) if found else 0


def files() -> list[str]:
    found = {str(path.relative_to(ROOT)) for pattern in PATTERNS for path in ROOT.glob(pattern)}
    return sorted(path for path in found if not BY_HAND.search(path))


def difference(path: str) -> list[str]:
    """What clang-format would take out and put in, as a short diff."""
    there = (ROOT / path).read_text(encoding="utf-8")
    wanted = subprocess.run(["clang-format", path], stdout=subprocess.PIPE, check=True,
                            text=True).stdout
    return [line for line in difflib.unified_diff(
        there.splitlines(), wanted.splitlines(), path, path, lineterm="", n=0)][2:]


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    if version() != VERSION:
        print(f"not run: clang-format {VERSION} is not here, but {version() or 'none'}")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    if "--fix" in arguments:
        subprocess.run(["clang-format", "-i", *files()], check=True)
    passed = failed = 0
    for path in files():
        lines = difference(path)
        passed += not lines
        failed += bool(lines)
        if lines:
            print(f"FAILED: {path} (tests/house/format.py --fix):")
            print("\n".join(f"    {line}" for line in lines[:12]))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
