"""The dates of a query: days, months and years, moments, and periods relative to now, in UTC.

Every form is a period with a beginning and an end, which is excluded:

    2024  2024-12  2024-12-08  2024-W50             of the calendar
    2024-12-08T14  2024-12-08T14:30Z                an hour, a minute, a second
    today  yesterday  this-week  last-month         whole days, weeks from Monday, months, years
    36h  7d  2w  3m  1y  (also -7d)  now            that long ago until now, or from now on
"""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.search.nodes import QueryError

FORMS = "2024, 2024-12, 2024-12-08, today, yesterday, this-week, last-month, 36h, 7d, 2w, 3m or 1y"

_CALENDAR = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_AGO = re.compile(r"-?(\d{1,9})([hdwmy])")
_LENGTHS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MONTHS = {"m": 1, "y": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The time from `start` until before `end`."""

    start: datetime
    end: datetime


def period_of(
    text: str,
    place: int,
    now: datetime,
    *,
    besides: Sequence[str] = (),
) -> Period:
    """Return the period that a text means at `now`. Raises QueryError with the place of the text.

    The message names the words that are valid besides dates.

    >>> period = period_of("last-week", 0, datetime(2026, 11, 28, 9, tzinfo=UTC))
    >>> str(period.start.date()), str(period.end.date())
    ('2026-11-16', '2026-11-23')
    """
    try:
        return _read(text.lower(), now)
    except (ValueError, OverflowError):  # a month 13, a year 0
        refusal = _refusal(text, besides)
    raise QueryError(refusal, place)


def _read(text: str, now: datetime) -> Period:
    found = _named(text, now)
    if found is None:
        found = _ago(text, now)
    if found is None:
        found = _calendar(text)
    return found or _moment(text)


def _refusal(text: str, besides: Sequence[str]) -> str:
    names = [*besides, *_NAMED, *_RELATIVE]
    nearest = difflib.get_close_matches(text.lower(), names, n=1)
    guess = f"; did you mean {nearest[0]}?" if nearest else ""
    words = "".join(f"{word}, " for word in besides)
    return f"{text!r} is no date: write {words}{FORMS}{guess}"


def _named(text: str, now: datetime) -> Period | None:
    """Return a period with a name, as this-week or last-year; "now" is the time from now on."""
    if text == "now":
        return Period(now, _END)
    today = _midnight(now)
    days_ago = _NAMED.get(text)
    if days_ago is not None:
        start = today - days_ago * _DAY
        return Period(start, start + _DAY)

    relative = _RELATIVE.get(text)
    if relative is None:
        return None
    period_around, steps_back = relative
    period = period_around(today)
    for _ in range(steps_back):
        period = period_around(period.start - _DAY)
    return period


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )


def _week(day: datetime) -> Period:
    """Return the week of a day, from Monday (ISO 8601)."""
    monday = day - day.weekday() * _DAY
    return Period(monday, monday + 7 * _DAY)


def _month(day: datetime) -> Period:
    first = day.replace(day=1)
    next_first = (first + 31 * _DAY).replace(day=1)
    return Period(first, next_first)


def _year(day: datetime) -> Period:
    first = day.replace(month=1, day=1)
    return Period(first, first.replace(year=first.year + 1))


_NAMED = {"today": 0, "yesterday": 1}  # days ago
# The period around a day, and how many such periods ago.
_RELATIVE: dict[str, tuple[Callable[[datetime], Period], int]] = {
    "this-week": (_week, 0),
    "last-week": (_week, 1),
    "this-month": (_month, 0),
    "last-month": (_month, 1),
    "this-year": (_year, 0),
    "last-year": (_year, 1),
}


def _ago(text: str, now: datetime) -> Period | None:
    """Return the time since so many hours, days, weeks, months or years ago."""
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    number = int(match[1])
    unit = match[2]
    if unit in _LENGTHS:
        start = now - number * _LENGTHS[unit]
    else:
        start = _months_before(now, number * _MONTHS[unit])
    return Period(start, _END)


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months before; the last of the month where it has no such day.

    One month before 31 March is 28 or 29 February.
    """
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(whole, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    days = (_month(first).end - first).days
    last = min(moment.day, days)
    return first.replace(day=last)


_END = datetime.max.replace(tzinfo=UTC)  # of a period that is not over


def _calendar(text: str) -> Period | None:
    """Return a year, a month or a day."""
    match = _CALENDAR.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()
    start = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        tzinfo=UTC,
    )
    if start.year == _END.year:
        return Period(start, _END)
    if day:
        return Period(start, start + _DAY)
    return _month(start) if month else _year(start)


def _moment(text: str) -> Period:
    """Return a week, day, hour, minute or second of ISO 8601; without a zone it is of UTC."""
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    start = moment.astimezone(UTC)
    if start.year == _END.year:
        return Period(start, _END)
    return Period(start, start + _length(text))


_ZONE = re.compile(r"(?:z|[+-][\d:]+)$")
_WEEK = re.compile(r"\d{4}-?w\d\d")


def _length(text: str) -> timedelta:
    """Return how long a time is that ISO 8601 writes so: 14:30 is a minute, 14 an hour."""
    _, _, time = text.replace(" ", "t").partition("t")
    digits = len(re.findall(r"\d", _ZONE.sub("", time)))
    match digits:
        case 0:
            return 7 * _DAY if _WEEK.fullmatch(text) else _DAY
        case 2:
            return timedelta(hours=1)
        case 4:
            return timedelta(minutes=1)
    return timedelta(seconds=1)
