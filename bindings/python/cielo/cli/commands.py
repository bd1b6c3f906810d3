"""Commands in two languages, whose help is in colours where a terminal is.

click alone starts fast: rich is loaded when there is a help to be shown in a terminal.
"""

from __future__ import annotations

import copy
import importlib
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import click

from .app import App, is_terminal
from .misuse import no_command
from .speech import LANGUAGES, told

__all__ = ["Command", "Group", "LazyGroup", "Place", "common", "lang_of", "ledger_options",
           "pass_app"]

F = TypeVar("F", bound=Callable[..., Any])
pass_app = click.make_pass_decorator(App)


def lang_of(context: click.Context) -> str:
    app = context.find_object(App)
    return app.lang if app else "pt"


# What stands for values in a help; N, ID, URL and the like are the same in both languages.
METAVARS = {"ADDRESS": "ENDEREÇO", "CODE": "CÓDIGO", "DAY": "DIA", "DIR": "PASTA",
            "FILE": "ARQUIVO", "FILTERS": "FILTROS", "FUNCTION": "FUNÇÃO", "MODULE": "MÓDULO",
            "NAME": "NOME", "OPTIONS": "OPÇÕES", "ORDER": "ORDEM", "RESULT": "RESULTADO",
            "ROLE": "PAPEL", "SECONDS": "SEGUNDOS", "SERVICE": "SERVIÇO", "STATE": "ESTADO",
            "STORE": "LOJA", "TEXT": "TEXTO", "TOKEN": "MARCA", "YYYY": "AAAA"}


def translated(command: Any, lang: str) -> Any:
    """A copy that speaks one language."""
    one = copy.copy(command)
    one.help = told(command.help, lang)
    if command.epilog:  # its examples, each on a line of its own
        head = "Exemplos:" if lang == "pt" else "Examples:"
        one.epilog = "\n".join(["\b", head, *(f"  {each}" for each in
                                             command.epilog.split(" · "))])
    one.short_help = told(command.short_help, lang)
    one.params = []
    for parameter in command.params:
        mine = copy.copy(parameter)
        if mine.metavar and lang == "pt":
            mine.metavar = re.sub("[A-Z]+", lambda found: METAVARS.get(found[0], found[0]),
                                  mine.metavar)
        if isinstance(mine, click.Option):
            mine.help = told(mine.help, lang)
        one.params.append(mine)
    return one


_RICH_PT = {"arguments_panel_title": "Argumentos", "options_panel_title": "Opções",
            "commands_panel_title": "Comandos", "default_string": r"\[padrão: {}]",
            "required_long_string": r"\[obrigatório]"}


def _rich_help(command: click.Command, context: click.Context) -> str:
    """The help as rich-click draws it; examples below it, a line each."""
    import rich_click

    portuguese = lang_of(context) == "pt"
    titles = _RICH_PT if portuguese else {}
    rich: Any = rich_click
    shared: dict[str, Any] = {"name": command.name, "help": command.help,
                              "params": command.get_params(context), "add_help_option": False}
    if isinstance(command, Group):
        parts = command.named(context)
        twin = rich.RichGroup(commands={
            name: rich.RichCommand(name=name, help=text) for name, text in parts}, **shared)
        twin.list_commands = lambda _: [name for name, _ in parts]
    else:
        twin = rich.RichCommand(**shared)
    if portuguese:  # before it is drawn: boxes are as wide as what is in them
        twin.format_usage = lambda ctx, formatter: formatter.write_usage(
            ctx.command_path, _in_portuguese(" ".join(twin.collect_usage_pieces(ctx))), "Uso:")
    shown = rich.RichContext(twin, info_name=context.command_path, rich_help_config={
        "text_markup": None, **titles})
    examples = (command.epilog or "").lstrip("\b\n")
    return "\n ".join([twin.get_help(shown).rstrip(), *examples.splitlines()]) + "\n"


