"""Dates as pages show them: a claim that is nothing but a date, or the first date in a line."""

import re
from collections.abc import Iterator
from datetime import datetime

from crawler.text import dates
from crawler.text.dates import NOWHERE, Locale

_LONGEST = 300  # characters of a claim that are read
_FIRST_YEAR = 1980  # a newspaper's archive on the web begins later
# In the digits of any script: "٢٠٢٦".
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MONTH_NAME = r"[^\W\d_]{2,12}(?:[\s-]\u0627\u0644[^\W\d_]+)?(?:/[^\W\d_]+)?"
# "2018-05-19 20:27:31.5Z", "20180519".
_ISO = re.compile(
    r"(?<!\d)\d{4}(-?)\d{2}\1\d{2}(?!\d)"
    r"(?:[Tt\s]+\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
# "19 May 2018", "19. März 2018", "19 de mayo de 2018", "19 كانون الثاني 2018".
_DAY_FIRST = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:de\s+|of\s+)?{_MONTH_NAME}\.?,?\s+(?:de\s+)?\d{{4}}",
    re.I,
)
# "May 19, 2018".
_MONTH_FIRST = re.compile(r"[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}", re.I)
# "2018年5月19日", "2018/5/19".
_YEAR_FIRST = re.compile(r"\d{4}\s?[年년./-]\s?\d{1,2}\s?[月월./-]\s?\d{1,2}")
# "19.05.2018", and "05/19/2018" in the United States.
_YEAR_LAST = re.compile(r"\d{1,2}\s?([./|-])\s?\d{1,2}\s?\1\s?\d{4}")
# At one place of a line the first that matches counts.
_FORMS = (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_LAST)


def parse(claim: str, locale: Locale = NOWHERE) -> datetime | None:
    """Return the date that a page claims; naive where it names no zone, None unless a newspaper's.

    A line of text has words around its date: the first day in it counts, without a clock.

    >>> parse("2018-05-19T20:27:31+02:00").isoformat()
    '2018-05-19T20:27:31+02:00'
    >>> parse("Ida Holm, 19 May 2018 - 3 comments").isoformat()
    '2018-05-19T00:00:00'
    """
    claim = claim.strip()[:_LONGEST]
    if not claim:
        return None
    moment = dates.read(claim, locale) or _first_in(claim, locale)
    if moment is None or moment.year < _FIRST_YEAR:
        return None
    return moment.replace(microsecond=0)


def _first_in(line: str, locale: Locale) -> datetime | None:
    """Return the first date in a line: in the form of ISO 8601, else in words and numbers."""
    if _YEAR.search(line) is None and _ISO.search(line) is None:
        return None
    match = _ISO.search(line)
    moment = dates.read(match[0], locale) if match else None
    if moment is not None:
        return moment
    found = (dates.read(written, locale) for written in _written(line))
    return next(filter(None, found), None)


def _written(line: str) -> Iterator[str]:
    """Yield what looks like a date, in order and without overlaps."""
    place = 0
    while True:
        matches = [form.search(line, place) for form in _FORMS]
        found = [match for match in matches if match is not None]
        if not found:
            return
        first = min(found, key=re.Match.start)
        yield first[0]
        place = first.end()
