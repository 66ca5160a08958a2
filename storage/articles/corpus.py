"""The corpus for readers: each article's newest text, with its verdict and its original."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec

from storage.records.article import Insert
from storage.records.claim import Claimed
from storage.records.model import CorpusArticle
from storage.records.statement import Quoted
from storage.records.verdict import Evidence
from storage.sqlite import corpus_view
from storage.sqlite.values import from_column, stamp, to_json

_FAR_FUTURE = "9999"  # sorts, as text, after every time in the store
_PART = 1000  # articles of one query


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The articles to read from the corpus, and the time at which they were known."""

    relevant: bool | None = None  # only articles with this verdict
    unique: bool = False  # without copies of earlier articles
    ids: Sequence[int] | None = None  # only these; in ascending order
    as_of: datetime | None = None  # as known at this time; None: now
    revisions: bool = False  # a row for each revision, not only for the newest
    since: datetime | None = None  # only articles with rows stored after this time


def stream(
    connection: sqlite3.Connection,
    wanted: Wanted = Wanted(),
) -> Iterator[CorpusArticle]:
    """Yield articles in the order of ids, at constant memory."""
    return map(article_of, rows(connection, wanted))


def rows(
    connection: sqlite3.Connection,
    wanted: Wanted,
) -> Iterator[sqlite3.Row]:
    """Yield articles as the store has them: lists as JSON, times as text."""
    asked: dict[str, object] = {
        "relevant": wanted.relevant,
        "unique": wanted.unique,
    }
    if _needs_times(wanted):
        asked["as_of"] = stamp(wanted.as_of) if wanted.as_of else _FAR_FUTURE
        asked["since"] = stamp(wanted.since) if wanted.since else None
    # No `yield from`: it would close the cursor, and whoever stops early has closed the store.
    if wanted.ids is None:
        for row in connection.execute(_statement(wanted, "1"), asked):
            yield row
        return
    statement = _statement(
        wanted,
        "article.id IN (SELECT value FROM json_each(:ids))",
    )
    for start in range(0, len(wanted.ids), _PART):
        part = {"ids": to_json(wanted.ids[start : start + _PART])}
        for row in connection.execute(statement, asked | part):
            yield row


def count(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """Return how many articles are wanted, whatever their number of revisions."""
    asked: dict[str, object] = {
        "relevant": wanted.relevant,
        "unique": wanted.unique,
        "as_of": stamp(wanted.as_of) if wanted.as_of else _FAR_FUTURE,
        "since": stamp(wanted.since) if wanted.since else None,
        "ids": to_json(list(wanted.ids or ())),
    }
    chosen = "1" if wanted.ids is None else "article.id IN (SELECT value FROM json_each(:ids))"
    if wanted.since is not None:
        chosen = f"{chosen} AND {corpus_view.CHANGED}"
    select = corpus_view.as_of(chosen=chosen, every_revision=wanted.revisions)
    found = _STREAM.format(f"({select}) AS corpus")
    row = connection.execute(f"SELECT count(DISTINCT id) FROM ({found})", asked)  # noqa: S608 - our own
    return int(row.fetchone()[0])


def _needs_times(wanted: Wanted) -> bool:
    """Return whether the view, which has the newest texts as of now, is not enough."""
    has_time = wanted.since is not None or wanted.as_of is not None
    return has_time or wanted.revisions


def _statement(wanted: Wanted, chosen: str) -> str:
    if _needs_times(wanted):
        if wanted.since is not None:
            chosen = f"{chosen} AND {corpus_view.CHANGED}"
        select = corpus_view.as_of(
            chosen=chosen,
            every_revision=wanted.revisions,
        )
        return _STREAM.format(f"({select}) AS corpus")
    if wanted.ids is None:
        return _STREAM.format("corpus")
    return _STREAM.format("(SELECT value FROM json_each(:ids)) CROSS JOIN corpus ON id = value")


_STREAM = """
    SELECT corpus.* FROM {}
    WHERE (:relevant IS NULL OR relevant = :relevant) AND (NOT :unique OR duplicate_of IS NULL)
    ORDER BY corpus.id, corpus.revision
"""


def newest(connection: sqlite3.Connection) -> Iterator[CorpusArticle]:
    """Yield the corpus in reverse order: the article stored last comes first."""
    yield from map(
        article_of,
        connection.execute("SELECT * FROM corpus ORDER BY id DESC"),
    )


def between(
    connection: sqlite3.Connection,
    low: float,
    high: float,
) -> Iterator[CorpusArticle]:
    """Yield the articles off topic of a probability from `low` to below `high`, falling."""
    rows = connection.execute(
        """
        SELECT * FROM corpus WHERE relevant = 0 AND probability >= :low AND probability < :high
        ORDER BY probability DESC, id
        """,
        {"low": low, "high": high},
    )
    yield from map(article_of, rows)


def count_without_probability(connection: sqlite3.Connection) -> int:
    """Return of how many articles the newest verdict is of a version without a probability."""
    row = connection.execute("SELECT count(*) FROM corpus WHERE probability IS NULL").fetchone()
    return int(row[0])


def get(
    connection: sqlite3.Connection, article_id: int, as_of: datetime | None = None
) -> CorpusArticle:
    """Return one article. Raises KeyError if it is not stored, or was not stored then."""
    for article in stream(connection, Wanted(ids=[article_id], as_of=as_of)):
        return article
    raise KeyError(article_id)


_TEXTS = msgspec.json.Decoder(list[str]).decode
_LISTS = {
    "byline": _TEXTS,
    "body": _TEXTS,
    "captions": _TEXTS,
    "tags": _TEXTS,
    "changes": _TEXTS,
    "inserts": msgspec.json.Decoder(list[Insert]).decode,
    "evidence": msgspec.json.Decoder(list[Evidence]).decode,
    "quotes": msgspec.json.Decoder(list[Quoted]).decode,
    "claims": msgspec.json.Decoder(list[Claimed]).decode,
}
TIMES = (
    "published",
    "modified",
    "first_seen",
    "first_published",
    "fetched_at",
    "removed_at",
)


def article_of(row: sqlite3.Row) -> CorpusArticle:
    """Make an article of a row."""
    values: dict[str, Any] = dict(row)
    for name, decode in _LISTS.items():
        values[name] = [] if values[name] == "[]" else decode(values[name])
    for name in TIMES:
        values[name] = from_column(values[name])
    if values["restrictions"] is not None:
        values["restrictions"] = _TEXTS(values["restrictions"])
    values["relevant"] = bool(values["relevant"])
    return CorpusArticle(**values)


CORPUS_FIELDS = tuple(f.name for f in fields(CorpusArticle))
