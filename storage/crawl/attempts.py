"""The log of fetches: how each visit and revisit of an article ended."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.records.outcome import Outcome
from storage.sqlite.values import clean, required


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one fetch of an article ended."""

    at: datetime
    outcome: Outcome
    status: int | None = None
    detail: str = ""
    wire_bytes: int | None = None
    duration_ms: float | None = None


def record(
    connection: sqlite3.Connection,
    attempt: Attempt,
    *,
    frontier_id: int | None = None,
    article_id: int | None = None,
) -> None:
    """Add a fetch that ended to the log."""
    connection.execute(
        """
        INSERT INTO attempt (frontier_id, article_id, at, outcome, status, detail, wire_bytes,
                             duration_ms)
        VALUES (:frontier_id, :article_id, :at, :outcome, :status, :detail, :wire_bytes, :ms)
        """,
        {
            "frontier_id": frontier_id,
            "article_id": article_id,
            "at": required(attempt.at),
            "outcome": attempt.outcome.value,
            "status": attempt.status,
            "detail": clean(attempt.detail),
            "wire_bytes": attempt.wire_bytes,
            "ms": attempt.duration_ms,
        },
    )
