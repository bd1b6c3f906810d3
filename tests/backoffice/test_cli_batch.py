"""`cielo batch`: dry runs, progress, Ctrl-C, and what it ends with."""

from __future__ import annotations

import itertools
import signal

import pytest
from command import Terminal, process
from journal_lines import MERCHANT

import cielo
from cielo.backoffice import Ledger

numbers = itertools.count(1)
KEYS = {"CIELO_MERCHANT_ID": MERCHANT, "CIELO_MERCHANT_KEY": "K" * 40}


@pytest.fixture
def sell(shop):
    def make(count: int, digit: str = "1") -> list[str]:
        orders = [f"batch{next(numbers)}" for _ in range(count)]
        for order in orders:
            shop.sales.create({"MerchantOrderId": order, "Payment": {
                "Type": "CreditCard", "Amount": 10000, "Installments": 1,
                "CreditCard": {"CardNumber": f"402400715376319{digit}", "Holder": "Teste",
                               "ExpirationDate": "12/2030", "SecurityCode": "123",
                               "Brand": "Visa"}}})
        return orders

    return make


def captures(sandbox):
    return [one["path"] for one in sandbox.requests()
            if one["method"] == "PUT" and one["path"].endswith("/capture")]


def test_a_dry_run_sends_nothing(command, sell, sandbox, keys):
    orders = sell(2)
    command("ledger", "ingest")
    before = captures(sandbox)
    rows = command.json("batch", "capture", "--search", "--status not-paid", "--dry-run")
    assert sorted((row["merchant_order_id"], row["left"], row["amount"]) for row in rows) == [
        (order, 10000, 10000) for order in sorted(orders)]
    assert "100.00" in command("batch", "capture", "--search", "--status not-paid", "--dry-run")
    assert "2 of 2 would be sent, R$ 200.00" in command.err
    assert captures(sandbox) == before
    assert command.json("batch", "status") == [] and command("batch", "status") == ""
    assert command.err.startswith("no batch yet")


def test_a_search_is_captured(command, sell, sandbox, keys):
    sell(3)
    command("ledger", "ingest")
    [row] = command.json("batch", "capture", "--search", "--status not-paid", "--yes")
    assert (row["state"], row["counts"], row["not_done"]) == ("done", {"done": 3}, [])
    assert "Batch 1: 3 of 3 done, 0 failed" in command.err
    sell(1)
    command("ledger", "ingest")
    command("batch", "capture", "--search", "--status not-paid", "--yes", "--lang", "pt")
    assert "Lote 2: 1 de 1, falhas: 0" in command.err
    assert len(command.json("sales", "search", "--status", "paid")) == 4
    assert "done; 3 done" in command("batch", "status", str(row["id"]))
    command("batch", "capture", "--search", "--status not-paid", "--yes", code=2)
    assert "no sale was chosen" in command.err


def test_a_file_names_what_was_made_just_now(command, sell, shop, sandbox, keys, tmp_path):
    [order] = sell(1)
    file = tmp_path / "list.csv"
    file.write_text(f"order\n{order}\n")
    before = captures(sandbox)
    [row] = command.json("batch", "capture", "--from", str(file), "--dry-run")
    assert row["merchant_order_id"] == order
    shop.sales.create({"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": 100, "Installments": 1,
        "CreditCard": {"CardNumber": "4024007153763191", "Holder": "Teste",
                       "ExpirationDate": "12/2030", "SecurityCode": "123", "Brand": "Visa"}}})
    command("batch", "capture", "--from", str(file), "--yes", code=2)
    assert f"line 2: several sales with order {order}" in command.err
    command("batch", "capture", "--from", str(file), "--yes", "--lang", "pt", code=2)
    assert f"linha 2: várias vendas com pedido {order}" in command.err
    assert captures(sandbox) == before


def test_a_file_with_amounts_and_a_refusal(command, sell, keys, tmp_path):
    first, second = sell(2)
    [third] = sell(1, digit="2")
    command("ledger", "ingest")
    file = tmp_path / "rows.csv"
    file.write_text(f"order;amount\n{first};57,00\n{second};\n{third};\n")
    [row] = command.json("batch", "capture", "--from", str(file), "--yes", code=1)
    assert row["counts"] == {"done": 2, "refused": 1}
    assert [one["merchant_order_id"] for one in row["not_done"]] == [third]
    assert command.json("sales", "show", "--order", first)[0]["captured"] == 5700
    file.write_text(f"order;amount\n{first};1,234\n")
    command("batch", "void", "--from", str(file), "--yes", code=2)
    assert "line 2" in command.err and command.err.count("\n") == 1


