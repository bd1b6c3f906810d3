"""The analysis that a credit sale may ask for with `FraudAnalysis` [antifraud-answer].

Cielo's own sandbox analyses nothing, and answers "aborted".  Here an analysis is
aborted when the sale lacks what it needs; else the last digits of the amount
decide, so that a test can see each result.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from .api3 import AUTHORIZED, PAID, VOIDED
from .store import Sale

UNKNOWN, ACCEPT, REJECT, REVIEW, STOPPED = 0, 1, 2, 3, 4

#: Amounts that end so, in cents, are not simply accepted.
BY_AMOUNT: Mapping[int, int] = {661: REVIEW, 662: REJECT}

#: `FraudAnalysisReasonCode` of each result, and of what stops an analysis.
REASONS: Mapping[int, int] = {ACCEPT: 100, REVIEW: 480, REJECT: 481}
MISSING, INVALID = 101, 102

#: What the analysis has to know of the buyer.
NEEDED = ("Name", "Identity", "Email", "Phone")
ADDRESSES = ("BillingAddress", "Billing", "Address", "DeliveryAddress")
LONGEST_COMPLEMENT = 14


def analyses_first(asked: Mapping[str, Any]) -> bool:
    """Whether the acquirer is asked only after the analysis."""
    return str(asked.get("Sequence", "")).lower() == "analysefirst"


def analyse(sale: Sale, asked: Mapping[str, Any]) -> int:
    """Put the result into the sale, beside what was sent."""
    node = {**asked, "Id": str(uuid.uuid4()), "Status": UNKNOWN}
    sale.details["FraudAnalysis"] = node
    on_success = str(asked.get("SequenceCriteria", "OnSuccess")).lower() == "onsuccess"
    if on_success and not analyses_first(asked) and sale.status not in (AUTHORIZED, PAID):
        return UNKNOWN  # a denied sale is not analysed
    problem = _problem(sale.customer)
    if problem:
        node.update(Status=STOPPED, FraudAnalysisReasonCode=problem)
    else:
        status = BY_AMOUNT.get(sale.amount % 1000, ACCEPT)
        node.update(Status=status, FraudAnalysisReasonCode=REASONS[status])
    return int(node["Status"])


def act_on(sale: Sale, moment: float) -> None:
    """Capture or void the authorised sale, where it asked for that."""
    asked = sale.details["FraudAnalysis"]
    result = asked["Status"]
    if result == ACCEPT and sale.status == AUTHORIZED and _says(asked, "CaptureOnLowRisk"):
        sale.status, sale.return_code = PAID, "6"
        sale.captured_amount, sale.captured_at = sale.amount, moment
    elif result == REJECT and sale.status in (AUTHORIZED, PAID):
        if _says(asked, "VoidOnHighRisk"):
            sale.status, sale.return_code = VOIDED, "9"
            sale.voided_amount, sale.voided_at = sale.amount, moment


def _says(asked: Mapping[str, Any], name: str) -> bool:
    return str(asked.get(name, "")).lower() == "true"


def _problem(customer: Mapping[str, Any]) -> int:
    """Why nothing can be analysed; 0 if it can."""
    addresses = [customer[name] for name in ADDRESSES if isinstance(customer.get(name), dict)]
    if not addresses or not all(customer.get(name) for name in NEEDED):
        return MISSING
    if any(len(str(one.get("Complement", ""))) > LONGEST_COMPLEMENT for one in addresses):
        return INVALID
    return 0
