"""How much somebody may void: of one payment, and by one batch.

What counts is what was sent and not surely for nothing. A payment that is voided in parts
counts whole, for whoever is held to a limit, and a batch in sum: neither is a way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from .claims import Claim
from .errors import Refused
from .left import Decision
from .schema import batch, batch_row, change, sale
from .words import reais_of

__all__ = ["demand_foreseen", "demand_within", "least"]

_COUNTED = ("sending", "done", "pending", "in_doubt")


def least(*limits: int | None) -> int | None:
    """The smallest of limits; None: there is none."""
    return min((each for each in limits if each is not None), default=None)


def demand_within(connection: sa.Connection, claim: Claim, decision: Decision) -> None:
    """Refused for a void that takes its payment, or its batch, beyond the limit."""
    wanted = claim.wanted
    if wanted.limit is None or wanted.verb != "void":
        return
    if decision.amount is None:
        raise Refused(f"{wanted.who} voids up to {reais_of(wanted.limit)}, and how much this is "
                      "only Cielo knows",
                      f"{wanted.who} cancela até {reais_of(wanted.limit)}, e quanto isto é só a "
                      "Cielo sabe")
    voided = sa.select(sa.func.sum(change.c.amount)).where(
        change.c.verb == "void", change.c.state.in_(_COUNTED))
    target = sa.select(change.c.target).where(change.c.id == claim.id).scalar_subquery()
    sums = {("of one payment", "de um pagamento"): voided.where(
        change.c.store_id == claim.sale.store_id, change.c.target == target,
        change.c.who == wanted.who)}
    if wanted.batch_id is not None:
        # The row is held, so that another who runs the batch sees this one's amounts.
        connection.execute(sa.select(batch.c.id).where(
            batch.c.id == wanted.batch_id).with_for_update())
        sums[f"by the batch {wanted.batch_id}", f"pelo lote {wanted.batch_id}"] = voided.join(
            batch_row, batch_row.c.change_id == change.c.id).where(
                batch_row.c.batch_id == wanted.batch_id)
    for (en, pt), before in sums.items():
        total = int(connection.scalar(before) or 0) + decision.amount
        if total > wanted.limit:
            raise Refused(f"{reais_of(total)} in all {en}: {wanted.who} voids up to "
                          f"{reais_of(wanted.limit)}",
                          f"{reais_of(total)} ao todo {pt}: {wanted.who} cancela até "
                          f"{reais_of(wanted.limit)}")


def demand_foreseen(connection: sa.Connection, who: str, limit: int | None,
                    rows: Iterable[Sequence[Any]]) -> None:
    """Refused when these sales' numbers and amounts come to more, as far as the ledger knows.

    Said before anything is sent; what is sent is held to `demand_within`.
    """
    if limit is None:
        return
    total = 0
    for sale_id, amount in rows:
        total += amount if amount is not None else connection.scalar(sa.select(
            sa.func.coalesce(sale.c.captured, sale.c.amount, 0)
            - sa.func.coalesce(sale.c.voided, 0)).where(sale.c.id == sale_id)) or 0
        if total > limit:
            raise Refused(f"this batch voids more than {reais_of(limit)}, which is as much as "
                          f"{who} may",
                          f"este lote cancela mais do que {reais_of(limit)}, que é quanto {who} "
                          "pode")
