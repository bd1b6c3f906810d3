"""Every case of tests/cases, over the blocking client and the asyncio one."""

from __future__ import annotations

import asyncio
import glob
import json
import logging
import os
import pickle
import random
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from script_server import ScriptServer, timeout_ms

import cielo
from cielo import _core

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = {
    os.path.basename(path)[:-5]: path
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "cases", "*.json")))
}
OPERATIONS = {row["name"]: row for row in _core._schema()["operations"]}

#: Cases say by themselves what is warned of.
pytestmark = pytest.mark.filterwarnings("ignore::cielo.FieldWarning")

#: How the ids of refusals begin that a case's outcome adopts.
REFUSED_ID = "0dec11ed-"

CREDENTIALS = {
    "merchant_id": "11111111-2222-3333-4444-555555555555",
    "merchant_key": "CANARYMERCHANTKEY",
    "client_id": "client",
    "client_secret": "CANARYSECRET",
    "checkout_merchant_id": "66666666-7777-8888-9999-000000000000",
    "mpi_client_id": "client",
    "mpi_client_secret": "CANARYMPISECRET",
    "post_client_id": "client",
    "post_client_secret": "CANARYPOSTSECRET",
}


def client_options(case: dict[str, Any], base_url: str) -> dict[str, Any]:
    options = {**CREDENTIALS, **case.get("options", {}), "base_url": base_url}
    options.pop("timeout_ms", None)
    options["timeout"] = timeout_ms(case) / 1000
    if "connect_timeout_ms" in options:
        options["connect_timeout"] = options.pop("connect_timeout_ms") / 1000
    return options


def call(client: Any, case: dict[str, Any]) -> Any:
    row = OPERATIONS[case["operation"]]
    owner = client if row["noun"] == "-" else getattr(client, row["noun"])
    params = dict(case.get("params", {}))
    if "timeout" in params:
        params["timeout"] /= 1000
    return getattr(owner, row["verb"])(**params)


def run_blocking(case: dict[str, Any], base_url: str) -> Any:
    with cielo.Client(**client_options(case, base_url)) as client:
        return call(client, case)


def run_asyncio(case: dict[str, Any], base_url: str) -> Any:
    async def main() -> Any:
        async with cielo.AsyncClient(**client_options(case, base_url)) as client:
            return await call(client, case)

    return asyncio.run(main())


RUNNERS = {"blocking": run_blocking, "asyncio": run_asyncio}


def differences(expected: Any, got: Any, where: str = "") -> Iterator[str]:
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


def plain(result: Any, reveal: bool = True) -> Any:
    if isinstance(result, list):
        return [plain(item, reveal) for item in result]
    return result.to_dict(reveal=reveal) if isinstance(result, cielo.Result) else result


class Lines(logging.Handler):
    """What the logger says, kept apart by the thread that plays a case."""

    def __init__(self) -> None:
        super().__init__()
        self.of_thread: defaultdict[int, list[str]] = defaultdict(list)

    def emit(self, record: logging.LogRecord) -> None:
        self.of_thread[threading.get_ident()].append(record.getMessage())

    def take(self) -> list[str]:
        return self.of_thread.pop(threading.get_ident(), [])


LINES = Lines()


def shows(text: str, secret: str) -> bool:
    """A short one stands by chance in ids and ports: only a word of its own counts."""
    if len(secret) > 4:
        return secret in text
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text) is not None


def found_in(hidden: list[str], texts: dict[str, str]) -> Iterator[str]:
    for text in hidden:
        for where, shown in texts.items():
            if shows(shown, text):
                yield f"{where} holds {text!r}: {shown}"


def compare_shown(outcome: dict[str, Any], result: Any) -> Iterator[str]:
    """The masked copies of a result: what they hold, and what they do not."""
    masked = plain(result, False)
    yield from differences(outcome.get("shown", masked), masked, "shown")
    kept = pickle.dumps(result)
    texts = {"repr": repr(result), "str": str(result), "log": "\n".join(LINES.take()),
             "to_dict": str(masked), "pickle": kept.decode("latin-1"),
             "what was pickled": str(plain(pickle.loads(kept)))}
    if isinstance(result, cielo.Result):
        texts["to_json"] = result.to_json()
    yield from found_in(outcome.get("hidden", []), texts)


def compare_hidden(outcome: dict[str, Any], error: cielo.CieloError) -> Iterator[str]:
    yield from found_in(outcome.get("hidden", []), {
        "str": str(error), "repr": repr(error), "vars": str(vars(error)), "args": str(error.args),
        "log": "\n".join(LINES.take()), "pickle": pickle.dumps(error).decode("latin-1"),
    })


