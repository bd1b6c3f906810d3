"""`cielo backoffice serve` and `work`: the pages, and the jobs behind them."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from .app import App, Ended
from .commands import Command, ledger_options, pass_app
from .functions import function_named
from .values import moment

if TYPE_CHECKING:
    import uvicorn

    from cielo.backoffice import Ledger
    from cielo.backoffice.jobs import State, Worker
    from cielo.backoffice.person import WhoIs

__all__ = ["serve", "work"]

PORT = 8640
ZONE = "America/Sao_Paulo"
# Connections at a time; more are told to come later.
MOST = 200
# How long an idle connection is kept, and what is under way at the end, in seconds.
IDLE, GRACE = 15, 30
# Of a request its first line and its headers, in bytes.
HEAD = 32 * 1024


@click.command(cls=Command, epilog="cielo backoffice serve · cielo backoffice serve --port 9000 "
               "--public-url https://backoffice.example.com.br --trusted-proxy 127.0.0.1")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Onde escuta; fora desta máquina só com --public-url https://... // "
                   "Where it listens; beyond this machine only with --public-url https://...")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
              metavar="N",
              help="A porta; 0 escolhe uma livre. // The port; 0 picks a free one.")
@click.option("--public-url", metavar="URL",
              help="O endereço que os navegadores usam, atrás de um proxy. // "
                   "The address that browsers use, behind a proxy.")
@click.option("--trusted-proxy", "trusted", multiple=True, metavar="IP",
              help="O proxy em cuja palavra se confia; pode repetir-se. // "
                   "The proxy whose word is taken; may be repeated.")
@click.option("--no-work", is_flag=True,
              help="Só as páginas: `cielo backoffice work` corre noutro lado. // "
                   "The pages alone: `cielo backoffice work` runs elsewhere.")
@click.option("--open", "browse", is_flag=True, help="Abre o navegador. // Opens the browser.")
@ledger_options
@pass_app
def serve(app: App, host: str, port: int, public_url: str | None, trusted: tuple[str, ...],
          no_work: bool, browse: bool) -> None:
    """Serve as páginas e faz os trabalhos (lê o diário, consulta a Cielo, corre os lotes), até
    Ctrl-C.

    //

    Serves the pages and does the jobs (reads the journal, asks Cielo, runs batches), until
    Ctrl-C.
    """
    _check_addresses(app, host, public_url, trusted)
    uvicorn = _uvicorn()
    from cielo.backoffice.web import create_app

    from .patience import Patience

    with app.ledger() as ledger, _listen(app, host, port) as listening:
        address = _address(listening)
        pages = create_app(ledger, public_url=public_url, trusted=trusted, lang=app.lang)
        worker = None if no_work else _worker(app, ledger)
        config = uvicorn.Config(
            pages, access_log=False, log_config=None, server_header=False, proxy_headers=False,
            lifespan="off", ws="none", http=Patience, h11_max_incomplete_event_size=HEAD,
            limit_concurrency=MOST, timeout_keep_alive=IDLE, timeout_graceful_shutdown=GRACE)
        _tell_users(app, ledger)
        with _until_told():
            _serve(config, listening, worker, lambda: _ready(app, public_url or address, browse))


@click.command(cls=Command, epilog="cielo backoffice work · cielo backoffice work --once")
@click.option("--once", is_flag=True,
              help="Faz o que há agora e acaba: para o cron. // "
                   "Does what is due now and ends: for cron.")
@click.option("--who-is", metavar="MODULE:FUNCTION",
              help="Com as páginas dentro da sua aplicação: a função que dá, por um id, a pessoa "
                   "como é agora. // "
                   "With the pages in your own application: the function that gives of an id the "
                   "person as they are now.")
@ledger_options
@pass_app
def work(app: App, once: bool, who_is: str | None) -> None:
    """Faz os trabalhos sem as páginas: lê o diário, consulta a Cielo, corre os lotes.

    //

    Does the jobs without the pages: reads the journal, asks Cielo, runs batches.
    """
    asked = None if who_is is None else function_named(who_is, "--who-is")
    with app.ledger() as ledger:
        failed: list[State] = []
        worker = _worker(app, ledger, failed, asked)
        if once:
            worker.run_due()
            if any(state.failed for state in failed):
                raise Ended(1)
            return
        with _until_told() as over:
            worker.start()
            app.tell(f"trabalhando: {', '.join(ledger.journals)}; Ctrl-C acaba",
                     f"working: {', '.join(ledger.journals)}; Ctrl-C ends it")
            over.wait()
            worker.stop()


# ---- the jobs ----


def _worker(app: App, ledger: Ledger, seen: list[State] | None = None,
            who_is: WhoIs | None = None) -> Worker:
    from cielo.backoffice.jobs import Worker
    from cielo.backoffice.words import label

    def tell(state: State) -> None:
        name = " ".join((label("job", state.name, app.lang), state.place)).strip()
        when, again = (moment(at, ZONE, app.lang) for at in (state.ended, state.next_run))
        if state.failed:
            app.tell(f"cielo: {when} {name}: {state.why['pt']}; de novo em {again}",
                     f"cielo: {when} {name}: {state.why['en']}; again at {again}")
        else:
            app.tell(f"cielo: {when} {name}: de novo em ordem", f"cielo: {when} {name}: well again")
        if seen is not None:
            seen.append(state)

    return Worker(ledger, tell=tell, who_is=who_is)


@contextlib.contextmanager
def _until_told() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set. After the first one they act as ever."""
    over = threading.Event()
    before: dict[int, Any] = {number: signal.getsignal(number)
                              for number in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: Any) -> None:
        del number, frame
        over.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, end)
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# ---- the pages ----


