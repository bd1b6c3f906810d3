"""From journals into the ledger: each record once, and what it comes to."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from typing import Any

import pytest
import sqlalchemy as sa
from journal_lines import MERCHANT, UTC, Segment, line

from cielo.backoffice import Ledger, Usage
from cielo.backoffice.schema import event, in_doubt, sale, segment


def rows(ledger: Ledger, table: sa.Table = sale, order: Any = None) -> list[Any]:
    with ledger.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(
            table.c.id if order is None else order)))


def test_an_approved_sale(ledger, journal):
    id_, payment_id = journal.sale(15700, order="4711")
    assert ledger.ingest() == (2, 1, 0)
    [one] = rows(ledger)
    assert one.key == id_
    assert one.payment_id == payment_id
    assert (one.order_number, one.amount, one.status, one.word) == ("4711", 15700, 1, "not_paid")
    assert (one.means_group, one.means) == ("credit_card", "visa")
    assert (one.first6, one.last4, one.installments) == ("455187", "0181", 1)
    assert one.error is None
    assert not one.in_doubt
    assert one.received == datetime.datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)


def test_a_declined_one_has_its_error(ledger, journal):
    journal.declined("51")
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.error, one.code, one.word, one.status) == ("51", "51", "not_authorized", 3)


def test_reading_again_adds_nothing(ledger, journal):
    journal.sale()
    ledger.ingest()
    before = rows(ledger), rows(ledger, event)
    assert ledger.ingest() == (0, 0, 0)
    assert (rows(ledger), rows(ledger, event)) == before


def test_what_is_written_later_is_added(ledger, journal):
    _, payment_id = journal.sale(15700)
    ledger.ingest()
    [before] = rows(ledger)
    journal.change("sale_capture", payment_id, 10000)
    assert ledger.ingest() == (2, 1, 0)
    [one] = rows(ledger)
    assert one.id == before.id
    assert (one.captured, one.status, one.word) == (10000, 2, "paid")


def test_partial_voids_add_up(ledger, journal):
    _, payment_id = journal.sale(15700, capture=True)
    for already, part in ((0, 5700), (5700, 4000)):
        id_ = journal.intent("sale_void", payment_id=payment_id, amount=part,
                             before={"captured": 15700, "voided": already})
        journal.outcome(id_, "approved", payment_id=payment_id, status=2, reason=0)
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.captured, one.voided, one.word) == (15700, 9700, "paid")


@pytest.mark.parametrize("hours, word", [(1, "reversed"), (30, "canceled")])
def test_a_whole_void_within_a_day_reverses(ledger, journal, hours, word):
    _, payment_id = journal.sale(15700, capture=True)
    journal.now += datetime.timedelta(hours=hours)
    journal.change("sale_void", payment_id)
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.voided, one.status, one.word) == (15700, 10, word)


def test_an_outcome_that_is_unknown_leaves_a_doubt(ledger, journal):
    id_ = journal.intent(order="4711", amount=100, type="CreditCard")
    journal.outcome(id_, "unknown", sent="maybe", kind="outcome_unknown")
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.word, one.in_doubt, one.status) == ("in_doubt", True, None)
    [doubt] = rows(ledger, in_doubt)
    assert (doubt.id, doubt.order_number, doubt.amount, doubt.looks) == (id_, "4711", 100, 0)
    assert doubt.folder == str(journal.folder)
    assert doubt.next_look == doubt.since + datetime.timedelta(minutes=1)


def test_a_doubt_that_is_settled_is_gone(ledger, journal):
    id_ = journal.intent(order="4711", amount=100, type="CreditCard")
    ledger.ingest()
    assert len(rows(ledger, in_doubt)) == 1
    journal.look(id_, "adopted")
    journal.settled(id_, "adopted", result="approved", payment_id="p1", status=2,
                    amounts={"amount": 100, "captured": 100})
    ledger.ingest()
    assert rows(ledger, in_doubt) == []
    [one] = rows(ledger)
    assert (one.word, one.in_doubt, one.payment_id, one.reconciled) == ("paid", False, "p1", True)


def test_one_that_was_never_made(ledger, journal):
    id_ = journal.intent(order="4711", amount=100, type="CreditCard")
    journal.settled(id_, "absent")
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.word, one.kind, one.in_doubt) == ("not_made", "absent", False)


def shuffled_stories(folder):
    """A capture by another process, whose segment may be read before the sale's."""
    shop = Segment(folder)
    worker = Segment(folder)
    _, payment_id = shop.sale(15700)
    worker.now = shop.now
    worker.change("sale_capture", payment_id, 10000)
    return shop, worker


