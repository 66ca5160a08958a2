"""Time zones as dates name them: offsets, abbreviations, names of the IANA database."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

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
    if name in UTC_NAMES or name in _HOURS or name in _BY_DAY:
        return True
    return _IANA.fullmatch(name) is not None and name in _databases()


def is_month_first(name: str) -> bool | None:
    """Whether who names this zone writes the month before the day; None where both do."""
    if name in _MONTH_FIRST:
        return True
    return False if name in _DAY_FIRST or name.startswith("europe/") else None


def zone_of(name: str) -> tzinfo | None:
    """Return the zone of a folded name.

    None where it is unknown, and for the letters of RFC 822: "they SHOULD all be considered
    equivalent to -0000", a zone that is not known (RFC 5322, 4.3).
    """
    if name in UTC_NAMES:
        return UTC
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    named = _BY_DAY.get(name) or (_databases().get(name) if _IANA.fullmatch(name) else None)
    return None if named is None else _load(named)


def offset_of(sign: str, hours: int, minutes: int) -> tzinfo | None:
    """Return the zone of an offset, None for one that no place has."""
    offset = timedelta(hours=hours, minutes=minutes)
    offset = -offset if sign == "-" else offset
    is_of_a_place = minutes < 60 and _LEAST <= offset <= _MOST
    return timezone(offset) if is_of_a_place else None


def fixed(moment: datetime) -> datetime:
    """Return a moment with its offset in place of the rules of its zone."""
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
