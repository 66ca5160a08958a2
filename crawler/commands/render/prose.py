"""Sentences on a terminal: lines end between words. A pipe gets each paragraph as one line."""

import re
import sys
from collections.abc import Iterator

import click

from crawler.commands.render import terminal
from crawler.commands.render.terminal import cells

_MOST = 100  # columns: longer lines of prose are hard to follow, also on a wide terminal
# What a line is made of: spaces, an ideograph, which may end a line anywhere (UAX 14), or a word.
_IDEOGRAPH = "\u2e80-\u2fdf\u3003-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PARTS = re.compile(rf"[ \t\n]+|[{_IDEOGRAPH}][\u3001\u3002\uff0c\uff0e]*|[^ \t\n{_IDEOGRAPH}]+")
# An address that is longer than a line is cut after a mark: "https://a.example/" "feed?" "n=1";
# another word after its own: "robots_" "denied".
_OF_ADDRESS = re.compile(r"[^/?&=]*[/?&=]+|[^/?&=]+")
_OF_WORD = re.compile(r"[^_.,;:-]*[_.,;:-]+|[^_.,;:-]+")


def say(
    text: str,
    *,
    indent: int = 0,
    hanging: int = 0,
    bold: bool = False,
    colour: str | None = None,
    err: bool = False,
) -> None:
    """Print paragraphs, wrapped between words if they go to a terminal.

    `indent`: columns before each line; `hanging`: more of them before all lines but the first.
    """
    columns = terminal.width(sys.stderr if err else None)
    for paragraph in text.split("\n"):
        for line in lines(paragraph, columns, indent=indent, hanging=hanging):
            has_style = bold or colour is not None
            styled = click.style(line, bold=bold or None, fg=colour) if has_style else line
            click.echo(styled, err=err)


def lines(text: str, columns: int | None, *, indent: int = 0, hanging: int = 0) -> Iterator[str]:
    """Yield the lines of a paragraph with their indents; one line if there are no columns."""
    first = " " * indent
    if columns is None:
        yield first + text
        return
    room = max(min(columns, _MOST) - indent - hanging, 1)
    margin = first
    for line in wrapped(text, room, first_room=room + hanging):
        yield f"{margin}{line}".rstrip()
        margin = " " * (indent + hanging)


def wrapped(text: str, room: int, *, first_room: int | None = None) -> list[str]:
    """Return a text as lines of at most `room` columns that end between words.

    A word that is longer than a line ends it inside: after a mark of an address if it has one.

    >>> wrapped("the guard leaves", 10)
    ['the guard', 'leaves']
    """
    found: list[str] = []
    line = ""
    limit = first_room or room
    for part in _PARTS.findall(text):
        if cells(line) + cells(part.rstrip()) <= limit:
            line += part
            continue
        is_long = cells(part.strip()) > room  # such a word begins on the line that is open
        if line.strip() and not is_long:
            found.append(line.rstrip())
            line, limit = "", room
        for piece in pieces(part.strip(), room):
            if line.strip() and cells(line) + cells(piece) > limit:
                found.append(line.rstrip())
                line, limit = "", room
            line += piece
    return [*found, line.rstrip()]


def pieces(word: str, room: int) -> Iterator[str]:
    """Yield a word in pieces that each fit: whole, else after its marks, else letter by letter."""
    if cells(word) <= room:
        yield word
        return
    marks = _OF_ADDRESS if "/" in word else _OF_WORD
    for piece in marks.findall(word):
        if cells(piece) <= room:
            yield piece
        else:
            yield from _letters(piece)


def _letters(word: str) -> Iterator[str]:
    """Yield the letters of a word, each with the signs that take no column of their own."""
    letter = ""
    for character in word:
        if letter and cells(letter + character) > cells(letter):
            yield letter
            letter = ""
        letter += character
    yield letter
