"""What people try who should not be in, against the pages and against a real server."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pyotp
import pytest
import sqlalchemy as sa
import uvicorn
from browsing import ADDRESS, PASSWORD, Browser, Site
from starlette.applications import Starlette
from starlette.routing import Mount

from cielo.backoffice import Person, Usage, totp
from cielo.backoffice.database import now
from cielo.backoffice.roles import ROLES, expand
from cielo.backoffice.schema import session
from cielo.backoffice.schema import user as table
from cielo.backoffice.sessions import Denied
from cielo.backoffice.web import create_app, guard, me
from cielo.backoffice.web.app import ACCOUNTS, PAGES
from cielo.backoffice.web.asked import Page
from cielo.cli import patience

PUBLIC = "https://loja.example"
POSTS = [page for page in (*PAGES, *ACCOUNTS) if page.method == "POST"]


@pytest.fixture
def people(site: Site) -> Site:
    site.ledger.stores.add("shop", "sandbox")
    for role in ROLES:
        site.user(role, role)
    return site


def path_of(page: Page) -> str:
    """With parameters that no row has, but for stores."""
    return re.sub(r"\{\w+(:\w+)?\}", lambda found: "999" if found[1] == ":int" else "x", page.path)


def cookie_of(answer: Any, name: str) -> str:
    """A cookie as it was set, with its flags."""
    return next(value for value in answer.headers.get_list("set-cookie")
                if re.split("=", value)[0].removeprefix("__Host-") == name)


def sure(site: Site) -> None:
    """Everybody gave their password just now."""
    with site.ledger.engine.begin() as connection:
        connection.execute(sa.update(session).values(stepped_up=now(connection)))


# ---- who may what ----


@pytest.mark.parametrize("role", ROLES)
def test_each_role_on_each_route(people: Site, role: str) -> None:
    browser = people.signed_in(role)
    sure(people)
    token, allowed = browser.token("/me"), expand({role})
    for page in (*PAGES, *ACCOUNTS):
        if page.permission in (None, "open"):
            continue
        send = (browser.get(path_of(page)) if page.method == "GET" else
                browser.post(path_of(page), data={"token": token}, headers={"origin": ADDRESS}))
        refused = send.status_code == 403 and "Sem permissão" in send.text
        assert refused == (page.permission not in allowed), (role, page, send.status_code)
        assert send.status_code < 500, (page, send.text)


def test_nobody_on_each_route(people: Site) -> None:
    browser = people.own()
    for page in (*PAGES, *ACCOUNTS):
        if page.permission == "open":
            continue
        for verb in (browser.get, browser.post) if page.method == "POST" else (browser.get,):
            answer = verb(path_of(page), headers={"origin": ADDRESS})
            there = answer.status_code == 303 and answer.headers["location"].startswith("/login")
            assert there or answer.status_code == 405, (page, answer.status_code)


def test_rights_are_those_of_now(people: Site) -> None:
    browser = people.signed_in("owner")
    people.user("other", "owner")
    assert browser.get("/users").status_code == 200
    people.ledger.accounts.set_rights("owner", {None: {"viewer"}})
    assert browser.get("/users").status_code == 403


# ---- forged forms ----


@pytest.mark.parametrize("headers", [
    {}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:81"},
    {"origin": "https://127.0.0.1"}, {"origin": "http://127.0.0.1.evil.example"},
    {"origin": "http://evil@127.0.0.1"}, {"referer": "https://evil.example/127.0.0.1"},
    {"origin": ADDRESS, "sec-fetch-site": "cross-site"},
    {"origin": ADDRESS, "sec-fetch-site": "same-site"},
    {"origin": "http://[", "referer": ADDRESS},
])
def test_a_form_from_elsewhere(people: Site, headers: dict[str, str]) -> None:
    """With the right token, as if it had been found out."""
    browser = people.signed_in("owner")
    answer = browser.post("/logout", data={"token": browser.token("/me")}, headers=headers)
    assert answer.status_code == 403
    assert browser.get("/me").status_code == 200, "nobody was logged out"


def test_each_form_from_elsewhere(people: Site) -> None:
    browser = people.signed_in("owner")
    token = browser.token("/me")
    for page in POSTS:
        answer = browser.post(path_of(page), data={"token": token}, headers={
            "origin": "https://evil.example"})
        assert answer.status_code == 403, (page, answer.status_code)


@pytest.mark.parametrize("headers", [
    {"origin": ADDRESS}, {"origin": ADDRESS, "sec-fetch-site": "same-origin"},
    {"referer": ADDRESS + "/me"}, {"origin": ADDRESS + ":80"}])
def test_a_form_of_ours(people: Site, headers: dict[str, str]) -> None:
    browser = people.signed_in("viewer")
    answer = browser.post("/logout", data={"token": browser.token("/me")}, headers=headers)
    assert answer.status_code == 303


def test_a_form_without_its_token(people: Site) -> None:
    browser, other = people.signed_in("owner"), people.signed_in("owner")
    own, right, strange = {"origin": ADDRESS}, browser.token("/me"), other.token("/me")
    for page in POSTS:
        answer = browser.post(path_of(page), data={"token": strange}, headers=own)
        assert answer.status_code == 403, page
    for data in ({}, {"token": ""}, {"token": "ÿ"}, {"token": people.own().token("/login")}):
        assert browser.post("/logout", data=data, headers=own).status_code == 403
    assert browser.post("/logout", headers=own,
                        files={"token": ("a", right)}).status_code == 403
    assert browser.get("/me").status_code == 200


def test_where_a_shop_mounts_it_a_token_is_of_cookie_and_person(people: Site) -> None:
    who = [Person("ana")]
    app = create_app(people.ledger, person=lambda request: who[0], confirm=lambda a, b: False)
    ours = Browser(Starlette(routes=[Mount("/bo", app)]))
    page = next(page for page in PAGES if page.method == "POST")
    path, own = f"/bo{path_of(page)}", {"origin": ADDRESS}
    ours.get("/bo/nothing")
    secret = ours.cookies["cielo_form"]
    token = token_of(secret, "ana")
    assert not forged(ours.post(path, data={"token": token}, headers=own))
    assert forged(ours.post(path, data={"token": token}, headers={}))
    assert forged(ours.post(path, data={"token": token_of(secret, "bia")}, headers=own))
    who[0] = Person("bia")
    assert forged(ours.post(path, data={"token": token}, headers=own))
    who[0] = Person("ana")
    ours.cookies.clear()
    assert forged(ours.post(path, data={"token": token}, headers=own))
    assert forged(ours.post(path, data={"token": token_of("", "ana")}, headers=own))


def token_of(secret: str, name: str) -> str:
    return hmac.new(secret.encode(), name.encode(), hashlib.sha256).hexdigest()


def forged(answer: Any) -> bool:
    return bool(answer.status_code == 403)


# ---- sessions ----


def test_a_session_is_not_fixed(people: Site) -> None:
    """What the browser held before the log-in is worth nothing after it."""
    browser = people.own()
    browser.cookies.set("cielo_session", "planted", domain="127.0.0.1")
    assert browser.get("/me").status_code == 303
    browser.sign_in("viewer")
    first = browser.cookies["cielo_session"]
    browser.cookies.clear()
    browser.cookies.set("cielo_session", first)
    assert browser.get("/me").status_code == 200
    thief = people.own()
    thief.cookies.set("cielo_session", "planted", domain="127.0.0.1")
    assert thief.get("/me").status_code == 303
    token = browser.token("/me")  # a step-up changes it again
    browser.post("/me/totp", data={"token": token, "password": PASSWORD},
                 headers={"origin": ADDRESS})
    with people.ledger.engine.connect() as connection:
        assert len(connection.execute(sa.select(session)).all()) == 1
    thief.cookies.clear()
    thief.cookies.set("cielo_session", first)
    assert thief.get("/me").status_code == 303


def test_who_logs_in_again_leaves_no_session_behind(people: Site) -> None:
    browser = people.signed_in("viewer")
    kept = browser.cookies["cielo_session"]
    form = people.own()
    token = form.token("/login")
    browser.cookies.delete("cielo_form")
    browser.cookies.set("cielo_form", form.cookies["cielo_form"])
    answer = browser.post("/login", headers={"origin": ADDRESS}, data={
        "token": token, "name": "owner", "password": PASSWORD})
    assert answer.status_code == 303
    thief = people.own()
    thief.cookies.set("cielo_session", kept)
    assert thief.get("/me").status_code == 303


def test_a_log_out_ends_what_was_copied(people: Site) -> None:
    browser, thief = people.signed_in("viewer"), people.own()
    thief.cookies.set("cielo_session", browser.cookies["cielo_session"])
    assert thief.get("/me").status_code == 200
    answer = browser.sign_out()
    assert "Max-Age=0" in cookie_of(answer, "cielo_session")
    assert thief.get("/me").status_code == 303


def test_a_new_password_ends_what_was_copied(people: Site) -> None:
    browser, thief = people.signed_in("viewer"), people.own()
    thief.cookies.set("cielo_session", browser.cookies["cielo_session"])
    browser.submit("/me/password", "/me", password=PASSWORD, new="uma outra senha",
                   again="uma outra senha")
    assert thief.get("/me").status_code == browser.get("/me").status_code == 303


def test_a_step_up_is_not_replayed(people: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code that was seen is good for nothing, and neither is an old step-up."""
    monkeypatch.setenv(totp.KEY, totp.new_key())
    accounts = people.ledger.accounts
    user = accounts.get("owner")
    codes = pyotp.TOTP(accounts.begin_totp(user))
    assert accounts.confirm_totp(user, codes.now())

    def fresh() -> str:
        with people.ledger.engine.begin() as connection:
            connection.execute(sa.update(table).values(totp_step=0))
        return codes.now()

    browser, code = people.own(), fresh()
    assert browser.sign_in("owner", code=code).status_code == 303
    assert browser.submit("/me/totp", "/me", password=code).status_code == 403
    code = fresh()
    assert browser.submit("/me/totp", "/me", password=code).status_code == 303
    other = people.own()
    assert other.sign_in("owner", code=code).status_code == 401
    with people.ledger.engine.begin() as connection:
        connection.execute(sa.update(session).values(stepped_up=None))
    assert browser.submit("/me/totp", "/me", password=code).status_code == 403


