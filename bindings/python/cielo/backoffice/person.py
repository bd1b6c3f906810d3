"""Who does something, and what they may do."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Optional

from .errors import Refused

__all__ = ["PERMISSIONS", "Person", "WhoIs"]

PERMISSIONS = ("view", "export", "capture", "void", "batch", "configure", "users")


@dataclass(frozen=True)
class Person:
    """A name for the audit, with permissions, and the stores they are for (None: all).

    `void_limit` is the most, in cents, that one payment or one batch is voided by. `id` is
    by what a shop's own application knows them, whatever they are called by then; None for
    users of ours, and for the system's.
    """

    name: str
    permissions: frozenset[str] = frozenset(PERMISSIONS)
    stores: frozenset[int] | None = None
    void_limit: int | None = None
    #: What is permitted beside them in single stores.
    beside: Mapping[int, frozenset[str]] = field(default_factory=dict, hash=False)
    id: str | None = None

    @classmethod
    def of_system(cls) -> Person:
        """The system's user, who may do all: the command's.

        By the number that the system has for the process: a variable names anybody.
        """
        number = os.getuid()
        try:
            name = pwd.getpwuid(number).pw_name
        except KeyError:  # in a container that has no such user
            name = f"uid {number}"
        return cls(f"{name} (system)")

    def may(self, permission: str, store: int | None = None) -> bool:
        """In this store; None: in any."""
        if store is not None:
            return permission in self.allowed(store)
        return permission in self.permissions or any(
            permission in each for each in self.beside.values())

    def may_everywhere(self, permission: str) -> bool:
        """In stores too that are not there yet."""
        return self.stores is None and permission in self.permissions

    def allowed(self, store: int) -> frozenset[str]:
        """What is permitted in a store."""
        shared = self.stores is None or store in self.stores
        return (self.permissions if shared else frozenset()) | self.beside.get(
            store, frozenset())

    def reach(self) -> frozenset[int] | None:
        """The stores in which anything is permitted; None: all."""
        return None if self.stores is None else self.stores | self.beside.keys()

    def demand(self, permission: str, store: int | None = None) -> None:
        """Refused for what this person may not do."""
        if not self.may(permission, store):
            raise Refused(f"{self.name} may not do this: {permission}",
                          f"{self.name} não pode fazer isto: {permission}")


#: By an `id` the person as they are now; None for who may do nothing any more.
WhoIs = Callable[[str], Optional[Person]]
