"""`cielo batch`: captures and voids in block, that survive being killed."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from cielo.backoffice.batch_file import file_text
from cielo.backoffice.whys import row_text, why_text
from cielo.backoffice.words import label

from . import completing, show
from .app import App, Ended
from .commands import Group, ledger_options, pass_app
from .values import moment, money

if TYPE_CHECKING:
    from cielo.backoffice import Ledger
    from cielo.backoffice.batches import Batch, Chosen

__all__ = ["batch"]

INTERRUPTED = 130
# What stands alone is told what it may have been meant for.
TAKEN = {"allow_extra_args": True}


@click.group(cls=Group)
def batch() -> None:
    """Captura e cancela em bloco: cada linha vai uma vez, mesmo se o processo morre.

    //

    Captures and voids in block: each row is sent once, even if the process dies.
    """


def _new_options(command: Any) -> Any:
    options: list[Any] = [
        click.option("--search", metavar="FILTERS",
                     help="As vendas que a busca dá: '--status not-paid --since 30d'. // "
                          "The sales that the search finds: '--status not-paid --since 30d'."),
        click.option("--from", "file", type=click.File("rb"), metavar="FILE",
                     help="CSV com payment_id ou pedido, e valor; - é a entrada. // "
                          "CSV with payment_id or order, and amount; - is stdin."),
        click.option("--cents", is_flag=True, help="As somas do arquivo são centavos. // "
                                                   "The file's sums are cents."),
        click.option("--dry-run", is_flag=True,
                     help="Lê cada pagamento e diz o que faria; não envia nada. // "
                          "Reads each payment and tells what it would do; sends nothing."),
        click.option("--yes", is_flag=True, help="Não pergunta. // Does not ask."),
        ledger_options, pass_app,
    ]
    for one in reversed(options):
        command = one(command)
    return command


@batch.command(context_settings=TAKEN, epilog="cielo batch capture --search "
                                              "'--status not-paid --since 30d' --dry-run")
@_new_options
def capture(app: App, /, **words: Any) -> None:
    """Captura muitas vendas. // Captures many sales."""
    _new(app, "capture", **words)


@batch.command(context_settings=TAKEN, epilog="cielo batch void --from cancelar.csv")
@_new_options
def void(app: App, /, **words: Any) -> None:
    """Cancela muitas vendas. // Voids many sales."""
    _new(app, "void", **words)


def _new(app: App, verb: str, search: str | None, file: IO[bytes] | None, cents: bool,
         dry_run: bool, yes: bool) -> None:
    _demand_named(app, click.get_current_context().args)
    if (search is None) == (file is None):
        raise click.UsageError(app.say("dê --search ou --from", "give --search or --from"))
    with app.ledger() as ledger:
        chosen, words = (_search(app, ledger, search) if search is not None else
                         (_read(ledger, file, cents), None))
        if not dry_run:
            app.demand_somebody(yes)
        made = ledger.batches.make(verb, chosen, search=words)
        asked, mark = False, None
        try:
            if dry_run:
                _foresee(app, ledger, made)
            elif not yes:
                shown = ledger.batches.shown(made.id)
                mark = shown.mark  # it lies there while the question stands
                app.ask(_question(app, made, shown.sum))
            asked = not dry_run
        finally:
            if not asked:
                ledger.batches.drop(made.id)
        if asked:
            _run(app, ledger, made.id, mark)


def _demand_named(app: App, rest: Sequence[str]) -> None:
    """Usage for what stands alone: a file and sales have options by which they are named."""
    if not rest:
        return
    path = click.get_current_context().command_path
    told = " ".join(rest)
    files = [each for each in rest if "." in each or os.path.isfile(each)]
    if files:
        file = shlex.quote(files[0])
        raise click.UsageError(app.say(f"isto sobra: {told}; um arquivo se dá com --from: {path} "
                                       f"--from {file}",
                                       f"this is left over: {told}; a file is given by --from: "
                                       f"{path} --from {file}"))
    raise click.UsageError(app.say(f"isto sobra: {told}; as vendas vêm de uma busca (--search) "
                                   "ou de um arquivo (--from)",
                                   f"this is left over: {told}; sales come from a search "
                                   "(--search) or a file (--from)"))


def _read(ledger: Ledger, file: Any, cents: bool) -> list[Chosen]:
    ledger.ingest()  # another sale of an order may have been made just now
    return ledger.batches.chosen_from(io.StringIO(file_text(file.read()), newline=None),
                                      cents=cents)


