"""Captures and voids in block: each row sent once, whoever runs them and is killed."""

from __future__ import annotations

import collections
import concurrent.futures
import datetime
import io
import itertools
import os
import pathlib
import random
import threading
import time
from typing import Any

import argon2
import pytest
import sqlalchemy as sa
from batch_runner import run_batch

from cielo.backoffice import Ledger, Person, Refused, Usage, batch_looks, batch_run, claims
from cielo.backoffice.batch_file import file_text, read_csv
from cielo.backoffice.database import projecting
from cielo.backoffice.events import New, take
from cielo.backoffice.filters import Filters
from cielo.backoffice.left import Standing
from cielo.backoffice.schema import batch_row, change, sale
from cielo.backoffice.whys import why_text

numbers = itertools.count(1)
CARD = {"CardNumber": "4024007197692931", "Holder": "Teste Holder", "ExpirationDate": "12/2030",
        "SecurityCode": "123", "Brand": "Visa"}


def fields(amount: int, capture: bool = True) -> dict[str, Any]:
    return {
        "MerchantOrderId": f"batch{next(numbers)}",
        "Payment": {"Type": "CreditCard", "Amount": amount, "Installments": 1,
                    "Capture": capture, "CreditCard": CARD},
    }


@pytest.fixture
def no_gap(monkeypatch):
    """Without the five seconds between voids, where nothing is voided twice."""
    monkeypatch.setattr(claims, "VOID_GAP", datetime.timedelta(0))


@pytest.fixture
def sell(shop, ledger, keys):
    """Makes sales and takes them up: Cielo's numbers by the ledger's."""

    def make(count: int, amount: int = 10000, capture: bool = True) -> dict[int, str]:
        made = [outcome.result.payment.payment_id for outcome in shop.many(
            shop.sales.create, (fields(amount, capture) for _ in range(count)))]
        ledger.ingest()
        with ledger.engine.connect() as connection:
            return dict(connection.execute(sa.select(sale.c.id, sale.c.payment_id).where(
                sale.c.payment_id.in_(made)).order_by(sale.c.id)).all())

    return make


def voided(sandbox, payments: dict[int, str]) -> list[int]:
    books = {line["PaymentId"]: line["VoidedAmount"] for line in sandbox.sales()}
    return [books[payment_id] for payment_id in payments.values()]


def sent(sandbox, payments: dict[int, str]) -> collections.Counter[str]:
    """How often each payment was asked to be changed."""
    paths = (one["path"].split("/") for one in sandbox.requests() if one["method"] == "PUT")
    counts = collections.Counter(path[3] for path in paths if len(path) > 4)
    return collections.Counter({each: counts[each] for each in payments.values() if counts[each]})


# ---- making ----


def test_what_can_be_chosen(ledger, sell):
    first, second = sell(2)
    made = ledger.batches.make("void", [first, (second, 2500)], by=Person("ana"),
                               search="--status paid")
    assert (made.state, made.total, made.created_by, made.search) == (
        "ready", 2, "ana", "--status paid")
    assert [(row.sale_id, row.asked, row.state) for row in ledger.batches.rows(made.id)] == [
        (first, None, "waiting"), (second, 2500, "waiting")]
    assert ledger.batches.all() == [made]
    for chosen in ([], [first, 999999], [(first, 0)]):
        with pytest.raises(Usage):
            ledger.batches.make("void", chosen)
    with pytest.raises(Usage):
        ledger.batches.make("refund", [first])
    with pytest.raises(Refused):
        ledger.batches.make("void", [first], by=Person("bia", frozenset({"batch", "capture"})))
    with pytest.raises(Usage):
        ledger.batches.get(999)


def test_the_amount_of_a_row_is_amended(ledger, sell, sandbox):
    payments = sell(2)
    made = ledger.batches.make("void", payments)
    first, second = ledger.batches.rows(made.id)
    ledger.batches.amend(made.id, first.id, 1234)
    with pytest.raises(Usage):
        ledger.batches.amend(made.id, first.id, 0)
    ledger.batches.run(made.id)
    assert voided(sandbox, payments) == [1234, 10000]
    with pytest.raises(Refused):
        ledger.batches.amend(made.id, first.id, 1)


