"""Users of the Backoffice: a name, a password, rights, and perhaps a second factor.

Nobody gives what they have not, nobody changes who has more, and nobody their own rights;
the last who may do all stays.
"""

from __future__ import annotations

import datetime
import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from . import recovery
from .audit import note
from .database import now, writing
from .errors import Problems, Refused, Usage
from .person import Person
from .roles import ROLES, Rights, check, covers, expand, person_of
from .schema import session, store
from .schema import user as table
from .totp import Seeds, new_seed, step_of

if TYPE_CHECKING:
    import argon2

__all__ = ["Accounts", "User", "check_name", "check_password", "taken", "user_named",
           "without_rights"]

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
SHORTEST, LONGEST = 12, 256
#: Shorter names are in many words.
NAMED = 3
#: Below that many different letters a password is a pattern.
LETTERS = 5
# Each check takes 64 MiB: who sends many at once waits.
AT_ONCE = 2


@dataclass(frozen=True)
class User:
    """A row of the ledger's table of that name, without what is secret."""

    id: int
    name: str
    rights: Rights
    void_limit: int | None
    disabled: bool
    has_totp: bool
    generation: int  # sessions of an earlier one have ended
    created: datetime.datetime

    @property
    def person(self) -> Person:
        """Who acts when this user does."""
        return person_of(self.name, self.rights, self.void_limit)

    @property
    def is_owner(self) -> bool:
        return not self.disabled and expand(self.rights.get(None, ())) >= ROLES["owner"]


def check_password(name: str, password: str) -> str:
    """A password as it is hashed. Usage for one that is easy to guess."""
    text = unicodedata.normalize("NFC", password)
    broken = [told for wrong, *told in (
        (len(text) < SHORTEST, f"a password has {SHORTEST} characters or more",
         f"uma senha tem {SHORTEST} caracteres ou mais"),
        (len(text) > LONGEST, f"a password has up to {LONGEST} characters",
         f"uma senha tem até {LONGEST} caracteres"),
        (not text.isprintable(), "a password has no control characters",
         "uma senha não tem caracteres de controle"),
        (len(name) >= NAMED and name.casefold() in text.casefold(),
         "the password must not hold the name", "a senha não deve conter o nome"),
        (len(set(text)) < LETTERS, f"a password has {LETTERS} different characters or more",
         f"uma senha tem {LETTERS} caracteres diferentes ou mais")) if wrong]
    if broken:
        raise Usage(*("; ".join(each) for each in zip(*broken)))
    return text


def check_name(name: str) -> str:
    """Usage for what is no name of a user."""
    if not NAME.fullmatch(name):
        raise Usage(f"{name!r} is no name of a user: small letters, digits and . _ @ + -, up "
                    "to 64, the first a letter or a digit",
                    f"{name!r} não é nome de usuário: letras minúsculas, dígitos e . _ @ + -, "
                    "até 64, o primeiro uma letra ou um dígito")
    return name


def taken(name: str) -> Usage:
    return Usage(f"there is a user {name} already", f"já há um usuário {name}")


def _rights_in(rights: Rights) -> dict[str, list[str]]:
    return {"*" if which is None else str(which): sorted(words)
            for which, words in rights.items()}


def _rights_out(data: Mapping[str, list[str]]) -> Rights:
    return {None if which == "*" else int(which): frozenset(words)
            for which, words in data.items()}


def _user_of(row: sa.Row[Any]) -> User:
    return User(row.id, row.name, _rights_out(row.rights), row.void_limit, row.disabled,
                row.totp is not None, row.generation, row.created)


