"""`cielo sales`: found, shown, captured, voided, and watched as they are made."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

import click

from cielo.backoffice.capture_window import open_text
from cielo.backoffice.export import (
    COLUMNS,
    columns_of,
    csv_chunks,
    headings,
    json_row,
    plain_rows,
    write_xlsx,
)
from cielo.backoffice.filters import FIELDS, Filters
from cielo.backoffice.search import SORTS, Page
from cielo.backoffice.words import label

from . import completing, show
from .app import App
from .commands import Group, ledger_options, pass_app
from .finding import find_sale, sale_numbered, sale_options
from .tail import tail
from .values import amount_options, cents, moment, money

if TYPE_CHECKING:
    from cielo.backoffice import Ledger
    from cielo.backoffice.left import Standing

__all__ = ["sales"]

SHOWN = ("status", "id", "amount", "voided", "received", "merchant_order_id", "means", "last4",
         "code")

# What filters are for, in Portuguese.
FILTERS_PT = {
    "tid": "Identificador da transação", "ec": "Número do estabelecimento",
    "payment_id": "PaymentId", "order": "Número do pedido", "nsu": "NSU da autorização",
    "error": "Código do erro", "group": "Grupo de meios", "means": "Meio: visa, bradesco2",
    "fraud": "Antifraude", "status": "Status", "status_number": "Número do status na Cielo",
    "store": "Nome da loja", "card": "Final do cartão, quatro dígitos",
    "kind": "Tipo de um erro nosso: timeout", "recurrence": "RecurrentPaymentId",
    "amount_min": "Este valor ou mais", "amount_max": "Este valor ou menos",
    "date": "Que data: order, capture, cancel",
    "since": "Desde então: 30d, 2h, 27/11/2026 11:19, 2026-11-27", "until": "Até então",
}


# What a shell completes them with.
COMPLETE = {
    **{name: completing.words_of(name) for name in ("status", "group", "fraud", "date")},
    **{name: completing.in_column(name) for name in ("tid", "nsu", "error", "means", "kind",
                                                     "payment_id")},
    "order": completing.orders, "recurrence": completing.recurrences,
    "store": completing.names_of_stores, "ec": completing.numbers_of_stores,
}


def _filter_options(command: Any) -> Any:
    """An option for each filter; what it takes is checked by the filters themselves."""
    for one in reversed(FIELDS):
        english = one.help[0].upper() + one.help[1:]
        portuguese = FILTERS_PT.get(one.name, english)
        words = one.help.partition(": ")[2]
        if words and one.name in ("group", "fraud", "status"):
            portuguese += f": {words}"
        command = click.option(
            one.option, one.name, multiple=one.many, metavar="TEXT",
            shell_complete=COMPLETE.get(one.name),
            help=f"{portuguese}. // {english}.")(command)
    return command


@click.group(cls=Group)
def sales() -> None:
    """Procura, mostra, captura e cancela vendas. // Finds, shows, captures and voids sales."""


# ---- search ----


@sales.command(epilog="cielo sales search --status paid --means visa --since 30d · "
                      "cielo sales search --error 51 --csv vendas.csv")
@_filter_options
@click.option("--sort", type=click.Choice(SORTS), default="newest", show_default=True,
              metavar="ORDER",
              help=f"Ordem: {', '.join(SORTS)}. // Order: {', '.join(SORTS)}.")
@click.option("--limit", type=click.IntRange(0), metavar="N", default=50, show_default=True,
              help="Linhas da tabela; 0 mostra todas. // Rows of the table; 0 shows all.")
@click.option("--after", metavar="TOKEN",
              help="As seguintes da tabela: a palavra que está abaixo dela. // "
                   "The table's next page: the word below it.")
@click.option("--columns", metavar="A,B", shell_complete=completing.columns,
              help="Colunas: " + ", ".join(each.name for each in COLUMNS)
              + " // Columns: " + ", ".join(each.name for each in COLUMNS))
@click.option("--csv", "csv_file", metavar="FILE",
              help="Tudo o que há em CSV; - é a saída. // All that matches as CSV; - is stdout.")
@click.option("--xlsx", "xlsx_file", metavar="FILE",
              help="Tudo o que há numa planilha. // All that matches as a spreadsheet.")
