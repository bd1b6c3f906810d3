"""Recurrences: their rules, what Cielo tells of its own, and charging the shop's own."""

from __future__ import annotations

import datetime
import os
import pathlib
import subprocess
import sys
import time
from typing import Any

import pytest
import sqlalchemy as sa
from journal_lines import KEY, MERCHANT, UTC, Segment

import cielo
from cielo.backoffice import Ledger, Person, Refused, Usage, recurrences
from cielo.backoffice.database import projecting
from cielo.backoffice.due_dates import Rule
from cielo.backoffice.events import New, take
from cielo.backoffice.lease import Lease
from cielo.backoffice.schema import charge, recurrence
from cielo.backoffice.schema import lease as lease_table

RUNNER = pathlib.Path(__file__).parent / "recurrence_runner.py"
APPROVED, NOT_AUTHORIZED, EXPIRED, BLOCKED = "1", "2", "3", "5"
TODAY = datetime.date(2026, 11, 10)
NOW = datetime.datetime(2026, 11, 10, 15, tzinfo=UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ledger(ledger: Ledger, sandbox: Any) -> Ledger:
    sandbox.reset()
    ledger.stores.add(MERCHANT, sandbox.base_url)
    return ledger


@pytest.fixture
def add(ledger: Ledger) -> Any:
    """Adds a recurrence whose card ends in a digit that decides."""

    def make(digit: str = APPROVED, name: str = "s", **members: Any) -> str:
        key = f"{name}-{digit}"
        ledger.recurrences.add(key, **{"amount": 4990, "starts": TODAY, **members})
        return key

    return make


def fields_for(one: Any) -> dict[str, Any]:
    return {"Payment": {"Type": "CreditCard", "Installments": 1, "CreditCard": {
        "CardNumber": f"402400719769293{one.key[-1]}", "Holder": "Teste",
        "ExpirationDate": "12/2035", "SecurityCode": "123", "Brand": "Visa"}}}


def run(ledger: Ledger, shop: Any, days: float = 0, **options: Any) -> list[Any]:
    return recurrences.run(ledger, shop, options.pop("fields_for", fields_for),
                           now=NOW + days * DAY, **options)


def states(charges: list[Any]) -> list[str]:
    return [each.state for each in charges]


# ---- what is set ----


def test_the_rule(ledger):
    assert ledger.recurrences.rules() == [Rule("credit_card", 4, 1, False)]
    ledger.recurrences.set_rule(tries=2, days=3, disable=True)
    assert ledger.recurrences.rules() == [Rule("credit_card", 2, 3, True)]
    ledger.recurrences.set_rule(tries=0)
    assert ledger.recurrences.rules() == [Rule("credit_card", 0, 1, False)]


@pytest.mark.parametrize("wrong", [{"tries": 5}, {"tries": -1}, {"days": 0}, {"days": 5},
                                   {"means_group": "gold"}])
def test_a_rule_that_cielo_has_not(ledger, wrong):
    with pytest.raises(Usage):
        ledger.recurrences.set_rule(**wrong)


def test_who_may_set_one(ledger):
    with pytest.raises(Refused):
        ledger.recurrences.set_rule(by=Person("eva", frozenset({"view"})))


def test_a_recurrence_is_added_once(ledger, add):
    add()
    with pytest.raises(Usage, match="already"):
        add()
    with pytest.raises(Usage, match="end before"):
        add(name="t", ends=TODAY - DAY)


# ---- charging ----


def test_what_is_due_is_charged_once(ledger, shop, sandbox, add):
    key = add()
    add(name="later", starts=TODAY + DAY)
    [one] = run(ledger, shop)
    assert (one.key, one.state, one.due, one.number, one.amount) == (
        key, "approved", TODAY, 1, 4990)
    assert run(ledger, shop) == []
    [sale] = sandbox.sales()
    assert sale["MerchantOrderId"] == one.order_number
    assert len(one.order_number) <= 20 and one.order_number.isalnum()
    after = ledger.recurrences.get(key)
    assert (after.next_charge, after.state) == (datetime.date(2026, 12, 10), "active")
    [told] = [each for each in sandbox.requests() if "Recurrent" in str(each)]
    assert told["method"] == "POST"


def test_a_dry_run_tells_and_does_nothing(ledger, shop, sandbox, add):
    add()
    [one] = run(ledger, shop, dry_run=True)
    assert (one.state, one.order_number[:1], one.amount) == ("due", "R", 4990)
    assert sandbox.sales() == []
    assert run(ledger, shop, dry_run=True) == [one]
    [sent] = run(ledger, shop)
    assert sent.order_number == one.order_number


def test_many_at_once_with_progress(ledger, shop, sandbox, add):
    for n in range(12):
        add(name=f"s{n}")
    told: list[Any] = []
    assert states(run(ledger, shop, progress=lambda *counts: told.append(counts))) == (
        ["approved"] * 12)
    assert told[-1] == (12, 0, 12)
    assert len({each["MerchantOrderId"] for each in sandbox.sales()}) == 12


def test_what_the_shop_leaves_for_now(ledger, shop, add):
    add()
    assert states(run(ledger, shop, fields_for=lambda one: None)) == ["held"]
    assert states(run(ledger, shop)) == ["approved"]


def test_a_declined_one_is_tried_again_as_the_rule_has_it(ledger, shop, sandbox, add):
    ledger.recurrences.set_rule(tries=2, days=3)
    key = add(NOT_AUTHORIZED)
    assert states(run(ledger, shop)) == ["declined"]
    one = ledger.recurrences.get(key)
    assert (one.state, one.attempt, one.next_attempt) == ("failing", 1, NOW + 3 * DAY)
    assert [(each.retry, each.date.day) for each in ledger.recurrences.foretell(
        key, datetime.date(2026, 11, 30))] == [(1, 13), (2, 16)]
    assert run(ledger, shop, 2.9) == []
    assert states(run(ledger, shop, 3)) == ["declined"]
    assert states(run(ledger, shop, 6)) == ["declined"]
    one = ledger.recurrences.get(key)
    assert (one.state, one.attempt, one.next_charge) == (
        "failing", 0, datetime.date(2026, 12, 10))
    assert [each.number for each in ledger.recurrences.charges(key)] == [1, 2, 3]
    assert run(ledger, shop, 20) == []
    assert len(sandbox.sales()) == 3
    assert [each.key for each in ledger.recurrences.all(failing=True)] == [key]


def test_disabled_when_its_tries_are_used_up(ledger, shop, add):
    ledger.recurrences.set_rule(tries=0, disable=True)
    key = add(NOT_AUTHORIZED)
    run(ledger, shop)
    one = ledger.recurrences.get(key)
    assert one.state == "disabled" and "used up" in one.why
    assert run(ledger, shop, 40) == []


@pytest.mark.parametrize("digit", [EXPIRED, BLOCKED])
def test_never_again_after_a_denial_for_good(ledger, shop, sandbox, add, digit):
    key = add(digit)
    assert states(run(ledger, shop)) == ["declined"]
    one = ledger.recurrences.get(key)
    assert one.state == "suspended" and "forbids" in one.why
    for days in (1, 5, 31, 62):
        assert run(ledger, shop, days) == []
    assert len(sandbox.sales()) == 1


def test_a_new_card_after_it(ledger, shop, add):
    key = add(EXPIRED)
    run(ledger, shop)
    ledger.recurrences.resume(key)
    good = lambda one: fields_for(one._replace(key="x-1"))  # noqa: E731
    assert states(run(ledger, shop, 1, fields_for=good)) == ["approved"]
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 12, 10)


