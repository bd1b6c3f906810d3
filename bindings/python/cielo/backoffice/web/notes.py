"""What the page that follows an act says of it, by the word in its address."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOTES", "Note"]


class Note(NamedTuple):
    kind: str  # done, info, warn
    pt: str
    en: str


NOTES = {
    "saved": Note("done", "Salvo.", "Saved."),
    "removed": Note("done", "Removido.", "Removed."),
    "signed_out": Note("info", "Você saiu.", "You signed out."),
}