class Accounts:
    """The users of a ledger, `ledger.accounts`."""

    def __init__(self, engine: sa.Engine, seeds: Seeds | None = None) -> None:
        self._engine = engine
        self._seeds = seeds or Seeds()
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = ""  # what a password is checked against where there is no user

    @cached_property
    def hasher(self) -> argon2.PasswordHasher:
        """Loaded when the first password is: opening a ledger needs none."""
        import argon2

        return argon2.PasswordHasher()

    # ---- telling ----

    def all(self) -> list[User]:
        with self._engine.connect() as connection:
            return [_user_of(row) for row in connection.execute(
                sa.select(table).order_by(table.c.name))]

    def get(self, which: int | str) -> User:
        """By number or by name."""
        with self._engine.connect() as connection:
            return _user_of(_row(connection, which))

    def find(self, name: str) -> User | None:
        with self._engine.connect() as connection:
            return user_named(connection, name)

    # ---- changing ----

    def add(self, name: str, password: str, rights: Rights, *, void_limit: int | None = None,
            by: Person | None = None) -> User:
        """A new user."""
        person = by or Person.of_system()
        self.check_new(name, rights, password, void_limit=void_limit, by=person)
        hashed = self._hash(name, password)
        with writing(self._engine) as connection:
            rights = _checked(connection, rights)
            _check_limit(void_limit)
            _demand(person, person_of(name, rights, void_limit))
            if user_named(connection, name) is not None:
                raise taken(name)
            connection.execute(sa.insert(table).values(
                name=name, password=hashed, rights=_rights_in(rights), void_limit=void_limit,
                disabled=False, created=now(connection)))
            note(connection, person.name, "user add", user=name, rights=_rights_in(rights),
                 void_limit=void_limit)
        return self.get(name)

    def check_new(self, name: str, rights: Rights, password: str | None = None, *,
                  void_limit: int | None = None, by: Person | None = None) -> None:
        """Usage with all by which `add` would refuse this; without a password, all but that."""
        (by or Person.of_system()).demand("users")
        wrong = Problems()
        with wrong.note():
            check_name(name)
        with self._engine.connect() as connection:
            with wrong.note():
                if user_named(connection, name) is not None:
                    raise taken(name)
            with wrong.note():
                _checked(connection, rights)
        with wrong.note():
            _check_limit(void_limit)
        with wrong.note():
            if password is not None:
                check_password(name, password)
        wrong.demand_none()

    def set_rights(self, which: int | str, rights: Rights, *, void_limit: int | None = None,
                   by: Person | None = None) -> User:
        """What a user may do from now on, in place of what it was."""
        person = by or Person.of_system()
        with writing(self._engine) as connection:
            before = _held(connection, which)
            rights = _checked(connection, rights)
            _check_limit(void_limit)
            _demand(person, before.person, person_of(before.name, rights, void_limit))
            if expand(rights.get(None, ())) < ROLES["owner"]:
                _keep_owner(connection, before)
            connection.execute(sa.update(table).where(table.c.id == before.id).values(
                rights=_rights_in(rights), void_limit=void_limit))
            note(connection, person.name, "user rights", user=before.name,
                 before=_rights_in(before.rights), rights=_rights_in(rights),
                 void_limit=void_limit)
        return self.get(before.id)

    def disable(self, which: int | str, *, by: Person | None = None) -> None:
        """Lets a user in no more, and ends the sessions there are."""
        person = by or Person.of_system()
        with writing(self._engine) as connection:
            before = _held(connection, which)
            _demand(person, before.person)
            _keep_owner(connection, before)
            connection.execute(sa.update(table).where(table.c.id == before.id).values(
                disabled=True))
            _end_sessions(connection, before.id)
            note(connection, person.name, "user disable", user=before.name)

    def enable(self, which: int | str, *, by: Person | None = None) -> None:
        person = by or Person.of_system()
        with writing(self._engine) as connection:
            before = _held(connection, which)
            _demand(person, before.person)
            connection.execute(sa.update(table).where(table.c.id == before.id).values(
                disabled=False))
            note(connection, person.name, "user enable", user=before.name)

    def set_password(self, which: int | str, password: str, *, by: Person | None = None) -> None:
        """A new password; all sessions of the user end. One's own needs no other right."""
        person = by or Person.of_system()
        before = self.get(which)
        hashed = self._hash(before.name, password)
        with writing(self._engine) as connection:
            before = _held(connection, before.id)
            if person.name != before.name:
                _demand(person, before.person)
            connection.execute(sa.update(table).where(table.c.id == before.id).values(
                password=hashed))
            _end_sessions(connection, before.id)
            note(connection, person.name, "user password", user=before.name)

    def reset_totp(self, which: int | str, *, by: Person | None = None) -> None:
        """Of who lost the telephone: the password alone is asked, until it is set up anew."""
        person = by or Person.of_system()
        with writing(self._engine) as connection:
            before = _held(connection, which)
            _demand(person, before.person)
            connection.execute(sa.update(table).where(table.c.id == before.id).values(
                totp=None, totp_new=None))
            recovery.forget(connection, before.id)
            _end_sessions(connection, before.id)
            note(connection, person.name, "user totp reset", user=before.name)

    # ---- the second factor ----

    def begin_totp(self, user: User) -> str:
        """A new seed, which counts once a code shows that it has arrived."""
        seed = new_seed()
        locked = self._seeds.lock(user.id, seed)
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(table.c.id == user.id).values(
                totp_new=locked))
        return seed

    def new_totp(self, user: User) -> str | None:
        """The seed that waits for its first code."""
        with self._engine.connect() as connection:
            locked = _row(connection, user.id).totp_new
        return self._seeds.unlock(user.id, locked) if locked else None

    def confirm_totp(self, user: User, code: str) -> list[str]:
        """Sets it up, if the code is right: gives new recovery codes; none for a wrong one."""
        with writing(self._engine) as connection:
            row = _row(connection, user.id, hold=True)
            if row.totp_new is None:
                raise Usage("no second factor waits for its first code",
                            "nenhum segundo fator espera pelo primeiro código")
            step = step_of(self._seeds.unlock(user.id, row.totp_new), code, now(connection), 0)
            if step is None:
                return []
            connection.execute(sa.update(table).where(table.c.id == user.id).values(
                totp=row.totp_new, totp_new=None, totp_step=step))
            recovery.forget(connection, user.id)  # those of the device before
            note(connection, user.name, "user totp", user=user.name)
        return self.new_recovery(user)

    def check_code(self, user: User, code: str) -> bool:
        """Whether it is the user's code now; True once for each."""
        with writing(self._engine) as connection:
            row = _row(connection, user.id, hold=True)
            if row.totp is None:
                return False
            step = step_of(self._seeds.unlock(user.id, row.totp), code, now(connection),
                           row.totp_step)
            if step is None:
                return False
            connection.execute(sa.update(table).where(table.c.id == user.id).values(
                totp_step=step))
        return True

    # ---- who lost it ----

    def new_recovery(self, user: User) -> list[str]:
        """New codes, each of which lets in once in its place; those before do no more."""
        codes = recovery.draw()
        rows = recovery.lock(user.id, codes, self._hashed)
        with writing(self._engine) as connection:
            if _row(connection, user.id, hold=True).totp is None:
                raise Refused("there is no second factor to have codes for",
                              "não há segundo fator para o qual ter códigos")
            recovery.keep(connection, user.id, rows)
            note(connection, user.name, "user recovery", user=user.name)
        return codes

    def recovery_left(self, user: User) -> int:
        """How many of them are not used yet."""
        with self._engine.connect() as connection:
            return recovery.left(connection, user.id)

    def use_recovery(self, user: User | None, typed: str) -> bool:
        """Whether it is one of the user's; True once for each. Of nobody it takes as long."""
        name, secret = recovery.split(typed)
        with self._engine.connect() as connection:
            hashed = recovery.hash_of(connection, user.id, name) if user else None
        if not self._verify(hashed or self._nobody_hash(), secret) or not hashed or not user:
            return False
        with writing(self._engine) as connection:
            if not recovery.take(connection, user.id, name, hashed):
                return False
            note(connection, user.name, "user recovery used", user=user.name,
                 left=recovery.left(connection, user.id))
        return True

    # ---- passwords ----

    def check(self, name: str, password: str) -> User | None:
        """The user of a name and password who is let in; None tells not which was wrong.

        It takes as long for a name that there is not.
        """
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(table).where(table.c.name == name)).first()
        known = self._verify(row.password if row is not None else self._nobody_hash(), password)
        if row is None or row.disabled or not known:
            return None
        if self.hasher.check_needs_rehash(row.password):
            self._rehash(row, password)
        return _user_of(row)

    def _verify(self, hashed: str, password: str) -> bool:
        if len(password) > LONGEST:
            password = ""  # nobody's, and as slow as any
        from argon2.exceptions import VerificationError

        try:
            with self._turn:
                return self.hasher.verify(hashed, unicodedata.normalize("NFC", password))
        except VerificationError:
            return False

    def _nobody_hash(self) -> str:
        if not self._nobody or self.hasher.check_needs_rehash(self._nobody):
            self._nobody = self.hasher.hash(new_seed())
        return self._nobody

    def _rehash(self, row: sa.Row[Any], password: str) -> None:
        with self._turn:
            hashed = self.hasher.hash(unicodedata.normalize("NFC", password))
        with writing(self._engine) as connection:  # not where it was changed meanwhile
            connection.execute(sa.update(table).where(
                table.c.id == row.id, table.c.password == row.password).values(password=hashed))

    def _hash(self, name: str, password: str) -> str:
        return self._hashed(check_password(name, password))

    def _hashed(self, text: str) -> str:
        with self._turn:
            return self.hasher.hash(text)


