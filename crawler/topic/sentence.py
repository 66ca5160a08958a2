"""The terms of a sentence, and how far they are from each other."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from crawler.topic.lexicon import Hit, spans_of

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
        return self.distance < NOWHERE.distance


NOWHERE = Near(float("inf"), Hit("", 0, 0))


class Sentence:
    """The words of a sentence and the terms in them."""

    def __init__(
        self,
        text: str,
        hits: Iterable[Hit],
        language: str = "",
    ):
        self.text = text
        self.language = language  # whose terms were sought; empty where that is not known
        self._hits: dict[str, list[Hit]] = {}
        for hit in hits:
            self._hits.setdefault(hit.concept, []).append(hit)

    @cached_property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Where each word begins and ends, in characters."""
        return spans_of(self.text)

    @cached_property
    def _marks(self) -> Sequence[int]:
        """How far the marks before each word divide, all together."""
        return self._count_marks()

    @cached_property
    def _clauses(self) -> Sequence[int]:
        """How far the words before each word that begin a clause divide."""
        return self._count_clauses()

    def _count_marks(self) -> list[int]:
        before = [0] * (len(self.spans) + 1)
        word = 0
        for mark in _MARKS.finditer(self.text):
            while word < len(self.spans) and self.spans[word][0] <= mark.start():
                word += 1
            before[word] += _MARK.get(mark[0], _CLAUSE)
        return list(accumulate(before))

    def _count_clauses(self) -> list[int]:
        before = [0] * (len(self.spans) + 1)
        for hit in self.terms("clause"):
            before[hit.first + 1] += _CLAUSE
        return list(accumulate(before))

    def terms(
        self,
        concept: str,
    ) -> Sequence[Hit]:
        """Return the terms of a concept, in their order."""
        return self._hits.get(concept, ())

    def has(
        self,
        concept: str,
    ) -> bool:
        """Whether there is a term of a concept."""
        return concept in self._hits

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts of which there is a term."""
        return frozenset(self._hits)

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
        if behind.first < before.after:
            return 0
        far = behind.first - before.after
        far += self._marks[behind.first] - self._marks[before.after - 1]
        return far + self._clauses[behind.first] - self._clauses[before.after]

    def nearest(
        self,
        movement: Hit,
        concept: str,
    ) -> Near:
        """Return the term of a concept that is nearest to a movement; the first of equals."""
        return self.nearest_of(movement, self.terms(concept))

    def nearest_of(
        self,
        movement: Hit,
        hits: Iterable[Hit],
    ) -> Near:
        """Return which of some terms is nearest to a movement; the first of equals."""
        found = NOWHERE
        for hit in hits:
            if hit.concept in _OUTSIDE and _ends_with(movement, hit):
                continue
            far = self.distance(movement, hit)
            if far < found.distance:
                found = Near(far, hit)
        return found

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


def _ends_with(
    movement: Hit,
    hit: Hit,
) -> bool:
    return hit.first == movement.first or hit.after == movement.after
