"""Asks one path over many connections at once and says how long it took.

    python load.py PORT PATH CONNECTIONS REQUESTS

Prints a line of JSON: milliseconds (p50, p99, max, wall) and, by their second
word, how many answers of each kind there were.
"""

from __future__ import annotations

import asyncio
import collections
import json
import sys
import time


async def client(port: int, path: str, queue: list[int], spent: list[float],
                 kinds: collections.Counter[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    while queue:
        queue.pop()
        started = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if b"chunked" in head:
            body = b""
            while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        else:
            at = head.lower().index(b"content-length:")
            body = await reader.readexactly(int(head[at + 15:head.index(b"\r", at)]))
        spent.append((time.monotonic() - started) * 1000)
        words = body.decode().split()
        kinds[words[1] if len(words) > 1 else head.split()[1].decode()] += 1
    writer.close()


async def main(port: int, path: str, connections: int, requests: int) -> None:
    queue, spent = [1] * requests, list[float]()
    kinds: collections.Counter[str] = collections.Counter()
    started = time.monotonic()
    await asyncio.gather(*(client(port, path, queue, spent, kinds)
                           for _ in range(connections)))
    wall = (time.monotonic() - started) * 1000
    spent.sort()
    print(json.dumps({
        "p50": spent[len(spent) // 2], "p99": spent[int(len(spent) * 0.99)],
        "max": spent[-1], "wall": wall, "kinds": kinds}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
