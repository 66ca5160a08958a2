"""The frontier: every discovered URL, the work that waits, and the one outcome of each."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from storage.crawl import forgotten, hosts, sightings
from storage.crawl.attempts import Attempt, record
from storage.records.model import FeedEntry, FrontierUrl, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite.values import clean, required, shard_of, to_column, to_json

_AHEAD = timedelta(days=7)  # an entry that promises to be on topic counts as so much fresher


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """An entry and what the crawler derived from it."""

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
    guids = sightings.own_guids(discovery.entry for discovery in discoveries)
    for discovery in discoveries:
        if forgotten.is_forgotten(connection, discovery.canonical_url):
            known += 1
            continue
        entry = discovery.entry
        frontier_id = _known(connection, source_id, discovery, guids)
        if frontier_id is None:
            frontier_id = _add(connection, source_id, discovery, now)
            sightings.add(connection, frontier_id, source_id, entry, now)
            new += 1
            continue
        known += 1
        is_new_claim = sightings.add(connection, frontier_id, source_id, entry, now)
        if is_new_claim and sightings.claims_change(connection, frontier_id, source_id):
            changed += 1
            _revisit_soon(connection, frontier_id, now)
    for host in {d.host for d in discoveries if d.refused is None}:
        hosts.expect(connection, host, now)
    return Discovered(new=new, known=known, changed=changed)


def _known(
    connection: sqlite3.Connection, source_id: int, discovery: Discovery, guids: Collection[str]
) -> int | None:
    """Return the row of an entry that is known by its address, or else by its identifier."""
    row = connection.execute(
        "SELECT id FROM frontier_url WHERE canonical_url = :url",
        {"url": clean(discovery.canonical_url)},
    ).fetchone()
    if row is not None:
        return int(row["id"])
    entry = discovery.entry
    if entry.guid not in guids:
        return None
    known = sightings.shown_before(connection, source_id, entry, discovery.canonical_url)
    if known is not None:
        _renew(connection, known, discovery)
    return known


def _renew(connection: sqlite3.Connection, frontier_id: int, discovery: Discovery) -> None:
    """Let a URL that waits be asked for as its source links it now: a token in it may expire."""
    connection.execute(
        "UPDATE frontier_url SET url = :url"
        " WHERE id = :id AND host = :host AND outcome = 'pending'",
        {"id": frontier_id, "url": clean(discovery.entry.url), "host": discovery.host},
    )


def _add(
    connection: sqlite3.Connection, source_id: int, discovery: Discovery, now: datetime
) -> int:
    entry = discovery.entry
    ended = discovery.refused is not None
    cursor = connection.execute(
        """
        INSERT INTO frontier_url (canonical_url, url, host, shard, source_id, entry, fresh_at,
                                  discovered_at, not_before, outcome, ended_at)
        VALUES (:canonical_url, :url, :host, :shard, :source_id, :entry, :fresh_at, :now, :now,
                :outcome, :ended_at)
        """,
        {
            "canonical_url": clean(discovery.canonical_url),
            "url": clean(entry.url),
            "host": discovery.host,
            "shard": shard_of(discovery.host),
            "source_id": source_id,
            "entry": clean(to_json(entry)),
            "fresh_at": required(_freshness(entry, now)),
            "now": required(now),
            "outcome": (discovery.refused or Outcome.PENDING).value,
            "ended_at": required(now) if ended else None,
        },
    )
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    return cursor.lastrowid


def _freshness(entry: FeedEntry, now: datetime) -> datetime:
    """Return what orders the frontier: no entry is fresher than one of this moment.

    A feed that labels local time as GMT would pass before all others for hours.
    """
    published = min(entry.published or now, now)
    return published + _AHEAD * entry.is_promising


def _revisit_soon(connection: sqlite3.Connection, frontier_id: int, now: datetime) -> None:
    """Bring a revisit forward: to now, or where the last found nothing to an hour from now.

    Some feeds renew their dates at every poll; they must not make us ask at every poll.
    """
    row = connection.execute(
        """
        UPDATE revisit SET not_before =
            min(not_before, CASE WHEN step = 0 THEN :now ELSE :in_an_hour END)
        WHERE article_id = (SELECT article_id FROM frontier_url WHERE id = :id)
        RETURNING host, not_before
        """,
        {
            "now": required(now),
            "in_an_hour": required(now + timedelta(hours=1)),
            "id": frontier_id,
        },
    ).fetchone()
    if row is not None:
        hosts.expect(connection, row["host"], datetime.fromisoformat(row["not_before"]))


def claim(
    connection: sqlite3.Connection,
    leased: Collection[str],
    now: datetime,
    *,
    polls_until: datetime | None = None,
    per_host: int = 20,
) -> list[FrontierUrl]:
    """Return what is due of leased hosts: polls first, then articles, then revisits.

    Of each host so many articles, the freshest first, and so many revisits. `polls_until` leaves
    alone the sources that become due later.
    """
    parameters = {
        "now": to_column(now),
        "polls_until": to_column(polls_until or now),
        "hosts": to_json(sorted(leased)),
        "per_host": per_host,
    }
    parts = (_DUE_POLLS, _WAITING_ARTICLES, _DUE_REVISITS)
    return [_target(row) for part in parts for row in connection.execute(part, parameters)]


_DUE_POLLS = """
    SELECT source.kind, source.id, source.url, source.host, 0 AS attempts, source.name AS source
    FROM json_each(:hosts) JOIN source ON source.host = value
    JOIN poll_state ON poll_state.source_id = source.id
    WHERE next_poll_at <= :polls_until AND removed_at IS NULL
    ORDER BY next_poll_at
