"""What is in doubt: listed, looked at by the schedule, closed by a person, and in nobody's way."""

from __future__ import annotations

import datetime
import os

import pytest
import sqlalchemy as sa
from journal_lines import UTC, Segment

import cielo
from cielo.backoffice import InDoubt, Person, Refused, Usage
from cielo.backoffice.project import next_look
from cielo.backoffice.schema import audit, event, in_doubt, notice, sale

ANA = Person("ana")
CARD = {"CardNumber": "4024007197692931", "Holder": "Teste", "ExpirationDate": "12/2030",
        "SecurityCode": "123", "Brand": "Visa"}


def ago(**parts: float) -> datetime.datetime:
    return datetime.datetime.now(UTC) - datetime.timedelta(**parts)


def one(ledger, table=sale):
    with ledger.engine.connect() as connection:
        return connection.execute(sa.select(table)).one()


@pytest.fixture
def lost(folder, sandbox):
    """The journal of a process that died, of a store of the local Cielo."""
    return Segment(folder, at=ago(hours=2), env=sandbox.base_url)


def lose(journal, order="4711", amount=15700, **members):
    return journal.intent(order=order, amount=amount, type="CreditCard", installments=1,
                          brand="Visa", card={"first6": "402400", "last4": "2931"},
                          clock=0, **members)


def sell(client, order="4711", amount=15700, capture=False):
    return client.sales.create({"MerchantOrderId": order, "Payment": {
        "Type": "CreditCard", "Amount": amount, "Installments": 1, "Capture": capture,
        "CreditCard": CARD}})


def test_the_schedule():
    since = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    looked, steps = [], []
    while (moment := next_look(since, looked)) is not None:
        steps.append(moment - (looked[-1] if looked else since))
        looked.append(moment)
    minute, hour, day = (datetime.timedelta(**{name: 1}) for name in ("minutes", "hours", "days"))
    assert steps[:8] == [minute, 5 * minute, hour, day, day, day, day, day]
    assert set(steps[8:]) == {7 * day}
    assert datetime.timedelta(days=83) < looked[-1] - since <= datetime.timedelta(days=90)


def test_a_call_in_flight_is_no_doubt(ledger, journal):
    journal.intent(order="4711", amount=100, type="CreditCard", at=ago(seconds=1))
    ledger.ingest()
    assert ledger.doubts.list() == []
    assert list(ledger.doubts.settle()) == []
    doubt = one(ledger, in_doubt)
    with pytest.raises(Refused, match="in flight"):
        list(ledger.doubts.settle(doubt.id))
    with pytest.raises(Refused, match="in flight"):
        ledger.doubts.close(doubt.id, "absent", "no", ANA)


def test_a_sale_that_was_made_is_adopted(ledger, lost, sandbox, keys):
    order = f"adopted{os.urandom(4).hex()}"  # one sale of it in the books
    id_ = lose(lost, order, at=ago(seconds=1))
    with cielo.Client(base_url=sandbox.base_url) as deaf:  # whose answer was lost
        made = sell(deaf, order, capture=True)
    lost.outcome(id_, "unknown", at=ago(), sent="maybe", kind="outcome_unknown")
    ledger.ingest()
    assert list(ledger.doubts.settle()) == []  # in a minute
    [look] = ledger.doubts.settle(id_)
    assert (look.doubt.id, look.state) == (id_, "adopted")
    row = one(ledger)
    assert (row.payment_id, row.word, row.captured, row.reconciled, row.in_doubt) == (
        made.payment.payment_id, "paid", 15700, True, False)
    assert ledger.doubts.list() == []
    assert ledger.verify().problems == []


def test_an_outcome_that_came_after_all(ledger, lost, keys):
    id_ = lose(lost)
    ledger.ingest()
    lost.outcome(id_, "approved", status=1, payment_id="p1", amounts={"amount": 15700})
    [look] = ledger.doubts.settle()
    assert (look.state, one(ledger).word) == ("answered", "not_paid")


def test_nothing_there_is_absent_after_two_looks(ledger, lost, keys):
    id_ = lose(lost, "nowhere")
    lost.look(id_, at=ago(minutes=30))
    ledger.ingest()
    [doubt] = ledger.doubts.list()
    assert (doubt.looks, doubt.saw) == (1, "nothing")
    [look] = ledger.doubts.settle()
    assert (look.doubt.id, look.state) == (id_, "absent")
    assert ledger.doubts.list() == []
    assert (one(ledger).word, one(ledger).kind) == ("not_made", "absent")
    assert ledger.verify().problems == []


def test_one_look_settles_nothing(ledger, lost, keys):
    lose(lost, "nowhere")
    ledger.ingest()
    [look] = ledger.doubts.settle()
    assert look.state == "unknown"
    [doubt] = ledger.doubts.list()
    assert (doubt.looks, doubt.saw) == (1, "nothing")
    assert doubt.next_look == doubt.looked_at + datetime.timedelta(minutes=5)
    assert list(ledger.doubts.settle()) == []  # its time has not come
    assert one(ledger).word == "in_doubt"


