"""Sums of polls by day: when a source was watched, and how much it had new.

They are kept with each poll, so that nobody has to read a million of them.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from storage.records.outcome import Outcome
from storage.sqlite.values import required, to_json

ANSWERED = frozenset((Outcome.POLLED, Outcome.UNCHANGED))


def add(
    connection: sqlite3.Connection,
    source_id: int,
    at: datetime,
    outcome: Outcome,
    new: int,
) -> None:
    """Add a poll to the sums of its day; one without an answer is in none."""
    if outcome not in ANSWERED:
        return
    connection.execute(
        """
        INSERT INTO poll_day (source_id, day, answered, new) VALUES (:source, :day, 1, :new)
        ON CONFLICT (source_id, day) DO UPDATE SET answered = answered + 1, new = new + :new
        """,
        {"source": source_id, "day": required(at)[:10], "new": new},
    )


def by_source(
    connection: sqlite3.Connection,
    *,
    sources: Iterable[int] | None = None,
    since: date = date.min,
) -> dict[int, dict[date, int]]:
    """Return how many entries were new on each day on which a source answered, in their order.

    Of some sources or of all, from a day on.
    """
    asked = {
        "since": since.isoformat(),
        "sources": None if sources is None else to_json(sorted(sources)),
    }
    found: defaultdict[int, dict[date, int]] = defaultdict(dict)
    rows = connection.cursor()
    rows.row_factory = None  # plain tuples: there is one a source and day
    for source, day, new in rows.execute(_OF_ALL if sources is None else _OF_SOME, asked):
        found[source][date.fromisoformat(day)] = new
    return dict(found)


_OF_ALL = """
    SELECT source_id, day, new FROM poll_day WHERE day >= :since ORDER BY source_id, day
"""
_OF_SOME = """
    SELECT source_id, day, new FROM json_each(:sources) CROSS JOIN poll_day
        ON source_id = value AND day >= :since
    ORDER BY source_id, day
"""


def watched(connection: sqlite3.Connection) -> set[date]:
    """Return the days on which any source answered."""
    rows = connection.execute("SELECT DISTINCT day FROM poll_day")
    return {date.fromisoformat(row["day"]) for row in rows}
