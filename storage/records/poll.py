"""The polls of a source: the request of its feed, and the state between two polls."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWish:
    """The polling schedule that a feed requests."""

    seconds: float = 0.0  # least time between two polls
    named: str = ""  # the element of the request: ttl, sy:updatePeriod
    skipped_hours: tuple[int, ...] = ()  # of the day in UTC, 0 to 23
    skipped_days: tuple[int, ...] = ()  # of the week in UTC, Monday is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """The state of a source between two polls."""

    next_poll_at: datetime
    last_poll_at: datetime | None = None
    last_outcome: Outcome | None = None
    last_detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # the address that gave the validators
    body_hash: str | None = None
    unconditional_at: datetime | None = None  # the last poll without validators
    interval_seconds: float = 1800.0
    new_per_hour: float | None = None  # EWMA of new entries
    window: int | None = None  # entries that the source shows at once
    failures: float = 0.0  # weighted, reset by success
    failing_since: datetime | None = None
    reason: str = "never polled"  # for the time of the next poll
    wish: PollWish = PollWish()  # of the feed; kept after a 304, which has none
    honest_at: datetime | None = None  # when an answer agreed with the 304s before it
    hidden: int = 0  # polls in a row that showed what 304s may have hidden
    refused: int = 0  # conditional requests in a row that failed
    validators_off: str | None = None  # why no validators are sent any more
    moved_to: str | None = None  # where permanent redirects lead: a proposal for sources.toml
    moved_since: datetime | None = None
