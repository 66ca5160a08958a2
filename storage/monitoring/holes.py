"""The holes in what was watched of a source: failures, pauses and windows that turned over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Literal

from storage.crawl.backfills import AFTER_OVERFLOW
from storage.crawl.poll_days import ANSWERED
from storage.monitoring.watching import Pauses, Poll, Watched
from storage.records.outcome import Outcome

Cause = Literal["not polled", "failed", "blocked", "window overflow", "source silent",
                "topic silent"]  # fmt: skip
Loss = Literal["none", "possible"]
_BLOCKED = {Outcome.DENIED, Outcome.BLOCKED, Outcome.ROBOTS_DENIED, Outcome.RATE_LIMITED}


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Gap:
    """A time in which a source was not fully watched; without an end it lasts."""

    source: str
    url: str
    start: datetime
    end: datetime | None
    cause: Cause
    loss: Loss  # whether entries may have passed unseen
    detail: str = ""


def may_be_loss(gap: Gap) -> bool:
    """Return whether a gap is listed without `--all`: something may be lost, or is missing."""
    return gap.loss == "possible" or "silent" in gap.cause


def holes(watched: Watched, pauses: Pauses) -> Iterator[Gap]:
    """Yield the times in which a source did not respond, was not polled, or showed too little."""
    last: datetime | None = None  # when it answered
    failures: list[Poll] = []
    for place, poll in enumerate(watched.polls):
        if poll.is_backfill:
            continue
        if poll.outcome not in ANSWERED:
            failures.append(poll)
            continue
        start = last or (failures[0].at if failures else poll.at)
        cause = _cause(
            start,
            poll,
            failures,
            pauses,
        )
        if cause is not None:
            later = watched.polls[place + 1 :]
            loss, detail = _loss(
                poll,
                later,
                _detail(failures),
            )
            yield _gap(
                watched,
                start,
                poll.at,
                cause,
                loss,
                detail,
            )
        last = poll.at
        failures = []
    if failures:
        start = last or failures[0].at
        cause = _blame(failures)
        yield _gap(
            watched,
            start,
            None,
            cause,
            "possible",
            _detail(failures),
        )
    elif last and pauses.is_one_open:
        yield _gap(
            watched,
            last,
            None,
            "not polled",
            "possible",
            "no daemon runs",
        )


def _loss(
    poll: Poll,
    later: Sequence[Poll],
    detail: str,
) -> tuple[Loss, str]:
    """Return whether entries may be lost before a poll, and the detail of the gap."""
    if poll.has_overlap and not poll.is_loss:
        return "none", detail
    for backfill in takewhile(lambda one: one.detail == AFTER_OVERFLOW, later):
        if backfill.has_overlap:
            return "none", "; ".join(filter(None, (detail, "backfilled up to what was known")))
    return "possible", detail


def _cause(
    start: datetime,
    poll: Poll,
    failures: Sequence[Poll],
    pauses: Pauses,
) -> Cause | None:
    if failures:
        return _blame(failures)
    if pauses.touch(start, poll.at):
        return "not polled"
    return "window overflow" if poll.is_loss else None


def _blame(failures: Sequence[Poll]) -> Cause:
    return "blocked" if failures[-1].outcome in _BLOCKED else "failed"


def _detail(failures: Sequence[Poll]) -> str:
    if not failures:
        return ""
    what = f"{failures[-1].outcome}: {failures[-1].detail}".removesuffix(": ")
    return f"{len(failures)} polls, the last: {what}" if len(failures) > 1 else what


def _gap(
    watched: Watched,
    start: datetime,
    end: datetime | None,
    cause: Cause,
    loss: Loss,
    detail: str,
) -> Gap:
    return Gap(
        source=watched.name,
        url=watched.url,
        start=start,
        end=end,
        cause=cause,
        loss=loss,
        detail=detail,
    )
