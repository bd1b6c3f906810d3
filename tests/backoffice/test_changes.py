"""Captures and voids of one sale: from a fresh read, never above what is left, audited."""

from __future__ import annotations

import datetime
import itertools
import os
import threading
import time
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from journal_lines import MERCHANT, UTC

import cielo
from cielo.backoffice import InDoubt, Ledger, Person, Refused, Usage, claims, events
from cielo.backoffice.database import projecting, writing
from cielo.backoffice.left import Decision, Standing
from cielo.backoffice.schema import change, sale
from cielo.backoffice.seen import seen_order
from cielo.backoffice.sender import Sender, alone
from cielo.sandbox import refunds

numbers = itertools.count(1)


def fields(amount: int, capture: bool, **payment: Any) -> dict[str, Any]:
    return {
        "MerchantOrderId": f"change{next(numbers)}",
        "Payment": {
            "Type": "CreditCard", "Amount": amount, "Installments": 1, "Capture": capture,
            "CreditCard": {"CardNumber": "4024007197692931", "Holder": "Teste Holder",
                           "ExpirationDate": "12/2030", "SecurityCode": "123", "Brand": "Visa"},
            **payment,
        },
    }


@pytest.fixture
def no_gap(monkeypatch):
    """Voids of a payment one after the other: the local Cielo's clock is moved instead."""
    monkeypatch.setattr(claims, "VOID_GAP", datetime.timedelta(0))


@pytest.fixture
def sell(shop, ledger, keys):
    """Makes a sale and takes it up: its number in the ledger, and Cielo's."""

    def make(amount: int = 10000, capture: bool = True, **payment: Any) -> tuple[int, str]:
        payment_id = shop.sales.create(fields(amount, capture, **payment)).payment.payment_id
        ledger.ingest()
        return number_of(ledger, payment_id), payment_id

    return make


def number_of(ledger: Ledger, payment_id: str) -> int:
    with ledger.engine.connect() as connection:
        return int(connection.execute(sa.select(sale.c.id).where(
            sale.c.payment_id == payment_id)).scalar_one())


def row_of(ledger: Ledger, number: int) -> Any:
    with ledger.engine.connect() as connection:
        return connection.execute(sa.select(sale).where(sale.c.id == number)).one()


def booked(sandbox, payment_id: str) -> dict[str, Any]:
    return next(line for line in sandbox.sales() if line["PaymentId"] == payment_id)


def sent(sandbox, payment_id: str, verb: str = "void") -> list[dict[str, Any]]:
    return [one for one in sandbox.requests()
            if one["method"] == "PUT" and one["path"].startswith(f"/1/sales/{payment_id}/{verb}")]


# ---- one change ----


def test_a_part_is_voided(ledger, sandbox, sell):
    number, payment_id = sell(10000)
    made = ledger.changes.void(number, 5700, by=Person("ana"))
    assert (made.state, made.amount, made.who) == ("done", 5700, "ana")
    assert booked(sandbox, payment_id)["VoidedAmount"] == 5700
    row = row_of(ledger, number)  # without another ingest
    assert (row.voided, row.status, row.word, row.in_doubt) == (5700, 2, "paid", False)
    assert made.intent is not None
    assert ledger.changes.of(number) == [made]


def test_the_whole_is_voided_and_captured(ledger, sandbox, sell):
    number, payment_id = sell(10000, capture=False)
    assert ledger.changes.capture(number).amount == 10000
    assert row_of(ledger, number).captured == 10000
    assert ledger.changes.void(number).amount == 10000
    assert booked(sandbox, payment_id)["Status"] == 10
    assert row_of(ledger, number).word == "reversed"
    assert [one["path"].rpartition("/")[2] for verb in ("capture", "void")
            for one in sent(sandbox, payment_id, verb)] == ["capture", "void"]


def test_all_that_is_left_is_voided_after_a_part(ledger, sandbox, sell, no_gap):
    number, payment_id = sell(10000)
    ledger.changes.void(number, 4000)
    sandbox.advance(6)
    assert ledger.changes.void(number).amount == 6000
    assert booked(sandbox, payment_id)["VoidedAmount"] == 10000
    assert len(sent(sandbox, payment_id)) == 2


