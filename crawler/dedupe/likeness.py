"""The overlap of two texts: containment in both directions, also of their openings.

Containment (Broder 1997) and not Jaccard similarity, since outlets cut syndicated texts.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from crawler import text
from crawler.dedupe.shingles import Hashes, fingerprint
from storage.records.model import Fingerprint

Found = NDArray[np.bool_]

_LEAD = 60  # shingles that count as a text's opening
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, kw_only=True)
class Comparable:
    """The features of a text that are compared."""

    outlet: str
    headline: frozenset[str]  # its words
    text_hash: str
    shingles: Hashes  # in reading order, without the outlet's own lines
    numbers: frozenset[str]  # of the text, as they are written
    published: datetime | None

    @classmethod
    def read(
        cls,
        found: Fingerprint,
        body: Iterable[str],
        *,
        outlet: str,
        headline: str,
        published: datetime | None,
    ) -> Self:
        """Return the features of a text with this fingerprint."""
        return cls(
            outlet=outlet,
            headline=frozenset(text.words(headline)),
            text_hash=found.text_hash,
            shingles=np.frombuffer(found.shingles, "<u8"),
            numbers=frozenset(_NUMBER.findall("\n".join(body))),
            published=published,
        )

    @classmethod
    def of_body(
        cls,
        body: Iterable[str],
        *,
        common: Set[int] = frozenset(),
        outlet: str = "",
        headline: str = "",
        published: datetime | None = None,
    ) -> tuple[Fingerprint, Self]:
        """Return the fingerprint and the features of a stored text.

        `common` are hashes of lines that the outlet repeats: they are left out.
        """
        paragraphs = tuple(body)
        made = fingerprint(paragraphs, common)
        comparable = cls.read(
            made, paragraphs, outlet=outlet, headline=headline, published=published
        )
        return made, comparable

    @cached_property
    def distinct(self) -> Hashes:
        """The different shingles, in ascending order."""
        return np.unique(self.shingles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The overlap of two texts, in shares of their shingles."""

    shared: int  # shingles
    smaller: int  # shingles of the shorter text
    forward: float  # share of the first that is in the second
    backward: float  # share of the second that is in the first
    lead: float  # share of an opening that is in the other text: the larger one
    lead_both: float  # the smaller one
    similarity: float  # Jaccard

    @property
    def containment(self) -> float:
        """The share of the shorter text that the longer one contains."""
        return max(self.forward, self.backward)

    @property
    def length(self) -> float:
        """The length of the first over that of the second."""
        return self.backward / self.forward if self.forward else 0.0


_NOTHING = Likeness(
    shared=0,
    smaller=0,
    forward=0.0,
    backward=0.0,
    lead=0.0,
    lead_both=0.0,
    similarity=0.0,
)


def compare(one: Comparable, other: Comparable) -> Likeness:
    """Measure how much of each text the other contains."""
    a = one.distinct
    b = other.distinct
    if not len(a) or not len(b):
        return _NOTHING
    shared = int(_are_in(b, a).sum())
    if shared == 0:
        return _NOTHING

    lead = float(_are_in(b, one.shingles[:_LEAD]).mean())
    other_lead = float(_are_in(a, other.shingles[:_LEAD]).mean())
    return Likeness(
        shared=shared,
        smaller=min(len(a), len(b)),
        forward=shared / len(a),
        backward=shared / len(b),
        lead=max(lead, other_lead),
        lead_both=min(lead, other_lead),
        similarity=shared / (len(a) + len(b) - shared),
    )


def _are_in(among: Hashes, values: Hashes) -> Found:
    """Return, for each value, whether a sorted array contains it."""
    places = np.searchsorted(among, values)
    places = np.minimum(places, len(among) - 1)
    found: Found = among[places] == values
    return found


def same_numbers(one: Comparable, other: Comparable) -> float:
    """Return the share of the shorter text's numbers that the longer one has; 1 if it has none."""
    short, long = one, other
    if len(other.shingles) < len(one.shingles):
        short, long = other, one
    if not short.numbers:
        return 1.0
    shared = short.numbers & long.numbers
    return len(shared) / len(short.numbers)


def same_headline(one: Comparable, other: Comparable) -> float:
    """Return the Jaccard similarity of the words of two headlines."""
    every = one.headline | other.headline
    if not every:
        return 0.0
    shared = one.headline & other.headline
    return len(shared) / len(every)


def days_apart(one: Comparable, other: Comparable) -> timedelta:
    """Return the time between the publication of two texts; zero if one has no date."""
    if one.published is None or other.published is None:
        return timedelta(0)
    return abs(one.published - other.published)
