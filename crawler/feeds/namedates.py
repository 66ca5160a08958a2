"""The date that the name of a sitemap contains: `sitemap-2026-11.xml` lists November's articles."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

_DIGITS = r"(?P<year>199\d|20\d\d)"  # others are no years of the web: they number sitemaps
_YEAR = rf"(?<!\d){_DIGITS}"
_MONTH = r"(?P<month>0[1-9]|1[0-2]|[1-9])(?!\d)"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WORD = "(?<![a-z])(?P<word>{})(?![a-z])".format(
    "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _NAMES)
)
_SHORT = [name[:3] for name in _NAMES]
_BETWEEN = r"(?:[-_/.]|&mm?=|&month=)"
_BEFORE_DAY = r"(?:[-_/.]|&dd?=|&day=)"
# The first that is found in the name counts.
_FORMS = [
    re.compile(form, re.I)
    for form in (
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",  # 20261127
        rf"{_YEAR}{_BETWEEN}{_MONTH}{_BEFORE_DAY}{_DAY}",  # 2026-11-27, yyyy=2026&mm=11&dd=27
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?!\d)",  # 202611
        rf"{_YEAR}{_BETWEEN}{_MONTH}",  # 2026-11, 2026/11
        rf"{_YEAR}[-_/.]{_WORD}",  # 2026-november
        rf"{_WORD}[-_/.]{_DIGITS}(?!\d)",  # nov-2026
        rf"(?<!\d){_MONTH}[-_/.]{_DIGITS}(?!\d)",  # 11-2026
        rf"{_YEAR}(?!\d)",  # 2026
    )
]


def date_in(url: str) -> datetime | None:
    """Return the day, or the beginning of the month or year, that an address names.

    >>> date_in("https://paper.example/sitemap-2026-11.xml").isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    path = unquote(url).split("/", 3)[-1]
    for form in _FORMS:
        match = form.search(path)
        if match is not None:
            return _date_of(match)
    return None


def _date_of(match: re.Match[str]) -> datetime | None:
    found = match.groupdict()
    month = int(found.get("month") or 1)
    if word := found.get("word"):
        month = _SHORT.index(word[:3].lower()) + 1
    day = int(found.get("day") or 1)
    try:
        return datetime(int(found["year"]), month, day, tzinfo=UTC)
    except ValueError:  # 2026-02-30
        return None
