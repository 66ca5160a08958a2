"""Sightings: which source showed which URL, in which words; and what it showed before."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from storage.records.model import FeedEntry
from storage.sqlite.values import clean, from_column, required, to_column, to_json

_LOOKED_AT = 20  # sightings of one identifier: the newest; a feed that renews its dates has many
# Between two dates of one article: a series that has one identifier for all its parts, "Briefing",
# comes daily.
_ONE_ARTICLE = timedelta(days=1)


def add(
    connection: sqlite3.Connection,
    frontier_id: int,
    source_id: int,
    entry: FeedEntry,
    now: datetime,
) -> bool:
    """Record a claim; return whether it is one that this source never made before."""
    claim = (entry.guid, entry.headline, entry.published, entry.modified, entry.summary)
    cursor = connection.execute(
        """
        INSERT INTO sighting (frontier_id, source_id, url, claim_hash, guid, headline, published,
                              modified, position, first_seen)
        VALUES (:frontier_id, :source_id, :url, :claim_hash, :guid, :headline, :published,
                :modified, :position, :now)
        ON CONFLICT DO NOTHING
        """,
        {
            "frontier_id": frontier_id,
            "source_id": source_id,
            "url": clean(entry.url),
            "claim_hash": blake2b(clean(to_json(claim)).encode(), digest_size=8).hexdigest(),
            "guid": clean(entry.guid) if entry.guid else None,
            "headline": clean(entry.headline) if entry.headline else None,
            "published": to_column(entry.published),
            "modified": to_column(entry.modified),
            "position": entry.position,
            "now": required(now),
        },
    )
    return cursor.rowcount == 1


def claims_change(connection: sqlite3.Connection, frontier_id: int, source_id: int) -> bool:
    """Whether this source had claimed something of the URL before: a first claim is no change."""
    row = connection.execute(
        "SELECT count(*) AS n FROM sighting WHERE frontier_id = :f AND source_id = :s",
        {"f": frontier_id, "s": source_id},
    ).fetchone()
    return int(row["n"]) > 1


def own_guids(entries: Iterable[FeedEntry]) -> set[str]:
    """Return the identifiers that only one entry of a list has: no other identifies anything."""
    counts = Counter(entry.guid for entry in entries)
    return {guid for guid, count in counts.items() if guid is not None and count == 1}


def shown_before(
    connection: sqlite3.Connection, source_id: int, entry: FeedEntry, canonical_url: str
) -> int | None:
    """Return the frontier's row of an entry that this source showed under another address.

    Its identifier is the same, and so is its headline, or its address but for the query. Else the
    identifier may be one of a place in the feed ("item-1"), where each entry comes by.
    """
    rows = connection.execute(
        """
        SELECT frontier_id, canonical_url, headline, published
        FROM sighting JOIN frontier_url ON frontier_url.id = frontier_id
        WHERE sighting.source_id = :source AND guid = :guid ORDER BY sighting.id DESC LIMIT :most
        """,
        {"source": source_id, "guid": clean(entry.guid or ""), "most": _LOOKED_AT},
    )
    path = canonical_url.partition("?")[0]
    for row in rows:
        is_there = row["canonical_url"].partition("?")[0] == path
        if _is_same(entry, row, is_there=is_there):
            return int(row["frontier_id"])
    return None


def _is_same(entry: FeedEntry, row: sqlite3.Row, *, is_there: bool) -> bool:
    """Whether a sighting of the same identifier is of the same article."""
    published = from_column(row["published"])
    if entry.published is not None and published is not None:
        if abs(entry.published - published) > _ONE_ARTICLE:
            return False
        if is_there and entry.published == published:
            return True  # its headline was edited
    headline = clean(entry.headline) if entry.headline else None
    return row["headline"] == headline and (headline is not None or is_there)
