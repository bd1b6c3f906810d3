"""`cielo sales`: found, exported, shown, captured and voided, in a terminal and without one."""

from __future__ import annotations

import datetime
import itertools
import re
import zipfile
from typing import Any

import pytest
from command import Terminal, process
from journal_lines import MERCHANT

import cielo
from cielo.backoffice import claims
from cielo.backoffice.project import CIELO

numbers = itertools.count(1)


@pytest.fixture
def sell(shop):
    """Makes a sale at the local Cielo; gives its order number and PaymentId."""

    def make(amount: int = 15700, capture: bool = True, digit: str = "1") -> tuple[str, str]:
        order = f"cli{next(numbers)}"
        return order, sell_as(shop, order, amount, capture, digit)

    return make


def sell_as(shop: cielo.Client, order: str, amount: int = 15700, capture: bool = True,
            digit: str = "1") -> str:
    made = shop.sales.create({"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": amount, "Installments": 1, "Capture": capture,
        "CreditCard": {"CardNumber": f"402400715376319{digit}", "Holder": "Teste",
                       "ExpirationDate": "12/2030", "SecurityCode": "123",
                       "Brand": "Visa"}}})
    return str(made.payment.payment_id)


def test_search_in_an_empty_ledger(command, sell):
    sell()
    command("sales", "search")
    assert "cielo ledger ingest" in command.err
    command("ledger", "ingest")
    command("sales", "search", "--order", "nowhere")
    assert "cielo ledger ingest" not in command.err


def test_search(command, sell):
    order, payment_id = sell(123456)
    sell(digit="2")
    assert command("ledger", "ingest").startswith("4 new records, 2 sales")
    [row] = command.json("sales", "search", "--status", "paid", "--since", "1h")
    assert (row["merchant_order_id"], row["payment_id"], row["amount"], row["captured"]) == (
        order, payment_id, 123456, 123456)
    assert {"tid", "nsu", "status", "code", "voided", "received"} <= row.keys()
    text = command("sales", "search", "--columns", "status,amount,merchant_order_id")
    assert text.splitlines()[0].split() == ["Status", "Amount", "Order", "number"]
    assert "1,234.56" in text and "Not authorized" in text
    assert command.err == "2 of 2 sales · America/Sao_Paulo\n"
    portuguese = command("sales", "search", "--lang", "pt", "--error", "05")
    assert "Não autorizado" in portuguese and "157,00" in portuguese
    assert command("sales", "search", "--limit", "1").count("cli") == 1
    assert command.json("sales", "search", "--order", "nobody") == []
    command("sales", "search", "--json", "--csv", "x", code=2)
    newest = command("sales", "search", "--limit", "1")
    after = re.search("the next ones: the same, with --after (\\S+)", command.err)[1]
    oldest = command("sales", "search", "--limit", "1", "--after", after)
    assert newest != oldest and order in oldest and "--after" not in command.err
    command("sales", "search", "--status", "paid", "--after", after, code=2)
    command("sales", "search", "--json", "--after", after, code=2)


def test_search_in_a_terminal(sell, book, folder):
    order, _ = sell()
    process("ledger", "ingest", "--db", book, "--journal", str(folder))
    terminal = Terminal("sales", "search", "--db", book)
    assert terminal.end() == 0
    assert order in terminal.text and "\x1b[32mPago" in terminal.text


def test_exports(command, sell, tmp_path):
    order, _ = sell()
    command("ledger", "ingest")
    file, sheet = tmp_path / "sales.csv", tmp_path / "sales.xlsx"
    command("sales", "search", "--csv", str(file))
    text = file.read_bytes()
    assert text.startswith(b"\xef\xbb\xbfStatus;") and order.encode() in text
    assert file.stat().st_mode & 0o777 == 0o600
    command("sales", "search", "--xlsx", str(sheet))
    assert zipfile.is_zipfile(sheet)
    assert order in command("sales", "search", "--csv", "-")
    command("sales", "search", "--csv", str(tmp_path / "none" / "sales.csv"), code=1)
    assert "No such file" in command.err and command.err.count("\n") == 1
    assert sorted(each.name for each in tmp_path.glob("*.part")) == []


