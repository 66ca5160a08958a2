"""The manifest of an export: what one needs to repeat it and to check it."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An export in figures. The same call on the same corpus gives the same manifest."""

    file: str
    format: str
    compression: str | None
    query: str | None
    relevant: bool
    unique: bool
    revisions: bool
    as_of: datetime | None  # the time of the newest row that was exported; None: an empty corpus
    since: datetime | None
    cursor: datetime | None  # for --since of the next export
    honoured: list[str]  # wishes of pages, of [rights] in sources.toml
    profile: str  # full, or metadata: without the texts
    rows: int
    unit: str  # what a row is: articles, or pages
    without_page: int | None  # wanted articles that have no archived page; of the format warc
    sha256: str
    bytes: int
    source_set: str  # digest of the outlets, their addresses and families
    topic_versions: list[str]
    extractor_versions: list[str]
    export_schema: int  # of the fields: one schema and one as-of time give the same bytes
    schema_version: int
    table: str | None = None  # in place of the articles: claims
    rule_versions: list[str] = field(default_factory=list)  # that found the rows of a table


def source_set(connection: sqlite3.Connection) -> str:
    """Return a digest of the outlets, since other outlets give other counts."""
    digest = hashlib.sha256()
    for row in connection.execute("SELECT name, url, family FROM source ORDER BY url"):
        digest.update("\t".join(row).encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()


@dataclass(slots=True)
class Versions:
    """The articles of an export, and the versions of topics and extractors that made its rows."""

    articles: set[int] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    extractors: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    def observe(self, rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
        """Yield rows unchanged, and record their versions."""
        for row in rows:
            self.articles.add(row["id"])
            self.topics.add(row["topic_version"])
            self.extractors.add(row["extractor_version"])
            yield row


class Digested:
    """A stream that computes the digest of what is written; formats use it as a file."""

    def __init__(self, out: BinaryIO):
        self._out = out
        self._digest = hashlib.sha256()
        self.bytes = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write data, and add it to the digest and the count."""
        self._out.write(data)
        view = memoryview(data)
        self._digest.update(view)
        self.bytes += view.nbytes
        return view.nbytes

    def flush(self) -> None:
        """Flush the underlying stream."""
        self._out.flush()

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.bytes

    def writable(self) -> bool:
        """Return True."""
        return True

    def readable(self) -> bool:
        """Return False."""
        return False

    def seekable(self) -> bool:
        """Return False."""
        return False

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hexadecimal."""
        return self._digest.hexdigest()
