"""The terms of a sentence, and how far they are from each other."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.topic.lexicon import Hit

# A mark or word between clauses makes what is behind it far, in words.
_CLAUSE = 4
# These divide less: "Ankara: our soldiers stay", "troops, vehicles and tents leave".
_MARK = {",": 2, "،": 2, ":": 1}
_MARKS = re.compile(r"[,;:—–()«»،؛]|\.\.\.|…")
# What a movement may begin or end with and does not mean: "coming home" leaves no home.
_OUTSIDE = frozenset(["object", "local", "elsewhere"])
SIDE_BY_SIDE = 3  # words between two terms of one enumeration, or of "the pullout from Syria"


class Near(NamedTuple):
    """The nearest term of a concept: `distance` in words, infinite where there is none."""

    distance: float
    hit: Hit

    @property
    def is_found(self) -> bool:
        """Whether there is one."""
        return self.distance < _NONE.distance


_NONE = Near(float("inf"), Hit("", 0, 0))


class Sentence:
    """The words of a sentence and the terms in them."""

    def __init__(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        hits: Iterable[Hit],
    ):
        self.text = text
        self.spans = spans  # where each word begins and ends, in characters
        self._hits: dict[str, list[Hit]] = {}
        for hit in hits:
            self._hits.setdefault(hit.concept, []).append(hit)
        self._divisions = self._find_divisions()

    def _find_divisions(self) -> list[tuple[int, int]]:
        """Return where clauses are divided, in characters, and how far each division is."""
        divisions = []
        for mark in _MARKS.finditer(self.text):
            far = _MARK.get(mark[0], _CLAUSE)
            divisions.append((mark.start(), far))
        for word in self.terms("clause"):
            begin, _ = self.spans[word.first]
            divisions.append((begin, _CLAUSE))
        return divisions

    def terms(self, concept: str) -> Sequence[Hit]:
        """Return the terms of a concept, in their order."""
        return self._hits.get(concept, ())

    def distance(
        self,
        one: Hit,
        other: Hit,
    ) -> int:
        """Return how far apart two terms are, in words; 0 side by side."""
        if one.first <= other.first:
            before, behind = one, other
        else:
            before, behind = other, one
        _, low = self.spans[before.after - 1]
        high, _ = self.spans[behind.first]
        far = max(0, behind.first - before.after)
        for place, division in self._divisions:
            if low <= place < high:
                far += division
        return far

    def nearest(
        self,
        movement: Hit,
        concept: str,
    ) -> Near:
        """Return the term of a concept that is nearest to a movement; the first of equals."""
        found = _NONE
        for hit in self.terms(concept):
            if concept in _OUTSIDE and _ends_with(movement, hit):
                continue
            far = self.distance(movement, hit)
            if far < found.distance:
                found = Near(far, hit)
        return found

    def follows_at_once(
        self,
        movement: Hit,
        concept: str,
    ) -> bool:
        """Whether a term of a concept follows: the place in "the pullout from Syria"."""
        for hit in self.terms(concept):
            between = hit.first - movement.after
            if 0 <= between < SIDE_BY_SIDE:
                return True
        return False

    def are_listed(
        self,
        one: Hit,
        other: Hit,
    ) -> bool:
        """Whether two places are in one enumeration: "Iraq and Syria"."""
        first, last = sorted((one, other), key=lambda hit: hit.first)
        if last.first - first.after >= SIDE_BY_SIDE:
            return False
        # "Troops leave Iraq while Syria waits" lists nothing.
        between = range(first.after, last.first)
        return not any(word.first in between for word in self.terms("clause"))


def _ends_with(movement: Hit, hit: Hit) -> bool:
    return hit.first == movement.first or hit.after == movement.after
