"""A Cielo that answers every sale after a second: python slow.py [SECONDS]

Prints one line with its address and serves until its standard input closes. It
does little more than count to a second, so that 10,000 calls can wait at once.
"""

from __future__ import annotations

import asyncio
import pathlib
import re
import socket
import sys

ANSWER = (pathlib.Path(__file__).resolve().parent / "answer.json").read_bytes().strip()
BYTES = (b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
         % (len(ANSWER), ANSWER))
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
BACKLOG = 16384


class Connection(asyncio.Protocol):
    delay = 1.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.asked = b""

    def data_received(self, data: bytes) -> None:
        self.asked += data
        while True:
            head, end, body = self.asked.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if not end or len(body) < length:
                return
            self.asked = body[length:]
            asyncio.get_running_loop().call_later(self.delay, self.answer)

    def answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(BYTES)


async def main(delay: float) -> None:
    Connection.delay = delay
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        await loop.create_server(Connection, sock=listener, backlog=BACKLOG)
        print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
