"""What stands before every page: hosts, proxies, headers, sizes, times and origins.

It is around the whole application, so that what it adds is on every answer, on those to
requests that were not understood too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from ..addresses import Network, address_in, network_in
from ..errors import Usage

__all__ = ["Guard", "Place", "is_ours"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

METHODS = ("GET", "HEAD", "POST")
#: Bytes of a form; and of a file of a batch.
FORM, FILE = 64 * 1024, 5 * 1024 * 1024
#: Seconds in which a form, or such a file, has to be there.
FORM_TIME, FILE_TIME = 30.0, 120.0
#: Of one header, and of all.
HEADER, HEADERS = 8 * 1024, 32 * 1024
#: Characters of a path; ours have numbers and keys in them, and no more.
PATH = 1024

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# Two of them, and one reader believes the first and another the last.
_ONCE = (b"host", b"content-length", b"content-type", b"transfer-encoding", b"origin", b"referer",
         b"cookie", b"x-forwarded-proto", b"sec-fetch-site")
_PORTS = {"http": 80, "https": 443}

_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
           "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
           "base-uri 'none'")
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=()",
}


class Host(NamedTuple):
    """A name and a port."""

    name: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.name in _LOOPBACK


def _host_of(text: str, scheme: str) -> Host | None:
    found = _HOST.fullmatch(text)
    if found is None:
        return None
    return Host(found[1].lower().rstrip("."), int(found[2] or _PORTS.get(scheme, 0)))


@dataclass(frozen=True)
class Place:
    """Where the pages are: their address, and the proxies before them.

    `mounted`: in a shop's own application, which answers for its hosts and its TLS.
    """

    public: tuple[str, Host] | None
    trusted: tuple[Network, ...]
    mounted: bool

    @classmethod
    def of(cls, public_url: str | None, trusted: Iterable[str], mounted: bool) -> Place:
        """Usage for an address that is none, or that others could listen to."""
        public = None
        if public_url is not None:
            parts = urlsplit(public_url)
            host = _host_of(parts.netloc, parts.scheme)
            if parts.scheme not in _PORTS or host is None or (
                    parts.path.strip("/") or parts.query or parts.fragment):
                raise Usage(f"{public_url} is no address of these pages: https://NAME",
                            f"{public_url} não é um endereço destas páginas: https://NOME")
            if parts.scheme == "http" and not host.is_loopback:
                raise Usage(f"{public_url} would carry passwords for all to read: https beyond "
                            "this machine",
                            f"{public_url} levaria senhas à vista de todos: https fora desta "
                            "máquina")
            public = parts.scheme, host
        try:
            networks = tuple(network_in(each) for each in trusted)
        except ValueError as error:
            raise Usage(f"a trusted proxy is an address or a network: {error}",
                        f"um proxy de confiança é um endereço ou uma rede: {error}") from error
        return cls(public, networks, mounted)

    def is_secure(self, scheme: str) -> bool:
        return (self.public[0] if self.public else scheme) == "https"

    def trusts(self, address: str) -> bool:
        try:
            one = address_in(address)
        except ValueError:
            return False
        return any(one in network for network in self.trusted)


class _Refused(Exception):
    """A request that no page sees."""

    def __init__(self, status: int, pt: str, en: str) -> None:
        super().__init__(en)
        self.status = status
        self.text = f"{pt}\n{en}\n"


class Guard:
    """Around an application."""

    def __init__(self, app: App, place: Place) -> None:
        self._app = app
        self._place = place

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope = {**scope}
        body = _Body(receive, scope)
        answer = _Answer(send, scope, self._place, body)
        try:
            self._admit(scope)
        except _Refused as refusal:
            await PlainTextResponse(refusal.text, refusal.status)(scope, receive, answer.send)
            return
        await self._app(scope, body.receive, answer.send)

    def _admit(self, scope: Message) -> None:
        headers = _headers_of(scope)
        self._see_through_proxies(scope, headers)
        public = self._place.public
        host = _host_of(headers.get(b"host", b"").decode("latin-1"),
                        public[0] if public else scope["scheme"])
        if host is None:
            raise _Refused(400, "Sem nome de servidor.", "No name of a host.")
        if not self._place.mounted:
            self._demand_place(scope, host)
        if scope["method"] not in METHODS:
            raise _Refused(405, "Aqui não.", "Not like this.")

    def _demand_place(self, scope: Message, host: Host) -> None:
        """At our own name alone, and encrypted beyond this machine."""
        public = self._place.public
        if not (host == public[1] if public else host.is_loopback):
            raise _Refused(421, "Este servidor tem outro nome: veja --public-url.",
                           "This server has another name: see --public-url.")
        near = host.is_loopback and _is_loopback((scope.get("client") or ("",))[0])
        if scope["scheme"] != "https" and not near:
            raise _Refused(403, "Só por https: veja --public-url e --trusted-proxy.",
                           "By https alone: see --public-url and --trusted-proxy.")

    def _see_through_proxies(self, scope: Message, headers: dict[bytes, bytes]) -> None:
        """Who asks, and how, by the word of a trusted proxy: nobody else's counts."""
        client = scope.get("client")
        if client is None:
            return
        scope["client"] = (_plain(client[0]), client[1])
        if not self._place.trusts(client[0]):
            return
        proto = headers.get(b"x-forwarded-proto", b"").decode("latin-1").strip().lower()
        if proto in _PORTS:
            scope["scheme"] = proto
        told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        # From our end: what is beyond the last address that we do not trust is hearsay.
        for each in reversed([part.strip() for part in told.decode("latin-1").split(",")]):
            try:
                address = str(address_in(each))
            except ValueError:
                return
            scope["client"] = (address, 0)
            if not self._place.trusts(address):
                return