def _search(app: App, ledger: Ledger, words: str) -> tuple[list[Chosen], str]:
    from cielo.backoffice.filters import Filters

    filters = Filters.from_command(words)
    rows = [(row.id, row.in_doubt) for row in ledger.search.rows(filters)]
    chosen: list[Chosen] = [number for number, in_doubt in rows if not in_doubt]
    if len(chosen) < len(rows):
        app.tell(f"{len(rows) - len(chosen)} em dúvida de fora do lote",
                 f"{len(rows) - len(chosen)} in doubt are left out")
    return chosen, filters.command()


def _question(app: App, made: Batch, known: int) -> str:
    """How many, and how much as far as the ledger knows."""
    verb = label("verb", made.verb, app.lang).capitalize()
    sum_ = money(known, app.lang)
    return app.say(f"{verb} {made.total} vendas, até R$ {sum_}?",
                   f"{verb} {made.total} sales, up to R$ {sum_}?")


def _foresee(app: App, ledger: Ledger, made: Batch) -> None:
    rows: Iterator[dict[str, Any]] = ({"sale_id": one.row.sale_id, "payment_id": one.row.payment_id,
             "merchant_order_id": one.row.order_number, "left": one.left, "amount": one.amount,
             "why": one.refused and one.refused.text("en" if app.json else app.lang)}
             for one in ledger.batches.look(made.id))
    if app.json:
        show.json_rows(rows)
        return
    with show.waiting(app, "lendo...", "reading..."):
        found = list(rows)
    show.table([app.say("Pedido", "Order"), app.say("Disponível", "Left"),
                app.say("Enviaria", "Would send"), app.say("Por que não", "Why not")],
               [(str(one["merchant_order_id"] or one["payment_id"] or one["sale_id"]),
                 money(one["left"], app.lang), money(one["amount"], app.lang),
                 one["why"] or "") for one in found], right=(1, 2),
               styles=["failed" if one["why"] else "" for one in found])
    may = [one["amount"] for one in found if not one["why"]]
    app.tell(f"{len(may)} de {len(found)} seriam enviadas, R$ "
             f"{money(sum(each or 0 for each in may), app.lang)}; nada foi enviado",
             f"{len(may)} of {len(found)} would be sent, R$ "
             f"{money(sum(each or 0 for each in may), app.lang)}; nothing was sent")


def _run(app: App, ledger: Ledger, number: int, mark: str | None = None) -> None:
    """In the foreground; Ctrl-C pauses it."""
    bar_of = show.progress(app, f"Lote {number}", f"Batch {number}")
    try:
        with app.patient() as interrupted, bar_of as bar:
            def progress(through: int, not_done: int, total: int) -> None:
                bar(through, not_done, total)
                if interrupted():
                    raise KeyboardInterrupt

            ended = ledger.batches.run(number, progress=progress, mark=mark)
    except KeyboardInterrupt:
        ledger.batches.pause(number)
        app.tell(f"\nlote {number} em pausa; para continuar: cielo batch resume {number}",
                 f"\nbatch {number} is paused; to go on: cielo batch resume {number}")
        raise Ended(INTERRUPTED) from None
    _tell(app, ledger, ended)
    if ended.counts.get("in_doubt"):
        raise Ended(3)
    if ended.not_done or ended.state == "paused":
        raise Ended(1)


def _facts(app: App, one: Batch) -> dict[str, Any]:
    return {"id": one.id, "verb": one.verb, "state": one.state, "total": one.total,
            "through": one.through, "created": one.created, "created_by": one.created_by,
            "search": one.search, "ended": one.ended, "why": one.why, "counts": dict(one.counts)}


def _counts(app: App, one: Batch) -> str:
    """How many rows are in which state."""
    return ", ".join(f"{count} {label('rows', state, app.lang)}"
                     for state, count in sorted(one.counts.items()))


