"""The request of an export, and the rows that its formats read."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage.articles import corpus
from storage.articles.corpus import Wanted
from storage.export.manifest import Versions
from storage.export.withholding import Withheld
from storage.records.model import CorpusArticle

SCHEMA = 2  # of what an export contains: raised where a field changes its name or meaning
Watch = Callable[[Iterable[sqlite3.Row]], Iterable[sqlite3.Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """One export: its articles, its format, the name of its file.

    `wanted.as_of` must not be later than the newest row (`corpus_view.settled`), else it is chance
    whether the export contains rows that are stored while it runs.
    """

    form: str  # a key of FORMATS
    wanted: Wanted
    query: str | None = None  # that chose `wanted.ids`; recorded in the manifest
    compression: str | None = None  # one of COMPRESSIONS
    table: str | None = None  # a key of tables.TABLES, in place of the articles
    schema: int = SCHEMA  # of the fields; the one before is written for two minor versions
    file: str = ""  # its name, for the manifest
    withheld: Withheld = Withheld()  # noqa: RUF009 - it never changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of an export, read one by one from the store."""

    connection: sqlite3.Connection
    wanted: Wanted
    folder: Path  # of the archive
    watch: Watch = iter  # yields the rows unchanged; a progress bar counts them
    versions: Versions = field(default_factory=Versions)
    withheld: Withheld = Withheld()  # noqa: RUF009 - it never changes
    query: str | None = None  # that chose the articles

    def observe(self, rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
        """Yield rows unchanged; `watch` and the manifest count them."""
        return self.versions.observe(self.watch(rows))

    def texts(self) -> Iterator[sqlite3.Row]:
        """Yield a row for each text, in the order of articles, with lists as JSON."""
        rows = self.observe(corpus.rows(self.connection, self.wanted))
        return self.withheld.applied(rows, self.connection)

    def articles(self) -> Iterator[CorpusArticle]:
        """Yield the rows as articles."""
        return map(corpus.article_of, self.texts())