def _plain(address: str) -> str:
    """As it is written without a guise; what is no address stays."""
    try:
        return str(address_in(address))
    except ValueError:
        return address


def _is_loopback(address: str) -> bool:
    try:
        return address_in(address).is_loopback
    except ValueError:
        return False


def _headers_of(scope: Message) -> dict[bytes, bytes]:
    """The headers by name. Refused for what readers might disagree about."""
    found: dict[bytes, bytes] = {}
    size = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if len(value) > HEADER or size > HEADERS:
            raise _Refused(431, "Cabeçalhos grandes demais.", "Too large headers.")
        if name in _ONCE and name in found:
            raise _Refused(400, "Um cabeçalho veio duas vezes.", "A header came twice.")
        if any(byte < 32 and byte != 9 or byte == 127 for byte in value):
            raise _Refused(400, "Um cabeçalho inválido.", "A header that is none.")
        found[name] = value
    if found.get(b"content-type", b"").startswith(b"multipart/") and (
            b"charset" in found[b"content-type"]):  # its reader believes in any of Python's
        raise _Refused(415, "Só formulários em UTF-8.", "Forms in UTF-8 alone.")
    if len(scope["path"]) > PATH:
        raise _Refused(414, "Um endereço longo demais.", "Too long an address.")
    if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
        raise _Refused(400, "Um endereço inválido.", "An address that is none.")
    return found


class _Answer:
    """Adds to an answer what every one has."""

    def __init__(self, send: Send, scope: Message, place: Place, body: _Body) -> None:
        self._send = send
        self._scope = scope
        self._place = place
        self._body = body
        # Before a mount within the application changes it.
        self._is_static = scope["path"][len(scope.get("root_path", "")):].startswith("/static/")

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._headers(message)}
        await self._send(message)

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        added = dict(_HEADERS)
        kept = self._is_static and message["status"] in (200, 304)
        added[b"cache-control"] = b"public, max-age=86400" if kept else b"no-store"
        if self._scope["scheme"] == "https" and not self._place.mounted:
            added[b"strict-transport-security"] = b"max-age=31536000"
        if message["status"] == 405:
            added[b"allow"] = ", ".join(METHODS).encode()
        if not self._body.is_whole:  # what is left of it is not waited for
            added[b"connection"] = b"close"
        return [(name, value) for name, value in message.get("headers", ())
                if name.lower() not in added] + list(added.items())


class _Body:
    """Counts what comes, whatever it was said to be, and the time it takes."""

    def __init__(self, receive: Receive, scope: Message) -> None:
        self._receive = receive
        headers = dict(scope["headers"])
        path = scope["path"][len(scope.get("root_path", "")):]
        is_file = path.startswith("/batches") and headers.get(b"content-type", b"").startswith(
            b"multipart/form-data")
        self._left = FILE if is_file else FORM
        self._end = time.monotonic() + (FILE_TIME if is_file else FORM_TIME)
        length = headers.get(b"content-length", b"0")
        self._foretold = int(length) if length.isdigit() else 0
        #: Nothing of it is still to come.
        self.is_whole = not self._foretold and b"transfer-encoding" not in headers
        self._seen = False

    async def receive(self) -> Message:
        if self._seen:  # what is awaited now is that the other end leaves
            return await self._receive()
        if self._foretold > self._left:
            raise HTTPException(413)
        try:
            with anyio.fail_after(max(0.0, self._end - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413)
        self._foretold = 0
        self._seen = self.is_whole = not message.get("more_body", False)
        return message


def is_ours(place: Place, request: Request) -> bool:
    """Whether a form was sent from a page of ours, as the browser says; False if it does not."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    try:
        parts = urlsplit(headers.get("origin") or headers.get("referer") or "")
    except ValueError:
        return False
    host = _host_of(parts.netloc, parts.scheme)
    if host is None or parts.scheme not in _PORTS:
        return False
    if place.public is not None:
        return (parts.scheme, host) == place.public
    # Whether there is TLS before a shop's own application, its server may not know.
    if parts.scheme != request.scope["scheme"] and not place.mounted:
        return False
    return host == _host_of(headers.get("host", ""), parts.scheme)