def test_who_may_not_void_changes_no_row_of_a_batch_of_voids(ledger, sell):
    """It may be paused, and goes on without being looked over again."""
    made = ledger.batches.make("void", [(each, 100) for each in sell(2)])
    [row, _] = ledger.batches.rows(made.id)
    ledger.batches.pause(made.id)
    other = Person("bia", frozenset({"view", "batch", "capture"}))
    for change_ in (lambda: ledger.batches.amend(made.id, row.id, None, by=other),
                    lambda: ledger.batches.omit(made.id, [row.id], by=other)):
        with pytest.raises(Refused, match="may not do this: void"):
            change_()
    assert [each.asked for each in ledger.batches.rows(made.id)] == [100, 100]


def test_a_file_chooses_them(ledger, sell, sandbox):
    payments = sell(3)
    first, second, third = payments.values()
    orders = {line["PaymentId"]: line["MerchantOrderId"] for line in sandbox.sales()}
    text = ("\ufeffpayment_id;pedido;valor\r\n"
            f"{first.upper()};;57,00\r\n;{orders[second]};\r\n\r\n{third};;1.234,56\r\n")
    made = ledger.batches.make_from("void", io.StringIO(text))
    assert [(row.payment_id, row.asked) for row in ledger.batches.rows(made.id)] == [
        (first, 5700), (second, None), (third, 123456)]


def test_a_search_chooses_them(ledger, sell):
    payments = sell(3, amount=15000)
    sell(2, amount=20000)
    made = ledger.batches.make_matching("void", Filters.of(status="paid", amount_max=15000))
    assert [row.sale_id for row in ledger.batches.rows(made.id)] == list(payments)
    assert made.search == "--status paid --amount-max 150,00"
    with pytest.raises(Usage, match="no sale"):
        ledger.batches.make_matching("void", Filters.of(status="aborted"))


@pytest.mark.parametrize("text, why", [
    ("name;amount\nx;1\n", "names the columns"),
    ("payment_id,amount\nnobody,1\n", "line 2: no sale"),
    ('payment_id,amount\nFIRST,"1,234"\n', "line 2: the amount '1,234'"),
    ("payment_id\nFIRST\nFIRST\n", "line 3: the sale of line 2 again"),
    ("payment_id,amount\nFIRST,0\n", "line 2: the amount must be"),
    ("payment_id,order\nFIRST,another\n", "line 2: no sale with payment_id .*, order another"),
    ("payment_id,amount\n,1\n", "line 2: neither"),
])
def test_a_file_that_says_nothing_clear(ledger, sell, text, why):
    [payment_id] = sell(1).values()
    with pytest.raises(Usage, match=why):
        ledger.batches.make_from("void", io.StringIO(text.replace("FIRST", payment_id)))
    assert ledger.batches.all() == []


def test_cents_in_a_file():
    [line] = read_csv(io.StringIO("order\tamount\n4711\t1234\n"), cents=True)
    assert (line.names, line.amount) == ({"order": "4711"}, 1234)
    for typed in ("9" * 16, "5_7", "+5", "57,00", "-5"):
        with pytest.raises(Usage, match="no whole number"):
            list(read_csv(io.StringIO(f"order\tamount\n4711\t{typed}\n"), cents=True))


@pytest.mark.parametrize(("typed", "cents"), [
    ("57", 5700), ("57,05", 5705), ("57.05", 5705), ("1.234,56", 123456), ("R$ 1,50", 150),
    ("R$\u00a01,50", 150), ("0,01", 1), ("1.234.567,89", 123456789)])
def test_reais_in_a_file(typed, cents):
    [line] = read_csv(io.StringIO(f'"pedido";"valor"\n4711;"{typed}"\n'))
    assert line.amount == cents


@pytest.mark.parametrize(("text", "why"), [
    # A comma that is no border of a column would leave its cents out.
    ("order,amount\n4711,10,50\n", "line 2: more values than columns"),
    ("order,amount,note\n4711,10,50,\n", "line 2: more values than columns"),
    ("order,amount,note\n4711,157,50\n", "may be 157 or 157,50"),
    ("order,amount,note\n4711,1.234, 50\n", "may be 1.234 or 1.234,50"),
    # A sum that nobody reads would leave all of the sale to be changed.
    ("pedido;valor a cancelar\n4711;10,00\n", "no column is amount.*valor a cancelar"),
    ("pedido;valor;amount\n4711;1;2\n", "two columns are amount"),
    ("pedido;valor\n4711;1,5\n", "line 2: the amount '1,5'"),
])
def test_no_sum_of_a_file_is_passed_over(text, why):
    with pytest.raises(Usage, match=why):
        list(read_csv(io.StringIO(text)))


