"""`cielo ledger`, `journal`, `doubt`, `statement`, `tariff`, `retry`, `recurrences`, `store`."""

from __future__ import annotations

import datetime
import os
import signal
import time
from zoneinfo import ZoneInfo

import pytest
from command import Command, Terminal, process
from journal_lines import UTC, Segment

import cielo
from cielo.backoffice import Ledger, Usage
from cielo.backoffice.words import moment_text


def ago(**parts: float) -> datetime.datetime:
    return datetime.datetime.now(UTC) - datetime.timedelta(**parts)


@pytest.fixture
def command(capfd, url, folder):
    """With each database in turn."""
    return Command(capfd, "--db", url, "--journal", str(folder))


@pytest.fixture
def lost(folder, sandbox):
    """The journal of a process that died, of a store of the local Cielo."""
    return Segment(folder, at=ago(hours=2), env=sandbox.base_url)


def lose(journal, order):
    return journal.intent(order=order, amount=15700, type="CreditCard", installments=1,
                          brand="Visa", card={"first6": "402400", "last4": "2931"}, clock=0)


def test_ingest_verify_rebuild_and_backup(command, journal, tmp_path, url):
    journal.sale(capture=True)
    assert command.json("ledger", "ingest") == [{"records": 2, "sales": 1, "damaged": 0}]
    assert "1 sales: captured 157.00" in command("ledger", "verify")
    assert command.json("ledger", "verify")[0]["problems"] == []
    assert command.json("ledger", "rebuild") == [{"sales": 1}]
    assert "version" in command("ledger", "upgrade")
    assert command.json("ledger", "sync", "--no-night") == [
        {"seen": 0, "unknown": 0, "failed": 0}]
    copy = tmp_path / "copy.db"
    if url.startswith("sqlite"):
        command("ledger", "backup", str(copy))
        with Ledger(f"sqlite:///{copy}") as ledger:
            assert ledger.verify([]).sales == 1
        command("ledger", "backup", str(copy), code=1)
    else:
        command("ledger", "backup", str(copy), code=1)
        assert "pg_dump" in command.err


def test_verify_says_what_is_wrong(command, journal, url):
    import sqlalchemy as sa

    from cielo.backoffice.schema import sale

    journal.sale(capture=True)
    command("ledger", "ingest")
    with Ledger(url) as ledger, ledger.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.update(sale).values(captured=1))
    command("ledger", "verify", code=1)
    assert "captured is 1" in command.err


def test_ingest_follows(journal, folder, tmp_path, empty_sqlite):
    book = tmp_path / "book.db"
    book.write_bytes(empty_sqlite.read_bytes())
    journal.sale()
    terminal = Terminal("ledger", "ingest", "--follow", "--every", "0.1", "--lang", "en",
                        "--db", f"sqlite:///{book}", "--journal", str(folder))
    terminal.read(lambda text: "2 new records" in text)
    journal.declined()
    assert terminal.read(lambda text: text.count("2 new records") == 2).count("new records") == 2
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 0


def test_followed_readings_are_one_array(command, journal, monkeypatch):
    journal.sale()
    later = iter([lambda: None, journal.declined])

    def pause(seconds):
        del seconds
        next(later, interrupt)()

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    rows = command.json("ledger", "ingest", "--follow")
    assert [(row["records"], row["sales"]) for row in rows] == [(2, 1), (2, 1)]


def test_a_ledger_by_the_environment(journal, folder, tmp_path):
    journal.sale()
    settings = {"CIELO_LEDGER": f"sqlite:///{tmp_path}/other.db", "CIELO_JOURNAL": str(folder),
                "LANG": "en_US.UTF-8"}
    assert process("ledger", "ingest", **settings).stdout.startswith("2 new records")
    found = process("sales", "search", "--since", "2026-11-01", **settings)
    assert (found.returncode, "1 of 1 sales" in found.stderr) == (0, True)


def test_doubts(command, lost, keys):
    nowhere, second = lose(lost, "nowhere"), lose(lost, "second")
    lost.look(nowhere, at=ago(minutes=30))
    rows = command.json("doubt", "list")
    assert [(row["id"], row["merchant_order_id"], row["amount"], row["looks"]) for row in rows] == [
        (nowhere, "nowhere", 15700, 1), (second, "second", 15700, 0)]
    assert "nowhere" in command("doubt", "list")
    [row] = command.json("doubt", "settle", nowhere)
    assert (row["id"], row["state"]) == (nowhere, "absent")
    [row] = command.json("doubt", "settle", second, code=3)
    assert (row["id"], row["state"]) == (second, "unknown")
    assert "nada com esse pedido" in command("doubt", "settle", second, "--lang", "pt", code=3)
    [row] = command.json("doubt", "list")
    assert command.json("doubt", "settle") == []
    command("doubt", "settle")
    local = moment_text(datetime.datetime.fromisoformat(row["next_look"].replace("Z", "+00:00")),
                        ZoneInfo("America/Sao_Paulo"), "en")
    assert command.err.startswith(f"in doubt: 1; nothing to look at before {local}")
    command("doubt", "close", second, "--as", "absent", code=2)
    assert "--reason" in command.err
    command("doubt", "close", second, "--as", "absent", "--reason", "the shopper gave up")
    assert command.json("doubt", "list") == []
    command("doubt", "settle")
    assert command.err == "nothing is in doubt\n"
    command("doubt", "settle", "019aaaaa", code=2)
    Segment(lost.folder, at=ago(seconds=1), env=lost.env).intent(
        order="flies", amount=100, type="CreditCard")
    for verb in ("list", "settle"):
        assert command("doubt", verb) == ""
        assert command.err.startswith("nothing is in doubt yet; under way: 1, the first until ")