def test_the_same_card_after_it_is_held(ledger, shop, sandbox, add):
    """Resumed with the card that was refused for good: the brand charges for each try."""
    key = add(EXPIRED, starts=datetime.date.today() - 2 * DAY)
    recurrences.run(ledger, shop, fields_for)
    ledger.recurrences.resume(key)
    [one] = recurrences.run(ledger, shop, fields_for)
    assert one.state == "held" and "brand" in one.why
    assert len(sandbox.sales()) == 1


def test_the_brands_limit_is_of_a_card(ledger, shop, sandbox, add, journal):
    """Fifteen retries of other sales by that card in thirty days: none is left."""
    journal.merchant, journal.env = MERCHANT, sandbox.base_url
    for n in range(17):
        id_ = journal.intent(order=f"x{n}", amount=4990, type="CreditCard", brand="Visa",
                             at=NOW - n * DAY / 2, card={"first6": "402400", "last4": "2932"})
        journal.outcome(id_, "declined", status=3, code="51", payment_id=f"p{n}")
    add(NOT_AUTHORIZED)
    [one] = run(ledger, shop, 0.1)
    assert one.state == "held" and "brand" in one.why
    assert sandbox.sales() == []


def test_a_month_end_and_the_end(ledger, shop, add):
    key = add(starts=datetime.date(2026, 8, 31), ends=datetime.date(2026, 9, 30))
    moment = datetime.datetime(2026, 8, 31, 15, tzinfo=UTC)
    recurrences.run(ledger, shop, fields_for, now=moment)
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 9, 30)
    recurrences.run(ledger, shop, fields_for, now=moment + 30 * DAY)
    one = ledger.recurrences.get(key)
    assert (one.state, one.next_charge) == ("ended", None)
    assert recurrences.run(ledger, shop, fields_for, now=moment + 90 * DAY) == []
    assert ledger.recurrences.foretell(key, datetime.date(2027, 1, 1)) == []


