"""What waits for one origin (scheme, host, port) is put off, while the host's others go on.

Nothing is kept of the origin itself: what is discovered of it meanwhile is put off when it is due.
"""

import sqlite3
from datetime import datetime

from storage.records.model import FrontierUrl, TargetKind
from storage.sqlite.values import required

_TABLES = {
    TargetKind.ARTICLE: ("frontier_url", "id"),
    TargetKind.REVISIT: ("revisit", "article_id"),
}


def pause(
    connection: sqlite3.Connection, host: str, origin: str, until: datetime, reason: str
) -> None:
    """Let nothing that is known of an origin be claimed before a time.

    `reason` is what operators read of its sources.
    """
    values = {
        "host": host,
        "start": f"{origin}/",
        "length": len(origin) + 1,
        "until": required(until),
        "reason": reason,
    }
    connection.execute(
        """
        UPDATE frontier_url SET not_before = :until
        WHERE host = :host AND outcome = 'pending' AND not_before < :until
          AND substr(url, 1, :length) = :start
        """,
        values,
    )
    connection.execute(
        """
        UPDATE revisit SET not_before = :until
        WHERE host = :host AND not_before < :until AND substr(url, 1, :length) = :start
        """,
        values,
    )
    connection.execute(
        """
        UPDATE poll_state SET next_poll_at = :until, reason = :reason
        WHERE next_poll_at < :until AND source_id IN (
            SELECT id FROM source WHERE host = :host AND substr(url, 1, :length) = :start)
        """,
        values,
    )


def postpone(connection: sqlite3.Connection, target: FrontierUrl, until: datetime) -> None:
    """Put one target off that was claimed while its origin is left alone."""
    values = {"id": target.id, "until": required(until)}
    if target.kind in _TABLES:
        table, key = _TABLES[target.kind]
        connection.execute(
            f"UPDATE {table} SET not_before = :until WHERE {key} = :id",  # noqa: S608 - our own names
            values,
        )
        return
    connection.execute(
        """
        UPDATE poll_state SET next_poll_at = :until, reason = 'its origin is left alone'
        WHERE source_id = :id
        """,
        values,
    )
