"""A payer's consent without a status, and the tokens for a shop's page."""

from __future__ import annotations

import asyncio
import logging
import pickle
from typing import Any

import pytest
from script_server import ScriptServer

import cielo

TOKEN = "CANARYTOKENaaaaaaaaaaaaaaaaaaaaaaaa"
SECRET = "CANARYSECRETmpi"
CONSENT = {
    "MerchantOrderId": "consent1",
    "Customer": {"Name": "Nome do Pagador", "Identity": "12345678909", "IdentityType": "CPF"},
    "Payment": {"Type": "Pix", "Provider": "Cielo2", "RecurrentPayment": {
        "RecurrenceType": "SelfManagedConsent", "AuthorizeNow": False,
        "StartDate": "2037-01-10"}},
}


def server_of(*bodies: Any) -> ScriptServer:
    server = ScriptServer({"exchanges": [
        {"request": {}, "reply": {"status": 200, "body": body}} for body in bodies]})
    server._compare_body = lambda *_: None  # type: ignore[method-assign]
    return server


def test_a_consent_without_a_status_has_every_fact() -> None:
    answer = {"MerchantOrderId": "consent1", "Payment": {"PaymentId": "x", "Type": "Pix"}}
    with server_of(answer) as server, \
            cielo.Client(merchant_id="m", merchant_key="k", base_url=server.base_url) as client:
        sale = client.sales.create(CONSENT)
    assert (sale.approved, sale.declined, sale.pending) == (False, False, True)
    assert sale.status_name is None and sale.payment.status is None
    assert sale.advice.retry.kind == "unknown"
    assert pickle.loads(pickle.dumps(sale)).pending is True


def ask(client: cielo.Client) -> cielo.ThreeDsToken:
    return client.browser.threeds_token("1006993069", "Loja Exemplo Ltda", "0742")


def test_a_page_token_is_fetched_each_time_and_shown_nowhere(
        caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="cielo")
    first = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 1200}
    with server_of(first, {**first, "access_token": TOKEN + "2"}) as server, \
            cielo.Client(mpi_client_id="m", mpi_client_secret=cielo.Secret(SECRET),
                         base_url=server.base_url) as client:
        token = ask(client)
        assert token.access_token == TOKEN
        assert ask(client).access_token == TOKEN + "2"
    shown = repr(token) + str(token.to_dict()) + repr(pickle.dumps(token)) + caplog.text
    assert TOKEN not in shown and SECRET not in shown and SECRET not in repr(client)
    assert token.to_dict(reveal=True)["access_token"] == TOKEN


def test_awaited_post_tokens_share_nothing() -> None:
    oauth = {"access_token": "o", "token_type": "bearer", "expires_in": 599}
    answer = {"MerchantId": "m", "AccessToken": TOKEN, "Issued": "2026-11-27T10:00:00",
              "ExpiresIn": "2026-11-27T10:20:00"}

    async def main(base_url: str) -> list[str]:
        async with cielo.AsyncClient(merchant_id="m", post_client_id="p",
                                     post_client_secret="s", base_url=base_url) as client:
            return [(await client.browser.post_token()).access_token for _ in range(2)]

    with server_of(oauth, answer, oauth, {**answer, "AccessToken": TOKEN + "2"}) as server:
        assert asyncio.run(main(server.base_url)) == [TOKEN, TOKEN + "2"]


def test_browser_options_cannot_differ_between_sharing_clients() -> None:
    with cielo.Client(mpi_client_id="m", mpi_client_secret="s") as client, \
            pytest.raises(TypeError):
        client.with_options(mpi_client_secret="t")  # type: ignore[call-arg]


def test_a_code_is_text() -> None:
    with cielo.Client(mpi_client_id="m", mpi_client_secret="s") as client, \
            pytest.raises(TypeError, match="mcc"):
        client.browser.threeds_token("1006993069", "Loja", 742)  # type: ignore[arg-type]