def test_overdue_ones_are_caught_up_with_by_one_a_day(ledger, shop, add):
    key = add(starts=datetime.date(2026, 9, 10))
    assert [each.due.month for days in (0, 0.01, 1, 2, 3) for each in run(
        ledger, shop, days)] == [9, 10, 11]
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 12, 10)


def test_a_suspended_one_waits(ledger, shop, add):
    key = add()
    ledger.recurrences.suspend(key, "on holiday")
    assert run(ledger, shop) == []
    with pytest.raises(Refused, match="suspended"):
        ledger.recurrences.suspend(key, "again")
    ledger.recurrences.resume(key)
    assert states(run(ledger, shop)) == ["approved"]
    ledger.recurrences.end(key)
    with pytest.raises(Refused, match="ended"):
        ledger.recurrences.resume(key)


def test_the_day_begins_where_the_store_is(ledger, shop, add):
    add()
    early = datetime.datetime(2026, 11, 10, 2, 59, tzinfo=UTC)  # 23:59 of the day before
    assert recurrences.run(ledger, shop, fields_for, now=early) == []
    assert states(recurrences.run(ledger, shop, fields_for,
                                  now=early + datetime.timedelta(minutes=1))) == ["approved"]


def test_what_was_surely_not_charged_is_tried_with_a_number_of_its_own(ledger, shop, add, faults):
    key = add()
    faults(match="POST /1/sales", after="read", do="status:401")
    [one] = run(ledger, shop)
    assert one.state == "failed"
    assert ledger.recurrences.get(key).state == "failing"
    [again] = run(ledger, shop)
    assert (again.state, again.number) == ("approved", 2)
    assert again.order_number != one.order_number


def test_one_in_doubt_waits_until_it_is_settled(ledger, shop, sandbox, add):
    """The answer is lost, and the books cannot be read: nobody knows."""
    key = add()
    sandbox.faults([{"match": "POST /1/sales", "after": "process", "do": "close"},
                    {"match": "GET /1/sales", "do": "close", "times": 30}])
    [one] = run(ledger, shop.with_options(timeout=4.0))
    assert one.state == "in_doubt"
    sandbox.faults([])
    assert states(run(ledger, shop, 1)) == states(run(ledger, shop, 1, dry_run=True)) == ["held"]
    [(_, settled)] = shop.journal.settle()
    assert settled.state == "adopted"
    ledger.ingest()
    assert states(run(ledger, shop, 1)) == ["approved"]
    assert len(sandbox.sales()) == 1
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 12, 10)


