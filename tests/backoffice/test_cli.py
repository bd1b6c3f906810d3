"""The command as such: help, languages, colours, completion, errors, and what it loads."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from command import WORDS, Command, Terminal, process

from cielo.cli import root
from cielo.cli.root import PLACES, cielo
from cielo.cli.speech import language, told

HEAVY = ("sqlalchemy", "rich", "rich_click", "babel", "xlsxwriter", "alembic")


@pytest.fixture
def command(capfd):
    return Command(capfd)


def test_the_language():
    assert language([], {}) == language([], {"LANG": "pt_BR.UTF-8"}) == "pt"
    assert language([], {"LANG": "C.UTF-8"}) == "pt"
    assert language([], {"LANG": "en_US.UTF-8"}) == "en"
    assert language([], {"LC_ALL": "pt_BR", "LANG": "en_US"}) == "pt"
    assert language(["code", "51", "--lang", "en"], {"LANG": "pt_BR"}) == "en"
    assert language(["--lang=pt", "code"], {"LANG": "en_US"}) == "pt"
    assert language(["--", "--lang", "en"], {}) == "pt"
    assert told("Um. // One.", "pt") == "Um." and told("Um. // One.", "en") == "One."
    assert told("Tid", "en") == "Tid"


@pytest.mark.parametrize("lang, word", [("pt", "saldo"), ("en", "balance")])
def test_code_without_a_ledger(lang, word):
    found = process("code", "51", "--lang", lang)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("51  ") and word in found.stdout
    assert "\x1b" not in found.stdout


def test_code_as_json(command):
    sale, void = command.json("code", "9"), command.json("code", "9", "--operation", "void")
    assert [row["operation"] for row in (*sale, *void)] == ["sale", "void"]
    assert sale[0]["meaning"] != void[0]["meaning"]
    [row] = command.json("code", "51")
    assert (row["code"], row["retry"], row["max_attempts"]) == ("51", "limited_next_day", 4)
    command("code", "zz", code=1)
    assert command.err == "cielo: no code 'zz' of a sale is known\n"


def test_test_cards_are_those_of_the_sandbox(command):
    from cielo.sandbox.outcomes import BY_LAST_DIGIT

    rows = command.json("card-test-numbers")
    assert len(rows) == 10
    for row in rows:
        outcome = BY_LAST_DIGIT.get(row["card_number"][-1])
        assert outcome is None or (row["code"] == outcome.code)


@pytest.mark.parametrize("words", [["--help"], ["code", "51"], ["card-test-numbers"],
                                   ["completion", "bash"]])
def test_nothing_heavy_is_loaded(words):
    """What starts fast loads neither a database's library nor tables."""
    code = ("import sys; from cielo.cli.root import run; run(%r); "
            "print([name for name in %r if name in sys.modules], file=sys.stderr)" % (words, HEAVY))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                           check=True)
    assert found.stderr == "[]\n"


def leaves(group, context, path=()):
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from leaves(found, context, (*path, name))
        else:
            yield (*path, name), found


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_every_help_is_there_in_both_languages(lang):
    runner = CliRunner()
    context = cielo.make_context("cielo", ["--lang", lang, "code"])
    paths = [path for path, _ in leaves(cielo, context)]
    assert len(paths) > 30
    for path in paths:
        if path == ("sandbox",):
            continue
        result = runner.invoke(cielo, ["--lang", lang, *path, "--help"])
        assert result.exit_code == 0, result.output
        assert "//" not in re.sub(r"(file|https?)://", "", result.output), path
        assert ("Uso:" if lang == "pt" else "Usage:") in result.output
        for name in ("--json", "--lang"):
            assert name in result.output, path


def test_what_stands_for_values_is_in_the_language_too():
    """But for what is the same in both."""
    same = {"A,B", "ID", "[ID]", "IP", "N", "[N]", "REAIS", "URL"}
    contexts = {lang: cielo.make_context("cielo", ["--lang", lang, "code"])
                for lang in ("pt", "en")}
    for (path, pt), (_, en) in zip(*(leaves(cielo, context) for context in contexts.values())):
        for ours, theirs in zip(pt.params, en.params):
            word = theirs.make_metavar(contexts["en"])
            if word in same or ours.metavar is None and isinstance(ours.type, click.Choice) or (
                    getattr(ours, "is_flag", False)):
                continue
            assert ours.make_metavar(contexts["pt"]) != word, (path, word)


@pytest.mark.parametrize(("words", "usage", "says"), [
    (("--help", "--lang", "pt"), "uso: cielo sandbox ", "--state ARQUIVO "),
    (("-h", "--lang", "en"), "usage: cielo sandbox ", "--state FILE "),
])
def test_the_help_of_the_sandbox(words, usage, says):
    found = process("sandbox", *words)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(usage) and says in found.stdout
    found = process("sandbox", "--portt", "1")
    assert found.returncode == 2 and found.stderr.startswith("cielo sandbox: ")


