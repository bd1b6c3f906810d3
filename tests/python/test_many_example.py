"""The example that charges subscriptions, cut short and run again; and its bar."""

from __future__ import annotations

import csv
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import MERCHANT_ID, MERCHANT_KEY

import cielo
import cielo.sandbox

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "python" / "subscriptions.py"


def environment(sandbox: cielo.sandbox.LocalCielo) -> dict[str, str]:
    return {**os.environ, "CIELO_BASE_URL": sandbox.base_url,
            "CIELO_MERCHANT_ID": MERCHANT_ID, "CIELO_MERCHANT_KEY": MERCHANT_KEY}


@pytest.fixture
def folder(tmp_path: Path, client: cielo.Client) -> Path:
    token = client.cards.tokenize({
        "CustomerName": "Comprador Teste", "CardNumber": "4024007197692931",
        "Holder": "Teste Holder", "ExpirationDate": "12/2030", "Brand": "Visa"}).card_token
    with open(tmp_path / "in.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "amount", "card_token", "brand"])
        for number in range(300):
            writer.writerow(["sub%d%d" % (int(time.time()), number), 1990, token, "Visa"])
    return tmp_path


@pytest.mark.parametrize("flags", [[], ["--asyncio"]])
def test_cut_short_and_run_again_it_charges_none_twice(
    sandbox: cielo.sandbox.LocalCielo, client: cielo.Client, folder: Path, flags: list[str]
) -> None:
    """What the killed run had sent is told or in doubt, and all else is charged."""
    command = [sys.executable, str(EXAMPLE), str(folder / "in.csv"), str(folder / "out.csv")]
    # So that it cannot end before it is killed, some are never answered.
    sandbox.faults([{"match": "POST /1/sales", "after": "process", "do": "close", "times": 3},
                    {"match": "POST /1/sales", "times": 100},
                    {"match": "POST /1/sales", "after": "process", "do": "stall", "times": -1}])
    first = subprocess.Popen([*command, *flags], env=environment(sandbox),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    out = folder / "out.csv"
    while first.poll() is None and (not out.exists() or out.stat().st_size < 3000):
        time.sleep(0.005)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    sandbox.faults([])
    with open(out, encoding="utf-8") as file:
        assert 10 < len(file.readlines()) < 301
    subprocess.run([*command, *flags], env=environment(sandbox), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(folder / "in.csv", encoding="utf-8") as file:
        orders = [row["order"] for row in csv.DictReader(file)]
    with open(out, encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if None not in row.values()]
    told = {row["order"]: row["outcome"] for row in rows}
    assert sorted(row["order"] for row in rows) == sorted(orders)
    assert set(told.values()) <= {"approved", "in doubt"}
    assert list(told.values()).count("in doubt") <= 16  # as many as were under way
    for outcome in client.many(client.sales.find, orders):
        assert outcome.result is not None
        made = len(outcome.result)
        assert made == 1 or made == 0 and told[orders[outcome.index]] == "in doubt"


BARS = """
import sys, cielo
bar = cielo.progress("Charging")
with cielo.Client(merchant_id="a", merchant_key="b", base_url="http://127.0.0.1:9") as client:
    for outcome in client.many(client.sales.get, ["../x"] * 7, progress=bar):
        pass
"""


def test_a_bar_in_a_terminal() -> None:
    pytest.importorskip("rich")
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", BARS], stderr=slave,
                               env={**os.environ, "TERM": "xterm", "COLUMNS": "80",
                                    "LC_ALL": "pt_BR.UTF-8"})
    os.close(slave)
    text = b""
    while True:
        try:
            text += os.read(master, 65536)
        except OSError:  # the other end is closed
            break
    os.close(master)
    assert process.wait() == 0
    assert b"Charging" in text and b"7/7" in text and b"falhas: 7" in text
    assert text.rindex(b"\x1b[?25h") > text.rindex(b"\x1b[?25l")  # the cursor is back


@pytest.mark.parametrize("locale, told", [
    ("C", ["Charging: 0 of 7 done, 0 failed", "Charging: 7 of 7 done, 7 failed"]),
    ("pt_BR.UTF-8", ["Charging: 0 de 7, falhas: 0", "Charging: 7 de 7, falhas: 7"])])
def test_lines_where_there_is_no_terminal(locale: str, told: list[str]) -> None:
    pytest.importorskip("rich")
    process = subprocess.run([sys.executable, "-c", BARS], stderr=subprocess.PIPE, text=True,
                             env={**os.environ, "LC_ALL": locale})
    assert process.returncode == 0
    assert process.stderr.splitlines() == told


def test_a_bar_of_a_language_and_of_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rich")
    for lang, told in (("en", "Calls: 2 done, 1 failed"), ("pt", "Chamadas: 2, falhas: 1")):
        cielo.progress(lang=lang)(2, 1, None)
        assert capsys.readouterr().err == f"{told}\n"
    with pytest.raises(ValueError, match="lang is pt or en"):
        cielo.progress(lang="fr")


def test_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    absent: Any = None
    monkeypatch.setitem(sys.modules, "rich", absent)
    with pytest.raises(ImportError, match=r"pip install 'libcielo\[progress\]'"):
        cielo.progress()
