"""What a backfill has read of an outlet's past."""

import sqlite3
from datetime import datetime

from storage.values import clean, required


def is_read(
    connection: sqlite3.Connection, url: str, since: datetime | None, after: datetime
) -> bool:
    """Whether a sitemap or page was read after a time, for entries from then or earlier on."""
    row = connection.execute(
        "SELECT 1 FROM backfilled WHERE url = :url AND since <= :since AND read_at > :after",
        {"url": clean(url), "since": required(since) if since else "", "after": required(after)},
    ).fetchone()
    return row is not None


def record(connection: sqlite3.Connection, url: str, since: datetime | None, now: datetime) -> None:
    """Remember that a sitemap or page was read."""
    connection.execute(
        """
        INSERT INTO backfilled (url, since, read_at) VALUES (:url, :since, :now)
        ON CONFLICT (url) DO UPDATE SET since = :since, read_at = :now
        """,
        {"url": clean(url), "since": required(since) if since else "", "now": required(now)},
    )
