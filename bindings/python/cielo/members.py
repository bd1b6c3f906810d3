"""What can be sent, told at the prompt: fields() and Fields()."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional, Union

from ._core import Result, _fits, _schema

__all__ = ["Fields", "Member", "Members", "fields"]

#: CIELO_FIT_SLIP: above it a name is an object's.
_SLIP = 1


def Fields(mapping: Union[Mapping[str, Any], Result]) -> Any:  # noqa: N802
    """Fields whose names the type checker cannot know: read from a file, a form, a database.

    Gives the very mapping, as any type: client.sales.create(cielo.Fields(json.load(file))).
    They are checked when the verb is called, like all fields.
    """
    if not isinstance(mapping, (Mapping, Result)):
        raise TypeError(f"a mapping is wanted, not {type(mapping).__name__}")
    return mapping


class Member(NamedTuple):
    """A member that may be sent."""

    name: str
    #: As Cielo writes it.
    wire: str
    takes: str
    required: bool
    #: Those that Cielo documents, where it documents any.
    words: tuple[str, ...]


class Members(tuple[Member, ...]):
    """The members of an object; printed, a line for each."""

    title: str
    also: str

    def __new__(cls, title: str, members: list[Member], also: str = "") -> Members:
        self = super().__new__(cls, members)
        self.title, self.also = title, also
        return self

    def __repr__(self) -> str:
        width = max(len(one.name) for one in self)
        lines = [self.title] + [
            f"  {one.name:{width}}  {one.takes}{' (required)' if one.required else ''}"
            for one in self]
        return "\n".join(lines + ([self.also] if self.also else []))


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() and at else c.lower()
                   for at, c in enumerate(name))


def _takes(row: dict[str, Any]) -> str:
    if row["child"] not in ("None", "Result"):
        below = f'cielo.fields("{_snake(row["child"])}")'
        return f"a list of {below}" if row["type"] == "LIST" else below
    text = ", ".join(row["words"]) or str(row["takes"])
    return text + (f" ({row['size']})" if row["size"] and not row["words"] else "")


def _verbs(schema: dict[str, Any]) -> dict[str, str]:
    """The object that each verb takes, by the names of both kinds."""
    rows = [row for row in schema["operations"] if "fields" in row["params"].split()]
    return {name: row["fields"] for row in rows
            for name in (f"{row['noun']}.{row['verb']}", row["name"])}


def _places(schema: dict[str, Any], kind: str) -> str:
    """Where an object is sent: in which members, by which verbs; "" for an answer's own."""
    verbs = [name for name, taken in _verbs(schema).items() if taken == kind and "." in name]
    places = [f"{_snake(row['object'])}.{row['host']}" for row in schema["fields"]
              if row["child"] == kind and row["given"]]
    if verbs:
        places.append(f"the fields of {', '.join(verbs)}")
    return ", ".join(places)


def _list(schema: dict[str, Any]) -> Members:
    given = {row["object"] for row in schema["fields"] if row["given"]}
    places = {kind: _places(schema, kind) for kind in schema["objects"] if kind in given}
    return Members('The objects that are sent; cielo.fields("payment") tells of one:', [
        Member(_snake(kind), kind, places[kind], False, ())
        for kind in places if places[kind]])


def _describe(schema: dict[str, Any], kind: str, also: list[str]) -> Members:
    rows = [row for row in schema["fields"] if row["object"] == kind and row["given"]]
    places = _places(schema, kind)
    title = _snake(kind) + (f": {places}" if places else "")
    members = [Member(row["host"], row["wire"], _takes(row), row["required"],
                      tuple(row["words"])) for row in rows]
    others = " or ".join(f'cielo.fields("{_snake(name)}")' for name in also)
    return Members(title, members, f"There is also {others}." if others else "")


def fields(name: Optional[str] = None) -> Members:
    """The members that an object or a verb takes, to look at: cielo.fields("payment").

    name: a verb such as "sales.create", an object such as "payment", or the member that
    holds it, such as "payment.credit_card"; in any spelling.  Without a name: the objects
    there are, and where each stands.  Raises ValueError for any other, with what may be
    meant.
    """
    schema = _schema()
    if name is None:
        return _list(schema)
    verb = _verbs(schema).get(name.replace("client.", "", 1))
    if verb:
        return _describe(schema, verb, [])
    found = _fits(name.rpartition(".")[2])
    best = max(found.values(), default=0)
    names = sorted(found, key=lambda kind: -found[kind])
    if best > _SLIP:
        return _describe(schema, names[0], [kind for kind in names[1:] if found[kind] > _SLIP])
    near = " or ".join(f'"{_snake(kind)}"' for kind in names)
    raise ValueError(
        f'no object that is sent is called "{name}"'
        + (f": did you mean {near}?" if near
           else "; cielo.fields() lists those that are"))
