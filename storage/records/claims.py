"""What others say in digits: numbers and times, read within what the store can hold.

Feeds, sitemaps and WARC files are read by these alone. Python reads more: a thousand digits, `²` as
a digit of no number, a year 9999 that no time zone can be taken from.
"""

import re
from datetime import UTC, datetime

MOST = 2**63 - 1  # SQLite's INTEGER, and Arrow's int64
_MOST_DIGITS = 19
_FIRST_PAGE = datetime(1990, 12, 20, tzinfo=UTC)  # the first site of the web went on line
_FIRST_DATE, _LAST_DATE = datetime(1971, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# W3C-DTF: a year, `2026`, or a month, `2026-11`, is a date too.
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


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
    return _within(moment, _FIRST_PAGE, latest or _LAST_DATE)


def article_date(text: str | None) -> datetime | None:
    """Read the date of an article in W3C-DTF (a profile of ISO 8601), as UTC.

    None for what is none, or lies beyond what an article's date can be.

    >>> article_date("2026-11").isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    claimed = text or ""
    if _YEAR.fullmatch(claimed):
        claimed = f"{claimed}-01-01"
    elif _MONTH.fullmatch(claimed):
        claimed = f"{claimed}-01"
    try:
        return dated(datetime.fromisoformat(claimed))
    except ValueError:
        return None


def dated(moment: datetime | None) -> datetime | None:
    """Return the date of an article within what a feed may claim, as UTC; else None."""
    return None if moment is None else _within(moment, _FIRST_DATE, _LAST_DATE)


def _within(moment: datetime, earliest: datetime, latest: datetime) -> datetime | None:
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # 9999-12-31T23:59:59-23:59
        return None
    return moment if earliest <= moment <= latest else None
