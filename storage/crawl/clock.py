"""The clock of the machine as the store knows it, and plans of a clock that was ahead.

What such a clock planned would come too late, so it is moved back, once: then the newest reading is
that of the right clock. What has happened is never changed, since nobody knows which of two clocks
is right; who uses the age of something takes a time in the future for an unknown one.
"""

import sqlite3
from datetime import datetime, timedelta

from storage.sqlite.values import from_column, required

JUMP = timedelta(seconds=60)  # less is a correction

# Table, column, and which of its rows still wait.
_PLANNED = (
    ("poll_state", "next_poll_at", "next_poll_at > :now"),
    ("frontier_url", "not_before", "outcome = 'pending' AND not_before > :now"),
    ("revisit", "not_before", "not_before > :now"),
    ("host", "not_before", "not_before > :now"),
    ("host", "due_at", "due_at > :now"),
    ("host", "leased_until", "leased_until > :now"),
    ("alert_target", "next_at", "next_at > :now"),
)


def note(connection: sqlite3.Connection, now: datetime) -> None:
    """Store a reading of the clock."""
    connection.execute(
        "UPDATE clock SET read_at = :now, last_poll = (SELECT coalesce(max(id), 0) FROM poll)",
        {"now": required(now)},
    )


def set_back(connection: sqlite3.Connection, by: timedelta, now: datetime) -> None:
    """Move what is planned as far back as the clock was, so that nothing waits for longer.

    Milliseconds are kept, and no time comes to lie before `now`.
    """
    asked = {"seconds": by.total_seconds(), "now": required(now)}
    for table, column, condition in _PLANNED:
        connection.execute(
            f"""
            UPDATE {table} SET {column} = max(:now, coalesce(strftime(
                '%Y-%m-%dT%H:%M:%fZ', {column}, '-' || :seconds || ' seconds'), :now))
            WHERE {condition}
            """,  # noqa: S608 - names of this file
            asked,
        )
    note(connection, now)


def correct(connection: sqlite3.Connection, now: datetime) -> timedelta | None:
    """At a start: take back what a clock planned that was ahead of this one; return by how much."""
    newest = _newest(connection)
    if newest is None or newest - now <= JUMP:
        note(connection, now)
        return None
    set_back(connection, newest - now, now)
    return newest - now


def _newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the newest reading of the clock, or the latest time of a poll since.

    A run that was killed may have polled after its last reading.
    """
    row = connection.execute(
        """
        SELECT max(at) FROM (SELECT read_at AS at FROM clock UNION ALL
                             SELECT max(at) FROM poll WHERE id > (SELECT last_poll FROM clock))
        """
    ).fetchone()
    return from_column(row[0] or None)
