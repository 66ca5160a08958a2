"""The host queue: which host is next, and the leases of hosts that are being crawled.

A claim takes the hosts that have waited longest; `frontier.claim` then takes what is due of them.
Both cost the same however many URLs wait (docs/decisions/0009-frontier.md).
"""

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from storage.sqlite.values import required, shard_of, to_column, to_json

LEASE = timedelta(hours=2)  # longer than a claim's URLs take at the longest crawl delay


def expect(connection: sqlite3.Connection, host: str, at: datetime) -> None:
    """Put a host in line: something of it may be fetched from a time on."""
    connection.execute(
        """
        INSERT INTO host (name, shard, due_at) VALUES (:name, :shard, :at)
        ON CONFLICT (name) DO UPDATE SET
            due_at = max(min(coalesce(due_at, :at), :at), coalesce(not_before, ''))
        """,
        {"name": host, "shard": shard_of(host), "at": required(at)},
    )


def pause(connection: sqlite3.Connection, host: str, until: datetime) -> None:
    """Let nothing of a host be claimed before a time."""
    connection.execute(
        """
        INSERT INTO host (name, shard, not_before) VALUES (:name, :shard, :until)
        ON CONFLICT (name) DO UPDATE SET
            not_before = max(coalesce(not_before, ''), :until), due_at = max(due_at, :until)
        """,
        {"name": host, "shard": shard_of(host), "until": required(until)},
    )


def claim(
    connection: sqlite3.Connection, now: datetime, *, most: int, shard: int | None = None
) -> list[str]:
    """Lease the hosts that are next, those that waited longest first.

    A lease ends with `release`, at the next start, or when it runs out.
    """
    connection.execute(
        "UPDATE host SET leased_until = NULL WHERE leased_until <= :now", {"now": to_column(now)}
    )
    ours = "" if shard is None else "AND shard = :shard"
    rows = connection.execute(
        f"""
        UPDATE host SET leased_until = :until WHERE name IN (
            SELECT name FROM host
            WHERE leased_until IS NULL AND due_at IS NOT NULL AND due_at <= :now {ours}
            ORDER BY due_at LIMIT :most)
        RETURNING name
        """,  # noqa: S608 - one of two texts of our own
        {
            "until": required(now + LEASE),
            "now": to_column(now),
            "shard": shard,
            "most": most,
        },
    )
    return [row["name"] for row in rows]


def release(
    connection: sqlite3.Connection,
    hosts: Collection[str],
    now: datetime,
    *,
    polls_until: datetime | None = None,
) -> None:
    """Give hosts back: each is in the queue again from when its next work is due, or not at all.

    With `polls_until` polls that become due later do not count (one round of `once`).
    """
    connection.execute(
        """
        UPDATE host SET leased_until = NULL, due_at = max(:now, coalesce(not_before, ''), (
            SELECT min(at) FROM (
                SELECT min(not_before) AS at FROM frontier_url
                    WHERE host = host.name AND outcome = 'pending'
                UNION ALL SELECT min(not_before) FROM revisit WHERE host = host.name
                UNION ALL SELECT min(next_poll_at) FROM source
                    JOIN poll_state ON poll_state.source_id = source.id
                    WHERE source.host = host.name AND removed_at IS NULL
                      AND (:polls_until IS NULL OR next_poll_at <= :polls_until))))
        WHERE name IN (SELECT value FROM json_each(:hosts))
        """,
        {
            "now": required(now),
            "hosts": to_json(sorted(hosts)),
            "polls_until": to_column(polls_until),
        },
    )


def give_back(connection: sqlite3.Connection) -> None:
    """End all leases: those of a run that died. For whoever knows that no other run lives."""
    connection.execute("UPDATE host SET leased_until = NULL WHERE leased_until IS NOT NULL")


def expect_polls(connection: sqlite3.Connection) -> None:
    """Put the hosts of all sources in line for their next polls."""
    connection.execute(
        """
        INSERT INTO host (name, shard, due_at)
        SELECT host, shard, min(next_poll_at) FROM source
        JOIN poll_state ON poll_state.source_id = source.id
        WHERE removed_at IS NULL GROUP BY host
        ON CONFLICT (name) DO UPDATE SET due_at = max(
            coalesce(not_before, ''), min(coalesce(due_at, excluded.due_at), excluded.due_at))
        """
    )
