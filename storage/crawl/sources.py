"""Sources: what the configuration names, and the state of each."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from storage.crawl import health, hosts, outlets, polls
from storage.crawl.health import Standing
from storage.records.model import Source
from storage.sqlite.values import clean, from_column, required, shard_of, to_json


def synchronize(
    connection: sqlite3.Connection, sources: Iterable[tuple[Source, str]], now: datetime
) -> None:
    """Make the source rows agree with the configuration, given with each source's host.

    New sources are due at once; one that left keeps its rows and is no longer polled.
    """
    sources = list(sources)
    outlets.synchronize(connection, [source for source, _ in sources])
    stamp = required(now)
    rows = [_row(source, host) | {"now": stamp} for source, host in sources]
    _follow_moves(connection, [str(row["url"]) for row in rows])
    connection.execute(
        "UPDATE source SET removed_at = :now WHERE removed_at IS NULL"
        " AND url NOT IN (SELECT value FROM json_each(:urls))",
        {"now": stamp, "urls": to_json([row["url"] for row in rows])},
    )
    connection.executemany(
        """
        INSERT INTO source (name, kind, url, host, shard, family, country, grouping, added_at)
        VALUES (:name, :kind, :url, :host, :shard, :family, :country, :group, :now)
        ON CONFLICT (url) DO UPDATE SET
            name = :name, kind = :kind, host = :host, shard = :shard, family = :family,
            country = :country, grouping = :group, removed_at = NULL
        WHERE removed_at IS NOT NULL OR (name, kind, host, shard, family, country, grouping)
            IS NOT (:name, :kind, :host, :shard, :family, :country, :group)
        """,
        rows,
    )
    connection.execute(
        """
        INSERT INTO poll_state (source_id, next_poll_at, interval_seconds, failures, reason)
        SELECT id, :now, 1800, 0, 'never polled' FROM source WHERE true
        ON CONFLICT (source_id) DO NOTHING
        """,
        {"now": stamp},
    )
    hosts.expect_polls(connection)


def _follow_moves(connection: sqlite3.Connection, urls: list[str]) -> None:
    """Give the row of a source the address that it moved to, once the configuration has that.

    It keeps its polls, its validators and its articles, and its old address does not remain as a
    source that was removed.
    """
    parameters = {"urls": to_json(urls)}
    moved = connection.execute(
        """
        SELECT source.id, moved_to FROM source JOIN poll_state ON source_id = source.id
        WHERE moved_to IN (SELECT value FROM json_each(:urls))
          AND url NOT IN (SELECT value FROM json_each(:urls))
          AND NOT EXISTS (SELECT 1 FROM source AS other WHERE other.url = moved_to)
        GROUP BY moved_to
        """,
        parameters,
    ).fetchall()
    for row in moved:
        number = {"id": row["id"], "url": row["moved_to"]}
        connection.execute("UPDATE source SET url = :url WHERE id = :id", number)
        connection.execute(
            "UPDATE poll_state SET moved_to = NULL, moved_since = NULL WHERE source_id = :id",
            number,
        )


def _row(source: Source, host: str) -> dict[str, object]:
    """Return what the store keeps of a source."""
    return {
        "name": source.name,
        "kind": source.kind.value,
        "url": source.url,
        "host": host,
        "shard": shard_of(host),
        "family": source.family or source.name,
        "country": source.country,
        "group": source.group,
    }


def of_outlet(connection: sqlite3.Connection, name: str, host: str, now: datetime) -> int:
    """Return the source of an outlet, the oldest of several; one that is not polled if need be."""
    row = connection.execute(
        "SELECT id FROM source WHERE name = :name ORDER BY id LIMIT 1", {"name": clean(name)}
    ).fetchone()
    if row is not None:
        return int(row["id"])
    cursor = connection.execute(
        """
        INSERT INTO source (name, kind, url, host, shard, family, added_at, removed_at)
        VALUES (:name, 'page', :url, :host, :shard, :name, :now, :now)
        ON CONFLICT (url) DO UPDATE SET url = excluded.url RETURNING id
        """,
        {
            "name": clean(name),
            "url": f"http://{clean(host)}/",
            "host": clean(host),
            "shard": shard_of(host),
            "now": required(now),
        },
    )
    return int(cursor.fetchone()["id"])


def id_of(connection: sqlite3.Connection, url: str) -> int:
    """Return the row of a source that is configured."""
    row = connection.execute("SELECT id FROM source WHERE url = :url", {"url": url}).fetchone()
    return int(row["id"])


def is_known(connection: sqlite3.Connection, url: str) -> bool:
    """Whether a source has a row."""
    query = "SELECT 1 FROM source WHERE url = :url"
    return connection.execute(query, {"url": url}).fetchone() is not None


def names(connection: sqlite3.Connection) -> list[str]:
    """Return the name of every outlet that the store knows, each once."""
    rows = connection.execute("SELECT DISTINCT name FROM source ORDER BY name")
    return [row["name"] for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A source whose permanent redirects lead elsewhere: a proposal for sources.toml."""

    source: str
    url: str
    moved_to: str
    moved_since: datetime


