"""When a source is polled next, and why: a pure decision between two impure ends.

    rate:   lambda = EWMA of new entries an hour, W = entries the source shows at once
            i_rate = 0.5 W / lambda, so that the window never turns over unseen
    change: i = 0.8 i + 0.2 (0.5 / lambda);  no change: i = 1.5 i
    then clamp(min(i, i_rate), 5 min, 6 h), and no sooner than the source asks for

The shape is StormCrawler's adaptive rule with Media Cloud's weights for failures.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.schedule.wishes import (
    MOST_OWN,
    Wish,
    after_skipped,
    strongest,
)
from storage.records.model import PollState, PollWish
from storage.records.outcome import Outcome

LEAST, START, MOST = 300.0, 1800.0, 21600.0  # seconds between polls
_ALPHA = 0.3  # weight of the newest observation in the rate
_SHORTEST_HOURS = 1 / 3600  # between two polls, in the rate
_JITTER = 0.1
_FAILURE_CAP, _WEEK = 86400.0, 604800.0
_WEEKLY_AFTER = 30.0  # weighted failures; a source is never given up
_GONE_AFTER = 3.0  # 410s after which it is believed
_TOLD_AFTER = (3, 14)  # days
_DENIED = (21600.0, 43200.0, 86400.0)

_HARD = {Outcome.BAD_FEED, Outcome.GONE, Outcome.BAD_URL, Outcome.SCHEME, Outcome.BLOCKED_ADDRESS,
         Outcome.ROBOTS_DENIED, Outcome.DENIED, Outcome.BLOCKED, Outcome.REDIRECT_LOOP}  # fmt: skip
_TEMPORARY = {Outcome.NETWORK, Outcome.DNS, Outcome.TIMEOUT, Outcome.DEADLINE, Outcome.RATE_LIMITED,
              Outcome.ROBOTS_UNREACHABLE}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll that succeeded brought."""

    outcome: Outcome  # polled or unchanged
    entries: int = 0
    new: int = 0
    possible_loss: bool = False
    wishes: Sequence[Wish] = ()  # ttl, sy:update*, Cache-Control, Expires
    # Of the feed; remembered for polls that bring no feed.
    own_wish: PollWish = field(default_factory=PollWish)


def after_success(
    state: PollState, polled: Polled, now: datetime, pinned: float | None
) -> PollState:
    """Return what to remember after a poll that was answered."""
    is_first = state.last_poll_at is None
    rate = None if is_first else _rate(state, polled.new, now)
    window = polled.entries or state.window
    longest = _longest(window, rate)
    if pinned is not None:
        interval, reason = pinned, "interval set in sources.toml"
    elif polled.possible_loss:
        interval = max(state.interval_seconds / 2, LEAST)
        reason = "no entry of the last poll was left: polled twice as often"
    else:
        interval, reason = _by_rhythm(
            state,
            polled.new,
            rate,
            longest,
        )
        wish = strongest(polled.wishes, longest)
        if wish is not None and wish.seconds > interval:
            interval, reason = wish.seconds, wish.reason
    next_at = now + _jittered(interval)
    if pinned is None:
        latest = now + timedelta(seconds=min(longest, MOST_OWN))
        next_at, skipped = after_skipped(
            next_at,
            polled.own_wish,
            latest,
        )
        reason = f"the source asks for no poll at that time ({skipped})" if skipped else reason
    return replace(
        state,
        next_poll_at=next_at,
        last_poll_at=now,
        last_outcome=polled.outcome,
        last_detail=None,
        interval_seconds=interval,
        new_per_hour=rate,
        window=window,
        failures=0.0,
        failing_since=None,
        reason=reason,
        wish=polled.own_wish,
    )


def _rate(
    state: PollState,
    new: int,
    now: datetime,
) -> float:
    """Return the EWMA of new entries an hour."""
    assert state.last_poll_at is not None  # noqa: S101 - the first poll teaches nothing
    seconds = (now - state.last_poll_at).total_seconds()
    observed = new / max(seconds / 3600, _SHORTEST_HOURS)
    known = state.new_per_hour
    if seconds < 0 and known is not None:
        return known  # the last poll was by a clock that was ahead
    return observed if known is None else (1 - _ALPHA) * known + _ALPHA * observed