@pytest.mark.parametrize("line", ["4711,57.00,10", '4711,"57,00",10', "4711,57,100", "4711,57,"])
def test_a_column_beside_the_sum(line):
    [found] = read_csv(io.StringIO(f"order,amount,installments\n{line}\n"))
    assert found.amount == 5700


def test_columns_that_are_not_asked_for():
    text = "Status;Valor;Pedido;Fuso\nPago;57,00;4711;x\nPago;1,00;4712\n;;;\n"
    assert [(line.names, line.amount) for line in read_csv(io.StringIO(text))] == [
        ({"order": "4711"}, 5700), ({"order": "4712"}, 100)]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whichever_way_a_spreadsheet_saves_it(coding):
    assert file_text("pedido;observação".encode(coding)) == "pedido;observação"


@pytest.mark.parametrize("line", ["x" * 200_000, '"' + "y" * 200_000, "47\x0011"])
def test_a_file_of_another_kind(line):
    with pytest.raises(Usage, match="no CSV"):
        list(read_csv(io.StringIO(f"order\n{line}\n")))


# ---- a dry run ----


def test_a_dry_run_reads_and_sends_nothing(ledger, sell, sandbox):
    payments = sell(3)
    first, second, third = payments
    ledger.changes.void(first, 4000)
    made = ledger.batches.make("void", [first, (second, 2500), (third, 10001)])
    told = list(ledger.batches.look(made.id))
    assert [(one.left, one.amount) for one in told] == [(6000, 6000), (10000, 2500), (10000, None)]
    assert (told[0].standing.captured, told[0].standing.voided) == (10000, 4000)
    assert "only 100,00 is left" in told[2].why
    assert sum(sent(sandbox, payments).values()) == 1
    assert ledger.batches.get(made.id).state == "ready"
    ledger.batches.drop(made.id)
    assert ledger.batches.all() == []


# ---- running ----


def test_a_batch_is_run(ledger, sell, sandbox):
    payments = sell(20)
    told: list[tuple[int, int, int]] = []
    made = ledger.batches.make("void", payments)
    ended = ledger.batches.run(made.id, by=Person("ana"), progress=lambda *seen: told.append(seen))
    assert (ended.state, ended.counts) == ("done", {"done": 20})
    assert voided(sandbox, payments) == [10000] * 20
    assert set(sent(sandbox, payments).values()) == {1}
    assert told[0] == (0, 0, 20)
    assert told[-1] == (20, 0, 20)
    with ledger.engine.connect() as connection:  # without another ingest
        assert set(connection.scalars(sa.select(sale.c.word))) == {"reversed"}
    assert {line.who for line in ledger.audit.lines(did="void")} == {"ana"}
    assert len(list(ledger.audit.lines(did="void"))) == 40


def test_each_row_has_its_own_end(ledger, sell, sandbox, shop, no_gap):
    payments = sell(4)
    first, second, third, fourth = payments
    shop.sales.void(payments[first])
    made = ledger.batches.make("void", [first, (second, 2500), (third, 10001), (fourth, 2666)])
    ended = ledger.batches.run(made.id)
    assert ended.counts == {"done": 1, "refused": 3}
    assert [row.state for row in ledger.batches.rows(made.id)] == [
        "refused", "done", "refused", "refused"]
    assert [row.payment_id for row in ledger.batches.rows(made.id, "done")] == [payments[second]]
    assert voided(sandbox, payments) == [10000, 2500, 0, 0]


def test_what_was_not_sent_can_be_tried_again(ledger, sell, sandbox, faults):
    payments = sell(3)
    first, second, third = payments
    faults(match=f"GET /1/sales/{payments[first]}", after="read", do="status:500", times=-1)
    made = ledger.batches.make("void", payments)
    assert ledger.batches.run(made.id).counts == {"done": 2, "failed": 1}
    sandbox.faults([])
    assert ledger.batches.retry(made.id).counts == {"done": 2, "waiting": 1}
    assert ledger.batches.run(made.id).counts == {"done": 3}
    assert set(sent(sandbox, payments).values()) == {1}


