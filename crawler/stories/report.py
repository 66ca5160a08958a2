"""What stories read of an article: its words, its language and its day."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.stories.named_days import day_in
from crawler.text import dates

_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")
_MONTHS = 12
_OPENING = 600  # characters of the text in which a day is read if the article has none: a dateline


@dataclass(frozen=True, slots=True)
class Days:
    """The days of which an article may be: one, or all days of a month or a year."""

    first: date
    last: date

    @property
    def is_exact(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last

    def gap(self, other: "Days") -> int:
        """Return the days between two articles, at least; 0 if they may be of one day."""
        between = max(self.first - other.last, other.first - self.last)
        return max(between, timedelta()).days


@dataclass(frozen=True, slots=True)
class Report:
    """An article, as it is compared with others."""

    headline: str
    paragraphs: Sequence[str]
    language: str | None
    days: Days | None  # None: the article has no date, and its beginning names no day


def read_report(
    headline: str,
    paragraphs: Sequence[str],
    language: str | None,
    written: str | None,
) -> Report:
    """Return an article as it is compared: dated by `written`, or by the day that it names.

    `written` is an ISO day, an instant, a month, a year, or None. Raises ValueError for others.
    """
    days = None if written is None else days_of(written)
    if days is None:
        opening = "\n".join((headline, *paragraphs))[:_OPENING]
        named = day_in(opening)
        days = None if named is None else Days(named, named)
    return Report(headline, paragraphs, language, days)


def days_of(written: str) -> Days:
    """Return the days that a date is: of "2026-11" all of November. Raises ValueError."""
    moment = dates.read(written)
    match = _MONTH.fullmatch(written.strip())
    if match is not None and int(match[1]) > 0:
        year = int(match[1])
        first = int(match[2] or 1)
        last = int(match[2] or _MONTHS)
        if 1 <= first <= _MONTHS:
            return Days(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))
    elif moment is not None:
        return Days(moment.date(), moment.date())
    raise ValueError(f"no date: {written!r} (use 2026-11-27, 2026-11 or 2026)")
