"""Notifications, what is pending at night, and charges that Cielo makes by itself."""

from __future__ import annotations

import datetime
import http.server
import json
import os
import threading

import pytest
import sqlalchemy as sa
from journal_lines import KEY, MERCHANT, UTC, Segment
from test_doubts import CARD, one, sell

import cielo
from cielo.backoffice import Person, Refused, sync
from cielo.backoffice.database import writing
from cielo.backoffice.lease import held
from cielo.backoffice.notices import due
from cielo.backoffice.schema import event, lease, notice, sale
from cielo.backoffice.sync import new_id


@pytest.fixture
def store(ledger, sandbox):
    return ledger.stores.add(MERCHANT, sandbox.base_url)


@pytest.fixture
def outside(sandbox):
    """A client of another program, of which no journal tells."""
    with cielo.Client(merchant_id=MERCHANT, merchant_key=KEY,
                      base_url=sandbox.base_url) as client:
        yield client


def post(payment_id, change=1):
    return json.dumps({"PaymentId": payment_id, "ChangeType": change})


def rows(ledger, table=sale):
    with ledger.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def test_a_sale_of_another_program(ledger, store, outside, keys):
    made = sell(outside, "elsewhere", capture=True)
    assert ledger.sync.receive(store, post(made.payment.payment_id), "application/json")
    assert ledger.sync.work() == (1, 0, 0)
    [row] = rows(ledger)
    assert row.key == f"payment:{made.payment.payment_id}"
    assert (row.order_number, row.amount, row.captured, row.word) == (
        "elsewhere", 15700, 15700, "paid")
    assert (row.tid, row.means, row.first6, row.last4) == (
        made.payment.tid, "visa", "402400", "2931")
    assert row.seen_at
    assert ledger.verify().problems == []


def test_a_change_by_another_program(ledger, shop, outside, keys):
    made = sell(shop, "ours")
    ledger.ingest()
    outside.sales.capture(made.payment.payment_id, 10000)
    ledger.sync.receive(ledger.stores.get(), post(made.payment.payment_id))
    assert one(ledger).word == "not_paid"
    ledger.sync.work()
    assert (one(ledger).word, one(ledger).captured) == ("paid", 10000)


def test_a_notification_before_the_journal(ledger, store, shop, keys):
    made = sell(shop, "ours")
    ledger.sync.receive(store, post(made.payment.payment_id))
    ledger.sync.work()
    before = one(ledger)
    ledger.ingest()
    assert one(ledger).id == before.id
    assert not one(ledger).key.startswith("payment:")
    seen = one(ledger)
    ledger.rebuild()
    assert one(ledger) == seen


def test_repeated_ones_wait_once(ledger, store, outside, keys):
    payment_id = sell(outside).payment.payment_id
    assert [ledger.sync.receive(store, post(payment_id)) for _ in range(4)] == [
        True, False, False, False]
    assert ledger.sync.work() == (1, 0, 0)
    assert ledger.sync.work() == (0, 0, 0)
    assert len(rows(ledger, event)) == 1


def test_many_at_once(ledger, store):
    failures = []

    def receive(part):
        try:
            for n in range(15):
                assert ledger.sync.receive(
                    store, post(f"24bc8366-fc31-4d6c-8555-{part:06d}{n:06d}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=receive, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows(ledger, notice)) == 60


def test_forged_ones_change_nothing(ledger, store, shop, sandbox, keys):
    made = sell(shop, "ours")
    ledger.ingest()
    before = rows(ledger)
    forged = "24bc8366-fc31-4d6c-8555-17049a836a07"
    ledger.sync.receive(store, post(forged))
    looks = len(sandbox.requests())
    assert ledger.sync.work() == (0, 1, 0)
    assert len(sandbox.requests()) == looks + 1
    assert rows(ledger) == before
    # One that tells of a void of a sale of ours gets what is so.
    ledger.sync.receive(store, json.dumps({
        "PaymentId": made.payment.payment_id, "ChangeType": 1, "Status": 10, "Amount": 1}))
    ledger.sync.work()
    after, old = one(ledger)._mapping, before[0]._mapping
    assert {name for name in after if after[name] != old[name]} <= {
        "seen_at", "received", "provider"}  # which the intent did not name


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"[1", b"a=b", b"x" * 300_000,
                                  b'{"PaymentId": "../../1/sales"}'])
