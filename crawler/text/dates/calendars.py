"""Calendars beside the Gregorian: Solar Hijri, Buddhist, and the eras of Japan and Taiwan."""

from datetime import date, timedelta

# Years of the press in each calendar, from 1921 to 2071, and 1957 to 2057.
SOLAR_YEARS = range(1300, 1451)
BUDDHIST_YEARS = range(2500, 2601)
BUDDHIST_BEFORE = 543  # years
# The year before the first of an era.
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

_LEAP_CYCLE = 33
_LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})  # of the cycle
_KNOWN_YEAR, _KNOWN_START = 1403, date(2024, 3, 20)
_LONG_MONTHS = 6  # have 31 days, the others 30


def solar_day(
    year: int,
    month: int,
    day: int,
) -> date:
    """Return the day of a date of the Solar Hijri calendar. Raises ValueError.

    By the cycle of 33 years, which is right from 1244 to 1472 (Heydari-Malayeri, "A concise review
    of the Iranian calendar", 2004).

    >>> solar_day(1405, 9, 6).isoformat()
    '2026-11-27'
    """
    length = 31 if month <= _LONG_MONTHS else 30
    if month == 12 and not _is_leap(year):
        length = 29
    is_day = 1 <= month <= 12 and 1 <= day <= length
    if year not in SOLAR_YEARS or not is_day:
        raise ValueError(f"no day of the Solar Hijri calendar: {year}-{month}-{day}")
    months = month - 1
    days = 30 * months + min(months, _LONG_MONTHS)
    days += day - 1
    return _new_year(year) + timedelta(days=days)


def _new_year(year: int) -> date:
    """Return the first of Farvardin."""
    first, last = sorted((year, _KNOWN_YEAR))
    days = sum(365 + _is_leap(between) for between in range(first, last))
    return _KNOWN_START + timedelta(days=days if year > _KNOWN_YEAR else -days)


def _is_leap(year: int) -> bool:
    return year % _LEAP_CYCLE in _LEAP_YEARS
