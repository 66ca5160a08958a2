"""When to come back: after a failure, or when a server asks for time."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.records.outcome import RETRYABLE, Outcome

# After a first failure an article is tried five more times; then its outcome is final.
ARTICLE_RETRIES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
PAUSE_CAP = timedelta(hours=24)  # the longest Retry-After that is believed
UNREACHED_PAUSE = timedelta(minutes=10)  # for a host that could not be reached (Media Cloud's)
_PAUSE_START, _PAUSE_MOST = timedelta(seconds=60), timedelta(hours=6)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read Retry-After, seconds or date (RFC 9110, 10.2.3); nonsense is as if it were not there.

    >>> retry_after_seconds("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return min(seconds, PAUSE_CAP.total_seconds()) if seconds > 0 else None


def article_retry(outcome: Outcome, attempts: int, now: datetime) -> datetime | None:
    """Return when an article that failed is tried again; None where its outcome is final.

    `attempts` counts the tries so far, this one included.
    """
    if outcome not in RETRYABLE or attempts > len(ARTICLE_RETRIES):
        return None
    jitter = random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
    return now + ARTICLE_RETRIES[attempts - 1] * jitter


def pause(retry_after: float | None, refusals: int) -> timedelta:
    """Return how long a host is left alone after 429 or 503.

    `refusals` counts them in a row; without Retry-After the pause doubles from 60 s to 6 h.
    """
    if retry_after is not None:
        return min(timedelta(seconds=retry_after), PAUSE_CAP)
    doublings: int = 1 << min(refusals - 1, 16)
    return min(_PAUSE_START * doublings, _PAUSE_MOST)
