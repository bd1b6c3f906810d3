"""Forty days of a shop of two stores, for a look at the Backoffice: `fill(ledger, sandbox)`.

Every sale is made by a client at a local Cielo whose clock begins forty days ago and is moved
up to today, so that Cielo's books, the journal and the ledger tell one story. The journal
alone is dated back: a client notes the real time.

    with cielo.sandbox.run(days_ago=DAYS) as sandbox, Ledger(url, [folder]) as ledger:
        fill(ledger, sandbox)
"""

from __future__ import annotations

import bisect
import contextlib
import datetime
import functools
import heapq
import itertools
import json
import os
import pathlib
import random
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

import cielo
from cielo.backoffice import Ledger, Person
from cielo.backoffice import recurrences as own
from cielo.backoffice.schema import sale
from cielo.backoffice.stores import Store
from cielo.sandbox import LocalCielo

__all__ = ["DAYS", "KEYS", "Made", "fill"]

DAYS = 40
DAY = 86_400.0
BRASILIA = datetime.timezone(datetime.timedelta(hours=-3))

#: The stores' keys, as the environment of whoever works with the ledger has them.
KEYS = {
    "CIELO_MERCHANT_ID": "00000000-0000-0000-0000-000000000001",
    "CIELO_MERCHANT_KEY": "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA",
}
SECOND = {
    "CIELO_MERCHANT_ID": "00000000-0000-0000-0000-000000000004",
    "CIELO_MERCHANT_KEY": "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYB",
}
NAMES = ("Loja Centro", "Loja Praia")
ECS = ("1044748068", "1044748076")

BUYER = {
    "Name": "Comprador Teste", "Identity": "12345678909", "IdentityType": "CPF",
    "Email": "comprador@example.com", "Phone": "5521999998888",
    "BillingAddress": {"Street": "Rua Teste", "Number": "12", "City": "Rio de Janeiro",
                       "State": "RJ", "Country": "BRA", "ZipCode": "20020080",
                       "District": "Centro"},
    "Address": {"Street": "Rua Teste", "Number": "12", "City": "Rio de Janeiro",
                "State": "RJ", "Country": "BRA", "ZipCode": "20020080", "District": "Centro"},
}
#: By brand a number of the documents, or of the kind that Cielo's sandbox takes.
CARDS = {"Visa": "4024007197692931", "Master": "5502095822650000", "Elo": "0000000000000001",
         "Amex": "0000000000000004"}
PRICES = (1990, 2990, 4500, 4990, 7990, 8950, 12990, 15700, 19900, 24950, 38900, 59990, 129900)


# ---- what is sold ----


def card(chance: random.Random, last: str | None = None, **payment: Any) -> dict[str, Any]:
    """A payment by credit card; `last` decides what the local Cielo does with it."""
    brand = chance.choices(list(CARDS), (50, 30, 14, 6))[0]
    number = CARDS[brand] if last is None else CARDS["Elo"][:-len(last)] + last
    return {"Type": "CreditCard", "Installments": chance.choices((1, 2, 3, 6, 10),
                                                                 (60, 12, 14, 9, 5))[0],
            "CreditCard": {"CardNumber": number, "Holder": "Teste Holder", "Brand": brand,
                           "ExpirationDate": "12/2035", "SecurityCode": "123"}, **payment}


def paid(chance: random.Random) -> dict[str, Any]:
    return card(chance, Capture=True)


def declined(chance: random.Random) -> dict[str, Any]:
    return card(chance, chance.choice("22222357" "8"), Capture=True)


def analysed(chance: random.Random) -> dict[str, Any]:
    return card(chance, Capture=True, FraudAnalysis={
        "Provider": "Cybersource", "Sequence": "AuthorizeFirst"})


def monthly(chance: random.Random) -> dict[str, Any]:
    return card(chance, Capture=True, Installments=1, RecurrentPayment={
        "AuthorizeNow": True, "Interval": "Monthly"})


def pix(chance: random.Random) -> dict[str, Any]:
    del chance
    return {"Type": "Pix", "Provider": "Cielo2"}


def boleto(chance: random.Random) -> dict[str, Any]:
    del chance
    return {"Type": "Boleto", "Provider": "Bradesco2", "Assignor": "Loja Teste"}


