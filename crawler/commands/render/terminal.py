"""The place that a command prints to: a terminal with so many columns, or a pipe or file."""

import shutil
import sys
from typing import IO

import click
from rich.cells import cell_len

_FEWEST = 20  # columns; of a terminal that names fewer, the lines are longer than it


def width(stream: IO[str] | None = None) -> int | None:
    """Return the columns of the terminal that a stream writes to; None if it is no terminal.

    `stream`: standard output if none is given. The variable COLUMNS wins (POSIX, 8.3).
    """
    asked = stream or sys.stdout
    try:
        if not asked.isatty():
            return None
    except ValueError:  # the stream is closed
        return None
    return max(shutil.get_terminal_size().columns, _FEWEST)


def cells(text: str) -> int:
    """Return how many columns a text takes; a style takes none.

    A Chinese character takes two columns, a vowel sign of Hebrew or Arabic none:

    >>> cells("你好"), cells("שָׁלוֹם"), cells("withdraw")
    (4, 4, 8)
    """
    return cell_len(click.unstyle(text))