def test_show(command, sell):
    order, payment_id = sell()
    command("ledger", "ingest")
    [row] = command.json("sales", "show", "--order", order)
    assert [one["kind"] for one in row["events"]] == ["intent", "outcome"]
    assert command.json("sales", "show", str(row["id"]))[0]["payment_id"] == payment_id
    assert command.json("sales", "show", payment_id)[0]["id"] == row["id"]
    assert command.json("sales", "show", row["tid"])[0]["id"] == row["id"]
    text = command("sales", "show", payment_id)
    assert payment_id in text and "Timeline" in text and "approved" in text
    text = command("sales", "show", payment_id, "--lang", "pt")
    assert "enviada" in text and "aprovada" in text and "sale_create" not in text
    command("sales", "show", "99", code=2)
    command("sales", "show", code=2)


def test_show_tells_the_sums_and_what_is_left(command, sell, keys):
    order, _ = sell()
    command("sales", "void", "--order", order, "--amount", "57,00", "--yes")
    [row] = command.json("sales", "show", "--order", order)
    assert [row[name] for name in ("captured", "voided", "pending", "left_to_capture",
                                   "left_to_void")] == [15700, 5700, 0, 0, 10000]
    assert [(one["operation"], one["amount"]) for one in row["events"]] == [
        ("sale_create", 15700), ("sale_create", None), ("sale_void", 5700), ("sale_void", None)]
    text = command("sales", "show", "--order", order, "--lang", "pt")
    assert [line.split() for line in text.splitlines()][-4:] == [
        ["Capturado", "157,00"], ["Cancelado", "57,00"], ["Resta", "capturar", "0,00"],
        ["Resta", "cancelar", "100,00"]]


def test_what_waits_for_a_capture_says_until_when(command, sell):
    order, _ = sell(capture=False)
    command("ledger", "ingest")
    [row] = command.json("sales", "show", "--order", order)
    assert (row["left_to_capture"], row["left_to_void"], row["status"]) == (
        15700, 15700, "not_paid")
    sold = datetime.datetime.fromisoformat(row["received"].replace("Z", "+00:00"))
    until = sold.astimezone(CIELO).date() + datetime.timedelta(days=15)
    assert f"Not paid (authorized, to be captured by {until})" in command(
        "sales", "show", "--order", order)
    told = command("sales", "search", "--status", "not-paid", "--lang", "pt")
    assert f"autorizada, a capturar até {until:%d/%m}" in told
    assert "autorizada" not in command("sales", "search", "--csv", "-", "--lang", "pt")


def test_the_number_of_an_order_shows_its_sale_and_changes_none(command, shop, sell, sandbox,
                                                                keys):
    order, payment_id = sell()
    assert command.json("sales", "show", order)[0]["payment_id"] == payment_id
    assert command.err == f"{order} is the number of its order\n"
    command("sales", "void", order, "--yes", code=2)
    assert f"{order} is the order of 1 ({payment_id}): give the PaymentId" in command.err
    sell_as(shop, order)
    command("ledger", "ingest")
    command("sales", "show", order, code=2)
    assert f"several sales are {order}: 1 ({payment_id}), 2 (" in command.err
    command("sales", "void", "nobody", "--yes", code=2)
    assert "no sale nobody" in command.err


def test_a_number_that_is_two_things_changes_nothing(command, shop, sell, sandbox, keys):
    """The ledger's number of one sale, and another's order."""
    _, payment_id = sell()
    command("ledger", "ingest")
    sell_as(shop, "1")
    command("sales", "void", "1", "--yes", code=2)
    assert "1 is sale 1 and the order of 2 (" in command.err
    assert command.json("sales", "show", "1")[0]["payment_id"] == payment_id
    assert "1 is the number of an order, too: --order 1" in command.err
    assert not [one for one in sandbox.requests() if one["method"] == "PUT"
                and payment_id in one["path"]]
    assert command.json("sales", "void", "--order", "1", "--yes")[0]["id"] == 2
    command("sales", "void", payment_id, "--yes")


