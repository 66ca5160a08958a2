"""Revisits: when a stored article is looked at again."""

import sqlite3
from datetime import datetime

from storage.crawl import hosts
from storage.sqlite.values import clean, required, shard_of


def schedule(
    connection: sqlite3.Connection, article_id: int, *, host: str, url: str, step: int, at: datetime
) -> None:
    """Say when an article is looked at again."""
    connection.execute(
        """
        INSERT INTO revisit (article_id, host, shard, url, step, not_before)
        VALUES (:id, :host, :shard, :url, :step, :at)
        ON CONFLICT (article_id) DO UPDATE SET step = :step, not_before = :at
        """,
        {
            "id": article_id,
            "host": host,
            "shard": shard_of(host),
            "url": clean(url),
            "step": step,
            "at": required(at),
        },
    )
    hosts.expect(connection, host, at)


def end(connection: sqlite3.Connection, article_id: int) -> None:
    """Look at an article no more."""
    connection.execute("DELETE FROM revisit WHERE article_id = :id", {"id": article_id})


def step(connection: sqlite3.Connection, article_id: int) -> int:
    """Return how many revisits in a row found nothing new."""
    row = connection.execute(
        "SELECT step FROM revisit WHERE article_id = :id", {"id": article_id}
    ).fetchone()
    return 0 if row is None else int(row["step"])


def is_planned(connection: sqlite3.Connection, article_id: int) -> bool:
    """Whether an article will be looked at again."""
    query = "SELECT 1 FROM revisit WHERE article_id = :id"
    return connection.execute(query, {"id": article_id}).fetchone() is not None