def test_all_that_is_wrong_with_a_file_is_told_at_once(command, sell, tmp_path):
    """Before anybody is missed who could be asked."""
    [order] = sell(1)
    file = tmp_path / "rows.csv"
    file.write_text(f"order;amount\n{order};1,5\nnobody;\n{order};\n{order};\n;1\n")
    command("batch", "capture", "--from", str(file), code=2)
    assert command.err == (
        "cielo: line 2: the amount '1,5' is no sum in reais, such as 57,00, 1.234,56 or 1234.56\n"
        "line 3: no sale with order nobody\nline 5: the sale of line 4 again\n"
        "line 6: neither a payment_id nor an order\n")
    file.write_text("order\n" + "".join(f"nobody{number}\n" for number in range(33)))
    command("batch", "capture", "--from", str(file), "--lang", "pt", code=2)
    lines = command.err.splitlines()
    assert lines[19:] == ["linha 21: nenhuma venda com pedido nobody19", "e mais 13"]
    file.write_text(f"order\n{order}\n")
    command("batch", "capture", "--from", str(file), code=2)
    assert "no terminal: give --yes" in command.err and command.json("batch", "status") == []


def test_what_is_in_doubt_is_left_out(command, journal, keys):
    journal.intent(order="lost", amount=100, type="CreditCard")
    command("ledger", "ingest")
    command("batch", "capture", "--search", "--since 2026-11-01", "--yes", code=2)
    assert "1 in doubt are left out" in command.err


def test_a_row_in_doubt_ends_with_its_doubt(command, sell, keys, faults, monkeypatch):
    sell(1)
    command("ledger", "ingest")
    original = cielo.Client
    with monkeypatch.context() as patched:
        patched.setattr(cielo, "Client", lambda **given: original(
            **{**given, "timeout": 30, "reconcile": False}))
        faults(match="PUT /1/sales", after="process", do="reset")
        command("batch", "capture", "--search", "--status not-paid", "--yes", code=3)
    assert "those in doubt are never sent again: cielo doubt settle" in command.err
    [doubt] = command.json("doubt", "list")
    command("doubt", "settle", doubt["id"])
    assert command.json("batch", "status", "1")[0]["counts"] == {"done": 1}


def test_the_question_and_the_bar(sell, book, folder, sandbox):
    sell(2)
    process("ledger", "ingest", "--db", book, "--journal", str(folder))
    words = ("batch", "capture", "--search", "--status not-paid", "--db", book,
             "--journal", str(folder), "--lang", "en")
    terminal = Terminal(*words, **KEYS)
    assert "Capture 2 sales, up to R$ 200.00?" in terminal.read(lambda text: "[y/N]" in text)
    terminal.type("n\n")
    assert terminal.end() == 1 and "nothing was sent" in terminal.text
    terminal = Terminal(*words, **KEYS)
    terminal.read(lambda text: "[y/N]" in text)
    before = captures(sandbox)
    with Ledger(book, [folder]) as ledger:  # somebody on its page, while the question stands
        number = ledger.batches.all()[0].id
        ledger.batches.amend(number, next(ledger.batches.rows(number)).id, 5000)
    terminal.type("y\n")
    assert terminal.end() == 1 and "was changed since it was shown" in terminal.text
    assert captures(sandbox) == before
    terminal = Terminal(*words, **KEYS)
    terminal.read(lambda text: "[y/N]" in text)
    terminal.type("y\n")
    assert terminal.end() == 0
    assert "2/2" in terminal.text and "━" in terminal.text and "done; 2 done" in terminal.text


def test_ctrl_c_pauses_and_says_how_to_go_on(command, sell, book, folder, sandbox, keys):
    orders = sell(80)
    command("ledger", "ingest")
    before = len(captures(sandbox))
    terminal = Terminal("batch", "capture", "--search", "--status not-paid", "--yes", "--db", book,
                        "--journal", str(folder), "--lang", "en", **KEYS)
    terminal.read(lambda text: "0/80" in text)
    terminal.process.send_signal(signal.SIGINT)
    code = terminal.end()
    if code == 0:  # it was faster
        assert "80 done" in terminal.text
        return
    assert code == 130 and "batch 1 is paused; to go on: cielo batch resume 1" in terminal.text
    assert "Traceback" not in terminal.text
    [row] = command.json("batch", "status", "1")
    assert row["state"] == "paused"
    [row] = command.json("batch", "resume", "1", "--yes")
    assert (row["state"], row["counts"]) == ("done", {"done": 80})
    sent = captures(sandbox)[before:]
    assert len(sent) == len(set(sent)) == len(orders)


def test_pause_and_errors(command, sell, keys):
    sell(1)
    command("ledger", "ingest")
    command("batch", "capture", "--search", "--status not-paid", "--yes")
    command("batch", "pause", "1", code=1)
    assert "is done" in command.err
    command("batch", "status", "7", code=2)
    command("batch", "resume", "7", "--yes", code=2)
    command("batch", "capture", "--yes", code=2)
