"""Silences as gaps: a source that answers and has nothing new, and a topic nobody writes of."""

import sqlite3
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from storage.crawl.silence import silences
from storage.sqlite.values import required


@dataclass(frozen=True, slots=True)
class Silent:
    """A time without a word; without an end it lasts. `detail` says what was to be expected."""

    start: datetime
    end: datetime | None
    detail: str


def of_source(
    connection: sqlite3.Connection,
    source_id: int,
    days: Mapping[date, int],
    now: datetime,
) -> list[Silent]:
    """Return the silences of a source, by what was new on each day on which it answered."""
    if not days:
        return []
    counts = dict(days)
    counts[min(counts)] -= _first_new(
        connection,
        source_id,
        now,
    )
    return list(
        _silences(
            counts,
            counts.keys(),
            now,
        )
    )


def _first_new(
    connection: sqlite3.Connection,
    source_id: int,
    now: datetime,
) -> int:
    """Return what the first answer of a source had new: it shows the past."""
    row = connection.execute(
        """
        SELECT new FROM poll WHERE source_id = :id AND outcome IN ('polled', 'unchanged') AND at = (
            SELECT at FROM poll WHERE source_id = :id AND outcome IN ('polled', 'unchanged')
              AND at <= :now ORDER BY at LIMIT 1)
        ORDER BY id LIMIT 1
        """,
        {"id": source_id, "now": required(now)},
    ).fetchone()
    return 0 if row is None else int(row["new"])


def of_topic(
    connection: sqlite3.Connection,
    watched: Set[date],
    now: datetime,
) -> list[Silent]:
    """Return the times in which no outlet wrote of the topic, against the rhythm of all."""
    rows = connection.execute(
        """
        SELECT substr(first_seen, 1, 10) AS day, count(*) AS articles
        FROM (SELECT DISTINCT article_id FROM verdict INDEXED BY verdict_on_topic
              WHERE relevant = 1) JOIN article ON article.id = article_id
        GROUP BY day
        """
    )
    counts = {date.fromisoformat(row["day"]): row["articles"] for row in rows}
    return list(
        _silences(
            counts,
            watched,
            now,
        )
    )


def _silences(
    counts: Mapping[date, int],
    watched: Set[date],
    now: datetime,
) -> Iterator[Silent]:
    today = now.astimezone(UTC).date()  # not over yet
    for silence in silences(counts, [day for day in watched if day < today]):
        end = silence.last + timedelta(days=1)
        detail = f"{silence.expected:g} were to be expected by its own rhythm"
        yield Silent(
            _midnight(silence.first),
            None if end == today else _midnight(end),
            detail,
        )


def _midnight(day: date) -> datetime:
    return datetime(
        day.year,
        day.month,
        day.day,
        tzinfo=UTC,
    )
