"""The texts that current rules have not read for statements yet (`drawdown reprocess`)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from storage.sqlite.values import from_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A text of an article on topic or near it."""

    article_id: int
    revision: int
    headline: str
    body: tuple[str, ...]
    language: str | None
    published: datetime | None


def count(connection: sqlite3.Connection, version: str, near: float) -> int:
    """Return how many texts the rules of a version have not read; `near` as in `next_texts`."""
    query = f"SELECT count(*) FROM ({_UNREAD})"  # noqa: S608 - our own query
    row = connection.execute(query, {"version": version, "near": near, "most": -1}).fetchone()
    return int(row[0])


def next_texts(
    connection: sqlite3.Connection,
    version: str,
    near: float,
    *,
    most: int,
) -> list[Unread]:
    """Return the next texts that the rules of a version have not read, all revisions.

    They are of articles on topic, and of those with a probability of at least `near`.
    """
    rows = connection.execute(_UNREAD, {"version": version, "near": near, "most": most})
    return [_unread(row) for row in rows]


def _unread(row: sqlite3.Row) -> Unread:
    return Unread(
        article_id=row["article_id"],
        revision=row["revision"],
        headline=row["headline"],
        body=msgspec.json.decode(row["body"], type=tuple[str, ...]),
        language=row["language"],
        published=from_column(row["published"]),
    )


_UNREAD = """
    SELECT revision.article_id, number AS revision, headline, body, language, published
    FROM revision JOIN verdict ON verdict.article_id = revision.article_id
        AND verdict.revision = revision.number
        AND verdict.stored_at = (
            SELECT max(newest.stored_at) FROM verdict AS newest
            WHERE newest.article_id = revision.article_id AND newest.revision = revision.number)
    WHERE (verdict.relevant OR verdict.probability >= :near)
      AND coalesce((SELECT version FROM statement_reading AS reading
                    WHERE reading.article_id = revision.article_id
                      AND reading.revision = revision.number
                    ORDER BY read_at DESC LIMIT 1), '') <> :version
    ORDER BY revision.article_id, number LIMIT :most
"""