class Plan(NamedTuple):
    """A kind of sale, how many of a hundred are of it, and what is done with it later."""

    name: str
    share: int
    payment: Callable[[random.Random], dict[str, Any]]
    then: tuple[tuple[float, str, float], ...] = ()  # hours later, what, how much of it
    cents: int | None = None  # where the amount's last three digits decide
    days_ago: int | None = None  # where it must have been then


PLANS = (
    Plan("paid", 38, paid),
    Plan("authorized", 7, card),
    Plan("expired", 1, card, days_ago=20),  # nobody can capture it any more
    Plan("captured", 7, card, ((20, "capture", 1),)),
    Plan("captured_in_part", 3, card, ((5, "capture", 0.6),)),
    Plan("reversed", 3, paid, ((2, "void", 1),)),
    Plan("canceled", 3, paid, ((50, "void", 1),)),
    Plan("voided_in_part", 4, paid, ((30, "void", 0.35),)),
    Plan("declined", 11, declined),
    Plan("pix_paid", 8, pix, ((0.05, "pay", 1),)),
    Plan("pix_pending", 3, pix),
    Plan("boleto_paid", 3, boleto, ((40, "pay", 1),)),
    Plan("boleto_pending", 2, boleto),
    Plan("accepted", 2, analysed),
    Plan("rejected", 1, analysed, cents=661),
    Plan("review", 2, analysed, cents=662),
    Plan("stopped", 1, paid, cents=663),
    Plan("recurrence", 2, monthly),
    # Its second charge is declined, and was tried again once or twice by now.
    Plan("recurrence_failing", 1, monthly, ((1, "spoil", 1),), days_ago=33),
)


#: A moment, a number that keeps moments apart, and what is done then.
Later = tuple[float, int, Callable[[], object]]


class Made(NamedTuple):
    """What came of it: PaymentIds by the names of the plans, and what has a number here."""

    payments: Mapping[str, list[str]]
    stores: tuple[Store, Store]
    batch: int
    doubts: tuple[str, ...]


# ---- making it ----


class Shop:
    """Clients of the stores at a Cielo whose clock this moves."""

    def __init__(self, sandbox: LocalCielo, folder: str, chance: random.Random) -> None:
        self.sandbox = sandbox
        self.chance = chance
        self.offset = -DAYS * DAY
        self.moves = [(0.0, self.offset)]  # since when, by the real clock, Cielo's is behind
        self.clients = [cielo.Client(
            merchant_id=keys["CIELO_MERCHANT_ID"], merchant_key=keys["CIELO_MERCHANT_KEY"],
            base_url=sandbox.base_url, journal=folder, journal_sync="off")
            for keys in (KEYS, SECOND)]
        self.made: dict[str, list[str]] = {plan.name: [] for plan in PLANS}
        self._orders = itertools.count(4101)

    def move_to(self, moment: float) -> None:
        """Cielo's clock goes on, and not beyond the real one."""
        ahead = min(moment - time.time(), 0.0) - self.offset
        if ahead > 0:
            self.sandbox.advance(ahead)
            self.offset += ahead
            self.moves.append((time.time(), self.offset))
            time.sleep(0.001)  # records have whole milliseconds: the next is behind this one

    def sell(self, plan: Plan, client: cielo.Client) -> tuple[str, int]:
        """(PaymentId, amount)"""
        amount = self.chance.choice(PRICES[:6] if plan.payment is monthly else PRICES)
        if plan.cents is not None:
            amount = amount // 1000 * 1000 + plan.cents
        sale = client.sales.create({
            "MerchantOrderId": str(next(self._orders)), "Customer": BUYER,
            "Payment": {"Amount": amount, **plan.payment(self.chance)}})
        self.made[plan.name].append(sale.payment.payment_id)
        return sale.payment.payment_id, amount

    def do(self, what: str, client: cielo.Client, payment_id: str, amount: int | None) -> None:
        if what == "pay":
            self.sandbox.pay(payment_id)
        elif what == "spoil":  # the next charges are declined
            payment = client.sales.get(payment_id).payment
            client.recurrences.set_payment(
                str(payment["RecurrentPayment"]["RecurrentPaymentId"]),
                {"Amount": str(payment.amount), **card(self.chance, "2", Installments=1)})
        else:
            getattr(client.sales, what)(payment_id, amount)

    def close(self) -> None:
        for client in self.clients:
            client.close()


