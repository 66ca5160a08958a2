"""The articles that wait to be compared or judged again (`drawdown reprocess`)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from storage.records.model import SKETCH_VERSION
from storage.sqlite.values import from_column

_UNDONE = -1  # sketch version of an article that waits to be compared; real ones are above 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article to compare again, without its text."""

    id: int
    url: str
    outlet: str
    headline: str
    published: datetime | None  # else when its URL was discovered


def begin(connection: sqlite3.Connection) -> int:
    """Delete relations and sketches, unless a pass is under way; return how many articles wait."""
    if not _undone(connection):
        connection.execute("DELETE FROM relation")
        connection.execute(
            "UPDATE article SET cluster_id = id, group_id = id, sketch_version = :undone",
            {"undone": _UNDONE},
        )
    return _undone(connection)


def _undone(connection: sqlite3.Connection) -> int:
    query = "SELECT count(*) FROM article WHERE sketch_version = :undone"
    return int(connection.execute(query, {"undone": _UNDONE}).fetchone()[0])


def waiting(connection: sqlite3.Connection, *, most: int) -> list[Waiting]:
    """Return the articles that come next, in the order in which they were stored."""
    rows = connection.execute(_WAITING, {"undone": _UNDONE, "most": most})
    return [
        Waiting(
            id=row["id"],
            url=row["url"],
            outlet=row["outlet"],
            headline=row["headline"],
            published=from_column(row["published"]),
        )
        for row in rows
    ]


_WAITING = """
    SELECT article.id, revision.url, source.name AS outlet, headline,
           coalesce(published, first_seen) AS published
    FROM article JOIN revision ON revision.article_id = article.id AND number = 1
                 JOIN source ON source.id = article.source_id
    WHERE sketch_version = :undone ORDER BY article.id LIMIT :most
"""


def end(connection: sqlite3.Connection) -> None:
    """Empty the table of shingles; the next start fills it from the new sketches."""
    connection.execute("DELETE FROM shingle")


def older(connection: sqlite3.Connection) -> int:
    """Return how many sketches have an older version, so that no text is compared with them."""
    row = connection.execute(
        "SELECT count(*) FROM article WHERE sketch_version NOT IN (:version, :undone)",
        {"version": SKETCH_VERSION, "undone": _UNDONE},
    ).fetchone()
    return int(row[0])


def count_waiting(connection: sqlite3.Connection) -> int:
    """Return how many articles wait to be compared again.

    Their original was forgotten, or `reprocess --dedupe` was stopped.
    """
    return _undone(connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A text that a topic has not judged yet."""

    id: int
    url: str
    revision: int
    headline: str
    standfirst: str | None
    body: tuple[str, ...]
    language: str | None


def count_unjudged(connection: sqlite3.Connection, topic_version: str) -> int:
    """Return how many newest texts a topic has not judged."""
    query = f"SELECT count(*) FROM ({_UNJUDGED})"  # noqa: S608 - our own query
    return int(connection.execute(query, {"version": topic_version, "most": -1}).fetchone()[0])


def unjudged(
    connection: sqlite3.Connection,
    topic_version: str,
    *,
    most: int,
) -> list[Unjudged]:
    """Return the next texts that a topic has not judged, the newest revision of each article."""
    rows = connection.execute(
        _UNJUDGED,
        {"version": topic_version, "most": most},
    )
    return [
        Unjudged(**{**dict(row), "body": msgspec.json.decode(row["body"], type=tuple[str, ...])})
        for row in rows
    ]


_UNJUDGED = """
    SELECT article_id AS id, url, number AS revision, headline, standfirst, body, language
    FROM revision
    WHERE number = (SELECT max(number) FROM revision AS newest
                    WHERE newest.article_id = revision.article_id)
      AND NOT EXISTS (SELECT 1 FROM verdict
                      WHERE verdict.article_id = revision.article_id
                        AND verdict.revision = revision.number
                        AND verdict.topic_version = :version)
    ORDER BY article_id LIMIT :most
"""
