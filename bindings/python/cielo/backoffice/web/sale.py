"""A sale: all that is known of it, what may be done with it now, and its time line."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from starlette.responses import Response

import cielo
from cielo.advice import advice_of

from ..answers import error_text
from ..errors import BackofficeError
from ..left import Standing
from ..schema import in_doubt, sale
from .asked import PATIENCE, Asked, NotFound, Page
from .sales import card_text, means_text
from .timeline import changes_of, timeline

__all__ = ["PAGES", "Fresh", "find", "fresh_of", "may_change"]

# Other sales of the same order, at most.
OTHERS = 20
# What says that a sale takes no change, whatever Cielo is asked: nothing was sold, or all of
# it was given back.
OVER = ("not_made", "not_authorized", "aborted", "canceled", "reversed")


class Fresh(NamedTuple):
    """What Cielo says now, or why it does not."""

    standing: Standing | None
    error: str | None

    def left(self, verb: str) -> int | None:
        return self.standing.left(verb) if self.standing else 0


def find(asked: Asked) -> sa.Row[Any]:
    """The sale that the path names; NotFound for one of a store that is another's."""
    number = asked.path["id"]
    with asked.ledger.engine.connect() as connection:
        row = connection.execute(sa.select(sale).where(sale.c.id == number)).first()
    if row is None:
        raise NotFound
    asked.demand("view", row.store_id)
    return row


def may_change(asked: Asked, row: sa.Row[Any]) -> list[str]:
    """The changes that this person may make in the sale's store."""
    return [verb for verb in ("capture", "void") if asked.may(verb, row.store_id)]


def fresh_of(asked: Asked, row: sa.Row[Any]) -> Fresh:
    """Asks Cielo how the sale stands."""
    try:
        return Fresh(asked.ledger.changes.look(row.id, timeout=PATIENCE), None)
    except BackofficeError as error:
        return Fresh(None, error.text(asked.lang))
    except cielo.CieloError as error:
        return Fresh(None, error_text(error, asked.lang))


def show(asked: Asked) -> Response:
    row = find(asked)
    verbs = may_change(asked, row)
    asks = bool(verbs) and not row.in_doubt and row.word not in OVER and bool(
        row.payment_id or row.checkout_order)
    fresh = fresh_of(asked, row) if asks else None
    return asked.page(
        "sale.html", sale=row, store=asked.stores[row.store_id], fresh=fresh,
        verbs=[verb for verb in verbs if fresh and fresh.left(verb) != 0],
        doubts=_doubts(asked, row), code=row.code or row.error,
        advice=advice_of(row.code or row.error, asked.lang), card=card_text(row),
        means=means_text(row, asked.lang), others=_others(asked, row),
        moments=timeline(asked, row, changes_of(asked, row)))


def _doubts(asked: Asked, row: sa.Row[Any]) -> list[sa.Row[Any]]:
    with asked.ledger.engine.connect() as connection:
        return list(connection.execute(sa.select(in_doubt).where(
            in_doubt.c.sale_key == row.key).order_by(in_doubt.c.at, in_doubt.c.id)))


def _others(asked: Asked, row: sa.Row[Any]) -> list[sa.Row[Any]]:
    """Other sales with the order's number, newest first."""
    if not row.order_number:
        return []
    with asked.ledger.engine.connect() as connection:
        return list(connection.execute(
            sa.select(sale).where(sale.c.order_number == row.order_number, sale.c.id != row.id,
                                  sale.c.store_id.in_(list(asked.stores)))
            .order_by(sale.c.received.desc(), sale.c.id.desc()).limit(OTHERS)))


def look(asked: Asked) -> Response:
    """Looks the sale up at Cielo and keeps what it tells."""
    row = find(asked)
    ids = ({"payment_id": row.payment_id} if row.payment_id
           else {"checkout_order_number": row.checkout_order})
    state = asked.ledger.sync.look(row.store_id, ids)
    asked.ledger.audit.note(asked.person.name, "sale.look", store_id=row.store_id,
                            sale_id=row.id, state=state)
    return asked.go(f"/sales/{row.id}", note=f"looked_{state}")


PAGES = (
    Page("GET", "/sales/{id:int}", show, "view"),
    Page("POST", "/sales/{id:int}/refresh", look, "view"),
)

