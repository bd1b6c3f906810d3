"""Bearer tokens for Checkout and, shorter, for Silent Order Post [token-request]."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs

from .clock import Clock
from .exchange import Answer, Refusal, Request, reply

#: What the documented answer says; about twenty minutes.
LIFETIME = 1199

FORM = "application/x-www-form-urlencoded"

#: Past this many, tokens that have run out are thrown away.
TIDY_ABOVE = 1000


class OAuth:
    """Gives tokens out and knows them again.  They do not survive a restart."""

    def __init__(self, clock: Clock, clients: Mapping[str, str]) -> None:
        self._clock = clock
        self._clients = clients
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, request: Request) -> Answer:
        """``POST /api/public/v2/token``."""
        return self.give(request, LIFETIME)

    def give(self, request: Request, lifetime: int) -> Answer:
        """A token for the client that asks."""
        client = self._client(request.headers.get("Authorization", ""))
        # The text of the documentation sends no body, its example a form; some clients
        # send nothing and call it JSON [token-request].
        if request.body:
            _check_grant(request)
        now = self._clock.now()
        if len(self._tokens) > TIDY_ABOVE:
            self._tokens = {name: one for name, one in self._tokens.items() if one[1] > now}
        token = secrets.token_urlsafe(48)
        self._tokens[token] = (client, now + lifetime)
        return reply({"access_token": token, "token_type": "bearer", "expires_in": lifetime})

    def knows(self, header: str) -> bool:
        """Whether an ``Authorization`` header names a client and its secret."""
        return bool(self._client_of(header))

    def authenticate(self, request: Request) -> None:
        """The client behind a bearer token, or 401 without a body."""
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        client, end = self._tokens.get(token.strip(), ("", 0.0))
        if scheme.lower() != "bearer" or self._clock.now() >= end:
            raise Refusal(Answer(401))
        request.merchant = client

    def clear(self) -> None:
        """Forget every token."""
        self._tokens.clear()

    def _client(self, header: str) -> str:
        name = self._client_of(header)
        if not name:
            raise _bad("invalid_client", "The client id or its secret is wrong.")
        return name.lower()

    def _client_of(self, header: str) -> str:
        """The client's id, or nothing."""
        scheme, _blank, text = header.partition(" ")
        try:
            pair = base64.b64decode(text.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            pair = ""
        name, _colon, secret = pair.partition(":")
        good = scheme.lower() == "basic" and bool(name) and bool(secret)
        # The example of the documentation has a blank here that is a slip.
        good = good and not secret.startswith(" ")
        if self._clients:
            wanted = self._clients.get(name, "")
            good = good and bool(wanted) and hmac.compare_digest(wanted.encode(), secret.encode())
        return name if good else ""


def _check_grant(request: Request) -> None:
    content = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content != FORM:
        raise _bad("invalid_request", "The body of a token request is a form.")
    grants = parse_qs(request.body.decode("utf-8", "replace")).get("grant_type", [])
    if grants != ["client_credentials"]:
        raise _bad("unsupported_grant_type", "Only client_credentials is granted.")


def _bad(error: str, description: str) -> Refusal:
    return Refusal(reply({"error": error, "error_description": description}, 400))