@pytest.mark.parametrize("typed, cents", [
    (["57,00"], 5700), (["1.234,56"], 123456), (["1234.56"], 123456), (["57"], 5700),
    (["5700", "--cents"], 5700)])
def test_a_part_is_voided(command, sell, sandbox, keys, typed, cents):
    order, payment_id = sell(200000)
    amount, *more = typed
    [row] = command.json("sales", "void", "--order", order, "--amount", amount, *more, "--yes")
    assert (row["voided"], row["change_amount"], row["state"], row["status"]) == (
        cents, cents, "done", "paid")
    booked = next(one for one in sandbox.sales() if one["PaymentId"] == payment_id)
    assert booked["VoidedAmount"] == cents


@pytest.mark.parametrize("typed", [["1,234"], ["1.234"], ["-5,00"], ["57,0"],
                                   ["57,00", "--cents"], ["0"]])
def test_other_sums_are_refused(command, sell, sandbox, keys, typed):
    order, payment_id = sell()
    command("sales", "void", "--order", order, f"--amount={typed[0]}", *typed[1:], "--yes", code=2)
    assert not [one for one in sandbox.requests() if payment_id in one["path"]
                and one["method"] == "PUT"]


def test_capture_and_what_is_left(command, sell, keys):
    order, _ = sell(capture=False)
    assert "captured: 157.00" in command("sales", "capture", "--order", order, "--yes")
    command("sales", "capture", "--order", order, "--yes", code=1)
    assert "nothing is left" in command.err and command.err.count("\n") == 1


def test_without_keys_nothing_is_done(command, sell):
    order, _ = sell(capture=False)
    command("sales", "capture", "--order", order, "--yes", code=1)
    assert "no keys" in command.err


def test_a_change_in_doubt_ends_with_three(command, sell, sandbox, keys, faults, monkeypatch):
    monkeypatch.setattr(claims, "VOID_GAP", claims.VOID_GAP * 0)
    order, payment_id = sell()
    command("ledger", "ingest")
    settings: dict[str, Any] = {"timeout": 30, "reconcile": False}
    original = cielo.Client
    monkeypatch.setattr(cielo, "Client", lambda **given: original(**{**given, **settings}))
    faults(match=f"PUT /1/sales/{payment_id}/void", after="process", do="reset")
    command("sales", "void", "--order", order, "--yes", code=3)
    assert "do not repeat it" in command.err and command.err.count("\n") == 1
    command("sales", "void", "--order", order, "--yes", code=3)


def test_it_asks_in_a_terminal(sell, sandbox, book, folder):
    order, payment_id = sell()
    keys = {"CIELO_MERCHANT_ID": MERCHANT, "CIELO_MERCHANT_KEY": "K" * 40, "LANG": "pt_BR.UTF-8"}
    words = ("sales", "void", "--order", order, "--amount", "57,00", "--db", book,
             "--journal", str(folder))
    terminal = Terminal(*words, **keys)
    assert "Cancelar 57,00 de 157,00, restam 100,00" in terminal.read(lambda text: "[s/N]" in text)
    terminal.type("n\n")
    assert terminal.end() == 1 and "nada foi enviado" in terminal.text
    assert next(one for one in sandbox.sales()
                if one["PaymentId"] == payment_id).get("VoidedAmount") in (None, 0)
    terminal = Terminal(*words, **keys)
    terminal.read(lambda text: "[s/N]" in text)
    terminal.type("s\n")
    assert terminal.end() == 0 and "cancelado: 57,00" in terminal.text


def test_tail(command, sell):
    order, _ = sell()
    sell(digit="2")
    [row] = command.json("sales", "tail", "--no-follow", "--result", "declined")
    assert (row["result"], row["code"], row["operation"]) == ("declined", "05", "sale_create")
    assert order in command("sales", "tail", "--no-follow")
    assert command("sales", "tail", "--no-follow", "-n", "0") == ""


def test_tail_follows(sell, folder):
    sell()
    terminal = Terminal("sales", "tail", "--journal", str(folder), "--lang", "en")
    terminal.read(lambda text: "approved" in text)
    order, _ = sell()
    assert order in terminal.read(lambda text: order in text)
    terminal.process.send_signal(2)
    assert terminal.end() == 0
