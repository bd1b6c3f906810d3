"""Stored cards, zero auth and the BIN query."""

from __future__ import annotations

import re
from functools import partial

from .api3 import QUERY_HOST, link
from .books import Books
from .card_data import read_card
from .checker import Checker
from .exchange import Answer, Refusal, Request, not_found, problems, reply
from .outcomes import describe_bin, zero_auth
from .scheme import scheme_ids
from .vault import Vault

#: Brands that can be verified without a charge [zero-auth].
ZERO_AUTH_BRANDS = frozenset(("Visa", "Master", "Elo", "Diners"))


class Cards:
    """The handlers of ``/1/card``, ``/1/zeroauth`` and ``/1/cardBin``."""

    def __init__(self, books: Books, vault: Vault) -> None:
        self._draw = books.draw
        self._vault = vault

    def tokenize(self, request: Request) -> Answer:
        """``POST /1/card/``: the answer has one link, not a list of them."""
        body = request.object()
        check = Checker()
        if not check.text(body, "CustomerName", 255, 155):
            check.add(105)
        card = read_card(check, body, lambda token: None, store=True)
        check.finish()
        token = self._vault.keep(request.merchant, card).token
        links = link("GET", "self", f"{QUERY_HOST}/1/card/{token}")
        return reply({"CardToken": token, "Links": links}, 201)

    def get(self, request: Request, token: str) -> Answer:
        """``GET /1/card/{CardToken}``."""
        card = self._vault.find(request.merchant, token)
        if card is None:
            raise Refusal(not_found())
        members = {
            "CardNumber": card.number,
            "Holder": card.holder,
            "ExpirationDate": card.expiration,
        }
        return reply(members)

    def verify(self, request: Request) -> Answer:
        """``POST /1/zeroauth`` and, for wallets, ``POST /2/zeroauth``."""
        body = request.object()
        check = Checker()
        node = check.node(body, "Card") if request.path.startswith("/2") else body
        if node is None:
            check.add(124)
            node = {}
        card = read_card(check, node, partial(self._vault.find, request.merchant), store=False)
        check.finish()
        if card.brand not in ZERO_AUTH_BRANDS:
            # A single object here, not a list [error-shapes].
            raise Refusal(reply({"Code": 57, "Message": "Brand is not accepted"}, 400))
        if not zero_auth(card.number):
            return reply({"Valid": False, "ReturnCode": "57", "ReturnMessage": "Not Authorized"})
        answer = {
            "Valid": True,
            "ReturnCode": "00",
            "ReturnMessage": "Authorized",
            **scheme_ids(card.brand, node, self._draw),
        }
        return reply(answer)

    def bin(self, request: Request, digits: str) -> Answer:
        """``GET /1/cardBin/{BIN}``: six to nineteen digits."""
        if not re.fullmatch("[0-9]{6,19}", digits):
            raise Refusal(problems(177))
        return reply(describe_bin(digits))
