"""The gap ledger by its definition: it reads every poll, as `storage.monitoring.gaps` must not.

What it finds is what the ledger has to find.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, takewhile

from storage.crawl.backfills import AFTER_OVERFLOW, BY_COMMAND
from storage.crawl.silence import silences
from storage.monitoring import running
from storage.monitoring.holes import Cause, Gap, Loss
from storage.monitoring.running import Period
from storage.records.outcome import Outcome
from storage.sqlite.values import required

EVERYWHERE = ""
_GOOD = {Outcome.POLLED, Outcome.UNCHANGED}
_BLOCKED = {Outcome.DENIED, Outcome.BLOCKED, Outcome.ROBOTS_DENIED, Outcome.RATE_LIMITED}
_PAUSE = timedelta(minutes=30)  # a shorter pause between two runs is a restart


@dataclass(frozen=True, slots=True)
class _Poll:
    at: datetime
    outcome: Outcome
    new: int
    is_loss: bool
    has_overlap: bool  # an entry of the polls before was still there
    detail: str

    @property
    def is_backfill(self) -> bool:
        return self.detail in (BY_COMMAND, AFTER_OVERFLOW)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A source, and its polls in their order."""

    name: str
    url: str
    polls: Sequence[_Poll]

    def gap(
        self,
        start: datetime,
        end: datetime | None,
        cause: Cause,
        loss: Loss,
        detail: str,
    ) -> Gap:
        """Return a gap of this source."""
        return Gap(
            source=self.name,
            url=self.url,
            start=start,
            end=end,
            cause=cause,
            loss=loss,
            detail=detail,
        )


def gaps_by_definition(
    connection: sqlite3.Connection,
    now: datetime,
    source: str | None = None,
) -> list[Gap]:
    """Return the gaps up to `now`, of one outlet or all, by their start."""
    pauses = [p for p in running.pauses(connection) if (p.end or now) - p.start >= _PAUSE]
    found: list[Gap] = []
    for watched in _watched(connection, now, source):
        found += _holes(watched, pauses)
        found += _silent(watched, now)
    if source is None:
        found += _topic_silent(connection, now)
    return sorted(found, key=lambda gap: (gap.start, gap.source, gap.url))


def _watched(
    connection: sqlite3.Connection,
    now: datetime,
    source: str | None,
) -> Iterator[_Watched]:
    """Yield the sources that are polled, with their polls."""
    rows = connection.execute(
        """
        SELECT name, url, at, outcome, new, known, possible_loss, detail
        FROM poll JOIN source ON source.id = source_id
        WHERE removed_at IS NULL AND at <= :now
          AND (:source IS NULL OR name = :source)
        ORDER BY source_id, at, poll.id
        """,
        {
            "now": required(now),
            "source": source,
        },
    )
    for (name, url), found in groupby(rows, key=lambda row: (row["name"], row["url"])):
        yield _Watched(name, url, [_poll(row) for row in found])


def _poll(row: sqlite3.Row) -> _Poll:
    outcome = Outcome(row["outcome"])
    return _Poll(
        at=datetime.fromisoformat(row["at"]),
        outcome=outcome,
        new=row["new"],
        is_loss=bool(row["possible_loss"]),
        has_overlap=outcome is Outcome.UNCHANGED or row["known"] > 0,
        detail=row["detail"] or "",
    )


def _holes(watched: _Watched, pauses: Sequence[Period]) -> Iterator[Gap]:
    """Yield the times in which a source did not respond, was not polled, or showed too little."""
    last: datetime | None = None  # when it answered
    failures: list[_Poll] = []
    for place, poll in enumerate(watched.polls):
        if poll.is_backfill:
            continue
        if poll.outcome not in _GOOD:
            failures.append(poll)
            continue
        start = last or (failures[0].at if failures else poll.at)
        cause = _cause(start, poll, failures, pauses)
        if cause is not None:
            later = watched.polls[place + 1 :]
            loss, detail = _loss(poll, later, _detail(failures))
            yield watched.gap(start, poll.at, cause, loss, detail)
        last = poll.at
        failures = []
    if failures:
        start = last or failures[0].at
        cause = _blame(failures)
        yield watched.gap(start, None, cause, "possible", _detail(failures))
    elif last and pauses and pauses[-1].end is None:
        yield watched.gap(last, None, "not polled", "possible", "no daemon runs")


