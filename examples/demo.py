"""What libcielo does, told step by step against the local Cielo.

Run by `make demo`, which starts a local Cielo and gives its address in
CIELO_BASE_URL and, in CIELO_DEMO_INBOX, the port to which it posts
notifications. Ends with exit code 0 only if every step held.
"""

from __future__ import annotations

import datetime
import os
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import cielo

# Cards of Cielo's manual: the last digit says what the sandbox does with them.
CARD = {
    "card_number": "4091688625337641",
    "holder": "Teste Holder",
    "expiration_date": "12/2035",
    "security_code": "333",
    "brand": "Visa",
}
DECLINED = {**CARD, "card_number": "0000000000000002"}
RUN = format(time.time_ns() // 1_000_000, "x")


def money(cents: int) -> str:
    return f"R$ {cents // 100},{cents % 100:02}"


def say(text: str, **facts: object) -> None:
    shown = "  ".join(f"{name} {value}" for name, value in facts.items())
    print(f"  {text:<44} {shown}", flush=True)


def hold(truth: object, rule: str) -> None:
    if not truth:
        raise SystemExit(f"the demo did not hold: {rule}")


def sale(order: str, amount: int, card: dict[str, str], kind: str = "credit",
         **payment: object) -> dict[str, object]:
    return {
        "merchant_order_id": f"{order}{RUN}",
        "customer": {"name": "Aline de Souza"},
        "payment": {
            "type": "CreditCard" if kind == "credit" else "DebitCard",
            "amount": amount,
            "installments": 1,
            f"{kind}_card": card,
            **payment,
        },
    }


def card_sale(client: cielo.Client) -> None:
    print("\nA card sale")
    made = client.sales.create(sale("sale", 15700, CARD))
    payment_id = made.payment.payment_id
    hold(made.approved and made.status_name == "authorized", "the sale is authorised")
    say("authorised", amount=money(15700), payment_id=payment_id)
    captured = client.sales.capture(payment_id, 10000)
    hold(captured.approved, "the capture is carried out")
    say("captured in part", amount=money(10000))
    hold(client.sales.void(payment_id, 2500).approved, "the void is carried out")
    seen = client.sales.get(payment_id).payment
    hold((seen.captured_amount, seen.voided_amount) == (10000, 2500), "the books agree")
    say("cancelled in part", amount=money(2500), left=money(seen.captured_amount - 2500))


def declined_card(client: cielo.Client) -> None:
    print("\nA declined card")
    made = client.sales.create(sale("declined", 5000, DECLINED))
    hold(made.declined and not made.approved, "the card is declined")
    say("declined, which is a result and no error", return_code=made.payment.return_code,
        card=made.payment.credit_card.card_number)
    advice = made.advice
    say("may it be tried again?", retry=advice.retry.kind, change=advice.change)


def stored_debit_card(client: cielo.Client) -> None:
    print("\nA stored debit card, first use")
    made = client.sales.create(sale(
        "debit", 15700, {**CARD, "card_on_file": {"usage": "First"}}, "debit",  # type: ignore[dict-item]
        capture=True))
    hold(made.status_name == "payment_confirmed", "a debit sale is paid at once")
    say("paid", amount=money(made.payment.amount), payment_id=made.payment.payment_id)
    token = client.cards.tokenize({"customer_name": "Aline de Souza", **{
        name: CARD[name] for name in ("card_number", "holder", "expiration_date", "brand")}})
    hold(token.card_token, "storing a card gives a token")
    say("card stored", token=token.card_token[:8] + "-…")


def recurrences(client: cielo.Client) -> None:
    print("\nRecurrences")
    own = client.sales.create(sale("own", 1500, CARD, recurrent=True))
    hold(own.approved, "an own recurrence is charged")
    say("own recurrence charged", amount=money(1500), payment_id=own.payment.payment_id)
    made = client.sales.create(sale("plan", 1500, CARD, recurrent_payment={
        "authorize_now": True, "end_date": datetime.date(2040, 12, 1), "interval": "Monthly"}))
    plan = made.payment.recurrent_payment.recurrent_payment_id
    hold(plan, "a scheduled recurrence has an id")
    say("scheduled, monthly", amount=money(1500), recurrent_payment_id=plan)
    client.recurrences.set_amount(plan, 1990)
    seen = client.recurrences.get(plan).recurrent_payment
    hold(seen.amount == 1990, "the new amount is read back")
    say("amount changed", amount=money(seen.amount), next=seen.next_recurrency)
    client.recurrences.deactivate(plan)
    seen = client.recurrences.get(plan).recurrent_payment
    name = cielo.recurrence_status(seen.status).name
    hold(seen.status == 3, "it is deactivated")
    say("deactivated", status=name)


class Inbox:
    """What a store's notification URL receives."""

    def __init__(self, port: int) -> None:
        posts: queue.Queue[tuple[bytes, str]] = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.end_headers()
                posts.put((body, self.headers["Content-Type"]))

            def log_message(self, format: str, *args: Any) -> None:
                """The demo tells its own story."""

        self._posts = posts
        self._server = HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self, kind: str) -> Any:
        while True:
            post = cielo.parse_notification(*self._posts.get(timeout=60))
            if post.kind == kind:
                return post