def test_what_is_in_doubt_is_never_sent_again(ledger, sell, sandbox, faults, monkeypatch,
                                              no_gap):
    payments = sell(3)
    first = next(iter(payments))
    faults(match=f"PUT /1/sales/{payments[first]}", after="process", do="close")
    monkeypatch.setattr(ledger.changes, "_open_client",
                        lambda store: ledger.client(store, reconcile=False))
    made = ledger.batches.make("void", payments)
    assert ledger.batches.run(made.id).counts == {"done": 2, "in_doubt": 1}
    assert ledger.batches.retry(made.id).counts == {"done": 2, "in_doubt": 1}
    ledger.batches.run(made.id)
    again = ledger.batches.make("void", payments)
    assert [row.state for row in ledger.batches.rows(ledger.batches.run(again.id).id)] == [
        "failed", "refused", "refused"]
    assert set(sent(sandbox, payments).values()) == {1}


def test_it_is_paused_and_resumed(ledger, sell, sandbox):
    payments = sell(12)
    made = ledger.batches.make("void", payments)

    def pause(through: int, not_done: int, total: int) -> None:
        if through == 4:
            ledger.batches.pause(made.id, by=Person("bia"))

    paused = ledger.batches.run(made.id, progress=pause, concurrency=3)
    assert paused.state == "paused"
    assert 4 <= paused.counts["done"] <= 7  # those that were under way
    assert paused.counts["done"] + paused.counts["waiting"] == 12
    with ledger.engine.connect() as connection:  # nothing tells of the others
        assert connection.scalar(sa.select(sa.func.count()).select_from(change)) == (
            paused.counts["done"])
    assert ledger.batches.resume(made.id).counts == {"done": 12}
    assert set(sent(sandbox, payments).values()) == {1}
    with pytest.raises(Refused):
        ledger.batches.pause(made.id)


def test_who_may_no_longer_stops_it_and_another_goes_on(ledger, sell, sandbox, no_gap):
    """What somebody started ends with their rights, in the middle too; their limit follows."""
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    for name in ("ana", "bia"):
        ledger.accounts.add(name, "cavalo bateria grampo", {None: {"manager"}})
    ana, bia = (ledger.accounts.get(name).person for name in ("ana", "bia"))
    payments = sell(12)
    made = ledger.batches.make("void", payments, by=ana)

    def disable(through: int, not_done: int, total: int) -> None:
        if through == 4:
            ledger.accounts.disable("ana")

    stopped = ledger.batches.run(made.id, by=ana, progress=disable, concurrency=1)
    assert (stopped.state, stopped.why) == ("paused", "ana started it, and comes in no more")
    assert why_text(stopped.why) == "ana o começou, e não entra mais"
    assert stopped.counts["waiting"] >= 7
    noted, = ledger.audit.lines(did="batch stop")
    assert noted.who == Person.of_system().name and noted.data["batch"] == made.id

    ledger.batches.start(made.id, by=bia)
    ledger.accounts.set_rights("bia", {None: {"operator"}})
    stopped = ledger.batches.go_on(made.id, lambda: False)
    assert stopped.state == "paused" and "bia started it, and may no longer" in (stopped.why or "")
    ledger.accounts.set_rights("bia", {None: {"manager"}})
    ledger.batches.start(made.id, by=bia)
    ledger.accounts.set_rights("bia", {None: {"manager"}}, void_limit=50000)
    ended = ledger.batches.go_on(made.id, lambda: False)
    assert ended.why is None and ended.counts == {"done": 5, "refused": 7}
    assert set(sent(sandbox, payments).values()) == {1}


def test_who_may_no_longer_as_it_ends_stops_nothing(ledger, sell, no_gap):
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    ledger.accounts.add("ana", "cavalo bateria grampo", {None: {"manager"}})
    ana = ledger.accounts.get("ana").person
    made = ledger.batches.make("void", sell(2), by=ana)

    def disable(through: int, not_done: int, total: int) -> None:
        if through == total:
            ledger.accounts.disable("ana")

    ended = ledger.batches.run(made.id, by=ana, progress=disable)
    assert (ended.state, ended.why, ended.counts) == ("done", None, {"done": 2})


def test_it_is_interrupted(ledger, sell, sandbox):
    payments = sell(12)
    made = ledger.batches.make("void", payments)

    def interrupt(through: int, not_done: int, total: int) -> None:
        if through == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.batches.run(made.id, progress=interrupt, concurrency=3)
    counts = ledger.batches.get(made.id).counts
    assert set(counts) <= {"done", "waiting"}
    assert counts["done"] == sum(sent(sandbox, payments).values())
    assert ledger.batches.run(made.id).counts == {"done": 12}
    assert set(sent(sandbox, payments).values()) == {1}


