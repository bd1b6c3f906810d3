"""The errors of the Backoffice, by what somebody can do about them, in two languages."""

from __future__ import annotations

__all__ = ["BackofficeError", "BadValue", "InDoubt", "Refused", "Told", "Usage", "text_of"]


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


class InDoubt(BackofficeError):
    """Nobody knows yet what became of it."""

    exit_code = 3


def text_of(error: BaseException, lang: str) -> str:
    """Any error in a language, where it speaks it."""
    return error.text(lang) if isinstance(error, Told) else str(error)
