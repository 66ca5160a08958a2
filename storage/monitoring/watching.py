"""The polls that decide about gaps. Of a million polls most decide nothing: they are not read.

A poll decides where it failed, where it may have lost something, where no daemon ran before it, or
where it is next to such a poll. The rest answered after one that answered: they only say until when
the source was watched, and the next poll that decides has its neighbour for that.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, groupby
from operator import itemgetter

from storage.crawl.backfills import AFTER_OVERFLOW, BY_COMMAND
from storage.monitoring.running import Period
from storage.records.outcome import Outcome
from storage.sqlite.values import required, to_json

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as the gap ledger reads it."""

    at: datetime
    outcome: Outcome
    is_loss: bool
    has_overlap: bool  # an entry of the polls before was still there
    detail: str

    @property
    def is_backfill(self) -> bool:
        """Whether it read the past, and says nothing of what was watched."""
        return self.detail in (BY_COMMAND, AFTER_OVERFLOW)


@dataclass(frozen=True, slots=True)
class Watched:
    """A source, and its polls that decide something, in their order."""

    id: int
    name: str
    url: str
    polls: Sequence[Poll]


class Pauses:
    """Times in which no daemon ran, in the order of the runs."""

    def __init__(self, periods: Sequence[Period]):
        self.periods = periods
        in_order = sorted(periods, key=lambda period: period.start)
        self._starts = [period.start for period in in_order]
        ends = (period.end or _LATEST for period in in_order)
        self._last_ends = list(accumulate(ends, max))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pauses) and self.periods == other.periods

    def __hash__(self) -> int:
        return hash(tuple(self.periods))

    @property
    def is_one_open(self) -> bool:
        """Whether no daemon has run since the last one."""
        return bool(self.periods) and self.periods[-1].end is None

    def touch(
        self,
        start: datetime,
        end: datetime,
    ) -> bool:
        """Return whether a pause began before an end, and lasted longer than to a start."""
        begun = bisect_left(self._starts, end)
        return begun > 0 and self._last_ends[begun - 1] > start


def decisive(
    connection: sqlite3.Connection,
    now: datetime,
    pauses: Pauses,
    sources: Mapping[int, tuple[str, str]],
) -> Iterator[Watched]:
    """Yield sources, given with name and URL, with their polls up to `now` that decide something.

    A source without a poll up to then is left out.
    """
    asked = {
        "sources": to_json(sorted(sources)),
        "now": required(now),
        "pauses": to_json([_texts(pause, now) for pause in pauses.periods]),
    }
    rows = connection.cursor()
    rows.row_factory = None  # plain tuples: there are ten thousands
    rows.execute(_POLLS, asked)
    for number, found in groupby(rows, key=itemgetter(0)):
        name, url = sources[number]
        yield Watched(
            number,
            name,
            url,
            [_poll(*row) for row in found],
        )


def _texts(pause: Period, now: datetime) -> list[str]:
    """Return a pause as the store has times; one that lasts ends after every poll."""
    return [required(pause.start), required(pause.end or now)]


def _poll(
    _: int,
    at: str,
    outcome: str,
    known: int,
    possible_loss: int,
    detail: str | None,
) -> Poll:
    return Poll(
        at=datetime.fromisoformat(at),
        outcome=Outcome(outcome),
        is_loss=bool(possible_loss),
        has_overlap=outcome == Outcome.UNCHANGED or known > 0,
        detail=detail or "",
    )


# The conditions are written as those of the partial indexes, else SQLite would not use them.
_TROUBLE = "(outcome NOT IN ('polled', 'unchanged') OR possible_loss = 1)"
_BACKFILL = "detail IN ('backfill', 'backfill after an overflow')"
_ANSWER = f"outcome IN ('polled', 'unchanged') AND NOT coalesce({_BACKFILL}, 0)"


def _before(limit: str) -> str:
    """Return the SQL of the time of the last answer of a source before a limit."""
    return f"""(SELECT at FROM poll INDEXED BY poll_by_source
        WHERE poll.source_id = place.source_id AND at {limit} AND {_ANSWER}
        ORDER BY at DESC LIMIT 1)"""  # noqa: S608 - names of this file


def _after(limit: str) -> str:
    """Return the SQL of the time of the first answer of a source after a limit, up to now."""
    return f"""(SELECT at FROM poll INDEXED BY poll_by_source
        WHERE poll.source_id = place.source_id AND at {limit} AND at <= :now AND {_ANSWER}
        ORDER BY at LIMIT 1)"""  # noqa: S608 - as above


# Places in time, of a source: all polls of one time decide together. To each comes the answer
# before it, until which the source was watched, and to trouble the next answer, which ends it.
_POLLS = f"""
    WITH wanted AS MATERIALIZED (
        SELECT id AS source_id FROM source
        WHERE removed_at IS NULL AND id IN (SELECT value FROM json_each(:sources))
    ), pause AS MATERIALIZED (
        SELECT json_extract(value, '$[0]') AS start, json_extract(value, '$[1]') AS "end"
        FROM json_each(:pauses)
    ), trouble AS MATERIALIZED (
        SELECT poll.source_id, at FROM wanted CROSS JOIN poll INDEXED BY poll_decisive
            ON poll.source_id = wanted.source_id WHERE {_TROUBLE} AND at <= :now
        UNION SELECT poll.source_id, at FROM wanted CROSS JOIN poll INDEXED BY poll_backfill
            ON poll.source_id = wanted.source_id WHERE {_BACKFILL} AND at <= :now
    ), paused AS MATERIALIZED (
        SELECT poll.source_id, at FROM wanted CROSS JOIN pause CROSS JOIN poll
            INDEXED BY poll_by_source
            ON poll.source_id = wanted.source_id AND at >= pause.start AND at <= pause."end"
            WHERE +at <= :now  -- the plus keeps this bound from the index: it has a closer one
        UNION SELECT source_id, {_after('>= place."end"')}
            FROM (SELECT source_id, "end" FROM wanted CROSS JOIN pause) AS place
    ), followed AS MATERIALIZED (
        SELECT source_id, at FROM trouble UNION SELECT source_id, at FROM paused
        UNION SELECT source_id, {_after("> place.at")} FROM trouble AS place
        UNION SELECT source_id, {_before("<= :now")} FROM wanted AS place
    ), known AS MATERIALIZED (
        SELECT source_id, at FROM followed
        UNION SELECT source_id, {_before("< place.at")} FROM followed AS place
    )
    SELECT poll.source_id, poll.at, outcome, known, possible_loss, detail
    FROM known AS place CROSS JOIN poll INDEXED BY poll_by_source
        ON poll.source_id = place.source_id AND poll.at = place.at
    ORDER BY poll.source_id, poll.at, poll.id
"""  # noqa: S608 - constants of this file
