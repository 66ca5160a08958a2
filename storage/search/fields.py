"""The fields of a query, and the values that they may have."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.records import countries
from storage.records.claim import FORCES, STANCES
from storage.records.claims import MOST, number
from storage.records.rights import RESTRICTIONS
from storage.records.source import ALIGNMENTS, OUTLET_KINDS
from storage.search.dates import period_of
from storage.search.nodes import Field, QueryError

FIELDS = {
    "source": "the outlet's name contains this",
    "family": "the owner of the outlet",
    "owner": "who owned the outlet when the article was published contains this",
    "kind": 'the kind of the outlet: agency, newspaper, broadcaster, online, "think tank", …',
    "outlet_kind": "the same as kind",
    "alignment": "of the outlet at that time: state, public, party, independent, unknown",
    "leaning": "the description of the outlet's leaning at that time contains this",
    "country": "ISO 3166 code of the outlet",
    "group": "the outlet's group in sources.toml",
    "lang": "ISO 639 code of the text",
    "author": "the byline contains this",
    "wire": "the agency that the text is from",
    "speaker": "somebody is quoted in the text whose name has these words, in any script",
    "title": "in the headline",
    "sound": "a name in any spelling of any script that sounds like this: sound:Lavrentiev",
    "url": "the address, or another one that led to the article, contains this",
    "after": "published on this day or later: 2024, 2024-12, 2024-12-08, yesterday, last-week, 7d",
    "before": "published before this day, or before this period began",
    "published": "published in this time: 2024-12, today, last-week, 7d",
    "seen": "discovered in this time: 2024-12, today, last-week, 7d",
    "revised": "yes, no, or the time in which the outlet changed the text",
    "changes": "the kind of a change, as headline or removed, or at least so many changed texts",
    "verdict": "on or off",
    "probability": "on topic with at least this probability, 0 to 1",
    "duplicate": "yes, no, or the id of the original",
    "force": "somebody says that this force leaves or stays: us, russia, iran, turkey, …",
    "stance": "a claim of this direction: left, leaving, will_leave, should_leave, stays, …",
    "rights": "the page asks for this: noindex, noarchive, nosnippet, tdm, noai, none, …",
    "id": "the article's number",
}
# The kinds of a change in a revision; docs/corpus.md defines them.
CHANGES = (
    "headline",
    "number",
    "attribution",
    "addition",
    "removal",
    "correction",
    "cosmetic",
    "reread",
    "removed",
)
_POINTS = ("after", "before")
_PERIODS = ("published", "seen", "revised")
DATED = (*_POINTS, *_PERIODS)  # their values may begin with a minus: after:-7d


@dataclass(frozen=True, slots=True)
class _Values:
    """The values that a field may have: words, and perhaps a number up to MOST or a share."""

    words: tuple[str, ...]
    are_numbers: bool
    message: str
    are_shares: bool = False
    are_any: bool = False

    def accepts(self, value: str) -> bool:
        """Return whether a value that is none of the words is right."""
        is_number = self.are_numbers and number(value) is not None
        is_share = self.are_shares and _SHARE.fullmatch(value) is not None
        return self.are_any or is_number or is_share


_SHARE = re.compile(r"[01]|0?\.[0-9]{1,9}|1\.0{1,9}")
_ANY = _Values((), False, "", are_any=True)
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
    "revised": _Values(
        ("yes", "no"),
        False,
        "revised: is yes, no or a time",
    ),
    "changes": _Values(
        CHANGES,
        True,
        f"changes: is a number or one of {', '.join(CHANGES)}",
    ),
    "kind": _Values(
        OUTLET_KINDS,
        False,
        f"kind: is one of {', '.join(OUTLET_KINDS)}",
    ),
    "alignment": _Values(
        ALIGNMENTS,
        False,
        f"alignment: is one of {', '.join(ALIGNMENTS)}",
    ),
    "force": _Values(
        FORCES,
        False,
        f"force: is one of {', '.join(FORCES)}",
    ),
    "stance": _Values(
        STANCES,
        False,
        f"stance: is one of {', '.join(STANCES)}",
    ),
}
_VALUES["rights"] = _Values(
    (*RESTRICTIONS, "none", "unknown"),
    False,
    f"rights: is one of {', '.join(RESTRICTIONS)}, none or unknown",
)
_SAME = {"outlet_kind": "kind"}


def checked(
    name: str,
    value: str,
    place: int,
    now: datetime,
) -> Field:
    """Return a condition whose value can be compared; dates count from `now`. Raises QueryError."""
    name = _SAME.get(name, name)
    if name == "country":
        return Field(name, _country(value, place))

    if not value.strip():
        raise QueryError(f"{name}: needs a value", place)
    allowed = _VALUES.get(name, _ANY)
    word = value.lower()
    if word in allowed.words:
        return Field(name, word)
    if name in DATED:
        period = period_of(value, place, now, besides=allowed.words)
        return Field(name, value, period.start, period.end)
    if not allowed.accepts(value):
        raise QueryError(allowed.message + _guess(value, allowed.words), place)
    return Field(name, value)


def _guess(value: str, words: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(value, words, n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def _country(value: str, place: int) -> str:
    try:
        return countries.code_of(value)
    except ValueError as error:
        raise QueryError(f"country: {error}", place) from None
