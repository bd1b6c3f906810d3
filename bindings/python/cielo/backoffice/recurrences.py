"""Recurrences: what is set for them, what is to come, what deviates, and charging one's own.

A scheduled one is charged by Cielo: what stands here is a declaration of what was set there,
to foretell its dates by. One of the shop's own is charged by `run`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import cielo

from .audit import note
from .brand_fees import DECLINED, Attempt
from .charges import Charge, Charger
from .database import insert, now, writing
from .due_dates import Deviation, Foretold, Rule, Seen, deviations, foretell
from .errors import Refused, Usage
from .person import Person
from .recurrence_row import COLUMNS, Recurrence
from .schema import charge as charge_table
from .schema import recurrence as table
from .schema import retry_rule, sale
from .stores import Store, Stores
from .words import GROUPS, label

__all__ = ["Charge", "Recurrence", "Recurrences", "run"]

STATES = ("active", "failing", "suspended", "disabled", "ended")
# Of these something is to come.
GOES_ON = ("active", "failing")


def rules_of(connection: sa.Connection, store_id: int) -> dict[str, Rule]:
    """By group of means, the ones that were set last; others have what Cielo sets by itself."""
    rows = connection.execute(
        sa.select(retry_rule).where(retry_rule.c.store_id == store_id)
        .order_by(retry_rule.c.since, retry_rule.c.id))
    return {row.means_group: Rule(row.means_group, row.tries, row.days, row.disable)
            for row in rows}


class Recurrences:
    """`ledger.recurrences`."""

    def __init__(self, engine: sa.Engine, stores: Stores) -> None:
        self._engine = engine
        self._stores = stores

    # ---- what is set ----

    def rules(self, store: int | str | None = None) -> list[Rule]:
        """What becomes of declined charges, for each kind of payment that has a rule."""
        with self._engine.connect() as connection:
            held = rules_of(connection, self._stores.get(store).id)
        return list({"credit_card": Rule(), **held}.values())

    def set_rule(self, *, tries: int = 4, days: int = 1, disable: bool = False,
                 means_group: str = "credit_card", store: int | str | None = None,
                 by: Person | None = None) -> Rule:
        """0 to 4 tries beside the first charge, 1 to 4 days apart; then it may be disabled."""
        person, number = by or Person.of_system(), self._stores.get(store).id
        person.demand("configure", number)
        if not 0 <= tries <= 4:
            raise Usage("a charge is tried again 0 to 4 times",
                        "uma cobrança é tentada de novo de 0 a 4 vezes")
        if not 1 <= days <= 4:
            raise Usage("tries are 1 to 4 days apart",
                        "entre as tentativas há de 1 a 4 dias")
        if means_group not in GROUPS:
            raise Usage(f"no kind of payment {means_group!r}: one of {', '.join(GROUPS)}",
                        f"não há o meio {means_group!r}: um de {', '.join(GROUPS)}")
        rule = Rule(means_group, tries, days, disable)
        with writing(self._engine) as connection:
            row = insert(connection, retry_rule).values(
                store_id=number, since=now(connection), set_by=person.name, **rule._asdict())
            connection.execute(row)
            note(connection, person.name, "retry.set", store_id=number, **rule._asdict())
        return rule

    # ---- the recurrences ----

    def add(self, key: str, *, amount: int, starts: datetime.date, interval: int = 1,
            day: int | None = None, ends: datetime.date | None = None,
            means_group: str = "credit_card", scheduled: bool = False,
            store: int | str | None = None, by: Person | None = None) -> Recurrence:
        """One of the shop's own, under the shop's number; or a declaration of a `scheduled` one,
        under Cielo's. The first charge is due on `starts`, later ones on `day` of a month, or
        its last day where it is shorter. What was declared before is replaced."""
        person, number = by or Person.of_system(), self._stores.get(store).id
        person.demand("configure", number)
        if interval < 1 or amount <= 0 or not 1 <= (day or starts.day) <= 31:
            raise Usage("a recurrence has an amount, an interval in months and a day of 1 to 31",
                        "uma recorrência tem um valor, um intervalo em meses e um dia de 1 a 31")
        if ends is not None and ends < starts:
            raise Usage("a recurrence does not end before it starts",
                        "uma recorrência não acaba antes de começar")
        values = {"amount": amount, "starts": starts, "interval_months": interval,
                  "day": day or starts.day, "ends": ends, "means_group": means_group}
        with writing(self._engine) as connection:
            row = insert(connection, table).values(
                store_id=number, key=key, scheduled=scheduled, next_charge=starts,
                state="active", **values)
            done = connection.execute(row.on_conflict_do_update(
                index_elements=["store_id", "key"], set_=values,
                where=sa.and_(table.c.scheduled, row.excluded.scheduled))
                .returning(table.c.id))
            if done.first() is None:
                raise Usage(f"there is a recurrence {key!r} already",
                            f"já há uma recorrência {key!r}")
            note(connection, person.name, "recurrence.add", store_id=number, key=key,
                 scheduled=scheduled, amount=amount)
        return self.get(key, store=store)

    def get(self, key: str, *, store: int | str | None = None) -> Recurrence:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(*COLUMNS).where(
                table.c.store_id == self._stores.get(store).id, table.c.key == key)).first()
        if row is None:
            raise Usage(f"there is no recurrence {key!r}", f"não há a recorrência {key!r}")
        return Recurrence(*tuple(row))

    def all(self, *, failing: bool = False, store: int | str | None = None) -> list[Recurrence]:
        """By their next date; `failing`: the ones that were declined, or are not charged."""
        found = sa.select(*COLUMNS).order_by(table.c.next_charge, table.c.id)
        if store is not None:
            found = found.where(table.c.store_id == self._stores.get(store).id)
        if failing:
            found = found.where(table.c.state.in_(("failing", "suspended", "disabled")))
        with self._engine.connect() as connection:
            return [Recurrence(*tuple(row)) for row in connection.execute(found)]

    def charges(self, key: str, *, store: int | str | None = None) -> list[Charge]:
        """The attempts of one of the shop's own, oldest first."""
        one = self.get(key, store=store)
        with self._engine.connect() as connection:
            return [Charge.of(row, one.key) for row in connection.execute(
                sa.select(charge_table).where(charge_table.c.recurrence_id == one.id)
                .order_by(charge_table.c.id))]

    # ---- changing their state ----

    def suspend(self, key: str, why: str, *, store: int | str | None = None,
                by: Person | None = None) -> Recurrence:
        """Not charged until it is resumed."""
        return self._change(key, store, by, GOES_ON, "suspend", state="suspended", why=why)

    def resume(self, key: str, *, next_charge: datetime.date | None = None,
               store: int | str | None = None, by: Person | None = None) -> Recurrence:
        """Charged again, with whatever card the shop has for it now: from `next_charge` on, or
        by what was due when it was stopped."""
        one = self.get(key, store=store)
        changes: dict[str, Any] = {"state": "active", "why": None, "attempt": 0,
                                   "next_attempt": None}
        if next_charge is not None:
            changes["next_charge"] = next_charge
        elif one.attempt and one.next_charge and not one.scheduled:
            changes["attempt"] = one.attempt  # its tries are not given anew
        return self._change(key, store, by, ("suspended", "disabled"), "resume", **changes)

    def end(self, key: str, *, store: int | str | None = None,
            by: Person | None = None) -> Recurrence:
        """For good. What is charged stays charged."""
        return self._change(key, store, by, STATES[:-1], "end", state="ended")

    def _change(self, key: str, store: int | str | None, by: Person | None,
                states: Iterable[str], verb: str, **changes: Any) -> Recurrence:
        person, one = by or Person.of_system(), self.get(key, store=store)
        person.demand("configure", one.store_id)
        if one.scheduled:
            raise Refused(f"Cielo charges the recurrence {key}: change it there",
                          f"quem cobra a recorrência {key} é a Cielo: mude lá")
        with writing(self._engine) as connection:
            done = connection.execute(sa.update(table).where(
                table.c.id == one.id, table.c.state.in_(list(states))).values(changes))
            if not done.rowcount:
                raise Refused(f"the recurrence {key} is {one.state}",
                              f"a recorrência {key} está {label('recurrence', one.state)}")
            if verb == "resume":  # it may be another card's: the old one's denials are not its
                connection.execute(sa.update(charge_table).where(
                    charge_table.c.recurrence_id == one.id).values(card=None))
            note(connection, person.name, f"recurrence.{verb}", store_id=one.store_id, key=key,
                 why=changes.get("why"))
        return self.get(key, store=store)

    # ---- what is to come, and what deviates ----

    def foretell(self, key: str, until: datetime.date, *,
                 store: int | str | None = None) -> list[Foretold]:
        """The dates of charges and of retries of one that was declined, up to a day."""
        one = self.get(key, store=store)
        if one.state not in GOES_ON or one.next_charge is None:
            return []
        owner = self._stores.get(one.store_id)
        retry = (one.attempt, day_in(owner, one.next_attempt)) if (
            one.attempt and one.next_attempt) else None
        return list(foretell(one.next_charge, one.plan, self._rule(one), until, retry))

    def deviations(self, *, today: datetime.date | None = None,
                   store: int | str | None = None) -> list[tuple[Recurrence, Deviation]]:
        """Of scheduled ones: charges that were not foretold or of other amounts, missing ones,
        and recurrences that Cielo has deactivated."""
        found = []
        for one in self.all(store=store):
            if one.scheduled:
                owner = self._stores.get(one.store_id)
                day = today or day_in(owner, datetime.datetime.now(datetime.timezone.utc))
                found += [(one, each) for each in self._deviate(one, owner, day)]
        return found

    def _deviate(self, one: Recurrence, owner: Store, today: datetime.date) -> list[Deviation]:
        seen = self._seen(one, owner)
        first = one.starts or (min(each.date for each in seen) if seen else None)
        stopped = one.state == "disabled"
        end = max((each.date for each in seen), default=today) if (
            stopped or one.state == "ended") else today
        told = list(deviations(first, one.plan, self._rule(one), seen, end, one.amount)) if (
            first is not None and one.interval is not None) else []
        if stopped:
            told.append(Deviation("deactivated", end, one.why or "disabled"))
        return told

    def _seen(self, one: Recurrence, owner: Store) -> list[Seen]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(sale.c.received, sale.c.amount, sale.c.status, sale.c.brand,
                          sale.c.code, sale.c.payment_id)
                .where(sale.c.store_id == one.store_id, sale.c.recurrence_id == one.key,
                       sale.c.payment_id.is_not(None))
                .order_by(sale.c.received, sale.c.id)).all()
        return [Seen(day_in(owner, row.received), row.amount, row.status == DECLINED,
                     Attempt(row.received, row.brand or "", "", 0, row.code).irreversible,
                     row.payment_id)
                for row in rows]

    def _rule(self, one: Recurrence) -> Rule:
        with self._engine.connect() as connection:
            return rules_of(connection, one.store_id).get(one.means_group,
                                                          Rule(one.means_group))