class Visit(NamedTuple):
    """When a customer came, for what, and to which of the stores."""

    moment: float
    plan: Plan
    store: int


def _moments(chance: random.Random, count: int, now: float) -> list[float]:
    """When customers came: by day, more of them on Saturdays, none after now."""
    found: list[float] = []
    while len(found) < count:
        moment = now - chance.uniform(0, DAYS * DAY - 3600)
        when = datetime.datetime.fromtimestamp(moment, BRASILIA)
        if 8 <= when.hour < 22 and chance.random() < (1.0 if when.weekday() == 5 else 0.6):
            found.append(moment)
    return found


def _at_eleven(now: float, days_ago: int) -> float:
    then = datetime.datetime.fromtimestamp(now, BRASILIA) - datetime.timedelta(days=days_ago)
    return then.replace(hour=11, minute=0, second=0).timestamp()


def visits(chance: random.Random, count: int, now: float) -> list[Visit]:
    """Who came in the days before `now`: every plan to the first store, the third of a kind
    and then every fifth to the second, and each early enough for what is done with it later.
    """
    total = sum(plan.share for plan in PLANS)
    free = _moments(chance, 2 * count, now)
    found = []
    for plan in PLANS:
        latest = now - max((hours for hours, _, _ in plan.then), default=0) * 3600 - 60
        for nth in range(max(1, round(plan.share * count / total))):
            if plan.days_ago is not None:
                moment = _at_eleven(now, plan.days_ago)
            else:
                moment = free.pop(next(i for i, at in enumerate(free) if at < latest))
            found.append(Visit(moment, plan, int(nth % 5 == 2)))
    return sorted(found, key=lambda visit: visit.moment)


def _live(shop: Shop, count: int) -> None:
    """The sales, and between them what is done with earlier ones."""
    numbers = itertools.count()
    later: list[Later] = []

    def put(at: float, do: Callable[..., object], *words: Any) -> None:
        entry: Later = (at, next(numbers), functools.partial(do, *words))
        heapq.heappush(later, entry)

    def sell(visit: Visit) -> None:
        client = shop.clients[visit.store]
        payment_id, amount = shop.sell(visit.plan, client)
        for hours, what, share in visit.plan.then:
            part = None if share == 1 else round(amount * share / 100) * 100
            put(visit.moment + hours * 3600, shop.do, what, client, payment_id, part)

    for visit in visits(shop.chance, count, time.time()):
        put(visit.moment, sell, visit)
    while later:
        moment, _, do = heapq.heappop(later)
        shop.move_to(moment)
        do()
    shop.move_to(time.time())


# ---- the journal, dated back ----


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def _back(record: Mapping[str, Any], moves: list[tuple[float, float]]) -> dict[str, str]:
    """A record's moments as Cielo's clock had them when it was written."""
    written = _moment(record["at"]).timestamp()
    _, offset = moves[bisect.bisect([since for since, _ in moves], written) - 1]
    return {name: _text(_moment(record[name]) + datetime.timedelta(seconds=offset))
            for name in ("at", "deadline") if name in record}


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _text(at: datetime.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000)


def _date_back(noted: str, journal: str, moves: list[tuple[float, float]]) -> None:
    """The segments of a folder into the journal, as if they had been written then."""
    target = pathlib.Path(journal)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for segment in pathlib.Path(noted).glob("*.jsonl"):
        lines = []
        for line in filter(None, segment.read_bytes().split(b"\n")):
            record = json.loads(line)
            del record["crc"]
            record.update(_back(record, moves))
            text = json.dumps(record, separators=(",", ":")).encode()[:-1]
            lines.append(b"\n%b,\"crc\":\"%08x\"}\n" % (text, _crc32c(text)))
        (target / segment.name).touch(mode=0o600)
        (target / segment.name).write_bytes(b"".join(lines))


# ---- today ----


