"""The fields of a query, and the values that they may have."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.records.claims import MOST, number
from storage.search.nodes import Field, QueryError

FIELDS = {
    "source": "the outlet's name contains this",
    "family": "the owner of the outlet",
    "country": "ISO 3166 code of the outlet",
    "group": "the outlet's group in sources.toml",
    "lang": "ISO 639 code of the text",
    "author": "the byline contains this",
    "wire": "the agency that the text is from",
    "title": "in the headline",
    "after": "published on this day or later: 2024, 2024-12, 2024-12-08",
    "before": "published before this day",
    "verdict": "on or off",
    "probability": "on topic with at least this probability, 0 to 1",
    "duplicate": "yes, no, or the id of the original",
    "id": "the article's number",
}


@dataclass(frozen=True, slots=True)
class _Values:
    """The values that a field may have: words, and perhaps a number up to MOST or a share."""

    words: tuple[str, ...]
    are_numbers: bool
    message: str
    are_shares: bool = False


_SHARE = re.compile(r"[01]|0?\.[0-9]{1,9}|1\.0{1,9}")
_VALUES = {
    "verdict": _Values(
        ("on", "off"),
        False,
        "verdict: is on or off",
    ),
    "probability": _Values(
        (),
        False,
        "probability: is a number from 0 to 1, as 0.6",
        are_shares=True,
    ),
    "id": _Values(
        (),
        True,
        f"id: is a number up to {MOST}",
    ),
    "duplicate": _Values(
        ("yes", "no"),
        True,
        f"duplicate: is yes, no or a number up to {MOST}",
    ),
}


def checked(name: str, value: str, place: int) -> Field:
    """Return a condition whose value can be compared. Raises QueryError."""
    if name in ("after", "before"):
        return Field(name, value, _day(value, place))

    allowed = _VALUES.get(name)
    if allowed is None or value in allowed.words:
        return Field(name, value)
    if allowed.are_numbers and number(value) is not None:
        return Field(name, value)
    if allowed.are_shares and _SHARE.fullmatch(value):
        return Field(name, value)
    raise QueryError(allowed.message, place)


_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")


def _day(value: str, place: int) -> datetime:
    """Return the beginning of a year, month or day in UTC, or a moment."""
    match = _DAY.fullmatch(value)
    try:
        if match is not None:
            year, month, day = (int(part or 1) for part in match.groups())
            return datetime(year, month, day, tzinfo=UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise QueryError(
            "no date: write 2024, 2024-12 or 2024-12-08",
            place,
        ) from None

    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # 0001-01-01T00:00+23:59 is a time of the year 0
        raise QueryError(
            "no date between the years 1 and 9999 of UTC",
            place,
        ) from None
