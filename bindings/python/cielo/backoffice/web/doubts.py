"""What nobody knows the end of: what it is, when Cielo is asked next, and how it is closed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..doubts import Doubt
from ..errors import Refused, Usage
from ..project import CREATES
from .asked import PATIENCE, Asked, NotFound, Page, StepUp

__all__ = ["PAGES"]

# Doubts on the page; more of them are a case for the command.
SHOWN = 200


def everything(asked: Asked) -> Response:
    found = asked.ledger.doubts.list(within=asked.stores)
    shown = found[:SHOWN]
    return asked.page("doubts.html", doubts=shown, more=len(found) - len(shown),
                      sales=asked.ledger.doubts.sales(shown))


def show(asked: Asked) -> Response:
    return _show(asked)


def _show(asked: Asked, status: int = 200, **told: Any) -> Response:
    doubt = _doubt(asked)
    if doubt is None:
        return asked.page("doubt_over.html", sale=_sale_of(asked))
    return asked.page(
        "doubt.html", status, doubt=doubt, sale=asked.ledger.doubts.sales([doubt]).get(doubt.id),
        creates=doubt.operation == CREATES, typed=asked.form,
        **{"wrong": False, "problem": None, **told})


def settle(asked: Asked) -> Response:
    """A look now. It asks Cielo and changes nothing there."""
    doubt = _doubt(asked)
    if doubt is None:
        return _over(asked, "doubt_answered")
    try:
        [look] = asked.ledger.doubts.settle(doubt.id, timeout=PATIENCE)
    except Refused as error:
        return _show(asked, 409, problem=error.text(asked.lang))
    asked.ledger.audit.note(asked.person.name, "doubt.look", store_id=doubt.store_id,
                            intent=doubt.id, state=look.state)
    asked.ledger.changes.catch_up(doubt.store_id)
    if look.state == "unknown":
        return asked.go(f"/doubts/{doubt.id}", note="doubt_unknown")
    return _over(asked, f"doubt_{look.state}")


def close(asked: Asked) -> Response:
    """By the word of a person, who says why."""
    doubt = _doubt(asked)
    if doubt is None:
        return _over(asked, "doubt_answered")
    asked.demand("configure", doubt.store_id)
    words = {name: str(asked.form.get(name) or "") for name in ("as", "reason", "payment_id")}
    try:
        asked.step_up()
        asked.ledger.doubts.close(doubt.id, words["as"], words["reason"], asked.person,
                                  words["payment_id"] if words["as"] == "adopted" else None)
    except StepUp as error:
        return _show(asked, 403, wrong=error.wrong)
    except Usage as error:
        return _show(asked, 400, problem=error.text(asked.lang))
    except Refused as error:
        return _show(asked, 409, problem=error.text(asked.lang))
    asked.ledger.changes.catch_up(doubt.store_id)
    return _over(asked, "doubt_closed")


def _over(asked: Asked, note: str) -> Response:
    """To the sale that it was about, where there is one."""
    number = _sale_of(asked)
    return asked.go(f"/sales/{number}" if number else "/doubts", note=note)


def _sale_of(asked: Asked) -> int | None:
    """The sale of a write that is no longer in doubt; NotFound where nobody may know of it."""
    found = asked.ledger.doubts.known(asked.path["id"])
    if found is None or found.store_id not in asked.stores:
        raise NotFound
    return found.sale_id


def _doubt(asked: Asked) -> Doubt | None:
    """That of the address; None for one that is known by now."""
    try:
        found = asked.ledger.doubts.get(asked.path["id"])
    except Usage:
        _sale_of(asked)
        return None
    asked.demand("view", found.store_id)
    return found


PAGES = (
    Page("GET", "/doubts", everything, "view"),
    Page("GET", "/doubts/{id}", show, "view"),
    Page("POST", "/doubts/{id}/settle", settle, "view"),
    Page("POST", "/doubts/{id}/close", close, "configure"),
)