def test_what_happened_after_all_tells_its_sale(command, lost, keys, sandbox):
    order = f"made{os.urandom(4).hex()}"  # one sale of it in the books
    id_ = lost.intent(order=order, amount=15700, type="CreditCard", installments=1, brand="Visa",
                      card={"first6": "402400", "last4": "3191"}, clock=0, at=ago(seconds=1))
    with cielo.Client(base_url=sandbox.base_url) as deaf:  # whose answer was lost
        deaf.sales.create({"MerchantOrderId": order, "Payment": {
            "Type": "CreditCard", "Amount": 15700, "Installments": 1,
            "CreditCard": {"CardNumber": "4024007153763191", "Holder": "Teste",
                           "ExpirationDate": "12/2030", "SecurityCode": "123",
                           "Brand": "Visa"}}})
    lost.outcome(id_, "unknown", at=ago(), sent="maybe", kind="outcome_unknown")
    assert "sale 1: Not paid" in command("doubt", "settle", id_)


def test_the_journal_needs_no_ledger(capfd, lost, folder, keys, monkeypatch, sandbox):
    def none(*words, **options):
        raise Usage("a ledger was opened")

    monkeypatch.setattr("cielo.backoffice.Ledger.__init__", none)
    monkeypatch.setenv("CIELO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("CIELO_JOURNAL", str(folder))
    command = Command(capfd)
    lost.sale()
    id_ = lose(lost, "gone")
    rows = command.json("journal", "list")
    assert [row["state"] for row in rows] == ["done", "in_doubt"]
    [row] = command.json("journal", "list", "--state", "in_doubt")
    assert (row["id"], row["merchant_order_id"], row["amount"]) == (id_, "gone", 15700)
    assert "em dúvida" in command("journal", "list", "--lang", "pt")
    assert "gone" in command("journal", "list")
    [row] = command.json("journal", "settle", code=3)
    assert (row["id"], row["state"]) == (id_, "unknown")
    assert "unknown" in command("journal", "settle", code=3) and f"{id_}: " in command.err
    for verb in ("list", "settle"):
        command("journal", verb, "--journal", str(folder / "none"), code=1)
        assert command.err.startswith(f"cielo: there is no journal in {folder / 'none'}")
    assert command.err.count("\n") == 1 and not (folder / "none").exists()


def test_prune(command, journal, folder):
    journal.sale()
    os.utime(journal.path, (0, 0))
    assert command.json("journal", "prune", "--days", "30") == [{"removed": 1}]
    assert len(command.json("sales", "search", "--since", "2026-11-01")) == 1
    command("journal", "prune", code=2)


def test_the_statement(command, journal, tmp_path):
    for _ in range(2):
        journal.sale(type="Boleto", provider="Bradesco2", brand=None, card=None)
    command("ledger", "ingest")
    command("store", "set", "1", "--name", "Loja A", "--ec", "1044748068")
    [row] = command.json("tariff", "set", "boleto", "0,60", "--from", "2026-10-01")
    assert (row["service"], row["unit"], row["since"]) == ("boleto", 60, "2026-10-01")
    command("tariff", "set", "gateway", "29", "--cents", "--grace", "1", "--ec", "1044748068")
    assert len(command.json("tariff", "list")) == 2
    rows = {row["service"]: row for row in command.json("statement", "2026-11", "--ec",
                                                        "1044748068", "--told", "boleto=1,50")}
    boleto = rows["boleto"]
    assert (boleto["used"], boleto["exceeded"], boleto["unit"], boleto["total"], boleto["told"],
            boleto["difference"], boleto["ec"]) == (2, 2, 60, 120, 150, 30, "1044748068")
    text = command("statement", "2026-11", "--svg", str(tmp_path / "month.svg"))
    assert "Loja A (EC 1044748068)" in text and "R$1.20" in text and "Total (estimate)" in text
    assert (tmp_path / "month.svg").read_text().startswith("<svg")
    command("tariff", "set", "nothing", "1,00", code=2)
    command("tariff", "set", "boleto", "1,234", code=2)
    command("tariff", "set", "boleto", "1,00", "--from", "yesterday", code=2)
    command("statement", "2026-11", "--store", "nobody", code=2)


def test_retries_and_recurrences(command, journal, url, folder):
    journal.sale()
    command("ledger", "ingest")
    assert command.json("retry", "show") == [
        {"means_group": "credit_card", "tries": 4, "days": 1, "disable": False}]
    command("retry", "set", "--tries", "2", "--days", "3", "--disable")
    assert command.json("retry", "show")[0] == {
        "means_group": "credit_card", "tries": 2, "days": 3, "disable": True}
    command("retry", "set", "--tries", "5", code=2)
    command("recurrences", "list")
    assert command.err == "no recurrences\n"
    with Ledger(url, [folder]) as ledger:
        ledger.recurrences.add("club-1", amount=5700, starts=datetime.date(2026, 12, 1))
        ledger.recurrences.add("club-2", amount=5700, starts=datetime.date(2026, 12, 1))
        ledger.recurrences.suspend("club-2", "moved away")
    [row] = command.json("recurrences", "list", "--failing")
    assert (row["key"], row["state"], row["why"]) == ("club-2", "suspended", "moved away")
    text = command("recurrences", "list")
    assert "club-1" in text and "57.00" in text and "moved away" in text
