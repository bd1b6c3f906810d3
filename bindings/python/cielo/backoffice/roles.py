"""Rights: roles and permissions, for all stores or for some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Union

from .errors import Usage
from .person import PERMISSIONS, Person

__all__ = ["ROLES", "Rights", "check", "covers", "expand", "person_of"]

#: What each role permits; each has what those before it have.
ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({"view"}),
    "operator": frozenset({"view", "export", "capture", "void"}),
    "manager": frozenset({"view", "export", "capture", "void", "batch", "configure"}),
    "owner": frozenset(PERMISSIONS),
}

#: Words by the store they are for (None: all). A word is a role or a permission, and each
#: adds: nothing that is given for all stores is taken away in one.
Rights = Mapping[Union[int, None], frozenset[str]]


def expand(words: Iterable[str]) -> frozenset[str]:
    """The permissions behind roles and permissions; what has no meaning permits nothing."""
    found: set[str] = set()
    for word in words:
        found |= ROLES.get(word, {word} & set(PERMISSIONS))
    return frozenset(found)


def check(rights: Rights, stores: Iterable[int]) -> Rights:
    """Without what is empty; Usage for words and stores that there are not."""
    known = {*ROLES, *PERMISSIONS}
    for store, words in rights.items():
        if store is not None and store not in set(stores):
            raise Usage(f"there is no store {store}", f"não há a loja {store}")
        if strange := sorted(set(words) - known):
            raise Usage(f"{', '.join(strange)}: neither a role ({', '.join(ROLES)}) nor a "
                        f"permission ({', '.join(PERMISSIONS)})",
                        f"{', '.join(strange)}: nem um papel ({', '.join(ROLES)}) nem uma "
                        f"permissão ({', '.join(PERMISSIONS)})")
    return {store: frozenset(words) for store, words in rights.items() if words}


def person_of(name: str, rights: Rights, void_limit: int | None = None) -> Person:
    """Who has these rights."""
    shared = expand(rights.get(None, ()))
    beside = {store: expand(words) for store, words in rights.items() if store is not None}
    return Person(name, shared, None if shared else frozenset(), void_limit, beside)


def covers(giver: Person, other: Person) -> bool:
    """Whether one has all that another has: only then may it be given, or taken."""
    if not all(giver.may_everywhere(each) for each in other.permissions if other.stores is None):
        return False
    single = {*(other.stores or ()), *other.beside}
    if not all(other.allowed(store) <= giver.allowed(store) for store in single):
        return False
    if giver.void_limit is None or not other.may("void"):
        return True
    return other.void_limit is not None and other.void_limit <= giver.void_limit
