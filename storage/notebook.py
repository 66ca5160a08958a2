"""The corpus in a notebook or a script: open, iterate, search, as a data frame.

In a cell of a notebook:

>>> from storage import Corpus
>>> corpus = Corpus.open("var/corpus.db")  # doctest: +SKIP
>>> frame = corpus.to_pandas(query="lang:ar after:2024-12")  # doctest: +SKIP

In a script, which closes it at the end:

>>> with Corpus.open("var/corpus.db") as corpus:  # doctest: +SKIP
...     for article in corpus.articles(relevant=True, unique=True):
...         print(article.published, article.source, article.headline)
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from storage.articles import corpus
from storage.articles.corpus import CORPUS_FIELDS, Wanted
from storage.export.parquet import as_table
from storage.records.model import CorpusArticle
from storage.search import find
from storage.search.find import Found, Order
from storage.sqlite.database import open_corpus


class Corpus:
    """A corpus, opened for reading; a daemon may go on writing it."""

    def __init__(self, connection: sqlite3.Connection, opened: ExitStack | None = None):
        self.connection = connection
        self._opened = opened or ExitStack()

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open a store; `close`, or the end of a `with` block, closes it.

        Raises StoreMissing, StoreCorrupt, StoreTooNew or StoreTooOld.
        """
        with ExitStack() as opening:
            connection = opening.enter_context(open_corpus(path))
            return cls(connection, opening.pop_all())

    def close(self) -> None:
        """Close the store; once is enough, and more does no harm."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Corpus of {len(self)} articles>"

    def __len__(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM article").fetchone()[0])

    def __iter__(self) -> Iterator[CorpusArticle]:
        return self.articles()

    def __getitem__(self, article_id: int) -> CorpusArticle:
        return corpus.get(self.connection, article_id)

    def articles(
        self,
        query: str | None = None,
        *,
        relevant: bool | None = None,
        unique: bool = False,
        as_of: datetime | None = None,
        since: datetime | None = None,
    ) -> Iterator[CorpusArticle]:
        """Yield articles in the order of ids; `as_of` and `since` are aware times.

        Raises QueryError.
        """
        wanted = self._wanted(query, relevant=relevant, unique=unique, as_of=as_of, since=since)
        return corpus.stream(self.connection, wanted)

    def _wanted(self, query: str | None, **options: Any) -> Wanted:
        if query is None:
            return Wanted(**options)
        return Wanted(**options, ids=find.ids(self.connection, query, as_of=options.get("as_of")))

    def search(self, query: str, *, order: Order = "rank", limit: int = 20) -> list[Found]:
        """Return what a query finds, with snippets. Raises QueryError."""
        return find.find(self.connection, query, order=order, limit=limit)

    def to_arrow(self, query: str | None = None, **wanted: Any) -> Any:
        """Return a pyarrow table of `articles(...)`. Any: pyarrow is an extra, and untyped."""
        return as_table(corpus.rows(self.connection, self._wanted(query, **wanted)))

    def to_pandas(self, query: str | None = None, **wanted: Any) -> Any:
        """Return a pandas data frame of `articles(...)`; needs pandas and pyarrow."""
        return self.to_arrow(query, **wanted).to_pandas()

    def to_polars(self, query: str | None = None, **wanted: Any) -> Any:
        """Return a polars data frame of `articles(...)`; needs polars and pyarrow."""
        import polars

        return polars.from_arrow(self.to_arrow(query, **wanted))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of an article's fields; docs/corpus.md defines them."""
        return CORPUS_FIELDS
