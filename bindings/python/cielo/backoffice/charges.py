"""Charging the shop's own recurrences: each due date once, however often it is begun.

An attempt is committed under an order number of its own before it is sent, and the database
takes one living attempt per due date. Who died leaves it as "sending": the journal tells the
next run what became of it.
"""

from __future__ import annotations

import datetime
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import cielo

from . import brand_fees
from .database import now, writing
from .due_dates import Plan, Rule, next_date
from .errors import Refused
from .lease import LIFE, Lease, held
from .recurrence_row import COLUMNS, Recurrence
from .schema import charge, lease, recurrence, retry_rule, sale
from .sender import alone
from .stores import Store

__all__ = ["Charge", "Charger"]

# Attempts that are not over; while there is one, nothing else is sent for its recurrence.
OPEN = ("sending", "in_doubt", "pending")
# Means of payment that are charged when they are issued: the payer pays later.
ISSUED = ("boleto", "pix", "qr_code", "transfer")
# Kinds of errors after which surely nothing was charged.
NOT_TAKEN = ("validation", "journal", "authentication", "permission", "rate_limit",
             "invalid_request", "not_found")
# Texts from outside, in columns.
LONGEST = 300
# Seconds after which a lease is renewed on the way.
RENEW = 10.0
DAY = datetime.timedelta(days=1)


class Charge(NamedTuple):
    """An attempt to charge a recurrence, or what a dry run would do."""

    key: str  # the recurrence's
    due: datetime.date
    number: int  # of the attempts for this date
    order_number: str | None
    amount: int | None
    #: sending, in_doubt, pending, approved, declined, failed (nothing was charged);
    #: of a dry run "due"; "held": not sent, for `why`.
    state: str
    at: datetime.datetime | None = None
    payment_id: str | None = None
    code: str | None = None
    why: str | None = None

    @classmethod
    def of(cls, row: Any, key: str) -> Charge:
        return cls(key, row.due, row.number, row.order_number, row.amount, row.state, row.at,
                   row.payment_id, row.code, row.why)


class Ending(NamedTuple):
    """What became of an attempt."""

    state: str
    code: str | None = None
    why: str | None = None
    payment_id: str | None = None
    brand: str | None = None
    card: str | None = None
    #: What tells when it may be tried again: the result, or the code's entry.
    rule: Any = None


def plain(name: object) -> str:
    """A member's name as it is compared: whatever its case, and with or without `_`."""
    return str(name).lower().replace("_", "")


def card_of(node: Any) -> tuple[str | None, str | None]:
    """(brand, first six and last four digits) of a card in fields or in an answer."""
    members = {plain(name): value for name, value in dict(node or {}).items()}
    number = members.get("cardnumber")
    text = number.reveal() if isinstance(number, cielo.Secret) else str(number or "")
    brand = members.get("brand")
    return (str(brand) if brand else None,
            text[:6] + text[-4:] if len(text) >= 13 else None)


def member(fields: Mapping[str, Any], name: str) -> str | None:
    """How the fields spell one of their members, whatever its case; None without it."""
    return next((key for key in fields if plain(key) == name), None)


def complete(fields: Mapping[str, Any], order: str, amount: int | None) -> dict[str, Any]:
    """The shop's fields with the order number, the mark of a recurrence and an amount."""
    made = dict(fields)
    for name in [key for key in made if plain(key) == "merchantorderid"]:
        del made[name]
    made["MerchantOrderId"] = order
    place = member(made, "payment") or "Payment"
    payment = dict(made.get(place) or {})
    if member(payment, "amount") is None:
        payment["Amount"] = amount
    if (member(payment, "recurrent") is None
            and str(payment.get(member(payment, "type") or "")).lower().endswith("card")):
        payment["Recurrent"] = True
    made[place] = payment
    return made


def judge(outcome: cielo.Outcome[Any, Any]) -> Ending:
    """What a call came to."""
    error = outcome.error
    result: Any = outcome.result
    if error is not None:
        if not isinstance(error, cielo.CieloError):
            raise error  # a field of a wrong type, say: nothing was sent
        sure = error.sent == "no" or error.kind in NOT_TAKEN
        return Ending("failed" if sure else "in_doubt", why=str(error)[:LONGEST])
    payment = result.payment
    node = payment.to_dict() if hasattr(payment, "to_dict") else {}
    brand, card = card_of(node.get("CreditCard") or node.get("DebitCard"))
    code = node.get("ReturnCode")
    state = "approved" if result.approved else "declined" if result.declined else "pending"
    return Ending(state, str(code)[:LONGEST] if code else None,
                  str(node.get("ReturnMessage") or "")[:LONGEST] or None,
                  node.get("PaymentId"), brand, card, result)


