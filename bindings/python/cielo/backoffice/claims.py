"""Changes of payments as rows: claimed, marked as sent, ended, and found again after a crash.

A claim is taken before the payment is read and given back when its change has ended; an
index lets one payment have one. Each step is an update that looks at the state before it:
who was thought dead and wakes up changes nothing, and so sends nothing.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from .audit import note
from .database import insert, now
from .left import Decision, Move, Standing
from .project import Event, cielo_moment, is_end
from .schema import batch_row, change, event, in_doubt, sale
from .sender import has_ended

__all__ = ["Blocked", "Claim", "Ending", "Wanted", "claim", "end", "ended_senders",
           "give_back", "mark", "moves_of", "note_intents", "open_changes", "open_senders",
           "recover", "state_of"]

# Cielo wants five seconds between two voids of a payment.
VOID_GAP = datetime.timedelta(seconds=5.1)
# Kinds of errors that a request was answered by before anything was looked at.
_NOT_TAKEN = ("authentication", "permission", "rate_limit")
_REFUSED = ("invalid_request", "not_found")
# What a call in flight is given beyond its deadline.
GRACE = datetime.timedelta(seconds=5)
AGAIN = "this was asked for already"
# Texts from outside, in columns.
LONGEST = 300


class Wanted(NamedTuple):
    """A change that somebody asked for."""

    sale_id: int
    verb: str
    amount: int | None  # None: all that is left
    who: str
    row_id: int | None = None  # of a batch
    batch_id: int | None = None
    limit: int | None = None  # of a void, see limits.py
    request_id: str | None = None  # of who may ask twice; else a new one


class Claim(NamedTuple):
    """The right to change a payment."""

    id: int
    wanted: Wanted
    request_id: str
    sale: sa.Row[Any]

    @property
    def checkout(self) -> bool:
        return self.sale.payment_id is None


class Blocked(NamedTuple):
    """Why a payment cannot be changed yet: "busy", "early", "in_doubt" or "again"."""

    wanted: Wanted
    kind: str
    why: str


class Ending(NamedTuple):
    """What became of a change."""

    state: str  # done, pending, refused, failed, in_doubt
    code: str | None = None
    why: str | None = None


def state_of(result: str, kind: str | None, sent: str | None) -> str:
    """The state of a change by the words of its outcome; "in_doubt" for what is not sure."""
    if result in ("approved", "done"):
        return "done"
    if result == "pending":
        return "pending"
    if result == "declined":
        return "refused"
    if result != "failed":
        return "in_doubt"
    if sent == "no" or kind in _NOT_TAKEN:
        return "failed"
    return "refused" if kind in _REFUSED else "in_doubt"


# ---- claiming ----


def target_of(row: Any) -> str | None:
    """What is changed: a payment, or an order of Checkout; None where neither is known."""
    if row.payment_id:
        return str(row.payment_id)
    return f"checkout:{row.checkout_order}" if row.checkout_order else None


def _sales(connection: sa.Connection, wanted: Sequence[Wanted]) -> dict[int, sa.Row[Any]]:
    ids = [each.sale_id for each in wanted]
    rows = connection.execute(sa.select(sale).where(sale.c.id.in_(ids)))
    return {row.id: row for row in rows}


def _doubtful(connection: sa.Connection, rows: Iterable[sa.Row[Any]]) -> set[str]:
    """Keys of sales of which the ledger knows a write without an end.

    A void by an order's number acts on one of its sales, and nobody knows on which.
    """
    orders = {row.key: row.order_number for row in rows}
    found = connection.execute(sa.select(in_doubt.c.sale_key, in_doubt.c.order_number).where(
        sa.or_(in_doubt.c.sale_key.in_(list(orders)),
               sa.and_(in_doubt.c.operation == "sale_void_by_order",
                       in_doubt.c.order_number.in_(set(filter(None, orders.values())))))))
    keys, numbers = set(), set()
    for row in found:
        keys.add(row.sale_key)
        if row.sale_key is None:
            numbers.add(row.order_number)
    return {key for key, order in orders.items() if key in keys or order in numbers}


def _late_voids(connection: sa.Connection, targets: Iterable[str],
                since: datetime.datetime) -> set[str]:
    """Payments whose last void ended after a moment."""
    return set(connection.scalars(sa.select(change.c.target).where(
        change.c.target.in_(list(targets)), change.c.verb == "void", change.c.ended > since,
        change.c.before.is_not(None), change.c.state != "failed")))


def _is_late(voided: datetime.datetime | None, moment: datetime.datetime) -> bool:
    """Likewise of one that another program made; by Cielo's clock, which may run ahead."""
    return voided is not None and moment - VOID_GAP < voided <= moment