def test_a_part_is_captured(ledger, sandbox, sell):
    number, payment_id = sell(10000, capture=False)
    assert ledger.changes.look(number).left("capture") == 10000
    ledger.changes.capture(number, 2500)
    assert booked(sandbox, payment_id)["CapturedAmount"] == 2500
    standing = ledger.changes.look(number)
    assert (standing.left("capture"), standing.left("void")) == (0, 2500)


@pytest.mark.parametrize("capture, verb, amount, why", [
    (True, "void", 10001, "only 100,00 is left"),
    (True, "capture", None, "nothing is left to capture"),
    (False, "capture", 10001, "only 100,00 is left"),
    (False, "void", 5000, "only be voided whole"),
])
def test_never_above_what_is_left(ledger, sandbox, sell, capture, verb, amount, why):
    number, payment_id = sell(10000, capture)
    with pytest.raises(Refused, match=why):
        getattr(ledger.changes, verb)(number, amount)
    assert sent(sandbox, payment_id, verb) == []
    [line] = ledger.audit.lines()
    assert (line.did, line.data["state"]) == (verb, "refused")


def test_what_is_left_is_what_cielo_says_now(ledger, shop, sandbox, sell):
    number, payment_id = sell(10000)
    with cielo.Client(merchant_id=MERCHANT, merchant_key="another program's",
                      base_url=sandbox.base_url) as other:
        other.sales.void(payment_id, 9000)  # of which the ledger knows nothing
    with pytest.raises(Refused, match="only 10,00 is left"):
        ledger.changes.void(number, 1001)


def test_amounts_and_sales_that_are_none(ledger, sell):
    number, _ = sell()
    for amount in (0, -1):
        with pytest.raises(Usage):
            ledger.changes.void(number, amount)
    with pytest.raises(Usage):
        ledger.changes.void(number + 1)


def test_who_may_not(ledger, sell):
    number, _ = sell()
    reader = Person("bia", frozenset({"view", "capture"}))
    with pytest.raises(Refused, match="bia may not"):
        ledger.changes.void(number, by=reader)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_next_void_waits_five_seconds(ledger, sandbox, sell):
    number, payment_id = sell(10000)
    began = time.monotonic()
    for _ in range(2):
        assert ledger.changes.void(number, 4000).state == "done"
    assert time.monotonic() - began > 5
    assert booked(sandbox, payment_id)["VoidedAmount"] == 8000


def test_a_refund_that_is_pending(ledger, sandbox, shop, keys, no_gap, monkeypatch):
    monkeypatch.setattr(refunds, "PIX_REFUND_SECONDS", 60.0)  # longer than the next ones take
    payment = shop.sales.create({
        "MerchantOrderId": f"change{next(numbers)}",
        "Customer": {"Name": "Teste", "Identity": "12345678909", "IdentityType": "CPF"},
        "Payment": {"Type": "Pix", "Provider": "Cielo2", "Amount": 10000},
    }).payment
    sandbox.pay(payment.payment_id)
    ledger.ingest()
    number = number_of(ledger, payment.payment_id)
    made = ledger.changes.void(number, 3000)
    assert made.state == "pending"
    with pytest.raises(Refused, match="nothing is left"):
        ledger.changes.void(number, 1)
    sandbox.advance(61)
    standing = ledger.changes.look(number)
    assert (standing.voided, standing.pending, standing.left("void")) == (3000, 0, 7000)


# ---- the audit ----


def test_the_audit_tells_who_what_before_and_after(ledger, sell):
    number, _ = sell(10000)
    ledger.changes.void(number, 5700, by=Person("ana"))
    done, asked = ledger.audit.lines()
    assert (asked.who, asked.did, asked.sale_id) == ("ana", "void", number)
    assert (asked.data["state"], asked.data["amount"]) == ("sending", 5700)
    assert asked.data["before"]["captured"] == 10000
    assert (done.data["state"], done.data["code"]) == ("done", "0")
    assert done.data["after"] == {"captured": 10000, "voided": 5700, "pending": 0}


def test_the_commands_person_is_the_systems_user(ledger, sell):
    number, _ = sell()
    ledger.changes.void(number)
    assert {line.who for line in ledger.audit.lines()} == {Person.of_system().name}


