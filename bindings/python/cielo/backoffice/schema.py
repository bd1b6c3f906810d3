"""The ledger's tables: one schema for SQLite and PostgreSQL.

Amounts are integers in cents; moments are aware and in UTC.  ``event`` is what
was written and told, append-only; ``sale`` is made from it, and can be made
anew at any time.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

__all__ = ["Moment", "metadata"]

UTC = datetime.timezone.utc

metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})


class Moment(TypeDecorator[datetime.datetime]):
    """An aware moment, kept without its zone in UTC: SQLite has none.

    A naive one is refused: it would be of whichever zone its reader thinks of.
    """

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None,
                           dialect: Dialect) -> datetime.datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None,
                             dialect: Dialect) -> datetime.datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


# SQLite numbers rows by itself only in a column of its own INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


def row_id() -> Column[int]:
    return Column("id", RowId, primary_key=True, autoincrement=True)


def of_store(**options: Any) -> Column[int]:
    return Column("store_id", Integer, ForeignKey("store.id"), nullable=False, **options)


# A shop's account at Cielo. Its keys are in the environment or in files, never here.
store = Table(
    "store", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("merchant_id", Text, nullable=False),
    Column("environment", Text, nullable=False),  # as the journal has it
    Column("ec", Text),  # Cielo's number of the establishment: no answer holds it
    Column("zone", Text, nullable=False, server_default="America/Sao_Paulo"),
    Column("keys", Text),  # the name of a file, or NULL: the environment
    UniqueConstraint("merchant_id", "environment"),
)

# How far a segment of a journal was read.
segment = Table(
    "segment", metadata,
    row_id(),
    Column("folder", Text, nullable=False),  # the journal's, as its machine names it
    Column("name", Text, nullable=False),
    Column("offset", BigInteger, nullable=False, server_default="0"),
    Column("size", BigInteger, nullable=False, server_default="0"),  # when it was last read
    Column("damaged", Integer, nullable=False, server_default="0"),
    UniqueConstraint("name", "folder"),
)

# What was written and told, append-only. `of` is the intent it is about; all
# events of a sale have its key, see sale.key. Those that were read before their
# intent have neither store nor key until it comes.
event = Table(
    "event", metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("of", Text),
    Column("store_id", Integer, ForeignKey("store.id")),
    Column("segment_id", RowId, ForeignKey("segment.id")),  # NULL: from no journal
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),  # journal, sync, notice, backoffice
    Column("sale_key", Text),
    Column("data", JSON, nullable=False),
    Index("ix_event_sale_key", "sale_key"),
    Index("ix_event_of", "of"),
    Index("ix_event_kind_at", "kind", "at"),
)

sale = Table(
    "sale", metadata,
    row_id(),
    of_store(),
    # The intent that made it, or "payment:ID" where another program did.
    Column("key", Text, nullable=False, unique=True),
    Column("payment_id", Text),
    Column("order_number", Text),
    Column("tid", Text),
    Column("nsu", Text),
    Column("auth", Text),
    Column("received", Moment, nullable=False),
    Column("captured_at", Moment),
    Column("voided_at", Moment),
    Column("type", Text),
    Column("provider", Text),
    Column("brand", Text),
    Column("means", Text),
    Column("means_group", Text),
    Column("first6", Text),
    Column("last4", Text),
    Column("installments", Integer),
    Column("amount", BigInteger),
    Column("captured", BigInteger),
    Column("voided", BigInteger),
    Column("status", Integer),  # Cielo's number
    Column("word", Text, nullable=False),  # the Backoffice's word for it
    Column("code", Text),
    Column("error", Text),  # the code of what failed; NULL on success
    Column("kind", Text),  # of an error of ours
    Column("fraud", Text),
    Column("recurrence_id", Text),
    Column("checkout_order", Text),
    Column("checkout_status", Text),
    Column("reconciled", Boolean, nullable=False, server_default="0"),
    Column("in_doubt", Boolean, nullable=False, server_default="0"),
    Column("request_id", Text),
    Column("seen_at", Moment),  # when Cielo last told of it
)


def by_time(*columns: str, where: ColumnElement[bool] | None = None) -> None:
    """An index for a filter whose rows come newest first, a page at a time."""
    Index("ix_sale_" + "_".join(columns), *(sale.c[name] for name in columns),
          sale.c.received.desc(), sale.c.id.desc(), sqlite_where=where, postgresql_where=where)


by_time()
for name in ("payment_id", "order_number", "tid", "nsu", "word", "means_group", "means",
             "store_id", "last4", "amount"):
    by_time(name)
# Of these most sales have none. Indexes without those are smaller, and SQLite, which
# knows how many rows a value has on the average alone, is not misled by them.
for name in ("error", "kind", "fraud", "recurrence_id"):
    by_time(name, where=sale.c[name].is_not(None))
for name in ("captured_at", "voided_at"):
    Index("ix_sale_" + name, sale.c[name].desc(), sale.c.id.desc(),
          sqlite_where=sale.c[name].is_not(None), postgresql_where=sale.c[name].is_not(None))
# What is in doubt is little, and asked for in every search.
Index("ix_sale_in_doubt", sale.c.received.desc(), sale.c.id.desc(),
      sqlite_where=text("in_doubt = 1"), postgresql_where=text("in_doubt"))

# A write whose end nobody knows, and when it is looked at next. Made from event
# as sale is: what has its end is not here.
in_doubt = Table(
    "in_doubt", metadata,
    Column("id", Text, primary_key=True),  # the intent's
    of_store(index=True),
    Column("sale_key", Text, index=True),
    Column("folder", Text),  # of the journal that has it; NULL: of none
    Column("operation", Text, nullable=False),
    Column("order_number", Text, index=True),
    Column("payment_id", Text, index=True),
    Column("amount", BigInteger),
    Column("at", Moment, nullable=False),
    Column("since", Moment, nullable=False),  # until then its call is in flight
    Column("looks", Integer, nullable=False),
    Column("looked_at", Moment),
    Column("next_look", Moment, index=True),  # NULL: no more
    Column("saw", Text),
    Column("why", Text),
)

# One holder per job: who dies loses it when it ends.
lease = Table(
    "lease", metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

# How the jobs of workers go: of each the last run that did something, failed, or was a while
# ago, and when it is due again.
job = Table(
    "job", metadata,
    Column("name", Text, primary_key=True),
    Column("place", Text, primary_key=True),  # a machine's folder, a store, a batch, or ""
    Column("began", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("state", Text, nullable=False),  # done, failed
    Column("failures", Integer, nullable=False),  # since it last went well
    Column("counts", JSON, nullable=False),
    Column("why", JSON, nullable=False),  # by language
    Column("next_run", Moment, nullable=False),
)

# Of batches, their rows and changes some are removed: a number that came again would let an old
# page, or who was thought dead, take another one for theirs.
batch = Table(
    "batch", metadata,
    row_id(),
    of_store(),
    Column("verb", Text, nullable=False),  # capture, void
    Column("state", Text, nullable=False),  # ready, running, paused, done
    Column("created", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("started_by", Text),  # the last who let it run
    Column("started_id", Text),  # by which a shop's own application knows them
    Column("search", Text),  # the words that chose the rows
    Column("void_limit", BigInteger),  # in sum, of who made it and let it run
    Column("ended", Moment),
    Column("why", Text),  # it stopped by itself
    # Grows with what is changed of rows that wait: as what it was shown.
    Column("revision", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

# A change of one payment that somebody asked for, from its fresh read to its end.
# One that is open keeps others of its payment out: an index sees to it.
change = Table(
    "change", metadata,
    row_id(),
    of_store(),
    Column("target", Text, nullable=False),  # the payment's id, or "checkout:NUMBER"
    Column("verb", Text, nullable=False),  # capture, void
    Column("asked", BigInteger),  # NULL: all that is left
    Column("amount", BigInteger),  # what was sent; NULL: nothing, or a whole nobody told
    # reading, sending, done, pending, refused, failed (nothing happened), in_doubt
    Column("state", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("sender", Text, nullable=False),  # the process that makes it
    Column("request_id", Text, nullable=False, unique=True),  # by which its intent is found
    Column("intent", Text, index=True),  # the journal's id of what was sent
    Column("before", JSON(none_as_null=True)),  # what the read told; NULL: nothing was sent
    Column("code", Text),
    Column("why", Text),
    Column("began", Moment, nullable=False),
    Column("until", Moment, nullable=False),  # then its process is surely through
    Column("ended", Moment),
    Index("uq_change_open", "store_id", "target", unique=True,
          sqlite_where=text("state IN ('reading', 'sending', 'in_doubt')"),
          postgresql_where=text("state IN ('reading', 'sending', 'in_doubt')")),
    Index("ix_change_target", "target", "id"),
    Index("ix_change_state", "state"),
    sqlite_autoincrement=True,
)

batch_row = Table(
    "batch_row", metadata,
    row_id(),
    Column("batch_id", RowId, ForeignKey("batch.id"), nullable=False),
    Column("sale_id", RowId, ForeignKey("sale.id"), nullable=False),
    Column("amount", BigInteger),  # NULL: all that is left
    # waiting, sending, done, pending, refused, failed (unsent), in_doubt
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("change_id", RowId, ForeignKey("change.id"), index=True),  # the last one
    Column("code", Text),
    Column("why", Text),
    Column("ended", Moment),
    Column("looked", Moment),  # when it was read for who looks it over
    Column("look", JSON(none_as_null=True)),  # how it stood then, or why it was not read
    Column("stays", Text),  # why it would not go by that; NULL: it would, or was not read
    UniqueConstraint("batch_id", "sale_id"),
    # Rows are counted by their states, and shown a page at a time, of one state or of all.
    Index("ix_batch_row_batch_id_state_id", "batch_id", "state", "id"),
    Index("ix_batch_row_batch_id_id", "batch_id", "id"),
    sqlite_autoincrement=True,
)

recurrence = Table(
    "recurrence", metadata,
    row_id(),
    of_store(),
    Column("key", Text, nullable=False),  # Cielo's id, or the shop's own number
    Column("scheduled", Boolean, nullable=False),  # by Cielo; else the shop charges
    Column("means_group", Text, nullable=False),
    Column("amount", BigInteger),
    Column("interval_months", Integer),
    Column("day", Integer),
    Column("starts", Date),
    Column("ends", Date),
    Column("next_charge", Date),
    Column("attempt", Integer, nullable=False, server_default="0"),  # of the charge that is due
    Column("next_attempt", Moment, index=True),
    Column("state", Text, nullable=False),  # active, failing, suspended, disabled, ended
    Column("last_sale_key", Text),
    Column("why", Text),
    UniqueConstraint("store_id", "key"),
)

# An attempt to charge a recurrence of the shop's own, committed before it is sent. Of a due
# date only one can be under way, in doubt or done: the database itself refuses another.
charge = Table(
    "charge", metadata,
    row_id(),
    Column("recurrence_id", RowId, ForeignKey("recurrence.id"), nullable=False),
    Column("due", Date, nullable=False),
    Column("number", Integer, nullable=False),  # of this due date's, unsent ones too
    Column("order_number", Text, nullable=False, unique=True),
    Column("amount", BigInteger),
    Column("journal", Text, nullable=False),  # the folder that notes it, with its machine
    # sending, in_doubt, pending, approved, declined, failed (nothing was charged)
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended", Moment),
    Column("payment_id", Text),
    Column("brand", Text),
    Column("card", Text),  # first six and last four digits
    Column("code", Text),
    Column("why", Text),
    UniqueConstraint("recurrence_id", "due", "number"),
    Index("ix_charge_card", "card", "at"),
    Index("uq_charge_live", "recurrence_id", "due", unique=True,
          sqlite_where=text("state NOT IN ('declined', 'failed')"),
          postgresql_where=text("state NOT IN ('declined', 'failed')")),
)

# How often and how far apart a declined charge of a recurrence is tried again.
retry_rule = Table(
    "retry_rule", metadata,
    row_id(),
    of_store(),
    Column("means_group", Text, nullable=False),
    Column("tries", Integer, nullable=False),  # beside the first charge
    Column("days", Integer, nullable=False),
    Column("disable", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("set_by", Text, nullable=False),
    UniqueConstraint("store_id", "means_group", "since"),
)

# What a service costs, from a day on: Cielo shows prices on its site alone.
tariff = Table(
    "tariff", metadata,
    row_id(),
    of_store(),
    Column("service", Text, nullable=False),
    Column("unit", BigInteger, nullable=False),  # cents
    Column("grace", Integer, nullable=False, server_default="0"),
    Column("allowance", Integer, nullable=False, server_default="0"),
    Column("since", Date, nullable=False),
    UniqueConstraint("store_id", "service", "since"),
)

# What was used on a day of the store's zone.
usage_day = Table(
    "usage_day", metadata,
    Column("store_id", Integer, ForeignKey("store.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False, server_default="0"),
)

# What Cielo's own statement says, to be held against ours.
told_total = Table(
    "told_total", metadata,
    Column("store_id", Integer, ForeignKey("store.id"), primary_key=True),
    Column("month", Text, primary_key=True),  # YYYY-MM
    Column("service", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
)

# What is to be looked up at Cielo, and what was.
notice = Table(
    "notice", metadata,
    row_id(),
    of_store(),
    Column("received", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False, index=True),  # payment:ID and the like
    Column("ids", JSON, nullable=False),
    # waiting, done, unknown (Cielo has no such), failed
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try", Moment, nullable=False),
    Column("why", Text),
    Index("ix_notice_state_next_try", "state", "next_try"),
)

user = Table(
    "user", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password", Text, nullable=False),  # argon2
    Column("totp", Text),  # encrypted with a key that is not here
    Column("totp_new", Text),  # likewise, until a code shows that it arrived
    Column("totp_step", BigInteger, nullable=False, server_default="0"),  # of the last code
    Column("rights", JSON, nullable=False),  # roles and permissions by store's number or "*"
    Column("void_limit", BigInteger),
    Column("disabled", Boolean, nullable=False, server_default="0"),
    # Grows with what ends all sessions: one that was opened meanwhile is of the last one.
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("created", Moment, nullable=False),
)

session = Table(
    "session", metadata,
    Column("id", Text, primary_key=True),  # the hash of what the cookie holds
    Column("user_id", Integer, ForeignKey("user.id"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),  # of the user, when it began
    Column("form_key", Text, nullable=False),  # of its forms' tokens; the id changes, this stays
    Column("began", Moment, nullable=False),
    Column("used", Moment, nullable=False),
    Column("stepped_up", Moment),
    Column("address", Text),
    Column("program", Text),  # the browser, as it names itself
)

# Log-ins that failed, by the hash of a name or of an address.
failed_try = Table(
    "failed_try", metadata,
    Column("key", Text, primary_key=True),
    Column("fails", Integer, nullable=False),
    Column("last", Moment, nullable=False, index=True),
    Column("until", Moment, nullable=False),  # no other one before
)

# Where a name was right lately, by the hash of both.
known_place = Table(
    "known_place", metadata,
    Column("key", Text, primary_key=True),
    Column("last", Moment, nullable=False, index=True),
)

# What lets somebody in whose second factor is lost, once each.
recovery_code = Table(
    "recovery_code", metadata,
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),
    Column("name", Text, primary_key=True),  # its first part, by which it is found
    Column("secret", Text, nullable=False),  # the rest, argon2
)

# Who did what, append-only.
audit = Table(
    "audit", metadata,
    row_id(),
    Column("at", Moment, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("store_id", Integer, ForeignKey("store.id")),
    Column("sale_id", RowId),
    Column("data", JSON, nullable=False),
    # Each is looked for by itself, newest first.
    Index("ix_audit_store_id", "store_id", "id"),
    Index("ix_audit_who", "who", "id"),
    Index("ix_audit_did", "did", "id"),
    Index("ix_audit_sale_id", "sale_id", "id"),
)
