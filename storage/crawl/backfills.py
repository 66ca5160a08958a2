"""What a backfill has read of an outlet's past."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from storage.crawl import sightings
from storage.crawl.frontier import Discovery
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


def known_before(
    connection: sqlite3.Connection,
    source_id: int,
    discoveries: Sequence[Discovery],
    at: datetime,
) -> int:
    """Return how many entries of a source had been discovered before a time."""
    rows = connection.execute(
        """
        SELECT canonical_url, discovered_at < :at AS is_before
        FROM frontier_url JOIN json_each(:urls) ON canonical_url = value
        """,
        {"urls": to_json([clean(d.canonical_url) for d in discoveries]), "at": required(at)},
    )
    is_before = {row["canonical_url"]: bool(row["is_before"]) for row in rows}
    known = sum(is_before.values())
    guids = sightings.own_guids(discovery.entry for discovery in discoveries)
    for discovery in discoveries:
        if clean(discovery.canonical_url) not in is_before and discovery.entry.guid in guids:
            known += _was_shown(connection, source_id, discovery, at)
    return known


def _was_shown(
    connection: sqlite3.Connection, source_id: int, discovery: Discovery, at: datetime
) -> bool:
    """Whether an entry was discovered before a time under another address."""
    number = sightings.shown_before(connection, source_id, discovery.entry, discovery.canonical_url)
    row = connection.execute(
        "SELECT 1 FROM frontier_url WHERE id = :id AND discovered_at < :at",
        {"id": number, "at": required(at)},
    ).fetchone()
    return row is not None
