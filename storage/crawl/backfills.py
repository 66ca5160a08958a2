"""What a backfill has read of an outlet's past."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from storage.sqlite.values import clean, required, to_json

BY_COMMAND, AFTER_OVERFLOW = "backfill", "backfill after an overflow"  # details of such polls


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


def known_before(connection: sqlite3.Connection, canonical: Sequence[str], at: datetime) -> int:
    """Return how many of some canonical URLs had been discovered before a time."""
    row = connection.execute(
        """
        SELECT count(*) FROM frontier_url JOIN json_each(:urls) ON canonical_url = value
        WHERE discovered_at < :at
        """,
        {"urls": to_json([clean(url) for url in canonical]), "at": required(at)},
    ).fetchone()
    return int(row[0])
