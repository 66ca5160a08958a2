"""The rarity of terms, and how like one article is to others.

The rarity of a term is that of our own corpus: the articles that were compared last. A general
rarity would leave little but single articles in a corpus of one topic (pair F1 0.06, not 0.32).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.stories.terms import OF_A_LANGUAGE, Kind, Terms

_ALL = ""  # the population of terms that belong to no language
_NOTHING = 0  # the id of no term: each kind begins with it, so that none is empty
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Vector:
    """The terms of an article as numbers: ids and weights, one kind after the other."""

    terms: Terms
    ids: Numbers
    weights: Floats
    starts: Numbers  # of each kind


class Vocabulary:
    """Terms, and in how many of the last articles each is."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._counts = np.zeros(1024)
        self._populations = np.zeros(1024, dtype=np.int64)
        self._population_ids: dict[str, int] = {_ALL: 0}
        self._sizes = np.zeros(256)
        self._next = _NOTHING + 1

    @property
    def size(self) -> int:
        """The number of ids, which are below it."""
        return self._next

    def vector(self, terms: Terms) -> Vector:
        """Return the terms of an article as numbers."""
        ids: list[int] = []
        weights: list[float] = []
        starts: list[int] = []
        for kind, counts in zip(Kind, terms.by_kind, strict=True):
            population = terms.language if kind in OF_A_LANGUAGE else _ALL
            starts.append(len(ids))
            ids.append(_NOTHING)
            weights.append(0.0)
            for term, weight in counts.items():
                ids.append(self._id(f"{kind}{population} {term}", population))
                weights.append(weight)
        return Vector(terms, np.array(ids), np.array(weights), np.array(starts))

    def count(self, vector: Vector, change: int) -> None:
        """Add an article to the counts (1), or remove it (-1)."""
        self._counts[vector.ids] += change
        for population in {vector.terms.language, _ALL}:
            self._sizes[self._population(population)] += change

    def rarity(self, ids: Numbers) -> Floats:
        """Return the rarity of terms: the logarithm of how few articles have them."""
        sizes = self._sizes[self._populations[ids]]
        rarity: Floats = np.log((sizes + 1.0) / (self._counts[ids] + 0.5))
        return np.maximum(rarity, 0.0)

    def rarity_of(self, kind: Kind, language: str, terms: Sequence[str]) -> list[float]:
        """Return the rarity of terms of a kind, in an article of a language."""
        population = language if kind in OF_A_LANGUAGE else _ALL
        ids = [self._id(f"{kind}{population} {term}", population) for term in terms]
        return list(self.rarity(np.array(ids, dtype=np.int64)))

    def _id(self, term: str, population: str) -> int:
        known = self._ids.get(term)
        if known is not None:
            return known
        new = self._next
        self._next += 1
        if new >= len(self._counts):
            self._counts = np.concatenate([self._counts, np.zeros(len(self._counts))])
            more = np.zeros(len(self._populations), dtype=np.int64)
            self._populations = np.concatenate([self._populations, more])
        self._ids[term] = new
        self._populations[new] = self._population(population)
        return new

    def _population(self, name: str) -> int:
        return self._population_ids.setdefault(name, len(self._population_ids))


def likeness(vocabulary: Vocabulary, one: Vector, others: Sequence[Vector]) -> Floats:
    """Return how like an article is to each of others: a row of cosines, one for each kind.

    The last column is the rarity of the names that they share, added up.
    """
    of_one = one.weights * vocabulary.rarity(one.ids)
    length = np.sqrt(np.add.reduceat(of_one**2, one.starts))
    dense = np.zeros(vocabulary.size)
    dense[one.ids] = of_one

    ids = np.concatenate([other.ids for other in others])
    rarity = vocabulary.rarity(ids)
    weights = np.concatenate([other.weights for other in others]) * rarity
    sizes = np.cumsum([0, *(len(other.ids) for other in others[:-1])])
    starts = np.concatenate(
        [other.starts + size for other, size in zip(others, sizes, strict=True)]
    )
    shared = dense[ids]
    products = np.add.reduceat(weights * shared, starts).reshape(len(others), -1)
    lengths = np.sqrt(np.add.reduceat(weights**2, starts)).reshape(len(others), -1)
    cosines = products / np.maximum(lengths * length, 1e-9)
    names = np.add.reduceat(np.where(shared > 0, rarity, 0.0), starts).reshape(len(others), -1)
    return np.column_stack([cosines, names[:, Kind.NAMES]])
