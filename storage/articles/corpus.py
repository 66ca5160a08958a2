"""The corpus as people read it: each article's newest text, with its verdict and its original."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec

from storage.records.article import Insert
from storage.records.model import CorpusArticle
from storage.records.verdict import Evidence
from storage.sqlite import corpus_view
from storage.sqlite.values import from_column, stamp, to_json

_PART = 1000  # articles that are asked for at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which articles of the corpus, and as they were known when."""

    relevant: bool | None = None  # one side of the verdict
    unique: bool = False  # not what repeats an earlier article
    ids: Sequence[int] | None = None  # these alone; in order
    as_of: datetime | None = None  # as it was known then; None: now
    revisions: bool = False  # a row for each revision, and not for the newest alone
    since: datetime | None = None  # only of which something became known later than this


def stream(
    connection: sqlite3.Connection,
    wanted: Wanted = Wanted(),
) -> Iterator[CorpusArticle]:
    """Yield articles in the order of ids, at constant memory."""
    return map(article_of, rows(connection, wanted))


def rows(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[sqlite3.Row]:
    """Yield articles as they lie in the store: lists as JSON, times as text."""
    asked: dict[str, object] = {"relevant": wanted.relevant, "unique": wanted.unique}
    if _needs_times(wanted):
        asked["as_of"] = stamp(wanted.as_of) if wanted.as_of else "9999"
        asked["since"] = stamp(wanted.since) if wanted.since else None
    if wanted.ids is None:
        yield from connection.execute(_statement(wanted, "1"), asked)
        return
    statement = _statement(wanted, "article.id IN (SELECT value FROM json_each(:ids))")
    for start in range(0, len(wanted.ids), _PART):
        part = {"ids": to_json(wanted.ids[start : start + _PART])}
        yield from connection.execute(statement, asked | part)


def _needs_times(wanted: Wanted) -> bool:
    return wanted.since is not None or wanted.as_of is not None or wanted.revisions


def _statement(wanted: Wanted, chosen: str) -> str:
    if _needs_times(wanted):
        conditions = f"{chosen} AND {corpus_view.CHANGED}" if wanted.since is not None else chosen
        revision = corpus_view.EVERY if wanted.revisions else corpus_view.NEWEST
        select = corpus_view.SELECT.format(chosen=conditions, revision=revision)
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
    """Yield the corpus, the article stored last first."""
    yield from map(article_of, connection.execute("SELECT * FROM corpus ORDER BY id DESC"))


def between(connection: sqlite3.Connection, low: float, high: float) -> Iterator[CorpusArticle]:
    """Yield the articles off topic whose score lies in a range, the highest first."""
    rows = connection.execute(
        """
        SELECT * FROM corpus WHERE relevant = 0 AND score >= :low AND score < :high
        ORDER BY score DESC, id
        """,
        {"low": low, "high": high},
    )
    yield from map(article_of, rows)


def get(
    connection: sqlite3.Connection, article_id: int, as_of: datetime | None = None
) -> CorpusArticle:
    """Return one article. Raises KeyError where there is none, or was none then."""
    for article in stream(connection, Wanted(ids=[article_id], as_of=as_of)):
        return article
    raise KeyError(article_id)


_TEXTS = msgspec.json.Decoder(list[str]).decode
_LISTS = {
    "byline": _TEXTS,
    "body": _TEXTS,
    "captions": _TEXTS,
    "tags": _TEXTS,
    "inserts": msgspec.json.Decoder(list[Insert]).decode,
    "evidence": msgspec.json.Decoder(list[Evidence]).decode,
}
TIMES = ("published", "modified", "first_seen", "first_published", "fetched_at")


def article_of(row: sqlite3.Row) -> CorpusArticle:
    """Make an article of a row."""
    values: dict[str, Any] = dict(row)
    for name, decode in _LISTS.items():
        values[name] = [] if values[name] == "[]" else decode(values[name])
    for name in TIMES:
        values[name] = from_column(values[name])
    values["relevant"] = bool(values["relevant"])
    return CorpusArticle(**values)


CORPUS_FIELDS = tuple(f.name for f in fields(CorpusArticle))