def user_named(connection: sa.Connection, name: str) -> User | None:
    """None for who is no user of ours, such as the command, or a person of a shop's own."""
    row = connection.execute(sa.select(table).where(table.c.name == name)).first()
    return None if row is None else _user_of(row)


def _row(connection: sa.Connection, which: int | str, hold: bool = False) -> sa.Row[Any]:
    column = table.c.id if isinstance(which, int) else table.c.name
    found = sa.select(table).where(column == which)
    row = connection.execute(found.with_for_update() if hold else found).first()
    if row is None:
        raise Usage(f"there is no user {which}", f"não há o usuário {which}")
    return row


def _held(connection: sa.Connection, which: int | str) -> User:
    """A user to be changed; no other one is meanwhile, as two owners might each other."""
    connection.execute(sa.select(table.c.id).order_by(table.c.id).with_for_update())
    return _user_of(_row(connection, which))


def _checked(connection: sa.Connection, rights: Rights) -> Rights:
    rights = check(rights, connection.scalars(sa.select(store.c.id)).all())
    if not rights:
        raise without_rights()
    return rights


def without_rights() -> Usage:
    return Usage("a user has a role or a permission: which?",
                 "um usuário tem um papel ou uma permissão: qual?")


def _check_limit(void_limit: int | None) -> None:
    if void_limit is not None and void_limit < 0:
        raise Usage("a limit of voids is an amount in cents, not less than nothing",
                    "um limite de cancelamentos é um valor em centavos, não menor do que nada")


