"""The corpus as JSON lines: one article a line, all fields, UTF-8."""

from collections.abc import Iterable
from typing import BinaryIO

from storage.export.lines import grouped

_AT_ONCE = 100  # lines written together


def write(lines: Iterable[bytes], out: BinaryIO) -> int:
    """Write lines as they come; return how many."""
    count = 0
    for size, data in grouped(lines, _AT_ONCE):
        out.write(data)
        count += size
    return count