# ---- redirects ----


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example",
                                  "/\t/evil.example", "evil.example", "javascript:alert(1)",
                                  "/%0d%0aset-cookie:x=y", "\r\n//evil.example"])
def test_a_log_in_leads_to_our_own_pages(people: Site, back: str) -> None:
    answer = people.own().sign_in("viewer", next=back)
    where = answer.headers["location"]
    assert where.startswith("/") and not re.match(r"/[/\\]", where)
    assert "x" not in answer.cookies


def test_strangers_who_come_all_at_once_leave_threads_to_others(
        people: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each log-in takes long, and a page of somebody who is in does not wait for all of them."""
    over, looked_at = threading.Event(), []

    def log_in(*words: Any, **more: Any) -> None:
        looked_at.append(words[0])
        assert over.wait(60)
        raise Denied("wrong", "errado")

    monkeypatch.setattr(people.ledger.sessions, "log_in", log_in)
    anyio.run(_flood, people, over)
    assert len(looked_at) == 60


async def _flood(people: Site, over: threading.Event) -> None:
    transport = httpx.ASGITransport(create_app(people.ledger), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS,
                                 headers={"origin": ADDRESS}) as browser:
        found = re.search(r'name="token" value="([^"]+)"', (await browser.get("/login")).text)
        assert found
        form = {"token": found[1], "name": "x", "password": "y"}

        async def post() -> None:
            assert (await browser.post("/login", data=form)).status_code == 401

        async with anyio.create_task_group() as group:
            for _ in range(60):
                group.start_soon(post)
            try:
                await anyio.sleep(0)
                with anyio.fail_after(30):
                    for _ in range(3):
                        assert (await browser.get("/login")).status_code == 200
            finally:
                over.set()


# ---- cookies ----


def test_cookies_on_this_machine(people: Site) -> None:
    cookie = cookie_of(people.own().sign_in("viewer"), "cielo_session")
    assert cookie.startswith("cielo_session=") and "Secure" not in cookie
    for flag in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie and "Max-Age" not in cookie


def behind(site: Site, peer: str = "10.1.2.3", trusted: str = "10.0.0.0/8") -> Browser:
    """As a proxy that has the TLS asks for somebody."""
    browser = site.own(address=PUBLIC, peer=peer, public_url=PUBLIC, trusted=[trusted])
    browser.headers.update({"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"})
    browser.base_url = PUBLIC.replace("https", "http")
    return browser


def test_cookies_behind_a_proxy(people: Site) -> None:
    browser = behind(people)
    page = browser.get("/login")
    assert page.headers["strict-transport-security"].startswith("max-age=")
    form = cookie_of(page, "cielo_form")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    answer = browser.post("/login", headers={
        "origin": PUBLIC, "cookie": form.partition(";")[0]}, data={
            "token": token[1], "name": "viewer", "password": PASSWORD})
    assert answer.status_code == 303
    for cookie in (form, cookie_of(answer, "cielo_session")):
        assert cookie.startswith("__Host-")
        for flag in ("HttpOnly", "SameSite=strict", "Path=/", "Secure"):
            assert flag in cookie
        assert "Domain" not in cookie
    line, = people.ledger.audit.lines(did="log-in")
    assert line.data["address"] == "203.0.113.9"


# ---- hosts and headers ----


@pytest.mark.parametrize(("headers", "status"), [
    ({"host": "evil.example"}, 421), ({"host": "127.0.0.1.evil.example"}, 421),
    ({"host": "127.0.0.1@evil.example"}, 400), ({"host": "["}, 400), ({"host": ""}, 400),
    ({"host": "localhost:8080"}, 200), ({"host": "[::1]"}, 200), ({"host": "LOCALHOST"}, 200),
    ({"x-forwarded-host": "evil.example"}, 200), ({"x-original-url": "/users"}, 200),
    ({"x-forwarded-proto": "https", "x-forwarded-for": "9.9.9.9"}, 200),
    ({"x": "y" * 9000}, 431), ({"x": "a\x01b"}, 400),
])
def test_hosts_and_headers(people: Site, headers: dict[str, str], status: int) -> None:
    answer = people.own().get("/login", headers=headers)
    assert answer.status_code == status
    assert "evil" not in answer.text
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("name", ["host", "cookie", "origin", "content-length"])
def test_a_header_that_comes_twice(people: Site, name: str) -> None:
    value = {"host": "127.0.0.1", "content-length": "0"}.get(name, ADDRESS)
    answer = people.own().get("/login", headers=[(name, value), (name, value)])
    assert answer.status_code == 400


@pytest.mark.parametrize(("url", "status"), [
    ("/login?next=%00", 400), ("/%00", 400), ("/static/../app.py", 303),
    ("/static/%2e%2e/app.py", 404), ("/static/..%2fapp.py", 404), ("/login?" + "x=y&" * 3000, 200)])
def test_addresses(people: Site, url: str, status: int) -> None:
    answer = people.own().get(url)
    assert answer.status_code == status
    assert "create_app" not in answer.text


def test_who_is_far_is_not_heard_in_the_clear(people: Site) -> None:
    assert people.own(peer="192.0.2.9").get("/login").status_code == 403
    near = people.own(address=PUBLIC, public_url=PUBLIC)
    near.base_url = "http://loja.example"
    assert near.get("/login").status_code == 403
    assert near.get("/login", headers={"x-forwarded-proto": "https"}).status_code == 403
    assert behind(people, peer="11.1.2.3").get("/login").status_code == 403
    assert behind(people).get("/login").status_code == 200
    assert behind(people).get("/login", headers={"host": "127.0.0.1"}).status_code == 421


@pytest.mark.parametrize(("trusted", "peer"), [
    ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::ffff:10.1.2.3", "::ffff:10.1.2.3"),
    ("::ffff:10.0.0.0/104", "10.1.2.3"), ("2001:db8::/32", "2001:db8::7")])
def test_a_proxy_by_whichever_of_its_names(people: Site, trusted: str, peer: str) -> None:
    """A socket for IPv6 tells of IPv4 in a guise."""
    assert behind(people, peer, trusted).get("/login").status_code == 200
    for other in ("::ffff:11.1.2.3", "::a01:203", "2001:db9::7"):
        assert behind(people, other, trusted).get("/login").status_code == 403


def test_this_machine_in_the_guise_of_ipv6(people: Site) -> None:
    assert people.own(peer="::ffff:127.0.0.1").get("/login").status_code == 200
    assert people.own(peer="::ffff:192.0.2.9").get("/login").status_code == 403
    people.own(peer="::ffff:127.0.0.1").sign_in("viewer")
    line, = people.ledger.audit.lines(did="log-in")
    assert line.data["address"] == "127.0.0.1"


@pytest.mark.parametrize(("told", "address"), [
    ("6.6.6.6, 203.0.113.9", "203.0.113.9"), ("203.0.113.9, 10.9.9.9", "203.0.113.9"),
    ("nonsense", "10.1.2.3"), ("203.0.113.9, nonsense", "10.1.2.3"), ("10.4.4.4", "10.4.4.4")])
def test_whose_word_on_addresses_is_taken(people: Site, told: str, address: str) -> None:
    browser = behind(people)
    page = browser.get("/login")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    browser.post("/login", headers={
        "origin": PUBLIC, "x-forwarded-for": told,
        "cookie": cookie_of(page, "cielo_form").partition(";")[0]}, data={
            "token": token[1], "name": "viewer", "password": "wrong"})
    line, = people.ledger.audit.lines(did="log-in failed")
    assert line.data["address"] == address


@pytest.mark.parametrize("options", [
    {"public_url": "http://loja.example"}, {"public_url": "loja.example"},
    {"public_url": "https://loja.example/path"}, {"public_url": "https://a b"},
    {"trusted": ["proxy.example"]}])
def test_settings_that_would_let_others_listen(people: Site, options: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        create_app(people.ledger, **options)


# ---- every answer ----


def test_every_answer_has_its_headers(people: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.signed_in("owner")
    large = browser.post("/me/password", content=b"x" * 70_000, headers={
        "origin": ADDRESS, "content-type": "application/x-www-form-urlencoded"})
    wrong = browser.post("/login", headers={"origin": ADDRESS}, data={"token": "x"})
    monkeypatch.setattr(me, "_seed", None)
    answers = {
        200: browser.get("/users"), 303: people.own().get("/me"),
        400: browser.get("/x?a=%00"), 403: wrong, 404: browser.get("/nothing"),
        405: browser.request("DELETE", "/users"), 413: large, 500: browser.get("/me"),
        421: browser.get("/users", headers={"host": "x"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "TypeError" not in answers[500].text
    assert answers[405].headers["allow"] == "GET, HEAD, POST"
    style = browser.get("/static/style.css")
    assert style.headers["cache-control"].startswith("public")
    assert "default-src 'none'" in style.headers["content-security-policy"]
    assert browser.get("/static/nothing").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/login", "/me", "/users", "/users/new", "/users/999"])
def test_no_page_needs_what_the_policy_forbids(people: Site, path: str) -> None:
    text = people.signed_in("owner").get(path).text + people.own().get(path).text
    for forbidden in (r"<script(?! src=)", r"\sstyle=", r"<style", r"\son\w+=", r"javascript:",
                      r"https?://(?!www\.w3\.org)"):
        assert not re.search(forbidden, text), forbidden


# ---- a real server ----


@pytest.fixture
def server(people: Site) -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(create_app(people.ledger), host="127.0.0.1", port=0,
                            log_level="critical", lifespan="off", proxy_headers=False,
                            http=patience.Patience, limit_concurrency=40)
    one = uvicorn.Server(config)
    thread = threading.Thread(target=one.run)
    thread.start()
    limit = time.monotonic() + 60
    while not one.started and time.monotonic() < limit:
        time.sleep(0.02)
    yield one.servers[0].sockets[0].getsockname()
    one.should_exit = True
    thread.join(30)


def ask(server: tuple[str, int], head: str, parts: Any = (), seconds: float = 60) -> bytes:
    """Sends a head and then parts of a body, for as long as it is listened to."""
    with socket.create_connection(server, timeout=seconds) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        try:
            for part in parts:
                line.sendall(part)
        except OSError:  # it has stopped listening
            pass
        told = b""
        try:
            while part := line.recv(65536):
                told += part
        except ConnectionResetError:
            pass
        return told


def head(server: tuple[str, int], length: str, kind: str = "application/x-www-form-urlencoded",
         path: str = "/login") -> str:
    host = f"127.0.0.1:{server[1]}"
    return (f"POST {path} HTTP/1.1\nHost: {host}\nOrigin: http://{host}\n"
            f"Content-Type: {kind}\n{length}")


def chunks(size: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"%x\r\n%s\r\n" % (size, b"x" * size)


def test_a_huge_post_is_not_read(server: tuple[str, int]) -> None:
    told = ask(server, head(server, "Content-Length: 100000000"))
    assert told.startswith(b"HTTP/1.1 413") and b"connection: close" in told.lower()
    sent = []

    def endless() -> Iterator[bytes]:
        for part in chunks(8192, 4000):
            sent.append(len(part))
            yield part

    told = ask(server, head(server, "Transfer-Encoding: chunked"), endless())
    assert told == b"" or told.startswith(b"HTTP/1.1 413")
    assert sum(sent) < 30_000_000, "it was listened to until the end"


def test_the_file_of_a_stranger_is_not_waited_for(server: tuple[str, int]) -> None:
    told = ask(server, head(server, "Content-Length: 4000000",
                            "multipart/form-data; boundary=b", "/batches/new"))
    assert told.startswith(b"HTTP/1.1 303") and b"/login" in told


def test_a_slow_post_is_given_up(server: tuple[str, int],
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FORM_TIME", 0.5)
    began = time.monotonic()
    told = ask(server, head(server, "Content-Length: 500"), [b"name=ana"])
    assert told.startswith(b"HTTP/1.1 408") and b"connection: close" in told.lower()
    assert b"default-src 'none'" in told
    assert time.monotonic() - began < 25


def test_who_says_nothing_keeps_nobody_out(server: tuple[str, int],
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """As many connections as are taken: silent, or with headers that never end."""
    monkeypatch.setattr(patience, "HEAD_TIME", 0.5)
    lines = [socket.create_connection(server, timeout=60) for _ in range(40)]
    for line in lines[::2]:
        with contextlib.suppress(OSError):  # its time may be over already
            line.sendall(b"GET /login HTTP/1.1\r\nX-More: ")
    for line in lines:
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""
        line.close()
    told = ask(server, f"GET /login HTTP/1.1\nHost: 127.0.0.1:{server[1]}\nConnection: close")
    assert told.startswith(b"HTTP/1.1 200")


def test_a_form_in_an_encoding_of_pythons_own(people: Site) -> None:
    browser = people.own()
    body = (b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n-\x7f\r\n--b--\r\n')
    answer = browser.post("/login", content=body, headers={
        "content-type": "multipart/form-data; boundary=b; charset=punycode", "origin": ADDRESS})
    assert answer.status_code == 415


def test_others_are_served_meanwhile(server: tuple[str, int]) -> None:
    lines = [socket.create_connection(server, timeout=60) for _ in range(20)]
    for line in lines:
        line.sendall((head(server, "Content-Length: 500") + "\n\nna").replace(
            "\n", "\r\n").encode())
    host = f"127.0.0.1:{server[1]}"
    told = ask(server, f"GET /login HTTP/1.1\nHost: {host}\nConnection: close")
    assert told.startswith(b"HTTP/1.1 200")
    for line in lines:
        line.close()


def test_two_lengths_are_refused(server: tuple[str, int]) -> None:
    told = ask(server, head(server, "Content-Length: 5\nContent-Length: 50"), [b"name=ana"])
    assert told.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("path", [
    f"/batches/{'9' * 30}", f"/users/{'9' * 30}", f"/sales/{'9' * 30}", f"/sales/{'9' * 5000}",
    "/statement/9999-12", "/statement/0001-01", f"/sales?fraud={'9' * 5000}",
    f"/recurrences/{'9' * 30}/x"])
def test_numbers_that_no_database_holds(people: Site, path: str) -> None:
    assert people.signed_in("owner").get(path).status_code in (303, 400, 404, 414)


@pytest.mark.parametrize(("path", "fields"), [
    ("/tariffs/remove", {"service": "boleto", "since": "ontem"}),
    ("/tariffs", {"service": "x" * 300, "unit": "1,00"}),
    ("/retry", {"group": "x" * 300, "tries": "1", "days": "1"}),
    ("/statement/2026-10", {"service": "x" * 300, "total": "1,00"})])
def test_fields_that_no_form_of_ours_sends(people: Site, path: str,
                                           fields: dict[str, str]) -> None:
    assert people.signed_in("owner").submit(path, "/me", **fields).status_code == 400
