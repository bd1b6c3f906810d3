"""The books: what was sold, stored and scheduled, in memory and in SQLite.

Memory is what handlers read.  With ``--state`` each changed record is also
written, as JSON, before the request that changed it is answered, so that a
server that is killed forgets nothing it has told anybody.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar


class Record:
    """Something the store keeps under a kind and a key."""

    kind: ClassVar[str]
    key_member: ClassVar[str]

    @property
    def key(self) -> str:
        return str(getattr(self, self.key_member))


@dataclass
class Card(Record):
    """A card in the vault; never the full number nor the security code."""

    kind, key_member = "card", "token"

    token: str
    merchant_id: str
    number: str
    holder: str
    expiration: str
    brand: str


@dataclass
class Sale(Record):
    """One transaction and everything that happened to it."""

    kind, key_member = "sale", "payment_id"

    payment_id: str
    merchant_id: str
    order_number: str
    type: str
    amount: int
    status: int
    received_at: float
    tid: str = ""
    return_code: str = ""
    return_message: str = ""
    customer: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    acquirer_order_id: str = ""
    captured_amount: int = 0
    captured_at: float = 0.0
    voided_amount: int = 0
    voided_at: float = 0.0
    partial_voids: int = 0
    refund_due: float = 0.0
    refund_amount: int = 0
    removed_at: float = 0.0
    late_due: float = 0.0
    late_paid: bool = False
    description: str = ""
    recurrence_id: str = ""
    card: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Recurrence(Record):
    """A schedule of charges that Cielo runs by itself."""

    kind, key_member = "recurrence", "recurrence_id"

    recurrence_id: str
    merchant_id: str
    order_number: str
    customer: dict[str, Any]
    payment: dict[str, Any]
    card: dict[str, Any]
    amount: int
    months: int
    start: str
    next: str
    due: str
    day: int
    created_at: float
    touched_at: float
    end: str = ""
    status: int = 1
    attempt: int = 1
    charges: int = 0
    successes: int = 0
    transactions: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Consent(Record):
    """What a payer agrees to, so that a shop may charge by Pix again."""

    kind, key_member = "consent", "recurrence_id"

    recurrence_id: str
    merchant_id: str
    order_number: str
    payment_id: str
    status: str
    created_at: float


@dataclass
class Page(Record):
    """A Checkout page: a basket that waits for its shopper."""

    kind, key_member = "page", "page_id"

    page_id: str
    merchant_id: str
    order_number: str
    body: dict[str, Any]
    created_at: float
    paid: bool = False


@dataclass
class Link(Record):
    """A payment link; any number of shoppers may use it."""

    kind, key_member = "link", "link_id"

    link_id: str
    merchant_id: str
    body: dict[str, Any]
    created_at: float
    left: int | None = None


@dataclass
class Order(Record):
    """What comes to be when a shopper finishes a page or a link."""

    kind, key_member = "order", "number"

    number: str
    merchant_id: str
    order_number: str
    amount: int
    status: int
    method: str
    created_at: float
    cart: dict[str, Any]
    shipping: dict[str, Any]
    customer: dict[str, Any]
    installments: int = 1
    soft_descriptor: str = ""
    card: str = ""
    brand: str = ""
    tid: str = ""
    nsu: str = ""
    authorization: str = ""
    error_code: str = ""
    discount: int = 0
    end_to_end_id: str = ""
    link_id: str = ""
    recurrence_id: str = ""
    captured_amount: int = 0
    voided_amount: int = 0
    voided_at: float = 0.0
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class CheckoutRecurrence(Record):
    """A recurrence that began on a page or a link."""

    kind, key_member = "checkout_recurrence", "pagador_id"

    pagador_id: str
    identity: str
    first_order: str
    months: int
    amount: int
    day: int
    start: str
    next: str
    due: str
    touched_at: float
    end: str = ""
    status: int = 1
    attempt: int = 1
    last_paid: str = ""
    card: str = ""
    orders: list[str] = field(default_factory=list)


class Store:
    """Every record, with the look-ups the API needs."""

    def __init__(self, path: str | None = None) -> None:
        self.cards: dict[str, Card] = {}
        self.sales: dict[str, Sale] = {}
        self.recurrences: dict[str, Recurrence] = {}
        self.consents: dict[str, Consent] = {}
        self.pages: dict[str, Page] = {}
        self.links: dict[str, Link] = {}
        self.orders: dict[str, Order] = {}
        self.checkout_recurrences: dict[str, CheckoutRecurrence] = {}
        self.meta: dict[str, Any] = {}
        self._books: dict[type[Record], dict[str, Any]] = {
            Card: self.cards,
            Sale: self.sales,
            Recurrence: self.recurrences,
            Consent: self.consents,
            Page: self.pages,
            Link: self.links,
            Order: self.orders,
            CheckoutRecurrence: self.checkout_recurrences,
        }
        self._by_tid: dict[str, Sale] = {}
        self._by_order: dict[tuple[str, str], list[Sale]] = {}
        self._dirty: dict[tuple[str, str], object] = {}
        self._database: sqlite3.Connection | None = None
        if path:
            self._open(path)

    def __repr__(self) -> str:
        return f"<Store {len(self.sales)} sales, {len(self.orders)} orders>"

    # -- reading ---------------------------------------------------------

    def by_tid(self, tid: str) -> Sale | None:
        """The sale with an acquirer's id."""
        return self._by_tid.get(tid)

    def by_order(self, merchant_id: str, order_number: str) -> list[Sale]:
        """Sales of one order number, oldest first."""
        return self._by_order.get((merchant_id, order_number), [])

    # -- writing ---------------------------------------------------------

    def save(self, record: Record) -> None:
        """Keep a new or changed record; `flush` makes it last."""
        self._keep(record)
        if self._database is not None:
            self._dirty[record.kind, record.key] = record

    def remove(self, record: Record) -> None:
        """Forget a record."""
        self._books[type(record)].pop(record.key, None)
        self._dirty.pop((record.kind, record.key), None)
        if self._database is not None:
            with self._database:
                self._database.execute(
                    "DELETE FROM record WHERE kind = ? AND key = ?", (record.kind, record.key)
                )

    def set_meta(self, name: str, value: Any) -> None:
        """Keep a single value, such as the clock's offset."""
        self.meta[name] = value
        if self._database is not None:
            self._dirty["meta", name] = value

    def flush(self) -> None:
        """Write what changed since the last call, in one transaction."""
        if self._database is None or not self._dirty:
            return
        rows = [
            (kind, key, json.dumps(value if kind == "meta" else vars(value)))
            for (kind, key), value in self._dirty.items()
        ]
        with self._database:
            # An upsert keeps the row's place, so a reload has the same order.
            self._database.executemany(
                "INSERT INTO record (kind, key, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                rows,
            )
        self._dirty.clear()

    def clear(self) -> None:
        """Forget everything, on disk too."""
        for book in (*self._books.values(), self.meta):
            book.clear()
        self._by_tid.clear()
        self._by_order.clear()
        self._dirty.clear()
        if self._database is not None:
            with self._database:
                self._database.execute("DELETE FROM record")

    def close(self) -> None:
        self.flush()
        if self._database is not None:
            self._database.close()
            self._database = None

    # -- inside ----------------------------------------------------------

    def _open(self, path: str) -> None:
        """Read the books of an earlier run; OSError, in a sentence, if they are none."""
        _create(path)
        try:
            self._database = sqlite3.connect(path, check_same_thread=False)
            _prepare(self._database)
            self._load()
        except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
            if self._database is not None:
                self._database.close()
            why = error if isinstance(error, sqlite3.Error) else "it holds other records"
            raise OSError(f"cannot keep the books in {path}: {why}") from error

    def _keep(self, record: Record) -> None:
        book = self._books[type(record)]
        if isinstance(record, Sale) and record.key not in book:
            order = (record.merchant_id, record.order_number)
            self._by_order.setdefault(order, []).append(record)
            if record.tid:
                self._by_tid[record.tid] = record
        book[record.key] = record

    def _load(self) -> None:
        kinds = {record.kind: record for record in self._books}
        for kind, key, body in self._rows():
            if kind == "meta":
                self.meta[key] = json.loads(body)
            else:
                self._keep(kinds[kind](**json.loads(body)))

    def _rows(self) -> Iterable[tuple[str, str, str]]:
        if self._database is None:
            return ()
        return self._database.execute("SELECT kind, key, body FROM record ORDER BY id").fetchall()


def _prepare(database: sqlite3.Connection) -> None:
    # A crash of the machine may lose the file; a killed process may not.
    database.execute("PRAGMA synchronous = OFF")
    with database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS record ("
            "id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL,"
            " body TEXT NOT NULL, UNIQUE (kind, key))"
        )


def _create(path: str) -> None:
    """Make the file for its owner alone; SQLite's own files beside it follow it."""
    if path != ":memory:":
        with contextlib.suppress(OSError):  # SQLite tells of it better
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
