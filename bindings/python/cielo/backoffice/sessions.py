"""Log-ins: who is in, since when, and how sure of it the Backoffice is just now.

The cookie holds 256 random bits, and the database only their hash. It changes at log-in
and at each step-up, so that one that was planted or seen before is worth nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .accounts import Accounts, User
from .audit import note
from .database import now, writing
from .errors import Refused
from .schema import session as table
from .tries import TooMany, Tries

__all__ = ["Denied", "Opened", "Session", "Sessions"]

IDLE = datetime.timedelta(minutes=30)
LONGEST = datetime.timedelta(hours=12)
#: For so long a step-up lasts.
SURE = datetime.timedelta(minutes=5)
# How exactly it is known when a session was last used: a page need not write each time.
GRAIN = datetime.timedelta(minutes=1)
# Of what a browser calls itself.
PROGRAM = 200


class Denied(Refused):
    """A log-in or a step-up that was wrong; `field` is what is missing or was."""

    def __init__(self, en: str, pt: str, field: str = "password") -> None:
        super().__init__(en, pt)
        self.field = field


@dataclass(frozen=True)
class Session:
    """Somebody who is in."""

    id: str  # the hash
    user: User
    form_key: str
    began: datetime.datetime
    used: datetime.datetime
    stepped_up: bool
    address: str | None
    program: str | None

    @property
    def form_token(self) -> str:
        """What its forms carry; who reads it learns nothing that lets in."""
        return hmac.new(self.form_key.encode(), b"form", hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"<session of {self.user.name}>"


class Opened:
    """A new session's token, for the cookie alone."""

    def __init__(self, token: str, user: User) -> None:
        self.token = token
        self.user = user

    def __repr__(self) -> str:
        return f"<a new session of {self.user.name}>"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Sessions:
    """Who is in, `ledger.sessions`."""

    def __init__(self, engine: sa.Engine, accounts: Accounts) -> None:
        self._engine = engine
        self._accounts = accounts
        self._tries = Tries(engine)

    # ---- in and out ----

    def log_in(self, name: str, password: str, code: str = "", *, recovery: str = "",
               address: str | None = None, program: str | None = None) -> Opened:
        """Raises Denied, and TooMany where many have failed.

        A recovery code does in the place of a code, once, and while others try the name from
        everywhere: then it is used up before the password is looked at, which nobody can so
        try more than ten times.
        """
        name = name.strip().lower()
        try:
            keys, recovered = self._tries.begin(name, address), False
        except TooMany as error:
            if not (error.elsewhere and recovery):
                raise
            keys = self._tries.begin(name, address, here_alone=True)
            recovered = self._accounts.use_recovery(self._accounts.find(name), recovery)
            if not recovered:
                self._note_failed(name, address, "recovery")
                raise
        user = self._accounts.check(name, password)
        if user is None:
            self._note_failed(name, address, "password")
            raise Denied("the name or the password is wrong", "o nome ou a senha não confere")
        if user.has_totp and not recovered and not (
                self._accounts.use_recovery(user, recovery) if recovery
                else self._accounts.check_code(user, code)):
            field = "recovery" if recovery else "code"
            self._note_failed(name, address, field)
            raise Denied("the code is missing, wrong, or was used before",
                         "o código falta, não confere ou já foi usado", field)
        self._tries.forgive(keys)
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            moment = now(connection)
            connection.execute(sa.delete(table).where(sa.or_(
                table.c.used < moment - IDLE, table.c.began < moment - LONGEST)))
            connection.execute(sa.insert(table).values(
                id=_hash(token), user_id=user.id, generation=user.generation,
                form_key=secrets.token_hex(32), began=moment, used=moment, address=address,
                program=(program or "")[:PROGRAM] or None))
            note(connection, user.name, "log-in", address=address)
        return Opened(token, user)

    def get(self, token: str) -> Session | None:
        """Whose it is; None for one that ended, or never was."""
        id_ = _hash(token)
        with self._engine.connect() as connection:
            moment = now(connection)
            row = connection.execute(sa.select(table).where(table.c.id == id_)).first()
        if row is None or not self._lives(row, moment):
            return None
        user = self._accounts.get(row.user_id)
        if user.disabled or user.generation != row.generation:
            return None
        if moment - row.used >= GRAIN:
            with writing(self._engine) as connection:
                connection.execute(sa.update(table).where(table.c.id == id_).values(used=moment))
        return _session_of(row, user, moment)

    def log_out(self, session: Session) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(table.c.id == session.id))
            note(connection, session.user.name, "log-out")

    # ---- sure again ----

    def step_up(self, session: Session, password: str = "", code: str = "", *,
                address: str | None = None) -> Opened:
        """By the password, or by a code where a second factor is set up; gives a new token.

        Raises Denied and TooMany as a log-in does.
        """
        name = session.user.name
        keys = self._tries.begin(name, None, "step-up")
        if code and session.user.has_totp:
            right = self._accounts.check_code(session.user, code)
        else:
            right = self._accounts.check(name, password) is not None
        if not right:
            field = "code" if code and session.user.has_totp else "password"
            self._note_failed(name, address, field, "step-up failed")
            told = (("the password is wrong", "a senha não confere") if field != "code" else
                    ("the code is wrong, or was used before",
                     "o código não confere ou já foi usado"))
            raise Denied(*told, field)
        self._tries.forgive(keys)
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            changed = connection.execute(sa.update(table).where(table.c.id == session.id).values(
                id=_hash(token), stepped_up=now(connection))).rowcount
            if not changed:
                raise Denied("this session has ended", "esta sessão acabou")
            note(connection, name, "step-up", address=address)
        return Opened(token, session.user)

    # ---- all of a user's ----

    def of(self, user: User) -> list[Session]:
        """Those that live, the last one used first."""
        with self._engine.connect() as connection:
            moment = now(connection)
            rows = connection.execute(sa.select(table).where(
                table.c.user_id == user.id).order_by(table.c.used.desc(), table.c.id)).all()
        return [_session_of(row, user, moment) for row in rows if self._lives(row, moment)]

    def end_others(self, session: Session) -> int:
        """Ends all of the user's but this one; gives how many."""
        with writing(self._engine) as connection:
            ended = connection.execute(sa.delete(table).where(
                table.c.user_id == session.user.id, table.c.id != session.id)).rowcount
            note(connection, session.user.name, "sessions ended", count=ended)
        return ended

    @staticmethod
    def _lives(row: sa.Row[Any], moment: datetime.datetime) -> bool:
        return bool(moment - row.used < IDLE and moment - row.began < LONGEST)

    def _note_failed(self, name: str, address: str | None, what: str,
                     did: str = "log-in failed") -> None:
        """Without the name where there is none such: it may be somebody's password."""
        known = any(user.name == name for user in self._accounts.all())
        with writing(self._engine) as connection:
            note(connection, name if known else "?", did, address=address, wrong=what)


def _session_of(row: sa.Row[Any], user: User, moment: datetime.datetime) -> Session:
    sure = row.stepped_up is not None and moment - row.stepped_up < SURE
    return Session(row.id, user, row.form_key, row.began, row.used, sure, row.address,
                   row.program)
