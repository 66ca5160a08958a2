"""Polls of sources: what is due, how the last one went, what the next waits for."""

import sqlite3
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import msgspec

from storage.crawl import poll_days
from storage.records.model import PollState, PollWish
from storage.records.outcome import Outcome
from storage.sqlite.values import clean, from_column, required, to_column, to_json


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
    undated: int = 0  # entries whose date cannot be determined
    future: int = 0  # entries dated after the poll
    possible_loss: bool = False
    duration_ms: float = 0.0
    next_at: datetime | None = None  # when the next was due then, as `save` has it from the state
    reason: str | None = None  # why then


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


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return when a source was polled last."""
    query = "SELECT (SELECT at FROM poll ORDER BY id DESC LIMIT 1)"
    return from_column(connection.execute(query).fetchone()[0])


def state(connection: sqlite3.Connection, source_id: int) -> PollState:
    """Return what is remembered of a source."""
    row = connection.execute(
        "SELECT * FROM poll_state WHERE source_id = :id", {"id": source_id}
    ).fetchone()
    return state_of(row)


def state_of(row: sqlite3.Row) -> PollState:
    columns = {field.name: row[field.name] for field in fields(PollState)}
    columns["wish"] = msgspec.json.decode(row["wish"])
    return msgspec.convert(columns, PollState)


def save(
    connection: sqlite3.Connection, source_id: int, record: PollRecord, state: PollState
) -> int:
    """Write a poll's record and what is remembered from it; return the record's row.

    The caller adds the entries.
    """
    cursor = connection.execute(
        """
        INSERT INTO poll (source_id, at, outcome, status, detail, entries, new, known, over_cap,
                          unusable, undated, future, possible_loss, duration_ms, next_at, reason)
        VALUES (:source_id, :at, :outcome, :status, :detail, :entries, :new, :known, :over_cap,
                :unusable, :undated, :future, :possible_loss, :duration_ms, :next_at, :reason)
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
            "undated": record.undated,
            "future": record.future,
            "possible_loss": int(record.possible_loss),
            "duration_ms": record.duration_ms,
            "next_at": required(state.next_poll_at),
            "reason": clean(state.reason),
        },
    )
    poll_days.add(connection, source_id, record.at, record.outcome, record.new)
    _save_state(connection, source_id, state)
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    return cursor.lastrowid


def _save_state(connection: sqlite3.Connection, source_id: int, state: PollState) -> None:
    values: dict[str, object] = {"source_id": source_id}
    for field in fields(PollState):
        values[field.name] = _column(getattr(state, field.name))
    names = [field.name for field in fields(PollState)]
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    connection.execute(
        f"UPDATE poll_state SET {assignments} WHERE source_id = :source_id",  # noqa: S608 - our own field names
        values,
    )


def _column(value: object) -> object:
    """Return a value of a poll state as its column has it."""
    match value:
        case datetime():
            return to_column(value)
        case str():
            return clean(value)
        case PollWish():
            return to_json(value)
    return value


def newest_of(connection: sqlite3.Connection, source_id: int) -> datetime | None:
    """Return when a source was polled last, with whatever outcome."""
    query = "SELECT max(at) FROM poll WHERE source_id = :id"
    return from_column(connection.execute(query, {"id": source_id}).fetchone()[0])


def shown_last(connection: sqlite3.Connection, source_id: int) -> int:
    """Return how many entries the last poll found that read the list."""
    row = connection.execute(
        """
        SELECT entries FROM poll WHERE source_id = :id AND outcome = 'polled'
        ORDER BY at DESC, id DESC LIMIT 1
        """,
        {"id": source_id},
    ).fetchone()
    return 0 if row is None else int(row["entries"])


def log(connection: sqlite3.Connection, source_id: int, most: int) -> list[PollRecord]:
    """Return the polls of a source, the newest first."""
    columns = ", ".join(field.name for field in fields(PollRecord))
    rows = connection.execute(
        f"SELECT {columns} FROM poll WHERE source_id = :id ORDER BY at DESC, id DESC LIMIT :most",  # noqa: S608 - names of this file
        {"id": source_id, "most": most},
    )
    return [
        msgspec.convert(dict(row) | {"detail": row["detail"] or ""}, PollRecord, strict=False)
        for row in rows
    ]
