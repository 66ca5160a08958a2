"""Dates from outside become instants: of feeds, sitemaps, pages and archives, one way for all.

A date is read as a whole: each of its numbers has to be part of it, or it is none. What can be read
in two ways is none too, unless who wrote it decides (`Locale`). Nothing is filled in from today.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import (
    UTC,
    date,
    datetime,
)
from functools import lru_cache

from crawler.text.dates import clock, zones
from crawler.text.dates.clock import Timed
from crawler.text.dates.days import day_of, order_in
from crawler.text.dates.locale import NOWHERE, Locale
from crawler.text.dates.named import CLOCK
from crawler.text.dates.names import fold
from crawler.text.dates.standards import (
    at,
    rare,
    standard,
)

_LONGEST = 300  # characters of a claim that are read
# The web is younger; 1970 is the zero of clocks, and later years are placeholders of templates.
_FIRST_YEAR, _LAST_YEAR = 1971, 2100
# RFC 5322, 3.2.2: "(MSK)"; Java has `[Europe/Paris]`.
_COMMENT = re.compile(r"[(\[]((?<=\()[^()]*|[a-z_]+/[a-z0-9_/+-]+)[)\]]")
# A zone after a day without a clock: `2026-11-27+03:00` (XML Schema), `27 Nov 2026 GMT`.
_ZONE_OF_A_DAY = re.compile(
    r"(?<=\d)\s?((?:utc|gmt|z)|\+\d{1,2}(?::?\d{2})?|-\d{2}:\d{2}|(?<=\s)-\d{4})$"
)
_DOTTED_CLOCK = re.compile(r"(?<![\s,])[\s,]+(\d{1,2}\.\d{2}(?:\.\d{2})?)$")
# 27/11/2026 and 3-4-2026: they may show the order of others.
_SHOWS_ORDER = re.compile(r"\d\s?[/-]\s?\d{1,2}\s?[/-]\s?\d\d")
_PERSIAN_DIGIT = re.compile("[\u06f0-\u06f9]")
_ZONES_OF_IRAN = frozenset({"irst", "irdt", "asia/tehran"})


@lru_cache(maxsize=4096)
def read(claim: str | None, locale: Locale = NOWHERE) -> datetime | None:
    """Return the date that a claim is; naive where it names no zone that is known.

    None for what is no date, cannot be determined, or is of no year of the web. A day alone is its
    first moment.

    >>> read("Fri, Nov 27 2026 08:04:03 PM EST").isoformat()
    '2026-11-27T20:04:03-05:00'
    """
    written = (claim or "").strip()
    if not written or len(written) > _LONGEST:
        return None
    try:
        moment = standard(written) or _written(written, locale)
    except (ValueError, OverflowError):  # 2026-02-30; an offset that leads out of the calendar
        return None
    if moment is None or not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        return None
    return moment


def instant(claim: str | None, locale: Locale = NOWHERE) -> datetime | None:
    """Return the instant that a claim is, as UTC: without a zone that is known it is taken as UTC.

    >>> instant("27 Kasım 2026 14:05 GMT+3").isoformat()
    '2026-11-27T11:05:00+00:00'
    """
    moment = read(claim, locale)
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def is_zoned(claims: Iterable[str], locale: Locale = NOWHERE) -> bool:
    """Whether the first of some claims that is a date names its zone; true where none is one."""
    for claim in claims:
        moment = read(claim, locale)
        if moment is not None:
            return moment.tzinfo is not None
    return True


def agreed(claims: Iterable[str], locale: Locale) -> Locale:
    """Return a locale with the order that dates of one author show, where they show one only."""
    orders = {order_in(fold(claim)) for claim in claims if _SHOWS_ORDER.search(claim)}
    orders.discard(None)
    return replace(locale, order=orders.pop()) if len(orders) == 1 else locale


def _written(written: str, locale: Locale) -> datetime | None:
    """Read a date as people and programs write it. Raises ValueError."""
    text = " ".join(fold(written).split())
    moment = rare(text)
    if moment is not None:
        return moment
    comment = _COMMENT.search(text)
    text = _COMMENT.sub(" ", text).strip()
    timed = clock.split(zones.shortened(text))
    if timed is None:
        return None
    if timed.clock is None:
        return _day_alone(text, _seen(locale, written, ""))
    if timed.zone is None and comment is not None:
        timed = _with_comment(timed, zones.shortened(comment[1]))
    around = f"{timed.before} {CLOCK} {timed.after}"
    day = day_of(around, _seen(locale, written, timed.zone_name))
    return None if day is None else at(day, timed.clock, timed.zone)


def _with_comment(timed: Timed, comment: str) -> Timed:
    """Add the zone that is in parentheses: "14:05 (MSK)"."""
    aside = clock.with_zone(Timed("", comment))
    name = timed.zone_name or aside.zone_name
    return replace(timed, zone=aside.zone, zone_name=name)


def _day_alone(text: str, locale: Locale) -> datetime | None:
    """Read a day that has at most a zone, or a clock with a dot: "27.11.2026 14.05"."""
    day = day_of(text, locale)
    if day is not None:
        return at(day)
    if match := _ZONE_OF_A_DAY.search(text):
        zone = clock.with_zone(Timed("", match[1])).zone
        day = day_of(text[: match.start()], locale)
        return None if day is None else at(day, None, zone)
    if match := _DOTTED_CLOCK.search(text):
        day = day_of(text[: match.start()], locale)
        return _at_clock(day, match[1])
    return None


def _at_clock(day: date | None, written: str) -> datetime | None:
    shown = clock.dotted(written)
    if day is None or shown is None:
        return None
    return at(day, shown)


def _seen(
    locale: Locale,
    written: str,
    zone_name: str,
) -> Locale:
    """Return a locale to which the date itself adds: its digits, and where its zone is."""
    order = locale.order or zones.order_of(zone_name)
    is_of_iran = zone_name in _ZONES_OF_IRAN
    is_persian = is_of_iran or _PERSIAN_DIGIT.search(written) is not None
    return Locale(order, locale.language, is_persian)