def test_it_is_started_as_it_was_shown(ledger, sell, sandbox):
    payments = sell(3)
    made = ledger.batches.make("void", payments)
    first, second, third = ledger.batches.rows(made.id)
    shown = ledger.batches.shown(made.id).mark
    ledger.batches.amend(made.id, first.id, 2500)
    with pytest.raises(Refused, match="changed since"):
        ledger.batches.start(made.id, mark=shown)
    ledger.batches.omit(made.id, [third.id, 10**9])
    assert ledger.batches.sum(made.id) == 12500
    ledger.batches.start(made.id, mark=ledger.batches.shown(made.id).mark)
    with pytest.raises(Refused, match="is running"):  # by a second tab
        ledger.batches.start(made.id, mark=ledger.batches.shown(made.id).mark)
    with pytest.raises(Refused, match="is running"):
        ledger.batches.amend(made.id, second.id, 1)
    with pytest.raises(Refused, match="is running"):
        ledger.batches.omit(made.id, [second.id])
    assert [one.id for one in ledger.batches.all(within=[made.store_id], state="running")] == [
        made.id]
    assert ledger.batches.all(within=[99]) == []
    ledger.batches.run(made.id)
    assert voided(sandbox, payments) == [2500, 10000, 0]


def test_another_amount_may_let_a_row_go_or_stay(ledger, sell, monkeypatch):
    """Which is known without going through the rows that were read."""
    made = ledger.batches.make("void", sell(2))
    first, _ = ledger.batches.rows(made.id)
    list(ledger.batches.look(made.id))
    seen = [ledger.batches.shown(made.id)]
    for amount in (10001, 10000):
        ledger.batches.amend(made.id, first.id, amount)
        seen.append(ledger.batches.shown(made.id))
    assert [(one.staying, one.sum) for one in seen] == [(0, 20000), (1, 20001), (0, 20000)]
    assert len({one.mark for one in seen}) == 3
    list(ledger.batches.look(made.id))  # as it was: no other batch to who has its page
    monkeypatch.setattr(batch_looks, "decide", None)
    assert ledger.batches.shown(made.id) == seen[-1]
    with pytest.raises(Usage, match="there is no batch"):
        ledger.batches.shown(made.id + 1)


def test_what_is_read_of_a_batch_that_was_started_meanwhile_is_not_kept(ledger, sell):
    """Two who look, and one who starts it, write to the same rows in whatever order."""
    made = ledger.batches.make("void", sell(2))
    assert len(list(ledger.batches.look(made.id))) == 2
    kept = sa.select(sa.func.count(batch_row.c.looked))
    with ledger.engine.connect() as connection:
        assert connection.scalar(kept) == 2
    ledger.batches.look_anew(made.id)
    ledger.batches.start(made.id)
    assert len(list(ledger.batches.look(made.id))) == 2
    with ledger.engine.connect() as connection:
        assert connection.scalar(kept) == 0


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_who_look_it_over_never_wait_for_each_other(url, folder, ledger, journal, monkeypatch):
    """Cielo answers each in another order, and each has kept a row before both want the third."""
    for _ in range(3):
        journal.sale(10000, capture=True)
    ledger.ingest()
    first, second, held = (row.id for row in ledger.search())
    made = ledger.batches.make("void", (first, second, held))
    paid = Standing("paid", "CreditCard", 10000, 10000, 0)
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                      "AND wait_event_type = 'Lock'")
    with Ledger(url, [folder]) as other, concurrent.futures.ThreadPoolExecutor(2) as pool, \
            ledger.engine.connect() as holder:
        for one, order in ((ledger, (first, held, second)), (other, (second, held, first))):
            monkeypatch.setattr(one.changes, "look_many",
                                lambda *words, _order=order, **more: dict.fromkeys(_order, paid))
        holder.execute(sa.select(batch_row.c.id).where(
            batch_row.c.sale_id == held).with_for_update())
        looks = [pool.submit(lambda each=each: list(each.batches.look(made.id)))
                 for each in (ledger, other)]
        limit = time.monotonic() + 60
        with ledger.engine.connect() as watching:
            while watching.scalar(waiting) < 2:
                assert time.monotonic() < limit, "they do not both wait after a minute"
                watching.rollback()
                time.sleep(0.02)
        holder.rollback()
        assert [len(look.result(60)) for look in looks] == [3, 3]