def found(row: Any) -> Ending:
    """What the ledger has of a sale."""
    card = row.first6 + row.last4 if row.first6 and row.last4 else None
    facts = {"code": row.code, "payment_id": row.payment_id, "brand": row.brand, "card": card}
    if row.in_doubt:
        return Ending("in_doubt", why="the journal does not know its end yet")
    if row.status is None and row.payment_id:
        return Ending("in_doubt", why="somebody says that it was made, and Cielo was not asked yet")
    if row.status is None:
        return Ending("failed", why=row.error)
    if row.status in (3, 13):
        return Ending("declined", why=row.error,
                      rule=cielo.return_code(row.code) if row.code else None, **facts)
    return Ending("pending" if row.status in (0, 12, 20) else "approved", **facts)


def may_repeat(ending: Ending) -> bool:
    """Whether neither the code's own table, the advice nor the brand forbids it."""
    if ending.code and ending.brand:
        denial = cielo.abecs(ending.brand, ending.code)
        if denial is not None and not denial.reversible:
            return False
    advice = getattr(ending.rule, "advice", None) or ending.rule
    retry = getattr(advice, "retry", None)
    return retry is None or retry.kind != "never"


class _Sent(NamedTuple):
    """An attempt that was given to the client."""

    id: int
    row: Any  # of the recurrence
    due: datetime.date


class _Calls:
    """What `client.many` draws on: as many calls as are due, or fewer."""

    def __init__(self, calls: Iterator[dict[str, Any]], count: int) -> None:
        self._calls = calls
        self._count = count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._calls

    def __len__(self) -> int:
        return self._count