@pytest.mark.parametrize("first", [0, 1])
def test_segments_in_any_order(ledger, tmp_path, first):
    stories = shuffled_stories(tmp_path / "both")
    for n, each in enumerate((stories[first], stories[1 - first])):
        target = tmp_path / f"folder{n}"
        target.mkdir()
        shutil.copy(each.path, target)
        ledger.ingest([target])
    [one] = rows(ledger)
    assert (one.order_number[:5], one.amount, one.captured) == ("order", 15700, 10000)
    assert not one.key.startswith("payment:")


def test_an_outcome_that_is_read_before_its_intent(ledger, tmp_path):
    journal = Segment(tmp_path / "whole")
    id_, payment_id = journal.sale(15700)
    lines = journal.path.read_bytes().split(b"\n\n")
    assert len(lines) == 2
    for name, text in (("a", lines[1]), ("b", lines[0])):
        (tmp_path / name).mkdir()
        (tmp_path / name / journal.name).write_bytes(b"\n" + text.strip(b"\n") + b"\n")
        ledger.ingest([tmp_path / name])
    [one] = rows(ledger)
    assert (one.key, one.payment_id, one.word) == (id_, payment_id, "not_paid")
    assert all(each.store_id for each in rows(ledger, event))


def test_a_void_by_order_is_of_the_sale_that_its_end_names(ledger, journal):
    key, payment_id = journal.sale(15700, order="4711", capture=True)
    id_ = journal.intent("sale_void_by_order", order="4711")
    journal.look(id_, "unsure")
    ledger.ingest()
    journal.look(id_, "adopted")
    journal.settled(id_, "adopted", result="approved", payment_id=payment_id, status=10)
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.key, one.word, one.voided) == (key, "reversed", 15700)
    assert {each.sale_key for each in rows(ledger, event)} == {key}


def test_a_segment_in_two_folders_counts_once(ledger, journal, tmp_path):
    journal.sale()
    copy = tmp_path / "copy"
    shutil.copytree(journal.folder, copy)
    assert ledger.ingest([journal.folder, copy]) == (2, 1, 0)
    assert len(rows(ledger)) == 1


def test_damage_is_counted_once(ledger, journal):
    journal.sale()
    with journal.path.open("ab") as file:
        file.write(b"\n{\"torn\n")
    assert ledger.ingest().damaged == 1
    journal.sale()
    with journal.path.open("ab") as file:
        file.write(b"\n{\"again\n")
    assert ledger.ingest() == (2, 1, 2)
    assert ledger.ingest() == (0, 0, 2)
    [one] = rows(ledger, segment)
    assert (one.damaged, one.size) == (2, journal.path.stat().st_size)


def test_a_store_of_each_merchant_and_environment(ledger, folder):
    Segment(folder).sale()
    Segment(folder, env="production").sale()
    Segment(folder, merchant="other", env="http://127.0.0.1:1").sale()
    ledger.ingest()
    assert {(each.merchant_id, each.environment) for each in ledger.stores.all()} == {
        (MERCHANT, "sandbox"), (MERCHANT, "production"), ("other", "http://127.0.0.1:1")}
    assert {each.store_id for each in rows(ledger)} == {1, 2, 3}
    named = ledger.stores.set("other (http://127.0.0.1:1)", name="Loja A", ec="1044748068")
    assert ledger.stores.get("Loja A") == ledger.stores.get("1044748068") == named
    with pytest.raises(Usage, match="which store"):
        ledger.stores.get()


def test_more_records_than_one_transaction_takes(ledger, journal):
    for _ in range(700):
        journal.sale()
    assert ledger.ingest() == (1400, 700 + 0, 0)
    assert len(rows(ledger)) == 700


def test_records_of_a_later_version_are_kept(ledger, journal):
    journal.write(rec="omen", at="2026-11-20T12:00:00.000Z", words="to come")
    assert ledger.ingest() == (1, 0, 0)
    [one] = rows(ledger, event)
    assert (one.kind, one.data["words"]) == ("omen", "to come")