def _settle_in(ledger: Ledger, sandbox: LocalCielo) -> tuple[Store, Store]:
    """The stores have their names, prices and files of keys."""
    ana = Person("ana")
    stores = []
    for keys, name, ec in zip((KEYS, SECOND), NAMES, ECS):
        path = pathlib.Path(ledger.journals[0]).with_name(f"keys-{ec}.env")
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in keys.items()))
        found = ledger.stores.add(keys["CIELO_MERCHANT_ID"], sandbox.base_url)
        stores.append(ledger.stores.set(found.id, name=name, ec=ec, keys=str(path)))
        begin = datetime.date.today().replace(day=1) - datetime.timedelta(days=70)
        for service, unit, grace in (("gateway", 29, 20), ("boleto", 60, 2),
                                     ("antifraud", 45, 0), ("recurrence", 15, 0)):
            ledger.tariffs.set(service, unit, grace=grace, since=begin, store=found.id, by=ana)
    return stores[0], stores[1]


def _charge_own(ledger: Ledger, store: Store) -> None:
    """Subscriptions that the shop charges itself: one goes well, two are declined."""
    today = datetime.datetime.now(BRASILIA).date()
    lasts = {"assinatura-101": "1", "assinatura-102": "2", "assinatura-103": "8"}
    for number, key in enumerate(lasts):
        ledger.recurrences.add(key, amount=4990 + 1000 * number, store=store.id,
                               starts=today - datetime.timedelta(days=number), by=Person("ana"))

    def fields_for(one: own.Recurrence) -> Mapping[str, Any]:
        return {"Customer": BUYER, "Payment": card(
            random.Random(one.key), lasts[one.key], Installments=1, Capture=True)}

    with ledger.client(store) as client:
        own.run(ledger, client, fields_for, store=store.id)


def _run_batch(ledger: Ledger, store: Store, made: Mapping[str, list[str]]) -> int:
    """Captures some of what was left authorised, of which the first is too old for it."""
    with ledger.engine.connect() as connection:
        def rows(plan: str) -> list[int]:
            return list(connection.execute(sa.select(sale.c.id).where(
                sale.c.store_id == store.id, sale.c.payment_id.in_(made[plan]))
                .order_by(sale.c.received)).scalars())

        chosen = rows("expired")[:1] + rows("authorized")[-3:]
    batch = ledger.batches.make("capture", chosen, search="--status not-paid", by=Person("ana"))
    return ledger.batches.run(batch.id, by=Person("ana")).id


def _doubt(ledger: Ledger, sandbox: LocalCielo, store: Store) -> tuple[str, ...]:
    """Answers are lost, and so are those of the looks: one can be settled later, and one
    that another program's sales resemble by nobody but a person."""
    chance = random.Random(3)
    sales = [{"MerchantOrderId": order, "Customer": BUYER,
              "Payment": {"Amount": amount, **paid(chance)}}
             for order, amount in (("5001", 15700), ("5002", 8950))]
    with cielo.Client(merchant_id=store.merchant_id, base_url=sandbox.base_url,
                      merchant_key=KEYS["CIELO_MERCHANT_KEY"]) as other:
        for _ in range(2):
            other.sales.create(sales[1])
    sandbox.faults([{"match": "POST /1/sales", "after": "process", "do": "reset", "times": 2},
                    {"match": "GET /1/", "after": "read", "do": "reset", "times": -1}])
    try:
        with ledger.client(store, timeout=4) as client:
            for outcome in client.many(client.sales.create, sales):
                if not isinstance(outcome.error, cielo.OutcomeUnknownError):
                    raise RuntimeError(f"it is in no doubt: {outcome}")
    finally:
        sandbox.faults([])
    ledger.ingest()
    return tuple(doubt.id for doubt in ledger.doubts.list())


def fill(ledger: Ledger, sandbox: LocalCielo, *, count: int = 140, seed: int = 1) -> Made:
    """Makes the story in an empty ledger; `sandbox` began DAYS ago and knows nothing yet.

    What is done with the ledger afterwards finds the stores' keys in files beside its journal.
    """
    with tempfile.TemporaryDirectory() as noted:
        shop = Shop(sandbox, noted, random.Random(seed))
        with contextlib.closing(shop):
            _live(shop, count)
        _date_back(noted, os.fspath(ledger.journals[0]), shop.moves)
    # Before the journal names them: which of two segments is read first is chance.
    stores = _settle_in(ledger, sandbox)
    ledger.ingest()
    ledger.sync.night()
    ledger.sync.work()
    _charge_own(ledger, stores[0])
    batch = _run_batch(ledger, stores[0], shop.made)
    doubts = _doubt(ledger, sandbox, stores[0])
    return Made(shop.made, stores, batch, doubts)
