"""The stores: what they are called here, their EC, their zone, and where their keys are."""

from __future__ import annotations

import contextlib
from zoneinfo import available_timezones

from starlette.responses import Response

from ..errors import BackofficeError
from .asked import Asked, Page
from .choosing import Wrong, text_in

__all__ = ["PAGES"]


def every(asked: Asked, wrong: Wrong | None = None, status: int = 200) -> Response:
    return asked.page("stores.html", status, found=list(asked.stores.values()), wrong=wrong,
                      notified=_notified(asked), typed=dict(asked.form),
                      notify=str(asked.request.base_url).rstrip("/") + "/notify", zones=sorted(
                          name for name in available_timezones() if name.startswith("America/")))


def _notified(asked: Asked) -> set[int]:
    """Those that take Cielo's notifications; what the secret is, no page shows."""
    taken = set()
    for store in asked.stores.values():
        with contextlib.suppress(BackofficeError):  # no keys, or a secret that is none
            if asked.ledger.stores.notify_secret(store):
                taken.add(store.id)
    return taken


def change(asked: Asked) -> Response:
    number = asked.path["store"]
    asked.demand("configure", number)
    try:
        given = {name: text_in(asked, name, 60) for name in ("name", "ec", "zone")}
        _check(given)
    except Wrong as wrong:
        return every(asked, wrong, 400)
    asked.ledger.stores.set(number, **{**given, "ec": given["ec"] or None})
    asked.ledger.audit.note(asked.person.name, "store.set", store_id=number, name=given["name"],
                            ec=given["ec"], zone=given["zone"])
    return asked.go("/stores", note="saved")


def _check(given: dict[str, str]) -> None:
    if not given["name"]:
        raise Wrong("name", "give a name", "dê um nome")
    if given["ec"] and not (given["ec"].isascii() and given["ec"].isdecimal()):
        raise Wrong("ec", "is digits alone", "são só dígitos")
    if given["zone"] not in available_timezones():
        raise Wrong("zone", "is no zone, such as America/Sao_Paulo",
                    "não é um fuso, como America/Sao_Paulo")


PAGES = (Page("GET", "/stores", every, "view"),
         Page("POST", "/stores/{store:int}", change, "configure"))
