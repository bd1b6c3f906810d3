"""In and out, the password asked for again, one's own page, and users: as people do it."""

from __future__ import annotations

import re
from typing import Any

import argon2
import pyotp
import pytest
import sqlalchemy as sa
from browsing import PASSWORD, Browser, Site

from cielo.backoffice import Ledger, totp
from cielo.backoffice.schema import user as table

NEW = "uma outra senha boa"


@pytest.fixture
def people(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv(totp.KEY, totp.new_key())
    site.ledger.stores.add("shop", "sandbox")
    site.user("ana", "owner")
    site.user("bia", "viewer")
    return site


def dids(site: Site) -> list[str]:
    return [line.did for line in site.ledger.audit.lines()]


# ---- in and out ----


def test_in_and_out(people: Site) -> None:
    browser = people.own()
    answer = browser.get("/users?x=1")
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/login?next=%2Fusers%3Fx%3D1")
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200 and 'value="/users?x=1"' in page.text
    answer = browser.sign_in("ana", next="/users?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?x=1")
    assert "bia" in browser.get("/users").text
    assert browser.get("/login").headers["location"] == "/"
    answer = browser.sign_out()
    assert answer.headers["location"] == "/login?note=signed_out"
    assert "Você saiu" in browser.get(answer.headers["location"]).text
    assert browser.get("/me").headers["location"].startswith("/login")


@pytest.mark.parametrize(("lang", "told"), [
    ("pt", "o nome ou a senha não confere"), ("en", "the name or the password is wrong")])
def test_a_wrong_password(people: Site, lang: str, told: str) -> None:
    browser = people.own(lang=lang)
    answer = browser.sign_in("ana", "not the password")
    assert answer.status_code == 401 and told in answer.text
    assert "not the password" not in answer.text and 'value="ana"' in answer.text
    assert browser.get("/me").status_code == 303


def test_too_many(people: Site, one_moment: None) -> None:
    browser = people.own()
    answers = [browser.sign_in("ana", "not the password") for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert "espere 1 s" in answers[-1].text


def test_the_first_user_is_told_of(site: Site) -> None:
    assert "cielo backoffice user add" in site.own().get("/login").text


def test_a_shop_that_mounts_it_has_no_accounts(people: Site) -> None:
    browser = people.browser()
    for path in ("/login", "/me", "/users"):
        assert browser.get(path).status_code == 404
    assert "/users" not in browser.get("/nothing").text


# ---- one's own page ----


def test_a_new_password(people: Site) -> None:
    browser, other = people.signed_in("bia"), people.signed_in("bia")
    for fields, status, told in (
            ({"password": "wrong", "new": NEW, "again": NEW}, 403, "Não confere"),
            ({"password": PASSWORD, "new": NEW, "again": "x"}, 400, "não são a mesma"),
            ({"password": PASSWORD, "new": "curta", "again": "curta"}, 400, "12 caracteres")):
        answer = browser.submit("/me/password", "/me", **fields)
        assert answer.status_code == status and told in answer.text
        assert NEW not in answer.text and PASSWORD not in answer.text
    answer = browser.submit("/me/password", "/me", password=PASSWORD, new=NEW, again=NEW)
    assert answer.headers["location"] == "/login?note=password_changed"
    for one in (browser, other):
        assert one.get("/me").status_code == 303
    assert browser.sign_in("bia").status_code == 401
    assert browser.sign_in("bia", NEW).status_code == 303


def test_a_second_factor(people: Site) -> None:
    browser = people.signed_in("bia")
    assert browser.submit("/me/totp", "/me").status_code == 403
    assert browser.submit("/me/totp", "/me", password=PASSWORD).headers["location"] == "/me"
    page = browser.get("/me").text
    seed = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert seed and "<svg" in page
    codes = pyotp.TOTP(seed[1])
    answer = browser.submit("/me/totp/confirm", "/me", code="000000x")
    assert answer.status_code == 400 and "Não confere" in answer.text
    answer = browser.submit("/me/totp/confirm", "/me", code=codes.now())
    kept = re.findall(r"<li><code>([a-z0-9-]{19})</code>", answer.text)
    assert answer.status_code == 200 and len(kept) == 10
    assert "segundo fator está ligado" in answer.text
    page = browser.get("/me").text
    assert seed[1] not in page and kept[0] not in page and "<strong>10</strong>" in page
    browser.sign_out()
    answer = browser.sign_in("bia")
    assert answer.status_code == 401 and "Dê o código" in answer.text
    with people.ledger.engine.begin() as connection:
        connection.execute(sa.update(table).values(totp_step=0))
    assert browser.sign_in("bia", code=codes.now()).status_code == 303
    browser.sign_out()
    answer = browser.sign_in("bia", recovery="nope-nope-nope-nope")
    assert answer.status_code == 401 and "já foi usado" in answer.text
    assert "<details open" in answer.text
    answer = browser.sign_in("bia", recovery=kept[0], next="/sales")
    assert answer.headers["location"] == "/me?note=recovery_used"
    page = browser.get(answer.headers["location"]).text
    assert "Ligue o segundo fator no aparelho novo" in page and "<strong>9</strong>" in page
    assert browser.submit("/me/recovery", "/me").status_code == 403, "the password first"
    page = browser.submit("/me/recovery", "/me", password=PASSWORD).text
    assert kept[1] not in page and len(re.findall(r"<li><code>[a-z0-9-]{19}</code>", page)) == 10


def test_a_seed_is_shown_to_who_gave_the_password_alone(people: Site) -> None:
    browser = people.signed_in("bia")
    browser.submit("/me/totp", "/me", password=PASSWORD)
    assert "<svg" in browser.get("/me").text
    assert "<svg" not in people.signed_in("bia").get("/me").text


def test_without_a_key_there_is_no_second_factor(people: Site,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(totp.KEY)
    answer = people.signed_in("bia").submit("/me/totp", "/me", password=PASSWORD)
    assert answer.status_code == 409 and "cielo backoffice key" in answer.text


def test_other_sessions_are_ended(people: Site) -> None:
    browser, other = people.signed_in("bia"), people.signed_in("bia")
    assert browser.get("/me").text.count('<td data-label="Endereço">127.0.0.1') == 2
    browser.submit("/me/sessions/end", "/me")
    assert other.get("/me").status_code == 303
    assert browser.get("/me").status_code == 200


# ---- users ----


def test_a_user_is_added_and_changed(people: Site) -> None:
    browser = people.signed_in("ana")
    fields: dict[str, Any] = {
        "name": "caio", "new_password": NEW, "role-all": "viewer", "role-1": "operator",
        "also-1": ["batch"], "void_limit": "500,00"}
    answer = browser.submit("/users", "/users/new", **fields)
    assert answer.status_code == 403 and NEW not in answer.text, "first the password"
    answer = browser.submit("/users", "/users/new", password=PASSWORD, **fields)
    caio = people.ledger.accounts.get("caio")
    assert answer.headers["location"] == f"/users/{caio.id}?note=user_added"
    assert caio.rights == {None: {"viewer"}, 1: {"operator", "batch"}}
    assert caio.void_limit == 50000
    page = browser.get(f"/users/{caio.id}").text
    assert '<option value="operator" selected>' in page and 'value="500,00"' in page
    answer = browser.submit(f"/users/{caio.id}/rights", f"/users/{caio.id}", **{
        "role-all": "manager", "void_limit": "x"})
    assert answer.status_code == 400 and "O limite" in answer.text
    browser.submit(f"/users/{caio.id}/rights", f"/users/{caio.id}", **{"role-all": "manager"})
    caio = people.ledger.accounts.get("caio")
    assert caio.rights == {None: {"manager"}} and caio.void_limit is None
    browser.submit(f"/users/{caio.id}/password", f"/users/{caio.id}", new_password=NEW + "!")
    assert people.ledger.accounts.check("caio", NEW + "!")
    browser.submit(f"/users/{caio.id}/totp", f"/users/{caio.id}")
    browser.submit(f"/users/{caio.id}/disable", f"/users/{caio.id}")
    assert people.own().sign_in("caio", NEW + "!").status_code == 401
    assert "Deixar entrar" in browser.get(f"/users/{caio.id}").text
    browser.submit(f"/users/{caio.id}/enable", f"/users/{caio.id}")
    assert not people.ledger.accounts.get("caio").disabled
    assert dids(people)[:6] == ["user enable", "log-in failed", "user disable",
                                "user totp reset", "user password", "user rights"]


def test_all_problems_are_told_at_once_each_at_its_field(people: Site) -> None:
    browser = people.signed_in("ana")
    wrong = {"name": "bia", "new_password": "bia", "void_limit": "1,234"}
    for fields, status in (({}, 403), ({"password": "no"}, 403), ({"password": PASSWORD}, 400)):
        page = browser.submit("/users", "/users/new", **wrong, **{"role-all": ""}, **fields)
        assert page.status_code == status
        for told in ("Já há um usuário bia", "12 caracteres ou mais; a senha não deve conter o "
                     "nome; uma senha tem 5 caracteres diferentes", "um papel ou uma permissão",
                     "não é uma soma em reais", "veja os campos marcados"):
            assert told in page.text, told
        assert page.text.count("aria-invalid") == 3 + (fields.get("password") == "no")
        assert 'value="1,234"' in page.text
    page = browser.submit("/users", "/users/new", **{**wrong, "name": "Böa"}, password=PASSWORD)
    assert "não é nome de usuário" in page.text
    mine = browser.submit("/me/password", "/me", password="no", new="ana", again="eva").text
    assert mine.count("aria-invalid") == 3


def test_what_a_page_does_not_ask_for_itself_is_asked_for_next(people: Site) -> None:
    """And what was sent goes on with it."""
    browser = people.signed_in("ana")
    bia = people.ledger.accounts.get("bia").id
    answer = browser.submit(f"/users/{bia}/disable", f"/users/{bia}")
    assert answer.status_code == 403 and "Confirme que é você" in answer.text
    assert f'action="/users/{bia}/disable"' in answer.text
    answer = browser.submit(f"/users/{bia}/disable", f"/users/{bia}", password="wrong")
    assert answer.status_code == 403 and "Não confere" in answer.text
    assert not people.ledger.accounts.get("bia").disabled
    answer = browser.submit(f"/users/{bia}/disable", f"/users/{bia}", password=PASSWORD)
    assert answer.status_code == 303
    assert people.ledger.accounts.get("bia").disabled


def test_who_may_is_told_why_not(people: Site) -> None:
    browser = people.signed_in("ana")
    ana = people.ledger.accounts.get("ana").id
    assert "Ninguém muda os próprios direitos" in browser.get(f"/users/{ana}").text
    answer = browser.submit(f"/users/{ana}/rights", "/users/new", password=PASSWORD,
                            **{"role-all": "owner"})
    assert answer.status_code == 409 and "própri" in answer.text
    assert browser.get("/users/999").status_code == 404


def test_users_of_one_store(people: Site) -> None:
    """Who looks after users of one store sees no others, and gives rights there alone."""
    people.ledger.stores.add("two", "sandbox")
    people.ledger.accounts.add("gil", PASSWORD, {1: {"owner"}})
    people.ledger.accounts.add("eva", PASSWORD, {1: {"viewer"}})
    browser = people.signed_in("gil")
    page = browser.get("/users").text
    assert "eva" in page and "gil" in page and "ana" not in page and "bia" not in page
    assert browser.get(f"/users/{people.ledger.accounts.get('ana').id}").status_code == 404
    eva = people.ledger.accounts.get("eva").id
    form = browser.get(f"/users/{eva}").text
    assert "role-1" in form and "role-all" not in form and "role-2" not in form
    browser.submit(f"/users/{eva}/rights", f"/users/{eva}", password=PASSWORD, **{
        "role-all": "owner", "role-2": "owner", "role-1": "operator"})
    assert people.ledger.accounts.get("eva").rights == {1: {"operator"}}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_the_same_in_postgresql(ledger: Ledger) -> None:
    ledger.accounts.hasher = argon2.PasswordHasher(1, 8, 1)
    site = Site(ledger)
    site.user("ana", "owner")
    browser = site.signed_in("ana")
    assert "ana" in browser.get("/users").text
    answer = browser.submit("/users", "/users/new", **{
        "name": "bia", "new_password": NEW, "role-all": "viewer", "password": PASSWORD})
    assert answer.status_code == 303
    assert people_of(browser) == ["ana", "bia"]
    assert browser.sign_out().status_code == 303


def people_of(browser: Browser) -> list[str]:
    return re.findall(r'href="/users/\d+">(\w+)<', browser.get("/users").text)