def _loss(poll: _Poll, later: Sequence[_Poll], detail: str) -> tuple[Loss, str]:
    """Return whether entries may be lost before a poll, and the detail of the gap."""
    if poll.has_overlap and not poll.is_loss:
        return "none", detail
    for backfill in takewhile(lambda one: one.detail == AFTER_OVERFLOW, later):
        if backfill.has_overlap:
            return "none", "; ".join(filter(None, (detail, "backfilled up to what was known")))
    return "possible", detail


def _cause(
    start: datetime,
    poll: _Poll,
    failures: Sequence[_Poll],
    pauses: Sequence[Period],
) -> Cause | None:
    if failures:
        return _blame(failures)
    if any(pause.start < poll.at and (pause.end is None or pause.end > start) for pause in pauses):
        return "not polled"
    return "window overflow" if poll.is_loss else None


def _blame(failures: Sequence[_Poll]) -> Cause:
    return "blocked" if failures[-1].outcome in _BLOCKED else "failed"


def _detail(failures: Sequence[_Poll]) -> str:
    if not failures:
        return ""
    what = f"{failures[-1].outcome}: {failures[-1].detail}".removesuffix(": ")
    return f"{len(failures)} polls, the last: {what}" if len(failures) > 1 else what


def _silent(watched: _Watched, now: datetime) -> Iterator[Gap]:
    """Yield the times in which a source answered and had nothing new, against its rhythm."""
    counts: Counter[date] = Counter()
    answered = [poll for poll in watched.polls if poll.outcome in _GOOD]
    for poll in answered[1:]:  # the first shows the past
        counts[poll.at.date()] += poll.new
    for gap in _silences(
        counts,
        {poll.at.date() for poll in answered},
        now,
    ):
        yield watched.gap(
            *gap[:2],
            "source silent",
            "none",
            gap[2],
        )


def _topic_silent(connection: sqlite3.Connection, now: datetime) -> Iterator[Gap]:
    """Yield the times in which no outlet wrote of the topic, against the rhythm of all."""
    counts = {
        date.fromisoformat(row["day"]): row["articles"]
        for row in connection.execute(
            """
            SELECT substr(first_seen, 1, 10) AS day, count(DISTINCT article.id) AS articles
            FROM article JOIN verdict ON article_id = article.id AND relevant = 1 GROUP BY day
            """
        )
    }
    days = {
        date.fromisoformat(row["day"])
        for row in connection.execute(
            "SELECT DISTINCT substr(at, 1, 10) AS day FROM poll"
            " WHERE outcome IN ('polled', 'unchanged')"
        )
    }
    everywhere = _Watched(EVERYWHERE, "", ())
    for gap in _silences(counts, days, now):
        yield everywhere.gap(
            *gap[:2],
            "topic silent",
            "none",
            gap[2],
        )


def _silences(
    counts: Mapping[date, int], watched: Collection[date], now: datetime
) -> Iterator[tuple[datetime, datetime | None, str]]:
    today = now.astimezone(UTC).date()  # not over yet
    for silence in silences(counts, [day for day in watched if day < today]):
        end = silence.last + timedelta(days=1)
        detail = f"{silence.expected:g} were to be expected by its own rhythm"
        yield _midnight(silence.first), None if end == today else _midnight(end), detail


def _midnight(day: date) -> datetime:
    return datetime(
        day.year,
        day.month,
        day.day,
        tzinfo=UTC,
    )
