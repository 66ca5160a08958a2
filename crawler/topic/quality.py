"""Precision and recall of a topic on labelled texts, and the words that would improve it."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler import text

_Z = 1.96  # of the normal distribution, for 95 %
# A word of a single missed text is chance.
_LEAST_TEXTS = 2
# Shorter words ("to", "из") are in every text.
_LEAST_LETTERS = 3
# What is added to a count, so that a word no other text has does not divide by zero.
_SMOOTHING = 0.5


@dataclass(frozen=True, slots=True)
class Score:
    """How many texts were found, found wrongly and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def found(self) -> int:
        """How many texts were found, rightly or wrongly."""
        return self.right + self.wrong

    @property
    def wanted(self) -> int:
        """How many texts are on topic."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of what was found that is on topic; 0 where nothing was found."""
        return _share(self.right, self.found)

    @property
    def recall(self) -> float:
        """The share of what is on topic that was found; 0 where nothing is."""
        return _share(self.right, self.wanted)

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where nothing is on topic and nothing was found."""
        both = self.found + self.wanted
        return 2 * self.right / both if both else 1.0

    def __str__(self) -> str:
        """Return it for people, with 95 % intervals."""
        precision = _shown(self.right, self.found)
        recall = _shown(self.right, self.wanted)
        counts = f"{self.right} right, {self.wrong} wrong, {self.missed} missed"
        return f"F1 {self.f1:.3f}  precision {precision}  recall {recall}  {counts}"


def _share(
    part: int,
    whole: int,
) -> float:
    return part / whole if whole else 0.0


def _shown(
    part: int,
    whole: int,
) -> str:
    low, high = interval(part, whole)
    return f"{_share(part, whole):.3f} ({low:.2f} to {high:.2f})"


def score(
    pairs: Iterable[tuple[bool, bool]],
) -> Score:
    """Count pairs of label and verdict."""
    counts = Counter(pairs)
    return Score(
        right=counts[True, True],
        wrong=counts[False, True],
        missed=counts[True, False],
    )


def interval(
    right: int,
    all_: int,
) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    By the score method of Wilson (1927), which holds for few texts and for shares near 0 and 1.
    """
    if not all_:
        return 0.0, 1.0
    share = right / all_
    middle = share + _Z * _Z / (2 * all_)
    variance = share * (1 - share) / all_
    reach = _Z * math.sqrt(variance + _Z * _Z / (4 * all_ * all_))
    scale = 1 + _Z * _Z / all_
    return (middle - reach) / scale, (middle + reach) / scale


def telling_words(
    missed: Iterable[str],
    others: Iterable[str],
    most: int = 15,
) -> list[str]:
    """Return the words of texts that were missed and that rightly refused texts seldom have.

    By log-likelihood ratio (Dunning 1993), each word counted once a text.
    """
    here = _document_counts(missed)
    there = _document_counts(others)
    ratios = {}
    for word, count in here.items():
        if count >= _LEAST_TEXTS:
            ratios[word] = count * _log_ratio(word, here, there)
    # Words of one ratio in the order of the alphabet: the same texts always list the same words.
    ranked = sorted(ratios, key=lambda word: (-ratios[word], word))
    telling = [word for word in ranked if ratios[word] > 0]
    return telling[:most]


def _log_ratio(
    word: str,
    here: Counter[str],
    there: Counter[str],
) -> float:
    """Return how much more often a word is used here, as a logarithm."""
    rate_here = here[word] / max(1, here.total())
    rate_there = (there[word] + _SMOOTHING) / max(1, there.total())
    return math.log(rate_here / rate_there)


def _document_counts(texts: Iterable[str]) -> Counter[str]:
    """Return in how many texts each word is."""
    counts: Counter[str] = Counter()
    for one in texts:
        words = set(text.words(one))
        counts.update(word for word in words if len(word) >= _LEAST_LETTERS)
    return counts
