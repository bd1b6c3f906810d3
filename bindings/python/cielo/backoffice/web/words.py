"""What every template may use: texts, sums, moments, addresses, and who asks."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import cielo

from ..capture_window import open_text
from ..tariffs import SERVICES
from ..whys import why_text
from ..words import label, moment_text, money_text, number_text
from .notes import NOTES

if TYPE_CHECKING:
    from .asked import Asked

__all__ = ["NAVIGATION", "ZONE", "words"]

# Path, Portuguese, English, the permission it needs.
NAVIGATION = (
    ("/sales", "Vendas", "Sales", "view"),
    ("/doubts", "Em dúvida", "In doubt", "view"),
    ("/batches", "Lotes", "Batches", "view"),
    ("/recurrences", "Recorrências", "Recurrences", "view"),
    ("/statement", "Extrato", "Statement", "view"),
    ("/stores", "Lojas", "Stores", "configure"),
    ("/users", "Usuários", "Users", "users"),
    ("/audit", "Registro", "Audit", "users"),
)

# Where a store says no other.
ZONE = "America/Sao_Paulo"


def words(asked: Asked) -> dict[str, Any]:
    lang = asked.lang

    def moment(at: datetime.datetime | None, zone: str = ZONE) -> str:
        return "" if at is None else moment_text(at, ZoneInfo(zone), lang)

    def money(cents: int | None) -> str:
        return "" if cents is None else money_text(cents, lang)

    def day(date: datetime.date | None) -> str:
        return "" if date is None else date.strftime("%d/%m/%Y" if lang == "pt" else "%Y-%m-%d")

    return {
        "asked": asked, "lang": lang, "say": asked.say, "url": asked.url, "here": asked.here,
        "person": asked.identity.person if asked.identity else None, "may": asked.may,
        "form_token": asked.identity.token if asked.identity else "",
        "money": money, "moment": moment, "day": day,
        "service_names": lambda keys: [(key, SERVICES[key].name(lang)) for key in keys],
        "number": lambda value: number_text(value, lang),
        "reason": lambda why: why_text(why, lang),
        "label": lambda of, word: label(of, word, lang),
        "open_text": lambda row: open_text(row, lang),
        "note": NOTES.get(asked.query.get("note", "")),
        "navigation": _navigation(asked), "version": cielo.__version__,
        "doubts_count": asked.doubts_count() if asked.identity else 0,
        "stores": asked.stores if asked.identity else {},
    }


def _navigation(asked: Asked) -> list[tuple[str, str, bool]]:
    """Those that this person may see: path, text, and whether it is where they are."""
    if asked.identity is None:
        return []
    return [(path, asked.say(pt, en), asked.here.partition("?")[0].startswith(path))
            for path, pt, en, permission in NAVIGATION if asked.may(permission)
            and (path != "/users" or asked.web.door.has_accounts)]
