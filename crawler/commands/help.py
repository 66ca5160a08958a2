"""The command `drawdown help`: sections of the documentation in a terminal."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown

from crawler.commands.reference import reference
from crawler.commands.render import terminal
from crawler.commands.render.names import named
from crawler.commands.render.prose import say
from crawler.commands.sections import COMMANDS

_PAGES = ("operations", "sources", "topics", "corpus")


def complete_topic(
    _context: object,
    _parameter: object,
    begun: str,
) -> list[str]:
    """Return the commands and topics that begin with a text."""
    return [name for name in (*COMMANDS, *topics()) if name.startswith(begun)]


@click.command(name="help")
@click.argument("topic", required=False, shell_complete=complete_topic)
@click.option("--reference", "as_reference", is_flag=True,
              help="Print docs/commands.md: the help of every command.")  # fmt: skip
@click.pass_context
def help(
    context: click.Context,
    topic: str | None,
    as_reference: bool,
) -> None:
    """Show a section of the documentation or the help of a command; without TOPIC, list all.

    Example: drawdown help outcomes
    """
    root = context.find_root()
    assert isinstance(root.command, click.Group)  # noqa: S101 - as it is made
    if as_reference:
        click.echo(reference(root.command), nl=False)
        return
    if topic is None:
        click.echo(root.get_help())
        click.echo()
        say(f"Topics: {', '.join(topics())}", hanging=2)
        return
    name = named(topic, [*COMMANDS, *topics()], "topic")
    if name in COMMANDS:
        command = root.command.get_command(context, name)
        assert command is not None  # noqa: S101 - the table lists it
        click.echo(command.get_help(click.Context(command, info_name=name, parent=root)))
        return
    text = topics()[name]
    if terminal.width() is None:
        click.echo(text)  # as it is written: a pipe is no page
        return
    Console().print(Markdown(text))


@cache
def topics() -> dict[str, str]:
    """Return the sections of all pages by name, such as `log-events`."""
    return {name: text for page in _PAGES for name, text in _sections(_read(page))}


def _read(page: str) -> str:
    """Return a page, from the package or from the docs folder of a checkout."""
    packed: Traversable = resources.files("crawler") / "docs" / f"{page}.md"
    if packed.is_file():
        return packed.read_text("utf-8")
    return (Path(__file__).parents[2] / "docs" / f"{page}.md").read_text("utf-8")


def _sections(page: str) -> Iterator[tuple[str, str]]:
    for text in re.split(r"^(?=## )", page, flags=re.M)[1:]:
        title = text.splitlines()[0].removeprefix("## ")
        yield re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-"), text
