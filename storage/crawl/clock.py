"""Times that were planned by a clock which turned out to be ahead."""

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


def set_back(connection: sqlite3.Connection, by: timedelta, now: datetime) -> None:
    """Move what is planned as far back as the clock was, so that nothing waits for longer.

    Milliseconds are kept, and no time comes to lie before `now`.
    """
    asked = {"seconds": by.total_seconds(), "now": required(now)}
    for table, column, condition in _PLANNED:
        connection.execute(
            f"""
            UPDATE {table} SET {column} = max(:now, strftime(
                '%Y-%m-%dT%H:%M:%fZ', {column}, '-' || :seconds || ' seconds'))
            WHERE {condition}
            """,  # noqa: S608 - names of this file
            asked,
        )


def correct(connection: sqlite3.Connection, now: datetime) -> timedelta | None:
    """At a start: take back what a clock planned that was ahead of this one; return by how much."""
    newest = _newest(connection)
    if newest is None or newest - now <= JUMP:
        return None
    set_back(connection, newest - now, now)
    return newest - now


def _newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the latest time at which a crawler is known to have lived."""
    row = connection.execute(
        "SELECT max(at) FROM (SELECT max(alive_at) AS at FROM running"
        " UNION ALL SELECT max(last_poll_at) FROM poll_state)"
    ).fetchone()
    return from_column(row[0])