def day_in(store: Store, moment: datetime.datetime) -> datetime.date:
    """A moment's day where the store is."""
    return moment.astimezone(ZoneInfo(store.zone)).date()


# ---- charging one's own ----


def store_of(stores: Stores, client: cielo.Client) -> Store:
    """The store that a client is for: of its merchant, and where it sends."""
    for each in stores.all():
        if each.merchant_id == client.merchant_id and (
                each.environment in (client.base_url, client.environment)):
            return each
    raise Usage(f"the ledger has no store of the merchant {client.merchant_id} yet",
                f"o livro ainda não tem loja com o merchant {client.merchant_id}")


def run(ledger: Any, client: cielo.Client,
        fields_for: Callable[[Recurrence], Mapping[str, Any] | None], *,
        store: int | str | None = None, dry_run: bool = False,
        progress: Callable[[int, int, int | None], object] | None = None,
        now: datetime.datetime | None = None, concurrency: int = 16) -> list[Charge]:
    """Charges what is due of the shop's own recurrences, each due date once.

    `fields_for(recurrence)` gives the fields of the sale, as `client.sales.create` takes them,
    or None to leave it for now: the stored card's token stays with the shop. The order number
    is set here, of each attempt its own, and the amount where the fields have none. What it
    raises ends the run, after the charges under way.
    Killed, it is run again: what was begun is looked up in the journal first, so the client must
    not send what it could not note (`journal_required`, as it is by itself). With `dry_run`
    nothing is sent or written, and no fields are asked for. A recurrence with a charge in doubt
    waits, "held" in the list, until the doubt is settled. Each run charges a recurrence once.
    Refused while another process charges those of the store; one that died is waited for as long
    as its calls could last.
    """
    moment = now or datetime.datetime.now(datetime.timezone.utc)
    if moment.tzinfo is None:
        raise Usage("now is a moment with its zone", "now é um momento com o seu fuso")
    owner = ledger.stores.get(store) if store is not None else store_of(ledger.stores, client)
    charger = Charger(ledger.engine, client, owner, moment, ledger.ingest)
    if dry_run:
        return charger.foresee()
    return charger.run(fields_for, progress, concurrency)
