"""Tokens that a shop's page hands to Cielo's scripts [browser-tokens].

3DS asks for one with the store's data, Silent Order Post with a bearer token of
its own.  Each is good for one use, so each request gets another.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from .clock import Clock, iso
from .exchange import Answer, Refusal, Request, reply
from .merchants import Merchants
from .oauth import OAuth

#: How long tokens live, in seconds.
THREEDS_SECONDS = 1200
POST_BEARER_SECONDS = 599
POST_SECONDS = 1200.0

#: Member of a 3DS token's request, and what it looks like.
STORE_DATA: Mapping[str, str] = {
    "EstablishmentCode": r"[0-9]{1,10}",
    "MerchantName": r".{1,25}",
    "MCC": r"[0-9]{4}",
}

#: Codes of a member that is missing, and of one that cannot be.
MISSING, INVALID = 101, 102


class BrowserTokens:
    """The 3DS token, and the two steps of Silent Order Post."""

    def __init__(self, clock: Clock, oauth: OAuth, merchants: Merchants) -> None:
        self._clock = clock
        self._oauth = oauth
        self._merchants = merchants

    def check_threeds(self, request: Request) -> None:
        """Client id and secret; a failure has no body."""
        if not self._oauth.knows(request.headers.get("Authorization", "")):
            raise Refusal(Answer(401))

    def threeds(self, request: Request) -> Answer:
        """``POST /v2/auth/token`` of the 3DS host."""
        given = {name.lower(): value for name, value in request.object().items()}
        wrong = []
        for name, form in STORE_DATA.items():
            value = given.get(name.lower())
            if value is None or value == "":
                wrong.append({"Code": MISSING, "Message": f"{name} is required"})
            elif isinstance(value, bool) or not re.fullmatch(form, str(value)):
                wrong.append({"Code": INVALID, "Message": f"{name} is invalid"})
        if wrong:
            raise Refusal(reply(wrong, 400))
        return reply({"access_token": secrets.token_urlsafe(96), "expires_in": THREEDS_SECONDS})

    def bearer(self, request: Request) -> Answer:
        """``POST /oauth2/token`` of Silent Order Post's own OAuth host."""
        return self._oauth.give(request, POST_BEARER_SECONDS)

    def check_post(self, request: Request) -> None:
        """That bearer token, and the store it is for."""
        self._oauth.authenticate(request)
        request.merchant = ""  # a client is no store
        self._merchants.check_id(request)

    def post(self, request: Request) -> Answer:
        """``POST /post/api/public/v2/accesstoken``: 201; its end is a date, not a span."""
        now = self._clock.now()
        tree = {
            "MerchantId": request.headers["MerchantId"].strip(),
            "AccessToken": secrets.token_urlsafe(48),
            "Issued": iso(now, 0),
            "ExpiresIn": iso(now + POST_SECONDS, 0),
        }
        return reply(tree, 201)
