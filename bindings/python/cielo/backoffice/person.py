"""Who does something, and what they may do."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

from .errors import Refused

__all__ = ["PERMISSIONS", "Person"]

PERMISSIONS = ("view", "export", "capture", "void", "batch", "configure", "users")


@dataclass(frozen=True)
class Person:
    """A name for the audit, with permissions, and the stores they are for (None: all)."""

    name: str
    permissions: frozenset[str] = frozenset(PERMISSIONS)
    stores: frozenset[int] | None = None

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
        return permission in self.permissions and (
            store is None or self.stores is None or store in self.stores)

    def demand(self, permission: str, store: int | None = None) -> None:
        """Refused for what this person may not do."""
        if not self.may(permission, store):
            raise Refused(f"{self.name} may not do this: {permission}")
