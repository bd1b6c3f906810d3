#!/usr/bin/env python3
"""Writes cielo/_core.pyi and cielo/typed.py from the extension: its maps and docstrings.

    python bindings/python/stubgen.py           writes both
    python bindings/python/stubgen.py --check   exits 1 when one is not fresh
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import stubdocs
import stubwords
import typedgen

HERE = os.path.dirname(os.path.abspath(__file__))
if os.path.abspath(sys.path[0]) == HERE:
    del sys.path[0]  # the sources beside this file are not built

from cielo import _core  # noqa: E402

STUB = os.path.join(HERE, "cielo", "_core.pyi")
TYPED = os.path.join(HERE, "cielo", "typed.py")

HEAD = '''\
# Written by stubgen.py from the core's maps: change those, not this.
from asyncio import AbstractEventLoop
from collections.abc import (
    AsyncIterable, Callable, Coroutine, Generator, Iterable, Iterator, KeysView, Sequence,
)
from datetime import date as _date, datetime as _datetime, timedelta as _timedelta
from os import PathLike
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, Optional, TypeVar, Union, final

from .aio_journal import AsyncJournal as _AsyncJournal
from .aio_many import AsyncMany
from .journal import Journal as _ClientJournal
from .many import Many
from .typed import (
    {typed},
)

__version__: str

_Seconds = Union[int, float, _timedelta]
_Text = Union[str, "Secret"]
_Time = Union[_datetime, int, float]
_Folder = Union[str, bytes, PathLike[str]]
_Language = Literal["pt", "en"]
_Host = Literal["transaction", "query", "checkout"]
_Environment = Literal["sandbox", "production"]
_Sent = Literal["no", "maybe", "yes"]
{words}
_C = TypeVar("_C", bound="Client")
_A = TypeVar("_A", bound="_AsyncClient")
_Item = TypeVar("_Item")
_Given = TypeVar("_Given")
_Progress = Callable[[int, int, Optional[int]], object]

@final
class Secret:
    def __new__(cls, text: Union[str, Secret]) -> Secret: ...
    def reveal(self) -> str: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Result:
{facts}
    def __getitem__(self, name: str) -> Any: ...
    def __contains__(self, name: object) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    # dict(result) and {{**result}} hold tokens in clear, as result[name] does; to_dict() masks.
    def keys(self) -> KeysView[str]: ...
    def to_dict(self, reveal: bool = False) -> dict[str, Any]: ...
    def to_json(self, reveal: bool = False) -> str: ...
'''

#: How Python spells the types of facts and details, and whose lists they are.
DETAIL_TYPES = {
    "TEXT": "str", "KIND": "_Kind", "SENT": "_Sent", "RULE": "_Rule", "CAUSE": "_Cause",
    "NUMBER": "int", "BOOL": "bool", "ADVICE": "Advice",
    "PROBLEMS": "Sequence[Problem]", "ERRORS": "Sequence[ErrorEntry]",
    "ATTEMPTS": "Sequence[Attempt]", "FOUND": "Sequence[Payment]",
}
DETAIL_TUPLES = {"Problem": "problem", "ErrorEntry": "entry", "Attempt": "attempt"}

#: Named tuples that no map has: their fields, then their types.
TUPLES = {
    "Retry": {
        "kind": "_RetryKind", "max_attempts": "Optional[int]",
        "window_days": "Optional[int]", "after_hours": "Optional[int]",
    },
    "AdviceSource": {"table": "_AdviceTable", "retry": "Retry", "change": "_Change"},
    "Advice": {
        "code": "Optional[ReturnCode]", "retry": "Retry",
        "not_before_hours": "Optional[int]", "change": "_Change",
        "sources": "tuple[AdviceSource, ...]",
    },
}

ENTRIES = '''\
@final
class ReturnCode:
    code: str
    operation: _CodeOperation
    category: _Category
    retry: Retry
    change: _Change
    def meaning(self, language: _Language = "pt") -> str: ...
    def shopper(self, language: _Language = "pt") -> str: ...

@final
class StatusEntry:
    book: _Book
    number: int
    name: str
    wire: str
    def meaning(self, language: _Language = "pt") -> str: ...

@final
class Denial:
    brand: str
    code: str
    category: _Category
    reversible: bool
    change: _Change
    def meaning(self, language: _Language = "pt") -> str: ...

@final
class MerchantAdvice:
    code: str
    retry: Retry
    change: _Change
    def meaning(self, language: _Language = "pt") -> str: ...

return_codes: tuple[ReturnCode, ...]

def return_code(
    code: str, operation: _CodeOperation = "sale"
) -> Optional[ReturnCode]: ...
def abecs(brand: str, code: str) -> Optional[Denial]: ...
def merchant_advice(code: str) -> Optional[MerchantAdvice]: ...
def retry_plan(
    sale: Union[Result, Advice, Retry, ReturnCode, MerchantAdvice],
    attempts: Optional[Iterable[_Time]] = None,
    now: Optional[_Time] = None,
) -> Optional[_datetime]: ...
def next_charge(
    sale: Union[Sale, dict[str, Any]],
    merchant_order_id: _Text,
    amount: int,
    *,
    reason: Optional[_Text] = None,
    transaction_link_id: Optional[_Text] = None,
) -> Any: ...
def parse_time(text: Optional[str]) -> Optional[_datetime]: ...
def parse_notification(
    body: Union[str, bytes, bytearray, memoryview],
    content_type: Optional[str] = None,
) -> Notification: ...
def _fits(name: str, /) -> dict[str, int]: ...
def _schema() -> dict[str, Any]: ...
def _restore(kind: str, members: dict[str, Any], facts: Optional[dict[str, Any]], /) -> Any: ...
def _restore_row(kind: int, book: _Book, code: Any, /) -> Any: ...
def _read(body: bytes, kind: str, /) -> Any: ...
def _checked(client: Union[Client, _AsyncClient], operation: str, /, *params: Any) -> bytes: ...
def _journal_segments(folder: _Folder, /) -> list[dict[str, Any]]: ...
def _journal_prune(folder: _Folder, days: int, /) -> Optional[int]: ...
def _journal_settle(reader: _Journal, client: Union[Client, _AsyncClient], id: str, /) -> Any: ...
'''

ERROR = '''\
class CieloError(Exception):
{details}
    def __init__(
        self, message: str = "", facts: dict[str, Any] = ..., /, **attributes: Any
    ) -> None: ...

class ApiError(CieloError): ...

class FieldWarning(UserWarning): ...
'''

#: How Python gives the types of parameters, and the kinds that it knows closer.
PARAM_TYPES = {
    "text": "_Text", "integer": "int", "date": "Union[_Text, _date]",
    "moment": "Union[float, _datetime]", "interval": "Union[_Interval, int]",
    "any": "Any",
}
PARAM_KINDS = {"HOST": "_Host"}

OPTION_TYPES = {
    "TEXT": "str", "SECRET": "_Text", "MS": "_Seconds",
    "COUNT": "int", "FLAG": "bool",
}
#: What is taken closer than by its kind.
OPTIONS = {
    "journal": "_Folder",
    "environment": "_Environment",
    "journal_sync": 'Literal["intent", "off"]',
    "journal_mode": 'Literal["private", "group"]',
}

#: No option of the core's, which is only to say when.
ON_ATTEMPT = "Optional[Callable[[dict[str, Any]], object]]"

INNER = '''\
@final
class Outcome(Generic[_Item, _Given]):
    @property
    def index(self) -> int: ...
    @property
    def call(self) -> _Item: ...
    @property
    def result(self) -> Optional[_Given]: ...
    @property
    def error(self) -> Optional[Exception]: ...

@final
class _Roster:
    wake: Optional[Callable[[], None]]
    @property
    def room(self) -> bool: ...
    @property
    def ended(self) -> bool: ...
    @property
    def count(self) -> int: ...
    @property
    def under_way(self) -> int: ...
    @property
    def pause(self) -> Optional[float]: ...
    def put(self, item: Any) -> None: ...
    def pull(self, iterator: Iterator[Any]) -> bool: ...
    def start(self) -> None: ...
    def wait(self, seconds: Optional[float]) -> None: ...
    def take(self) -> Any: ...
    def stop(self) -> None: ...
    def finish(self) -> None: ...
    def leave(self) -> None: ...

@final
class _Call(Coroutine[Any, Any, Any]):
    @property
    def _settled(self) -> Optional[str]: ...
    def __await__(self) -> Generator[Any, None, Any]: ...
    def send(self, value: Any) -> Any: ...
    def throw(self, kind: Any, value: Any = None, traceback: Any = None) -> Any: ...
    def close(self) -> None: ...

@final
class _Multi:
    @property
    def lost(self) -> bool: ...
    def end(self, client: _AsyncClient) -> None: ...
    def close(self, loop: Optional[AbstractEventLoop]) -> None: ...

@final
class _Journal:
    def __init__(self, folder: _Folder, /) -> None: ...
    def lock(self) -> bool: ...
    def load(self) -> None: ...
    def take(self, in_doubt: bool) -> list[dict[str, Any]]: ...
    def find(self, id: str) -> Optional[dict[str, Any]]: ...
    def counts(self) -> tuple[int, int, int, int]: ...
    def close(self) -> None: ...

@final
class _Records:
    def __init__(self, folder: _Folder, segment: str, start: int, /) -> None: ...
    @property
    def damaged(self) -> int: ...
    def take(self) -> list[tuple[dict[str, Any], int]]: ...
    def close(self) -> None: ...
'''


def annotation(field: dict[str, Any]) -> str:
    """What a member reads as when it is there."""
    own = stubwords.MEMBERS.get((field["object"], field["host"]))
    if own:
        return own
    child = field["child"]
    kinds = {
        "OBJECT": child,
        "LIST": f"list[{child}]",
        "EITHER": f"Union[{child}, list[{child}]]",
        "VARIANT": "Union[str, int]",
        "OPEN": "Any",
    }
    return str(kinds.get(field["type"], field["annotation"]))


#: Members that an answer has, or it would not be one: not Optional.
ALWAYS = {
    ("Sale", "payment"), ("Payment", "payment_id"), ("Payment", "status"),
    ("Payment", "type"), ("Payment", "amount"), ("SaleReference", "payment_id"),
    ("Transaction", "status"), ("CardToken", "card_token"),
    ("Recurrence", "recurrent_payment"), ("ZeroAuth", "valid"),
    ("Order", "payment"), ("Page", "settings"), ("Link", "id"),
    ("LinkPayments", "orders"), ("Notification", "kind"),
}


def optional(kind: str) -> str:
    return kind if kind == "Any" else f"Optional[{kind}]"


def detail_type(row: dict[str, Any], owner: str = "") -> str:
    """The names of statuses are those of the result that has them."""
    kind = stubwords.STATUS_NAMES.get(owner, "_SaleStatus") if row["type"] == "STATUS" \
        else DETAIL_TYPES[row["type"]]
    return kind if row["known"] else optional(kind)


def facts(schema: dict[str, Any], name: str) -> list[str]:
    """What the core computes beside the wire's members of a kind of result."""
    return [attribute(row, name) for row in schema["facts"] if name in row["objects"]]