def _longest(window: int | None, rate: float | None) -> float:
    """Return the seconds after which a window may have turned over unseen."""
    return 0.5 * window / rate * 3600 if window and rate else math.inf


def _by_rhythm(
    state: PollState,
    new: int,
    rate: float | None,
    longest: float,
) -> tuple[float, str]:
    """Return the interval by what a source has shown, and the reason."""
    if state.last_poll_at is None:
        return START, "first poll"  # it shows a past of unknown length
    interval, reason = 1.5 * state.interval_seconds, "nothing new"
    if new:
        fresh = 0.5 / rate * 3600 if rate else MOST
        interval, reason = 0.8 * state.interval_seconds + 0.2 * fresh, "new entries"
    return max(min(interval, longest, MOST), LEAST), reason


def after_failure(
    state: PollState, outcome: Outcome, detail: str, now: datetime, pinned: float | None
) -> PollState:
    """Return what to remember after a poll that failed: later and later, but never given up."""
    weight = 1.0 if outcome in _HARD else 0.25 if outcome in _TEMPORARY else 0.5
    failures = state.failures + weight
    if failures > _WEEKLY_AFTER:
        delay, reason = _WEEK, "failing for long: probed weekly"
    elif outcome is Outcome.GONE and failures >= _GONE_AFTER:
        delay, reason = _WEEK, "gone: probed weekly"
    elif outcome in {Outcome.DENIED, Outcome.BLOCKED, Outcome.ROBOTS_DENIED}:
        delay, reason = _DENIED[min(int(failures) - 1, 2)], "the server refuses us"
    else:
        delay = min(
            (pinned or state.interval_seconds) * max(failures, 1.0),
            _FAILURE_CAP,
        )
        reason = f"failed: {outcome}"
    return replace(
        state,
        next_poll_at=now + _jittered(delay),
        last_poll_at=state.last_poll_at,
        last_outcome=outcome,
        last_detail=detail[:500],
        failures=failures,
        failing_since=min(state.failing_since or now, now),
        reason=reason,
    )


def after_move(state: PollState, moved_to: str | None, now: datetime) -> PollState:
    """Return what to remember of where permanent redirects lead: a proposal to the operator.

    An answer without them withdraws it, as when an outlet undoes a mistake.
    """
    if moved_to == state.moved_to:
        return state
    since = None if moved_to is None else now
    return replace(state, moved_to=moved_to, moved_since=since)


def without_validators_soon(state: PollState, now: datetime) -> PollState:
    """Return what to remember where validators may be why a poll failed: it is tried without soon.

    A server that refuses is otherwise left alone for hours.
    """
    soon = now + _jittered(LEAST)
    if state.next_poll_at <= soon:
        return state
    return replace(
        state,
        next_poll_at=soon,
        reason=f"{state.reason}; tried without validators",
    )


def is_found_gone(state: PollState, outcome: Outcome) -> bool:
    """Whether a failed poll is the one at which a source is believed to be gone for good.

    `state` is what was remembered before it. One notice is given, at the last of three
    answers 410 in a row.
    """
    if outcome is not Outcome.GONE:
        return False
    was_gone = state.last_outcome is Outcome.GONE
    had_failed = state.failures >= _GONE_AFTER
    return state.failures + 1.0 >= _GONE_AFTER and not (was_gone and had_failed)


def days_to_tell(
    failing_since: datetime,
    before: datetime,
    now: datetime,
) -> int | None:
    """Return for how many days a source has failed, if the last poll gave no notice of that.

    An operator hears of it after three days and after fourteen, and not at each poll.
    """
    for days in _TOLD_AFTER[::-1]:
        if before - failing_since < timedelta(days=days) <= now - failing_since:
            return days
    return None


def days_to_end(state: PollState, now: datetime) -> int | None:
    """Return for how many days a source that answers again had failed, if a notice said so.

    `state` is what was remembered while it failed.
    """
    if state.failing_since is None:
        return None
    was_gone = state.last_outcome is Outcome.GONE and state.failures >= _GONE_AFTER
    has_lasted = now - state.failing_since >= timedelta(days=_TOLD_AFTER[0])
    if not was_gone and not has_lasted:
        return None
    return (now - state.failing_since).days


def _jittered(seconds: float) -> timedelta:
    factor = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=seconds * factor)
