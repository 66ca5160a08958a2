"""Sources and their polls: what is due, how the last poll went, what the next waits for."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import msgspec

from storage import hosts
from storage.model import PollState, Source
from storage.outcome import Outcome
from storage.values import clean, from_column, required, shard_of, to_column, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """One poll that ended."""

    at: datetime
    outcome: Outcome
    status: int | None = None
    detail: str = ""
    entries: int = 0
    new: int = 0
    known: int = 0
    over_cap: int = 0
    unusable: int = 0
    possible_loss: bool = False
    duration_ms: float = 0.0


def synchronize(
    connection: sqlite3.Connection, sources: Iterable[tuple[Source, str]], now: datetime
) -> None:
    """Make the source rows agree with the configuration, given with each source's host.

    New sources are due at once; one that left keeps its rows and is no longer polled.
    """
    stamp = required(now)
    rows = [_row(source, host) | {"now": stamp} for source, host in sources]
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


def postpone(connection: sqlite3.Connection, host: str, until: datetime) -> None:
    """Let the sources of a host wait: its server asked for a pause."""
    connection.execute(
        """
        UPDATE poll_state SET next_poll_at = :until, reason = 'the server asked for a pause'
        WHERE next_poll_at < :until AND source_id IN (SELECT id FROM source WHERE host = :host)
        """,
        {"host": host, "until": required(until)},
    )


def hasten(connection: sqlite3.Connection, url: str, seconds: float, now: datetime) -> None:
    """Let a source wait no longer than some seconds: it is to be polled more often from now on."""
    connection.execute(
        """
        UPDATE poll_state SET next_poll_at = :until, reason = 'its interval was changed'
        WHERE next_poll_at > :until
          AND source_id IN (SELECT id FROM source WHERE url = :url AND removed_at IS NULL)
        """,
        {"url": url, "until": required(now + timedelta(seconds=seconds))},
    )


def overdue(connection: sqlite3.Connection, now: datetime) -> int:
    """Return how many sources are due for a poll, without those whose server asked for a pause."""
    row = connection.execute(f"SELECT count(*) {_DUE}", {"now": required(now)}).fetchone()
    return int(row[0])


def lag(connection: sqlite3.Connection, now: datetime) -> float:
    """Return for how many seconds the source that has been due the longest has been so."""
    row = connection.execute(f"SELECT min(next_poll_at) {_DUE}", {"now": required(now)}).fetchone()
    since = from_column(row[0])
    return 0.0 if since is None else (now - since).total_seconds()


_DUE = """
    FROM poll_state JOIN source ON source.id = source_id LEFT JOIN host ON host.name = source.host
    WHERE removed_at IS NULL AND next_poll_at <= :now AND coalesce(not_before, '') <= :now
"""


def last_poll(connection: sqlite3.Connection) -> datetime | None:
    """Return when a source was polled last."""
    return from_column(connection.execute("SELECT max(at) FROM poll").fetchone()[0])


def poll_state(connection: sqlite3.Connection, source_id: int) -> PollState:
    """Return what is remembered of a source."""
    row = connection.execute(
        "SELECT * FROM poll_state WHERE source_id = :id", {"id": source_id}
    ).fetchone()
    return _state(row)


def _state(row: sqlite3.Row) -> PollState:
    columns = {f.name: row[f.name] for f in fields(PollState)}
    return msgspec.convert(columns, PollState)


def save_poll(
    connection: sqlite3.Connection, source_id: int, record: PollRecord, state: PollState
) -> int:
    """Write a poll's record and what is remembered from it; return the record's row.

    The caller adds the entries.
    """
    cursor = connection.execute(
        """
        INSERT INTO poll (source_id, at, outcome, status, detail, entries, new, known, over_cap,
                          unusable, possible_loss, duration_ms)
        VALUES (:source_id, :at, :outcome, :status, :detail, :entries, :new, :known, :over_cap,
                :unusable, :possible_loss, :duration_ms)
        """,
        {
            "source_id": source_id,
            "at": to_column(record.at),
            "outcome": record.outcome.value,
            "status": record.status,
            "detail": clean(record.detail),
            "entries": record.entries,
            "new": record.new,
            "known": record.known,
            "over_cap": record.over_cap,
            "unusable": record.unusable,
            "possible_loss": int(record.possible_loss),
            "duration_ms": record.duration_ms,
        },
    )
    _save_state(connection, source_id, state)
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    return cursor.lastrowid


def _save_state(connection: sqlite3.Connection, source_id: int, state: PollState) -> None:
    values: dict[str, object] = {"source_id": source_id}
    for f in fields(PollState):
        value = getattr(state, f.name)
        if isinstance(value, datetime):
            value = to_column(value)
        elif isinstance(value, str):
            value = clean(value)
        values[f.name] = value
    names = [f.name for f in fields(PollState)]
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    connection.execute(
        f"UPDATE poll_state SET {assignments} WHERE source_id = :source_id",  # noqa: S608 - our own field names
        values,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A line of `drawdown status`."""

    id: int
    source: str
    kind: str
    url: str
    removed: bool
    last_poll_at: datetime | None
    last_outcome: str | None
    last_detail: str | None
    next_poll_at: datetime
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


def statuses(connection: sqlite3.Connection) -> list[SourceStatus]:
    """Return how every source stands, in the order they were added."""
    outcomes: dict[int, dict[str, int]] = {}
    for row in connection.execute(
        "SELECT source_id, outcome, count(*) AS n FROM frontier_url GROUP BY source_id, outcome"
    ):
        outcomes.setdefault(row["source_id"], {})[row["outcome"]] = row["n"]
    counts: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(_ARTICLE_COUNTS):
        counts.setdefault(row["source_id"], []).append(row)
    rows = connection.execute(
        """
        SELECT source.id, name, kind, url, family, removed_at, poll_state.*
        FROM source JOIN poll_state ON poll_state.source_id = source.id ORDER BY source.id
        """
    )
    return [_status(row, outcomes.get(row["id"], {}), counts.get(row["id"], [])) for row in rows]


_ARTICLE_COUNTS = """
    SELECT article.source_id, duplicate_kind, count(*) AS articles, sum(corpus.relevant) AS relevant
    FROM article JOIN corpus ON corpus.id = article.id
    GROUP BY article.source_id, duplicate_kind ORDER BY duplicate_kind
"""


def _status(row: sqlite3.Row, outcomes: dict[str, int], counts: list[sqlite3.Row]) -> SourceStatus:
    state = _state(row)
    kinds = {c["duplicate_kind"]: c["articles"] for c in counts if c["duplicate_kind"] is not None}
    return SourceStatus(
        id=row["id"],
        source=row["name"],
        kind=row["kind"],
        url=row["url"],
        removed=row["removed_at"] is not None,
        last_poll_at=state.last_poll_at,
        last_outcome=state.last_outcome,
        last_detail=state.last_detail,
        next_poll_at=state.next_poll_at,
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