def moves(connection: sqlite3.Connection) -> list[Move]:
    """Return the sources that have moved for good, by name."""
    rows = connection.execute(
        """
        SELECT name AS source, url, moved_to, moved_since
        FROM source JOIN poll_state ON source_id = source.id
        WHERE moved_to IS NOT NULL AND removed_at IS NULL ORDER BY name, url
        """
    )
    return [msgspec.convert(dict(row), Move) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A line of `drawdown status`."""

    id: int
    source: str
    kind: str
    url: str
    state: str  # its health, in one word
    why: str
    removed: bool
    group: str | None
    country: str | None
    last_poll_at: datetime | None  # whatever its outcome was
    last_answer_at: datetime | None  # of the last poll that read the source
    last_outcome: str | None
    last_detail: str | None
    next_poll_at: datetime | None  # None: it was removed
    reason: str
    failures: float
    failing_since: datetime | None
    discovered: int
    articles: int
    relevant: int
    duplicates: int
    family: str
    duplicate_kinds: dict[str, int]  # how many of its articles repeat others, by kind
    outcomes: dict[str, int]


def newest_entries(connection: sqlite3.Connection) -> dict[int, datetime]:
    """Return when each source had a new entry last, by its row; without those that never had."""
    rows = connection.execute(
        "SELECT source_id, max(discovered_at) AS at FROM frontier_url GROUP BY source_id"
    )
    return {row["source_id"]: datetime.fromisoformat(row["at"]) for row in rows}


def statuses(
    connection: sqlite3.Connection,
    now: datetime | None = None,
    *,
    counts_articles: bool = True,
) -> list[SourceStatus]:
    """Return the state of every source, in the order they were added.

    Articles are counted in every text of the corpus. Without `counts_articles` their numbers are 0:
    for a caller that counts in columns (`storage.facts`).
    """
    standings = health.standings(connection, now or datetime.now(UTC))
    outcomes: dict[int, dict[str, int]] = {}
    for row in connection.execute(
        "SELECT source_id, outcome, count(*) AS n FROM frontier_url GROUP BY source_id, outcome"
    ):
        outcomes.setdefault(row["source_id"], {})[row["outcome"]] = row["n"]
    counts: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(_ARTICLE_COUNTS) if counts_articles else ():
        counts.setdefault(row["source_id"], []).append(row)
    rows = connection.execute(
        """
        SELECT source.id, name, kind, url, family, removed_at, grouping, country, poll_state.*,
               (SELECT max(at) FROM poll WHERE poll.source_id = source.id) AS polled_at
        FROM source JOIN poll_state ON poll_state.source_id = source.id ORDER BY source.id
        """
    )
    return [
        _status(row, standings[row["id"]], outcomes.get(row["id"], {}), counts.get(row["id"], []))
        for row in rows
    ]


_ARTICLE_COUNTS = """
    SELECT article.source_id, duplicate_kind, count(*) AS articles, sum(corpus.relevant) AS relevant
    FROM article JOIN corpus ON corpus.id = article.id
    GROUP BY article.source_id, duplicate_kind ORDER BY duplicate_kind
"""


def _status(
    row: sqlite3.Row, stands: Standing, outcomes: dict[str, int], counts: list[sqlite3.Row]
) -> SourceStatus:
    state = polls.state_of(row)
    is_removed = row["removed_at"] is not None
    kinds = {c["duplicate_kind"]: c["articles"] for c in counts if c["duplicate_kind"] is not None}
    return SourceStatus(
        id=row["id"],
        source=row["name"],
        kind=row["kind"],
        url=row["url"],
        state=stands.state.value,
        why=stands.reason,
        removed=is_removed,
        group=row["grouping"],
        country=row["country"],
        last_poll_at=from_column(row["polled_at"]),
        last_answer_at=state.last_poll_at,
        last_outcome=state.last_outcome,
        last_detail=state.last_detail,
        next_poll_at=None if is_removed else state.next_poll_at,
        reason=state.reason,
        failures=state.failures,
        failing_since=state.failing_since,
        discovered=sum(outcomes.values()),
        articles=sum(count["articles"] for count in counts),
        relevant=sum(count["relevant"] for count in counts),
        duplicates=sum(kinds.values()),
        family=row["family"],
        duplicate_kinds=kinds,
        outcomes=outcomes,
    )
