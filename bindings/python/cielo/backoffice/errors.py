"""The errors of the Backoffice, by what somebody can do about them, in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["BackofficeError", "BadValue", "InDoubt", "Problems", "Refused", "Several", "Told",
           "Usage", "text_of"]


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


class Several(Usage):
    """Many rules at once: its text has a line for each."""


class Problems:
    """What is wrong with what was asked for, gathered to be told at once.

    In one line, or with `most` in so many, and one more for the number of the others.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._found: list[Usage] = []
        self._others = 0

    @contextmanager
    def note(self) -> Iterator[None]:
        """Keeps the Usage that the block raises, and goes on behind it."""
        try:
            yield
        except Usage as error:
            if self._most is None or len(self._found) < self._most:
                self._found.append(error.with_traceback(None))
            else:
                self._others += 1

    def demand_none(self) -> None:
        """Usage with all of them."""
        en, pt = [each.en for each in self._found], [each.pt for each in self._found]
        if self._others:
            en.append(f"and {self._others} more")
            pt.append(f"e mais {self._others}")
        if self._most is not None and len(en) > 1:
            raise Several("\n".join(en), "\n".join(pt))
        if en:
            raise Usage("; ".join(en), "; ".join(pt))


class InDoubt(BackofficeError):
    """Nobody knows yet what became of it."""

    exit_code = 3


def text_of(error: BaseException, lang: str) -> str:
    """Any error in a language, where it speaks it."""
    return error.text(lang) if isinstance(error, Told) else str(error)
