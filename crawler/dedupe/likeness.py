"""How much of two texts is the same: containment both ways, and whether the openings agree.

Containment (Broder 1997) and not Jaccard, since syndicated copies are cut.
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
    """What of a text is compared."""

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
        """Make a text ready to be compared."""
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
        """Fingerprint a stored text without the lines that its outlet repeats.

        Returns the fingerprint and the comparable text. `common` are hashes of those lines.
        """
        paragraphs = tuple(body)
        made = fingerprint(paragraphs, common)
        comparable = cls.read(
            made, paragraphs, outlet=outlet, headline=headline, published=published
        )
        return made, comparable

    @cached_property
    def distinct(self) -> Hashes:
        """The shingles, each once, in order of size."""
        return np.unique(self.shingles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How two texts overlap, in shares of their shingles."""

    shared: int  # shingles
    smaller: int  # shingles of the shorter text
    forward: float  # of the first, found in the second
    backward: float  # of the second, found in the first
    lead: float  # of either's opening, found in the other: the better one
    lead_both: float  # the worse one
    similarity: float  # Jaccard

    @property
    def containment(self) -> float:
        """The share of the shorter text that the longer one holds."""
        return max(self.forward, self.backward)

    @property
    def length(self) -> float:
        """The length of the first over that of the second."""
        return self.backward / self.forward if self.forward else 0.0


_NOTHING = Likeness(
    shared=0, smaller=0, forward=0.0, backward=0.0, lead=0.0, lead_both=0.0, similarity=0.0
)


def compare(one: Comparable, other: Comparable) -> Likeness:
    """Measure how much of each text the other contains."""
    a, b = one.distinct, other.distinct
    shared = int(_are_in(b, a).sum()) if len(a) and len(b) else 0
    if not shared:
        return _NOTHING

    leads = (
        float(_are_in(b, one.shingles[:_LEAD]).mean()),
        float(_are_in(a, other.shingles[:_LEAD]).mean()),
    )
    return Likeness(
        shared=shared,
        smaller=min(len(a), len(b)),
        forward=shared / len(a),
        backward=shared / len(b),
        lead=max(leads),
        lead_both=min(leads),
        similarity=shared / (len(a) + len(b) - shared),
    )


def _are_in(among: Hashes, values: Hashes) -> Found:
    """Return for each value whether a sorted array contains it."""
    places = np.minimum(np.searchsorted(among, values), len(among) - 1)
    found: Found = among[places] == values
    return found


def same_numbers(one: Comparable, other: Comparable) -> float:
    """Return which share of the shorter text's numbers the longer one has; 1 where it has none."""
    short, long = sorted((one, other), key=lambda t: len(t.shingles))
    return len(short.numbers & long.numbers) / len(short.numbers) if short.numbers else 1.0


def same_headline(one: Comparable, other: Comparable) -> float:
    """Return how alike two headlines are: the share of all their words that both have."""
    every = one.headline | other.headline
    return len(one.headline & other.headline) / len(every) if every else 0.0


def days_apart(one: Comparable, other: Comparable) -> timedelta:
    """Return how far apart two texts were published; zero where one does not say."""
    if one.published is None or other.published is None:
        return timedelta(0)
    return abs(one.published - other.published)
