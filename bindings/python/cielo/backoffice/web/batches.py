"""Captures and voids in block: chosen, looked over, started, and followed."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Generator, Iterable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from ..batch_file import file_text
from ..batches import Batch, Foreseen, Row
from ..errors import BackofficeError, BadValue, Refused, Usage, text_of
from ..export import harmless
from ..filters import Filters
from ..left import AUTHORIZED, PAID, Standing
from ..whys import row_text
from ..words import cents_of, label, reais_of, word_of
from .asked import PATIENCE, Asked, NotFound, Page, StepUp
from .download import Download

__all__ = ["PAGES"]

# Batches, and rows of one, on a page. So many payments are read for a look over at once.
BATCHES = 50
ROWS = 100
#: For so long what was read of a payment is shown, unless it is read anew.
KEPT = datetime.timedelta(minutes=5)
# Characters of a file that go out together.
PIECE = 32_000
VERBS = ("capture", "void")
STATES = ("waiting", "sending", "done", "pending", "refused", "failed", "in_doubt")


def everything(asked: Asked) -> Response:
    before = _number(asked.query.get("before"))
    found = asked.ledger.batches.all(BATCHES + 1, within=asked.stores, before=before)
    shown = found[:BATCHES]
    runs = any(one.state == "running" for one in shown)
    return asked.page("batches.html", batches=shown, refresh=5 if runs else None,
                      older=shown[-1].id if len(found) > BATCHES else None)


# ---- a new one ----


def new(asked: Asked) -> Response:
    return _new(asked)


def _new(asked: Asked, problem: BackofficeError | None = None) -> Response:
    stores = [one for one in asked.stores.values() if asked.may("batch", one.id)]
    return asked.page("batch_new.html", 400 if problem else 200, choices=stores,
                      verb=asked.form.get("verb") or "capture", chosen=asked.form.get("store"),
                      cents=bool(asked.form.get("cents")),
                      problem=problem.text(asked.lang) if problem else None)


def make(asked: Asked) -> Response:
    """Of a file, of the sales that were ticked, or of all that a search finds."""
    file, search = asked.form.get("file"), asked.form.get("search")
    verb = str(asked.form.get("verb") or "")
    if verb in VERBS:
        asked.demand(verb)
    if isinstance(file, UploadFile) and file.filename:
        try:
            made = _of_file(asked, verb, file)
        except Usage as error:
            return _new(asked, error)
    elif isinstance(search, str) and asked.form.get("which") == "all":
        made = asked.ledger.batches.make_matching(
            verb, Filters.from_query(search), by=asked.person)
    elif file is None:  # none ticked is an error of the search's, and no file was asked for
        chosen = [_number(each) or 0 for each in asked.form.getlist("id")]
        made = asked.ledger.batches.make(verb, chosen, by=asked.person)
    else:
        return _new(asked, Usage("choose a file", "escolha um arquivo"))
    return asked.go(f"/batches/{made.id}")


def _of_file(asked: Asked, verb: str, file: UploadFile) -> Batch:
    store = _number(asked.form.get("store"))
    if store is not None:
        asked.demand("batch", store)
    asked.ledger.ingest()  # another sale of an order may have been made just now
    return asked.ledger.batches.make_from(
        verb, io.StringIO(file_text(file.file.read()), newline=None), store_id=store,
        by=asked.person, cents=bool(asked.form.get("cents")))


# ---- one ----


def show(asked: Asked) -> Response:
    return _show(asked, _batch(asked))


def _show(asked: Asked, found: Batch, status: int = 200, **told: Any) -> Response:
    if found.state == "ready":
        return _look_over(asked, found, status, **told)
    state = asked.query.get("state")
    rows, after = _part(asked.ledger.batches.rows(
        found.id, *([state] if state in STATES else []),
        after=_number(asked.query.get("after")) or 0, limit=ROWS + 1))
    return asked.page(
        "batch.html", status, batch=found, rows=rows, after=after, state=state, states=STATES,
        why=lambda row: row_text(row, found.verb, asked.lang), doubts=_doubts(asked, rows),
        refresh=2 if found.state == "running" else None, stalled=_stalled(asked, found),
        **{"wrong": False, "problem": None, **told})


def _look_over(asked: Asked, found: Batch, status: int = 200, **told: Any) -> Response:
    """What is sent for each row, by a read of a short while ago; of a long batch part by part."""
    after = _number(asked.query.get("after")) or 0
    seen, shown = asked.ledger.batches.look_over(
        found.id, after=after, limit=ROWS + 1, timeout=PATIENCE, fresh=KEPT)
    rows, behind = _part(seen)
    return asked.page(
        "batch_ready.html", status, batch=found, rows=rows, after=behind, first=after,
        read=min((row.at for row in rows), default=found.created), mark=shown.mark,
        waiting=shown.waiting, going=shown.waiting - shown.staying,
        sum=sum(row.amount or 0 for row in rows),
        whole=None if not after and behind is None else shown.sum,
        reason=lambda row: text_of(row.refused, asked.lang),
        stands=lambda standing: _stands(asked, standing), typed=_typed(asked, rows),
        **{"wrong": False, "problem": None, "problems": {}, **told})


def _stands(asked: Asked, standing: Standing) -> str:
    """How the payment stands at Cielo, in a word."""
    words = {AUTHORIZED: asked.say("autorizada", "authorized"), PAID: asked.say("paga", "paid")}
    number = standing.status.rpartition(" ")[2]
    return words.get(standing.status) or (label("status", word_of(int(number)), asked.lang).lower()
                                          if number.isdecimal() else standing.status)


def _typed(asked: Asked, rows: Iterable[Foreseen]) -> dict[int, str]:
    """The sums of rows as they stand in the form."""
    return {each.row.id: str(asked.form.get(f"amount-{each.row.id}") or "") if asked.form else
            reais_of(each.row.asked) if each.row.asked is not None else "" for each in rows}


def _part(rows: Iterable[Any]) -> tuple[list[Any], int | None]:
    """A page of rows, and the row behind which the next one begins."""
    found = list(rows)
    shown = found[:ROWS]
    if len(found) <= ROWS:
        return shown, None
    last = shown[-1]
    return shown, last.row.id if isinstance(last, Foreseen) else last.id


def _doubts(asked: Asked, rows: Iterable[Row]) -> set[str]:
    """Of the rows in doubt those whose write has a page of its own."""
    wanted = {row.intent for row in rows if row.state == "in_doubt" and row.intent}
    return wanted & {one.id for one in asked.ledger.doubts.list(within=asked.stores)} if (
        wanted) else set()


def _stalled(asked: Asked, found: Batch) -> str | None:
    """Why nobody is at it, where it is to run."""
    if found.state != "running":
        return None
    job = asked.ledger.jobs.get("batch", str(found.id))
    if job is not None and job.failed:
        return job.why.get(asked.lang)
    if asked.ledger.jobs.are_done("batches"):
        return None
    return asked.say("nenhum programa está enviando: deixe `cielo backoffice serve` ou `cielo "
                     "backoffice work` no ar; o lote continua sozinho",
                     "no program is sending: keep `cielo backoffice serve` or `cielo backoffice "
                     "work` running; the batch goes on by itself")


# ---- what is done with it ----


def amend(asked: Asked) -> Response:
    """Sums that were typed, and rows that were left out; read anew where that is wanted."""
    found = _batch(asked)
    if found.state != "ready":  # a page of before: who goes on with it was shown other sums
        return asked.go(f"/batches/{found.id}", note="batch_begun")
    if asked.form.get("anew"):
        asked.ledger.batches.look_anew(found.id, by=asked.person)
    problems = _take_in(asked, found)
    if problems:
        return _look_over(asked, found, 400, problems=problems)
    if asked.ledger.batches.get(found.id).total == 0:
        return _drop(asked, found)
    return asked.go(f"/batches/{found.id}", after=asked.form.get("first") or None)


def _take_in(asked: Asked, found: Batch) -> dict[int, str]:
    """What the form changes of the rows that wait; sums that cannot be read, by row."""
    amounts: dict[int, int | None] = {}
    problems: dict[int, str] = {}
    named = {_number(name.rpartition("-")[2]) for name in asked.form if name.startswith("amount-")}
    marked = {_number(each) for each in asked.form.getlist("omit")}
    waiting = {row.id: row.asked for row in asked.ledger.batches.rows(
        found.id, "waiting", of=[each for each in named | marked if each])}
    out = marked & set(waiting)
    for row_id, before in waiting.items():
        text = asked.form.get(f"amount-{row_id}")
        if not isinstance(text, str) or row_id in out:
            continue
        try:
            amount = _sum_of(text)
        except BadValue as error:
            problems[row_id] = error.text(asked.lang)
        else:
            if amount != before:
                amounts[row_id] = amount
    if not problems:
        for row_id, amount in amounts.items():
            asked.ledger.batches.amend(found.id, row_id, amount, by=asked.person)
        if out:
            asked.ledger.batches.omit(found.id, [each for each in out if each], by=asked.person)
    return problems


def _sum_of(text: str) -> int | None:
    amount = cents_of(text) if text.strip() else None
    if amount == 0:
        raise BadValue("must be more than nothing", "deve ser mais do que nada")
    return amount


def start(asked: Asked) -> Response:
    """As it was shown: what was typed since is looked over first."""
    found = _batch(asked)
    asked.demand(found.verb, found.store_id)
    if found.state != "ready":
        return asked.go(f"/batches/{found.id}", note="batch_begun")
    problems = _take_in(asked, found)
    if problems:
        return _look_over(asked, found, 400, problems=problems)
    try:
        asked.step_up()
        asked.ledger.batches.start(found.id, by=asked.person,
                                   mark=str(asked.form.get("mark") or ""))
    except StepUp as error:
        return _look_over(asked, found, 403, wrong=error.wrong)
    except Refused as error:
        now = _batch(asked)
        if now.state != "ready":
            return asked.go(f"/batches/{found.id}", note="batch_begun")
        return _look_over(asked, now, 409, problem=error.text(asked.lang))
    return asked.go(f"/batches/{found.id}")


def pause(asked: Asked) -> Response:
    found = _batch(asked)
    if found.state != "ready":  # which is not looked over any more once it is paused
        asked.ledger.batches.pause(found.id, by=asked.person)
    return asked.go(f"/batches/{found.id}")


def resume(asked: Asked) -> Response:
    """What waits goes on; with `again` what was not sent waits once more."""
    found = _batch(asked)
    asked.demand(found.verb, found.store_id)
    again = bool(asked.form.get("again"))
    if found.state == "ready":  # it is looked over first
        return asked.go(f"/batches/{found.id}")
    if found.state == "running" or (found.state == "done" and not again):
        return asked.go(f"/batches/{found.id}", note="batch_begun")
    try:
        asked.step_up()
        if again:
            asked.ledger.batches.retry(found.id, by=asked.person)
        asked.ledger.batches.start(found.id, by=asked.person)
    except StepUp as error:
        return _show(asked, found, 403, wrong=error.wrong)
    except Refused as error:
        return _show(asked, _batch(asked), 409, problem=error.text(asked.lang))
    return asked.go(f"/batches/{found.id}")


def drop(asked: Asked) -> Response:
    return _drop(asked, _batch(asked))


def _drop(asked: Asked, found: Batch) -> Response:
    asked.ledger.batches.drop(found.id, by=asked.person)
    return asked.go("/batches", note="batch_dropped")


# ---- the outcome as a file ----

_HEAD = (("Pedido", "Order number"), ("PaymentId", "PaymentId"), ("Estado", "State"),
         ("Pedido em reais", "Asked"), ("Enviado em reais", "Sent"), ("Código", "Code"),
         ("Por quê", "Why"))


def outcome(asked: Asked) -> Response:
    found = _batch(asked)
    asked.demand("export", found.store_id)
    asked.ledger.audit.note(asked.person.name, "export batch", store_id=found.store_id,
                            batch=found.id, rows=found.total)
    name = f"{asked.say('lote', 'batch')}-{found.id}.csv"
    return asked.dress(Download(asked.web.downloads, _csv(asked, found), name))


def _csv(asked: Asked, found: Batch) -> Generator[bytes, None, None]:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([asked.say(*each) for each in _HEAD])
    for row in asked.ledger.batches.rows(found.id):
        writer.writerow([
            *map(harmless, (row.order_number or "", row.payment_id or "",
                            label("row", row.state, asked.lang))),
            *("" if sum_ is None else reais_of(sum_) for sum_ in (row.asked, row.amount)),
            *map(harmless, (row.code or "", row_text(row, found.verb, asked.lang)))])
        if text.tell() >= PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


# ---- what they share ----


def _batch(asked: Asked) -> Batch:
    """That of the address; another store's is not there."""
    try:
        found = asked.ledger.batches.get(asked.path["id"])
    except Usage:
        raise NotFound from None
    asked.demand("view", found.store_id)
    if asked.request.method == "POST":
        asked.demand("batch", found.store_id)
    return found


def _number(text: Any) -> int | None:
    """A row's number out of an address or a form; None for what is none."""
    short = isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 16
    return int(text) if short else None


PAGES = (
    Page("GET", "/batches", everything, "view"),
    Page("GET", "/batches/new", new, "batch"),
    Page("POST", "/batches/new", make, "batch"),
    Page("GET", "/batches/{id:int}", show, "view"),
    Page("GET", "/batches/{id:int}.csv", outcome, "export"),
    Page("POST", "/batches/{id:int}/rows", amend, "batch"),
    Page("POST", "/batches/{id:int}/start", start, "batch"),
    Page("POST", "/batches/{id:int}/pause", pause, "batch"),
    Page("POST", "/batches/{id:int}/resume", resume, "batch"),
    Page("POST", "/batches/{id:int}/drop", drop, "batch"),
)
