"""`cielo completion`: what the shell reads to complete commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .commands import Command, common

__all__ = ["completion"]


@click.command(cls=Command, epilog='eval "$(cielo completion bash)" · '
                                   'cielo completion fish | source')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """O que o shell lê para completar os comandos de `cielo`.

    bash e zsh: eval "$(cielo completion bash)" em ~/.bashrc ou ~/.zshrc; fish: cielo
    completion fish > ~/.config/fish/completions/cielo.fish.

    //

    What the shell reads to complete the commands of `cielo`.

    bash and zsh: eval "$(cielo completion bash)" in ~/.bashrc or ~/.zshrc; fish: cielo
    completion fish > ~/.config/fish/completions/cielo.fish.
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.ClickException(f"no completion for {shell}")
    root = context.find_root()
    # Not source(): it asks for a newer bash than that of the one who reads a file.
    one = found(root.command, {}, "cielo", "_CIELO_COMPLETE")
    click.echo(one.source_template % one.source_vars())