def test_only_one_process_at_a_time(ledger, shop, add):
    add()
    store = ledger.stores.get()
    other = Lease(ledger.engine, f"recurrences:{store.id}")
    assert other.take()
    with pytest.raises(Refused, match="another process"):
        run(ledger, shop)
    other.leave()
    assert states(run(ledger, shop)) == ["approved"]


def test_who_lost_the_lease_sends_nothing(ledger, shop, sandbox, add):
    """It slept while it asked the shop for fields, and another process took over."""
    add()

    def slow(one: Any) -> dict[str, Any]:
        with ledger.engine.begin() as connection:
            connection.execute(sa.update(lease_table).values(holder="another"))
        return fields_for(one)

    with pytest.raises(Refused, match="taken over"):
        run(ledger, shop, fields_for=slow)
    assert sandbox.sales() == []


def test_a_client_without_a_journal(ledger, sandbox, add):
    add()
    with cielo.Client(merchant_id=MERCHANT, merchant_key=KEY, base_url=sandbox.base_url) as bare:
        with pytest.raises(Refused, match="journal"):
            run(ledger, bare)


@pytest.mark.parametrize("where, charged", [("begun", 0), ("answered", 1)])
def test_killed_and_run_again(ledger, shop, sandbox, folder, url, add, where, charged):
    key = add()
    died = subprocess.run(
        [sys.executable, str(RUNNER), url, str(folder), sandbox.base_url, NOW.isoformat(), where],
        env={**os.environ, "MERCHANT": MERCHANT, "KEY": KEY}, check=False)
    assert died.returncode == 9
    assert len(sandbox.sales()) == charged
    with pytest.raises(Refused, match="another process"):
        run(ledger, shop)
    with ledger.engine.begin() as connection:  # its minute is over
        connection.execute(sa.delete(lease_table))
    for _ in range(2):
        run(ledger, shop, 0.1)
    assert len(sandbox.sales()) == 1
    one = ledger.recurrences.get(key)
    assert (one.next_charge, one.state) == (datetime.date(2026, 12, 10), "active")
    assert states(ledger.recurrences.charges(key)) == (
        ["failed", "approved"] if where == "begun" else ["approved"])


def test_killed_while_the_answer_is_on_its_way(ledger, shop, sandbox, folder, url, add, faults):
    """Nobody knows what became of it: it waits, is found, and is not charged again."""
    key = add()
    faults(match="POST /1/sales", after="process", do="stall")
    with subprocess.Popen(
            [sys.executable, str(RUNNER), url, str(folder), sandbox.base_url, NOW.isoformat(),
             "never"], env={**os.environ, "MERCHANT": MERCHANT, "KEY": KEY}) as child:
        limit = time.monotonic() + 60
        while not sandbox.sales() and time.monotonic() < limit:
            time.sleep(0.05)
        child.kill()
    with ledger.engine.begin() as connection:
        connection.execute(sa.delete(lease_table))
    assert states(run(ledger, shop, 0.1)) == ["in_doubt", "held"]
    assert states(run(ledger, shop, 0.2)) == ["held"]
    [(_, settled)] = shop.journal.settle()
    assert settled.state == "adopted"
    assert states(run(ledger, shop, 0.3)) == ["approved"]
    assert len(sandbox.sales()) == 1
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 12, 10)


def test_the_database_takes_one_living_charge_per_due_date(ledger, shop, add):
    add()
    run(ledger, shop)
    with ledger.engine.connect() as connection:
        row = connection.execute(sa.select(charge)).one()._asdict()
    with pytest.raises(sa.exc.IntegrityError), ledger.engine.begin() as connection:
        connection.execute(sa.insert(charge).values(
            {**row, "id": row["id"] + 1, "number": 2, "order_number": "other",
             "state": "sending"}))