def _tell(app: App, ledger: Ledger, one: Batch) -> None:
    """A batch, and of its rows those that were not done."""
    rows = [row for row in ledger.batches.rows(one.id, "refused", "failed", "in_doubt")]
    if app.json:
        show.json_rows([{**_facts(app, one), "not_done": [
            {"sale_id": row.sale_id, "payment_id": row.payment_id,
             "merchant_order_id": row.order_number, "state": row.state, "code": row.code,
             "why": row.why} for row in rows]}])
        return
    click.echo(f"{app.say('Lote', 'Batch')} {one.id}: {label('verb', one.verb, app.lang)}, "
               f"{label('batch', one.state, app.lang)}; {_counts(app, one)}")
    if one.why:
        app.tell(f"parou sozinho: {why_text(one.why, app.lang)}",
                 f"it stopped by itself: {one.why}")
    if rows:
        show.table([app.say("Estado", "State"), app.say("Pedido", "Order"),
                    app.say("Código", "Code"), app.say("Por quê", "Why")],
                   [(label("row", row.state, app.lang), row.order_number or row.payment_id or "",
                     row.code or "", row_text(row, one.verb, app.lang)) for row in rows],
                   styles=[row.state for row in rows])
    if one.counts.get("failed"):
        app.tell(f"as não enviadas podem ir de novo: cielo batch retry {one.id}",
                 f"those not sent may be tried again: cielo batch retry {one.id}")
    if one.counts.get("in_doubt"):
        app.tell("as em dúvida nunca vão de novo: cielo doubt settle pergunta à Cielo em que deram",
                 "those in doubt are never sent again: cielo doubt settle asks Cielo about them")
    if one.state == "running" and one.id in [each.id for each in ledger.batches.left()]:
        app.tell(f"ninguém o está enviando; para continuar: cielo batch resume {one.id}",
                 f"nobody is at it; to go on: cielo batch resume {one.id}")
    if one.state == "paused":
        app.tell(f"para continuar: cielo batch resume {one.id}",
                 f"to go on: cielo batch resume {one.id}")


# ---- batches that there are ----


@batch.command(epilog="cielo batch status · cielo batch status 12")
@click.argument("number", type=int, required=False, metavar="[N]",
                shell_complete=completing.batches)
@ledger_options
@pass_app
def status(app: App, number: int | None) -> None:
    """Um lote, ou todos. // A batch, or all."""
    with app.ledger() as ledger:
        if number is not None:
            _tell(app, ledger, ledger.batches.get(number))
            return
        found = ledger.batches.all()
        if app.json:
            show.json_rows(_facts(app, one) for one in found)
            return
        if not found:
            app.tell("nenhum lote ainda: cielo batch capture --help, cielo batch void --help",
                     "no batch yet: cielo batch capture --help, cielo batch void --help")
            return
        zone = "America/Sao_Paulo"
        show.table([app.say("Estado", "State"), app.say("Lote", "Batch"), app.say("O quê", "What"),
                    app.say("Linhas", "Rows"), app.say("Quando", "When"),
                    app.say("Quem", "Who")],
                   [(label("batch", one.state, app.lang), str(one.id),
                     label("verb", one.verb, app.lang), f"{one.through}/{one.total}",
                     moment(one.created, zone, app.lang), one.created_by) for one in found],
                   right=(1, 3), styles=[one.state for one in found])


@batch.command()
@click.argument("number", type=int, metavar="N", shell_complete=completing.batches)
@ledger_options
@pass_app
def pause(app: App, number: int) -> None:
    """Para um lote que corre noutro lado. // Pauses a batch that runs elsewhere."""
    with app.ledger() as ledger:
        _tell(app, ledger, ledger.batches.pause(number))


@batch.command()
@click.argument("number", type=int, metavar="N", shell_complete=completing.batches)
@click.option("--yes", is_flag=True, help="Não pergunta. // Does not ask.")
@ledger_options
@pass_app
def resume(app: App, number: int, yes: bool) -> None:
    """Continua um lote parado ou morto: nada vai duas vezes.

    //

    Goes on with a batch that was paused or killed: nothing is sent twice.
    """
    _go_on(app, number, yes, again=False)


@batch.command()
@click.argument("number", type=int, metavar="N", shell_complete=completing.batches)
@click.option("--yes", is_flag=True, help="Não pergunta. // Does not ask.")
@ledger_options
@pass_app
def retry(app: App, number: int, yes: bool) -> None:
    """Tenta de novo as linhas não enviadas; as em dúvida, nunca.

    //

    Tries rows again that were not sent; those in doubt never.
    """
    _go_on(app, number, yes, again=True)


def _go_on(app: App, number: int, yes: bool, again: bool) -> None:
    with app.ledger() as ledger:
        found = ledger.batches.get(number)
        app.demand_somebody(yes)
        left = found.total - found.through + (found.counts.get("failed", 0) if again else 0)
        if left and not yes:
            verb = label("verb", found.verb, app.lang).capitalize()
            app.ask(app.say(f"{verb} as {left} vendas que faltam?",
                            f"{verb} the {left} sales that are left?"))
        if again:
            ledger.batches.retry(number)
        _run(app, ledger, number)
