"""What Cielo's services cost a store, from which day on: typed in, as Cielo has no API for it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from .audit import note
from .database import insert, writing
from .errors import Usage
from .person import Person
from .schema import tariff as table
from .stores import Stores
from .usage import brasilia_day

__all__ = ["SERVICES", "Service", "Tariff", "Tariffs", "service_named", "tariffs_of"]


class Service(NamedTuple):
    """Something that Cielo, or through it a brand, charges for."""

    key: str
    pt: str
    en: str
    #: In cents, where no tariff was set; None: nobody knows it.
    unit: int | None = None

    def name(self, language: str = "pt") -> str:
        return self.pt if language.startswith("pt") else self.en


# In the order of a statement. Of the brands' fees for trying again, Visa's is in dollars
# and has a tax on it: what it comes to in reais is typed in as any other.
SERVICES = {each.key: each for each in (
    Service("gateway", "Transação do gateway", "Gateway transaction"),
    Service("boleto", "Boleto emitido", "Boleto issued"),
    Service("antifraud", "Análise antifraude", "Antifraud analysis"),
    Service("antifraud_bpo", "Análise antifraude com BPO", "Antifraud analysis with BPO"),
    Service("zero_auth", "Zero Auth", "Zero Auth"),
    Service("threeds", "Autenticação 3DS", "3DS authentication"),
    Service("recurrence", "Recorrência programada", "Scheduled recurrence"),
    Service("token", "Cartão protegido", "Stored card", 0),
    Service("bin", "Consulta BIN", "BIN query", 0),
    Service("wallet", "Carteira digital", "Digital wallet", 0),
    Service("retry_visa", "Retentativa Visa", "Visa retry"),
    Service("retry_mastercard", "Retentativa Mastercard", "Mastercard retry", 200),
    Service("retry_mastercard_advice", "Retentativa Mastercard contra o aviso",
            "Mastercard retry against the advice", 250),
    Service("retry_elo", "Retentativa Elo", "Elo retry", 80),
)}


def service_named(name: str) -> Service:
    """By its key, whatever the signs between its words: `zero-auth` too. Usage for no service."""
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key not in SERVICES:
        raise Usage(f"there is no service {name!r}: one of {', '.join(SERVICES)}",
                    f"não há o serviço {name!r}: um de {', '.join(SERVICES)}")
    return SERVICES[key]


class Tariff(NamedTuple):
    """What one use costs beyond what is free in a month."""

    service: str
    unit: int  # cents
    grace: int
    allowance: int  # what was contracted
    since: datetime.date


def tariffs_of(connection: sa.Connection, store_id: int) -> Iterator[Tariff]:
    """All that were set, by service, oldest first."""
    columns = (table.c.service, table.c.unit, table.c.grace, table.c.allowance, table.c.since)
    for row in connection.execute(sa.select(*columns).where(table.c.store_id == store_id)
                                  .order_by(table.c.service, table.c.since)):
        yield Tariff(*row)


class Tariffs:
    """The tariffs of a ledger, `ledger.tariffs`."""

    def __init__(self, engine: sa.Engine, stores: Stores) -> None:
        self._engine = engine
        self._stores = stores

    def all(self, store: int | str | None = None) -> list[Tariff]:
        with self._engine.connect() as connection:
            return list(tariffs_of(connection, self._stores.get(store).id))

    def set(self, service: str, unit: int, *, grace: int = 0, allowance: int = 0,
            since: datetime.date | None = None, store: int | str | None = None,
            by: Person | None = None) -> Tariff:
        """From `since` on, by default the first day of this month, a use costs `unit` cents.

        Of each month the first `grace` + `allowance` uses are free. What was set for the same
        day is replaced.
        """
        person, number = by or Person.of_system(), self._stores.get(store).id
        person.demand("configure", number)
        if min(unit, grace, allowance) < 0:
            raise Usage("a tariff's numbers are not below 0",
                        "os números de uma tarifa não são menores do que 0")
        new = Tariff(service_named(service).key, unit, grace, allowance,
                     since or brasilia_day(datetime.datetime.now(
                         datetime.timezone.utc)).replace(day=1))
        with writing(self._engine) as connection:
            row = insert(connection, table).values(store_id=number, **new._asdict())
            connection.execute(row.on_conflict_do_update(
                index_elements=["store_id", "service", "since"],
                set_={"unit": unit, "grace": grace, "allowance": allowance}))
            note(connection, person.name, "tariff.set", store_id=number,
                 **{**new._asdict(), "since": new.since.isoformat()})
        return new

    def remove(self, service: str, since: datetime.date, *, store: int | str | None = None,
               by: Person | None = None) -> None:
        """Takes back what was set for a day."""
        person, number = by or Person.of_system(), self._stores.get(store).id
        person.demand("configure", number)
        key = service_named(service).key
        with writing(self._engine) as connection:
            gone = connection.execute(sa.delete(table).where(
                table.c.store_id == number, table.c.service == key, table.c.since == since))
            if not gone.rowcount:
                raise Usage(f"no tariff of {key} begins on {since}",
                            f"nenhuma tarifa de {key} começa em {since}")
            note(connection, person.name, "tariff.remove", store_id=number, service=key,
                 since=since.isoformat())
