"""When crawlers ran, and when none did."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.sqlite.values import from_column, required


@dataclass(frozen=True, slots=True)
class Period:
    """A time from a start to an end; without an end it lasts."""

    start: datetime
    end: datetime | None


def begin(connection: sqlite3.Connection, now: datetime) -> tuple[int, datetime | None]:
    """Store a start; return its row, and the last sign of life of a run that was cut short."""
    before = connection.execute(
        "SELECT alive_at, ended_at FROM running ORDER BY id DESC LIMIT 1"
    ).fetchone()
    cursor = connection.execute(
        "INSERT INTO running (started_at, alive_at) VALUES (:now, :now)", {"now": required(now)}
    )
    assert cursor.lastrowid is not None  # noqa: S101 - set by every INSERT
    was_cut_short = before is not None and before["ended_at"] is None
    return cursor.lastrowid, from_column(before["alive_at"]) if was_cut_short else None


def beat(connection: sqlite3.Connection, row: int, now: datetime) -> None:
    """Store a sign of life."""
    connection.execute(
        "UPDATE running SET alive_at = :now WHERE id = :id", {"id": row, "now": required(now)}
    )


def end(connection: sqlite3.Connection, row: int, now: datetime) -> None:
    """Store the regular end of a run."""
    connection.execute(
        "UPDATE running SET alive_at = :now, ended_at = :now WHERE id = :id",
        {"id": row, "now": required(now)},
    )


def pauses(connection: sqlite3.Connection) -> list[Period]:
    """Return the times between two runs, the oldest first, and the time since the last.

    While a crawler runs its last sign of life is at most a minute old.
    """
    rows = connection.execute(
        """
        SELECT alive_at AS "start", lead(started_at) OVER (ORDER BY id) AS "end"
        FROM running ORDER BY id
        """
    ).fetchall()
    found = (Period(datetime.fromisoformat(row["start"]), from_column(row["end"])) for row in rows)
    return [pause for pause in found if pause.end is None or pause.end > pause.start]
