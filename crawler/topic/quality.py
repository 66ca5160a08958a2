"""How well a topic finds what readers labelled, and which words would help it."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler import text

_Z = 1.96  # of the normal distribution, for 95 %
_LEAST = 2  # missed texts that a word has to stand in, to be worth a thought


@dataclass(frozen=True, slots=True)
class Score:
    """How many texts were found, found wrongly and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was found that is on topic."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """The share of what is on topic that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        found = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / found if found else 1.0

    def __str__(self) -> str:
        """Return it for people, with 95 % intervals."""
        precision = interval(self.right, self.right + self.wrong)
        recall = interval(self.right, self.right + self.missed)
        return (
            f"F1 {self.f1:.3f}  precision {self.precision:.3f} ({precision[0]:.2f} to "
            f"{precision[1]:.2f})  recall {self.recall:.3f} ({recall[0]:.2f} to {recall[1]:.2f})  "
            f"{self.right} right, {self.wrong} wrong, {self.missed} missed"
        )


def score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    """Count pairs of label and verdict."""
    listed = list(pairs)
    return Score(
        sum(label and found for label, found in listed),
        sum(found and not label for label, found in listed),
        sum(label and not found for label, found in listed),
    )


def interval(right: int, all_: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not all_:
        return 0.0, 1.0
    share = right / all_
    middle = share + _Z * _Z / (2 * all_)
    reach = _Z * math.sqrt(share * (1 - share) / all_ + _Z * _Z / (4 * all_ * all_))
    scale = 1 + _Z * _Z / all_
    return (middle - reach) / scale, (middle + reach) / scale


def telling_words(missed: Iterable[str], others: Iterable[str], most: int = 15) -> list[str]:
    """Return the words of texts that were missed and that rightly refused texts seldom have.

    By log-likelihood ratio (Dunning 1993), each word counted once a text.
    """
    here, there = _document_counts(missed), _document_counts(others)
    size_here, size_there = max(1, here.total()), max(1, there.total())
    ratio = {
        word: count * math.log((count / size_here) / ((there[word] + 0.5) / size_there))
        for word, count in here.items()
        if count >= _LEAST
    }
    ranked = sorted(ratio, key=lambda word: (-ratio[word], word))
    return [word for word in ranked if ratio[word] > 0][:most]


def _document_counts(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for one in texts for word in set(text.words(one)) if len(word) > 2)