def compare_warnings(outcome: dict[str, Any], told: Any) -> Iterator[str]:
    """All warnings of a result or an error, where a case tells of them."""
    for item in told if isinstance(told, list) else [told]:
        got = [{"path": w.path, "rule": w.rule, "message": w.message} for w in item.warnings]
        yield from differences(outcome.get("warnings", got), got, "warnings")


def compare_result(outcome: dict[str, Any], result: Any) -> Iterator[str]:
    yield from differences(outcome["result"], plain(result), "result")
    facts = outcome.get("facts", {})
    for item in result if isinstance(result, list) else [result]:
        for name, value in facts.items():
            got = getattr(item, name)
            if name == "warnings":
                got = [{"path": problem.path, "rule": problem.rule} for problem in got]
            yield from differences(value, got, f"facts.{name}")
    yield from compare_warnings(outcome, result)
    yield from compare_shown(outcome, result)


def compare_error(expected: dict[str, Any], error: cielo.CieloError) -> Iterator[str]:
    for name, value in expected.items():
        got: Any = getattr(error, name)
        if name == "attempts":
            got = len(got)
        elif name == "problems":
            got = [{"path": problem.path, "rule": problem.rule} for problem in got]
            value = [{"path": item["path"], "rule": item["rule"]} for item in value]
        elif name == "errors":
            got = [{"code": entry.code, "message": entry.message} for entry in got]
        elif name == "found":
            got = plain(got)
        elif name == "sent" and got == "maybe" and value == "yes":
            # The script knows that the request was read; without an answer a
            # transport knows only that the kernel took it.
            continue
        yield from differences(value, got, name)


def read_case(path: str) -> Any:
    """The case, with an id of its own for the refusal that it adopts: what one
    play was told of is known to the whole process, and never adopted again."""
    with open(path, encoding="utf-8") as file:
        return json.loads(file.read().replace(REFUSED_ID, "%08x-" % random.getrandbits(32)))


def play(path: str, flavour: str) -> list[str]:
    case = read_case(path)
    outcome = case["outcome"]
    wrong: list[str] = []
    LINES.take()
    with ScriptServer(case) as server:
        try:
            result = RUNNERS[flavour](case, server.base_url)
        except cielo.CieloError as error:
            if "error" in outcome:
                wrong += compare_error(outcome["error"], error)
                again = type(error)(*json.loads(json.dumps(error.args)))
                wrong += compare_error(outcome["error"], again)
                wrong += compare_warnings(outcome, error)
                wrong += compare_hidden(outcome, error)
            else:
                wrong.append(f"raised {error!r} {error.problems} {error.attempts}")
        except TypeError as error:
            # A parameter of the wrong type raises before the core sees it.
            if outcome.get("error", {}).get("kind") != "validation":
                wrong.append(f"raised {error!r}")
        else:
            if "error" in outcome:
                wrong.append(f"gave {result!r}, expected {outcome['error']}")
            else:
                wrong += compare_result(outcome, result)
    return wrong + server.mismatches


@pytest.fixture(scope="module")
def plays(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Future[list[str]]]]:
    """All that was selected, some at a time: several cases wait for a time-out."""
    selected = [
        (item.callspec.params["name"], item.callspec.params["flavour"])
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    ]
    logger = logging.getLogger("cielo")
    logger.addHandler(LINES)
    logger.setLevel(logging.DEBUG)
    with ThreadPoolExecutor(6) as pool:
        yield {pair: pool.submit(play, CASES[pair[0]], pair[1]) for pair in selected}
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(LINES)


@pytest.mark.parametrize("flavour", sorted(RUNNERS))
@pytest.mark.parametrize("name", sorted(CASES))
def test_case(
    name: str, flavour: str, plays: dict[tuple[str, str], Future[list[str]]]
) -> None:
    wrong = plays[name, flavour].result(120)
    assert not wrong, "\n".join(wrong)


def test_there_are_cases() -> None:
    assert CASES


def test_what_is_hidden_is_looked_for() -> None:
    """The comparison itself: a case that asks for what is shown must fail."""
    payment = _core._restore("Payment", {"Tid": "1006993069000730"}, None)
    outcome = {"shown": {"Tid": "x"}, "hidden": ["1006993069000730"]}
    wrong = list(compare_shown(outcome, payment))
    assert {text.split(" holds ")[0] for text in wrong[1:]} == {
        "repr", "str", "to_dict", "to_json", "pickle", "what was pickled"}
    error = cielo.NotFoundError("of 1006993069000730", body="1006993069000730")
    assert len(list(compare_hidden(outcome, error))) == 5
