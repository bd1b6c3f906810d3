"""A shop's own web application with the Backoffice at /backoffice, behind the shop's log-in.

    python examples/python/mounted.py            tries it out and ends
    python examples/python/mounted.py --serve    goes on until Ctrl-C: ana, and the password told

Three functions are all that the Backoffice is given: who asks, whether a password is theirs, and
who that is later, when a batch that they started runs. The jobs that keep the ledger up to date,
and run batches, are in the same process.
"""

from __future__ import annotations

import hashlib
import hmac
import http.cookiejar
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import uvicorn
from local import local_cielo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

import cielo
from cielo.backoffice import Ledger, Person
from cielo.backoffice.jobs import Worker
from cielo.backoffice.web import create_app

START = "/backoffice/doubts"
FORM = ('<form method="post"><label>Nome <input name="name"></label> '
        '<label>Senha <input name="password" type="password"></label> <button>Entrar</button>')


class Shop:
    """Who works here and who is logged in: your application has this already."""

    def __init__(self, password: str) -> None:
        self.salt = secrets.token_bytes(16)
        self.passwords = {"ana": self.hash(password)}
        self.staff = {"ana": Person(
            "Ana", frozenset({"view", "export", "capture", "void", "batch"}), id="ana")}
        self.sessions: dict[str, str] = {}

    def hash(self, password: str) -> bytes:
        return hashlib.scrypt(password.encode(), salt=self.salt, n=2**14, r=8, p=1)

    def is_right(self, name: str, password: str) -> bool:
        return hmac.compare_digest(self.passwords.get(name, b""), self.hash(password))

    # ---- what the Backoffice asks ----

    def person(self, request: Request) -> Person | None:
        """Who asks; None for nobody. Nothing but the shop's own session is believed."""
        name = self.sessions.get(request.cookies.get("shop", ""))
        return self.who_is(name or "")

    def who_is(self, id_: str) -> Person | None:
        """What somebody may do as of now; None for who works here no more."""
        return self.staff.get(id_)

    def confirm(self, person: Person, password: str) -> bool:
        """Asked again before money moves."""
        return self.is_right(person.id or "", password)

    # ---- the shop's own pages ----

    async def log_in(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(FORM)
        form = await request.form()
        name, password = str(form.get("name")), str(form.get("password"))
        if not self.is_right(name, password):
            return HTMLResponse(FORM, 403)
        token = secrets.token_urlsafe(32)
        self.sessions[token] = name
        answer = RedirectResponse(START, 303)
        answer.set_cookie("shop", token, httponly=True, samesite="lax")
        return answer


def application(shop: Shop, ledger: Ledger) -> Starlette:
    return Starlette(routes=[
        Route("/login", shop.log_in, methods=["GET", "POST"]),
        Mount("/backoffice", create_app(ledger, person=shop.person, confirm=shop.confirm))])


def sell() -> None:
    """Something to be seen."""
    with cielo.Client() as client:
        client.sales.create({
            "MerchantOrderId": "mounted%d" % time.time(),
            "Payment": {"Type": "CreditCard", "Amount": 15700, "Installments": 1, "CreditCard": {
                "CardNumber": cielo.Secret("4024007197692931"), "Holder": "Teste Holder",
                "ExpirationDate": "12/2035", "SecurityCode": "123", "Brand": "Visa"}}})


def try_out(address: str, password: str) -> None:
    """As a browser would: without a log-in nothing is shown, with one the sales."""
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    try:
        browser.open(address + START)
        raise SystemExit("somebody came in without a log-in")
    except urllib.error.HTTPError as error:
        print("without a log-in:", error.code)
    form = urllib.parse.urlencode({"name": "ana", "password": password}).encode()
    with browser.open(f"{address}/login", form) as answer:
        print("ana sees:", answer.url.removeprefix(address), answer.status)


def main() -> None:
    password = secrets.token_urlsafe(12)
    with local_cielo(), tempfile.TemporaryDirectory() as folder:
        os.environ["CIELO_JOURNAL"] = f"{folder}/journal"
        sell()
        shop = Shop(password)
        with Ledger(f"sqlite:///{folder}/ledger.db") as ledger, \
                Worker(ledger, who_is=shop.who_is), \
                socket.create_server(("127.0.0.1", 0)) as listening:
            address = "http://127.0.0.1:%d" % listening.getsockname()[1]
            server = uvicorn.Server(uvicorn.Config(
                application(shop, ledger), log_level="warning", access_log=False))
            if "--serve" in sys.argv:
                print(f"{address}/login   ana   {password}", flush=True)
                server.run([listening])
                return
            thread = threading.Thread(target=server.run, args=([listening],))
            thread.start()
            try:
                try_out(address, password)
            finally:
                server.should_exit = True
                thread.join()


if __name__ == "__main__":
    main()
