"""The second factor: six digits that change every thirty seconds, each good for once.

The seeds are in the database, and the key that they are encrypted with is not: it is in
the environment or in a file, so that a copy of the database gives nobody a code.

Its libraries are loaded where they are used: opening a ledger needs none of them.
"""

from __future__ import annotations

import datetime
import os
import pathlib
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .errors import Refused

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["Seeds", "address_of", "new_key", "new_seed", "picture_of", "step_of"]

KEY, KEY_FILE = "CIELO_BACKOFFICE_KEY", "CIELO_BACKOFFICE_KEY_FILE"
HOW = f"set {KEY}, or {KEY_FILE} to a file with it; `cielo backoffice key` makes one"
HOW_PT = (f"ponha-a em {KEY}, ou em {KEY_FILE} um arquivo que a tenha; "
          "`cielo backoffice key` faz uma")
STEP = 30  # seconds
# A code of the step before or behind ours is taken too: clocks of phones differ.
DRIFT = 1


def new_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def new_seed() -> str:
    import pyotp

    return pyotp.random_base32()


def address_of(name: str, seed: str) -> str:
    """What a program for codes reads out of the picture."""
    import pyotp

    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name="Cielo Backoffice")


def picture_of(address: str) -> str:
    """An address as a QR code in SVG, with nothing in it that a strict page forbids."""
    import segno

    return segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000",
                                                     omitsize=True)


def step_of(seed: str, code: str, at: datetime.datetime, last: int) -> int | None:
    """The step that a code is of, none up to the last one that was used; None: a wrong code."""
    import pyotp

    totp = pyotp.TOTP(seed, interval=STEP)
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    now = int(at.timestamp()) // STEP
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > last and pyotp.utils.strings_equal(totp.generate_otp(step), digits):
            return step
    return None


class Seeds:
    """Encrypts seeds, and reads them; each is bound to the user it is of."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    def lock(self, user_id: int, seed: str) -> str:
        return self._keys().encrypt(f"{user_id} {seed}".encode()).decode()

    def unlock(self, user_id: int, locked: str) -> str:
        """Refused where the key is not the one it was locked with."""
        from cryptography.fernet import InvalidToken

        try:
            owner, _, seed = self._keys().decrypt(locked).decode().partition(" ")
        except InvalidToken:
            owner = seed = ""
        if owner != str(user_id):
            raise Refused(f"this second factor cannot be checked: {KEY} is another one than it "
                          "was set up with",
                          f"não se pode conferir este segundo fator: {KEY} não é a chave com que "
                          "foi criado")
        return seed

    def _keys(self) -> MultiFernet:
        """Several, a space between them: the first locks, all unlock."""
        from cryptography.fernet import Fernet, MultiFernet

        text = self._environment.get(KEY) or self._read()
        if not text:
            raise Refused(f"no second factor without a key for it: {HOW}",
                          f"não há segundo fator sem uma chave: {HOW_PT}")
        try:
            return MultiFernet([Fernet(each) for each in text.split()])
        except ValueError:
            raise Refused(f"{KEY} is no key of 32 bytes in base64: {HOW}",
                          f"{KEY} não é uma chave de 32 bytes em base64: {HOW_PT}") from None

    def _read(self) -> str | None:
        name = self._environment.get(KEY_FILE)
        if not name:
            return None
        file = pathlib.Path(name)
        try:
            if file.stat().st_mode & (stat.S_IROTH | stat.S_IRGRP):
                raise Refused(f"{name} may be read by others: chmod 600 it",
                              f"{name} pode ser lido por outros: faça chmod 600")
            return file.read_text("ascii")
        except OSError as error:
            raise Refused(f"the key in {name} cannot be read: {error.strerror}",
                          f"a chave em {name} não pode ser lida: {error.strerror}") from error
        except UnicodeDecodeError:
            raise Refused(f"{name} holds no key: {HOW}",
                          f"{name} não tem uma chave: {HOW_PT}") from None
