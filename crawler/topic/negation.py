"""A negation beside a movement: what is between the two, and of which kind the negation is.

The kinds of words belong to a language, not to a topic: denials.toml. Which words negate, the topic
file says (`negation`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from crawler.text.toml import read_toml
from crawler.topic.lexicon import Hit, Lexicon
from crawler.topic.movement import Movement
from crawler.topic.sentence import Sentence

# A comma parts; two of them hold an aside: "will not, he said, leave".
_MARK: Final = re.compile(r"[,;:—–()،؛…]")
_PAIRS: Final = ([",", ","], ["،", "،"], ["–", "–"], ["—", "—"])
_ASIDE: Final = 4  # words: the longest aside in the labelled texts of the press has three


@dataclass(frozen=True, slots=True)
class Case:
    """A negation, and the movement that it may deny."""

    sentence: Sentence
    movement: Movement
    negation: Hit
    others: Sequence[Hit]  # the other negations of the sentence
    found: Sequence[Hit]  # the words of denials.toml in the sentence

    @property
    def hit(self) -> Hit:
        """The words of the movement."""
        return self.movement.around.movement

    @property
    def is_inside(self) -> bool:
        """Whether the negation and the movement share a word."""
        return overlap(self.negation, self.hit)

    @property
    def is_behind(self) -> bool:
        """Whether the movement comes first."""
        return self.negation.first > self.hit.first

    @property
    def between(self) -> range:
        """The words between the two."""
        if self.is_behind:
            return range(self.hit.after, self.negation.first)
        return range(self.negation.after, self.hit.first)

    @property
    def gap(self) -> int:
        """How many words are between the two, without those of an aside between commas."""
        return len(self.between) - self._aside()

    @property
    def is_parted(self) -> bool:
        """Whether a mark between the two parts clauses, and holds no aside."""
        mark = _MARK.search(self.sentence.text, *self._edges())
        return mark is not None and not self._aside()

    def is_a(
        self,
        kind: str,
    ) -> bool:
        """Whether the negation is of a kind of denials.toml."""
        return any_overlaps(self.negation, self._of(kind))

    def is_movement_a(
        self,
        kind: str,
    ) -> bool:
        """Whether the movement is of a kind of denials.toml."""
        return any_overlaps(self.hit, self._of(kind))

    def has(
        self,
        kind: str,
    ) -> bool:
        """Whether a word of a kind of denials.toml is between the two."""
        return self.has_within(kind, self.between)

    def has_within(
        self,
        kind: str,
        words: range,
    ) -> bool:
        """Whether a word of a kind of denials.toml is among some words."""
        return any(one.first in words for one in self._of(kind))

    def names(
        self,
        *concepts: str,
    ) -> bool:
        """Whether a term of the topic is between the two."""
        for concept in concepts:
            if any(hit.first in self.between for hit in self.sentence.terms(concept)):
                return True
        return False

    def _of(
        self,
        kind: str,
    ) -> list[Hit]:
        return [one for one in self.found if one.concept == kind]

    def _aside(self) -> int:
        """Return how many words an aside between two commas has; 0 where there is none."""
        marks = list(_MARK.finditer(self.sentence.text, *self._edges()))
        if [mark[0] for mark in marks] not in _PAIRS:
            return 0
        start = marks[0].start()
        end = marks[1].start()
        begins = [self.sentence.spans[number][0] for number in self.between]
        count = sum(start < begin < end for begin in begins)
        return count if count <= _ASIDE else 0

    def _edges(self) -> tuple[int, int]:
        """Return where the earlier of the two ends, and the later begins, in characters."""
        earlier, later = self.negation, self.hit
        if self.is_behind:
            earlier, later = later, earlier
        _, start = self.sentence.spans[earlier.after - 1]
        end, _ = self.sentence.spans[later.first]
        return start, max(start, end)


def cases_of(
    sentence: Sentence,
    movement: Movement,
) -> list[Case]:
    """Return the negations of a sentence with a movement, without those of idioms: "not only"."""
    words = _words(sentence.language)
    found = words.find(sentence.text, words.words(sentence.text))
    negations = _negations(sentence, found)
    cases = []
    for negation in negations:
        others = [one for one in negations if one is not negation]
        cases.append(Case(sentence, movement, negation, others, found))
    return cases


def _negations(
    sentence: Sentence,
    found: Sequence[Hit],
) -> list[Hit]:
    idioms = [hit for hit in found if hit.concept == "idiom"]
    own = [hit for hit in found if hit.concept in ("rejects", "governs")]
    # "Refuses" is a negation of the topic and a verb of denials.toml: one negation.
    by_words = {(hit.first, hit.after): hit for hit in (*sentence.terms("negation"), *own)}
    return [hit for hit in by_words.values() if not any_overlaps(hit, idioms)]


@lru_cache(maxsize=32)
def _words(language: str) -> Lexicon:
    """Return the words of denials.toml in a language: none where it has no words."""
    concepts = {}
    for kind, listed in _table().items():
        concepts[kind] = listed.get(language, ())
    return Lexicon(concepts)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    file = resources.files("crawler.topic") / "denials.toml"
    return read_toml(file.read_text("utf-8"))


def overlap(
    one: Hit,
    other: Hit,
) -> bool:
    """Whether two terms share a word."""
    return one.first < other.after and other.first < one.after


def any_overlaps(
    hit: Hit,
    others: Iterable[Hit],
) -> bool:
    """Whether a term shares a word with one of some."""
    return any(overlap(hit, other) for other in others)
