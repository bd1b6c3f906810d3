"""The vault: stored cards, kept and found by their tokens."""

from __future__ import annotations

import uuid

from .books import Books
from .card_data import CardData
from .store import Card


class Vault:
    """Never has the full number of a card, nor its security code."""

    def __init__(self, books: Books) -> None:
        self._store = books.store

    def find(self, merchant: str, token: str) -> Card | None:
        """A card of this store, by its token."""
        card = self._store.cards.get(token.lower())
        return card if card is not None and card.merchant_id == merchant else None

    def keep(self, merchant: str, card: CardData) -> Card:
        """Put a card into the vault."""
        stored = Card(
            token=str(uuid.uuid4()),
            merchant_id=merchant,
            number=card.masked,
            holder=card.holder,
            expiration=card.expiration,
            brand=card.brand,
        )
        self._store.save(stored)
        return stored