@ledger_options
@pass_app
def search(app: App, /, sort: str, limit: int, after: str | None, columns: str | None,
           csv_file: str | None, xlsx_file: str | None, **words: Any) -> None:
    """Vendas por filtros: o mesmo repetido é "ou", diferentes são "e"; sem datas, trinta dias.

    O que está em dúvida nenhum filtro de status esconde.

    //

    Sales by filters: one repeated is "or", different ones are "and"; without dates thirty days.

    No filter on the status hides what is in doubt.
    """
    filters = Filters.of(**words)
    if app.json + bool(csv_file) + bool(xlsx_file) > 1:
        raise click.UsageError(app.say("um de --json, --csv e --xlsx",
                                       "one of --json, --csv and --xlsx"))
    if after and (app.json or csv_file or xlsx_file or not limit):
        raise click.UsageError(app.say("--after é da tabela: --json, --csv e --xlsx dão tudo",
                                       "--after is the table's: --json, --csv and --xlsx give all"))
    chosen = columns_of(columns.split(",")) if columns else None
    with app.ledger() as ledger:
        stores = ledger.stores.by_id()
        if app.json:
            show.json_rows(json_row(row, stores, chosen or COLUMNS)
                           for row in ledger.search.rows(filters, sort=sort))
        elif csv_file or xlsx_file:
            rows = ledger.search.rows(filters, sort=sort)
            if csv_file:
                count = _export(app, csv_file, rows, lambda each, file: file.writelines(
                    csv_chunks(each, stores, columns=chosen, lang=app.lang)))
            else:
                count = _export(app, str(xlsx_file), rows, lambda each, file: write_xlsx(
                    each, file, stores, columns=chosen, lang=app.lang))
            from cielo.backoffice import Person

            ledger.audit.note(Person.of_system().name, "export", rows=count,
                              format="csv" if csv_file else "xlsx", search=filters.query())
        else:
            page = (ledger.search.page(filters, sort=sort, size=limit, after=after) if limit
                    else Page(list(ledger.search.rows(filters, sort=sort)), None, None))
            _show(app, ledger, filters, page, chosen or columns_of(SHOWN))


def _show(app: App, ledger: Ledger, filters: Filters, page: Page, columns: Any) -> None:
    stores, rows = ledger.stores.by_id(), page.rows
    right = [at for at, each in enumerate(columns) if each.holds in ("money", "number")]
    lines = [[money(row._mapping[each.source], app.lang) if each.holds == "money" else cell
              for each, cell in zip(columns, cells)]
             for row, cells in zip(rows, plain_rows(rows, columns, stores, app.lang))]
    heads, hints = headings(columns, app.lang), [open_text(row, app.lang) for row in rows]
    if any(hints) and any(each.holds == "status" for each in columns):
        heads.append(app.say("Captura", "Capture"))  # which Cielo's word for the status hides
        lines = [[*cells, hint] for cells, hint in zip(lines, hints)]
    show.table(heads, lines, right=right, styles=[row.word for row in rows])
    count = ledger.search.count(filters).text(app.lang)
    zones = ", ".join(sorted({stores[row.store_id].zone for row in rows}))
    app.tell(f"{len(rows)} de {count} vendas{' · ' + zones if zones else ''}",
             f"{len(rows)} of {count} sales{' · ' + zones if zones else ''}")
    if not stores:  # a record brings its store
        app.tell("o livro está vazio: cielo ledger ingest lê o diário para ele",
                 "the ledger is empty: cielo ledger ingest reads the journal into it")
    if page.next:
        app.tell(f"as seguintes: o mesmo, com --after {page.next}",
                 f"the next ones: the same, with --after {page.next}")


