"""The header Retry-After: how long a server asks to be left alone (RFC 9110, 10.2.3)."""

from datetime import datetime, timedelta

from crawler.text.http_dates import http_date

PAUSE_CAP = timedelta(hours=24)  # the longest Retry-After that is believed


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read Retry-After, seconds or date (RFC 9110, 10.2.3); nonsense is as if it were not there.

    `now` is the time at the server, who wrote the date by its own clock.

    >>> retry_after_seconds("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        moment = http_date(value)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(seconds, PAUSE_CAP.total_seconds()) if seconds > 0 else None
