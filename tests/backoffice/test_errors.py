"""What the Backoffice did not do is told in English and in Portuguese."""

from __future__ import annotations

import ast
import pathlib
import pickle
import sys
from typing import Any

import pytest

import cielo.backoffice
from cielo.backoffice import BackofficeError, InDoubt, Refused, Usage
from cielo.backoffice.errors import BadValue, text_of
from cielo.backoffice.filters import FilterError, Filters
from cielo.backoffice.when import span_of
from cielo.backoffice.words import cents_of
from cielo.cli.root import run


@pytest.mark.parametrize("kind", [BackofficeError, Refused, Usage, InDoubt, BadValue])
def test_an_error_speaks_both_languages(kind: Any) -> None:
    error = pickle.loads(pickle.dumps(kind("not now", "agora não")))
    assert type(error) is kind and str(error) == "not now"
    assert (error.text("en"), error.text("pt"), error.text()) == ("not now",) + ("agora não",) * 2
    assert text_of(error, "pt") == "agora não" and text_of(KeyError("x"), "pt") == "'x'"


def test_problems_of_filters_do_too() -> None:
    with pytest.raises(FilterError) as caught:
        Filters.of(status="payd", card="12345", ec="x", since="soon", amount_min="1,234", color="")
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.problems == caught.value.problems and len(error.problems) == 6
    for one in error.problems:
        assert one.rule and one.rule_pt and one.rule != one.rule_pt
        assert one.text("en") in str(error) and one.text("pt") in error.text("pt")
    assert "quis dizer paid?" in error.text("pt") and "did you mean paid?" in str(error)


@pytest.mark.parametrize("read", [cents_of, lambda text: span_of(text, None, None)])  # type: ignore[arg-type]
def test_values_are_refused_as_errors_of_values(read: Any) -> None:
    with pytest.raises(ValueError) as caught:
        read("?")
    assert isinstance(caught.value, BadValue) and caught.value.en != caught.value.pt


@pytest.mark.parametrize(("words", "told"), [
    ("sales search --staus paid", "não há a opção --staus; quis dizer --status?"),
    ("sales serch", "não há o comando serch; quis dizer search?"),
    ("sale list", "não há o comando sale; quis dizer sales?"),
    ("sales list", "não há o comando list; há capture, search, show, tail, void (cielo sales"),
    ("sales", "Uso: cielo sales"),
    ("ledger backup", "falta ARQUIVO"),
    ("journal prune", "falta --days"),
    ("journal prune --days", "a opção --days precisa de um valor"),
    ("journal prune --days x", "--days: 'x' não é um número"),
    ("journal prune --days 0", "--days: 0 não está em x>=1"),
    ("doubt close 1 --as absnt --reason x",
     "--as: 'absnt' não é um destes: absent, adopted; quis dizer absent?"),
    ("code 51 52 --json=1", "a opção --json não recebe valor"),
    ("ledger verify now", "isto sobra: now"),
    ("batch void --from /nowhere", "--from: não há o arquivo '/nowhere'"),
    ("sales capture --yes", "qual venda? Dê o ID, ou --order N"),
    ("sales capture 1 --amount 1,234 --yes", "--amount: '1,234' não é uma soma em reais"),
    ("tariff set boleto 1 --from 2026", "--from: '2026' não é um dia como 01/10/2026"),
    ("--db sqlite:// ledger verify", "um livro na memória seria esquecido: dê um arquivo"),
    ("--db ledger.db ledger verify", "o endereço do livro começa com sqlite:///"),
    ("sales search --card 1", "card: recebe os quatro últimos dígitos do cartão"),
    ("statement 2026-13", "um mês se escreve 2026-10, e não '2026-13'"),
])
def test_the_command_refuses_in_portuguese(words: str, told: str, capsys: Any, tmp_path: Any,
                                           monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("CIELO_LEDGER", "CIELO_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    assert run(["--lang", "pt", *words.split()]) == 2
    err = capsys.readouterr().err
    assert told in err and err.count("\n") == 1 or told.startswith("Uso")


@pytest.mark.parametrize(("words", "code", "told"), [
    ((), 1, "cielo: este comando precisa de mais: pip install 'libcielo[backoffice]'"),
    (("--lang", "en"), 1, "cielo: this command needs more: pip install"),
    (("--version",), 0, cielo.__version__)])
def test_the_command_without_the_extra(words: tuple[str, ...], code: int, told: str, capsys: Any,
                                       monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "click", None)
    monkeypatch.setattr(sys, "argv", ["cielo", *words])
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert cielo.cli.main() == code
    assert told in "".join(capsys.readouterr())


def test_no_error_is_told_in_one_language_alone() -> None:
    kinds = {"BackofficeError", "Refused", "Usage", "InDoubt", "BadValue", "Told"}
    folder = pathlib.Path(cielo.backoffice.__file__).parent
    one = [f"{path.name}:{node.lineno}" for path in folder.rglob("*.py")
           for node in ast.walk(ast.parse(path.read_text("utf-8")))
           if isinstance(node, ast.Call) and getattr(node.func, "id", None) in kinds
           and len(node.args) < 2 and not any(isinstance(each, ast.Starred) for each in node.args)]
    assert not one, f"give the Portuguese text too: {one}"
