"""When to come back: after a failure, or when a server asks for time."""

import random
from datetime import datetime, timedelta

from crawler.fetch.http.retry_after import PAUSE_CAP
from storage.records.outcome import RETRYABLE, Outcome

# After a first failure an article is tried five more times; then its outcome is final.
ARTICLE_RETRIES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
UNREACHED_PAUSE = timedelta(minutes=10)  # for a host that could not be reached (Media Cloud's)
_PAUSE_START, _PAUSE_MOST = timedelta(seconds=60), timedelta(hours=6)


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
