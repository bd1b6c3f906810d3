"""What a shell completes values with."""

from __future__ import annotations

from typing import Any

import pytest
from click.shell_completion import BashComplete

from cielo.backoffice import Ledger
from cielo.cli.root import cielo


class SALE:
    """The one that the ledger has."""

    payment_id = ""


@pytest.fixture
def complete(url: str, folder: Any, journal: Any, monkeypatch: Any) -> Any:
    """Gives the values for a line whose last word is begun; with each database in turn."""
    monkeypatch.setenv("CIELO_LEDGER", url)
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    _, payment_id = journal.sale(15700, order="2014111703")
    monkeypatch.setattr(SALE, "payment_id", payment_id)
    journal.declined("51")
    journal.intent(order="lost", amount=100, type="CreditCard", id="019aaaaa-0000-7000-8000-0d")
    with Ledger(url, [folder]) as ledger:
        ledger.ingest()
        ledger.stores.set(1, name="Loja A", ec="1044748068")
        ledger.batches.make("void", [1])

    def values(line: str) -> list[str]:
        *words, begin = line.split(" ")
        found = BashComplete(cielo, {}, "cielo", "_CIELO_COMPLETE").get_completions(words, begin)
        return [each.value for each in found]

    return values


def test_what_the_ledger_has(complete: Any) -> None:
    for line, wanted in (
            ("sales void ", ["3", "2", "1"]),
            ("sales capture 1", ["1"]),
            (f"sales capture {SALE.payment_id}", [SALE.payment_id]),
            ("sales show --order 2014", ["2014111703"]),
            ("sales search --order l", ["lost"]),
            ("sales search --error ", ["51"]),
            ("sales search --means v", ["visa"]),
            ("sales search --store ", ["Loja A"]),
            ("sales search --ec 10", ["1044748068"]),
            ("statement --store Loja", ["Loja A"]),
            ("batch resume ", ["1"]),
            ("doubt close 019aaaaa-0000-7000-8000-0", ["019aaaaa-0000-7000-8000-0d"]),
            ("sales search --recurrence ", []),
            ("sales search --order nothing", [])):
        assert complete(line) == wanted, line


def test_words(complete: Any) -> None:
    for line, wanted in (
            ("sales search --status not", ["not-paid", "not-authorized", "not-finished",
                                           "not-made"]),
            ("sales search --status not_p", ["not_paid"]),
            ("sales search --group p", ["pix"]),
            ("sales search --fraud rev", ["review"]),
            ("sales search --date c", ["capture", "cancel"]),
            ("sales search --sort o", ["oldest"]),
            ("sales search --columns status,t", ["status,tid"]),
            ("tariff set bol", ["boleto"]),
            ("retry set --group q", ["qr-code"])):
        assert complete(line) == wanted, line


@pytest.mark.parametrize("url", ["sqlite:////nowhere/ledger.db", "mysql://x",
                                 "postgresql://127.0.0.1:1/none"])
def test_nothing_is_said_without_a_ledger(url: str, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("CIELO_LEDGER", url)
    shell = BashComplete(cielo, {}, "cielo", "_CIELO_COMPLETE")
    assert shell.get_completions(["sales", "void"], "") == []
    assert shell.get_completions(["sales", "void", "--db", url], "") == []
    assert capsys.readouterr() == ("", "")
