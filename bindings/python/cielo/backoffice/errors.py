"""The errors of the Backoffice, by what somebody can do about them, in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["BackofficeError", "BadValue", "InDoubt", "Problems", "Refused", "Told", "Usage",
           "text_of"]


class Told(Exception):
    """An error that is told in English and in Portuguese; for logs, `str`, in English."""

    def __init__(self, en: str, pt: str) -> None:
        super().__init__(en, pt)
        self.en = en
        self.pt = pt

    def __str__(self) -> str:
        return self.en

    def text(self, lang: str = "pt") -> str:
        """What people read of it."""
        return self.pt if lang == "pt" else self.en


class BadValue(Told, ValueError):
    """A text that is not what a field takes; it goes on from the field's name."""


class BackofficeError(Told):
    """What the Backoffice did not do; `exit_code` is that of the command."""

    exit_code = 1


class Refused(BackofficeError):
    """It may not be done, by a rule of ours or of Cielo's."""


class Usage(BackofficeError):
    """It was asked for wrongly."""

    exit_code = 2


class Problems:
    """What is wrong with what was asked for, gathered to be told at once."""

    def __init__(self) -> None:
        self._found: list[Usage] = []

    @contextmanager
    def note(self) -> Iterator[None]:
        """Keeps the Usage that the block raises, and goes on behind it."""
        try:
            yield
        except Usage as error:
            self._found.append(error)

    def demand_none(self) -> None:
        """Usage with all of them."""
        if self._found:
            raise Usage("; ".join(each.en for each in self._found),
                        "; ".join(each.pt for each in self._found))


class InDoubt(BackofficeError):
    """Nobody knows yet what became of it."""

    exit_code = 3


def text_of(error: BaseException, lang: str) -> str:
    """Any error in a language, where it speaks it."""
    return error.text(lang) if isinstance(error, Told) else str(error)