def attribute(row: dict[str, Any], owner: str = "") -> str:
    """With what it says below it, for who rests the pointer on the name."""
    text = row["about"]
    doc = f'\n    """{text[:1].upper()}{text[1:]}."""' if text else ""
    return f"    {row['name']}: {detail_type(row, owner)}" + doc.replace("?.", "?")


def details(schema: dict[str, Any], owner: str) -> dict[str, str]:
    return {row["name"]: detail_type(row) for row in schema["details"] if row["owner"] == owner}


def results(schema: dict[str, Any]) -> Iterator[str]:
    for name in schema["objects"]:
        if name == "Result":
            continue
        yield f"@final\nclass {name}(Result):"
        own = [row for row in schema["fields"] if row["object"] == name and not row["alias"]]
        body = [
            f"    {row['host']}: "
            + (annotation(row) if (name, row["host"]) in ALWAYS else optional(annotation(row)))
            for row in own
        ]
        body += facts(schema, name)
        yield "\n".join(body or ["    ..."]) + "\n"


def tuples(schema: dict[str, Any]) -> Iterator[str]:
    mapped = {name: details(schema, owner) for name, owner in DETAIL_TUPLES.items()}
    for name, fields in {**mapped, **TUPLES}.items():
        yield "@final"
        yield f"class {name}(tuple[Any, ...]):"
        for field, kind in fields.items():
            yield f"    @property\n    def {field}(self) -> {kind}: ..."
        yield ""


