"""Every case of tests/cases through nginx."""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from script_server import ScriptServer, timeout_ms
from support import CREDENTIALS, ROOT, Cielo, Nginx

CASES = {
    os.path.basename(path)[:-5]: path
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "cases", "*.json")))
}


def differences(expected: Any, got: Any, where: str) -> Iterator[str]:
    """Where `got` is not what a case expects; members may be left out of it."""
    if expected == {"$any": True}:
        if got is None:
            yield f"{where}: is missing"
    elif isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            yield from differences(value, got.get(name), f"{where}.{name}")
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            yield f"{where}: {len(got)} items, expected {len(expected)}"
        for i, (value, item) in enumerate(zip(expected, got)):
            yield from differences(value, item, f"{where}[{i}]")
    elif expected != got or isinstance(expected, bool) is not isinstance(got, bool):
        yield f"{where}: {got!r}, expected {expected!r}"


def squeeze(value: Any) -> Any:
    """Names as neither the wire nor Lua has them."""
    if isinstance(value, dict):
        return {name.replace("_", "").lower() if name != "$any" else name: squeeze(member)
                for name, member in value.items()}
    return [squeeze(item) for item in value] if isinstance(value, list) else value


def error_differences(expected: dict[str, Any], err: dict[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        got = err.get(name)
        if name == "attempts":
            got = len(got or [])
        elif name == "problems":
            def by_path(item: dict[str, Any]) -> tuple[str, str]:
                return item["path"], item["rule"]

            if "given_twice" in [item["rule"] for item in value]:
                # Tables have no order: which of two spellings came first is open.
                value, got = "given_twice", next(iter(
                    item["rule"] for item in got or [] if item["rule"] == "given_twice"), None)
            else:
                value, got = sorted(value, key=by_path), sorted(got or [], key=by_path)
        elif name == "found":
            value, got = squeeze(value), squeeze(got or [])
        elif name == "sent" and (value, got) == ("yes", "maybe"):
            continue  # no transport can tell whether the last byte was read
        yield from differences(value, got, name)


def warning_differences(outcome: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    """All warnings, where a case tells of them; in Lua members have no order."""
    def by_path(item: dict[str, Any]) -> tuple[str, str]:
        return item["path"], item["rule"]

    got = sorted(told.get("warnings") or [], key=by_path)
    yield from differences(sorted(outcome.get("warnings", got), key=by_path), got, "warnings")


def shows(text: str, secret: str) -> bool:
    """A short one stands by chance in ids and ports: only a word of its own counts."""
    if len(secret) > 4:
        return secret in text
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text) is not None


def leaks(outcome: dict[str, Any], told: Any, where: str) -> Iterator[str]:
    """What a case hides and a text, a list or an object has, names included."""
    if isinstance(told, str):
        yield from (f"{where}: {secret!r} is in {told!r}"
                    for secret in outcome.get("hidden", []) if shows(told, secret))
    elif isinstance(told, dict):
        for name, value in told.items():
            yield from leaks(outcome, name, where)
            yield from leaks(outcome, value, f"{where}.{name}")
    elif isinstance(told, list):
        for item in told:
            yield from leaks(outcome, item, where)


def play(path: str, nginx: Nginx) -> list[str]:
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    outcome, wrong = case["outcome"], []
    with ScriptServer(case) as server:
        options = {**CREDENTIALS, **case.get("options", {}), "base_url": server.base_url,
                   "timeout_ms": timeout_ms(case)}
        options.pop("environment", None)
        options = {name[:-3] if name.endswith("_ms") else name: value
                   for name, value in options.items()}
        answer = nginx.call(case["operation"], case.get("params"), **options)
        err = answer.get("error")
        if "error" in outcome:
            wrong += ([*error_differences(outcome["error"], err),
                       *warning_differences(outcome, err), *leaks(outcome, answer, "told")]
                      if err else [f"gave {answer}"])
        elif err:
            wrong.append(f"failed: {answer['message']} {err}")
        else:
            wrong += differences(outcome["result"], answer["result"], "result")
            if "shown" in outcome:
                wrong += differences(outcome["shown"], answer["shown"], "shown")
            wrong += leaks(outcome, [answer["text"], answer["shown"]], "shown")
            if not isinstance(answer["result"], list):
                wrong += differences(outcome.get("facts", {}), answer["facts"], "facts")
                wrong += warning_differences(outcome, answer["facts"])
    return wrong + server.mismatches


@pytest.fixture(scope="module")
def plays(request: pytest.FixtureRequest, nginx: Nginx) -> Iterator[dict[str, Future[list[str]]]]:
    """Some at a time: several cases wait for a time-out."""
    names = [item.callspec.params["name"] for item in request.session.items
             if item.path == request.path and hasattr(item, "callspec")]
    with ThreadPoolExecutor(8) as pool:
        yield {name: pool.submit(play, CASES[name], nginx) for name in names}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, plays: dict[str, Future[list[str]]]) -> None:
    wrong = plays[name].result()
    assert not wrong, "\n".join(wrong)


def hidden_in_cases() -> set[str]:
    """Three digits stand by chance in any of nginx's timers and addresses."""
    hidden = set()
    for path in CASES.values():
        with open(path, encoding="utf-8") as file:
            hidden.update(json.load(file)["outcome"].get("hidden", []))
    return {secret for secret in hidden if len(secret) > 4}


def test_no_case_left_a_secret_in_a_log(nginx: Nginx, sandbox: Cielo) -> None:
    secrets = {CREDENTIALS["merchant_key"], CREDENTIALS["client_secret"], *hidden_in_cases()}
    assert len(secrets) > 8
    for log in (nginx.errors(), nginx.read("access.log")):
        for secret in secrets:
            assert secret not in log
