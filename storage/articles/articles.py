"""Articles: their identity, and the addresses that lead to them."""

import sqlite3
from datetime import datetime
from urllib.parse import urlsplit

from storage.articles import revisions
from storage.articles.revisions import Visit
from storage.crawl import outlets
from storage.sqlite.values import clean, to_column


def find(connection: sqlite3.Connection, canonical_url: str) -> int | None:
    """Return the article with this address or alias."""
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
    """Store a new article with its first revision and verdict; return its id.

    It belongs to the source that listed it, or to the outlet that claims the domain of its page.
    """
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
            "source_id": _source_of(connection, visit, discovered["source_id"]),
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


def _source_of(connection: sqlite3.Connection, visit: Visit, listed_by: int) -> int:
    """Return the source of an article: where its page lies decides before who listed it."""
    host = urlsplit(visit.page.url).hostname or ""
    return outlets.source_of_domain(connection, host, listed_by) or listed_by


def first_seen_of(connection: sqlite3.Connection, article_id: int) -> datetime:
    """Return when the address of an article was discovered."""
    row = connection.execute(
        "SELECT first_seen FROM article WHERE id = :id", {"id": article_id}
    ).fetchone()
    return datetime.fromisoformat(row["first_seen"])


def first_seen(connection: sqlite3.Connection, frontier_id: int) -> datetime:
    """Return when a URL was discovered."""
    row = connection.execute(
        "SELECT discovered_at FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    return datetime.fromisoformat(row["discovered_at"])


def _declared(visit: Visit) -> str | None:
    article = visit.reading.article
    return to_column(article.published) if article else None


def add_alias(
    connection: sqlite3.Connection,
    article_id: int,
    url: str,
    via: str,
) -> None:
    """Store another address of an article, unless it is an address of an article already."""
    connection.execute(
        """
        INSERT INTO url_alias (canonical_url, article_id, via)
        SELECT :url, :id, :via
        WHERE NOT EXISTS (SELECT 1 FROM article WHERE canonical_url = :url)
        ON CONFLICT DO NOTHING
        """,
        {"url": clean(url), "id": article_id, "via": via},
    )


def has(connection: sqlite3.Connection, article_id: int) -> bool:
    """Return whether there is an article with this id."""
    query = "SELECT 1 FROM article WHERE id = :id"
    return connection.execute(query, {"id": article_id}).fetchone() is not None