def errors(schema: dict[str, Any]) -> Iterator[str]:
    for row in schema["statuses"]:
        if row["class"] != "-":
            base = getattr(_core, row["class"]).__mro__[1].__name__
            yield f"class {row['class']}({base}): ..."
    yield ""


def parameters(schema: dict[str, Any], row: dict[str, Any]) -> str:
    rows = {param["name"]: param for param in schema["params"]}
    parts = ["self"]
    for param in row["params"].split():
        name = param.rstrip("?")
        kind = (typedgen.name_of(row["fields"]) if name == "fields" else
                PARAM_KINDS.get(rows[name]["kind"]) or PARAM_TYPES[rows[name]["type"]])
        if not param.endswith("?"):
            parts.append(f"{name}: {kind}")
        else:
            parts.append(f"{name}: {optional(kind)} = None")
    parts += ["*", "timeout: Optional[_Seconds] = None", "request_id: Optional[_Text] = None"]
    return ", ".join(parts)


def method(schema: dict[str, Any], row: dict[str, Any], awaited: bool) -> str:
    kind = "Any" if row["object"] == "Result" else row["object"]
    if row["list"]:
        kind = f"list[{kind}]"
    if awaited:
        kind = f"Coroutine[Any, Any, {kind}]"
    return f"    def {row['verb']}(\n        {parameters(schema, row)}\n    ) -> {kind}: ..."


