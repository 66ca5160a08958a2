"""How a feed asks to be polled: a least interval, and hours and days on which nothing comes."""

import re
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
    minutes = number(string(feed, "ttl").strip()) or 0
    ttl = minutes * 60.0
    seconds = max(ttl, _update_period(feed))
    wish = _skipped(skeleton)
    if not seconds:
        return wish
    named = "ttl" if ttl == seconds else "sy:updatePeriod"
    return replace(wish, seconds=min(seconds, LONGEST_SECONDS), named=named)


def _update_period(feed: Fields) -> float:
    """Return 1800 seconds for `hourly` and `2`; the frequency is 1 where it is missing."""
    word = string(feed, "sy_updateperiod").strip().lower()
    period = _PERIOD_SECONDS.get(word, 0.0)
    often = string(feed, "sy_updatefrequency") or "1"
    frequency = number(often.strip())
    return period / frequency if frequency else 0.0


def _skipped(skeleton: bytes) -> PollWish:
    """Read skipHours and skipDays; a feed that names all of either asks for nothing."""
    hours: set[int] = set()
    days: set[int] = set()
    for listed in _SKIPPED.findall(skeleton):
        hours.update(int(hour) % 24 for hour in _HOUR.findall(listed) if int(hour) <= 24)
        named = [day.lower() for day in _DAY.findall(listed)]
        days.update(_DAYS.index(day) for day in named if day in _DAYS)
    return PollWish(
        skipped_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skipped_days=tuple(sorted(days)) if len(days) < 7 else (),
    )