def test_an_old_page_of_a_batch_that_was_dropped_starts_no_other(ledger, sell):
    """Its number, and those of its rows, are given to none."""
    first, second = sell(2)
    old = ledger.batches.make("capture", [first])
    shown, rows = ledger.batches.shown(old.id), list(ledger.batches.rows(old.id))
    ledger.batches.drop(old.id)
    new = ledger.batches.make("void", [second])
    assert new.id > old.id
    assert [row.id > rows[-1].id for row in ledger.batches.rows(new.id)] == [True]
    assert ledger.batches.shown(new.id).mark != shown.mark
    with pytest.raises(Usage, match="there is no batch"):
        ledger.batches.start(old.id, mark=shown.mark)


def waiting_batch(ledger: Ledger, journal: Any, state: str) -> tuple[int, list[int]]:
    """The number of a batch of two sales that were paid, and its rows, in this state."""
    for _ in range(2):
        journal.sale(10000, capture=True)
    ledger.ingest()
    number = ledger.batches.make("void", [row.id for row in ledger.search()]).id
    set_rows(ledger, state)
    return number, [row.id for row in ledger.batches.rows(number)]


def set_rows(ledger: Ledger, state: str, *ids: int) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(batch_row).where(
            batch_row.c.id.in_(ids) if ids else sa.true()).values(state=state))


def test_other_rows_that_wait_are_not_those_that_were_shown(ledger, journal):
    """Who ran it before it was tried again gives one back, and takes another."""
    number, (first, second) = waiting_batch(ledger, journal, "waiting")
    set_rows(ledger, "sending", first)
    mark = ledger.batches.shown(number).mark
    set_rows(ledger, "waiting", first)
    set_rows(ledger, "sending", second)
    with pytest.raises(Refused, match="changed since"):
        ledger.batches.start(number, mark=mark)


def test_nobody_starts_it_half_tried_again(url, folder, ledger, journal):
    """Rows that wait again were shown to who starts it, or are not in what runs."""
    number, _ = waiting_batch(ledger, journal, "failed")
    ledger.batches.start(number)
    with Ledger(url, [folder]) as other:
        started: list[int] = []

        def begin(connection: Any) -> None:
            if not started and other.batches.get(number).state == "ready":
                shown = other.batches.shown(number)
                started.append(shown.waiting)
                other.batches.start(number, mark=shown.mark)

        sa.event.listen(ledger.engine, "begin", begin, insert=True)
        ledger.batches.retry(number)
        sa.event.remove(ledger.engine, "begin", begin)
    assert started == [2] == [ledger.batches.get(number).counts["waiting"]]


def test_what_was_shown_as_staying_is_not_sent(ledger, sell, shop, sandbox, no_gap, monkeypatch):
    """Whatever has become of it by then; who wants it tries again what was not sent."""
    payments = sell(3, capture=False)
    first, second, third = payments
    shop.sales.capture(payments[first])
    made = ledger.batches.make("capture", payments)
    whys = [one.why for one in ledger.batches.look(made.id)]
    assert whys[1:] == [None, None] and "nothing is left to capture" in whys[0]
    shown = ledger.batches.shown(made.id)
    assert shown.staying == 1
    look_many = ledger.changes.look_many

    def too_early(*words, **more):
        told = look_many(*words, **more)
        return {**told, second: told[first]}

    with monkeypatch.context() as patched:  # as if Cielo had been asked before it could tell
        patched.setattr(ledger.changes, "look_many", too_early)
        assert [one.why for one in ledger.batches.look(made.id)] == [whys[0], whys[0], None]
    with pytest.raises(Refused, match="changed since"):  # another one stays by now
        ledger.batches.start(made.id, mark=shown.mark)
    before = sent(sandbox, payments)
    ledger.batches.start(made.id, mark=ledger.batches.shown(made.id).mark)
    noted, = ledger.audit.lines(did="batch run")
    assert noted.data["aside"] == 2
    ended = ledger.batches.go_on(made.id, lambda: False)
    assert (ended.state, ended.counts) == ("done", {"failed": 2, "done": 1})
    assert sent(sandbox, payments) - before == {payments[third]: 1}
    assert [row.why for row in ledger.batches.rows(made.id, "failed")] == [whys[0]] * 2
    ledger.batches.retry(made.id)
    assert ledger.batches.shown(made.id).staying == 0
    assert ledger.batches.run(made.id).counts == {"refused": 1, "done": 2}


