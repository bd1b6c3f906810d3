"""The text of cielo/typed.py: a TypedDict for every object that is sent.

One for both spellings of an object rather than one for each: a checker that is given a
union says that nothing of it fits, and one that is given a TypedDict names the key.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

WIDTH = 100

HEAD = '''\
# Written by stubgen.py from the core's maps: change those, not this.
"""The objects that are sent, as TypedDicts: what the verbs take.

Each member stands in both spellings, snake_case and Cielo's own; nothing is required,
since what is depends on the rest.  `cielo.fields("payment")` shows them at the prompt.
What was read from somewhere goes in through `cielo.Fields(mapping)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Optional, TypedDict, Union

from ._core import Secret

__all__ = [
%s]

'''

TEXT = "Union[str, Secret]"
DATE = "Union[str, Secret, date]"
TYPES = {
    "NUMBER": "int", "AMOUNT": "int", "VARIANT": "Union[str, int]",
    "BOOL": 'Union[bool, Literal["true", "false"]]',
    "DATE": DATE, "DUE": DATE, "TIME": DATE, "OPEN": "Any",
}


def name_of(kind: str) -> str:
    return f"{kind}Fields"


def annotation(row: dict[str, Any], names: list[str]) -> str:
    """`names`: the objects that have members to give; others take anything."""
    child = name_of(row["child"]) if row["child"] in names else "Any"
    words = ", ".join(f'"{word}"' for word in row["words"])
    if row["type"] == "OBJECT":
        return child
    if row["type"] == "LIST":
        return f"Sequence[{child}]"
    if row["type"] == "EITHER":
        return f"Union[{child}, Sequence[{child}]]"
    kind = f"Literal[{words}]" if words else TYPES.get(row["type"], TEXT)
    if row["type"] in ("INTERVAL", "INTERVAL_NUMBER"):
        kind = f"Union[int, {kind}]"
    # Of an object that may be None a checker would not name the wrong key either.
    return kind if row["required"] or kind == "Any" else f"Optional[{kind}]"


def broken(line: str) -> str:
    """The words of a long Literal, on lines of their own."""
    if len(line) <= WIDTH:
        return line
    head, _, rest = line.partition("Literal[")
    words, _, tail = rest.partition("]")
    body = textwrap.fill(words, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
    return f"{head}Literal[\n{body}\n    ]{tail}"


def about(row: dict[str, Any]) -> str:
    """A sentence for who rests the pointer on the key; "" where the type says all."""
    parts = ["Required"] if row["required"] else []
    if row["child"] == "None" and not row["words"] and row["type"] not in ("BOOL", "VARIANT"):
        plain = row["type"] in ("TEXT", "WORD", "NUMBER", "ID")
        parts += [] if plain else [row["takes"]]
        if row["size"] and row["type"] != "AMOUNT":
            what = "digits" if row["type"] in ("NUMBER", "CARD_NUMBER", "SECURITY_CODE") else \
                "characters"
            parts += [f"at most {row['size']} {what}"]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def sent(schema: dict[str, Any]) -> list[str]:
    """What the verbs take and what stands in it, in the order of the map."""
    rows = [row for row in schema["fields"] if row["given"]]
    found = {row["fields"] for row in schema["operations"] if "fields" in row["params"].split()}
    given = {row["object"] for row in rows}
    while True:
        below = {row["child"] for row in rows if row["object"] in found} & given
        if below <= found:
            return [name for name in schema["objects"] if name in found]
        found |= below


def users(schema: dict[str, Any], kind: str) -> str:
    verbs = [f"{row['noun']}.{row['verb']}" for row in schema["operations"]
             if row["fields"] == kind and "fields" in row["params"].split()]
    return f": the fields of {', '.join(verbs)}" if verbs else ""


def typed_dict(schema: dict[str, Any], kind: str, names: list[str]) -> Iterator[str]:
    yield f"class {name_of(kind)}(TypedDict, total=False):"
    yield f'    """{kind}{users(schema, kind)}."""\n'
    rows = [row for row in schema["fields"] if row["object"] == kind and row["given"]]
    for spelling in ("host", "wire"):
        for row in rows:
            if spelling == "host" or row["wire"] != row["host"]:
                yield broken(f"    {row[spelling]}: {annotation(row, names)}")
                if about(row):
                    yield f'    """{about(row)}"""'
    yield "\n"


def typed(schema: dict[str, Any]) -> str:
    names = sent(schema)
    lines = [HEAD % "".join(f'    "{name_of(name)}",\n' for name in sorted(names, key=name_of))]
    for name in names:
        lines += typed_dict(schema, name, names)
    return "\n".join(lines).rstrip("\n") + "\n"
