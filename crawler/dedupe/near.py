"""Is this text a copy of that one: containment both ways, and whether the openings agree.

Containment (Broder 1997) and not Jaccard, since syndicated copies are cut; the openings, since
pages of one outlet share furniture and background that no copy shares with its original's lead.
Thresholds were fitted on labelled pairs (docs/decisions/0006-duplicates.md).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.dedupe.shingles import Shingle, shingles_of
from storage.model import Duplicate, DuplicateKind

METHOD = "containment-1"
_LEAST_SHARED = 8  # shingles: fewer are a quotation
_SHORT = 120  # shingles: below, numbers decide between an update and a copy
_LEAD = 60  # shingles that count as a text's opening
_TRUNCATED = 0.62  # a copy of at most this share of the original's length is a truncated one
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OPENING = 600  # characters in which the numbers of short texts are compared


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts overlap, in shares of their shingles."""

    shared: int
    forward: float  # of the first, found in the second
    backward: float  # of the second, found in the first
    lead: float  # of either's opening, found in the other
    similarity: float  # Jaccard

    @property
    def containment(self) -> float:
        """The share of the shorter text that the longer one holds."""
        return max(self.forward, self.backward)


def compare(one: Iterable[str], other: Iterable[str]) -> Likeness:
    """Measure how much of each text stands in the other."""
    first, second = shingles_of(tuple(one)), shingles_of(tuple(other))
    a, b = set(first), set(second)
    shared = len(a & b)
    if not shared:
        return Likeness(0, 0.0, 0.0, 0.0, 0.0)
    lead = max(_share(first[:_LEAD], b), _share(second[:_LEAD], a))
    return Likeness(shared, shared / len(a), shared / len(b), lead, shared / len(a | b))


def _share(opening: list[Shingle], other: set[Shingle]) -> float:
    return sum(value in other for value in opening) / len(opening)


def find_duplicate(
    source: str,
    text_hash: str,
    body: Sequence[str],
    candidates: Iterable[tuple[int, str, str, Sequence[str]]],
) -> Duplicate | None:
    """Return the earlier text that this one repeats most, or None.

    Candidates are (article, source, text hash, body).
    """
    best: Duplicate | None = None
    for article_id, other_source, other_hash, other_body in candidates:
        if text_hash == other_hash:
            return _exact(article_id)
        likeness = compare(body, other_body)
        if not _is_copy(likeness, body, other_body):
            continue
        found = _edge(article_id, likeness, source == other_source)
        if best is None or found.containment > best.containment:
            best = found
    return best


def _is_copy(likeness: Likeness, one: Sequence[str], other: Sequence[str]) -> bool:
    if likeness.shared < _LEAST_SHARED:
        return False
    containment, lead = likeness.containment, likeness.lead
    shorter = likeness.shared / containment
    if shorter < _SHORT:
        return containment >= 0.92 or (containment >= 0.55 and _same_numbers(one, other) >= 0.4)
    return (containment >= 0.75 and lead >= 0.10) or (containment >= 0.55 and lead >= 0.15)


def _same_numbers(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of numbers that two openings have in common; 1 where neither has any.

    Templated reports (tolls, markets, weather) differ in little else.
    """
    a = set(_NUMBER.findall(" ".join(one)[:_OPENING]))
    b = set(_NUMBER.findall(" ".join(other)[:_OPENING]))
    return len(a & b) / len(a | b) if a | b else 1.0


def _exact(article_id: int) -> Duplicate:
    return Duplicate(
        of=article_id,
        kind=DuplicateKind.EXACT,
        kind_back=DuplicateKind.EXACT,
        containment=1.0,
        forward=1.0,
        backward=1.0,
        similarity=1.0,
        method=METHOD,
    )


def _edge(article_id: int, likeness: Likeness, same_source: bool) -> Duplicate:
    length = likeness.backward / likeness.forward  # of this text over that one
    return Duplicate(
        of=article_id,
        kind=_kind(length, same_source),
        kind_back=_kind(1 / length, same_source),
        containment=round(likeness.containment, 4),
        forward=round(likeness.forward, 4),
        backward=round(likeness.backward, 4),
        similarity=round(likeness.similarity, 4),
        method=METHOD,
    )


def _kind(length: float, same_source: bool) -> DuplicateKind:
    """Name the relation of a copy that has this share of its original's length."""
    if length < _TRUNCATED:
        return DuplicateKind.TRUNCATED
    return DuplicateKind.NEAR if same_source else DuplicateKind.SYNDICATED