def test_a_boleto_is_charged_when_it_is_issued(ledger, shop, add):
    key = add(means_group="boleto")
    address = {"Street": "Rua", "Number": "1", "ZipCode": "01001000", "City": "Sao Paulo",
               "State": "SP", "Country": "BRA", "District": "Se"}
    made = run(ledger, shop, fields_for=lambda one: {
        "Customer": {"Name": "Ana", "Identity": "12345678909", "Address": address},
        "Payment": {"Type": "Boleto", "Provider": "Simulado"}})
    assert states(made) == ["approved"]
    assert ledger.recurrences.get(key).next_charge == datetime.date(2026, 12, 10)


def test_what_the_shop_raises_ends_the_run(ledger, shop, sandbox, add):
    add(name="a")
    add(name="b", starts=TODAY - DAY)

    def fails(one: Any) -> dict[str, Any]:
        if one.key == "a-1":
            raise LookupError("no card")
        return fields_for(one)

    with pytest.raises(LookupError, match="no card"):
        run(ledger, shop, fields_for=fails)
    assert len(sandbox.sales()) == 1
    assert states(run(ledger, shop)) == ["approved"]
    assert len(sandbox.sales()) == 2


# ---- scheduled ones ----


def tell(ledger: Ledger, **members: Any) -> None:
    """What a query of a recurrence came to."""
    with projecting(ledger.engine) as connection:
        take(connection, [New(os.urandom(8).hex(), "seen", None, NOW, "sync", {
            "recurrence_id": "r-1", "status": 1, "amount": 4990, "interval": "Monthly", "day": 10,
            "starts": "2026-09-10", "next": "2026-12-10", "charges": [], **members},
            store_id=ledger.stores.get().id)])


def test_what_cielo_tells_is_taken_up(ledger):
    tell(ledger)
    one = ledger.recurrences.get("r-1")
    assert (one.scheduled, one.amount, one.interval, one.day, one.state) == (
        True, 4990, 1, 10, "active")
    assert [each.date.month for each in ledger.recurrences.foretell(
        "r-1", datetime.date(2027, 2, 28))] == [12, 1, 2]
    with pytest.raises(Refused, match="Cielo charges"):
        ledger.recurrences.suspend("r-1", "why")


def test_what_deviates(ledger, journal, sandbox):
    journal.merchant, journal.env = MERCHANT, sandbox.base_url
    tell(ledger)
    for at, amount in (("2026-09-10", 4990), ("2026-09-12", 4990), ("2026-10-10", 5990)):
        moment = datetime.datetime.fromisoformat(f"{at}T12:00:00+00:00")
        id_ = journal.intent(order="x", amount=amount, type="CreditCard", brand="Visa", at=moment)
        journal.outcome(id_, "approved", status=2, payment_id=f"p{at}", recurrence_id="r-1",
                        amounts={"amount": amount}, at=moment)
    ledger.ingest()
    told = [(each.kind, str(each.date)) for _, each in ledger.recurrences.deviations(
        today=datetime.date(2026, 11, 20))]
    assert told == [("not_foretold", "2026-09-12"), ("amount", "2026-10-10"),
                    ("missing", "2026-11-10")]


@pytest.mark.parametrize("status, why", [(3, "by the shop"), (4, "used up"), (5, "expired")])
def test_one_that_cielo_has_deactivated(ledger, status, why):
    tell(ledger)
    tell(ledger, status=status)
    [(one, told)] = [each for each in ledger.recurrences.deviations(
        today=datetime.date(2026, 9, 10)) if each[1].kind == "deactivated"]
    assert why in told.why
    assert ledger.recurrences.all(failing=True) == [one]


def test_a_declaration_stays_beside_what_cielo_says(ledger):
    ledger.recurrences.add("r-1", amount=3000, starts=datetime.date(2026, 9, 10), scheduled=True)
    tell(ledger, amount=4990)
    assert ledger.recurrences.get("r-1").amount == 3000
    assert not [row for row in ledger.recurrences.all() if not row.scheduled]