class Staff:
    """Who works in a shop that mounts the pages, by number."""

    def __init__(self, **people: Person) -> None:
        self.people = people

    def who_is(self, number: str) -> Person | None:
        return self.people.get(number)


def test_a_shops_own_person_is_known_by_their_number(ledger, sell, sandbox, no_gap):
    """Neither by a name that has changed, nor by that of a user of ours."""
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    ledger.accounts.add("ana", "cavalo bateria grampo", {None: {"manager"}})
    ledger.accounts.disable("ana")
    payments = sell(4)
    staff = Staff(n7=Person("Ana Souza", void_limit=20000, id="n7"))
    made = ledger.batches.make("void", payments)
    ledger.batches.start(made.id, by=Person("ana", id="n7"))
    ended = ledger.batches.go_on(made.id, lambda: False, staff.who_is)
    assert (ended.state, ended.counts) == ("done", {"done": 2, "refused": 2})

    left = [row.sale_id for row in ledger.batches.rows(made.id, "refused")]
    again = ledger.batches.make("void", left)
    for people, why in (({}, "ana started it, and comes in no more"),
                        ({"n7": Person("ana", frozenset({"view"}))},
                         "ana started it, and may no longer void in block here")):
        staff.people = people
        ledger.batches.start(again.id, by=Person("ana", id="n7"))
        stopped = ledger.batches.go_on(again.id, lambda: False, staff.who_is)
        assert (stopped.state, stopped.why) == ("paused", why)
    ledger.batches.start(again.id, by=Person("ana", id="n7"))
    assert ledger.batches.go_on(again.id, lambda: False).counts == {"done": 2}  # nobody is asked


def test_what_was_settled_ends_its_row(ledger, sell, faults, monkeypatch):
    payments = sell(1)
    faults(match=f"PUT /1/sales/{next(iter(payments.values()))}", after="process", do="close")
    monkeypatch.setattr(ledger.changes, "_open_client",
                        lambda store: ledger.client(store, reconcile=False))
    made = ledger.batches.make("void", payments)
    assert ledger.batches.run(made.id).counts == {"in_doubt": 1}
    [row] = ledger.batches.rows(made.id)
    [doubt] = ledger.doubts.list(within=[made.store_id])
    assert row.intent == doubt.id and ledger.doubts.sales([doubt]) == {doubt.id: row.sale_id}
    assert [look.state for look in ledger.doubts.settle(doubt.id, timeout=10)] == ["adopted"]
    ledger.changes.catch_up(made.store_id)
    assert ledger.batches.get(made.id).counts == {"done": 1}


# ---- several, and killed ----


def start(processes: Any, url: str, folder: pathlib.Path, number: int) -> Any:
    """A process that runs a batch, and has begun to."""
    ready = processes.Event()
    run = processes.Process(target=run_batch, args=(url, str(folder), number, ready))
    run.start()
    assert ready.wait(60)
    return run


