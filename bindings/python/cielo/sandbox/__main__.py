"""The command ``cielo-sandbox``, also ``python -m cielo.sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import errno
import re
import socket
import sys
from collections.abc import Sequence
from typing import Any, Callable, NoReturn

from .help_text import help_text
from .page_text import LANGUAGES
from .pairs import split_pair


def main(
    argv: Sequence[str] | None = None, prog: str = "cielo-sandbox", lang: str = "en"
) -> int:
    """Serve until SIGINT or SIGTERM; `lang` is that of a help that is asked for in none."""
    arguments = _parser(prog, _language(argv, lang)).parse_args(argv)
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


def _language(argv: Sequence[str] | None, default: str) -> str:
    """The one that the words ask for."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--lang", nargs="?")
    given = str(parser.parse_known_args(argv)[0].lang)
    return given if given in LANGUAGES else default


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Says how it is used in a language."""

    def __init__(self, prog: str, lang: str) -> None:
        super().__init__(prog)
        self._lang = lang

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or help_text("usage", self._lang))


class _Parser(argparse.ArgumentParser):
    """Says in one line what it cannot use, and its help in a language."""

    def __init__(self, prog: str, lang: str) -> None:
        self.lang = lang
        super().__init__(
            prog=prog,
            description=help_text("description", lang),
            epilog=help_text("epilog", lang),
            formatter_class=lambda prog: _Formatter(prog, lang),
            add_help=False,
        )
        self.options = self.add_argument_group(help_text("options", lang))

    def option(self, name: str, *more: str, metavar: str | None = None, **words: Any) -> None:
        """An option, and what stands for its value where neither a flag nor words do."""
        if metavar is not None:
            words["metavar"] = metavar
        self.options.add_argument(*more, name, help=help_text(name, self.lang), **words)

    def word(self, name: str) -> str:
        return help_text(name, self.lang)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see --help\n")


class _Version(argparse.Action):
    """Only who asks needs the package to be installed."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(version("libcielo"))
        parser.exit()


def _parser(prog: str, lang: str) -> _Parser:
    parser = _Parser(prog, lang)
    word = parser.word
    parser.option("--help", "-h", action="help")
    parser.option("--version", action=_Version, nargs=0)
    parser.option("--lang", choices=LANGUAGES)
    parser.option("--host", metavar=word("HOST"), default="127.0.0.1")
    parser.option("--port", metavar=word("PORT"), type=_number_to(65535), default=8645)
    parser.option("--state", metavar=word("FILE"))
    parser.option("--seed", metavar="N", type=int)
    parser.option("--notify-url", metavar="URL")
    parser.option("--notify-kind", choices=("post", "json"), default="post")
    parser.option("--status-url", metavar="URL")
    for name, metavar in (("--merchant", "ID:KEY"), ("--client", "ID:SECRET")):
        parser.option(name, metavar=word(metavar), action="append", default=[], type=_pair)
    parser.option("--recurrence-tries", metavar="N", type=_number_to(4), default=4)
    parser.option("--recurrence-retry-days", metavar="N", type=_number_to(4, least=1), default=1)
    parser.option("--recurrence-disable", action="store_true")
    parser.option("--days-ago", metavar="N", type=_number_to(360), default=0)
    return parser


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
