"""How likely two articles tell one event, as log-odds: a logistic regression over their likeness.

The weights are data, `weights.toml`, which `python -m bench.stories fit` writes.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from crawler.stories.report import Days
from crawler.stories.vocabulary import Vector, Vocabulary, likeness

WINDOW = 10  # days: articles further apart are of two stories
_FADE = 3.0  # days in which the weight of nearness falls to a third
_FAR = 15.0  # days: the unit of distance
# The columns of a pair, which the weights multiply.
COLUMNS = ("head", "body", "names", "figures", "things", "shared_names", "near", "far", "bias")
_NEVER = -20.0  # log-odds of articles that are too far apart
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of each kind of pair, and from which log-odds an article joins a story."""

    by_pair: Floats  # rows: one language, two languages; each dated, then undated
    join: float
    sure: float
    fitted: str  # on which day, and on which data

    def log_odds(self, pairs: Floats, rows: NDArray[np.int64]) -> Floats:
        """Return the log-odds of pairs, each of the kind that its row is."""
        odds: Floats = (pairs * self.by_pair[rows]).sum(axis=1)
        return odds


_ROWS = ("one_language", "one_language_undated", "two_languages", "two_languages_undated")


@cache
def shipped() -> Weights:
    """Return the weights that come with the program."""
    written = resources.files("crawler.stories").joinpath("weights.toml").read_text("utf-8")
    data = tomllib.loads(written)
    by_pair = np.array([[data[row][column] for column in COLUMNS] for row in _ROWS])
    limits = data["limits"]
    return Weights(by_pair, limits["join"], limits["sure"], data["fitted"])


@dataclass(frozen=True, slots=True)
class Compared:
    """An article as it is compared: its terms and its days."""

    vector: Vector
    days: Days | None


def columns(
    vocabulary: Vocabulary,
    one: Compared,
    others: Sequence[Compared],
) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """Return the columns of pairs, the kind of each, and whether it is within the window."""
    alike = likeness(vocabulary, one.vector, [other.vector for other in others])
    gaps = [_gap(one.days, other.days) for other in others]
    is_dated = np.array([gap is not None for gap in gaps])
    days = np.array([0.0 if gap is None else gap for gap in gaps])
    near = np.where(is_dated, np.exp(-days / _FADE), 0.0)
    far = np.where(is_dated, days / _FAR, 0.0)

    language = one.vector.terms.language
    is_other = np.array([other.vector.terms.language != language for other in others])
    alike[:, -1] = np.log1p(alike[:, -1])
    pairs = np.column_stack([alike, near, far, np.ones(len(others))])
    rows = 2 * is_other.astype(np.int64) + ~is_dated
    return pairs, rows, days <= WINDOW


def log_odds(
    vocabulary: Vocabulary,
    weights: Weights,
    one: Compared,
    others: Sequence[Compared],
) -> Floats:
    """Return the log-odds that an article tells the same event as each of others."""
    pairs, rows, is_within = columns(vocabulary, one, others)
    odds = weights.log_odds(pairs, rows)
    return np.where(is_within, odds, _NEVER)


def probability(odds: float) -> float:
    """Return the probability of log-odds.

    >>> probability(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-odds))


def _gap(one: Days | None, other: Days | None) -> int | None:
    """Return the days between two articles; None if one has no date."""
    if one is None or other is None:
        return None
    return one.gap(other)
