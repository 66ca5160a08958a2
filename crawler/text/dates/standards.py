"""Dates as standards have them and computers write them: ISO 8601, RFC 5322, seconds since 1970."""

import re
from collections.abc import Callable
from datetime import (
    UTC,
    date,
    datetime,
    time,
    timedelta,
    tzinfo,
)
from functools import lru_cache

from crawler.text.dates import zones
from crawler.text.dates.clock import (
    Clock,
    Timed,
    checked,
    with_zone,
)

# As most write them: they are nine dates of ten, and read at once.
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:\s?([Zz]|[+-]\d\d:?\d\d))?)?",
    re.ASCII,
)
_RFC = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) "
    r"(\d\d):(\d\d)(?::(\d\d))? (GMT|UTC|Z|[+-]\d{4})",
    re.ASCII,
)
_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
# W3C-DTF: a month, `2026-11`, is its first day. A year alone would be one too, and would pass an
# article of this week off as one of January: it cannot be determined.
_MONTH = re.compile(r"([12]\d{3})-([01]\d)", re.ASCII)
# ISO 8601: the week, `2026-W48-5`, and the day of the year, `2026-331`.
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])", re.ASCII | re.I)
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})", re.ASCII)
# `20261127T140500Z`, `202611271405`, `2026-11-27T1405+03`.
_BASIC = re.compile(
    r"(\d{4})(-?)(\d\d)\2(\d\d)[ t_-]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(?P<rest>\s?(?:z|[+-]\d.*)?)"
)
# Seconds since 1970, with a fraction, or in thousandths and millionths; `/Date(1795000000000)/`.
_EPOCH = re.compile(r"(?:/date\()?@?(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?(?:[+-]\d{4}\)/|\)/)?")
_PARTS_OF_A_SECOND = {13: 1_000, 16: 1_000_000}
_FIRST_SECONDS, _LAST_SECONDS = 3e8, 4e9  # 1979 and 2096


def standard(written: str) -> datetime | None:
    """Read the usual forms of ISO 8601 and RFC 5322. Raises ValueError for one that is no date."""
    match = _ISO.fullmatch(written)
    if match is not None:
        return _iso(match)
    match = _RFC.fullmatch(written)
    if match is None or match[2] not in _MONTHS:
        return None
    day, month, year, *shown, zone = match.groups()
    return at(
        date(int(year), _MONTHS[month], int(day)),
        _clock(*shown),
        _zone(zone),
    )


def rare(folded: str) -> datetime | None:
    """Read the rarer forms, of a folded claim. Raises ValueError."""
    for form, read in _RARE:
        match = form.fullmatch(folded)
        if match is not None:
            return read(match)
    return None


def at(
    day: date,
    shown: Clock | None = None,
    zone: tzinfo | None = None,
) -> datetime:
    """Return a day's moment, with the offset that its zone has then."""
    shown = shown or Clock()
    clock = time(shown.hour % 24, shown.minute, shown.second)
    moment = datetime.combine(day, clock, zone)
    if shown.hour == 24:
        moment += timedelta(days=1)
    return zones.fixed(moment)


def _iso(match: re.Match[str]) -> datetime:
    year, month, day, *shown, fraction, zone = match.groups()
    moment = at(
        date(int(year), int(month), int(day)),
        _clock(*shown),
        _zone(zone),
    )
    if not fraction:
        return moment
    digits = fraction[:6].ljust(6, "0")
    return moment.replace(microsecond=int(digits))


def _month(match: re.Match[str]) -> datetime:
    return at(date(int(match[1]), int(match[2]), 1))


def _week(match: re.Match[str]) -> datetime:
    year, week, weekday = map(int, match.groups())
    return at(date.fromisocalendar(year, week, weekday))


def _basic(match: re.Match[str]) -> datetime:
    year, _, month, day, *shown, rest = match.groups()
    after = with_zone(Timed("", rest))
    return at(
        date(int(year), int(month), int(day)),
        _clock(*shown),
        after.zone,
    )


def _day_of_year(match: re.Match[str]) -> datetime | None:
    year, number = map(int, match.groups())
    day = date(year, 1, 1) + timedelta(days=number - 1)
    return at(day) if day.year == year else None


def _since_1970(match: re.Match[str]) -> datetime | None:
    """Read seconds, thousandths or millionths of them."""
    digits = match[1]
    seconds = int(digits) // _PARTS_OF_A_SECOND.get(len(digits), 1)
    if not _FIRST_SECONDS < seconds < _LAST_SECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _clock(
    hour: str | None,
    minute: str | None,
    second: str | None,
) -> Clock | None:
    """Return the clock of a standard form. Raises ValueError for 25:61."""
    if hour is None:
        return None
    found = checked(int(hour), int(minute or 0), int(second or 0))
    if found is None:
        raise ValueError(f"no time of day: {hour}:{minute}:{second}")
    return found


@lru_cache(maxsize=256)
def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written[0] not in "+-":
        return UTC
    return zones.offset_of(written[0], int(written[1:3]), int(written[-2:]))


_RARE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime | None]], ...] = (
    (_MONTH, _month),
    (_WEEK, _week),
    (_DAY_OF_YEAR, _day_of_year),
    (_EPOCH, _since_1970),
    (_BASIC, _basic),
)