class _Formatter(click.HelpFormatter):
    """Plain help with its headings in Portuguese."""

    HEADS = {"Options": "Opções", "Commands": "Comandos"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Uso: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(self.HEADS.get(heading, heading))


# Words that click itself writes in a help.
_CLICKS = ((r"\[OPTIONS\]", "[OPÇÕES]"), (r"\bCOMMAND \[ARGS\]\.\.\.", "COMANDO [...]"),
           (r"\[default:", "[padrão:"), (r"(?<=[ \[])required\]", "obrigatório]"))


def _in_portuguese(text: str) -> str:
    for theirs, ours in _CLICKS:
        text = re.sub(theirs, ours, text)
    return text


class _Spoken:
    """Of commands and groups: the language, and the help."""

    def get_help(self: Any, ctx: click.Context) -> str:
        portuguese = lang_of(ctx) == "pt"
        if is_terminal(sys.stdout):
            return _rich_help(self, ctx)
        formatter = (_Formatter if portuguese else click.HelpFormatter)(
            width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_help(ctx, formatter)
        text = formatter.getvalue().rstrip("\n")
        return _in_portuguese(text) if portuguese else text

    def get_help_option(self: Any, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is None:
            return None
        mine = copy.copy(option)
        mine.help = told("Mostra isto. // Shows this.", lang_of(ctx))
        return mine  # type: ignore[no-any-return]


class Command(_Spoken, click.Command):
    """A command of ours."""


class Group(_Spoken, click.Group):
    """A noun with its verbs."""

    command_class = Command

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        if all(one.name != "lang" for one in self.params):
            self.params.append(_lang_option())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = super().get_command(ctx, name)
        if found is None:
            return None
        return translated(found, lang_of(ctx))  # type: ignore[no-any-return]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> (
            tuple[str | None, click.Command | None, list[str]]):
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            if self.get_command(ctx, args[0]) or args[0].startswith("-"):
                raise
            raise no_command(args[0], self.list_commands(ctx), ctx) from None

    def named(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Names and short helps."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, one.get_short_help_str(200)) for name, one in found if one]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(self.named(ctx))


class Place(NamedTuple):
    """Where a command is, and what `--help` says of it without loading it."""

    module: str
    name: str
    help: str


class LazyGroup(Group):
    """Loads a command when it is called."""

    def __init__(self, *words: Any, places: Mapping[str, Place], **options: Any) -> None:
        super().__init__(*words, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        place = self.places.get(name)
        if place is None:
            return None
        module = importlib.import_module(f"{__package__}.{place.module}")
        return translated(getattr(module, place.name), lang_of(ctx))  # type: ignore[no-any-return]

    def named(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, told(place.help, lang_of(ctx)) or "")
                for name, place in self.places.items()]


# ---- options that many have ----


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        del parameter
        app = context.find_object(App)
        if app is not None and value:
            setattr(app, name, list(value) if isinstance(value, tuple) else value)
    return keep


_LANG: Mapping[str, Any] = {
    "type": click.Choice(LANGUAGES), "expose_value": False,
    "help": "Língua dos textos; sem ela, a do ambiente (LANG). // "
            "Language of the texts; without it the environment's (LANG)."}


def _lang_option() -> click.Option:
    return click.Option(["--lang"], **_LANG)


def common(command: F) -> F:
    """`--lang` and `--json`."""
    command = click.option("--lang", **_LANG)(command)
    return click.option(
        "--json", is_flag=True, expose_value=False, callback=_keep("json"),
        help="Escreve uma lista em JSON. // Writes one JSON array.")(command)


def ledger_options(command: F) -> F:
    """`--db` and `--journal`, beside what is common."""
    command = common(command)
    command = click.option(
        "--journal", multiple=True, metavar="DIR", expose_value=False, callback=_keep("journals"),
        help="Pasta do diário, em vez de CIELO_JOURNAL; pode repetir-se. // "
             "Folder of the journal, in place of CIELO_JOURNAL; may be repeated.")(command)
    return click.option(
        "--db", metavar="URL", expose_value=False, callback=_keep("db"),
        help="Endereço do livro, em vez de CIELO_LEDGER. // "
             "Address of the ledger, in place of CIELO_LEDGER.")(command)
