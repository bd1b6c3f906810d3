"""The node that makes a Pix one of Pix Automático [pix-automatic].

The table of codes has none of its own for it; the nearest of the scheduled
recurrence stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .api3 import CIELO2
from .checker import Checker
from .clock import parse_day
from .exchange import cents

KIND = "SelfManagedConsent"


@dataclass
class ConsentRequest:
    """A consent that the payer is asked for, or a charge under one."""

    node: dict[str, Any]
    authorize_now: bool
    recurrence_id: str

    @property
    def is_charge(self) -> bool:
        """Whether the consent is there already."""
        return bool(self.recurrence_id)


def read_consent(check: Checker, node: dict[str, Any], provider: str) -> ConsentRequest:
    """`RecurrentPayment` of a Pix."""
    if provider != CIELO2:
        check.add(133)
    # One sample spells the name otherwise.
    kind = node.get("RecurrenceType", node.get("RecurrentType"))
    if not isinstance(kind, str) or kind.lower() != KIND.lower():
        check.add(186)
    if node.get("AuthorizeNow") is None:
        check.add(166)
    now = check.flag(node, "AuthorizeNow")
    identity = check.text(node, "RecurrenceId", 36, 184)
    if not identity:
        _read_terms(check, node)
    elif not now:
        check.add(186)
    check.flag(node, "BusinessDayAdjust")
    return ConsentRequest(node, now, identity.lower())


def _read_terms(check: Checker, node: Mapping[str, Any]) -> None:
    """What the payer agrees to: from when, until when, and how much."""
    start, end = parse_day(node.get("StartDate")), parse_day(node.get("EndDate"))
    if start is None:
        check.add(316)
    if node.get("EndDate") is not None and (end is None or (start and end < start)):
        check.add(321)
    amounts = [node[name] for name in ("Amount", "MinimumAmount") if node.get(name) is not None]
    if len(amounts) != 1:
        check.add(186)
    if any((cents(amount) or 0) <= 0 for amount in amounts):
        check.add(108)