"""

_WAITING_ARTICLES = """
    SELECT 'article' AS kind, url.id, url.url, url.host, attempts, source.name AS source
    FROM json_each(:hosts) AS leased
    JOIN frontier_url AS url ON url.id IN (
        SELECT id FROM frontier_url
        WHERE host = leased.value AND outcome = 'pending' AND not_before <= :now
        ORDER BY fresh_at DESC LIMIT :per_host)
    JOIN source ON source.id = url.source_id
    ORDER BY url.fresh_at DESC
"""

_DUE_REVISITS = """
    SELECT 'revisit' AS kind, revisit.article_id AS id, revisit.url, revisit.host, 0 AS attempts,
           source.name AS source
    FROM json_each(:hosts) AS leased
    JOIN revisit ON revisit.article_id IN (
        SELECT article_id FROM revisit WHERE host = leased.value AND not_before <= :now
        ORDER BY not_before LIMIT :per_host)
    JOIN article ON article.id = revisit.article_id
    JOIN source ON source.id = article.source_id
    ORDER BY revisit.not_before
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


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a discovered URL."""

    id: int
    outcome: Outcome
    article_id: int | None


def standing(connection: sqlite3.Connection, canonical_url: str) -> Standing | None:
    """Return the state of a URL; None where it was never discovered."""
    row = connection.execute(
        "SELECT id, outcome, article_id FROM frontier_url WHERE canonical_url = :url",
        {"url": clean(canonical_url)},
    ).fetchone()
    return None if row is None else Standing(row[0], Outcome(row[1]), row[2])


def entry_of(connection: sqlite3.Connection, frontier_id: int) -> FeedEntry:
    """Return what the feed claimed when the URL was discovered."""
    row = connection.execute(
        "SELECT entry FROM frontier_url WHERE id = :id", {"id": frontier_id}
    ).fetchone()
    return msgspec.json.decode(row["entry"], type=FeedEntry)


def entry_of_article(connection: sqlite3.Connection, article_id: int) -> FeedEntry | None:
    """Return what the feed claimed of the URL under which an article was first found."""
    row = connection.execute(
        "SELECT entry FROM frontier_url WHERE article_id = :id AND entry <> '' ORDER BY id LIMIT 1",
        {"id": article_id},
    ).fetchone()
    return None if row is None else msgspec.json.decode(row["entry"], type=FeedEntry)


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


def outcomes(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the discovered URLs by the outcome of each; the sum is all discovered."""
    rows = connection.execute("SELECT outcome, count(*) AS n FROM frontier_url GROUP BY outcome")
    return {row["outcome"]: row["n"] for row in rows}