class Charger:
    """One run over the recurrences of a store."""

    def __init__(self, engine: sa.Engine, client: cielo.Client, store: Store,
                 moment: datetime.datetime, ingest: Callable[[list[str]], object]) -> None:
        folder = client.journal.folder
        if folder is None:
            raise Refused("charging recurrences needs a client with a journal: without it nobody "
                          "knows after a crash what was charged",
                          "cobrar recorrências pede um cliente com diário: sem ele ninguém sabe, "
                          "depois de uma queda, o que foi cobrado")
        self._engine = engine
        self._client = client
        self._store = store
        self._moment = moment
        self._ingest = ingest
        self._folder = folder
        self._journal = f"{platform.node()}:{folder}"
        self._today = moment.astimezone(ZoneInfo(store.zone)).date()
        self._results: list[Charge] = []
        self._sent: list[_Sent] = []
        self._lease: Lease | None = None
        self._renewed = 0.0

    # ---- what is due ----

    def _due(self, connection: sa.Connection) -> Sequence[Any]:
        return connection.execute(
            sa.select(recurrence).where(
                recurrence.c.store_id == self._store.id, ~recurrence.c.scheduled,
                recurrence.c.state.in_(("active", "failing")),
                recurrence.c.next_charge <= self._today,
                sa.or_(recurrence.c.next_attempt.is_(None),
                       recurrence.c.next_attempt <= self._moment))
            .order_by(recurrence.c.next_charge, recurrence.c.id)).all()

    def _hindrance(self, connection: sa.Connection, row: Any) -> str | None:
        """Why one that is due is not charged now; None when it may be."""
        living = connection.scalar(sa.select(charge.c.state).where(
            charge.c.recurrence_id == row.id, charge.c.state.in_(OPEN)))
        if living is not None:
            return "what became of an attempt is not known yet"
        last = connection.execute(
            sa.select(charge.c.brand, charge.c.card).where(
                charge.c.recurrence_id == row.id, charge.c.state.in_(("declined", "approved")))
            .order_by(charge.c.id.desc()).limit(1)).first()
        if last is not None and last.card and last.brand and self._costs(
                connection, last.brand, last.card, row.amount or 0):
            return "its brand allows this card no more attempts for now"
        return None

    def _attempts(self, connection: sa.Connection, brand: str, card: str) -> (
            list[brand_fees.Attempt]):
        """Of a card, as long as any brand counts, by this store: of recurrences and of other
        sales."""
        since = self._moment - brand_fees.LONGEST
        own = connection.execute(
            sa.select(charge.c.order_number, charge.c.at, charge.c.amount, charge.c.code,
                      charge.c.state)
            .join(recurrence, recurrence.c.id == charge.c.recurrence_id)
            .where(charge.c.card == card, charge.c.at > since,
                   recurrence.c.store_id == self._store.id,
                   charge.c.state.in_(("declined", "approved")))
            .order_by(charge.c.id)).all()
        numbers = {row.order_number for row in own}
        sales = connection.execute(
            sa.select(sale.c.order_number, sale.c.received, sale.c.amount, sale.c.code,
                      sale.c.status)
            .where(sale.c.store_id == self._store.id, sale.c.first6 == card[:6],
                   sale.c.last4 == card[6:], sale.c.received > since,
                   sale.c.status.in_((brand_fees.DECLINED, *brand_fees.TAKEN)))
            .order_by(sale.c.received, sale.c.id)).all()
        made = [brand_fees.Attempt(row.at, brand, card, row.amount or 0,
                                   (row.code or "") if row.state == "declined" else None)
                for row in own]
        made += [brand_fees.Attempt(
            row.received, brand, card, row.amount or 0,
            (row.code or "") if row.status == brand_fees.DECLINED else None)
            for row in sales if row.order_number not in numbers]
        return made

    def _costs(self, connection: sa.Connection, brand: str, card: str, amount: int) -> bool:
        """Whether one more denial would be one that the brand charges for."""
        now_ = brand_fees.Attempt(self._moment, brand, card, amount, "")
        before = [each for each in self._attempts(connection, brand, card)
                  if each.at <= self._moment]
        count = len(list(brand_fees.charged(before)))
        return len(list(brand_fees.charged([*before, now_]))) > count

    def _number(self, connection: sa.Connection, row: Any) -> int:
        last = connection.scalar(sa.select(sa.func.max(charge.c.number)).where(
            charge.c.recurrence_id == row.id, charge.c.due == row.next_charge))
        return (last or 0) + 1

    def _order(self, row: Any, number: int) -> str:
        """Letters and digits, at most twenty, of this attempt alone."""
        return f"R{row.id}D{row.next_charge:%y%m%d}N{number}"

    def foresee(self) -> list[Charge]:
        """What a run would do now."""
        with self._engine.connect() as connection:
            made = []
            for row in self._due(connection):
                why, number = self._hindrance(connection, row), self._number(connection, row)
                made.append(Charge(row.key, row.next_charge, number, self._order(row, number),
                                   row.amount, "held" if why else "due", why=why))
            return made

    # ---- a run ----

    def run(self, fields_for: Callable[[Any], Mapping[str, Any] | None],
            progress: Callable[[int, int, int | None], object] | None,
            concurrency: int) -> list[Charge]:
        # No call lasts longer than the client's time-out, and each end renews it.
        life = LIFE + self._client.timeout
        job = f"recurrences:{self._store.id}"
        # A lease may end while its holder is stopped, between an attempt's commit and its
        # intent: on this machine, where that would count as unsent, only death lets go.
        with alone(self._folder, job) as free, held(self._engine, job, life) as own:
            if not free or own is None:
                raise Refused(f"another process is charging the recurrences of {self._store.name}",
                              f"outro processo cobra as recorrências de {self._store.name}")
            self._lease = own
            self._ingest([self._folder])
            self._recover()
            with self._engine.connect() as connection:
                due = self._due(connection)
            calls = _Calls(self._calls(due, fields_for), len(due))
            with self._client.many(self._client.sales.create, calls, concurrency,
                                   progress) as outcomes:
                for outcome in outcomes:
                    self._end(self._sent[outcome.index], judge(outcome))
                    self._renew()
            self._ingest([self._folder])
        return self._results

    def _renew(self) -> None:
        if self._lease is not None and time.monotonic() - self._renewed > RENEW:
            self._lease.renew()
            self._renewed = time.monotonic()

    def _hold(self, row: Any, why: str) -> None:
        self._results.append(Charge(row.key, row.next_charge, row.attempt + 1, None, row.amount,
                                    "held", why=why))

    def _calls(self, due: Sequence[Any],
               fields_for: Callable[[Any], Mapping[str, Any] | None]) -> (
                   Iterator[dict[str, Any]]):
        """The fields of each attempt, which is committed before they are given."""
        for row in due:
            with self._engine.connect() as connection:
                why = self._hindrance(connection, row)
            if why is not None:
                self._hold(row, why)
                continue
            fields = fields_for(Recurrence(*(getattr(row, each.name) for each in COLUMNS)))
            if fields is None:
                self._hold(row, "the shop left it for now")
                continue
            self._renew()
            made = self._begin(row, fields)
            if made is not None:
                yield made

    def _begin(self, row: Any, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        """Commits an attempt; None where it may not be made after all."""
        payment = fields.get(member(fields, "payment") or "") or {}
        brand, card = card_of(next((payment[name] for name in payment
                                     if plain(name) in ("creditcard", "debitcard")), None))
        with writing(self._engine) as connection:
            self._check_lease(connection)
            fresh = connection.execute(
                sa.select(recurrence).where(recurrence.c.id == row.id)).one()
            amount = payment.get(member(payment, "amount") or "", row.amount)
            why = self._hindrance(connection, row)
            if fresh != row:
                why = "it was changed meanwhile"
            elif why is None and brand and card and self._costs(connection, brand, card, amount):
                why = "its brand allows this card no more attempts for now"
            if why is not None:
                self._hold(row, why)
                return None
            number = self._number(connection, row)
            order = self._order(row, number)
            id_ = connection.execute(sa.insert(charge).values(
                recurrence_id=row.id, due=row.next_charge, number=number, order_number=order,
                amount=amount, journal=self._journal, state="sending", at=self._moment,
                brand=brand, card=card).returning(charge.c.id)).scalar_one()
        self._sent.append(_Sent(id_, row, row.next_charge))
        return complete(fields, order, row.amount)

    def _check_lease(self, connection: sa.Connection) -> None:
        """In the transaction that commits an attempt: who was thought dead sends nothing."""
        holder = connection.scalar(sa.select(lease.c.holder).where(
            lease.c.name == f"recurrences:{self._store.id}", lease.c.until > now(connection)))
        if self._lease is None or holder != self._lease.holder:
            raise Refused("the charging of recurrences was taken over by another process",
                          "a cobrança das recorrências foi assumida por outro processo")

    # ---- ends ----

    def _end(self, sent: _Sent, ending: Ending) -> None:
        with writing(self._engine) as connection:
            values = {name: value for name, value in (
                ("code", ending.code), ("why", ending.why), ("payment_id", ending.payment_id),
                ("brand", ending.brand), ("card", ending.card)) if value is not None}
            done = connection.execute(sa.update(charge).where(
                charge.c.id == sent.id, charge.c.state.in_(OPEN)).values(
                    state=ending.state, ended=None if ending.state in OPEN else self._moment,
                    **values))
            if done.rowcount:
                self._go_on(connection, sent, ending)
            self._results.append(Charge.of(connection.execute(
                sa.select(charge).where(charge.c.id == sent.id)).one(), sent.row.key))

    def _recover(self) -> None:
        """What earlier runs left open, by what the journal knows of it now."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(charge).join(recurrence, recurrence.c.id == charge.c.recurrence_id)
                .where(recurrence.c.store_id == self._store.id, charge.c.state.in_(OPEN))
                .order_by(charge.c.id)).all()
        for row in rows:
            with self._engine.connect() as connection:
                owner = connection.execute(sa.select(recurrence).where(
                    recurrence.c.id == row.recurrence_id)).one()
                told = connection.execute(sa.select(sale).where(
                    sale.c.store_id == self._store.id, sale.c.order_number == row.order_number)
                    .order_by(sale.c.in_doubt.desc(), sale.c.payment_id.is_(None),
                              sale.c.status.is_not(None), sale.c.status)).first()
            if told is not None:
                ending = found(told)
                if ending.state != row.state:
                    self._end(_Sent(row.id, owner, row.due), ending)
            elif row.state == "sending" and row.journal == self._journal:
                # Its intent would be in this journal, which was just read.
                self._end(_Sent(row.id, owner, row.due),
                          Ending("failed", why="it was not sent: its process ended before"))

    def _go_on(self, connection: sa.Connection, sent: _Sent, ending: Ending) -> None:
        """What an end means for the recurrence."""
        row = sent.row
        if row.next_charge != sent.due:
            return  # it was given another date meanwhile
        if ending.state == "approved" or (ending.state == "pending"
                                          and row.means_group in ISSUED):
            if ending.state == "pending":
                connection.execute(sa.update(charge).where(charge.c.id == sent.id).values(
                    state="approved", ended=self._moment))
            self._set(connection, row, **self._advance(row, sent.due, "active", None))
        elif ending.state == "failed":
            self._set(connection, row, state="failing", why=ending.why)
        elif ending.state == "declined":
            self._set(connection, row, **self._declined(connection, sent, ending))

    def _set(self, connection: sa.Connection, row: Any, **values: Any) -> None:
        """Not one that was suspended or ended meanwhile: only its dates go on."""
        states = {"state", "why"}
        connection.execute(sa.update(recurrence).where(recurrence.c.id == row.id).values(
            {name: value for name, value in values.items() if name not in states}
            or {"attempt": recurrence.c.attempt}))
        connection.execute(sa.update(recurrence).where(
            recurrence.c.id == row.id, recurrence.c.state.in_(("active", "failing"))).values(
                {name: value for name, value in values.items() if name in states}))

    def _advance(self, row: Any, due: datetime.date, state: str, why: str | None) -> (
            dict[str, Any]):
        """To the next date. What is overdue is caught up with by one charge a day."""
        following = next_date(due, Plan(row.interval_months, row.day, row.ends))
        values: dict[str, Any] = {"attempt": 0, "next_attempt": None, "state": state, "why": why,
                                  "next_charge": following}
        if following is None:
            return {**values, "state": "ended"}
        if following <= self._today:
            values["next_attempt"] = datetime.datetime.combine(
                self._today + DAY, datetime.time(), ZoneInfo(self._store.zone))
        return values

    def _declined(self, connection: sa.Connection, sent: _Sent, ending: Ending) -> (
            dict[str, Any]):
        row = sent.row
        why = f"declined with the code {ending.code}"
        if not may_repeat(ending):
            return {"state": "suspended", "next_attempt": None,
                    "why": f"{why}, which forbids to try this card again"}
        rule, tries = self._rule(connection, row), int(connection.execute(
            sa.select(sa.func.count()).select_from(charge).where(
                charge.c.recurrence_id == row.id, charge.c.due == sent.due,
                charge.c.state == "declined")).scalar_one())
        when = self._next_try(connection, sent, ending, rule)
        if tries > rule.tries or when is None:
            if rule.disable:
                return {"state": "disabled", "why": f"{why}; its tries are used up",
                        "attempt": tries, "next_attempt": None}
            return self._advance(row, sent.due, "failing", f"{why}; its tries were used up")
        return {"state": "failing", "why": why, "attempt": tries, "next_attempt": when}

    def _next_try(self, connection: sa.Connection, sent: _Sent, ending: Ending, rule: Rule) -> (
            datetime.datetime | None):
        """The strictest of the shop's interval and what Cielo and the brand allow."""
        this = connection.execute(sa.select(charge.c.at, charge.c.brand, charge.c.card)
                                  .where(charge.c.id == sent.id)).one()
        own = connection.scalars(sa.select(charge.c.at).where(
            charge.c.recurrence_id == sent.row.id, charge.c.due == sent.due,
            charge.c.state == "declined")).all()
        times = set(own)
        if this.brand and this.card:
            times.update(each.at for each in self._attempts(connection, this.brand, this.card)
                         if each.code is not None and self._moment - each.at < brand_fees.WINDOW)
        allowed = cielo.retry_plan(ending.rule, sorted(times), self._moment) if (
            ending.rule is not None) else None
        return None if allowed is None else max(allowed, this.at + rule.step)

    def _rule(self, connection: sa.Connection, row: Any) -> Rule:
        found_ = connection.execute(
            sa.select(retry_rule.c.means_group, retry_rule.c.tries, retry_rule.c.days,
                      retry_rule.c.disable)
            .where(retry_rule.c.store_id == row.store_id,
                   retry_rule.c.means_group == row.means_group)
            .order_by(retry_rule.c.since.desc(), retry_rule.c.id.desc()).limit(1)).first()
        return Rule(*found_) if found_ else Rule(row.means_group)

