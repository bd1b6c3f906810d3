"""Receives Cielo's notifications: answers at once, confirms, acts once.

Cielo signs nothing and repeats itself, so that a post is only a hint: the
receiver answers 200 before anything else, asks Cielo for the real state, and
acts only on a state that it has not seen. `serve` is the receiver; `main` shows
it at work on a sale and on a Checkout page of the local Cielo.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import Any

from aiohttp import web
from local import local_cielo  # sets the credentials of a local store

import cielo
import cielo.sandbox
from cielo.typed import SaleFields


class Receiver:
    """What was confirmed, by id; a shop keeps this in its database."""

    def __init__(self, client: cielo.AsyncClient) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self.seen: dict[str, str] = {}
        self.news: asyncio.Queue[str] = asyncio.Queue()

    async def post(self, request: web.Request) -> web.Response:
        try:
            notice = cielo.parse_notification(await request.read(),
                                              request.headers.get("Content-Type"))
        except cielo.DecodeError:
            return web.Response(status=400)
        task = asyncio.create_task(self.confirm(notice))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response()

    async def confirm(self, notice: Any) -> None:
        try:
            state = await self._client.confirm(notice)
        except cielo.NotFoundError:
            return  # somebody's invention
        except cielo.CieloError as error:
            await self.news.put(f"to be asked again later: {error.kind}")
            return
        key, status = describe(notice, state)
        if self.seen.get(key) == status:
            return  # a repeat
        self.seen[key] = status
        await self.news.put(f"{notice.kind} {key} is {status}")


def describe(notice: Any, state: Any) -> tuple[str, str]:
    """The id that the shop knows, and the state that Cielo confirmed."""
    if notice.kind == "recurrence":
        entry = cielo.recurrence_status(state.recurrent_payment.status)
        return notice.recurrent_payment_id, entry.name if entry else "unknown"
    if notice.kind == "sale":
        return notice.payment_id, state.status_name
    if notice.kind == "order_reference":
        return notice.merchant_order_number, str(state.payment_status)
    return notice.checkout_order_number, state.payment.status


async def serve(receiver: Receiver, port: int) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/", receiver.post)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


CARD = "4091688625337641"


def sale_fields() -> SaleFields:
    return {
        "merchant_order_id": f"note{time.time_ns() // 1_000_000}",
        "payment": {
            "type": "CreditCard", "amount": 15700, "installments": 1, "capture": True,
            "credit_card": {"card_number": CARD, "holder": "Teste Holder",
                            "expiration_date": "12/2035", "security_code": "333",
                            "brand": "Visa"},
        },
    }


async def shop(client: cielo.AsyncClient, receiver: Receiver) -> None:
    sale = await client.sales.create(sale_fields())
    print("captured", sale.payment.payment_id)
    print("->", await asyncio.wait_for(receiver.news.get(), 10))
    number = f"page{time.time_ns() // 1_000_000}"
    await client.orders.create({
        "order_number": number,
        "cart": {"items": [{"name": "Caneta", "unit_price": 900, "quantity": 2,
                            "type": "Asset"}]},
        "shipping": {"type": "WithoutShipping"},
    })
    await client.request("POST", "/_sandbox/pay", {"order": number, "card": CARD})
    print("page", number, "paid by the buyer")
    print("->", await asyncio.wait_for(receiver.news.get(), 10))


async def main(port: int) -> None:
    async with cielo.AsyncClient(client_id="a local client", client_secret="and its secret",
                                 checkout_merchant_id=os.environ["CIELO_MERCHANT_ID"]) as client:
        receiver = Receiver(client)
        runner = await serve(receiver, port)
        try:
            await shop(client, receiver)
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    inbox = os.environ.get("CIELO_DEMO_INBOX")
    if inbox and os.environ.get("CIELO_BASE_URL"):
        with local_cielo():
            asyncio.run(main(int(inbox)))
    else:
        here = free_port()
        with cielo.sandbox.run(notify_url=f"http://127.0.0.1:{here}/") as sandbox:
            os.environ["CIELO_BASE_URL"] = sandbox.base_url
            asyncio.run(main(here))
