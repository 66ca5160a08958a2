"""The corpus as JSON lines: one article a line, all fields, UTF-8."""

import sqlite3
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from storage.export.lines import encode

_LINES_PER_WRITE = 100


def write(rows: Iterable[sqlite3.Row], out: BinaryIO) -> int:
    """Write rows as they arrive; return their number."""
    lines = map(encode, rows)
    count = 0
    while group := list(islice(lines, _LINES_PER_WRITE)):
        out.write(b"".join(group))
        count += len(group)
    return count
