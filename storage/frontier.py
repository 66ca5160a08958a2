"""The frontier: every discovered URL, the work that waits, and the one outcome each stands at."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import chain

import msgspec

from storage.attempts import Attempt, record
from storage.model import FeedEntry, FrontierUrl, Outcome, TargetKind
from storage.values import clean, required, shard_of, to_column, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """An entry with what the crawler worked out of it."""

    entry: FeedEntry
    canonical_url: str
    host: str
    refused: Outcome | None = None  # ended at first sight: too old, a bad URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """How many of a source's entries were new, and how many were seen before."""

    new: int
    known: int
    changed: int  # known, but the source now claims something else of them


def discover(
    connection: sqlite3.Connection,
    source_id: int,
    discoveries: Sequence[Discovery],
    now: datetime,
) -> Discovered:
    """Add a source's entries: new URLs to the frontier, each claim as a sighting.

    A known article of which the source now claims something else is due for a revisit.
    """
    new = known = changed = 0
    for discovery in discoveries:
        frontier_id, is_new = _add(connection, source_id, discovery, now)
        is_new_claim = _sight(connection, frontier_id, source_id, discovery.entry, now)
        new += is_new
        known += not is_new
        if is_new_claim and not is_new and _claims_change(connection, frontier_id, source_id):
            changed += 1
            _revisit_soon(connection, frontier_id, now)
    return Discovered(new=new, known=known, changed=changed)


def _add(
    connection: sqlite3.Connection, source_id: int, discovery: Discovery, now: datetime
) -> tuple[int, bool]:
    entry = discovery.entry
    canonical = clean(discovery.canonical_url)
    row = connection.execute(
        "SELECT id FROM frontier_url WHERE canonical_url = :url", {"url": canonical}
    ).fetchone()
    if row is not None:
        return row["id"], False
    ended = discovery.refused is not None
    cursor = connection.execute(
        """
        INSERT INTO frontier_url (canonical_url, url, host, shard, source_id, entry,
                                  discovered_at, not_before, outcome, ended_at)
        VALUES (:canonical_url, :url, :host, :shard, :source_id, :entry, :now, :now,
                :outcome, :ended_at)
        """,
        {
            "canonical_url": canonical,
            "url": clean(entry.url),
            "host": discovery.host,
            "shard": shard_of(discovery.host),
            "source_id": source_id,
            "entry": clean(to_json(entry)),
            "now": required(now),
            "outcome": (discovery.refused or Outcome.PENDING).value,
            "ended_at": required(now) if ended else None,
        },
    )
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    return cursor.lastrowid, True


