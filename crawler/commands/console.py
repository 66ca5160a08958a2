"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable
from datetime import datetime

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def print_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows for people; text is shown as it is, never as markup or control characters."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    Console().print(table)


def plain(value: object) -> str:
    """Return a value as text that cannot command a terminal."""
    shown = value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
    text = "" if shown is None else str(shown)
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    """Return a character as it may be shown: joiners stay, since Persian words need them."""
    if character.isprintable() or character in "\n\u200c\u200d":
        return character
    return " " if character.isspace() else "\ufffd"


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one record a line.")