def test_a_folder_that_is_not_there_yet(ledger, tmp_path):
    assert ledger.ingest([tmp_path / "nowhere"]) == (0, 0, 0)


def test_old_segments_go_when_they_are_taken_up(ledger, journal, folder):
    journal.sale()
    doubtful = Segment(folder)
    doubtful.intent(order="4711", amount=100, type="CreditCard")
    for each in (journal, doubtful):
        os.utime(each.path, (1_600_000_000,) * 2)
    with pytest.raises(Usage, match="a day or more"):
        ledger.prune(0)
    assert ledger.prune(30) == 1
    assert len(rows(ledger)) == 2
    assert [path.name for path in folder.glob("*.jsonl")] == [doubtful.name]
    assert ledger.verify().problems == []
    assert ledger.ingest() == (0, 0, 0)


def test_lines_are_as_the_core_writes_them(shop, folder, ledger):
    shop.sales.create({"MerchantOrderId": "4711", "Payment": {
        "Type": "CreditCard", "Amount": 15700, "Installments": 1, "CreditCard": {
            "CardNumber": "4024007197692931", "Holder": "Teste", "ExpirationDate": "12/2030",
            "SecurityCode": "123", "Brand": "Visa"}}})
    [path] = folder.glob("*.jsonl")
    for text in path.read_bytes().split(b"\n\n"):
        record = json.loads(text)
        crc = record.pop("crc")
        assert line(record).endswith(b'"crc":"%b"}\n' % crc.encode())
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.order_number, one.amount, one.word) == ("4711", 15700, "not_paid")


def test_what_came_of_a_write_is_behind_it(ledger, journal):
    """A look is dated by Cielo's clock, which is behind and has whole seconds."""
    _, payment_id = journal.sale(15700, capture=True)
    before = journal.now - datetime.timedelta(seconds=5)
    void = journal.change("sale_void", payment_id, result=None)
    journal.settled(void, "adopted", at=before, result="approved", status=10)
    ledger.ingest()
    [one] = rows(ledger)
    assert (one.status, one.voided, one.in_doubt) == (10, 15700, False)


INTENT = {"rec": "intent", "id": "019aaaaa-0000-7000-8000-00000000beef",
          "at": "2026-11-20T12:00:00.000Z", "op": "sale_create", "merchant": MERCHANT,
          "env": "sandbox"}


HARMS = (
    {"at": None}, {"at": 7}, {"at": "soon"}, {"at": "0001-01-01T00:00:00+14:00"}, {"op": None},
    {"op": ["sale_create"]}, {"merchant": None}, {"merchant": {}}, {"env": 1}, {"id": None},
    {"id": 5}, {"rec": None}, {"rec": 3}, {"rec": "outcome"}, {"rec": "outcome", "of": 1},
    {"payment_id": ["x"]}, {"amount": "157"}, {"amount": 2 ** 70}, {"status": True},
    {"before": [1]}, {"amounts": {"captured": "1"}}, {"card": {"first6": 455187}},
    {"order": "x" * 5000}, {"rec": "use", "op": None},
)


def test_records_that_are_none_stop_no_others(ledger, journal, caplog):
    """Their lines are whole: what wrote them was not the core, or a later one."""
    ends = []
    for harm in HARMS:
        journal.sale()
        journal.write(**{name: value for name, value in {**INTENT, **harm}.items()
                         if value is not None})
        ends.append(journal.path.stat().st_size)
    count = len(HARMS)
    assert ledger.ingest() == (2 * count, count, count)
    assert [each.rpartition(" is none: ")[0] for each in caplog.messages] == [
        f"{journal.name}: the record before byte {end}" for end in ends]
    assert ledger.ingest() == (0, 0, count)
    found = ledger.verify()
    assert (found.damaged, found.problems, found.behind) == (count, [], 0)
    assert [str(each) for each in found.left_out] == caplog.messages
    assert ledger.rebuild() == count
    assert ledger.verify().problems == []


def test_damage_is_counted_wherever_it_is(ledger, journal):
    journal.sale()
    with journal.path.open("ab") as file:
        file.write(b"\n{torn\n")
    journal.write(**{**INTENT, "op": 1})
    for _ in range(300):
        journal.sale()
    found = ledger.ingest()
    assert (found.records, found.damaged) == (602, 2)
    assert ledger.verify().problems == []
