"""The line of each key of a TOML file, which tomllib does not keep."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Location = tuple[Any, ...]  # Any: keys are text, places in a list are numbers

# A statement that goes on over several lines ends in one with one of these:
#     feed = [
#         "https://outlet.example/feed",
#     ]
_MAY_END = re.compile("[\\]}]|\"\"\"|'''")


class Positions:
    """The lines of the keys and tables of a valid TOML text; found once they are asked for."""

    def __init__(self, text: str):
        self._text = text

    def line_of(self, location: Location) -> int:
        """Return the line of a key, counted from 1; of the nearest table or key that contains it.

        A location has the keys and the places in lists that lead to a value, as pydantic names it.

        >>> text = '[drawdown]\\nstore = "a.db"\\n[[source]]\\nname = "Sana"\\n'
        >>> positions = Positions(text)
        >>> positions.line_of(("drawdown", "store")), positions.line_of(("source", 0, "feed"))
        (2, 3)
        """
        for length in range(len(location), 0, -1):
            line = self._lines.get(location[:length])
            if line is not None:
                return line
        return 1

    @cached_property
    def _lines(self) -> dict[Location, int]:
        reader = _Reader()
        for statement in _statements(self._text):
            reader.add(statement)
        return reader.lines


@dataclass(frozen=True, slots=True)
class _Statement:
    """A header of a table, or a key with its value."""

    line: int  # its first
    is_header: bool
    content: dict[str, Any]  # Any: TOML values


def _statements(text: str) -> Iterator[_Statement]:
    """Yield the statements of a TOML text.

    A statement is complete as soon as tomllib accepts it: it refuses a list, an inline table or a
    text that is still open.
    """
    open_lines: list[str] = []
    lines = text.replace("\r\n", "\n").split("\n")  # as tomllib does
    for number, line in enumerate(lines, 1):
        if not open_lines and not _has_content(line):
            continue
        may_end = not open_lines or _MAY_END.search(line) is not None
        open_lines.append(line)
        if not may_end:
            continue

        content = _content_of(open_lines)
        if content is not None:
            first = number - len(open_lines) + 1
            is_header = open_lines[0].lstrip().startswith("[")
            yield _Statement(first, is_header, content)
            open_lines = []


def _has_content(line: str) -> bool:
    content = line.strip()
    return content != "" and not content.startswith("#")


def _content_of(lines: list[str]) -> dict[str, Any] | None:
    """Return what TOML lines contain; None if more lines belong to them. Any: TOML values."""
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


class _Reader:
    """Follows the headers of a file, and records the line of each key under them."""

    def __init__(self) -> None:
        self.lines: dict[Location, int] = {}
        self._table: Location = ()  # the one whose keys come next
        self._lengths: dict[Location, int] = {}  # of the arrays of tables

    def add(self, statement: _Statement) -> None:
        """Record the next statement of the file."""
        if statement.is_header:
            self._table = self._opened(statement.content)
            self._record_table(statement.line)
        else:
            self._record_keys(statement)

    def _opened(self, content: Any) -> Location:
        """Return the location of the table that a header opens.

        Below an array of tables it is in the newest: `[source.selectors]` after two `[[source]]`
        is `("source", 1, "selectors")`. Any: a header, as TOML has it.
        """
        location: Location = ()
        while content:
            (key, content), *_ = content.items()
            location = (*location, key)
            if isinstance(content, list):
                self._lengths[location] = self._lengths.get(location, 0) + 1
                content = content[0]
            if location in self._lengths:
                location = (*location, self._lengths[location] - 1)
        return location

    def _record_table(self, line: int) -> None:
        """Record the line of the table's header, also for tables that only it names."""
        for length in range(1, len(self._table)):
            self.lines.setdefault(self._table[:length], line)
        self.lines[self._table] = line

    def _record_keys(self, statement: _Statement) -> None:
        """Record the keys of a statement: dotted ones and inline tables have several."""
        waiting = [(self._table, statement.content)]
        while waiting:
            above, keys = waiting.pop()
            for key, value in keys.items():
                location = (*above, key)
                self.lines.setdefault(location, statement.line)
                if isinstance(value, dict):
                    waiting.append((location, value))
