"""Time zones as dates name them: offsets, abbreviations, names of the IANA database."""

import re
import zoneinfo
from datetime import (
    UTC,
    datetime,
    timedelta,
    timezone,
    tzinfo,
)
from functools import cache

from crawler.text.dates.locale import Order

UTC_NAMES = frozenset({"utc", "gmt", "ut", "z", "zulu", "uct", "utz", "гмт"})

# Hours from UTC. The American ones are RFC 822's (5.1); the others those of the IANA database, or
# where it writes numbers today, those that the country's press still writes. Of a name of several
# zones the one is here that feeds mean: `BST` is British summer, `IST` India, `AST` the Atlantic.
_HOURS_OF_NAMES = """
    -10: hst
    -9: akst
    -8: pst akdt
    -7: mst pdt
    -6: cst mdt
    -5: est cdt cot pet ect
    -4: edt ast clt vet bot
    -3.5: nst
    -3: adt brt art clst uyt pyt
    -2.5: ndt
    -2: brst
    0: wet
    1: west bst cet mez met wat
    2: cest mesz mest eet oez cat sast
    3: eest oesz msk мск trt tsi idt eat
    3.5: irst
    4: msd gst azt get samt
    4.5: irdt aft
    5: pkt uzt yekt
    5.5: ist
    5.75: npt
    6: omst
    6.5: mmt
    7: novt krat ict wib
    8: irkt wita hkt sgt myt pht awst
    9: yakt wit jst kst
    9.5: acst
    10: vlat aest
    10.5: acdt
    11: magt aedt
    12: pett nzst
    13: nzdt
"""
_HOURS = {
    name: float(hours)
    for hours, names in (line.split(":") for line in _HOURS_OF_NAMES.strip().splitlines())
    for name in names.split()
}
# Names that mean standard or summer time by the day: "ET" of American feeds.
_BY_DAY = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "akt": "America/Anchorage",
    "aet": "Australia/Sydney",
}
_ABBREVIATIONS = UTC_NAMES | _HOURS.keys() | _BY_DAY.keys()
# As Windows and CLDR write them out.
_LONG_NAMES = {
    "eastern standard time": "est",
    "eastern daylight time": "edt",
    "central standard time": "cst",
    "central daylight time": "cdt",
    "mountain standard time": "mst",
    "mountain daylight time": "mdt",
    "pacific standard time": "pst",
    "pacific daylight time": "pdt",
    "eastern time": "et",
    "pacific time": "pt",
    "greenwich mean time": "gmt",
    "coordinated universal time": "utc",
    "british summer time": "bst",
    "central european standard time": "cet",
    "central european summer time": "cest",
    "central european time": "cet",
    "eastern european standard time": "eet",
    "eastern european summer time": "eest",
    "eastern european time": "eet",
    "moscow standard time": "msk",
    "moscow time": "msk",
    "israel standard time": "+0200",
    "turkey time": "trt",
    "turkey standard time": "trt",
    "arab standard time": "+0300",  # Riyadh
    "arabian standard time": "+0400",  # Abu Dhabi
    "iran standard time": "irst",
    "israel daylight time": "idt",
    "india standard time": "ist",
    "pakistan standard time": "pkt",
    "gulf standard time": "gst",
}
# Zones of countries that write the month first (CLDR), and of those that write the day first.
_MONTH_FIRST = frozenset("est edt cst cdt mst mdt pst pdt et ct mt pt akst akdt hst".split())
_DAY_FIRST = frozenset(
    "wet west bst cet cest mez mesz met mest eet eest oez oesz msk msd мск trt tsi idt brt"
    " art".split()
)
# Of the world's zones (IANA): Baker Island to the Line Islands.
_LEAST, _MOST = timedelta(hours=-12), timedelta(hours=14)
_IANA = re.compile(r"(?<![a-z_])[a-z_]++(?:/[a-z0-9_+-]++){1,2}|[a-z]{3}\d[a-z]{3}")


def is_known(name: str) -> bool:
    """Whether a folded name is one of a zone."""
    return name in _ABBREVIATIONS or _iana_name(name) is not None


def order_of(name: str) -> Order | None:
    """Return the order of day and month where a zone is; None where both are written."""
    if name in _MONTH_FIRST:
        return "month first"
    if name in _DAY_FIRST or name.startswith("europe/"):
        return "day first"
    return None


def shortened(text: str) -> str:
    """Return a folded text with the long names of zones as abbreviations.

    >>> shortened("14:05 eastern standard time")
    '14:05 est'
    """
    if "time" not in text:
        return text
    for name, abbreviation in _LONG_NAMES.items():
        text = text.replace(name, abbreviation)
    return text


def zone_of(name: str) -> tzinfo | None:
    """Return the zone of a folded name.

    None where it is unknown, and for the letters of RFC 822: "they SHOULD all be considered
    equivalent to -0000", a zone that is not known (RFC 5322, 4.3).
    """
    if name in UTC_NAMES:
        return UTC
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    named = _BY_DAY.get(name) or _iana_name(name)
    return None if named is None else _load(named)


def _iana_name(name: str) -> str | None:
    """Return a name of the IANA database as it is written there."""
    return _databases().get(name) if _IANA.fullmatch(name) else None


def offset_of(
    sign: str,
    hours: int,
    minutes: int,
) -> tzinfo | None:
    """Return the zone of an offset, None for one that no place has."""
    offset = timedelta(hours=hours, minutes=minutes)
    offset = -offset if sign == "-" else offset
    is_of_a_place = minutes < 60 and _LEAST <= offset <= _MOST
    return timezone(offset) if is_of_a_place else None


def fixed(moment: datetime) -> datetime:
    """Return a moment with its offset in place of the rules of its zone."""
    if moment.tzinfo is None or isinstance(moment.tzinfo, timezone):
        return moment
    offset = moment.utcoffset()
    return moment if offset is None else moment.replace(tzinfo=timezone(offset))


def _load(name: str) -> tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _databases() -> dict[str, str]:
    """Return the names of the IANA database by their folded forms."""
    return {name.lower(): name for name in zoneinfo.available_timezones()}
