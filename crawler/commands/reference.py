"""docs/commands.md: the help of every command, as printed by `--help`."""

from collections.abc import Iterator

import click

_WIDTH = 100
_HEAD = """# Commands

The output of `--help` for each command; `drawdown help --reference` writes this page.

Exit codes: 0 ok; 1 something failed, and a message says what; 2 wrong configuration or call; 130
stopped by Ctrl-C. If a command exits with 1 for what it found, its text says so.
"""


def reference(root: click.Group) -> str:
    """Return the page."""
    parts = [_HEAD]
    for path, command in walk(root):
        context = click.Context(
            command, info_name=" ".join(path), max_content_width=_WIDTH, terminal_width=_WIDTH,
            help_option_names=["-h", "--help"],
        )  # fmt: skip
        parts.append(f"## `{' '.join(path)}`\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def walk(
    command: click.Command, path: tuple[str, ...] = ("drawdown",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command and its subcommands, each with the words that call it."""
    yield path, command
    if not isinstance(command, click.Group):
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None  # noqa: S101 - it was listed
        yield from walk(inner, (*path, name))
