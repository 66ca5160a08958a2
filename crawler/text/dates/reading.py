"""Dates from outside become instants: of feeds, sitemaps, pages and archives, one way for all.

A date is read as a whole: each of its numbers has to be part of it, or it is none. What can be read
in two ways is none too, unless who wrote it decides (`Locale`). Nothing is filled in from today.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from crawler.text.dates import clock, zones
from crawler.text.dates.clock import Clock, Timed
from crawler.text.dates.days import Locale, Order, day_of, order_in
from crawler.text.dates.names import fold
from crawler.text.normal import primary_language

_LONGEST = 300  # characters of a claim that are read
# The web is younger; 1970 is the zero of clocks, and later years are placeholders of templates.
_FIRST_YEAR, _LAST_YEAR = 1971, 2100
NOWHERE = Locale()

# ISO 8601 as most write it, and RFC 5322: read at once, they are nine dates of ten.
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
_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
# W3C-DTF: a month, `2026-11`, is its first day. A year alone would be one too, and would pass an
# article of this week off as one of January: it cannot be determined.
_MONTH = re.compile(r"([12]\d{3})-([01]\d)", re.ASCII)
# ISO 8601: the week, `2026-W48-5`, and the day of the year, `2026-331`.
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})", re.ASCII)
# `20261127T140500Z`, `202611271405`.
_BASIC = re.compile(
    r"(\d{4})(\d\d)(\d\d)[ t_-]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(?P<rest>\s?(?:z|[+-]\d.*)?)"
)
# Seconds since 1970, with a fraction, or in thousandths and millionths; `/Date(1795000000000)/`.
_EPOCH = re.compile(r"(?:/date\()?@?(\d{9,10}|\d{13}|\d{16})(?:\.\d+)?(?:[+-]\d{4}\)/|\)/)?")
_FIRST_SECONDS, _LAST_SECONDS = 3e8, 4e9  # 1979 and 2096
_COMMENT = re.compile(r"\(([^()]*)\)")  # RFC 5322, 3.2.2
# A zone after a day without a clock: `2026-11-27+03:00` (XML Schema), `27 Nov 2026 GMT`.
_ZONE_OF_A_DAY = re.compile(
    r"(?<=\d)\s?((?:utc|gmt|z)|\+\d{1,2}(?::?\d{2})?|-\d{2}:\d{2}|(?<=\s)-\d{4})$"
)
_DOTTED_CLOCK = re.compile(r"(?<![\s,])[\s,]++(\d{1,2}\.\d{2}(?:\.\d{2})?)$")
_MAY_SHOW_ORDER = re.compile(r"\d\s?[/-]\s?\d{1,2}\s?[/-]\s?\d\d")
_PERSIAN_DIGIT = re.compile("[\u06f0-\u06f9]")

# CLDR: the countries whose short dates have the month first, and the languages without a country
# that are of none of them. English alone may be of either.
_MONTH_FIRST = frozenset({"US", "PR", "PH", "GU", "AS", "VI", "MP", "UM", "MH"})
_YEAR_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "mn", "sv", "eu"})
_EITHER = frozenset({"CA", "ZA"})


def locale_of(tag: str | None) -> Locale:
    """Return what a BCP 47 tag says of how dates are written.

    >>> locale_of("en-US").order, locale_of("de").order, locale_of("en").order
    ('month first', 'day first', None)
    """
    language = primary_language(tag)
    subtags = re.split("[-_]", (tag or "").strip())[1:]
    region = next((subtag.upper() for subtag in subtags if len(subtag) == 2), None)
    return Locale(order=_order_of(language, region), language=language)


def _order_of(language: str | None, region: str | None) -> Order | None:
    if region in _MONTH_FIRST:
        return "month first"
    if language is None or language in _YEAR_FIRST or region in _EITHER:
        return None
    if language == "en" and region is None:
        return None
    return "day first"


def agreed(claims: Iterable[str], locale: Locale) -> Locale:
    """Return a locale with the order that dates of one author show, where they show one only."""
    written = {claim for claim in claims if _MAY_SHOW_ORDER.search(claim)}
    orders = {order_in(fold(claim)) for claim in written} - {None}
    return replace(locale, order=orders.pop()) if len(orders) == 1 else locale


def read(claim: str | None, locale: Locale = NOWHERE) -> datetime | None:
    """Return the date that a claim is; naive where it names no zone that is known.

    None for what is no date, cannot be determined, or is of no year of the web. A day alone is its
    first moment.

    >>> read("Fri, Nov 27 2026 08:04:03 PM EST").isoformat()
    '2026-11-27T20:04:03-05:00'
    >>> read("03/04/2026"), read("03/04/2026", locale_of("de")).day
    (None, 3)
    """
    written = (claim or "").strip()
    if not written or len(written) > _LONGEST:
        return None
    try:
        moment = _standard(written)
        if moment is None:
            moment = _special(written.upper()) or _written(written, locale)
    except (ValueError, OverflowError):  # 2026-02-30; an offset that leads out of the calendar
        return None
    return within(moment)


def instant(claim: str | None, locale: Locale = NOWHERE) -> datetime | None:
    """Return the instant that a claim is, as UTC: without a zone that is known it is taken as UTC.

    >>> instant("27 Kasım 2026 14:05 GMT+3").isoformat()
    '2026-11-27T11:05:00+00:00'
    """
    moment = read(claim, locale)
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def within(moment: datetime | None) -> datetime | None:
    """Return a moment of the years of the web, else None."""
    if moment is None or not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        return None
    return moment


def _standard(written: str) -> datetime | None:
    """Read the usual forms of ISO 8601 and RFC 5322. Raises ValueError for one that is no date."""
    match = _ISO.fullmatch(written)
    if match is not None:
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        found = date(int(year), int(month), int(day))
        moment = _at(found, _clock(hour, minute, second), _numeric(zone))
        return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment
    match = _RFC.fullmatch(written)
    if match is None or match[2] not in _MONTHS:
        return None
    found = date(int(match[3]), _MONTHS[match[2]], int(match[1]))
    return _at(found, _clock(match[4], match[5], match[6]), _numeric(match[7]))


def _clock(hour: str | None, minute: str | None, second: str | None) -> Clock | None:
    """Return the clock of a standard form. Raises ValueError for 25:61."""
    if hour is None:
        return None
    found = clock.checked(int(hour), int(minute or 0), int(second or 0))
    if found is None:
        raise ValueError(f"no time of day: {hour}:{minute}:{second}")
    return found


def _numeric(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return UTC
    return zones.offset_of(zone[0], int(zone[1:3]), int(zone[-2:]))


def _special(written: str) -> datetime | None:
    """Read what ISO 8601 has besides, and what computers write. Raises ValueError."""
    if match := _MONTH.fullmatch(written):
        return _at(date(int(match[1]), int(match[2]), 1))
    if match := _WEEK.fullmatch(written):
        return _at(date.fromisocalendar(*map(int, match.groups())))
    if match := _DAY_OF_YEAR.fullmatch(written):
        first, days = date(int(match[1]), 1, 1), int(match[2]) - 1
        return _at(first + timedelta(days=days)) if 0 <= days < 366 else None
    return None


def _written(written: str, locale: Locale) -> datetime | None:
    """Read a date as people and programs write it. Raises ValueError."""
    text = fold(written)
    if match := _EPOCH.fullmatch(text):
        return _since_1970(match[1])
    if match := _BASIC.fullmatch(text):
        found = date(int(match[1]), int(match[2]), int(match[3]))
        timed = clock.with_zone(Timed("", match["rest"]))
        return _at(found, _clock(match[4], match[5], match[6]), timed.zone)
    text, comment = _without_comment(text)
    parts = clock.split(text)
    if parts is None:
        return None
    if parts.clock is None:
        return _day_alone(text, _known(locale, written, ""))
    zone, name = parts.zone, parts.zone_name
    if zone is None and comment:
        aside = clock.with_zone(Timed("", comment))
        zone, name = aside.zone, aside.zone_name
    around = f"{parts.before} \n {parts.after}"
    day = day_of(around, _known(locale, written, name))
    return None if day is None else _at(day, parts.clock, zone)


def _day_alone(text: str, locale: Locale) -> datetime | None:
    """Read a day that has at most a zone, or a clock with a dot: "27.11.2026 14.05"."""
    day = day_of(text, locale)
    if day is not None:
        return _at(day)
    if match := _ZONE_OF_A_DAY.search(text):
        day = day_of(text[: match.start()], locale)
        return None if day is None else _at(day, None, clock.with_zone(Timed("", match[1])).zone)
    if match := _DOTTED_CLOCK.search(text):
        day, shown = day_of(text[: match.start()], locale), clock.dotted(match[1])
        return _at(day, shown) if day and shown else None
    return None


def _known(locale: Locale, written: str, zone_name: str) -> Locale:
    """Return a locale to which the date itself adds: its digits, and where its zone is."""
    is_month_first = zones.is_month_first(zone_name)
    order = locale.order
    if order is None and is_month_first is not None:
        order = "month first" if is_month_first else "day first"
    is_of_iran = zone_name in ("irst", "irdt", "asia/tehran")
    is_persian = is_of_iran or _PERSIAN_DIGIT.search(written) is not None
    return Locale(order, locale.language, is_persian)


def _without_comment(text: str) -> tuple[str, str]:
    """Return a text without what is in parentheses, and that."""
    match = _COMMENT.search(text)
    return (text, "") if match is None else (_COMMENT.sub(" ", text), match[1])


def _since_1970(digits: str) -> datetime | None:
    """Read seconds, thousandths or millionths of them."""
    seconds = int(digits) / {13: 1e3, 16: 1e6}.get(len(digits), 1)
    if not _FIRST_SECONDS < seconds < _LAST_SECONDS:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _at(day: date, shown: Clock | None = None, zone: tzinfo | None = None) -> datetime:
    """Return a day's moment, with the offset that its zone has then. Raises OverflowError."""
    shown = shown or Clock()
    moment = datetime.combine(day, time(shown.hour % 24, shown.minute, shown.second), zone)
    if shown.hour == 24:
        moment += timedelta(days=1)
    if zone is not None:
        moment.astimezone(UTC)  # 9999-12-31T23:59-12:00 leads out of the calendar
    return zones.fixed(moment)