def _asked_before(connection: sa.Connection, wanted: Iterable[Wanted]) -> set[str]:
    """Numbers by which changes were asked for already."""
    given = [each.request_id for each in wanted if each.request_id]
    return set(connection.scalars(sa.select(change.c.request_id).where(
        change.c.request_id.in_(given)))) if given else set()


def claim(connection: sa.Connection, wanted: Sequence[Wanted], sender: str,
          life: datetime.timedelta) -> tuple[list[Claim], list[Blocked]]:
    """Claims the payments that are free; what another runner has of a batch is left out."""
    moment = now(connection)
    sales = _sales(connection, wanted)
    doubtful = _doubtful(connection, sales.values())
    targets = {number: target_of(row) for number, row in sales.items()}
    late = _late_voids(connection, filter(None, targets.values()), moment - VOID_GAP)
    again = _asked_before(connection, wanted)
    claims: list[Claim] = []
    blocked: list[Blocked] = []
    # In one order, so that two who claim the same never wait for each other.
    for each in sorted(wanted, key=lambda one: targets.get(one.sale_id) or ""):
        target = targets.get(each.sale_id)
        row = sales.get(each.sale_id)
        if each.request_id in again:
            blocked.append(Blocked(each, "again", AGAIN))
        elif row is None or target is None:
            blocked.append(Blocked(each, "unknown", "Cielo's number of this payment is not known"))
        elif row.key in doubtful:
            blocked.append(Blocked(each, "in_doubt", "a write to this payment is in doubt, or "
                                                     "under way"))
        elif each.verb == "void" and (target in late or _is_late(row.voided_at, moment)):
            blocked.append(Blocked(each, "early", "Cielo wants five seconds between two voids"))
        else:
            taken = _take(connection, each, row, target, sender, moment, life)
            if isinstance(taken, Blocked):
                blocked.append(taken)
            elif taken is not None:
                claims.append(taken)
    return claims, blocked


def _take(connection: sa.Connection, wanted: Wanted, row: sa.Row[Any], target: str, sender: str,
          moment: datetime.datetime, life: datetime.timedelta) -> Claim | Blocked | None:
    request_id = wanted.request_id or str(uuid.uuid4())
    number = connection.scalar(insert(connection, change).values(
        store_id=row.store_id, target=target, verb=wanted.verb, asked=wanted.amount,
        state="reading", who=wanted.who, sender=sender, request_id=request_id, began=moment,
        until=moment + life).on_conflict_do_nothing().returning(change.c.id))
    if number is None:
        if _asked_before(connection, [wanted]):
            return Blocked(wanted, "again", AGAIN)
        holder = connection.execute(sa.select(change.c.state, change.c.who).where(
            change.c.store_id == row.store_id, change.c.target == target,
            change.c.state.in_(("reading", "sending", "in_doubt")))).first()
        if holder is not None and holder.state == "in_doubt":
            return Blocked(wanted, "in_doubt", f"a change that {holder.who} made is in doubt")
        who = holder.who if holder is not None else "somebody"
        return Blocked(wanted, "busy", f"a change of this payment by {who} is under way")
    if wanted.row_id is not None and not connection.execute(
            sa.update(batch_row).where(batch_row.c.id == wanted.row_id,
                                       batch_row.c.state == "waiting")
            .values(state="sending", change_id=number)).rowcount:
        connection.execute(sa.delete(change).where(change.c.id == number))
        return None
    return Claim(number, wanted, request_id, row)


def give_back(connection: sa.Connection, claims: Sequence[Claim]) -> None:
    """Those of them whose payments were not touched; a row of a batch waits again."""
    ids = sa.select(change.c.id).where(change.c.id.in_([each.id for each in claims]),
                                       change.c.state == "reading")
    numbers = list(connection.scalars(ids.with_for_update()))
    connection.execute(sa.update(batch_row).where(batch_row.c.change_id.in_(numbers)).values(
        state="waiting", change_id=None))
    connection.execute(sa.delete(change).where(change.c.id.in_(numbers)))


# ---- the way of a claim ----