def test_what_is_no_notification(ledger, store, body, keys):
    try:
        ledger.sync.receive(store, body)
    except Refused:
        assert rows(ledger, notice) == []
    else:
        assert ledger.sync.work().seen == 0
    assert rows(ledger) == []


def test_known_payments_first(ledger, store, shop, sandbox, keys):
    made = sell(shop, "ours")
    ledger.ingest()
    for n in range(5):
        ledger.sync.receive(store, post("24bc8366-fc31-4d6c-8555-%012d" % n))
    ledger.sync.receive(store, post(made.payment.payment_id))
    with ledger.engine.connect() as connection:
        first = due(connection, datetime.datetime.now(UTC), 10)[0]
    assert first.ids["payment_id"] == made.payment.payment_id


def test_a_look_that_fails_is_made_again(ledger, store, outside, faults, keys):
    payment_id = sell(outside).payment.payment_id
    ledger.sync.receive(store, post(payment_id))
    faults(match="GET /1/sales", after="read", do="status:503", times=9)
    assert ledger.sync.work() == (0, 0, 1)
    faults(match="GET /nothing", after="read", do="close")
    [waits] = rows(ledger, notice)
    assert (waits.state, waits.tries) == ("waiting", 1)
    assert waits.next_try > datetime.datetime.now(UTC)
    assert ledger.sync.work() == (0, 0, 0)
    with writing(ledger.engine) as connection:
        connection.execute(sa.update(notice).values(next_try=waits.received))
    assert ledger.sync.work() == (1, 0, 0)
    assert one(ledger).payment_id == payment_id


def test_without_keys_it_waits(ledger, store):
    ledger.sync.receive(store, post("24bc8366-fc31-4d6c-8555-17049a836a07"))
    assert ledger.sync.work() == (0, 0, 1)
    assert "no keys" in rows(ledger, notice)[0].why


def test_what_another_worker_finished_counts_once(ledger, store, outside, keys):
    made = sell(outside)
    ledger.sync.receive(store, post(made.payment.payment_id))
    with ledger.engine.connect() as connection:
        [waits] = due(connection, datetime.datetime.now(UTC), 10)
    found = outside.sales.get(made.payment.payment_id)
    for _ in range(2):  # a lease that ended while its holder was slow
        ledger.sync._keep(waits, found, waits.received)
    assert len(rows(ledger, event)) == 1


def test_who_was_taken_over_leaves_the_rest(ledger, store, outside, keys, monkeypatch):
    for name in ("first", "second"):
        ledger.sync.receive(store, post(sell(outside, name).payment.payment_id),
                            "application/json")
    look = ledger.sync._look_all

    def taken_meanwhile(batch):
        yield from look(batch)
        with writing(ledger.engine) as connection:
            connection.execute(sa.update(lease).values(holder="another"))

    monkeypatch.setattr(sync, "BATCH", 1)
    monkeypatch.setattr(ledger.sync, "_look_all", taken_meanwhile)
    assert ledger.sync.work() == (1, 0, 0)
    assert ledger.sync.is_due()


def test_one_worker_at_a_time(ledger, store, keys):
    ledger.sync.receive(store, post("24bc8366-fc31-4d6c-8555-17049a836a07"))
    with writing(ledger.engine) as connection:
        connection.execute(sa.insert(lease).values(
            name="sync", holder="another",
            until=datetime.datetime.now(UTC) + datetime.timedelta(minutes=1)))
    assert ledger.sync.work() == (0, 0, 0)


