"""The day in a date that people write: "Friday, 27 November 2026", "11/27/2026"."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from crawler.text.dates import calendars
from crawler.text.dates.names import key, names

_T = TypeVar("_T")
Order = Literal["day first", "month first"]

_MONTHS_A_YEAR = 12
_LAST_OF_2000 = 49  # two digits up to this are of 2000 on (RFC 5322, 4.3)
# "27th", "1er", "1º": folded, `º` is an `o`.
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|eme|o|a|η|го)(?![^\W_])")
_ERA = "|".join(calendars.ERAS)
_CHINESE = re.compile(
    rf"(?P<era>{_ERA})?\s?(?P<year>\d{{1,4}})\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?"
    r"(?P<day>\d{1,2})\s?[日일号號]?"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s?(?P<by>[-/., ])\s?(?P<month>\d{1,2})\s?(?P=by)\s?(?P<day>\d{1,2})"
    r"(?!\d)\.?"
)
_YEAR_LAST = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s?(?P<by>[-/.| ])\s?(?P<month>\d{1,2})\s?(?P=by)\s?"
    r"(?P<year>\d{4}|\d{2})(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s(?:thang|thg)\s(?P<month>\d{1,2})(?:,|\snam)?\s(?P<year>\d{4})(?!\d)"
)
_NUMERIC = (_CHINESE, _VIETNAMESE, _YEAR_FIRST, _YEAR_LAST, _COMPACT)
# A name is what no space, digit or mark divides: vowels of Indic scripts are no letters to Python.
_WORD = re.compile(r"[^\s\d,;:|/()\[\]<>_+-]+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Locale:
    """What is known of who wrote a date."""

    order: Order | None = None
    language: str | None = None  # primary: "fa"
    has_persian_digits: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a date, and each meaning that it may have."""

    months: Mapping[int, set[str]]  # with the languages in which it is one
    weekdays: frozenset[int]
    solar: int | None


def day_of(text: str, locale: Locale) -> date | None:
    """Return the day of a folded claim without its clock.

    None where no day can be determined. All numbers have to be part of it; a word that is no name
    of a month says nothing, in whatever language it is: "Cuma, 27 Nov 2026".
    """
    text = _ORDINAL.sub("", text)
    words = tuple(_words(text))
    try:
        for form in _NUMERIC:
            match = form.search(text)
            if match is not None:
                return _numbered(match, words, locale)
        return _named(text, words, locale)
    except ValueError:  # 31.02.2026
        return None


def _words(text: str) -> Iterator[_Word]:
    """Yield the words of a text; a name may have two: "كانون الثاني"."""
    found = list(_WORD.finditer(text))
    keys = [key(match[0]) for match in found]
    at = 0
    while at < len(found):
        both = " ".join(keys[at : at + 2])
        length = 2 if at + 1 < len(found) and _is_name(both) else 1
        yield _word(both if length == 2 else keys[at])
        at += length


def _is_name(word: str) -> bool:
    return word in names().months or word in names().weekdays


def _word(word: str) -> _Word:
    table = names()
    months = table.months.get(word)
    if months is None:
        months = table.months.get(word.removeprefix("ב"), {})  # "in", of Hebrew dates
    weekdays = table.weekdays.get(word, set())
    return _Word(months, frozenset(weekdays), table.solar.get(word))


def _numbered(match: re.Match[str], words: Sequence[_Word], locale: Locale) -> date | None:
    """Return the day of three numbers, None where it is unread or can be read in two ways."""
    around = match.string[: match.start()] + match.string[match.end() :]
    if _NUMBER.search(around):
        return None
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    if match.re is _CHINESE and match["era"]:
        return date(calendars.ERAS[match["era"]] + year, month, day)
    if year in calendars.SOLAR_YEARS:
        is_solar = locale.has_persian_digits or locale.language == "fa"
        return calendars.solar_day(year, month, day) if is_solar else None
    if match.re is _YEAR_LAST:
        return _in_order(match, _weekdays(words), locale)
    if year in calendars.BUDDHIST_YEARS and locale.language == "th":
        year -= calendars.BUDDHIST_BEFORE
    return date(year, month, day)


def _in_order(match: re.Match[str], weekdays: frozenset[int], locale: Locale) -> date | None:
    """Return the day of 3/4/2026 or 3-4-26: by the calendar, its weekday, or who wrote it."""
    first, second, last = int(match["day"]), int(match["month"]), match["year"]
    year = _year(last)
    day_first, month_first = _valid(year, second, first), _valid(year, first, second)
    year_first = _valid(_year(match["day"]), second, int(last)) if len(last) == 2 else None
    readings = {day_first, month_first, year_first} - {None}
    named = [day for day in readings if day is not None and day.weekday() in weekdays]
    if len(named) == 1:
        return named[0]
    if match["by"] in ".|":  # no country that writes the month first divides by dots (CLDR)
        return day_first
    if year_first is not None and match["by"] == "-" and locale.order is None:
        return None  # 26-11-27 is written from both ends
    if None in (day_first, month_first) or day_first == month_first:
        return day_first or month_first
    by_order = {"day first": day_first, "month first": month_first}
    return by_order[locale.order] if locale.order else None


def order_in(claim: str) -> Order | None:
    """Return the order that a claim shows: 27/11/2026 has the day first, 11/27/2026 the month."""
    match = _YEAR_LAST.search(claim)
    if match is None:
        return None
    first, second = int(match["day"]), int(match["month"])
    if first > _MONTHS_A_YEAR >= second:
        return "day first"
    return "month first" if second > _MONTHS_A_YEAR >= first else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Return the year of two or four digits."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= _LAST_OF_2000 else 1900)


def _weekdays(words: Iterable[_Word]) -> frozenset[int]:
    return frozenset().union(*(word.weekdays for word in words))


def _named(text: str, words: Sequence[_Word], locale: Locale) -> date | None:
    """Return the day of a month that is named: its numbers are a day and a year, in any order."""
    numbers = [match[0] for match in _NUMBER.finditer(text)]
    if len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    if int(year) in calendars.SOLAR_YEARS:
        solar = _only({word.solar for word in words if word.solar})
        return calendars.solar_day(int(year), solar, int(day)) if solar else None
    months = _months(words, locale)
    is_thai = any("th" in languages for languages in months.values())
    if is_thai and int(year) in calendars.BUDDHIST_YEARS:
        year = str(int(year) - calendars.BUDDHIST_BEFORE)
    days = [date(_year(year), month, int(day)) for month in months]
    if len(days) > 1:
        days = [found for found in days if found.weekday() in _weekdays(words)]
    return _only(set(days))


def _months(words: Iterable[_Word], locale: Locale) -> dict[int, set[str]]:
    """Return the months that words name, with the languages: of several words the one they share.

    "تشرين الثاني/نوفمبر" is one month in two names. "mar., 2 juin" is a Tuesday in June.
    """
    named = [word for word in words if word.months]
    shared = _shared(named) or _shared([word for word in named if not word.weekdays])
    spoken = {month: found for month, found in shared.items() if locale.language in found}
    return spoken or shared


def _shared(words: Sequence[_Word]) -> dict[int, set[str]]:
    if not words:
        return {}
    first, *others = (word.months for word in words)
    return {
        month: languages
        for month, languages in first.items()
        if all(month in other for other in others)
    }


def _only(found: set[_T]) -> _T | None:
    """Return the one thing of a set, None where there is none or more than one."""
    return found.pop() if len(found) == 1 else None