def _uvicorn() -> Any:
    try:
        import uvicorn
    except ImportError as error:
        raise ImportError("cielo backoffice serve needs uvicorn: "
                          "pip install 'libcielo[backoffice]'") from error
    return uvicorn


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_addresses(app: App, host: str, public_url: str | None,
                     trusted: tuple[str, ...]) -> None:
    url = urlsplit(public_url or "")
    if public_url and (url.scheme not in ("http", "https") or not url.hostname
                       or url.path.strip("/") or url.query or url.fragment or url.username):
        raise click.UsageError(app.say(
            f"--public-url {public_url!r} não é um endereço como "
            "https://backoffice.example.com.br",
            f"--public-url {public_url!r} is no address such as "
            "https://backoffice.example.com.br"))
    if url.scheme == "http" and not _is_loopback(url.hostname or ""):
        raise click.UsageError(app.say("--public-url é https:// fora desta máquina",
                                       "--public-url is https:// beyond this machine"))
    if not _is_loopback(host) and url.scheme != "https":
        raise click.UsageError(app.say(
            f"em {host} as senhas passariam em claro pela rede: ponha um proxy com TLS na frente "
            "e dê --public-url https://...",
            f"on {host} passwords would cross the network in clear: put a proxy with TLS before "
            "it, and give --public-url https://..."))
    for each in trusted:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise click.UsageError(app.say(
                f"--trusted-proxy {each!r} não é um endereço IP nem uma rede",
                f"--trusted-proxy {each!r} is neither an IP address nor a network")) from None


@contextlib.contextmanager
def _listen(app: App, host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (socket.gaierror, UnicodeError) as error:  # the second of what is no name at all
        why = getattr(error, "strerror", error)
        raise click.ClickException(app.say(f"--host {host}: não há esse endereço ({why})",
                                           f"--host {host}: no such address ({why})")) from None
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            raise click.ClickException(app.say(
                f"não dá para escutar na porta {port} de {host} ({error.strerror}): encerre "
                "quem a usa, ou dê outra com --port (0 escolhe uma livre)",
                f"cannot listen on port {port} of {host} ({error.strerror}): end what uses "
                "it, or give another with --port (0 takes a free one)")) from None
        yield listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _ready(app: App, address: str, browse: bool) -> None:
    click.echo(app.say(f"Backoffice em {address}", f"Backoffice at {address}"))
    if browse:
        webbrowser.open(address)


def _tell_users(app: App, ledger: Ledger) -> None:
    if not ledger.accounts.all():
        app.tell("ninguém pode entrar ainda: cielo backoffice user add ana --role owner",
                 "nobody can come in yet: cielo backoffice user add ana --role owner")


def _serve(config: uvicorn.Config, listening: socket.socket, worker: Worker | None,
           ready: Callable[[], None]) -> None:
    """Until a signal; then both end what is under way, the jobs together with the pages."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if worker:
                worker.start()
            ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            if worker:
                worker.end()
            await super().shutdown(sockets)

    try:
        Server(config).run([listening])
    finally:
        if worker:
            worker.stop()
