"""The brands' own identifiers of a transaction [scheme-ids]."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from typing import Any

#: Brands that hand out an identifier, another one each time.
ISSUER_ID_BRANDS = frozenset(("Visa", "Master", "Elo", "Amex"))

#: The brand whose transactions are linked to the first of their chain.
LINKING_BRAND = "Master"
LINK_SIGNS = string.ascii_letters + string.digits + "_-"
LINK_LENGTH = 22


def scheme_ids(brand: str, sent: Mapping[str, Any], draw: random.Random) -> dict[str, str]:
    """The identifiers of an approved transaction; a link that was sent stays the same."""
    ids = {}
    if brand in ISSUER_ID_BRANDS:
        ids["IssuerTransactionId"] = f"{draw.randrange(10**15):015d}"
    if brand == LINKING_BRAND:
        fresh = "".join(draw.choice(LINK_SIGNS) for _ in range(LINK_LENGTH))
        ids["TransactionLinkId"] = sent.get("TransactionLinkId") or fresh
    return ids
