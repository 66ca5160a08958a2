"""The day in a date whose month is named: "Friday, 27 November 2026", "Nov 27, 2026"."""

import re
from collections.abc import Sequence
from datetime import date

from crawler.text.dates import calendars
from crawler.text.dates.locale import Locale
from crawler.text.dates.words import (
    Word,
    months_of,
    weekdays_of,
)

_NUMBER = re.compile(r"\d+")
_LAST_OF_2000 = 49  # two digits up to this are of 2000 on (RFC 5322, 4.3)
CLOCK = "\n"  # it is in the text where a clock was


def named_day(
    text: str,
    words: Sequence[Word],
    locale: Locale,
) -> date | None:
    """Return the day of a month that is named: its numbers are a day and a year, in any order.

    None where other words divide them: "5 min read, November 2026" is no 5 November. Raises
    ValueError for 31 November.
    """
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 2:
        return None
    first, second = numbers
    day, year = first[0], second[0]
    if len(day) > 2:
        day, year = year, day
    are_day_and_year = len(day) <= 2 and len(year) in (2, 4)
    if not are_day_and_year:
        return None
    if _is_divided(text, words, first.start(), second.end()):
        return None
    if int(year) in calendars.SOLAR_YEARS:
        return _solar_day(words, int(year), int(day))
    return _gregorian_day(words, year, int(day), locale)


def year_of(digits: str) -> int:
    """Return the year of two or four digits."""
    year = int(digits)
    if len(digits) > 2:
        return year
    century = 2000 if year <= _LAST_OF_2000 else 1900
    return century + year


def _is_divided(
    text: str,
    words: Sequence[Word],
    first: int,
    last: int,
) -> bool:
    """Whether words without a meaning are between the first and the last part of a date.

    A clock may have the name of an unknown zone after it: "Nov 27 14:05:00 XYZ 2026".
    """
    names = [word for word in words if word.months or word.solar]
    if not names:
        return True
    start = min(first, names[0].start)
    end = max(last, names[-1].end)
    inside = [word for word in words if start < word.start < end]
    unknown = [word for word in inside if word.is_unknown]
    has_clock = CLOCK in text[start:end]
    if len(unknown) > has_clock:
        return True
    return _is_of_a_page_number(text, words, first)


def _is_of_a_page_number(
    text: str,
    words: Sequence[Word],
    first: int,
) -> bool:
    """Whether the first number is of a word before it: "Issue 3, November 2026"."""
    before = [word for word in words if word.end <= first]
    if not before or not before[-1].is_unknown:
        return False
    following = text[first:].lstrip("0123456789")
    return following.startswith(",")


def _solar_day(
    words: Sequence[Word],
    year: int,
    day: int,
) -> date | None:
    months = {word.solar for word in words if word.solar is not None}
    if len(months) != 1:
        return None
    return calendars.solar_day(year, months.pop(), day)


def _gregorian_day(
    words: Sequence[Word],
    digits: str,
    day: int,
    locale: Locale,
) -> date | None:
    """Return the day; of a name of two months, the one that its weekday fits."""
    months = months_of(words, locale)
    year = year_of(digits)
    is_thai = any("th" in languages for languages in months.values())
    if is_thai and year in calendars.BUDDHIST_YEARS:
        year -= calendars.BUDDHIST_BEFORE
    days = [date(year, month, day) for month in months]
    if len(days) > 1:
        weekdays = weekdays_of(words)
        days = [found for found in days if found.weekday() in weekdays]
    return days[0] if len(days) == 1 else None