def test_charges_of_cielos_clock(ledger, shop, sandbox, keys):
    """The local Cielo charges by its own clock: what it did is what was foretold."""
    shop.sales.create({"MerchantOrderId": "4711", "Payment": {
        "Type": "CreditCard", "Amount": 15700, "Installments": 1,
        "RecurrentPayment": {"AuthorizeNow": True, "Interval": "Monthly"}, "CreditCard": {
            "CardNumber": "4024007197692931", "Holder": "Teste", "ExpirationDate": "12/2035",
            "SecurityCode": "123", "Brand": "Visa"}}})
    sandbox.advance(65 * 86400)
    ledger.ingest()
    assert ledger.sync.night() == 1
    ledger.sync.work()
    [one] = ledger.recurrences.all()
    assert (one.scheduled, one.amount, one.interval) == (True, 15700, 1)
    today = (datetime.datetime.now(UTC) + 65 * DAY).date()
    assert ledger.recurrences.deviations(today=today) == []
    assert len(sandbox.sales()) == 3


def test_rows_hold_no_card_and_no_token(ledger, shop, add):
    add()
    run(ledger, shop)
    with ledger.engine.connect() as connection:
        text = str([*connection.execute(sa.select(charge)),
                    *connection.execute(sa.select(recurrence))])
    assert "4024007197692931" not in text
    assert "4024002931" in text


def test_a_charge_that_a_person_says_was_made_is_not_repeated(
        ledger, shop, sandbox, add, folder):
    key = add()
    number = ledger.recurrences.get(key).id
    order = f"R{number}D{TODAY:%y%m%d}N1"
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(charge).values(
            recurrence_id=number, due=TODAY, number=1, order_number=order, amount=4990,
            journal=f"{os.uname().nodename}:{folder}", state="in_doubt", at=NOW))
    lost = Segment(folder, at=NOW - DAY, env=ledger.stores.get().environment)
    intent = lost.intent(order=order, amount=4990, type="CreditCard", brand="Visa")
    ledger.ingest()
    ledger.doubts.close(intent, "adopted", "the bank shows it", Person("ana"),
                        payment_id="24bc8366-fc31-4d6c-8555-00000000c0de")
    assert states(run(ledger, shop)) == ["held"]
    assert sandbox.sales() == []
    with ledger.engine.connect() as connection:
        assert connection.execute(sa.select(charge.c.state)).scalars().all() == ["in_doubt"]


def test_a_payment_that_is_known_is_believed_over_a_word(ledger, shop, sandbox, add, folder):
    """The same in both databases, which sort what is empty each in its own way."""
    key = add()
    number = ledger.recurrences.get(key).id
    order = f"R{number}D{TODAY:%y%m%d}N1"
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(charge).values(
            recurrence_id=number, due=TODAY, number=1, order_number=order, amount=4990,
            journal=f"{os.uname().nodename}:{folder}", state="in_doubt", at=NOW))
    lost = Segment(folder, at=NOW - DAY, env=ledger.stores.get().environment)
    intent = lost.intent(order=order, amount=4990, type="CreditCard", brand="Visa")
    ledger.ingest()
    ledger.doubts.close(intent, "absent", "it was not found", Person("ana"))
    with projecting(ledger.engine) as connection:
        take(connection, [New("seen-1", "seen", None, NOW, "sync", {
            "payment_id": "24bc8366-fc31-4d6c-8555-00000000c0de", "order": order, "status": 2,
            "amounts": {"amount": 4990, "captured": 4990}}, store_id=ledger.stores.get().id)])
    run(ledger, shop)
    with ledger.engine.connect() as connection:
        assert connection.execute(sa.select(charge.c.state)).scalars().all() == ["approved"]
    assert sandbox.sales() == []


def test_who_was_stopped_longer_than_its_lease_keeps_its_machine_s_others_out(
        ledger, shop, sandbox, add):
    """Its attempt is committed and not in the journal yet: that is not "unsent"."""
    add()
    tried = []

    def stopped(one):
        with ledger.engine.begin() as connection:
            connection.execute(sa.delete(lease_table))
        with pytest.raises(Refused, match="another process"):
            run(ledger, shop)
        tried.append(one)
        return None

    run(ledger, shop, fields_for=stopped)
    assert tried and sandbox.sales() == []