def test_what_a_person_wants_to_see_waits_for_no_worker(ledger, store, shop, outside, faults,
                                                        sandbox, keys):
    payment_id = sell(shop, "ours").payment.payment_id
    ledger.ingest()
    outside.sales.capture(payment_id, 10000)
    ids = {"payment_id": payment_id}
    with held(ledger.engine, "sync") as other:
        assert other
        assert ledger.sync.look(store.id, ids) == "done"
        assert (one(ledger).word, one(ledger).captured) == ("paid", 10000)
        faults(match=f"GET /1/sales/{payment_id}", after="read", do="status:500", times=-1)
        assert ledger.sync.look(store.id, ids) == "failed"
    sandbox.faults([])
    assert [row.state for row in rows(ledger, notice)] == ["done", "waiting"]
    assert ledger.sync.look(store.id, {"payment_id": "24bc8366-fc31-4d6c-8555-545f8dae8c73"}) == (
        "unknown")
    with pytest.raises(Refused):
        ledger.sync.look(store.id, {})


def test_a_night(ledger, shop, sandbox, keys):
    pix = shop.sales.create({"MerchantOrderId": "pix1", "Payment": {
        "Type": "Pix", "Amount": 100}, "Customer": {
            "Name": "Teste", "Identity": "12345678909", "IdentityType": "CPF"}})
    sell(shop, "done", capture=True)
    ledger.ingest()
    assert {row.word for row in rows(ledger)} == {"pending", "paid"}
    sandbox.pay(pix.payment.payment_id)
    assert ledger.sync.night() == 1
    assert ledger.sync.night() == 0
    assert ledger.sync.work() == (1, 0, 0)
    assert [row.word for row in rows(ledger)] == ["paid", "paid"]
    assert ledger.sync.night() == 0


def test_a_pending_void_is_looked_at(ledger, shop, folder, sandbox, keys):
    made = sell(shop, "void1", capture=True)
    ledger.ingest()
    journal = Segment(folder, at=datetime.datetime.now(UTC), env=sandbox.base_url)
    journal.change("sale_void", made.payment.payment_id, result="pending")
    ledger.ingest()
    assert ledger.sync.night() == 1
    ledger.sync.work()
    assert ledger.sync.night() == 0


def test_charges_of_a_recurrence(ledger, shop, sandbox, keys):
    first = shop.sales.create({"MerchantOrderId": "rec1", "Payment": {
        "Type": "CreditCard", "Amount": 1500, "Installments": 1, "Capture": True,
        "RecurrentPayment": {"AuthorizeNow": True, "Interval": "Monthly"}, "CreditCard": CARD}})
    ledger.ingest()
    number = first.payment.recurrent_payment.recurrent_payment_id
    assert one(ledger).recurrence_id == number
    sandbox.advance(65 * 24 * 3600)
    assert ledger.sync.night() == 1
    assert ledger.sync.work() == (3, 0, 0)  # the recurrence, and two charges that it names
    charges = rows(ledger)
    assert [row.amount for row in charges] == [1500, 1500, 1500]
    with ledger.engine.connect() as connection:
        told = connection.execute(sa.select(event.c.data).where(
            event.c.kind == "seen", event.c.sale_key.is_(None))).scalar_one()
    assert told["recurrence_id"] == number
    assert len(told["charges"]) == 3
    assert ledger.sync.night() == 0
    sandbox.reset()


def test_a_doubt_that_was_closed_is_looked_up(ledger, shop, outside, folder, sandbox, keys):
    made = sell(outside, "closed1")
    journal = Segment(folder, env=sandbox.base_url)
    id_ = journal.intent(order="closed1", amount=15700, type="CreditCard")
    ledger.ingest()
    ledger.doubts.close(id_, "adopted", "on Cielo's site", Person("ana"),
                        made.payment.payment_id)
    assert one(ledger).word == "unknown"
    assert ledger.sync.work() == (1, 0, 0)
    assert (one(ledger).key, one(ledger).word, one(ledger).tid) == (
        id_, "not_paid", made.payment.tid)


class Inbox:
    """Where Cielo posts to."""

    def __init__(self) -> None:
        self.posts = posts = []
        self.came = threading.Event()
        came = self.came

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posts.append((self.rfile.read(int(self.headers["content-length"])),
                              self.headers["content-type"]))
                self.send_response(200)
                self.end_headers()
                came.set()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def inbox():
    box = Inbox()
    yield box
    box.server.shutdown()
    box.server.server_close()


