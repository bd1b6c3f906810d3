"""The velocity analysis: stops a sale before the acquirer hears of it [velocity-refusal]."""

from __future__ import annotations

import uuid

from .api3 import ABORTED_BY_FRAUD, NOT_FINISHED
from .store import Sale

#: Amounts that end so, in cents, break a rule of the store.
STOPPED_AMOUNT = 663

CODE, MESSAGE = "BP171", "Rejected by velocity analysis"


def stop(sale: Sale) -> bool:
    """Refuse the sale for good, although its status says nothing; whether it is."""
    if sale.amount % 1000 != STOPPED_AMOUNT:
        return False
    sale.status, sale.return_code, sale.return_message = NOT_FINISHED, CODE, MESSAGE
    sale.details.update(
        **ABORTED_BY_FRAUD,
        ProviderReturnCode=CODE,
        ProviderReturnMessage=MESSAGE,
        VelocityAnalysis={
            "Id": str(uuid.uuid4()),
            "ResultMessage": "Reject",
            "Score": 100,
            "RejectReasons": [{"RuleId": 1, "Message": "Too many sales in a short time"}],
        },
    )
    return True
