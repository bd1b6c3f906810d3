"""What the client says went wrong, in Portuguese: by its kind and by Cielo's codes.

The client's own sentences are English. An error at hand tells its kind and codes; of one
that the ledger kept as text, the sentence it begins with tells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import cielo

from .errors import text_of
from .words import label, labels

__all__ = ["SENTENCES", "both_texts", "error_text", "kept_text", "look_text"]

#: How the client's messages begin, with the kind of the error.
SENTENCES = {
    "out of memory": "memory",
    "the input breaks a rule; nothing was sent": "validation",
    "no answer, and nothing took effect": "transport",
    "no answer in time, and nothing took effect": "timeout",
    "Cielo refused the credentials": "authentication",
    "Cielo does not allow this caller": "permission",
    "Cielo knows no such thing": "not_found",
    "Cielo asks for fewer requests": "rate_limit",
    "Cielo refused the request": "invalid_request",
    "Cielo failed to answer a read": "server",
    "the answer cannot be read": "decode",
    "the client is closed": "closed",
    "the call was cancelled": "cancelled",
    "the journal cannot record it; nothing was sent": "journal",
}
# What it is most likely for stands at the end, in English.
_KEPT = re.compile(f"({'|'.join(map(re.escape, SENTENCES))})"
                   r"(?: \(HTTP ([^)]*)\))?(?:: (.*?))?(?:; most likely: .*)?", re.S)
_UNREAD = re.compile(r"the answer \(HTTP (\d+)\) (?:cannot be read|(is to another request))")
_MISSING = re.compile(r"(\w+): is missing: give it, or set (CIELO_\w+)")
# Where keys and stores are asked about, the message tells where that was.
_PLACE = re.compile(r"[^(:]*\(HTTP (\d+, [^)]*)\)")
_MORE = re.compile(r" \(and (\d+) more\)$")
_CODE = r"[A-Z]{0,3}\d+"
_ENTRY = re.compile(f"(?:^|; )({_CODE}) ((?:(?!; {_CODE} ).)*)", re.S)


def error_text(error: cielo.CieloError, lang: str = "pt") -> str:
    """Of an error of the client; as it tells it where it is of no kind that is known."""
    if lang != "pt" or error.kind not in labels("kind"):
        return error.message
    if error.problems:
        return "; ".join(f"{each.path}: {label('rule', each.rule)}" for each in error.problems)
    cause = error.attempts[-1].cause if error.attempts and not error.http_status else None
    if error.kind == "decode":
        return kept_text(error.message) or error.message
    place = _PLACE.match(error.message)
    return _told(error.kind, place[1] if place else error.http_status, label("cause", cause),
                 [(each.code, each.message) for each in error.errors])


def kept_text(text: str) -> str | None:
    """Of a message of the client's; None for what is none of its sentences."""
    unread = _UNREAD.fullmatch(text)
    if unread is not None:
        return _told("decode", unread[1], "é a outro pedido" if unread[2] else "", [])
    missing = _MISSING.fullmatch(text)
    if missing is not None:
        return f"{missing[1]}: {label('rule', 'required')} ({missing[2]})"
    found = _KEPT.fullmatch(text)
    if found is None:
        return None
    sentence, status, rest = found.groups()
    rest, more = _MORE.sub("", rest or ""), _MORE.search(rest or "")
    entries = _ENTRY.findall(rest) if status else []
    return _told(SENTENCES[sentence], status, rest, entries) + (
        f" (e mais {more[1]})" if more else "")


def look_text(saw: str, error: cielo.CieloError) -> str:
    """What a look at what is in doubt saw, by its word; with what kept it from seeing."""
    last = error.attempts[-1] if error.attempts and saw == "unread" else None
    why = last and (f"HTTP {last.http_status}" if last.http_status else
                    label("cause", last.cause))
    return label("saw", saw) + (f" ({why})" if why else "")


def both_texts(error: BaseException) -> tuple[str, str]:
    """What an error says in English and in Portuguese, where it speaks it."""
    if isinstance(error, cielo.CieloError):
        return error.message, error_text(error)
    return text_of(error, "en"), text_of(error, "pt")


def _told(kind: str, status: int | str | None, rest: str,
          entries: Iterable[tuple[str | None, str | None]]) -> str:
    where = str(status).replace("production", "produção")
    head = label("kind", kind) + (f" (HTTP {where})" if status else "")
    told = "; ".join(filter(None, (_entry(*each) for each in entries))) or rest
    return f"{head}: {told}" if told else head


def _entry(code: str | None, text: str | None) -> str:
    """One of Cielo's errors; there are some that have no code, and some that have no text."""
    found = cielo.api_error(code) if code else None
    return ": ".join(filter(None, (code, found.meaning("pt") if found else text)))
