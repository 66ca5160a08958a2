"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.commands.render.text import plain
from storage.sqlite.values import to_json

_SHORT, _LEAST = 16, 8  # characters: what is no longer stays in one line; the least of the rest


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(to_json(value).encode() + b"\n")
    sys.stdout.buffer.flush()


def print_table(title: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print rows for people; text is shown as it is, never as markup or control characters."""
    cells = [[_cell(plain(cell)) for cell in row] for row in rows]
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD,
                  pad_edge=False, padding=(0, 1, 0, 0))  # fmt: skip
    for place, heading in enumerate(headings):
        is_short = max((row[place].cell_len for row in cells), default=0) <= _SHORT
        table.add_column(
            heading, overflow="fold", no_wrap=is_short, min_width=None if is_short else _LEAST
        )
    for row in cells:
        table.add_row(*row)
    Console().print(table)


# Words that say how something stands, the same in every table.
_COLOURS = {
    **dict.fromkeys(("ok", "readable", "taken"), "green"),
    **dict.fromkeys(("silent", "moved", "layout changed", "empty extractions", "slow by robots",
                     "possible"), "yellow"),
    **dict.fromkeys(("failing", "denied", "gone"), "red"),
}  # fmt: skip


def _cell(text: str) -> Text:
    return Text(text, style=_COLOURS.get(text, ""))