def _demand(person: Person, *others: Person) -> None:
    """Refused unless one may change users, has all that they have or get, and is not they."""
    person.demand("users")
    for other in others:
        if other.name == person.name:
            raise Refused("nobody changes their own rights: somebody else who may has to",
                          "ninguém muda os próprios direitos: quem pode é outra pessoa")
        if not covers(person, other):
            raise Refused(f"{person.name} may not give or take what they have not themselves: "
                          f"{other.name} has more, or would",
                          f"{person.name} não pode dar nem tirar o que não tem: {other.name} tem "
                          "mais, ou teria")


def _keep_owner(connection: sa.Connection, user: User) -> None:
    """Refused for the last who may do all: nobody could let anybody in."""
    if user.is_owner and not any(
            other.is_owner for other in map(_user_of, connection.execute(sa.select(table)))
            if other.id != user.id):
        raise Refused(f"{user.name} is the last owner: make somebody else one first",
                      f"{user.name} é o último dono: dê antes esse papel a outra pessoa")


def _end_sessions(connection: sa.Connection, user_id: int) -> None:
    """Those there are, and one that is being opened right now."""
    connection.execute(sa.update(table).where(table.c.id == user_id).values(
        generation=table.c.generation + 1))
    connection.execute(sa.delete(session).where(session.c.user_id == user_id))