def mark(connection: sa.Connection, claim: Claim, decision: Decision,
         standing: Standing) -> bool:
    """Says that it is sent, before it is; False when it was taken away meanwhile."""
    before, amount = standing.facts(), decision.amount
    marked = connection.execute(
        sa.update(change).where(change.c.id == claim.id, change.c.state == "reading").values(
            state="sending", before=before, amount=amount)).rowcount
    if marked:
        _audit(connection, claim.wanted, claim.id, claim.sale.store_id, "sending", amount,
               before=before)
    return bool(marked)


def _audit(connection: sa.Connection, wanted: Wanted, number: int, store_id: int, state: str,
           amount: int | None, at: datetime.datetime | None = None, **data: Any) -> None:
    note(connection, wanted.who, wanted.verb, at=at, store_id=store_id, sale_id=wanted.sale_id,
         change=number, batch=wanted.batch_id, state=state, amount=amount, **data)


def _after(before: dict[str, Any] | None, verb: str, amount: int | None,
           state: str) -> dict[str, Any] | None:
    """The totals behind a change, out of those before it."""
    if before is None or amount is None or state not in ("done", "pending"):
        return None
    after = {name: before.get(name, 0) for name in ("captured", "voided", "pending")}
    if state == "pending":
        after["pending"] += amount
    else:
        after["captured" if verb == "capture" else "voided"] += amount
    return after


def end(connection: sa.Connection, wanted: Wanted, number: int, ending: Ending,
        row_state: str | None = None, seen: str | None = None) -> bool:
    """Ends a change, its row in a batch and its story in the audit: once.

    `seen` is the state that the ending was concluded from, where others may go on with it.
    """
    moment = now(connection)
    why = ending.why[:LONGEST] if ending.why else None
    row = connection.execute(
        sa.update(change).where(change.c.id == number, change.c.state.in_(
            (seen,) if seen else ("reading", "sending", "in_doubt")),
            change.c.state != ending.state)
        .values(state=ending.state, code=ending.code, why=why, ended=moment)
        .returning(change.c.store_id, change.c.amount, change.c.before)).first()
    if row is None:
        return False
    _audit(connection, wanted, number, row.store_id, ending.state, row.amount, moment,
           before=row.before, after=_after(row.before, wanted.verb, row.amount, ending.state),
           code=ending.code, why=why)
    if wanted.row_id is not None:
        connection.execute(sa.update(batch_row).where(batch_row.c.change_id == number).values(
            state=row_state or ending.state, code=ending.code, why=why, ended=moment))
    return True


# ---- what the ledger knows of changes ----


class _Intent(NamedTuple):
    id: str
    data: dict[str, Any]
    end: dict[str, Any] | None


def _intents(connection: sa.Connection, keys: Iterable[str]) -> dict[str, list[_Intent]]:
    """The writes of these sales, in the order of time, by the sales' keys."""
    about: dict[str | None, Event] = {}
    intents: list[tuple[str, Event]] = []
    rows = connection.execute(
        sa.select(event.c.sale_key, event.c.id, event.c.kind, event.c.of, event.c.at,
                  event.c.data)
        .where(event.c.sale_key.in_(set(keys)),
               event.c.kind.in_(("intent", "outcome", "settled")))
        .order_by(event.c.at, event.c.id))
    for key, *rest in rows:
        one = Event(*rest)
        if one.kind == "intent":
            intents.append((key, one))
        elif is_end(one):
            about[one.of] = one
    found: dict[str, list[_Intent]] = defaultdict(list)
    for key, intent in intents:
        ending = about.get(intent.id)
        found[key].append(_Intent(intent.id, dict(intent.data),
                                  dict(ending.data) if ending else None))
    return found


def moves_of(connection: sa.Connection, keys: Iterable[str]) -> dict[str, list[Move]]:
    """The voids of these sales that Cielo took."""
    moves: dict[str, list[Move]] = defaultdict(list)
    for key, intents in _intents(connection, keys).items():
        for intent in intents:
            told = (intent.end or {}).get("result")
            if "_void" in intent.data["op"] and told in ("approved", "done", "pending"):
                before = (intent.data.get("before") or {}).get("voided") or 0
                moves[key].append(Move(intent.data.get("amount"), before, told == "pending"))
    return moves


def ending_of(told: dict[str, Any]) -> Ending:
    """Out of a record of the journal: an outcome, or how its doubt was settled."""
    if told.get("state") == "absent":
        return Ending("failed", why="it was settled: it never reached Cielo")
    if told.get("state") == "adopted" and told.get("result") is None:  # by a person's word
        return Ending("done", why=told.get("reason"))
    state = state_of(told.get("result") or "unknown", told.get("kind"), told.get("sent"))
    return Ending(state, told.get("code"), told.get("kind"))


