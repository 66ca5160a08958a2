"""Fits the columns of a table into a terminal: it wraps cells, then leaves columns out."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.commands.render.prose import wrapped
from crawler.commands.render.terminal import cells

GAP = 2  # columns of the terminal between two of a table
# A cell that is wrapped keeps so many columns: fewer make a ladder of single words.
# Measured by eye on the names and reasons of 145 sources at 60, 80 and 140 columns.
_LEAST = 14
_WHOLE = 16  # cells up to this width are not wrapped: a state, a date, a count


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    heading: str
    importance: int = 1  # 1 is always shown; on a narrow terminal the highest is left out first
    is_number: bool = False  # aligned to the right


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are shown, with their widths, and the headings of those that are not."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: tuple[str, ...]


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> Layout | None:
    """Return a layout for a terminal of `room` columns; None if even the first do not fit."""
    natural = [_widest(column, rows, place) for place, column in enumerate(columns)]
    least = [_least(column, width) for column, width in zip(columns, natural, strict=True)]
    shown = list(range(len(columns)))
    while _total([least[place] for place in shown]) > room:
        last = max(shown, key=lambda place: (columns[place].importance, place))
        if columns[last].importance == 1:
            return None
        shown.remove(last)
    widths = _shared([natural[n] for n in shown], [least[n] for n in shown], room)
    left_out = [column.heading for n, column in enumerate(columns) if n not in shown]
    return Layout(tuple(shown), tuple(widths), tuple(left_out))


def _widest(column: Column, rows: Sequence[Sequence[str]], place: int) -> int:
    longest = max((cells(row[place]) for row in rows), default=0)
    return max(longest, cells(column.heading))


def _least(column: Column, natural: int) -> int:
    """Return the narrowest width of a column whose widest cell has `natural`."""
    if natural <= _WHOLE:
        return natural
    return max(_LEAST, cells(column.heading))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _shared(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return widths that fit: the narrow cells whole, the others share what is left."""
    widths = list(least)
    left = room - _total(widths)
    while left > 0:
        growing = [place for place, width in enumerate(widths) if width < natural[place]]
        if not growing:
            break
        # The narrowest grows first, so that short columns become whole.
        place = min(growing, key=widths.__getitem__)
        widths[place] += 1
        left -= 1
    return widths


def row_lines(cells_of_row: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """Return a row as the lines of its cells, each filled up to the same number of lines."""
    columns = [wrapped(cell, width) for cell, width in zip(cells_of_row, widths, strict=True)]
    height = max(map(len, columns), default=0)
    return [[*lines, *[""] * (height - len(lines))] for lines in columns]


def padded(text: str, width: int, *, is_number: bool) -> str:
    """Return a text filled with spaces up to a width in columns of the terminal."""
    spaces = " " * max(width - cells(text), 0)
    return spaces + text if is_number else text + spaces
