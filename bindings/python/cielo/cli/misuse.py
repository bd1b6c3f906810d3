"""What is said of a command that was typed wrongly, in Portuguese as click says it in English."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import click

__all__ = ["Misuse", "misuse_text", "no_command"]


class Misuse(click.UsageError):
    """A rule of ours, in both languages, where nobody knows which one is spoken."""

    def __init__(self, pt: str, en: str) -> None:
        super().__init__(en)
        self.pt = pt


def no_command(name: str, names: Sequence[str], context: click.Context) -> Misuse:
    """A word that is no command, with the nearest of those that are, or with all."""
    near = difflib.get_close_matches(name, names, 1)
    pt, en = ((f"quis dizer {near[0]}?", f"did you mean {near[0]}?") if near else
              (f"há {', '.join(names)}", f"there are {', '.join(names)}"))
    error = Misuse(f"não há o comando {name}; {pt}", f"there is no command {name}; {en}")
    error.ctx = context
    return error


# What click says, and what we do.
_SAID = (
    (r"Option '?(\S+?)'? requires an argument\.?", r"a opção \1 precisa de um valor"),
    (r"Option '?(\S+?)'? does not take a value\.?", r"a opção \1 não recebe valor"),
    (r"Got unexpected extra arguments? \((.*)\)", r"isto sobra: \1"),
    (r"Missing command\.?", r"falta o comando"),
    (r"'(.*)' is not a valid (?:integer|float)(?: range)?\.?", r"'\1' não é um número"),
    (r"(.*) is not in the range (.*?)\.?", r"\1 não está em \2"),
    (r"'(.*)': No such file or directory", r"não há o arquivo '\1'"),
    (r"File '(.*)' is a directory\.?", r"'\1' é uma pasta"),
)


def misuse_text(error: click.UsageError, lang: str) -> str:
    """In one line, without a full stop."""
    if lang == "en":
        return " ".join(error.format_message().rstrip(".").split())
    if isinstance(error, Misuse):
        return error.pt
    if isinstance(error, click.NoSuchOption):
        return _meant(f"não há a opção {error.option_name}", error.possibilities or ())
    if isinstance(error, click.MissingParameter):
        return f"falta {_name(error)}"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)}: {_value(error)}"
    return _meant(_portuguese(error.message), getattr(error, "possibilities", None) or ())


def _meant(text: str, near: Sequence[str]) -> str:
    """With the nearest of the words that may have been meant."""
    return f"{text}; quis dizer {near[0]}?" if near else text


def _name(error: click.BadParameter) -> str:
    """As it is typed: `--days`, or the place of an argument."""
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    if error.param is not None:
        return error.param.make_metavar(error.ctx or click.get_current_context()).strip("[]")
    return str(error.param_hint or "")


def _value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    given = re.match(r"'(.*?)' is not one of ", error.message)
    if isinstance(kind, click.Choice) and given:
        words = [str(each) for each in kind.choices]
        return _meant(f"'{given[1]}' não é um destes: {', '.join(words)}",
                      difflib.get_close_matches(given[1], words, 1))
    return _portuguese(error.message)


def _portuguese(message: str) -> str:
    """What is in no table stays as it is."""
    for said, ours in _SAID:
        found = re.fullmatch(said, message.strip(), re.S)
        if found:
            return found.expand(ours)
    return message.strip().rstrip(".")