def _keys(connection: sa.Connection,
          rows: Sequence[sa.Row[Any]]) -> dict[str, list[tuple[str, int]]]:
    """Keys and numbers of sales by the targets of changes, also by those they had.

    All of them: an intent that is looked for with one sale and is with another would count
    as unsent.
    """
    ids = [row.target for row in rows]
    orders = [each[len("checkout:"):] for each in ids if each.startswith("checkout:")]
    found = connection.execute(
        sa.select(sale.c.id, sale.c.key, sale.c.payment_id, sale.c.checkout_order).where(
            sa.or_(sale.c.payment_id.in_(ids), sale.c.checkout_order.in_(orders)))
        .order_by(sale.c.key))
    keys: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in found:
        keys[str(row.payment_id)].append((row.key, row.id))
        keys[f"checkout:{row.checkout_order}"].append((row.key, row.id))
    return keys


def _named(intents: Iterable[_Intent], request_id: str) -> _Intent | None:
    return next((one for one in intents if one.data.get("request_id") == request_id), None)


def note_intents(connection: sa.Connection, claims: Sequence[Claim]) -> None:
    """Gives changes the journal's ids of what they sent, once it was taken up."""
    intents = _intents(connection, [each.sale.key for each in claims])
    found = [{"of_change": each.id, "sent": intent.id} for each in claims
             if (intent := _named(intents.get(each.sale.key, ()), each.request_id))]
    if found:
        connection.execute(sa.update(change).where(change.c.id == sa.bindparam("of_change"))
                           .values(intent=sa.bindparam("sent")), found)


# ---- after a crash ----


def open_changes(connection: sa.Connection, store_id: int) -> list[sa.Row[Any]]:
    return list(connection.execute(
        sa.select(change, batch_row.c.id.label("row_id"), batch_row.c.batch_id)
        .outerjoin_from(change, batch_row, batch_row.c.change_id == change.c.id)
        .where(change.c.store_id == store_id,
               change.c.state.in_(("reading", "sending", "in_doubt")))))


def open_senders(connection: sa.Connection) -> set[str]:
    """Who has changes under way, of whichever store."""
    return set(connection.scalars(sa.select(change.c.sender).where(
        change.c.state.in_(("reading", "sending")))))


def ended_senders(rows: Iterable[sa.Row[Any]], folder: str) -> set[str]:
    """Of the senders of these changes those that send nothing more, as this journal knows."""
    return {name for name in {row.sender for row in rows} if has_ended(folder, name)}


def _is_over(intent: _Intent, moment: datetime.datetime) -> bool:
    deadline = cielo_moment(intent.data.get("deadline"))
    return deadline is not None and deadline + GRACE < moment


def _found(row: sa.Row[Any], intent: _Intent | None, ended: bool,
           moment: datetime.datetime) -> Ending | None:
    """What is known of an open change by now; None while it may be under way."""
    if row.state == "reading":
        return _UNSENT if ended or row.until < moment else None
    if intent is None:  # nothing goes out before its intent is in the journal
        return _UNSENT if ended and row.state == "sending" else None
    if intent.end is not None:
        return ending_of(intent.end)
    if row.state == "sending" and (ended or _is_over(intent, moment)):
        return Ending("in_doubt", why="its process ended, and nobody knows what came of it")
    return None


_UNSENT = Ending("failed", why="its process ended before anything was sent")


def recover(connection: sa.Connection, rows: Sequence[sa.Row[Any]], ended: set[str]) -> None:
    """Ends open changes of whose end something is known.

    `ended` are senders that had ended before their journal was taken up: what they sent
    is in the ledger.  A row of a batch that was surely not sent waits again.
    """
    moment = now(connection)
    keys = _keys(connection, rows)
    intents = _intents(connection, [key for found in keys.values() for key, _ in found])
    for row in rows:
        sales = keys.get(row.target) or [("", 0)]
        intent = _named((one for key, _ in sales for one in intents.get(key, ())),
                        row.request_id)
        ending = _found(row, intent, row.sender in ended, moment)
        if ending is None:
            continue
        if intent is not None:
            connection.execute(sa.update(change).where(change.c.id == row.id)
                               .values(intent=intent.id))
        wanted = Wanted(sales[0][1], row.verb, row.asked, row.who, row.row_id, row.batch_id)
        # Since it was seen as being read it may have been sent: then it is not ended by that.
        end(connection, wanted, row.id, ending, "waiting" if ending is _UNSENT else None,
            row.state)
