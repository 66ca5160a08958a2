"""The command `drawdown completion`."""

import click
from click.shell_completion import get_completion_class

from crawler.commands.arguments import Chosen

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=Chosen(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the shell code that completes commands, options and the names of outlets.

    \b
    bash: drawdown completion bash > ~/.local/share/bash-completion/completions/drawdown
    zsh: drawdown completion zsh > a file named _drawdown in a folder of $fpath
    fish: drawdown completion fish > ~/.config/fish/completions/drawdown.fish

    Example: drawdown completion bash > drawdown.bash
    """
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - one of those that click knows
    root = context.find_root().command
    click.echo(made(root, {}, "drawdown", "_DRAWDOWN_COMPLETE").source())
