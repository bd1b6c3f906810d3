"""Requests of other people's clients, played against the local Cielo and given to libcielo.

What the files hold is told in README.md beside this one.
"""

from __future__ import annotations

import http.client
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import cielo
from cielo import sandbox

FOLDER = Path(__file__).parent
FILES = sorted(path for path in FOLDER.glob("*/*.json") if path.stem != "client")

#: The kinds of value that a client can read, as its language checks them.
KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "scalar": (str, int, float, bool),
    "list": (list,),
    "object": (dict,),
}

#: The placeholders of every file.
STORE = {
    "merchant_id": "11111111-2222-3333-4444-555555555555",
    "merchant_key": "sandbox-key-placeholder",
    "client_id": "client-placeholder",
    "client_secret": "secret-placeholder",
}

#: What later requests take from an answer, and where it stands there.
IDS = {
    "MerchantOrderId": ("MerchantOrderId",),
    "PaymentId": ("Payment.PaymentId",),
    "CardToken": ("CardToken", "Payment.CreditCard.CardToken"),
    "RecurrentPaymentId": ("Payment.RecurrentPayment.RecurrentPaymentId",),
    "AccessToken": ("access_token",),
}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def at(tree: Any, path: str) -> Any:
    """The value at a path with points; None if it is null or not there."""
    for step in path.split("."):
        if isinstance(tree, list) and step.isdigit() and int(step) < len(tree):
            tree = tree[int(step)]
        elif isinstance(tree, dict):
            tree = tree.get(step)
        else:
            return None
    return tree


def is_kind(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return bool in KINDS[kind]
    return isinstance(value, KINDS[kind])


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The same tree with the ids of earlier answers in the place of their names in braces."""
    if isinstance(value, dict):
        return {name: filled(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], value)
    return value


@dataclass
class Player:
    """Sends what one client sends, in its own words."""

    server: Any
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)

    def play(self, kind: str) -> tuple[int, Any]:
        """Status and decoded answer of one request, after those that it follows."""
        data = read(self.folder / f"{kind}.json")
        if "after" in data:
            status, _answer = self.play(data["after"])
            assert status in (200, 201), f"{data['after']}: {status}"
        status, answer = self.send(data)
        if data["method"] == "POST":
            self.keep(answer)
        return status, answer

    def keep(self, answer: Any) -> None:
        for name, places in IDS.items():
            for value in (at(answer, place) for place in places):
                if value is not None:
                    self.ids[name] = value

    def headers(self, data: Any) -> dict[str, str]:
        client = read(self.folder / "client.json")
        more = "headers_with_body" if "body" in data else "headers_without_body"
        return dict(filled({**client["headers"], **client.get(more, {})}, self.ids))

    def send(self, data: Any) -> tuple[int, Any]:
        body = data["form"].encode() if "form" in data else None
        if "body" in data:
            body = json.dumps(filled(data["body"], self.ids), ensure_ascii=False).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            # Not request(), which adds headers of its own.
            connection.putrequest(data["method"], filled(data["path"], self.ids),
                                  skip_accept_encoding=True)
            for name, value in self.headers(data).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(text) if text else None


@pytest.fixture(scope="module")
def shared() -> Iterator[Any]:
    with sandbox.run(seed=7) as server:
        yield server


@pytest.fixture
def server(shared: Any) -> Any:
    """A local Cielo as if it had just started."""
    shared.reset()
    return shared


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_local_cielo_answers_what_the_client_reads(server: Any, path: Path) -> None:
    wanted = read(path)["answer"]
    status, answer = Player(server, path.parent).play(path.stem)
    assert status == wanted["status"], answer
    if "codes" in wanted:
        assert sorted(problem["Code"] for problem in answer) == wanted["codes"]
        assert all(isinstance(problem["Message"], str) for problem in answer)
    assert {place: at(answer, place) for place in wanted.get("values", {})} == wanted.get(
        "values", {})
    assert [place for place in wanted.get("has", ()) if at(answer, place) is None] == []
    reads = read(path.parent / "client.json")["reads"].get(wanted.get("as"), {})
    wrong = {place: at(answer, place) for place, kind in reads.items()
             if at(answer, place) is not None and not is_kind(at(answer, place), kind)}
    assert wrong == {}


@pytest.mark.parametrize("path", [path for path in FILES if "fields" in read(path)], ids=named)
def test_the_body_is_fields_of_libcielo(server: Any, path: Path) -> None:
    data, player = read(path), Player(server, path.parent)
    if "after" in data:
        player.play(data["after"])
    noun, verb = data["fields"].split(".")
    with warnings.catch_warnings(), cielo.Client(base_url=server.base_url, **STORE) as client:
        warnings.simplefilter("ignore", cielo.FieldWarning)
        result = getattr(getattr(client, noun), verb)(filled(data["body"], player.ids))
    tree = result.to_dict()
    wanted = data["answer"].get("values", {})
    assert {place: at(tree, place) for place in wanted} == wanted
    assert [place for place in data["answer"].get("has", ()) if at(tree, place) is None] == []


def test_every_file_is_of_a_client_and_follows_one_that_is_there() -> None:
    for path in FILES:
        client = read(path.parent / "client.json")
        assert {"client", "version", "language", "headers", "reads"} <= set(client)
        assert all(set(kinds.values()) <= set(KINDS) for kinds in client["reads"].values())
        assert read(path)["answer"].get("as") in (None, *client["reads"])
        after = read(path).get("after")
        assert after is None or (path.parent / f"{after}.json") in FILES