def test_without_keys_the_next_look_waits(ledger, lost):
    lose(lost)
    ledger.ingest()
    [look] = ledger.doubts.settle()
    assert look.state == "unknown"
    assert "no keys" in look.why
    [doubt] = ledger.doubts.list()
    assert (doubt.looks, doubt.saw) == (1, "unread")
    assert list(ledger.doubts.settle()) == []
    assert ledger.verify().problems == []
    ledger.rebuild()
    assert ledger.doubts.list() == [doubt]


def test_a_journal_of_another_machine_is_left_to_it(ledger, lost, keys, tmp_path):
    lose(lost)
    ledger.ingest()
    lost.folder.rename(tmp_path / "elsewhere")
    lost.folder.mkdir()  # of the same name here
    assert list(ledger.doubts.settle()) == []
    [doubt] = ledger.doubts.list()
    with pytest.raises(Refused, match="not on this machine"):
        list(ledger.doubts.settle(doubt.id))


@pytest.mark.parametrize("as_, word", [("absent", "not_made"), ("adopted", "unknown")])
def test_a_person_closes_it(ledger, lost, as_, word):
    id_ = lose(lost)
    ledger.ingest()
    payment_id = "24bc8366-fc31-4d6c-8555-17049a836a07" if as_ == "adopted" else None
    ledger.doubts.close(id_, as_, "Cielo's statement says so", ANA, payment_id)
    assert ledger.doubts.list() == []
    assert (one(ledger).word, one(ledger).payment_id) == (word, payment_id)
    line = one(ledger, audit)
    assert (line.who, line.did, line.sale_id) == ("ana", "doubt.close", one(ledger).id)
    assert line.data["reason"] == "Cielo's statement says so"
    with ledger.engine.connect() as connection:
        asked = connection.execute(sa.select(notice.c.about)).scalars().all()
    assert asked == ([f"payment:{payment_id}"] if payment_id else [])
    with pytest.raises(Usage, match="not in doubt"):
        ledger.doubts.close(id_, as_, "again", ANA, payment_id)
    before = one(ledger)
    ledger.rebuild()
    assert one(ledger) == before


def test_a_void_that_happened_after_all(ledger, lost):
    _, payment_id = lost.sale(15700, capture=True)
    id_ = lost.change("sale_void", payment_id, 5700, result=None)
    ledger.ingest()
    assert one(ledger).word == "in_doubt"
    ledger.doubts.close(id_, "adopted", "seen on the site", ANA)
    assert (one(ledger).word, one(ledger).voided) == ("paid", 5700)


def test_what_cielo_tells_later_is_believed(ledger, lost):
    id_ = lose(lost)
    ledger.ingest()
    ledger.doubts.close(id_, "absent", "nothing on the site", ANA)
    lost.settled(id_, "adopted", at=ago(seconds=-60), result="approved", payment_id="p1",
                 status=1, amounts={"amount": 15700})
    ledger.ingest()
    assert (one(ledger).word, one(ledger).payment_id, one(ledger).kind) == ("not_paid", "p1", None)


@pytest.mark.parametrize("as_, reason, person, payment, error", [
    ("failed", "why", ANA, None, Usage),
    ("absent", "  ", ANA, None, Usage),
    ("adopted", "why", ANA, None, Usage),
    ("absent", "why", Person("bo", frozenset({"view"})), None, Refused),
])
def test_what_closes_nothing(ledger, lost, as_, reason, person, payment, error):
    id_ = lose(lost)
    ledger.ingest()
    with pytest.raises(error):
        ledger.doubts.close(id_, as_, reason, person, payment)
    assert len(ledger.doubts.list()) == 1
    with ledger.engine.connect() as connection:
        assert connection.execute(sa.select(audit)).all() == []
        assert connection.scalar(sa.select(sa.func.count()).select_from(event)) == 1


def test_a_payment_in_doubt_takes_no_change(ledger, lost):
    _, sure = lost.sale()
    _, doubtful = lost.sale()
    lost.change("sale_capture", doubtful, 100, result="unknown")
    ledger.ingest()
    ledger.doubts.check(sure, "order")
    with pytest.raises(InDoubt, match="sale_capture"):
        ledger.doubts.check(doubtful)


def test_nor_one_whose_order_is_being_voided(ledger, lost):
    _, payment_id = lost.sale(order="4711")
    lost.intent("sale_void_by_order", order="4711")
    ledger.ingest()
    ledger.doubts.check(payment_id, "4712")
    with pytest.raises(InDoubt, match="sale_void_by_order"):
        ledger.doubts.check(payment_id, "4711")


def test_a_payment_is_named_however_it_is_typed(ledger, journal):
    id_ = lose(journal)
    ledger.ingest()
    with pytest.raises(Usage, match="PaymentId"):
        ledger.doubts.close(id_, "adopted", "seen", ANA, payment_id="4711")
    ledger.doubts.close(id_, "adopted", "seen", ANA,
                        payment_id=" 24BC8366-FC31-4D6C-8555-00000000C0DE ")
    assert one(ledger).payment_id == "24bc8366-fc31-4d6c-8555-00000000c0de"


def test_a_payment_of_another_sale_ends_no_doubt(ledger, journal):
    """It would be there twice, with its money."""
    _, payment_id = journal.sale()
    id_ = lose(journal)
    ledger.ingest()
    with pytest.raises(Refused, match="another sale"):
        ledger.doubts.close(id_, "adopted", "seen", ANA, payment_id=payment_id)
    assert one(ledger, in_doubt).id == id_