def checkout(client: cielo.Client, inbox: Inbox) -> None:
    print("\nA Checkout page")
    page = client.orders.create({
        "order_number": f"page{RUN}",
        "cart": {"items": [{"name": "Caneta", "unit_price": 9000, "quantity": 1,
                            "type": "Asset"}]},
        "shipping": {"type": "WithoutShipping"},
    })
    hold(page.settings.checkout_url, "the page has an address")
    say("page created", url=page.settings.checkout_url)
    client.request("POST", "/_sandbox/pay", {"order": f"page{RUN}",
                                             "card": CARD["card_number"]})
    notice = inbox.next("order")
    order = client.confirm(notice)
    hold(order.payment.status in ("Authorized", "Paid"), "the notified order is real")
    number = notice.checkout_order_number
    say("paid by the buyer, notified and confirmed", order=number, status=order.payment.status)
    if order.payment.status == "Authorized":
        hold(client.orders.capture(number).approved, "the order's capture is carried out")
    order = client.orders.get(number)
    hold(order.payment.status == "Paid", "the order is captured")
    say("captured", status=order.payment.status)
    for amount in (1000, 2000):
        started = time.monotonic()
        hold(client.orders.void(number, amount).approved, "the order's void is carried out")
        say("cancelled in part", amount=money(amount),
            waited=f"{time.monotonic() - started:.1f} s")


def payment_link(client: cielo.Client) -> None:
    print("\nA payment link")
    link = client.links.create({"type": "Digital", "name": "Livro", "price": 4200,
                                "quantity": 3, "shipping": {"type": "WithoutShipping"}})
    say("link created", url=link.short_url)
    client.request("POST", "/_sandbox/pay", {"link": link.id, "card": CARD["card_number"]})
    paid = client.links.payments(link.id).orders
    hold(len(paid) == 1, "the link has one payment")
    say("its payments", order=paid[0].order_number, status=paid[0].payment.status)


def return_codes() -> None:
    print("\nWhat return codes mean")
    for text in ("00", "51", "57", "54", "05", "GF"):
        code = cielo.return_code(text)
        if code:
            say(f"{code.code:>3}  {code.category}", retry=code.retry.kind)
            print(f"       {code.shopper('pt')}")


def main() -> None:
    address = os.environ["CIELO_BASE_URL"]
    print(f"libcielo {cielo.__version__} from Python, against the local Cielo at {address}")
    inbox = Inbox(int(os.environ["CIELO_DEMO_INBOX"]))
    with cielo.Client() as client:
        card_sale(client)
        declined_card(client)
        stored_debit_card(client)
        recurrences(client)
        checkout(client, inbox)
        payment_link(client)
    return_codes()
    print("\nAll of it held.")


if __name__ == "__main__":
    main()
