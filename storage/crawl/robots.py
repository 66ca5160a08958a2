"""Robots rules as fetched, kept across restarts."""

import sqlite3
from datetime import datetime

from storage.records.model import RobotsRecord
from storage.records.outcome import Outcome
from storage.sqlite.values import clean, required


def load(connection: sqlite3.Connection, origin: str) -> RobotsRecord | None:
    """Return what is known of an origin, expired or not."""
    row = connection.execute(
        "SELECT * FROM robots WHERE origin = :origin", {"origin": origin}
    ).fetchone()
    if row is None:
        return None
    return RobotsRecord(
        origin=origin,
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        verdict=row["verdict"],
        cause=Outcome(row["cause"]) if row["cause"] else None,
        body=row["body"],
        detail=row["detail"] or "",
    )


def save(connection: sqlite3.Connection, record: RobotsRecord) -> None:
    """Replace what is known of an origin."""
    connection.execute(
        """
        INSERT INTO robots (origin, fetched_at, expires_at, verdict, cause, body, detail)
        VALUES (:origin, :fetched_at, :expires_at, :verdict, :cause, :body, :detail)
        ON CONFLICT (origin) DO UPDATE SET fetched_at = :fetched_at, expires_at = :expires_at,
            verdict = :verdict, cause = :cause, body = :body, detail = :detail
        """,
        {
            "origin": record.origin,
            "fetched_at": required(record.fetched_at),
            "expires_at": required(record.expires_at),
            "verdict": record.verdict,
            "cause": record.cause.value if record.cause else None,
            "body": clean(record.body),
            "detail": clean(record.detail),
        },
    )
