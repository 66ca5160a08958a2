"""How a feed asks to be polled: a least interval, and hours and days on which nothing comes."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.feeds.links import Fields, string
from storage.records.claims import number
from storage.records.model import PollWish

_PERIOD_SECONDS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0}
LONGEST_SECONDS = 86400.0  # a longer wish is the default of a template
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
# RSS 2.0, optional channel elements: `<skipHours><hour>1</hour></skipHours>`, in GMT.
_SKIPPED = re.compile(rb"<skip(?:hours|days)\b([^<]*+(?:<(?!/skip)[^<]*+)*+)", re.I)
_HOUR = re.compile(rb"<hour\b[^<>]*+>\s*+([0-9]{1,2})\b", re.I)
_DAY = re.compile(rb"<day\b[^<>]*+>\s*+([a-z]++)", re.I)


def wish_of(feed: Fields, skeleton: bytes) -> PollWish:
    """Return how a feed asks to be polled.

    `ttl` has minutes (RSS 2.0), `sy:updatePeriod` a word and `sy:updateFrequency` how often in it
    (RDF Site Summary 1.0, module Syndication). What is no number is no wish.
    """
    ttl = _ttl(feed)
    seconds = max(ttl, _update_period(feed))
    wish = _skipped(skeleton)
    if not seconds:
        return wish
    named = "ttl" if ttl == seconds else "sy:updatePeriod"
    return replace(
        wish,
        seconds=min(seconds, LONGEST_SECONDS),
        named=named,
    )


def _ttl(feed: Fields) -> float:
    """Return 3600 seconds for `<ttl>60</ttl>`."""
    written = string(feed, "ttl")
    minutes = number(written.strip())
    return 60.0 * (minutes or 0)


def _update_period(feed: Fields) -> float:
    """Return 1800 seconds for `hourly` and `2`; the frequency is 1 where it is missing."""
    word = string(feed, "sy_updateperiod")
    often = string(feed, "sy_updatefrequency")
    seconds = _PERIOD_SECONDS.get(word.strip().lower(), 0.0)
    frequency = number(often.strip() or "1")
    if not frequency:
        return 0.0
    return seconds / frequency


def _skipped(skeleton: bytes) -> PollWish:
    """Read skipHours and skipDays; a feed that names all of either asks for nothing."""
    hours: set[int] = set()
    days: set[int] = set()
    for listed in _SKIPPED.findall(skeleton):
        hours.update(_hours(listed))
        days.update(_days(listed))
    return PollWish(
        skipped_hours=_unless_all(hours, 24),
        skipped_days=_unless_all(days, 7),
    )


def _hours(listed: bytes) -> Iterator[int]:
    """Yield the hours of a list; some count from 1 to 24."""
    for written in _HOUR.findall(listed):
        hour = int(written)
        if hour <= 24:
            yield hour % 24


def _days(listed: bytes) -> Iterator[int]:
    for written in _DAY.findall(listed):
        day = written.lower()
        if day in _DAYS:
            yield _DAYS.index(day)


def _unless_all(numbers: set[int], most: int) -> tuple[int, ...]:
    """Return numbers in their order, or none where they exclude everything."""
    if len(numbers) == most:
        return ()
    return tuple(sorted(numbers))
