"""How long a shop waits at its start: a journal read, and what is in doubt in it.

    .venv/bin/python bench/recovery.py      after `make lib`; also a job of run.py
"""

from __future__ import annotations

import pathlib
import shutil
import statistics
import subprocess
import tempfile

from contestants import ROOT, compile_ours
from measuring import difference_of, note, summary
from tables import Aim, Section, table

#: Sales, and of how many one has no outcome.
SALES, OF = 100_000, 100
#: Two lengths under valgrind, whose difference is free of starting and ending.
COUNTED = (1_000, 11_000)
ROUNDS = 7


def write_journal(program: str, folder: pathlib.Path, sales: int) -> str:
    folder.mkdir()
    subprocess.run([program, "write", str(folder), str(sales), str(OF)], check=True,
                   cwd=ROOT)
    return str(folder)


def read(program: str, folder: str) -> float:
    """Seconds from open to the end of the list."""
    told = subprocess.run([program, "read", folder], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    micros, entries, listed = map(int, told.split())
    if (entries, listed) != (SALES, SALES // OF):
        raise SystemExit(f"{entries} entries and {listed} in doubt were read")
    return micros / 1e6


def instructions(program: str, place: pathlib.Path) -> float | None:
    """User instructions of an entry, by callgrind; None where valgrind is missing."""
    def total(sales: int) -> float:
        out = place / f"out.{sales}"
        folder = write_journal(program, place / f"short-{sales}", sales)
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program,
                        "read", folder], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return summary(out)

    return difference_of(total, COUNTED) if shutil.which("valgrind") else None


def job() -> Section:
    note(f"recovery of {SALES:,} sales")
    with tempfile.TemporaryDirectory() as made:
        place = pathlib.Path(made)
        program = compile_ours("recover", made)
        folder = write_journal(program, place / "journal", SALES)
        size = sum(path.stat().st_size for path in pathlib.Path(folder).iterdir())
        times = [read(program, folder) for _ in range(ROUNDS)]
        counted = instructions(program, place)
    middle = statistics.median(times)
    row = [f"{SALES:,} sales, {SALES // OF:,} in doubt", f"{size / 1e6:,.0f}", f"{middle:.2f}",
           f"{min(times):.2f} to {max(times):.2f}",
           "not measured" if counted is None else f"{counted:,.0f}"]
    return Section("recovery", table(
        ["journal", "MB", "seconds to the list of doubts", "lowest to highest",
         "user instructions per sale"], [row]),
        [Aim("Seconds from opening a journal of 100,000 sales to its 1,000 doubts", middle, 2.0)])


if __name__ == "__main__":
    print(job().text)