@pytest.mark.parametrize("kind, order", [("post", None), ("json", "Pedido01")])
def test_both_kinds_of_checkout(ledger, inbox, kind, order, monkeypatch):
    for name, value in {"CIELO_CLIENT_ID": "c", "CIELO_CLIENT_SECRET": "d",
                        "CIELO_CHECKOUT_MERCHANT_ID": MERCHANT}.items():
        monkeypatch.setenv(name, value)
    with cielo.sandbox.run(notify_url=inbox.url, notify_kind=kind) as sandbox:
        store = ledger.stores.add("c", sandbox.base_url)
        with ledger.client(store) as client:
            client.orders.create({
                "OrderNumber": "Pedido01", "Shipping": {"Type": "WithoutShipping"},
                "Cart": {"Items": [{"Name": "x", "UnitPrice": 100, "Quantity": 1,
                                    "Type": "Digital"}]}})
        sandbox.pay(order="Pedido01", card="4024007197692931")
        assert inbox.came.wait(60)
        assert ledger.sync.receive(store, *inbox.posts[0])
        assert ledger.sync.work() == (1, 0, 0)
        [book] = sandbox.orders()
    row = one(ledger)
    assert (row.checkout_order, row.order_number) == (book["checkout_cielo_order_number"], order)
    assert (row.checkout_status, row.last4) == ("authorized", "2931")
    assert row.tid


def test_ids_of_events_sort_by_time():
    start = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    ids = [new_id(start + datetime.timedelta(milliseconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    assert {(id_[14], id_[19]) for id_ in ids} <= {("7", c) for c in "89ab"}


def test_it_waits_for_no_dead_worker(ledger, store, outside, keys, sandbox):
    """One that died while it looked leaves its lease and the notice: both come round."""
    payment_id = sell(outside).payment.payment_id
    ledger.sync.receive(store, post(payment_id))
    child = os.fork()
    if not child:
        import signal

        from cielo.backoffice import Ledger, sync
        sync.seen_sale = lambda _: os.kill(os.getpid(), signal.SIGKILL)
        Ledger(str(ledger.url), ledger.journals).sync.work()
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert rows(ledger, event) == []
    assert ledger.sync.work() == (0, 0, 0)
    with writing(ledger.engine) as connection:
        connection.execute(sa.update(lease).values(until=datetime.datetime.now(UTC)))
    assert ledger.sync.work() == (1, 0, 0)
    assert len(rows(ledger, event)) == 1


def test_a_number_too_long_for_an_index_is_no_notification(ledger, store):
    with pytest.raises(Refused, match="no notification"):
        ledger.sync.receive(store, post(os.urandom(4000).hex()), "application/json")
    assert rows(ledger, notice) == []


def test_what_is_changed_during_a_look_stays_changed(ledger, shop, keys, monkeypatch):
    """An answer that was on its way meanwhile is older than the change."""
    made = sell(shop, "ours", capture=True)
    ledger.ingest()
    keep = ledger.sync._keep

    def late(*rest):
        shop.sales.void(made.payment.payment_id)
        ledger.ingest()
        return keep(*rest)

    monkeypatch.setattr(ledger.sync, "_keep", late)
    ledger.sync.receive(ledger.stores.get(), post(made.payment.payment_id))
    ledger.sync.work()
    assert (one(ledger).voided, one(ledger).word) == (15700, "reversed")


def test_what_is_told_during_a_look_is_looked_up_again(ledger, store, outside, keys,
                                                       monkeypatch):
    made = sell(outside, "elsewhere", capture=True)
    keep, told = ledger.sync._keep, []

    def late(*rest):
        if not told:
            told.append(outside.sales.void(made.payment.payment_id))
            ledger.sync.receive(store, post(made.payment.payment_id))
        return keep(*rest)

    monkeypatch.setattr(ledger.sync, "_keep", late)
    ledger.sync.receive(store, post(made.payment.payment_id))
    ledger.sync.work()
    assert one(ledger).voided == 15700
    assert [row.state for row in rows(ledger, notice)] == ["done"]
