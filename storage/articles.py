"""Articles: their identity, and the corpus as people read it."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime

import msgspec

from storage import revisions
from storage.article import Insert
from storage.model import CorpusArticle
from storage.revisions import Visit
from storage.values import clean, from_column, to_column, to_json
from storage.verdict import Evidence

_PART = 1000  # articles that are asked for at once


def find(connection: sqlite3.Connection, canonical_url: str) -> int | None:
    """Return the article that stands under an address or one of its aliases."""
    row = connection.execute(
        """
        SELECT id FROM article WHERE canonical_url = :url
        UNION ALL SELECT article_id FROM url_alias WHERE canonical_url = :url LIMIT 1
        """,
        {"url": clean(canonical_url)},
    ).fetchone()
    return None if row is None else int(row["id"])


def add(
    connection: sqlite3.Connection,
    frontier_id: int,
    canonical_url: str,
    visit: Visit,
) -> int:
    """Store a new article with its first revision and verdict; return its id."""
    discovered = connection.execute(
        "SELECT source_id, discovered_at FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    cursor = connection.execute(
        """
        INSERT INTO article (canonical_url, source_id, first_seen, declared_at, wire)
        VALUES (:canonical_url, :source_id, :first_seen, min(:first_seen, :published), :wire)
        """,
        {
            "canonical_url": clean(canonical_url),
            "source_id": discovered["source_id"],
            "first_seen": discovered["discovered_at"],
            "published": _declared(visit) or discovered["discovered_at"],
            "wire": visit.reading.article.wire if visit.reading.article else None,
        },
    )
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    article_id = cursor.lastrowid
    connection.execute(
        "UPDATE article SET cluster_id = id, group_id = id WHERE id = :id", {"id": article_id}
    )
    revisions.add(connection, article_id, visit)
    return article_id


def first_seen(connection: sqlite3.Connection, frontier_id: int) -> datetime:
    """Return when a URL was discovered."""
    row = connection.execute(
        "SELECT discovered_at FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    return datetime.fromisoformat(row["discovered_at"])


def _declared(visit: Visit) -> str | None:
    return to_column(visit.reading.article.published) if visit.reading.article else None


def add_alias(connection: sqlite3.Connection, article_id: int, url: str, via: str) -> None:
    """Remember another address of an article; its own address and known ones are passed over."""
    connection.execute(
        """
        INSERT INTO url_alias (canonical_url, article_id, via)
        SELECT :url, :id, :via
        WHERE NOT EXISTS (SELECT 1 FROM article WHERE canonical_url = :url)
        ON CONFLICT DO NOTHING
        """,
        {"url": clean(url), "id": article_id, "via": via},
    )


def stream(
    connection: sqlite3.Connection,
    *,
    relevant: bool | None = None,
    unique: bool = False,
    ids: Sequence[int] | None = None,
) -> Iterator[CorpusArticle]:
    """Yield the corpus in the order of ids, at constant memory.

    `relevant` keeps one side of the verdict; `unique` leaves out what repeats an earlier article;
    `ids` keeps these articles, which have to be in order.
    """
    asked = {"relevant": relevant, "unique": unique}
    if ids is None:
        yield from map(_corpus_article, connection.execute(_STREAM.format("corpus"), asked))
        return
    chosen = "(SELECT value FROM json_each(:ids)) CROSS JOIN corpus ON corpus.id = value"
    for start in range(0, len(ids), _PART):
        part = {"ids": to_json(ids[start : start + _PART])}
        yield from map(_corpus_article, connection.execute(_STREAM.format(chosen), asked | part))


_STREAM = """
    SELECT corpus.* FROM {}
    WHERE (:relevant IS NULL OR relevant = :relevant) AND (NOT :unique OR duplicate_of IS NULL)
    ORDER BY corpus.id
"""


def newest(connection: sqlite3.Connection) -> Iterator[CorpusArticle]:
    """Yield the corpus, the article stored last first."""
    for row in connection.execute("SELECT * FROM corpus ORDER BY id DESC"):
        yield _corpus_article(row)


def between(connection: sqlite3.Connection, low: float, high: float) -> Iterator[CorpusArticle]:
    """Yield the articles off topic whose score lies in a range, the highest first."""
    rows = connection.execute(
        """
        SELECT * FROM corpus WHERE relevant = 0 AND score >= :low AND score < :high
        ORDER BY score DESC, id
        """,
        {"low": low, "high": high},
    )
    for row in rows:
        yield _corpus_article(row)


def has(connection: sqlite3.Connection, article_id: int) -> bool:
    """Whether there is an article with this id."""
    query = "SELECT 1 FROM article WHERE id = :id"
    return connection.execute(query, {"id": article_id}).fetchone() is not None


def get(connection: sqlite3.Connection, article_id: int) -> CorpusArticle:
    """Return one article of the corpus. Raises KeyError where there is none."""
    row = connection.execute("SELECT * FROM corpus WHERE id = :id", {"id": article_id}).fetchone()
    if row is None:
        raise KeyError(article_id)
    return _corpus_article(row)


_LISTS = {"byline": list[str], "body": list[str], "captions": list[str], "inserts": list[Insert],
          "tags": list[str], "evidence": list[Evidence]}  # fmt: skip
_TIMES = {"published", "modified", "first_seen", "first_published", "fetched_at"}


def _corpus_article(row: sqlite3.Row) -> CorpusArticle:
    values: dict[str, object] = dict(row)
    for name, kind in _LISTS.items():
        values[name] = msgspec.json.decode(row[name], type=kind)
    for name in _TIMES:
        values[name] = from_column(row[name])
    values["relevant"] = bool(row["relevant"])
    return CorpusArticle(**values)  # type: ignore[arg-type]  # the view has exactly these columns


CORPUS_FIELDS = tuple(f.name for f in fields(CorpusArticle))
