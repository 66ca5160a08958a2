"""The day in a date that people write: "27.11.2026", "11/27/2026", "27 November 2026"."""

import re
from collections.abc import Sequence
from datetime import date

from crawler.text.dates import calendars
from crawler.text.dates.locale import Locale, Order
from crawler.text.dates.named import named_day, year_of
from crawler.text.dates.words import (
    Word,
    weekdays_of,
    words_of,
)

_MONTHS_A_YEAR = 12
# "27th", "1er", "1º": folded, `º` is an `o`.
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|eme|o|a|η|го)(?![^\W_])")
_DAY = r"(?<!\d)(?P<day>\d{1,2})"
_MONTH = r"(?P<month>\d{1,2})"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_ERA = "|".join(calendars.ERAS)
# "2026年11月27日", "令和8年11月27日".
_CHINESE = re.compile(
    rf"(?P<era>{_ERA})?\s?(?P<year>\d{{1,4}})\s?[年년]\s?{_MONTH}\s?[月월]\s?"
    r"(?P<day>\d{1,2})\s?[日일号號]?"
)
# "11월 27, 2026", "27 11월 2026": what WordPress makes of them.
_ASIAN_MONTH_FIRST = re.compile(rf"(?<!\d){_MONTH}\s?[月월]\s?(?P<day>\d{{1,2}})[日일]?,?\s{_YEAR}")
_ASIAN_DAY_FIRST = re.compile(rf"{_DAY}\s{_MONTH}\s?[月월],?\s{_YEAR}")
# "27 tháng 11, 2026".
_VIETNAMESE = re.compile(rf"{_DAY}\s(?:thang|thg)\s{_MONTH}(?:,|\snam)?\s{_YEAR}")
_YEAR_FIRST = re.compile(
    rf"(?<!\d){_YEAR}\s?(?P<by>[-/., :])\s?{_MONTH}\s?(?P=by)\s?(?P<day>\d{{1,2}})(?!\d)\.?"
)
_YEAR_LAST = re.compile(
    rf"{_DAY}\s?(?P<by>[-/.| ])\s?{_MONTH}\s?(?P=by)\s?(?P<year>\d{{4}}|\d{{2}})(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_FORMS = (
    _CHINESE,
    _ASIAN_MONTH_FIRST,
    _ASIAN_DAY_FIRST,
    _VIETNAMESE,
    _YEAR_FIRST,
    _YEAR_LAST,
    _COMPACT,
)


def day_of(text: str, locale: Locale) -> date | None:
    """Return the day of a folded claim without its clock.

    None where no day can be determined. All numbers have to be part of it; words before and after
    them that name no month say nothing, in whatever language they are: "Cuma, 27 Nov 2026".
    """
    text = _ORDINAL.sub("", text)
    words = tuple(words_of(text))
    try:
        for form in _FORMS:
            match = form.search(text)
            if match is not None:
                return _numbered(match, words, locale)
        return named_day(text, words, locale)
    except ValueError:  # 31.02.2026
        return None


def order_in(claim: str) -> Order | None:
    """Return the order that a claim shows: 27/11/2026 has the day first, 11/27/2026 the month."""
    match = _YEAR_LAST.search(claim)
    if match is None:
        return None
    first, second = int(match["day"]), int(match["month"])
    if first > _MONTHS_A_YEAR >= second:
        return "day first"
    if second > _MONTHS_A_YEAR >= first:
        return "month first"
    return None


def _numbered(
    match: re.Match[str],
    words: Sequence[Word],
    locale: Locale,
) -> date | None:
    """Return the day of three numbers; None where there are more, or it reads in two ways."""
    around = match.string[: match.start()] + match.string[match.end() :]
    if any(map(str.isdecimal, around)):
        return None
    if match.re is _YEAR_LAST:
        return _year_last(match, words, locale)
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if match.re is _CHINESE and match["era"]:
        year += calendars.ERAS[match["era"]]
    return _in_calendar(year, month, day, locale)


def _in_calendar(
    year: int,
    month: int,
    day: int,
    locale: Locale,
) -> date | None:
    """Return the day of a year of any calendar, where it is certain which one that is."""
    if year in calendars.SOLAR_YEARS:
        is_solar = locale.has_persian_digits or locale.language == "fa"
        return calendars.solar_day(year, month, day) if is_solar else None
    if year in calendars.BUDDHIST_YEARS and locale.language == "th":
        year -= calendars.BUDDHIST_BEFORE
    return date(year, month, day)


def _year_last(
    match: re.Match[str],
    words: Sequence[Word],
    locale: Locale,
) -> date | None:
    """Return the day of 3/4/2026 or 3-4-26: by its weekday, the calendar, or who wrote it."""
    first, second, digits = int(match["day"]), int(match["month"]), match["year"]
    year = year_of(digits)
    if year in calendars.SOLAR_YEARS or year in calendars.BUDDHIST_YEARS:
        return _in_calendar(year, second, first, locale)
    day_first = _valid(year, second, first)
    month_first = _valid(year, first, second)
    year_first = _valid(year_of(match["day"]), second, int(digits)) if len(digits) == 2 else None
    weekdays = weekdays_of(words)
    readings = {day_first, month_first, year_first}
    named = [day for day in readings if day is not None and day.weekday() in weekdays]
    if len(named) == 1:
        return named[0]
    # No country that writes the month first divides by dots (CLDR).
    if match["by"] in ".|":
        return day_first
    # 26-11-27 is written from both ends.
    if year_first is not None and match["by"] == "-" and locale.order is None:
        return None
    return _by_order(day_first, month_first, locale.order)


def _by_order(
    day_first: date | None,
    month_first: date | None,
    order: Order | None,
) -> date | None:
    if day_first is None or month_first is None:
        return day_first or month_first
    if day_first == month_first or order == "day first":
        return day_first
    return month_first if order == "month first" else None


def _valid(
    year: int,
    month: int,
    day: int,
) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
