"""Lines of JSON from a file or standard input, each validated."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from crawler.errors import LinesUnreadable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TextLine(msgspec.Struct, kw_only=True):
    """A text: what `judge` and `duplicates` read. Unknown keys are ignored."""

    number: int  # of the line in its file
    id: Any = None  # of any type; by default the number
    title: str | None = None
    text: str | None = None  # paragraphs, one a line
    lang: str | None = None  # ISO 639
    url: str | None = None
    source: str | None = None  # the outlet
    published: str | None = None
    date: str | None = None  # another name of `published`

    @property
    def headline(self) -> str:
        """The title; empty if the line has none."""
        return self.title or ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text without its empty lines."""
        text = self.text or ""
        return tuple(filter(str.strip, text.split("\n")))


class StatementLine(TextLine, kw_only=True):
    """A text, or one sentence in place of it: what `statements` reads."""

    sentence: str | None = None

    @property
    def written(self) -> str | None:
        """The text, or the sentence; None if the line has neither."""
        return self.sentence if self.text is None else self.text


class UrlLine(msgspec.Struct, kw_only=True):
    """An address: what `urls` reads."""

    number: int  # of the line in its file
    id: Any = None  # as in TextLine
    url: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used: its number, its id if it has one, and the error."""

    number: int
    error: str
    id: Any = None  # as in TextLine

    def facts(self) -> dict[str, Any]:
        """Return the line as a row of the output. Any: `id`, as above."""
        facts: dict[str, Any] = {"line": self.number}
        if self.id is not None:
            facts["id"] = self.id
        facts["error"] = self.error
        return facts


Line = TypeVar("Line", TextLine, StatementLine, UrlLine)


def read_lines(file: Path, kind: type[Line]) -> Iterator[Line | BadLine]:
    """Yield the lines of a file as they are read; `-` is standard input. Empty lines are skipped.

    Raises OSError, or LinesUnreadable if a compressed file is damaged.
    """
    number = 0
    try:
        with _open(file) as stream:
            for number, line in enumerate(stream, 1):
                if number == 1:
                    line = line.removeprefix(_BYTE_ORDER_MARK)
                if line.strip():
                    yield _read(number, line, kind)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LinesUnreadable(f"{file}: damaged after line {number}: {error}") from error


def _open(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    if file.suffix == ".gz":
        return cast("BinaryIO", gzip.open(file))  # it is only read
    return file.open("rb")


def _read(number: int, line: bytes, kind: type[Line]) -> Line | BadLine:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return BadLine(number, f"not JSON: {error}")
    except RecursionError:
        return BadLine(number, "not JSON that can be read: nested too deep")
    if not isinstance(row, dict):
        return BadLine(number, "not a JSON object")
    row = {"id": number, **row, "number": number}
    try:
        return msgspec.convert(row, kind)
    except msgspec.ValidationError as error:
        return BadLine(number, str(error), row["id"])
