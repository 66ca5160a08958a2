"""The gap ledger: every hole in what was watched, with its cause and what it may have cost.

Nothing is written for it: polls and runs are rows, and a gap follows from them. A poll that still
shows an entry of the one before proves that nothing was lost in between. `Ledger` keeps what it has
found, by source, for a process that asks again and again.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from storage.crawl import poll_days
from storage.monitoring import running, silent
from storage.monitoring.holes import Cause, Gap, holes
from storage.monitoring.silent import Silent
from storage.monitoring.watching import Pauses, Watched, decisive

__all__ = ["EVERYWHERE", "Cause", "Gap", "Ledger", "gaps"]

EVERYWHERE = ""  # the source of a silence of the topic
_PAUSE = timedelta(minutes=30)  # a shorter pause between two runs is a restart


def gaps(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    since: datetime | None = None,
    source: str | None = None,
) -> list[Gap]:
    """Return the gaps up to `now` that end after a time, of one outlet or all, by their start."""
    return Ledger.read(
        connection,
        now,
        source,
    ).since(since)


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Ledger:
    """The gaps of each source up to a poll. It is never changed: a later state is another one."""

    sources: Mapping[int, tuple[str, str]]  # name and URL of those that are polled
    by_source: Mapping[int, Sequence[Gap]]
    topic: Sequence[Gap]  # the silences of the topic
    last_poll: int  # the newest poll that was read
    newest_verdict: str  # and the newest verdict, by the time at which it was stored
    pauses: Pauses  # of half an hour or more, in which no daemon ran
    today: date  # a silence may last until yesterday

    @classmethod
    def read(
        cls,
        connection: sqlite3.Connection,
        now: datetime,
        source: str | None = None,
    ) -> Self:
        """Find the gaps of all sources, or of one outlet; those of the topic only with all."""
        pauses = _pauses(connection, now)
        sources = _polled(connection, source)
        return cls(
            sources=sources,
            by_source=_of_sources(
                connection,
                sources,
                now,
                pauses,
            ),
            topic=_of_topic(connection, now) if source is None else (),
            last_poll=_last_poll(connection),
            newest_verdict=_newest_verdict(connection),
            pauses=pauses,
            today=_day(now),
        )

    def advanced(
        self,
        connection: sqlite3.Connection,
        now: datetime,
    ) -> "Ledger":
        """Return the state of now: only sources that were polled since are looked at again."""
        pauses = _pauses(connection, now)
        last_poll, verdict = _last_poll(connection), _newest_verdict(connection)
        if pauses != self.pauses or _day(now) != self.today or last_poll < self.last_poll:
            return Ledger.read(connection, now)
        sources = _polled(connection)
        kept = {
            number: found
            for number, found in self.by_source.items()
            if sources.get(number) == self.sources.get(number)
        }
        changed = _polled_since(connection, self.last_poll) | (sources.keys() - kept.keys())
        again = _of_sources(
            connection,
            {number: sources[number] for number in changed & sources.keys()},
            now,
            pauses,
        )
        is_topic_same = verdict == self.newest_verdict
        return Ledger(
            sources=sources,
            by_source=kept | again,
            topic=self.topic if is_topic_same else _of_topic(connection, now),
            last_poll=last_poll,
            newest_verdict=verdict,
            pauses=pauses,
            today=self.today,
        )

    def since(self, time: datetime | None = None) -> list[Gap]:
        """Return the gaps that end after a time, by their start."""
        found = [gap for of_source in self.by_source.values() for gap in of_source]
        wanted = (g for g in (*found, *self.topic) if not time or g.end is None or g.end > time)
        return sorted(wanted, key=lambda gap: (gap.start, gap.source, gap.url))


def _pauses(connection: sqlite3.Connection, now: datetime) -> Pauses:
    found = running.pauses(connection)
    return Pauses([p for p in found if (p.end or now) - p.start >= _PAUSE])


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _polled(
    connection: sqlite3.Connection, outlet: str | None = None
) -> dict[int, tuple[str, str]]:
    """Return the sources that are polled, of one outlet or all, with name and URL."""
    rows = connection.execute(
        """
        SELECT id, name, url FROM source
        WHERE removed_at IS NULL AND (:name IS NULL OR name = :name)
        """,
        {"name": outlet},
    )
    return {row["id"]: (row["name"], row["url"]) for row in rows}


def _last_poll(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT coalesce(max(id), 0) AS id FROM poll").fetchone()
    return int(row["id"])


def _polled_since(connection: sqlite3.Connection, poll: int) -> set[int]:
    query = "SELECT DISTINCT source_id FROM poll NOT INDEXED WHERE id > :poll"
    return {row["source_id"] for row in connection.execute(query, {"poll": poll})}


def _newest_verdict(connection: sqlite3.Connection) -> str:
    """Return what is different after an article was judged, or removed."""
    row = connection.execute(
        """
        SELECT coalesce((SELECT max(stored_at) FROM verdict), '') || ' '
            || coalesce((SELECT max(id) FROM forgetting), 0) AS newest
        """
    ).fetchone()
    return str(row["newest"])


def _of_sources(
    connection: sqlite3.Connection,
    sources: Mapping[int, tuple[str, str]],
    now: datetime,
    pauses: Pauses,
) -> dict[int, list[Gap]]:
    """Return the gaps of some sources, by their numbers."""
    if not sources:
        return {}
    days = poll_days.by_source(connection, sources=sources)
    found: dict[int, list[Gap]] = {}
    for watched in decisive(
        connection,
        now,
        pauses,
        sources,
    ):
        quiet = silent.of_source(
            connection,
            watched.id,
            days.get(watched.id, {}),
            now,
        )
        found[watched.id] = [
            *holes(watched, pauses),
            *(
                _silence(
                    one,
                    "source silent",
                    watched,
                )
                for one in quiet
            ),
        ]
    return found


def _of_topic(connection: sqlite3.Connection, now: datetime) -> list[Gap]:
    found = silent.of_topic(
        connection,
        poll_days.watched(connection),
        now,
    )
    return [_silence(one, "topic silent") for one in found]


def _silence(
    quiet: Silent,
    cause: Cause,
    watched: Watched | None = None,
) -> Gap:
    return Gap(
        source=watched.name if watched else EVERYWHERE,
        url=watched.url if watched else "",
        start=quiet.start,
        end=quiet.end,
        cause=cause,
        loss="none",
        detail=quiet.detail,
    )