def _export(app: App, name: str, rows: Iterable[Any],
            write: Callable[[Iterable[Any], IO[bytes]], object]) -> int:
    """Writes a file, whole or not at all; gives how many sales are in it."""
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if name == "-":
        write(counted(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return count
    part = f"{name}.part"
    try:
        with show.waiting(app, "escrevendo...", "writing..."), open(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            write(counted(), file)
        os.replace(part, name)
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise
    app.tell(f"{count} vendas em {name}", f"{count} sales in {name}")
    return count


# ---- one ----


@sales.command("show", epilog="cielo sales show 12 · cielo sales show --order 2014111703")
@sale_options
@ledger_options
@pass_app
def show_one(app: App, sale: str | None, order: str | None) -> None:
    """Uma venda, e o que se passou com ela. ID: o número do livro, PaymentId, Tid ou pedido.

    //

    A sale, and what happened to it. ID: the ledger's number, PaymentId, Tid or order.
    """
    with app.ledger() as ledger:
        row = find_sale(app, ledger, sale, order)
        stores = ledger.stores.by_id()
        events = _timeline(ledger, row.key)
        standing = ledger.changes.known(row.id)
        left = {verb: None if row.in_doubt else standing.left(verb)
                for verb in ("capture", "void")}
        if app.json:
            show.json_rows([{**json_row(row, stores), "pending": standing.pending,
                             "left_to_capture": left["capture"], "left_to_void": left["void"],
                             "events": events}])
            return
        cells = next(plain_rows([row], COLUMNS, stores, app.lang))
        hint = open_text(row, app.lang)
        pairs = [(head, f"{cell} ({hint})" if hint and column.holds == "status" else cell)
                 for head, cell, column in zip(headings(COLUMNS, app.lang), cells, COLUMNS) if cell]
        show.table([app.say("Venda", "Sale"), ""], pairs)
        _show_timeline(app, events, stores[row.store_id].zone)
        _show_sums(app, row, standing, left)


def _show_timeline(app: App, events: list[dict[str, Any]], zone: str) -> None:
    show.table([app.say("Quando", "When"), app.say("O quê", "What"),
                app.say("Operação", "Operation"), app.say("Valor", "Amount"),
                app.say("Em que deu", "Outcome")],
               [(moment(one["at"], zone, app.lang), label("event", one["kind"], app.lang),
                 label("operation", one["operation"], app.lang), money(one["amount"], app.lang),
                 label("saw" if one["kind"] == "look" else "result", one["outcome"], app.lang))
                for one in events], right=(3,), title=app.say("Linha do tempo", "Timeline"))


def _show_sums(app: App, row: Any, standing: Standing, left: Mapping[str, int | None]) -> None:
    """What was moved, and what still can be, as far as the ledger knows."""
    unknown = app.say("não se sabe", "not known")
    pairs = [(app.say("Capturado", "Captured"), standing.captured),
             (app.say("Cancelado", "Voided"), standing.voided),
             (app.say("Cancelamento pendente", "Void that is pending"), standing.pending or -1),
             (app.say("Resta capturar", "Left to capture"), left["capture"]),
             (app.say("Resta cancelar", "Left to void"), left["void"])]
    show.table([app.say("Somas", "Sums"), "R$"],
               [(head, unknown if sum_ is None else money(sum_, app.lang))
                for head, sum_ in pairs if sum_ != -1], right=(1,))
    if row.in_doubt:
        app.tell("em dúvida: o que resta se sabe quando a Cielo disser em que deu",
                 "in doubt: what is left is known when Cielo tells what became of it")


def _timeline(ledger: Ledger, key: str) -> list[dict[str, Any]]:
    import sqlalchemy as sa

    from cielo.backoffice.schema import event

    with ledger.engine.connect() as connection:
        rows = connection.execute(
            sa.select(event.c.id, event.c.kind, event.c.of, event.c.at, event.c.source,
                      event.c.data)
            .where(event.c.sale_key == key).order_by(event.c.at, event.c.id)).all()
    asked = {row.id: row.data.get("op") for row in rows}
    return [{"id": row.id, "at": row.at, "kind": row.kind, "source": row.source,
             "operation": row.data.get("op") or asked.get(row.of),
             "amount": row.data.get("amount"),
             "outcome": next((str(row.data[name]) for name in ("result", "state", "saw")
                              if row.data.get(name)), None)} for row in rows]


@sales.command(epilog="cielo sales capture 12 · cielo sales capture 12 --amount 57,00 --yes")
@sale_options
@amount_options
@click.option("--yes", is_flag=True, help="Não pergunta. // Does not ask.")
@ledger_options
@pass_app
def capture(app: App, /, **words: Any) -> None:
    """Captura uma venda autorizada, toda ou em parte. // Captures an authorized sale, or a part.
    """
    _change(app, "capture", **words)


@sales.command(epilog="cielo sales void 12 · cielo sales void --order 2014111703 --amount 57,00")
@sale_options
@amount_options
@click.option("--yes", is_flag=True, help="Não pergunta. // Does not ask.")
@ledger_options
@pass_app
def void(app: App, /, **words: Any) -> None:
    """Cancela uma venda, toda ou em parte. // Voids a sale, or a part of it."""
    _change(app, "void", **words)


def _change(app: App, verb: str, sale: str | None, order: str | None, amount: str | None,
            cents: bool, yes: bool) -> None:
    wanted = _wanted(amount, cents)
    with app.ledger() as ledger:
        row = find_sale(app, ledger, sale, order, to_change=True)
        app.demand_somebody(yes)
        if not yes:
            _ask(app, ledger, row, verb, wanted)
        with show.waiting(app, "enviando...", "sending..."), app.patient():
            made = getattr(ledger.changes, verb)(row.id, wanted)
        row = sale_numbered(ledger, row.id)
        stores = ledger.stores.by_id()
        if app.json:
            show.json_rows([{**json_row(row, stores), "change": made.verb, "state": made.state,
                             "change_amount": made.amount, "who": made.who}])
            return
        done = {"capture": ("capturado", "captured"), "void": ("cancelado", "voided")}[verb]
        told = app.say(*(("aceito, ainda não feito", "accepted, not done yet")
                         if made.state == "pending" else done))
        click.echo(f"{told}: {money(made.amount, app.lang) or app.say('tudo', 'all')} · "
                   f"{app.say('venda', 'sale')} {row.id} · {label('status', row.word, app.lang)}")


def _wanted(amount: str | None, whole: bool) -> int | None:
    return None if amount is None else cents(amount, whole)


def _ask(app: App, ledger: Ledger, row: Any, verb: str, wanted: int | None) -> None:
    """With what Cielo says now."""
    from cielo.backoffice.left import decide

    standing = ledger.changes.look(row.id)
    decision = decide(standing, verb, wanted)
    left = standing.left(verb)
    lang, amount = app.lang, decision.amount
    what = {"capture": ("Capturar", "Capture"), "void": ("Cancelar", "Void")}[verb]
    told = f"{app.say(*what)} {money(amount, lang) or app.say('tudo', 'all')}"
    if left is not None and amount is not None and amount < left:
        told += app.say(f" de {money(left, lang)}, restam {money(left - amount, lang)}",
                        f" of {money(left, lang)}, leaving {money(left - amount, lang)}")
    app.ask(f"{told} ({app.say('pedido', 'order')} {row.order_number or row.payment_id})?")


sales.add_command(tail)
