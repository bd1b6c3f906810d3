"""What all of API 3.0 shares: the hosts in its links, its statuses, and the links."""

from __future__ import annotations

#: Addresses that Cielo writes into its links; a client must not follow them.
TRANSACTION_HOST = "https://apisandbox.cieloecommerce.cielo.com.br"
QUERY_HOST = "https://apiquerysandbox.cieloecommerce.cielo.com.br"

#: Status numbers of API 3.0 [sale-statuses].
NOT_FINISHED, AUTHORIZED, PAID, DENIED = 0, 1, 2, 3
VOIDED, REFUNDED, PENDING, ABORTED, SCHEDULED = 10, 11, 12, 13, 20

#: `ReasonCode` and `ReasonMessage` of answers [reason-codes].
SUCCESSFUL = {"ReasonCode": 0, "ReasonMessage": "Successful"}
DENIAL = {"ReasonCode": 7, "ReasonMessage": "Denied"}
NOT_DONE_YET = {"ReasonCode": 8, "ReasonMessage": "Scheduled"}
ON_ITS_WAY = {"ReasonCode": 9, "ReasonMessage": "Waiting"}
ABORTED_BY_FRAUD = {"ReasonCode": 16, "ReasonMessage": "AbortedByFraud"}
TIMEOUT = {"ReasonCode": 22, "ReasonMessage": "TimeOut"}

#: The provider of Pix that new shops have to use.
CIELO2 = "Cielo2"

VOID_SPACING = 5.0  # seconds between voids of one sale, of Checkout too [void-gap]


def link(method: str, rel: str, href: str) -> dict[str, str]:
    """One entry of `Links`."""
    return {"Method": method, "Rel": rel, "Href": href}
