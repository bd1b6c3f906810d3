"""Ids and their keys, as the command line and `run` take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def split_pair(text: str) -> tuple[str, str]:
    """The parts of ``ID:KEY``; ValueError when one is missing."""
    name, colon, key = text.partition(":")
    if not (name and colon and key):
        raise ValueError("two parts with a colon between them are expected")
    return name, key


def read_pairs(option: str, value: object) -> dict[str, str]:
    """Ids and keys from a dict, or from texts ``ID:KEY``.

    What is raised names the option and the place, never what stands there: it
    may be a key.
    """
    rule = f'{option} must be a dict of id to key, or texts "ID:KEY"'
    if value is None:
        return {}
    if isinstance(value, Mapping):
        pairs = dict(value)
        for part in (*pairs, *pairs.values()):
            if not isinstance(part, str):
                raise TypeError(f"{rule}; an id or key is {type(part).__name__}, not str")
            if not part:
                raise ValueError(f"{rule}; an id or key is empty")
        return pairs
    if isinstance(value, (str, bytes, bytearray)):
        raise TypeError(f"{rule}, in a list; not one {type(value).__name__}")
    if not isinstance(value, Iterable):
        raise TypeError(f"{rule}; not {type(value).__name__}")
    pairs = {}
    for place, text in enumerate(value):
        if not isinstance(text, str):
            raise TypeError(f"{rule}; [{place}] is {type(text).__name__}, not str")
        try:
            name, key = split_pair(text)
        except ValueError as error:
            raise ValueError(f"{rule}; [{place}]: {error}") from None
        pairs[name] = key
    return pairs
