"""Recurrences: which there are, what is to come of them, what deviates, and how often is tried."""

from __future__ import annotations

import datetime

from starlette.responses import Response

from ..errors import BackofficeError
from ..recurrence_row import Recurrence
from ..recurrences import day_in
from ..recurrences import run as foresee
from ..words import GROUPS
from .asked import Asked, NotFound, Page
from .choosing import Wrong, number_in, store_of, text_in

__all__ = ["PAGES"]

# So far into the future dates are foretold.
AHEAD = datetime.timedelta(days=366)


def every(asked: Asked) -> Response:
    """All of them, by their next date; `show` leaves those of one kind."""
    shown = asked.query.get("show", "")
    found = [one for one in asked.ledger.recurrences.all(failing=shown == "failing")
             if one.store_id in asked.stores and _is_shown(one, shown)]
    strange: dict[int, int] = {}
    for one, _ in asked.ledger.recurrences.deviations():
        strange[one.id] = strange.get(one.id, 0) + 1
    return asked.page("recurrences.html", found=found, shown=shown, strange=strange)


def _is_shown(one: Recurrence, shown: str) -> bool:
    return {"cielo": one.scheduled, "shop": not one.scheduled,
            "ended": one.state == "ended"}.get(shown, one.state != "ended")


def _one(asked: Asked) -> Recurrence:
    asked.demand("view", asked.path["store"])
    try:
        return asked.ledger.recurrences.get(asked.path["key"], store=asked.path["store"])
    except BackofficeError:
        raise NotFound() from None


def show(asked: Asked, wrong: Wrong | None = None, status: int = 200) -> Response:
    one = _one(asked)
    store = asked.stores[one.store_id]
    book = asked.ledger.recurrences
    today = day_in(store, datetime.datetime.now(datetime.timezone.utc))
    try:
        foretold = book.foretell(one.key, today + AHEAD, store=store.id)
    except BackofficeError:  # its interval or its day is not known yet
        foretold = []
    rule = next((each for each in book.rules(store.id) if each.means_group == one.means_group),
                None)
    return asked.page(
        "recurrence.html", status, one=one, store=store, foretold=foretold[:12], rule=rule,
        charges=list(reversed(book.charges(one.key, store=store.id))), wrong=wrong,
        strange=[each for found, each in book.deviations(store=store.id) if found.id == one.id],
        typed=dict(asked.form))


def change(asked: Asked) -> Response:
    """Suspends, resumes or ends one of the shop's own."""
    one = _one(asked)
    asked.demand("configure", one.store_id)
    book, store, person = asked.ledger.recurrences, one.store_id, asked.person
    verb = asked.path["verb"]
    try:
        if verb == "suspend":
            why = text_in(asked, "why")
            if not why:
                raise Wrong("why", "say why", "diga por quê")
            book.suspend(one.key, why, store=store, by=person)
        elif verb == "resume":
            book.resume(one.key, store=store, by=person)
        elif verb == "end":
            book.end(one.key, store=store, by=person)
        else:
            raise NotFound()
    except Wrong as wrong:
        return show(asked, wrong, 400)
    return asked.go(f"/recurrences/{one.store_id}/{one.key}", note="saved")


def due(asked: Asked) -> Response:
    """What charging now would do; nothing is sent."""
    if not asked.stores:
        return asked.page("no_store.html")
    store = store_of(asked)
    asked.demand("view", store.id)
    with asked.ledger.client(store) as client:
        found = foresee(asked.ledger, client, _no_fields, store=store.id, dry_run=True)
    return asked.page("due.html", store=store, found=found)


def _no_fields(one: Recurrence) -> None:
    """A dry run asks for no fields."""
    del one


# ---- how often declined charges are tried again ----


def rules(asked: Asked, wrong: Wrong | None = None, status: int = 200) -> Response:
    if not asked.stores:
        return asked.page("no_store.html")
    store = store_of(asked)
    asked.demand("view", store.id)
    return asked.page("retry.html", status, store=store, groups=GROUPS, wrong=wrong,
                      found=asked.ledger.recurrences.rules(store.id), typed=dict(asked.form))


def set_rule(asked: Asked) -> Response:
    store = store_of(asked)
    asked.demand("configure", store.id)
    try:
        tries, days = number_in(asked, "tries", 0, 4), number_in(asked, "days", 1, 4)
    except Wrong as wrong:
        return rules(asked, wrong, 400)
    asked.ledger.recurrences.set_rule(
        tries=tries, days=days, disable=asked.form.get("disable") == "yes",
        means_group=text_in(asked, "group"), store=store.id, by=asked.person)
    return asked.go("/retry", note="saved", store=store.id)


PAGES = (
    Page("GET", "/recurrences", every, "view"),
    Page("GET", "/recurrences/due", due, "view"),
    Page("GET", "/recurrences/{store:int}/{key:path}", show, "view"),
    Page("POST", "/recurrences/{store:int}/{key:path}/{verb}", change, "configure"),
    Page("GET", "/retry", rules, "view"),
    Page("POST", "/retry", set_rule, "configure"),
)
