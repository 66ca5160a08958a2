"""The time of day in a date, and the zone after it: "02:05 PM EST", "14h05", "下午2:05"."""

import re
from dataclasses import dataclass, replace
from datetime import tzinfo

from crawler.text.dates import zones

# Of the languages that CLDR has; folded, as `names.fold` does it.
_AM = (
    "a.m.|a.m|a. m.|am|π.μ.|π.μ|πμ|صباحا|ص|ق.ظ|قبل از ظهر|پ.ن|oo|上午|午前|早上|凌晨|오전"
    "|dop.|dop|fm|ap.|sa"
)
_PM = (
    "p.m.|p.m|p. m.|pm|μ.μ.|μ.μ|μμ|مساء|ظهرا|م|ب.ظ|بعد از ظهر|د.ن|os|下午|午後|晚上|오후"
    "|odp.|odp|em|ip.|ch"
)
_PM_WORDS = frozenset(_PM.split("|"))
_WORDS = f"{_AM}|{_PM}".split("|")
_LONGEST_FIRST = sorted(_WORDS, key=len, reverse=True)
_HALF = "|".join(map(re.escape, _LONGEST_FIRST))
_NO_LETTER = r"(?![^\W\d_])"

_COLONS = r"\s?:\s?(?P<minute>\d{1,2})(?:\s?:\s?(?P<second>\d{1,2})(?:[.,:]\d{1,9})?)?(?!\d)"
_FRENCH = (
    r"\s?h(?:\s?(?P<minute_h>\d{2})(?:\s?(?:min|mn|m)?\s?(?P<second_h>\d{2})\s?s)?)?(?![^\W_])"
)
_CHINESE = (
    r"\s?[時时点點시]\s?(?:(?P<minute_c>\d{1,2})\s?[分분])?\s?(?:(?P<second_c>\d{1,2})\s?[秒초])?"
)
_DOT = rf"\.(?P<minute_d>\d{{2}})(?=\s?(?:(?:{_HALF}){_NO_LETTER}|uhr\b))"
_HOUR_ALONE = rf"(?=\s?(?:{_HALF}){_NO_LETTER})"
# After a letter `t` or, in the logs of web servers, a colon: "27/Nov/2026:14:05:00".
_CLOCK = re.compile(
    rf"(?:(?<![^\W\d_])(?P<before>{_HALF})\s?)?"
    r"(?:(?<=\d)t|(?<=\d{4}):(?=\d\d:\d\d:\d\d)|(?<![\d:+]))(?P<hour>\d{1,2})"
    rf"(?:{_COLONS}|{_FRENCH}|{_CHINESE}|{_DOT}|{_HOUR_ALONE})"
    rf"(?:\s?(?P<after>{_HALF}){_NO_LETTER})?"
    r"(?:\s?(?:uhr|hrs?|h|น\.?)(?![^\W_]))?"
)
# "27.11.2026 14.05": a clock alone where the day is read.
_DOTTED = re.compile(r"(?P<hour>\d{1,2})\.(?P<minute>\d{2})(?:\.(?P<second>\d{2}))?")
_OFFSET = r"(?P<sign>[+-])(?:(?P<h2>\d{2}):?(?P<m2>\d{2})|(?P<h1>\d):?(?P<m1>\d{2})|(?P<h>\d{1,2}))"
# "+0300", "GMT+3", "UTC +03:00", "-05:00Z", "EST".
_ZONE = re.compile(
    r"\s?,?\s?(?:"
    rf"(?:(?P<prefix>[^\W\d_]{{1,5}}\.?)\s?)?{_OFFSET}(?::\d{{2}})?(?![\d./-])\s?z?"
    r"|(?P<name>[^\W\d_][\w/+-]*)"
    r")(?![^\W_])"
)
_MOST_ZONES = 3  # "GMT+0300 EET": each says the same


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day of 24 hours; hour 24 is midnight at the day's end."""

    hour: int = 0
    minute: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True)
class Timed:
    """A claim taken apart: what is before its clock, and after clock and zone."""

    before: str
    after: str
    clock: Clock | None = None
    zone: tzinfo | None = None
    zone_name: str = ""  # folded; a hint to the country of who wrote it


def split(text: str) -> Timed | None:
    """Take clock and zone out of a folded claim; None where the time is none, as 25:61 is."""
    match = _CLOCK.search(text)
    if match is None:
        return Timed(text, "")
    clock = _clock_of(match)
    if clock is None:
        return None
    before, after = text[: match.start()], text[match.end() :]
    return with_zone(Timed(before, after, clock))


def with_zone(timed: Timed) -> Timed:
    """Take the zone from the beginning of what is after the clock; an offset before a name."""
    has_offset = False
    for _ in range(_MOST_ZONES):
        match = _ZONE.match(timed.after)
        if match is None or not _is_zone(match):
            break
        zone = timed.zone
        if match["sign"] and not has_offset:
            has_offset = True
            zone = _offset_of(match)
        elif zone is None and not has_offset:
            zone = zones.zone_of(match["name"])
        timed = replace(
            timed,
            after=timed.after[match.end() :],
            zone=zone,
            zone_name=timed.zone_name or _name_of(match),
        )
    return timed


def dotted(text: str) -> Clock | None:
    """Read "14.05", which is a clock only where it is not part of a date."""
    match = _DOTTED.fullmatch(text)
    if match is None:
        return None
    second = match["second"] or "0"
    return checked(int(match["hour"]), int(match["minute"]), int(second))


def checked(
    hour: int,
    minute: int,
    second: int,
) -> Clock | None:
    """Return a clock, None where no clock shows it. A leap second is the second before it."""
    if hour == 24 and minute == second == 0:
        return Clock(24)
    if hour > 23 or minute > 59 or second > 60:
        return None
    return Clock(hour, minute, min(second, 59))


def _name_of(match: re.Match[str]) -> str:
    """Return the name of a zone, or the one before its offset."""
    return match["name"] or match["prefix"] or ""


def _is_zone(match: re.Match[str]) -> bool:
    """Whether a word or an offset is a zone: "est" is, "fri" and "uhr+3" are not."""
    name = match["name"]
    if name is None:
        prefix = match["prefix"]
        return prefix is None or zones.is_known(prefix)
    is_letter = len(name) == 1 and name.isascii()  # of the military (RFC 822, 5.1)
    return is_letter or zones.is_known(name)


def _offset_of(match: re.Match[str]) -> tzinfo | None:
    hours = match["h2"] or match["h1"] or match["h"]
    minutes = match["m2"] or match["m1"] or "0"
    return zones.offset_of(match["sign"], int(hours), int(minutes))


def _clock_of(match: re.Match[str]) -> Clock | None:
    hour = int(match["hour"])
    minute = _first(match, "minute", "minute_h", "minute_c", "minute_d")
    second = _first(match, "second", "second_h", "second_c")
    half = match["after"] or match["before"]
    if half is not None and hour <= 12:
        hour %= 12
        hour += 12 if half in _PM_WORDS else 0
    return checked(hour, minute, second)


def _first(match: re.Match[str], *groups: str) -> int:
    """Return the number of the first group that there is, 0 without one."""
    for group in groups:
        if match[group]:
            return int(match[group])
    return 0
