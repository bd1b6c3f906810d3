"""Which store asks, and whether it is let in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from .exchange import Answer, Refusal, Request
from .oauth import OAuth


class Merchants:
    """The stores and their keys; any is let in if none is named."""

    def __init__(self, keys: Mapping[str, str], oauth: OAuth) -> None:
        self._keys = {name.lower(): key for name, key in keys.items()}
        self._oauth = oauth

    def check_key(self, request: Request) -> None:
        """`MerchantId` and `MerchantKey`; a failure has no body [http-codes]."""
        merchant = _named(request)
        key = request.headers.get("MerchantKey", "").strip()
        if not merchant or not key:
            raise Refusal(Answer(401))
        wanted = self._keys.get(merchant, "")
        if self._keys and not hmac.compare_digest(wanted.encode(), key.encode()):
            raise Refusal(Answer(401))
        request.merchant = merchant

    def check_id(self, request: Request) -> None:
        """Header `MerchantId` alone; a token already presented will do instead."""
        merchant = _named(request)
        if merchant:
            if self._keys and merchant not in self._keys:
                raise Refusal(Answer(401))
            request.merchant = merchant
        if not request.merchant:
            raise Refusal(Answer(401))

    def check_id_or_token(self, request: Request) -> None:
        """Header `MerchantId`, or a bearer token: both are in use [page-credentials]."""
        if request.headers.get("Authorization"):
            self._oauth.authenticate(request)
        self.check_id(request)


def _named(request: Request) -> str:
    return request.headers.get("MerchantId", "").strip().lower()
