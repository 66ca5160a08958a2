"""What others say in digits: numbers and times, read within what the store can hold.

Feeds, sitemaps and WARC files are read by these alone. Python reads more: a thousand digits, `²` as
a digit of no number, a year 9999 that no time zone can be taken from.
"""

from datetime import UTC, datetime

MOST = 2**63 - 1  # SQLite's INTEGER, and Arrow's int64
_MOST_DIGITS = 19
FIRST_PAGE = datetime(1990, 12, 20, tzinfo=UTC)  # the first site of the web went on line
_FIRST_DATE, _LAST_DATE = datetime(1971, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def number(text: str | None) -> int | None:
    """Read a count in ASCII digits; None for what is none, or beyond 64 bits.

    >>> number("60"), number("²"), number("9" * 400)
    (60, None, None)
    """
    if text is None or len(text) > _MOST_DIGITS or not (text.isascii() and text.isdecimal()):
        return None
    found = int(text)
    return found if found <= MOST else None


def instant(text: str | None, latest: datetime | None = None) -> datetime | None:
    """Read a time of the web in ISO 8601, without a zone as UTC; None for what is none.

    `latest`: no page came later than that.
    """
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return _within(moment, FIRST_PAGE, latest or _LAST_DATE)


def dated(moment: datetime | None) -> datetime | None:
    """Return the date of an article within what a feed may claim, as UTC; else None."""
    return None if moment is None else _within(moment, _FIRST_DATE, _LAST_DATE)


def _within(moment: datetime, earliest: datetime, latest: datetime) -> datetime | None:
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # 9999-12-31T23:59:59-23:59
        return None
    return moment if earliest <= moment <= latest else None
