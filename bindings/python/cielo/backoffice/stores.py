"""The shop's accounts at Cielo, made when a record first names them; their keys stay outside."""

from __future__ import annotations

import os
import pathlib
import re
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from .database import insert, writing
from .errors import Refused, Usage
from .schema import store as table

__all__ = ["ById", "Store", "Stores", "store_number"]

# What may name a store, the first of them for Checkout, where the journal has its client.
MERCHANTS = ("CIELO_CLIENT_ID", "CIELO_MERCHANT_ID", "CIELO_CHECKOUT_MERCHANT_ID")
# The settings of a client, by the variables that hold them.
SETTINGS = {f"CIELO_{name.upper()}": name for name in (
    "merchant_id", "merchant_key", "client_id", "client_secret", "checkout_merchant_id")}

SHORTEST_SECRET = 20
SECRET = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST_SECRET},256}}")


class Store(NamedTuple):
    """A row of the ledger's table of that name."""

    id: int
    name: str
    merchant_id: str
    environment: str  # sandbox, production, or an address
    ec: str | None
    zone: str
    keys: str | None


def store_number(connection: sa.Connection, merchant: str, environment: str) -> int:
    """The store of a merchant; one that was never seen is made, under the merchant's id."""
    found = sa.select(table.c.id).where(table.c.merchant_id == merchant,
                                        table.c.environment == environment)
    number = connection.scalar(found)
    if number is None:
        name = merchant if environment == "production" else f"{merchant} ({environment})"
        connection.execute(insert(connection, table).values(
            name=name, merchant_id=merchant, environment=environment).on_conflict_do_nothing())
        number = connection.execute(found).scalar_one()
    return int(number)


def _read_keys(path: str) -> dict[str, str]:
    """NAME=VALUE on each line, as an environment file has them."""
    file = pathlib.Path(path)
    try:
        if file.stat().st_mode & stat.S_IROTH:
            raise Refused(f"{path} may be read by everybody: chmod o-rwx it",
                          f"{path} pode ser lido por todos: faça chmod o-rwx")
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        raise Refused(f"the keys in {path} cannot be read: {error.strerror}",
                      f"as chaves em {path} não podem ser lidas: {error.strerror}") from error
    pairs = (line.partition("=") for line in map(str.strip, lines)
             if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def _keys_of(store: Store, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Refused where they are another store's, or none."""
    found = _read_keys(store.keys) if store.keys else environment
    if store.merchant_id not in (found.get(name) for name in MERCHANTS):
        raise Refused(f"no keys for the store {store.name} in "
                      f"{store.keys or 'the environment'}: name a file that has "
                      "them (cielo store set --keys), with "
                      f"CIELO_MERCHANT_ID={store.merchant_id} among them",
                      f"não há chaves da loja {store.name} em "
                      f"{store.keys or 'variáveis do ambiente'}: dê um arquivo que as "
                      "tenha (cielo store set --keys), "
                      f"com CIELO_MERCHANT_ID={store.merchant_id} entre elas")
    return found


class ById(dict[int, Store]):
    """Stores by their number: one that came since they were read is looked up."""

    def __init__(self, stores: Stores) -> None:
        super().__init__((one.id, one) for one in stores.all())
        self._stores = stores

    def __missing__(self, number: int) -> Store:
        self[number] = found = self._stores.get(number)
        return found


class Stores:
    """What the ledger knows of stores, `ledger.stores`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def by_id(self) -> ById:
        """For rows that are read after it: the journal may bring a store meanwhile."""
        return ById(self)

    def all(self) -> list[Store]:
        with self._engine.connect() as connection:
            return [Store(*row) for row in connection.execute(
                sa.select(table).order_by(table.c.id))]

    def get(self, which: int | str | None = None) -> Store:
        """By number, name, EC or merchant id; None: the only one there is."""
        stores = self.all()
        found = [each for each in stores if which is None or which in (
            each.id, each.name, each.ec, each.merchant_id) or str(each.id) == which]
        if len(found) != 1:
            names = ", ".join(each.name for each in stores)
            told = "" if which is None else f" {which!r}"
            raise Usage(f"which store{told}? There are: {names or 'none yet'}",
                        f"qual loja{told}? Há: {names or 'nenhuma ainda'}")
        return found[0]

    def add(self, merchant_id: str, environment: str = "production") -> Store:
        """The store of a merchant, made where it is not there yet."""
        with writing(self._engine) as connection:
            number = store_number(connection, merchant_id, environment)
        return self.get(number)

    def set(self, which: int | str, **changes: Any) -> Store:
        """Changes its name, ec, zone or keys: the name of a file with them."""
        unknown = set(changes) - {"name", "ec", "zone", "keys"}
        if unknown:
            raise Usage(f"a store has no {', '.join(sorted(unknown))} to set",
                        f"uma loja não tem {', '.join(sorted(unknown))} a definir")
        number = self.get(which).id
        if changes.get("keys"):  # who asks later may work in another folder
            changes["keys"] = os.path.abspath(changes["keys"])
        if changes:
            with writing(self._engine) as connection:
                taken = connection.scalar(sa.select(table.c.id).where(
                    table.c.name == changes.get("name"), table.c.id != number))
                if taken is not None:
                    raise Usage(f"a store is called {changes['name']} already",
                                f"já há uma loja chamada {changes['name']}")
                connection.execute(sa.update(table).where(table.c.id == number).values(changes))
        return self.get(number)

    def settings(self, store: Store, environment: Mapping[str, str] = os.environ) -> (
            dict[str, str]):
        """The settings of its client, with its keys: from its file, or the environment."""
        found = _keys_of(store, environment)
        settings = {ours: found[name] for name, ours in SETTINGS.items() if found.get(name)}
        if store.environment in ("sandbox", "production"):
            return {**settings, "environment": store.environment}
        return {**settings, "base_url": store.environment}

    def notify_secret(self, store: Store,
                      environment: Mapping[str, str] = os.environ) -> str | None:
        """What Cielo's notifications must bring, CIELO_NOTIFY_SECRET beside the keys; None where
        none are taken. Refused for one that could be guessed."""
        secret = _keys_of(store, environment).get("CIELO_NOTIFY_SECRET") or None
        if secret is not None and not SECRET.fullmatch(secret):
            raise Refused(f"the store {store.name}: CIELO_NOTIFY_SECRET has {SHORTEST_SECRET} to "
                          "256 letters, digits, _ and -",
                          f"a loja {store.name}: CIELO_NOTIFY_SECRET tem de {SHORTEST_SECRET} a "
                          "256 letras, algarismos, _ e -")
        return secret
