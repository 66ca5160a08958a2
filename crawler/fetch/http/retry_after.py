"""The header Retry-After: how long a server asks to be left alone (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PAUSE_CAP = timedelta(hours=24)  # the longest Retry-After that is believed


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
