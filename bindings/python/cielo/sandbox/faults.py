"""Faults: what the server does wrong on purpose, and at which stage.

A fault is an object with these members:

`match`     method and path prefix, ``"POST /1/sales"``; the method may be
            ``*``, and a ``*`` in the path stands for any text
            (``"PUT /1/sales/*/void"``); letter case does not matter
`after`     ``read`` (the request was read but not processed), ``process``
            (processed and booked), ``headers`` (the head of the answer was
            sent too), ``half_body`` (half of the body as well)
`do`        ``close`` the connection, ``reset`` it, ``stall`` without another
            byte, answer ``status:NNN``, ``garbage``, or ``reply`` with the
            member `reply` (`status`, `headers`, `body`); absent: only wait
`times`     how often; 0 and -1 mean for ever; 1 if absent
`delay_ms`  a pause before whatever is done

``garbage`` is no HTTP at all after ``read`` and ``process``, and an HTTP answer
whose body is no JSON after ``headers`` and ``half_body``.  A whole answer
(``status:NNN``, ``reply``) cannot follow a part of another, so there
``headers`` and ``half_body`` mean the same as ``process``.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, Callable

from aiohttp import web

from .exchange import Answer

STAGES = ("read", "process", "headers", "half_body")
ACTIONS = ("close", "reset", "stall", "garbage", "reply")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*")
MEMBERS = frozenset(("match", "after", "do", "times", "delay_ms", "reply"))

LONGEST_DELAY_MS = 3_600_000

GARBAGE = b"\x00\xff\x13\x37 this is neither a status line nor an object \xc3\x28\r\n\r\n"

#: Lets bytes that were sent leave before the connection is torn down.
DRAIN_SECONDS = 0.02
#: How often a stalled connection looks whether its client has left.
STALL_CHECK_SECONDS = 0.05


@dataclass
class Fault:
    """One entry of the list, checked."""

    match: str
    after: str = "read"
    do: str = ""
    times: int = 1
    delay_ms: int = 0
    reply: dict[str, Any] = field(default_factory=dict)
    used: int = 0

    def __post_init__(self) -> None:
        method, _blank, path = self.match.partition(" ")
        pattern = ".*".join(re.escape(part) for part in path.strip().split("*"))
        self._method = method.upper()
        self._path = re.compile(pattern, re.IGNORECASE)

    def hits(self, method: str, path: str) -> bool:
        """Whether this fault is for the request and not used up."""
        if self.times > 0 and self.used >= self.times:
            return False
        return self._method in ("*", method) and self._path.match(path) is not None

    @property
    def status(self) -> int:
        """The number of ``status:NNN``, or 0."""
        return int(self.do[7:]) if self.do.startswith("status:") else 0

    def as_dict(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "match": self.match,
            "after": self.after,
            "do": self.do or None,
            "times": self.times,
            "delay_ms": self.delay_ms,
            "used": self.used,
        }
        return dict(shown, reply=self.reply) if self.reply else shown


def read_faults(value: object) -> list[Fault]:
    """The posted list; ValueError says what is wrong with it."""
    if not isinstance(value, list):
        raise ValueError("a list of faults is expected")
    return [_read_fault(entry) for entry in value]


def _read_fault(entry: object) -> Fault:
    if not isinstance(entry, dict) or not isinstance(entry.get("match"), str):
        raise ValueError('each fault needs "match": "METHOD /path"')
    method, _blank, path = entry["match"].partition(" ")
    if not re.fullmatch(r"\s*[/*]\S*\s*", path):
        raise ValueError(
            f'"match" is "METHOD /path", as in "POST /1/sales", not {_quoted(entry["match"])}'
        )
    if method.upper() not in METHODS:
        raise ValueError(
            f'"match" is "METHOD /path", with one of {", ".join(METHODS)} as the method, '
            f"not {_quoted(method)}"
        )
    unknown = set(entry) - MEMBERS
    if unknown:
        raise ValueError(f"unknown member: {', '.join(sorted(unknown))}")
    given = {name: value for name, value in entry.items() if value is not None}
    for name in ("times", "delay_ms"):
        if isinstance(given.get(name, 0), bool) or not isinstance(given.get(name, 0), int):
            raise ValueError(f'"{name}" is a whole number')
    if not 0 <= given.get("delay_ms", 0) <= LONGEST_DELAY_MS:
        raise ValueError(f'"delay_ms" is from 0 to {LONGEST_DELAY_MS}, an hour')
    if given.get("after", "read") not in STAGES:
        raise ValueError(f'"after" is one of {", ".join(STAGES)}')
    do = given.get("do", "")
    if not isinstance(do, str) or not (
        do in ("", *ACTIONS) or re.fullmatch("status:[1-5][0-9][0-9]", do)
    ):
        raise ValueError(f'"do" is one of {", ".join(ACTIONS)}, status:NNN')
    if not isinstance(given.get("reply", {}), dict) or (do == "reply") != ("reply" in given):
        raise ValueError('"do": "reply" goes with an object "reply"')
    if do == "reply":
        _check_reply(given["reply"])
    return Fault(**given)


def _quoted(text: str) -> str:
    """Text as JSON shows it, cut short."""
    return json.dumps(text if len(text) <= 60 else text[:57] + "...")


def _check_reply(reply: dict[str, Any]) -> None:
    headers, body = reply.get("headers", {}), reply.get("body", "")
    if not isinstance(reply.get("status", 200), int):
        raise ValueError('"reply.status" is a number')
    if not isinstance(headers, dict) or not isinstance(body, str):
        raise ValueError('"reply.headers" is an object and "reply.body" text')


class Faults:
    """The list, and the way each fault is acted out on a connection."""

    def __init__(self) -> None:
        self.list: list[Fault] = []
        self._stopped = False

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault for this request; it counts as used."""
        for fault in self.list:
            if fault.hits(method, path):
                fault.used += 1
                return fault
        return None

    def stop(self) -> None:
        """End every stall, so that the server can leave."""
        self._stopped = True

    async def play(
        self,
        fault: Fault,
        request: web.BaseRequest,
        process: Callable[[], Answer],
        date: Callable[[], str],
    ) -> Answer | None:
        """Act the fault out.

        Gives the answer to send in the usual way, or None when the connection
        was dealt with here.
        """
        if fault.after == "read":
            await asyncio.sleep(fault.delay_ms / 1000)
            if not fault.do:
                return process()
            answer = Answer(200)
        else:
            answer = process()
            await asyncio.sleep(fault.delay_ms / 1000)
            if not fault.do:
                return answer
        return await self._spoil(fault, request, answer, date)

    async def _spoil(
        self, fault: Fault, request: web.BaseRequest, answer: Answer, date: Callable[[], str]
    ) -> Answer | None:
        """Do to the answer, or to its connection, what the fault says."""
        if fault.status:
            return Answer(fault.status)
        if fault.do == "reply":
            given = {name: str(text) for name, text in fault.reply.get("headers", {}).items()}
            # A client may use the connection again unless it is told before it is closed.
            last = {} if "connection" in map(str.lower, given) else {"Connection": "close"}
            raw = Answer(
                fault.reply.get("status", 200),
                fault.reply.get("body", "").encode("utf-8"),
                headers={**given, **last},
            )
            await self._finish(request, raw.head(date()) + raw.body, "close")
            return None
        if fault.do == "garbage":
            if fault.after in ("read", "process"):
                await self._finish(request, GARBAGE, "close")
                return None
            return Answer(answer.status, GARBAGE)
        sent = b""
        if fault.after in ("headers", "half_body"):
            sent = answer.head(date())
        if fault.after == "half_body":
            sent += answer.body[: len(answer.body) // 2]
        await self._finish(request, sent, fault.do)
        return None

    async def _finish(self, request: web.BaseRequest, sent: bytes, do: str) -> None:
        transport = request.transport
        if transport is None:
            return
        if sent:
            transport.write(sent)
            if do == "reset":
                await asyncio.sleep(DRAIN_SECONDS)
        if do == "stall":
            while not (self._stopped or request.transport is None or transport.is_closing()):
                await asyncio.sleep(STALL_CHECK_SECONDS)
        if do == "reset":
            _reset(transport)
        else:
            transport.close()


def _reset(transport: asyncio.Transport | asyncio.BaseTransport) -> None:
    """End a connection with RST: no lingering, then drop it."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.Transport):
        transport.abort()
