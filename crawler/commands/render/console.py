"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.commands.render.text import plain
from storage.sqlite.values import to_json

_ONE_LINE_CHARACTERS = 16  # a column without longer cells is not wrapped
_LEAST_CHARACTERS = 8  # width of a column that is wrapped


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(to_json(value).encode() + b"\n")
    sys.stdout.buffer.flush()


def print_table(
    title: str,
    headings: Iterable[str],
    rows: Iterable[Iterable[object]],
) -> None:
    """Print rows as a table; their text is never read as markup or control characters."""
    cells = [[_cell(plain(cell)) for cell in row] for row in rows]
    table = Table(
        title=title,
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for number, heading in enumerate(headings):
        longest = max((row[number].cell_len for row in cells), default=0)
        if longest <= _ONE_LINE_CHARACTERS:
            table.add_column(heading, no_wrap=True)
        else:
            table.add_column(
                heading,
                overflow="fold",
                min_width=_LEAST_CHARACTERS,
            )
    for row in cells:
        table.add_row(*row)
    Console().print(table)


# States, with one colour each in every table.
_COLOURS = {
    "ok": "green",
    "readable": "green",
    "taken": "green",
    "silent": "yellow",
    "moved": "yellow",
    "layout changed": "yellow",
    "empty extractions": "yellow",
    "slow by robots": "yellow",
    "possible": "yellow",
    "failing": "red",
    "denied": "red",
    "gone": "red",
}


def _cell(text: str) -> Text:
    return Text(text, style=_COLOURS.get(text, ""))
