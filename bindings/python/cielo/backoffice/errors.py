"""The errors of the Backoffice, by what somebody can do about them."""

from __future__ import annotations

__all__ = ["BackofficeError", "InDoubt", "Refused", "Usage"]


class BackofficeError(Exception):
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
