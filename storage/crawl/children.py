"""The sitemaps of an index, and what each held when it was read."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.sqlite.values import clean, from_column, required, to_column


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a sitemap of an index held."""

    read_at: datetime
    brought_at: datetime | None = None  # when it last had a new article; not at its first reading
    newest: datetime | None = None  # the latest date of its entries


def held(connection: sqlite3.Connection, source_id: int) -> dict[str, Held]:
    """Return what the sitemaps of a source's index held, by their URL."""
    rows = connection.execute(
        "SELECT url, read_at, brought_at, newest FROM child_sitemap WHERE source_id = :id",
        {"id": source_id},
    )
    return {row["url"]: _held(row) for row in rows}


def _held(row: sqlite3.Row) -> Held:
    read_at = from_column(row["read_at"])
    assert read_at is not None  # noqa: S101 - the column is not null
    return Held(
        read_at=read_at,
        brought_at=from_column(row["brought_at"]),
        newest=from_column(row["newest"]),
    )


def record(
    connection: sqlite3.Connection,
    source_id: int,
    url: str,
    at: datetime,
    *,
    has_new: bool = False,
    newest: datetime | None = None,
) -> None:
    """Remember that a sitemap was read, or could not be."""
    connection.execute(
        """
        INSERT INTO child_sitemap (source_id, url, read_at, newest)
        VALUES (:source_id, :url, :at, :newest)
        ON CONFLICT (source_id, url) DO UPDATE SET
            read_at = :at,
            newest = coalesce(:newest, newest),
            brought_at = CASE WHEN :has_new THEN :at ELSE brought_at END
        """,
        {
            "source_id": source_id,
            "url": clean(url),
            "at": required(at),
            "newest": to_column(newest),
            "has_new": has_new,
        },
    )
