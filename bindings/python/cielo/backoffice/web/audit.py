"""Who did what: the audit, newest first."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Generator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from ..audit import Line, Seen
from ..errors import BadValue, Usage
from ..export import harmless
from ..tariffs import SERVICES
from ..when import span_of
from ..whys import refusal_text, why_text
from ..words import label, labels, money_text
from .asked import Asked, Page
from .download import Download
from .words import ZONE

__all__ = ["PAGES"]

SIZE = 50
# Members of a line that are sums in cents.
SUMS = ("amount", "total", "unit", "void_limit")
NAMES = {
    "address": ("endereço", "address"), "allowance": ("contratados", "allowance"),
    "amount": ("valor", "amount"), "aside": ("não vão", "do not go"),
    "audit": ("registro", "audit"), "batch": ("lote", "batch"),
    "change": ("mudança", "change"), "code": ("código", "code"), "count": ("quantas", "count"),
    "days": ("dias", "days"), "disable": ("desativar ao fim", "disable at the end"),
    "ec": ("EC", "EC"), "format": ("formato", "format"), "grace": ("carência", "grace"),
    "intent": ("dúvida", "doubt"), "key": ("chave", "key"), "left": ("restam", "left"),
    "means_group": ("meio", "means"), "month": ("mês", "month"), "name": ("nome", "name"),
    "operation": ("operação", "operation"), "payment_id": ("PaymentId", "PaymentId"),
    "reason": ("motivo", "reason"), "row": ("linha", "row"), "rows": ("linhas", "rows"),
    "scheduled": ("cobrada pela Cielo", "charged by Cielo"), "search": ("busca", "search"),
    "service": ("serviço", "service"), "since": ("desde", "since"), "state": ("estado", "state"),
    "statement": ("extrato", "statement"), "total": ("total", "total"),
    "tries": ("tentativas", "tries"), "unit": ("unitário", "unit"), "user": ("usuário", "user"),
    "verb": ("para", "to"), "void_limit": ("cancela até", "voids up to"),
    "whole": ("até o fim", "to the end"), "why": ("porque", "why"),
    "wrong": ("não conferiu", "was wrong"), "zone": ("fuso", "zone"),
}
# Members whose values are words of a kind.
WORDS = {"verb": "verb", "means_group": "group", "operation": "operation", "wrong": "wrong"}


def _wanted(asked: Asked) -> dict[str, Any]:
    """What the address asks for; a moment that cannot be read is Usage."""
    given = {name: asked.query.get(name, "").strip() or None for name in ("who", "did")}
    since = asked.query.get("since", "").strip()
    if not since:
        return given
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        return {**given, "since": span_of(since, now, ZoneInfo(ZONE)).begin}
    except BadValue as error:
        raise Usage(f"since: {since!r} {error.en}", f"desde: {since!r} {error.pt}") from None


def _lines(asked: Asked, before: int | None, limit: int | None) -> Iterator[Line]:
    """Those that this person may see.

    Lines of no store tell of all of them: who searched for what, whose rights were changed.
    """
    seen = None if asked.person.may_everywhere("users") else Seen(
        [one.id for one in asked.ledger.stores.all() if asked.may("users", one.id)],
        asked.person.name)
    return asked.ledger.audit.lines(**_wanted(asked), before=before, limit=limit, seen=seen)


def show(asked: Asked) -> Response:
    before = asked.query.get("before", "")
    lines = list(_lines(asked, int(before) if before.isdecimal() and len(before) < 18 else None,
                        SIZE + 1))
    kept = {name: asked.query.get(name) or None for name in ("who", "did", "since")}
    return asked.page("audit.html", lines=lines[:SIZE], kept=kept, first=not before,
                      after=lines[SIZE - 1].id if len(lines) > SIZE else None,
                      acts=_acts(asked, kept["did"]),
                      told=lambda line: ", ".join(_told(asked, line.did, line.data)))


def _acts(asked: Asked, chosen: str | None) -> list[tuple[str, str]]:
    """What may be looked for, by what it is called; what an address names stays."""
    found = {each: label("did", each, asked.lang) for each in labels("did")}
    if chosen:
        found.setdefault(chosen, chosen)
    return [("", asked.say("tudo", "all")), *sorted(found.items(), key=lambda each: each[1])]


def _told(asked: Asked, did: str, data: dict[str, Any]) -> Iterator[str]:
    """What a line holds, as people read it; the figures around a change are in the file alone."""
    for name, value in data.items():
        if isinstance(value, dict):
            continue
        told = (refusal_text(data["code"], value, did, asked.lang)
                if name == "why" and data.get("code") and data.get("state") == "refused"
                else _value(asked, did, name, value))
        yield f"{asked.say(*NAMES.get(name, (name, name)))} {told}"


def _value(asked: Asked, did: str, name: str, value: Any) -> str:
    """A member of what a line of that kind holds."""
    if name in SUMS and isinstance(value, int):
        return money_text(value, asked.lang)
    if isinstance(value, bool):
        return asked.say("sim", "yes") if value else asked.say("não", "no")
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if name == "service" and value in SERVICES:
        return SERVICES[value].name(asked.lang)
    if name in WORDS:
        return label(WORDS[name], value, asked.lang)
    if name == "state":
        return label({"doubt": "result", "sale.": "notice"}.get(did[:5], "row"), value, asked.lang)
    if name == "since" and asked.lang == "pt":
        return "/".join(reversed(value.split("-")))
    return why_text(value, asked.lang)


def export(asked: Asked) -> Response:
    """All of it as a file, as it is read."""
    rows = _lines(asked, None, None)
    asked.ledger.audit.note(asked.person.name, "export", format="csv", audit="all")
    return asked.dress(Download(asked.web.downloads, _csv(rows), "audit.csv"))


def _csv(lines: Iterator[Line]) -> Generator[bytes, None, None]:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    out.write("\ufeff")
    writer.writerow(Line._fields)
    for line in lines:
        writer.writerow([harmless(cell) for cell in (
            str(line.id), line.at.isoformat(), line.who, line.did, str(line.store_id or ""),
            str(line.sale_id or ""), json.dumps(line.data, ensure_ascii=False))])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


PAGES = (Page("GET", "/audit", show, "users"), Page("GET", "/audit.csv", export, "users"))