def _sight(
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


def _claims_change(connection: sqlite3.Connection, frontier_id: int, source_id: int) -> bool:
    """Whether this source had claimed something of the URL before: a first claim is no change."""
    row = connection.execute(
        "SELECT count(*) AS n FROM sighting WHERE frontier_id = :f AND source_id = :s",
        {"f": frontier_id, "s": source_id},
    ).fetchone()
    return int(row["n"]) > 1


def _revisit_soon(connection: sqlite3.Connection, frontier_id: int, now: datetime) -> None:
    """Bring a revisit forward: to now, or where the last found nothing to an hour from now.

    Some feeds renew their dates at every poll; they must not make us ask at every poll.
    """
    connection.execute(
        """
        UPDATE revisit SET not_before =
            min(not_before, CASE WHEN step = 0 THEN :now ELSE :in_an_hour END)
        WHERE article_id = (SELECT article_id FROM frontier_url WHERE id = :id)
        """,
        {
            "now": required(now),
            "in_an_hour": required(now + timedelta(hours=1)),
            "id": frontier_id,
        },
    )


def claim(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    busy: Collection[str] = (),
    shard: int | None = None,
    per_host: int = 20,
    limit: int = 2000,
) -> list[FrontierUrl]:
    """Return work that is due, a few URLs a host, passing over hosts that are busy.

    Nothing is marked: the one process that may write (see Database.open) keeps what it has
    claimed in memory, so a killed process leaves nothing claimed.
    """
    parameters = {
        "now": to_column(now),
        "shard": shard,
        "busy": to_json(sorted(busy)),
        "per_host": per_host,
        "limit": limit,
    }
    articles = connection.execute(_WAITING_ARTICLES, parameters).fetchall()
    revisits = connection.execute(_DUE_REVISITS, parameters).fetchall()
    return [_target(row) for row in chain(articles, revisits)]


_WAITING_ARTICLES = """
    SELECT 'article' AS kind, id, url, host, attempts, source FROM (
        SELECT frontier_url.id, frontier_url.url, frontier_url.host, attempts,
               source.name AS source,
               row_number() OVER (PARTITION BY frontier_url.host ORDER BY not_before) AS place
        FROM frontier_url JOIN source ON source.id = frontier_url.source_id
        WHERE outcome = 'pending' AND not_before <= :now
          AND (:shard IS NULL OR frontier_url.shard = :shard)
          AND frontier_url.host NOT IN (SELECT value FROM json_each(:busy))
    ) WHERE place <= :per_host LIMIT :limit
"""

_DUE_REVISITS = """
    SELECT 'revisit' AS kind, article_id AS id, revisit.url, revisit.host, 0 AS attempts,
           source.name AS source
    FROM revisit JOIN article ON article.id = revisit.article_id
                 JOIN source ON source.id = article.source_id
    WHERE not_before <= :now AND (:shard IS NULL OR revisit.shard = :shard)
      AND revisit.host NOT IN (SELECT value FROM json_each(:busy))
    ORDER BY not_before LIMIT :limit
"""


def _target(row: sqlite3.Row) -> FrontierUrl:
    return FrontierUrl(
        id=row["id"],
        kind=TargetKind(row["kind"]),
        url=row["url"],
        source=row["source"],
        host=row["host"],
        attempts=row["attempts"],
    )


def entry_of(connection: sqlite3.Connection, frontier_id: int) -> FeedEntry:
    """Return what the feed claimed when the URL was discovered."""
    row = connection.execute(
        "SELECT entry FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    return msgspec.json.decode(row["entry"], type=FeedEntry)


def end(
    connection: sqlite3.Connection,
    frontier_id: int,
    attempt: Attempt,
    *,
    article_id: int | None = None,
    retry_at: datetime | None = None,
) -> None:
    """End a try of a URL: with its final outcome, or still pending until `retry_at`."""
    record(connection, attempt, frontier_id=frontier_id, article_id=article_id)
    connection.execute(
        """
        UPDATE frontier_url SET
            attempts = attempts + 1, detail = :detail, article_id = :article_id,
            outcome = :outcome, ended_at = :ended_at, not_before = coalesce(:retry_at, not_before)
        WHERE id = :id AND outcome = 'pending'
        """,
        {
            "id": frontier_id,
            "detail": clean(attempt.detail),
            "article_id": article_id,
            "outcome": (attempt.outcome if retry_at is None else Outcome.PENDING).value,
            "ended_at": None if retry_at else required(attempt.at),
            "retry_at": to_column(retry_at),
        },
    )


def postpone_host(connection: sqlite3.Connection, host: str, until: datetime) -> None:
    """Let nothing of a host be claimed before a time (its server asked for a pause)."""
    parameters = {"host": host, "until": required(until)}
    connection.execute(
        """
        UPDATE frontier_url SET not_before = :until
        WHERE host = :host AND outcome = 'pending' AND not_before < :until
        """,
        parameters,
    )
    connection.execute(
        "UPDATE revisit SET not_before = :until WHERE host = :host AND not_before < :until",
        parameters,
    )
    connection.execute(
        """
        UPDATE poll_state SET next_poll_at = :until, reason = 'the server asked for a pause'
        WHERE next_poll_at < :until AND source_id IN (SELECT id FROM source WHERE host = :host)
        """,
        parameters,
    )


def outcomes(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the discovered URLs by the outcome each stands at; the sum is all discovered."""
    rows = connection.execute("SELECT outcome, count(*) AS n FROM frontier_url GROUP BY outcome")
    return {row["outcome"]: row["n"] for row in rows}
