"""Dates as pages and feeds write them: standards first, then words and numbers."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.extract.months import MONTHS

_LONGEST = 300  # characters of a claim that are read
# The web is younger, a newspaper's archive on it too; a later year is a template's placeholder.
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
_MONTHS_A_YEAR = 12
# Arabic and Persian pages write the same dates in other digits, e.g. "١٤ آذار ٢٠٢٦"
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
# ISO 8601 with the liberties that sites take, e.g. "2018-05-19 20:27:31.5Z" or "20180519".
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)(?!\d{2})"
    r"(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_UTC = {"Z", "UTC", "GMT"}
_CLOCK = re.compile(r"\d{2}:\d{2}")
_ZONE = re.compile(r"(?:[+-]\d{4}|\b[A-Z]{1,4})$")
_YEAR = re.compile(r"(?:19|20)\d\d")
# e.g. "19 May 2018", "19. März 2018", "19 de mayo de 2018", "19 كانون-الثاني 2018"
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+|of\s+)?"
    r"(?P<month>[^\W\d_]{2,12}(?:-[^\W\d_]+)?)\.?,?\s+(?:de\s+)?(?P<year>(?:19|20)\d\d)",
    re.I,
)
# e.g. "May 19, 2018"
_MONTH_FIRST = re.compile(
    r"(?P<month>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)",
    re.I,
)
# e.g. "2018年5月19日", "2018/5/19"
_YEAR_FIRST = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s?[年년./-]\s?(?P<month>\d{1,2})\s?[月월./-]\s?(?P<day>\d{1,2})"
)
# e.g. "19.05.2018", and "05/19/2018" in the United States
_YEAR_LAST = re.compile(
    r"(?P<day>\d{1,2})\s?[./|-]\s?(?P<month>\d{1,2})\s?[./|-]\s?(?P<year>(?:19|20)\d\d)"
)
# At one place of a line the first that matches counts.
_FORMS = (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_LAST)


def parse(claim: str, *, month_first: bool = False) -> datetime | None:
    """Return the date that a page claims; naive where it names no zone, None unless a newspaper's.

    `month_first` settles 1/2/2018, and nothing that can be read one way only.

    >>> parse("2018-05-19T20:27:31+02:00").isoformat()
    '2018-05-19T20:27:31+02:00'
    """
    claim = claim.strip()[:_LONGEST].translate(_WESTERN)
    for moment in _readings(claim, month_first=month_first):
        if moment is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return moment
    return None


def _readings(claim: str, *, month_first: bool) -> Iterator[datetime | None]:
    """Yield what a claim says in each form, the surest first; later ones are not tried in vain."""
    yield _iso(claim)
    yield _rfc(claim)
    yield _worded(claim, month_first=month_first)


def _iso(claim: str) -> datetime | None:
    """Read a date of ISO 8601, anywhere in a claim."""
    match = _ISO.search(claim)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    offset = "+00:00" if zone in _UTC else zone or ""
    clock = f"{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        moment = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{offset}")
        moment.astimezone(UTC)  # an offset can lead out of the calendar
    except (ValueError, OverflowError):
        return None
    return moment


def _rfc(claim: str) -> datetime | None:
    """Read a date of RFC 5322; only with its zone, or the parser takes "4:52 pm" for a morning."""
    if _CLOCK.search(claim) is None or _ZONE.search(claim) is None:
        return None
    try:
        moment = parsedate_to_datetime(claim)
        moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment


def _worded(claim: str, *, month_first: bool) -> datetime | None:
    """Return the first day that words and numbers give, e.g. "19 May 2018"."""
    for match in _matches(claim):
        name = match["month"]
        # "²" is a digit too, but no number.
        month = int(name) if name.isdecimal() else MONTHS.get(name.lower())
        day = int(match["day"])
        if month is None:
            continue
        if match.re is _YEAR_LAST:
            month, day = _in_order(month, day, month_first=month_first)
        with suppress(ValueError):  # e.g. 31.02.2018
            return datetime(int(match["year"]), month, day)  # noqa: DTZ001 - it names no zone
    return None


def _matches(claim: str) -> Iterator[re.Match[str]]:
    """Yield what looks like a date, in order and without overlaps."""
    if _YEAR.search(claim) is None:
        return
    place = 0
    while True:
        matches = [form.search(claim, place) for form in _FORMS]
        found = [match for match in matches if match is not None]
        if not found:
            return
        first = min(found, key=re.Match.start)
        yield first
        place = first.end()


def _in_order(month: int, day: int, *, month_first: bool) -> tuple[int, int]:
    """Return month and day of a date in numbers, swapped where the page or the calendar says so."""
    is_swapped = month_first or month > _MONTHS_A_YEAR
    if is_swapped and day <= _MONTHS_A_YEAR:
        return day, month
    return month, day
