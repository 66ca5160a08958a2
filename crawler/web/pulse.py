"""The state of the corpus in a few figures, which the foot of each page and `/events` show."""

import sqlite3
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.crawl import health
from storage.crawl.health import Standing, State
from storage.sqlite import corpus_view
from storage.sqlite.values import from_column

# A daemon notes a sign of life each minute (docs/operations.md); two that are missing are an end.
_ALIVE = timedelta(seconds=150)
_STATE_SECONDS = 1.0  # for so long a state is shown again
_STANDINGS_SECONDS = 5.0  # the health of all sources costs more than a page
CALM = {State.OK, State.NEW, State.REMOVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """The state of a corpus at one moment."""

    articles: int
    newest: int  # the number of the newest article; 0: there is none
    known_to: datetime | None  # the time of the newest row
    last_poll: datetime | None
    is_collecting: bool  # whether a daemon runs
    needs: int  # sources that need an operator


class Pulse:
    """Reads the state of a corpus, and remembers it for a moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._beat: tuple[float, Beat] | None = None
        self._standings: tuple[float, dict[int, Standing]] | None = None

    def read(self, connection: sqlite3.Connection) -> Beat:
        """Return the state as of now, or of a moment ago."""
        with self._lock:
            now = time.monotonic()
            if self._beat is None or now - self._beat[0] > _STATE_SECONDS:
                self._beat = (now, self._read(connection, now))
            return self._beat[1]

    def standings(self, connection: sqlite3.Connection) -> dict[int, Standing]:
        """Return the health of every source, as of a few seconds ago."""
        with self._lock:
            return self._standings_at(connection, time.monotonic())

    def _standings_at(self, connection: sqlite3.Connection, now: float) -> dict[int, Standing]:
        if self._standings is None or now - self._standings[0] > _STANDINGS_SECONDS:
            self._standings = (now, health.standings(connection, datetime.now(UTC)))
        return self._standings[1]

    def _read(self, connection: sqlite3.Connection, now: float) -> Beat:
        standings = self._standings_at(connection, now)
        row = connection.execute(_FIGURES).fetchone()
        return Beat(
            articles=row["articles"],
            newest=row["newest"],
            known_to=corpus_view.settled(connection),
            last_poll=from_column(row["last_poll"]),
            is_collecting=is_collecting(connection, datetime.now(UTC)),
            needs=sum(one.state not in CALM for one in standings.values()),
        )


# The newest poll is the last row, or the last that a source remembers: `max(at)` reads them all.
_FIGURES = """
    SELECT (SELECT count(*) FROM article) AS articles,
           (SELECT coalesce(max(id), 0) FROM article) AS newest,
           (SELECT max(last_poll_at) FROM poll_state) AS last_poll
"""


def is_collecting(connection: sqlite3.Connection, now: datetime) -> bool:
    """Return whether a daemon runs: the last run has not ended, and gave a sign of life lately."""
    row = connection.execute(
        "SELECT alive_at, ended_at FROM running ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None or row["ended_at"] is not None:
        return False
    return now - datetime.fromisoformat(row["alive_at"]) < _ALIVE
