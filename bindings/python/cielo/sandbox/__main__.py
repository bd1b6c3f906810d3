"""The command ``cielo-sandbox``, also ``python -m cielo.sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import errno
import re
import socket
import sys
from collections.abc import Sequence
from typing import Callable, NoReturn

from .pairs import split_pair

DESCRIPTION = """\
A local Cielo for tests: answers API 3.0 and Checkout as the documentation
describes them, and keeps books. On API 3.0 the last digit of a card number
decides what the acquirer says: 0, 1 and 4 authorise, 6 times out and is settled
later as the seed draws, 9 is drawn at once, the others deny. What was paid by a
card that ends in 6664, and amounts that end in 6.66, are not given back. All
hosts of Cielo are this one address; give it to a client as its base_url.
"""

EPILOG = """\
GET / shows the books, the requests and the faults in a browser, with buttons.

handles, as JSON over HTTP:
  GET  /_sandbox/requests       requests received, card data and keys masked
  GET  /_sandbox/sales          the books; also orders (of Checkout),
                                recurrences, consents, notifications
  POST /_sandbox/faults         [{"match": "POST /1/sales", "after": "process",
                                  "do": "reset", "times": 1, "delay_ms": 0}]
                                after: read, process, headers, half_body
                                do: close, reset, stall, status:503, garbage,
                                reply with {"status", "headers", "body"}
                                times: 0 or -1 means for ever
  POST /_sandbox/clock          {"advance_seconds": 86400}
  POST /_sandbox/pay            {"payment_id": "..."}: the shopper pays a Pix,
                                boleto or QR code, or agrees to Pix Automatico
                                ("approve": false refuses). {"order": page id,
                                order number or pending order} and {"link": id}
                                pay through Checkout, with "card" (last digit 0
                                to 4 authorises), "installments", "method",
                                "capture"; "later_card" is what a recurrence
                                charges later
  POST /_sandbox/reset          forget everything

notifications leave at once; a post not answered 200 is tried again after 0.3,
0.6 and 1.2 seconds.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    arguments = _parser().parse_args(argv)
    try:
        from . import Options
        from .runner import serve
    except ImportError as error:
        if error.name not in ("aiohttp", "jinja2"):
            raise
        print(f"cielo-sandbox: {error}", file=sys.stderr)
        return 1
    options = Options(
        state=arguments.state,
        seed=arguments.seed,
        notify_url=arguments.notify_url,
        notify_kind=arguments.notify_kind,
        status_url=arguments.status_url,
        merchants=dict(arguments.merchant),
        clients=dict(arguments.client),
        recurrence_tries=arguments.recurrence_tries,
        recurrence_retry_days=arguments.recurrence_retry_days,
        recurrence_disable=arguments.recurrence_disable,
        days_ago=arguments.days_ago,
    )
    try:
        asyncio.run(serve(options, arguments.host, arguments.port))
    except OSError as error:
        why = _why(error, arguments.host, arguments.port)
        print(f"cielo-sandbox: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _why(error: OSError, host: str, port: int) -> str:
    """What keeps it from listening, and what to do; of a file the error says all."""
    if isinstance(error, socket.gaierror):
        return f"--host {host}: no such address ({error.strerror})"
    if error.errno == errno.EADDRINUSE:
        return (f"port {port} of {host} is taken, perhaps by a local Cielo that still runs: "
                "end it, or give another with --port (0 takes a free one)")
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: this machine has no such address; 0.0.0.0 is all that it has"
    if error.errno == errno.EACCES and not error.filename:
        return f"port {port} of {host} may not be used: give another with --port, such as 8645"
    return str(error)


class _Parser(argparse.ArgumentParser):
    """Says in one line what it cannot use."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"cielo-sandbox: {message}; see --help\n")


class _Version(argparse.Action):
    """Only who asks needs the package to be installed."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(version("libcielo"))
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cielo-sandbox",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port",
        type=_number_to(65535),
        default=8645,
        help="port to listen on (%(default)s); 0 picks a free one",
    )
    parser.add_argument("--state", metavar="FILE", help="SQLite file that keeps the books")
    parser.add_argument("--seed", type=int, metavar="N", help="makes what is drawn repeatable")
    parser.add_argument("--notify-url", metavar="URL", help="where notifications are posted")
    parser.add_argument(
        "--notify-kind",
        choices=("post", "json"),
        default="post",
        help="form of Checkout's notifications (%(default)s)",
    )
    parser.add_argument(
        "--status-url", metavar="URL", help="where Checkout's status changes are posted"
    )
    parser.add_argument(
        "--merchant",
        action="append",
        default=[],
        type=_pair,
        metavar="ID:KEY",
        help="accept only these stores; may be repeated (default: any)",
    )
    parser.add_argument(
        "--client",
        action="append",
        default=[],
        type=_pair,
        metavar="ID:SECRET",
        help="accept only these OAuth clients; may be repeated (default: any)",
    )
    _add_recurrence_options(parser)
    parser.add_argument(
        "--days-ago",
        type=_number_to(360),
        default=0,
        metavar="N",
        help="new books begin so many days ago; move the clock to today (%(default)s)",
    )
    return parser


def _add_recurrence_options(parser: argparse.ArgumentParser) -> None:
    """What a store sets for the declined charges of its recurrences."""
    parser.add_argument(
        "--recurrence-tries",
        type=_number_to(4),
        default=4,
        metavar="N",
        help="tries beside each declined charge of a recurrence, 0 to 4 (%(default)s)",
    )
    parser.add_argument(
        "--recurrence-retry-days",
        type=_number_to(4, least=1),
        default=1,
        metavar="N",
        help="days between those tries, 1 to 4 (%(default)s)",
    )
    parser.add_argument(
        "--recurrence-disable",
        action="store_true",
        help="disable a recurrence when its tries are used up (default: it goes on)",
    )


def _pair(text: str) -> tuple[str, str]:
    try:
        return split_pair(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _number_to(most: int, least: int = 0) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f"a number from {least} to {most} is expected, not {text!r}"
            )
        return int(text)

    return read


if __name__ == "__main__":
    sys.exit(main())