def test_two_runners_at_once(url, folder, ledger, sell, sandbox):
    payments = sell(60)
    made = ledger.batches.make("void", payments)
    with Ledger(url, [folder]) as other:
        runs = [threading.Thread(target=each.batches.run, args=(made.id,),
                                 kwargs={"concurrency": 3}) for each in (ledger, other)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert ledger.batches.get(made.id).counts == {"done": 60}
    assert ledger.batches.get(made.id).state == "done"
    assert set(sent(sandbox, payments).values()) == {1}
    assert voided(sandbox, payments) == [10000] * 60


# More of them in a long run.
KILLS = int(os.environ.get("CIELO_BATCH_KILLS", "12"))


def test_killed_at_any_point_and_run_again(url, folder, ledger, sell, sandbox, processes):
    """Each row is sent once, whatever became of it; books and ledger agree."""
    draw = random.Random(os.environ.get("CIELO_BATCH_SEED", "1"))
    payments = sell(40)
    made = ledger.batches.make("void", payments)
    # So that calls are in flight when it is killed.
    sandbox.faults([{"match": "PUT /1/sales/", "after": "process", "delay_ms": 20, "times": -1}])
    for _ in range(KILLS):
        run = start(processes, url, folder, made.id)
        time.sleep(draw.uniform(0, 0.2))
        run.kill()
        run.join()
    sandbox.faults([])
    ended = ledger.batches.run(made.id)
    assert ended.state == "done"
    assert set(ended.counts) <= {"done", "in_doubt"}
    assert sum(ended.counts.values()) == 40
    assert set(sent(sandbox, payments).values()) <= {1}
    check_doubts(ledger, sandbox, payments, made.id)


def check_doubts(ledger: Ledger, sandbox: Any, payments: dict[int, str], number: int) -> None:
    """What is in doubt is settled by the journal, and then all agree."""
    [store] = ledger.stores.all()
    with ledger.client(store) as client:
        settled = [one.state for _, one in client.journal.settle()]
    ledger.changes.recover(store.id)
    counts = ledger.batches.get(number).counts
    states = {row.sale_id: row.state for row in ledger.batches.rows(number)}
    books = dict(zip(payments, voided(sandbox, payments)))
    assert {sale_id: amount == 10000 for sale_id, amount in books.items()} == {
        sale_id: state == "done" for sale_id, state in states.items()}, (settled, counts)
    with ledger.engine.connect() as connection:
        rows = connection.execute(sa.select(sale.c.id, sale.c.voided, sale.c.in_doubt)).all()
        open_ones = connection.scalar(sa.select(sa.func.count()).where(
            change.c.state.in_(("reading", "sending"))))
    assert {row.id: row.voided or 0 for row in rows if not row.in_doubt} == {
        row.id: books[row.id] for row in rows if not row.in_doubt}
    assert open_ones == 0


def test_another_machines_rows_are_left_alone(url, tmp_path, folder, ledger, sell, sandbox,
                                              processes, monkeypatch):
    """What may be in another machine's journal is not sent by who cannot read it."""
    monkeypatch.setattr(batch_run, "FOR_OTHERS", 0.5)
    payments = sell(8)
    made = ledger.batches.make("void", payments)
    sandbox.faults([{"match": "PUT /1/sales/", "after": "read", "do": "stall", "times": -1}])
    elsewhere = tmp_path / "elsewhere"
    run = start(processes, url, elsewhere, made.id)
    limit = time.monotonic() + 60
    while sum(sent(sandbox, payments).values()) < 4 and time.monotonic() < limit:
        time.sleep(0.02)
    run.kill()
    run.join()
    sandbox.faults([])
    here = ledger.batches.run(made.id)
    assert here.state == "running"
    assert here.counts == {"sending": 8}  # all were marked, and four of them sent
    with Ledger(url, [elsewhere]) as there:
        ended = there.batches.run(made.id)
    assert ended.counts == {"done": 4, "in_doubt": 4}
    assert set(sent(sandbox, payments).values()) == {1}


def test_a_batch_with_both_rows_of_what_turns_out_to_be_one_sale(ledger, journal):
    id_ = journal.intent(order="4711", amount=15700, type="CreditCard", brand="Visa")
    ledger.ingest()
    payment_id = "24bc8366-fc31-4d6c-8555-00000000c0de"
    with projecting(ledger.engine) as connection:
        take(connection, [New("seen-1", "seen", None, journal.now, "sync", {
            "payment_id": payment_id, "order": "4711", "status": 2,
            "amounts": {"amount": 15700, "captured": 15700}},
            store_id=ledger.stores.get().id)])
        ids = connection.scalars(sa.select(sale.c.id)).all()
    made = ledger.batches.make("void", ids)
    assert made.total == 2
    journal.settled(id_, "adopted", result="approved", status=2, payment_id=payment_id)
    ledger.ingest()
    assert [row.payment_id for row in ledger.batches.rows(made.id)] == [payment_id]
    assert ledger.verify().problems == []


# ---- limits ----


def test_a_batch_is_held_to_a_limit_in_sum(ledger, sell, sandbox):
    ana = Person("ana", void_limit=15000)
    payments = sell(3)
    with pytest.raises(Refused, match="more than 150,00"):
        ledger.batches.make("void", payments, by=ana)
    made = ledger.batches.make("void", [(number, 5000) for number in payments], by=ana)
    bia = Person("bia", void_limit=14999)
    with pytest.raises(Refused, match="as much as bia may"):
        ledger.batches.run(made.id, by=bia)
    for row in list(ledger.batches.rows(made.id))[:2]:
        ledger.batches.amend(made.id, row.id, None)  # more than the ledger knew
    ended = ledger.batches.run(made.id, by=Person("eva"))
    assert sum(voided(sandbox, payments)) <= 15000
    assert ended.counts["refused"] >= 1 and "by the batch" in str(
        list(ledger.batches.rows(made.id, "refused"))[0].why)
