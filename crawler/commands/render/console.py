"""How commands print: JSON lines for machines, tables for people."""

import sys
from collections.abc import Iterable, Sequence

import click

from crawler.commands.render import layout, terminal
from crawler.commands.render.layout import GAP, Column, Layout
from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from storage.sqlite.values import public, to_json

Cells = Sequence[Sequence[str]]


def print_json(value: object) -> None:
    """Print a record as one line of JSON."""
    sys.stdout.buffer.write(to_json(public(value)).encode() + b"\n")
    sys.stdout.buffer.flush()


def print_table(
    title: str,
    headings: Iterable[str | Column],
    rows: Iterable[Iterable[object]],
    *,
    empty: str | None = None,
) -> None:
    """Print rows as a table; their text is never read as control characters.

    In a terminal the table fits its width: long cells are wrapped between words, then the least
    important columns are left out, and named. A pipe gets every column, and each row as one line.
    Without rows a sentence is printed: `empty`, or that there are none.
    """
    cells = [[_one_line(cell) for cell in row] for row in rows]
    if not cells:
        say(empty or f"{title}: none")
        return
    columns = [one if isinstance(one, Column) else Column(one) for one in headings]
    room = terminal.width()
    if room is None:
        _print_whole(title, columns, cells)
        return
    fitted = layout.fit(columns, cells, room)
    if fitted is None:
        _print_records(title, columns, cells)
        return
    say(title, bold=True)
    _print_fitted(columns, cells, fitted)
    if fitted.left_out:
        say(
            f"Left out at {room} columns: {', '.join(fitted.left_out)}. A wider terminal, "
            "`| less -S` or --json shows them.",
        )


def _one_line(value: object) -> str:
    """Return a value as one line of text."""
    return " ".join(plain(value).split())


def _print_whole(title: str, columns: Sequence[Column], cells: Cells) -> None:
    """Print for a pipe: all columns in full width, a row a line, a dash where nothing is."""
    filled = [[cell or "-" for cell in row] for row in cells]
    texts = [[column.heading for column in columns], *filled]
    widths = [max(terminal.cells(row[n]) for row in texts) for n in range(len(columns))]
    click.echo(title)
    for row in texts:
        click.echo(_joined(columns, row, widths))


def _joined(columns: Sequence[Column], texts: Sequence[str], widths: Sequence[int]) -> str:
    parts = []
    for column, text, width in zip(columns, texts, widths, strict=True):
        parts.append(layout.padded(text, width, is_number=column.is_number))
    return (" " * GAP).join(parts).rstrip()


def _print_fitted(columns: Sequence[Column], cells: Cells, fitted: Layout) -> None:
    """Print for a terminal."""
    shown = [columns[place] for place in fitted.shown]
    headings = [column.heading for column in shown]
    click.secho(_joined(shown, headings, fitted.widths), bold=True)
    click.echo(_joined(shown, ["-" * width for width in fitted.widths], fitted.widths))
    for row in cells:
        texts = [row[place] for place in fitted.shown]
        by_column = layout.row_lines(texts, fitted.widths)
        colours = [_COLOURS.get(text) for text in texts]
        for line in zip(*by_column, strict=True):
            click.echo(_coloured(shown, line, fitted.widths, colours))


def _coloured(
    columns: Sequence[Column],
    texts: Sequence[str],
    widths: Sequence[int],
    colours: Sequence[str | None],
) -> str:
    parts = []
    for column, text, width, colour in zip(columns, texts, widths, colours, strict=True):
        part = layout.padded(text, width, is_number=column.is_number)
        parts.append(click.style(part, fg=colour) if colour and text else part)
    return (" " * GAP).join(parts).rstrip()


def _print_records(title: str, columns: Sequence[Column], cells: Cells) -> None:
    """Print for a terminal that is too narrow for a table: a line for each cell."""
    say(title, bold=True)
    for row in cells:
        click.echo()
        for column, text in zip(columns, row, strict=True):
            if text:
                say(f"{column.heading}: {text}".removeprefix(": "), hanging=2)


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