def nouns(schema: dict[str, Any]) -> list[str]:
    """In the order of the rows; "-" is the client, "" nobody's."""
    names = [row["noun"] for row in schema["operations"]]
    return [name for name in dict.fromkeys(names) if len(name) > 1]


def noun_classes(schema: dict[str, Any]) -> Iterator[str]:
    for awaited in (False, True):
        for noun in nouns(schema):
            yield f"@final\nclass {'Async' if awaited else ''}{noun.capitalize()}:"
            for row in schema["operations"]:
                if row["noun"] == noun:
                    yield method(schema, row, awaited)
            yield ""


def option_list(schema: dict[str, Any], shareable: bool) -> str:
    return "\n".join(
        f"        {row['name']}: "
        f"Optional[{OPTIONS.get(row['name'], OPTION_TYPES[row['kind']])}] = None,"
        for row in schema["options"]
        if row["shareable"] or not shareable
    ) + ("" if shareable else f"\n        on_attempt: {ON_ATTEMPT} = None,")


def clients(schema: dict[str, Any]) -> Iterator[str]:
    confirmed = "Union[Sale, Recurrence, Order]"
    for awaited, name, var in ((False, "Client", "_C"), (True, "_AsyncClient", "_A")):
        kind = f"Coroutine[Any, Any, {confirmed}]" if awaited else confirmed
        yield f"class {name}:"
        yield f"    def __init__(\n        self,\n        *,\n{option_list(schema, False)}"
        yield "    ) -> None: ..."
        for prop, type_ in (("environment", "_Environment"), ("base_url", "str"),
                            ("merchant_id", "str"), ("timeout", "float"), ("closed", "bool"),
                            ("journal", "_AsyncJournal" if awaited else "_ClientJournal"),
                            ("_journal_folder", "Optional[str]")):
            yield f"    @property\n    def {prop}(self) -> {type_}: ..."
        for noun in nouns(schema):
            type_ = ("Async" if awaited else "") + noun.capitalize()
            yield f"    @property\n    def {noun}(self) -> {type_}: ..."
        for row in schema["operations"]:
            if row["noun"] == "-":
                yield method(schema, row, awaited)
        yield ("    def confirm(\n        self, notification: Notification, *, "
               "timeout: Optional[_Seconds] = None, request_id: Optional[_Text] = None\n"
               f"    ) -> {kind}: ...")
        many = "AsyncMany" if awaited else "Many"
        given = "Coroutine[Any, Any, _Given]" if awaited else "_Given"
        calls = "Union[Iterable[_Item], AsyncIterable[_Item]]" if awaited else "Iterable[_Item]"
        yield (f"    def many(\n        self, verb: Callable[..., {given}], calls: {calls},\n"
               "        concurrency: int = 16, progress: Optional[_Progress] = None\n"
               f"    ) -> {many}[_Item, _Given]: ...")
        yield (f"    def with_options(\n        self: {var},\n        *,\n"
               f"{option_list(schema, True)}\n    ) -> {var}: ...")
        if awaited:
            yield ("    def _multi(self, loop: AbstractEventLoop) -> _Multi: ...\n"
                   "    def _shut(self) -> None: ...")
        else:
            yield ("    def close(self) -> None: ...\n"
                   f"    def __enter__(self: {var}) -> {var}: ...\n"
                   "    def __exit__(\n        self,\n"
                   "        kind: Optional[type[BaseException]],\n"
                   "        error: Optional[BaseException],\n"
                   "        traceback: Optional[TracebackType],\n    ) -> None: ...")
        yield ""


def books(schema: dict[str, Any]) -> Iterator[str]:
    for name in schema["books"]:
        yield f"def {name}(value: Union[int, str]) -> Optional[StatusEntry]: ..."


def stub(schema: dict[str, Any]) -> str:
    names = "".join(f'    "{name}",\n' for name in _core.__all__)
    taken = [typedgen.name_of(name) for name in dict.fromkeys(
        row["fields"] for row in schema["operations"] if "fields" in row["params"].split())]
    head = HEAD.format(facts="\n".join(facts(schema, "Result")), words=stubwords.words(schema),
                       typed=",\n    ".join(sorted(taken)))
    error = ERROR.format(details="\n".join(
        attribute(row) for row in schema["details"] if row["owner"] == "error"))
    parts = [head, f"__all__ = [\n{names}]\n", *results(schema), *tuples(schema), error,
             *errors(schema), *noun_classes(schema), *clients(schema), INNER, ENTRIES,
             *books(schema)]
    return stubdocs.documented("\n".join(parts), _core).rstrip("\n") + "\n"


def main(arguments: list[str]) -> int:
    schema = _core._schema()
    texts = {STUB: stub(schema), TYPED: typedgen.typed(schema)}
    for path, text in texts.items():
        if arguments == ["--check"]:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    return 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
