"""A Cielo that says yes to everything after a pause, as cheaply as Python can.

    python slow_cielo.py DELAY_MS

Prints its port. The local Cielo spends more on a sale than a worker of nginx
does; under load it would measure itself.
"""

from __future__ import annotations

import asyncio
import sys

BODY = (b'{"MerchantOrderId":"%s","Customer":{"Name":"Comprador"},"Payment":{"Installments":1,'
        b'"Type":"CreditCard","Amount":15700,"Capture":false,"Status":1,"ReturnCode":"4",'
        b'"ReturnMessage":"Operation Successful","Tid":"0305020554239","ProofOfSale":"305554",'
        b'"AuthorizationCode":"123456","PaymentId":"24bc8366-fc31-4d6c-8555-17049a836a07",'
        b'"CreditCard":{"CardNumber":"409168******7641","Holder":"Teste Holder",'
        b'"ExpirationDate":"12/2030","Brand":"Visa"},"Links":[{"Method":"GET","Rel":"self",'
        b'"Href":"https://apiquery.example/1/sales/24bc8366-fc31-4d6c-8555-17049a836a07"}]}}')
HEAD = (b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n")
ORDER = b'"MerchantOrderId":"'
DELAY = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0


def answer_to(request: bytes) -> bytes:
    """Of the sale that was asked for: another's would be refused."""
    at = request.find(ORDER) + len(ORDER)
    body = BODY % request[at:request.find(b'"', at)]
    return HEAD % len(body) + body


class Session(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.data = transport, b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        head = self.data.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self.data.lower().find(b"content-length:", 0, head)
        length = int(self.data[at + 15:self.data.index(b"\r", at)]) if at >= 0 else 0
        if len(self.data) < head + 4 + length:
            return
        answer = answer_to(self.data[head:head + 4 + length])
        self.data = self.data[head + 4 + length:]
        if DELAY:
            asyncio.get_running_loop().call_later(DELAY, self.answer, answer)
        else:
            self.answer(answer)

    def answer(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(
        Session, "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