def test_the_audit_is_only_added_to(ledger):
    ledger.audit.note("ana", "log in")
    for statement in ("UPDATE audit SET who = 'eva'", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"):
            with ledger.engine.begin() as connection:
                connection.execute(sa.text(statement))
    assert [line.who for line in ledger.audit.lines(who="ana", did="log in")] == ["ana"]


# ---- what goes wrong ----


def test_a_refusal_of_cielos(ledger, sandbox, sell):
    number, payment_id = sell(15666)  # an amount that the local Cielo never gives back
    with pytest.raises(Refused, match="refused"):
        ledger.changes.void(number)
    assert booked(sandbox, payment_id)["VoidedAmount"] == 0
    assert ledger.changes.of(number)[0].state == "refused"
    assert row_of(ledger, number).voided in (None, 0)


def test_a_read_that_fails_changes_nothing(ledger, sandbox, sell, faults):
    number, payment_id = sell()
    faults(match=f"GET /1/sales/{payment_id}", after="read", do="status:500", times=-1)
    with pytest.raises(Refused, match="nothing happened"):
        ledger.changes.void(number)
    sandbox.faults([])
    assert sent(sandbox, payment_id) == []
    assert ledger.changes.void(number).state == "done"


def in_doubt(ledger: Ledger, number: int, payment_id: str, faults: Any,
             amount: int | None = 4000) -> None:
    faults(match=f"PUT /1/sales/{payment_id}", after="process", do="close")
    ledger.changes._open_client = lambda store: ledger.client(store, reconcile=False)
    with pytest.raises(InDoubt, match="do not repeat it"):
        ledger.changes.void(number, amount)


def test_a_payment_in_doubt_takes_no_new_change(ledger, sandbox, sell, faults):
    number, payment_id = sell()
    in_doubt(ledger, number, payment_id, faults)
    assert row_of(ledger, number).word == "in_doubt"
    [made] = ledger.changes.of(number)
    assert (made.state, made.amount) == ("in_doubt", 4000)
    assert made.intent is not None
    for verb in (ledger.changes.void, ledger.changes.capture):
        with pytest.raises(InDoubt, match="no change now"):
            verb(number, 100)
    assert len(sent(sandbox, payment_id)) == 1


def test_a_settled_doubt_lets_it_be_changed_again(ledger, sandbox, sell, faults, no_gap):
    number, payment_id = sell()
    in_doubt(ledger, number, payment_id, faults, amount=None)
    with ledger.client(row_of(ledger, number).store_id) as client:
        [(_, settled)] = client.journal.settle()
    assert settled.state == "adopted", settled.why
    ledger.changes.recover(row_of(ledger, number).store_id)
    assert ledger.changes.of(number)[0].state == "done"
    assert row_of(ledger, number).word == "reversed"
    with pytest.raises(Refused, match="nothing is left"):
        ledger.changes.void(number)
    assert len(sent(sandbox, payment_id)) == 1


def test_the_shops_own_doubt_keeps_it_too(ledger, sandbox, shop, sell, faults):
    number, payment_id = sell()
    faults(match=f"PUT /1/sales/{payment_id}", after="process", do="close")
    with pytest.raises(cielo.OutcomeUnknownError):
        shop.with_options(reconcile=False).sales.void(payment_id, 4000)
    with pytest.raises(InDoubt):  # without an ingest between them
        ledger.changes.void(number, 100)

# ---- Checkout ----


@pytest.fixture
def order(ledger, sandbox, monkeypatch):
    """An order of Checkout that was paid: its number in the ledger, and Cielo's."""
    for name, value in (("CLIENT_ID", "checkout-client"), ("CLIENT_SECRET", "checkout-secret"),
                        ("CHECKOUT_MERCHANT_ID", MERCHANT)):
        monkeypatch.setenv(f"CIELO_{name}", value)
    store = ledger.stores.add("checkout-client", sandbox.base_url)

    def make(capture: bool = True) -> tuple[int, str]:
        wanted = f"order{next(numbers)}"
        with ledger.client(store) as client:
            client.orders.create({
                "OrderNumber": wanted, "Shipping": {"Type": "WithoutShipping"},
                "Cart": {"Items": [{"Name": "Livro", "UnitPrice": 10000, "Quantity": 1,
                                    "Type": "Asset"}]},
            })
            sandbox.pay(order=wanted, card="4024007197692931", capture=capture)
            number = client.orders.find(wanted)[0].checkout_order_number
            seen = seen_order(client.orders.get(number))
        with projecting(ledger.engine) as connection:
            events.take(connection, [events.New(
                f"seen:{number}", "seen", None, datetime.datetime.now(UTC), "sync",
                {**seen, "checkout_order": number, "order": wanted}, store_id=store.id)])
        with ledger.engine.connect() as connection:
            return connection.execute(sa.select(sale.c.id).where(
                sale.c.checkout_order == number)).scalar_one(), number

    return make


def test_an_order_of_checkout(ledger, sandbox, order, no_gap):
    number, name = order(capture=False)
    assert ledger.changes.capture(number).state == "done"
    assert ledger.changes.void(number).state == "done"
    [line] = [line for line in sandbox.orders() if name in line.values()]
    assert line["status"] == "Voided", line
    with pytest.raises(Refused):
        ledger.changes.void(number)


def test_a_part_of_an_order_whose_amount_is_not_known(ledger, order):
    number, _ = order()
    with pytest.raises(Refused, match="only the whole"):
        ledger.changes.void(number, 100)


# ---- several at once ----


def test_two_people_at_once(ledger, sandbox, sell, no_gap):
    """Each asks for 60 of 100: one of them gets it."""
    number, payment_id = sell(10000)
    ends: list[str] = []

    def void(name: str) -> None:
        try:
            ends.append(ledger.changes.void(number, 6000, by=Person(name)).state)
        except Refused:
            ends.append("refused")

    people = [threading.Thread(target=void, args=(name,)) for name in ("ana", "bia", "eva")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(ends) == ["done", "refused", "refused"]
    assert booked(sandbox, payment_id)["VoidedAmount"] == 6000
    assert len(sent(sandbox, payment_id)) == 1


def test_what_is_asked_for_twice_is_made_once(ledger, sandbox, sell, no_gap):
    number, payment_id = sell(10000)
    asked, ends = str(uuid.uuid4()), []
    people = [threading.Thread(target=lambda: ends.append(
        ledger.changes.void(number, 4000, request_id=asked))) for _ in range(3)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert {one.id for one in ends} == {ledger.changes.asked(number, asked).id} and len(ends) == 3
    assert booked(sandbox, payment_id)["VoidedAmount"] == 4000
    with pytest.raises(Usage, match="another change"):
        ledger.changes.capture(number, request_id=asked)
    assert ledger.changes.asked(sell()[0], asked) is None


def _void_elsewhere(url: str, folder: str, number: int, ends: Any) -> None:
    os.environ["CIELO_MERCHANT_ID"], os.environ["CIELO_MERCHANT_KEY"] = MERCHANT, "k"
    claims.VOID_GAP = datetime.timedelta(0)
    with Ledger(url, [folder]) as ledger:
        try:
            ends.put(ledger.changes.void(number, 6000).state)
        except Refused as error:
            ends.put(str(error))


def test_two_processes_at_once(url, ledger, folder, sandbox, sell, processes):
    number, payment_id = sell(10000)
    ends = processes.Queue()
    runs = [processes.Process(target=_void_elsewhere, args=(url, str(folder), number, ends))
            for _ in range(2)]
    for run in runs:
        run.start()
    told = sorted(ends.get(timeout=60) for _ in runs)
    for run in runs:
        run.join(60)
    assert told[0] == "done"
    assert "only 40,00 is left" in told[1]
    assert booked(sandbox, payment_id)["VoidedAmount"] == 6000
    assert len(sent(sandbox, payment_id)) == 1


def test_nothing_is_left_beside_the_journal(ledger, folder, sell):
    number, _ = sell()
    ledger.changes.void(number)
    assert [path.suffix for path in folder.iterdir() if path.suffix != ".jsonl"] == []


def test_what_the_killed_left_beside_the_journal_is_swept(ledger, folder, sell):
    number, _ = sell()
    for age in (100, 0):
        path = folder / f"{age}.sender"
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    ledger.changes.void(number)
    assert [path.name for path in folder.iterdir() if path.suffix == ".sender"] == ["0.sender"]


def test_what_root_makes_beside_the_journal_is_the_folders_owners(tmp_path):
    """Or the service whose folder it is could not open it; what was there stays whose it is."""
    owner = 65534 if os.geteuid() == 0 else os.geteuid()
    other, folder = tmp_path / "other", tmp_path / "journal"
    folder.mkdir()
    other.touch()
    (folder / "linked.lock").symlink_to(other)
    os.chown(folder, owner, -1)
    with Sender(str(folder)), alone(str(folder), "doubts") as ours, alone(str(folder), "linked"):
        assert ours and {path.lstat().st_uid for path in folder.iterdir()
                         if not path.is_symlink()} == {owner}
    assert other.stat().st_uid == os.geteuid()


def test_no_key_is_in_the_database(ledger, sell):
    number, _ = sell()
    ledger.changes.void(number)
    with ledger.engine.connect() as connection:
        told = [str(tuple(row)) for table in ("change", "audit", "event", "store")
                for row in connection.execute(sa.text(f"SELECT * FROM {table}"))]
    assert told
    assert not [line for line in told if "CANARYKEY" in line]


def test_what_was_sent_is_found_with_whichever_sale_has_its_payment(ledger, journal):
    """Two writes that ended as one payment: what was sent for it is no less sent."""
    _, payment_id = journal.sale(capture=True)
    twin = journal.intent(order="twin", amount=15700, type="CreditCard", brand="Visa")
    journal.settled(twin, "adopted", result="approved", status=2, payment_id=payment_id)
    journal.intent("sale_void", payment_id=payment_id, amount=5000, request_id="r-1")
    ledger.ingest()
    with writing(ledger.engine) as connection:
        connection.execute(sa.insert(change).values(
            store_id=1, target=payment_id, verb="void", asked=5000, amount=5000,
            state="sending", who="ana", sender="dead", request_id="r-1", began=journal.now,
            until=journal.now))
        claims.recover(connection, claims.open_changes(connection, 1), {"dead"})
        assert connection.scalar(sa.select(change.c.state)) == "in_doubt"


@pytest.mark.parametrize("ended", [set(), {"slow"}])
def test_what_is_sent_while_others_look_is_not_taken_for_unsent(ledger, journal, ended):
    """It was seen as being read, for too long, and is marked as sent before that is acted by."""
    _, payment_id = journal.sale(capture=True)
    ledger.ingest()
    number = number_of(ledger, payment_id)
    with writing(ledger.engine) as connection:
        [claim], _ = claims.claim(connection, [claims.Wanted(number, "void", 5000, "ana")], "slow",
                                  datetime.timedelta(seconds=-1))
    with ledger.engine.connect() as connection:
        rows = claims.open_changes(connection, claim.sale.store_id)
    with writing(ledger.engine) as connection:
        assert claims.mark(connection, claim, Decision(5000, 5000), Standing(
            "paid", "CreditCard", 15700, 15700, 0))
    with writing(ledger.engine) as connection:
        claims.recover(connection, rows, ended)
        assert connection.scalar(sa.select(change.c.state)) == "sending"


# ---- limits ----


def test_nobody_voids_beyond_their_limit(sandbox, sell, ledger, no_gap):
    number, _ = sell()
    ana = Person("ana", void_limit=5000)
    with pytest.raises(Refused, match="100,00 in all of one payment: ana voids up to 50,00"):
        ledger.changes.void(number, by=ana)
    assert ledger.changes.void(number, 3000, by=ana).state == "done"
    with pytest.raises(Refused, match="60,00 in all of one payment"):
        ledger.changes.void(number, 3000, by=ana)  # bit by bit is no way round
    sandbox.advance(6)
    assert ledger.changes.void(number, 2000, by=ana).state == "done"
    sandbox.advance(6)
    assert ledger.changes.void(number, by=Person("eva")).amount == 5000
    assert [(one.who, one.state) for one in ledger.changes.of(number)] == [
        ("ana", "refused"), ("ana", "done"), ("ana", "refused"), ("ana", "done"),
        ("eva", "done")]


def test_a_limit_is_of_voids_alone(sell, ledger):
    number, _ = sell(capture=False)
    assert ledger.changes.capture(number, by=Person("ana", void_limit=1)).state == "done"