def test_the_root_help_names_every_command(command):
    text = command("--help")
    assert all(name in text for name in PLACES)
    assert "Examples:" in text and "cielo code 51" in text


def test_nothing_is_cut_off_in_a_narrow_terminal():
    ids = [f"01a220b2-4352-7d3d-bcee-68e3b4af3cf{at}" for at in range(2)]
    program = ("from cielo.cli.show import table\n"
               "table(['Operation', 'Order', 'When', 'Looks', 'ID'], "
               f"[['sale', 'x' * 20, '2026-11-28 02:48:03', '0', one] for one in {ids}])")
    for columns, below in (("80", True), ("120", False)):
        terminal = Terminal("-c", program, COLUMNS=columns, program=(sys.executable,))
        assert terminal.end() == 0
        lines = [re.sub("\x1b[^m]*m", "", line).rstrip() for line in terminal.text.splitlines()]
        assert all(any(one in line for line in lines) for one in ids), terminal.text
        assert (f"  ID: {ids[0]}" in lines) is below
        assert max(map(len, lines)) <= int(columns)


def test_colours_in_a_terminal_only():
    terminal = Terminal("sales", "search", "--help", LANG="en_US.UTF-8")
    assert terminal.end() == 0
    assert "\x1b[" in terminal.text and "╭" in terminal.text
    assert "Traceback" not in terminal.text and "Examples:" in terminal.text
    for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = Terminal("card-test-numbers", **more)
        assert plain.end() == 0
        assert "\x1b" not in plain.text and "4024007153763191  4" in plain.text
    coloured = Terminal("card-test-numbers")
    assert coloured.end() == 0
    assert "\x1b[32m" in coloured.text


@pytest.mark.parametrize("words, says", [
    (["cod"], "there is no command cod; did you mean code?"),
    (["sale", "list"], "did you mean sales? (cielo --help)"),
    (["code"], "Missing argument"),
    (["sales", "search", "--statsu", "paid"], "--statsu"),
    (["sales", "void", "1"], "the ledger has no sale 1 "),
    (["sales", "void", __file__], f"those of a file: cielo batch void --from {__file__}"),
    (["batch", "resume", "7"], "there is no batch 7"),
    (["batch", "void", "some.csv"], "given by --from: cielo batch void --from some.csv"),
    (["batch", "void", "12", "--yes"], "come from a search (--search) or a file (--from)"),
    (["batch", "void", "--search", ""], "no terminal: give --yes"),
    (["statement", "2026-13"], "2026-13"),
    (["sales", "search", "--status", "payed"], "did you mean paid?"),
    (["sales", "search", "--status", "authorised"], "did you mean not_paid?"),
    (["statement", "2026-10", "--told", "x"], "'x' is not SERVICE=REAIS, such as boleto=1,20"),
    (["sales", "void", "1", "--yes", "--amount", "1,234"], "1,234"),
])
def test_usage_is_told_in_one_line(command, tmp_path, words, says):
    command(*words, "--db", f"sqlite:///{tmp_path}/ledger.db", code=2) if words[0] in (
        "sales", "batch", "statement") else command(*words, code=2)
    assert says in command.err and command.err.count("\n") == 1
    assert command.err.startswith("cielo: ")


def test_a_ledger_that_cannot_be_opened(command):
    command("sales", "search", "--db", "sqlite:////nowhere/at/all.db", code=1)
    assert command.err.count("\n") == 1 and "cannot be opened" in command.err
    command("sales", "search", "--db", "nonsense", code=2)
    assert command.err.count("\n") == 1


def test_a_bug_is_no_line(monkeypatch):
    def fails(*words, **options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(cielo, "main", fails)
    with pytest.raises(ZeroDivisionError):
        root.run(["code"])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(command, shell):
    assert "_CIELO_COMPLETE" in command("completion", shell)


def test_words_are_completed():
    found = subprocess.run(WORDS, capture_output=True, text=True, check=True, env={
        **os.environ, "_CIELO_COMPLETE": "bash_complete", "COMP_WORDS": "cielo sales s",
        "COMP_CWORD": "2"})
    assert sorted(found.stdout.split()) == ["plain,search", "plain,show"]


def test_a_noun_speaks_either_language(capfd):
    for words in (["ledger", "--lang", "pt", "--help"], ["--lang", "pt", "ledger", "--help"]):
        assert root.run(words) == 0
        assert "Comandos:" in capfd.readouterr().out, words


def test_the_sandbox_is_the_sandbox():
    found = process("sandbox", "--help", "--lang", "en")
    assert found.returncode == 0 and "local Cielo" in found.stdout
    assert process("sandbox", "--port", "x").returncode == 2
