"""What every command uses: the settings, the language, the way out, and asking."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cielo.backoffice import Ledger

__all__ = ["App", "Ended", "is_terminal"]


class Ended(click.ClickException):
    """The command is over with this exit code; what there is to say was said."""

    def __init__(self, code: int) -> None:
        super().__init__("")
        self.code = code


def is_terminal(stream: Any) -> bool:
    """A terminal that people look at, and that takes colours."""
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb" and (
        not os.environ.get("NO_COLOR"))


@dataclass
class App:
    """One call of the command."""

    lang: str
    db: str | None = None
    journals: list[str] = field(default_factory=list)
    json: bool = False

    def say(self, pt: str, en: str) -> str:
        return pt if self.lang == "pt" else en

    def tell(self, pt: str, en: str) -> None:
        """A line beside the result, for people: to the standard error."""
        click.echo(self.say(pt, en), err=True)

    @contextmanager
    def ledger(self, *, upgrade_now: bool = False) -> Iterator[Ledger]:
        from cielo.backoffice import Ledger

        with Ledger(self.db, self.journals or None, upgrade_now=upgrade_now) as one:
            yield one

    def folders(self) -> list[str]:
        """The journals, without opening a ledger."""
        if self.journals or os.environ.get("CIELO_JOURNAL"):
            return self.journals or [os.environ["CIELO_JOURNAL"]]
        home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        return [os.path.join(home, "libcielo", "journal")]

    def demand_folders(self) -> list[str]:
        """The same, where they are all there; a folder is made with its first record."""
        folders = self.folders()
        for folder in folders:
            if not os.path.isdir(folder):
                self.tell(f"cielo: não há diário em {folder}: quem vende o faz com a primeira "
                          "escrita; --journal ou CIELO_JOURNAL diz onde fica",
                          f"cielo: there is no journal in {folder}: who sells makes it with the "
                          "first write; --journal or CIELO_JOURNAL says where it is")
                raise Ended(1)
        return folders

    @contextmanager
    def patient(self) -> Iterator[Callable[[], bool]]:
        """Ctrl-C is taken note of, and ends nothing at once: no transaction is left open.

        Gives who says whether it came. A second one interrupts as ever.
        """
        came = False

        def note(number: int, frame: Any) -> None:
            del number, frame
            nonlocal came
            came = True
            signal.signal(signal.SIGINT, before)
            self.tell("\nesperando o que está sendo enviado...",
                      "\nwaiting for what is being sent...")

        before = signal.signal(signal.SIGINT, note)
        try:
            yield lambda: came
        finally:
            signal.signal(signal.SIGINT, before)

    def demand_somebody(self, yes: bool) -> None:
        """Usage where nobody can be asked and `--yes` was not given."""
        if not yes and not sys.stdin.isatty():
            raise click.UsageError(self.say(
                "isto pergunta antes de enviar, e aqui não há terminal: dê --yes",
                "this asks before it sends, and here is no terminal: give --yes"))

    def ask(self, question: str) -> None:
        """Goes on when the answer is yes; else nothing was sent, and the command ends."""
        answer = click.prompt(f"{question} {self.say('[s/N]', '[y/N]')}", default="",
                              show_default=False, err=True)
        if answer.strip().lower() not in ("s", "sim", "y", "yes"):
            self.tell("nada foi enviado", "nothing was sent")
            raise Ended(1)
