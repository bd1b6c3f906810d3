"""Sales by the thousand or the million, as a ledger that was in use for years has them.

What is drawn comes from a seed, and words are as skewed as in a shop: most sales are
paid by three brands of cards, and one in some thousands is in doubt.
"""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from cielo.backoffice import schema
from cielo.backoffice.words import means_of, word_of

UTC = datetime.timezone.utc
STORES = 3
PROFILES = 4096
CHUNK = 20_000

# Type, brand, provider; how many in a hundred.
MEANS = ((("CreditCard", "Visa", "Cielo"), 38), (("CreditCard", "Master", "Cielo"), 24),
         (("CreditCard", "Elo", "Cielo"), 10), (("CreditCard", "Amex", "Cielo"), 2),
         (("DebitCard", "Visa", "Cielo"), 4), (("Pix", None, "Cielo2"), 16),
         (("Boleto", None, "Bradesco2"), 5), (("Boleto", None, "BancoDoBrasil3"), 1))
STATUS = ((2, 800), (1, 50), (3, 100), (10, 20), (0, 10), (12, 10), (13, 6), (20, 3), (11, 1))
ERRORS = (("05", 30), ("51", 30), ("57", 10), ("54", 8), ("78", 5), ("GF", 1), ("BP171", 1))
FRAUD = ((None, 60), ("accept", 34), ("review", 3), ("reject", 2), ("aborted", 1))


def _drawn(chance: random.Random, table: tuple[tuple[Any, int], ...]) -> Any:
    return chance.choices([value for value, _ in table], [weight for _, weight in table])[0]


def _profile(chance: random.Random) -> dict[str, Any]:
    """What does not tell one sale from another."""
    type_, brand, provider = _drawn(chance, MEANS)
    group, means = means_of(type_, brand, provider)
    status = _drawn(chance, STATUS)
    failed = status in (3, 13)
    error = _drawn(chance, ERRORS) if failed else None
    card = type_.endswith("Card")
    return {"type": type_, "brand": brand, "provider": provider, "means": means,
            "means_group": group, "status": status, "code": error or "00", "error": error,
            "fraud": _drawn(chance, FRAUD) if card else None, "first6": "455187" if card else None,
            "installments": chance.choice((1, 1, 1, 2, 3, 6, 12)), "in_doubt": False,
            "kind": "timeout" if failed and chance.random() < 0.02 else None,
            "reconciled": False, "store_id": chance.choices(range(1, STORES + 1), (80, 15, 5))[0]}


DOUBTFUL = {"code": None, "error": None, "status": None, "fraud": None, "kind": None,
            "in_doubt": True}


def sales(count: int, now: datetime.datetime, days: int = 365,
          seed: int = 13) -> Iterator[dict[str, Any]]:
    """Rows of the table `sale`, the oldest first, up to `now`."""
    chance = random.Random(seed)
    profiles = [_profile(chance) for _ in range(PROFILES)]
    step = datetime.timedelta(days=days) / count
    begin = now - step * count
    for number in range(count):
        received = begin + step * number
        sale = dict(chance.choice(profiles))
        doubtful = chance.random() < 0.0003
        if doubtful:
            sale.update(DOUBTFUL)
        status, amount = sale["status"], chance.randrange(100, 100_000)
        captured = received + step if status in (2, 10, 11) else None
        voided = received + datetime.timedelta(hours=chance.randrange(1, 60)) if status in (
            10, 11) else None
        sale.update(
            id=number + 1, key=f"k{number}", order_number=f"2026{number:09d}",
            payment_id=None if doubtful else f"24bc8366-fc31-4d6c-8555-{number:012x}",
            tid=None if doubtful else f"1006993069{number:010d}",
            nsu=None if doubtful else f"{chance.randrange(1_000_000):06d}",
            auth=None if doubtful else f"{chance.randrange(1_000_000):06d}",
            last4=f"{chance.randrange(10_000):04d}" if sale["first6"] else None,
            recurrence_id=f"r{number // 1000}" if number % 50 == 0 else None,
            amount=amount, captured=amount if captured else None,
            voided=amount if voided else None, received=received, captured_at=captured,
            voided_at=voided,
            word=word_of(status, in_doubt=doubtful, received=received, voided=voided))
        yield sale


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def load(engine: sa.Engine, rows: Iterator[dict[str, Any]]) -> None:
    """Puts stores and sales into an empty ledger, by the database's fastest way in."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(schema.store.insert(), [
            {"id": number, "name": f"Loja {number}", "merchant_id": f"m{number}",
             "environment": "sandbox", "ec": f"104474806{number}"}
            for number in range(1, STORES + 1)])
        fill = _copy if connection.dialect.name == "postgresql" else _insert
        fill(connection, rows)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE sale")  # which it does of itself, later


def _insert(connection: sa.Connection, rows: Iterator[dict[str, Any]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for chunk in _chunks(rows):
        names = list(chunk[0])
        marks = ", ".join("?" * len(names))
        driver.executemany(
            f"INSERT INTO sale ({', '.join(names)}) VALUES ({marks})",
            [tuple(_moment_text(value) for value in row.values()) for row in chunk])


def _moment_text(value: Any) -> Any:
    """As SQLAlchemy writes moments into SQLite."""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def _copy(connection: sa.Connection, rows: Iterator[dict[str, Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    first = next(rows)
    with cursor.copy(f"COPY sale ({', '.join(first)}) FROM STDIN") as copy:
        for row in itertools.chain([first], rows):
            copy.write_row(tuple(value.replace(tzinfo=None) if isinstance(
                value, datetime.datetime) else value for value in row.values()))
    cursor.execute("SELECT setval(pg_get_serial_sequence('sale', 'id'), max(id)) FROM sale")
    cursor.execute("SELECT setval(pg_get_serial_sequence('store', 'id'), max(id)) FROM store")
