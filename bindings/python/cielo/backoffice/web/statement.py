"""The billing statement of a month, what was typed in of Cielo's, and the tariffs."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from starlette.responses import Response

from ..errors import BackofficeError
from ..export import harmless
from ..statement import Month, Statement
from ..stores import Store
from ..tariffs import SERVICES
from .asked import Asked, NotFound, Page
from .choosing import Wrong, amount_in, day_in, number_in, store_of, text_in

__all__ = ["PAGES"]

MOST_USES = 999_999_999
# As many months are offered: Cielo answers for no more than three, the ledger for all it has.
OFFERED = 24


def this_month(store: Store) -> Month:
    today = datetime.datetime.now(ZoneInfo(store.zone))
    return Month(today.year, today.month)


def month_name(asked: Asked, month: Month) -> str:
    """outubro de 2026."""
    pattern, locale = (("MMMM 'de' y", "pt_BR") if asked.lang == "pt" else ("MMMM y", "en_US"))
    return str(format_date(month.first, pattern, locale=locale))


def _back(month: Month, by: int) -> Month:
    at = month.year * 12 + month.number - 1 - by
    return Month(at // 12, at % 12 + 1)


def _month_of(asked: Asked) -> Month:
    try:
        return Month.read(asked.path["month"])
    except BackofficeError:
        raise NotFound() from None


def now(asked: Asked) -> Response:
    """The month that runs, or the one that was chosen."""
    if not asked.stores:
        return asked.page("no_store.html")
    store = store_of(asked)
    month = asked.query.get("month")
    return asked.go(f"/statement/{month or this_month(store)}", store=asked.query.get("store"))


def show(asked: Asked, wrong: Wrong | None = None, status: int = 200) -> Response:
    store, month = store_of(asked), _month_of(asked)
    asked.demand("view", store.id)
    made = asked.ledger.statement(month, store.id)
    last = this_month(store)
    months = [_back(last, by) for by in range(OFFERED)]
    if month not in months:
        months.insert(0, month)
    return asked.page(
        "statement.html", status, made=made, store=store, month=month, services=SERVICES,
        name=month_name(asked, month), running=month == last, future=month.first > last.first,
        months=[(str(each), month_name(asked, each)) for each in months],
        before=str(_back(month, 1)), after=str(_back(month, -1)) if month.first < last.first
        else None, wrong=wrong, typed=dict(asked.form), days=_days(made))


def _days(made: Statement) -> list[tuple[datetime.date, list[int]]]:
    """The picture's numbers, for who cannot see it: days with uses, a column a service."""
    services = list(dict.fromkeys(line.service for line in made.lines))
    return [(day, [uses.get(each, 0) for each in services])
            for day, uses in sorted(made.days.items())]


def picture(asked: Asked) -> Response:
    """The month's bars, by themselves: a page holds no style of its own."""
    store, month = store_of(asked), _month_of(asked)
    asked.demand("view", store.id)
    made = asked.ledger.statement(month, store.id)
    return asked.dress(Response(
        made.picture(asked.lang, narrow=bool(asked.query.get("narrow"))),
        media_type="image/svg+xml"))


def export(asked: Asked) -> Response:
    """The table as a file that a spreadsheet opens."""
    store, month = store_of(asked), _month_of(asked)
    asked.demand("export", store.id)
    made = asked.ledger.statement(month, store.id)
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(
        [harmless(cell) for cell in row] for row in made.table(asked.lang))
    asked.ledger.audit.note(asked.person.name, "export", store_id=store.id, format="csv",
                            statement=str(month))
    name = f"{asked.say('extrato', 'statement')}-{month}.csv"
    return asked.dress(Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8",
                                headers={"content-disposition": f'attachment; filename="{name}"'}))


def tell(asked: Asked) -> Response:
    """What Cielo's own statement says of a service."""
    store, month = store_of(asked), _month_of(asked)
    asked.demand("configure", store.id)
    try:
        total = None if not text_in(asked, "total") else amount_in(asked, "total")
    except Wrong as wrong:
        return show(asked, wrong, 400)
    asked.ledger.statement.tell(month, text_in(asked, "service"), total, store=store.id,
                                by=asked.person)
    return asked.go(f"/statement/{month}", note="saved", store=store.id)


# ---- tariffs ----


def tariffs(asked: Asked, wrong: Wrong | None = None, status: int = 200) -> Response:
    if not asked.stores:
        return asked.page("no_store.html")
    store = store_of(asked)
    asked.demand("view", store.id)
    return asked.page("tariffs.html", status, store=store, services=SERVICES, wrong=wrong,
                      found=asked.ledger.tariffs.all(store.id), first=str(this_month(store).first),
                      typed=dict(asked.form) or {"service": asked.query.get("service", "")})


def set_tariff(asked: Asked) -> Response:
    store = store_of(asked)
    asked.demand("configure", store.id)
    try:
        given: dict[str, Any] = {
            "unit": amount_in(asked, "unit"), "since": day_in(asked, "since"),
            "grace": number_in(asked, "grace", 0, MOST_USES, 0),
            "allowance": number_in(asked, "allowance", 0, MOST_USES, 0)}
    except Wrong as wrong:
        return tariffs(asked, wrong, 400)
    asked.ledger.tariffs.set(text_in(asked, "service"), **given, store=store.id, by=asked.person)
    return asked.go("/tariffs", note="saved", store=store.id)


def remove_tariff(asked: Asked) -> Response:
    store = store_of(asked)
    asked.demand("configure", store.id)
    since = day_in(asked, "since")
    if since is None:
        raise NotFound()
    asked.ledger.tariffs.remove(text_in(asked, "service"), since, store=store.id, by=asked.person)
    return asked.go("/tariffs", note="removed", store=store.id)


PAGES = (
    Page("GET", "/statement", now, "view"),
    Page("GET", "/statement/{month}", show, "view"),
    Page("POST", "/statement/{month}", tell, "configure"),
    Page("GET", "/statement/{month}/picture.svg", picture, "view"),
    Page("GET", "/statement/{month}/statement.csv", export, "export"),
    Page("GET", "/tariffs", tariffs, "view"),
    Page("POST", "/tariffs", set_tariff, "configure"),
    Page("POST", "/tariffs/remove", remove_tariff, "configure"),
)
