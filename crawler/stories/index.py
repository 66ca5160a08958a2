"""An inverted index: which articles share the rarest terms of another."""

from array import array
from collections import defaultdict

import numpy as np

from crawler.stories.likeness import WINDOW, Compared
from crawler.stories.terms import Kind
from crawler.stories.vocabulary import Numbers, Vocabulary

_KEYS = 64  # of an article, the heaviest that others have too
_NEWEST = 400  # articles of a key that are looked at
_CANDIDATES = 40  # articles that are compared: 24 lost a tenth of the pairs, 80 found no more
_MOST_CONSIDERED = 800  # articles of which the days are looked at


class Index:
    """Articles by their terms, without those of their bodies."""

    def __init__(self) -> None:
        self._postings: dict[int, array[int]] = defaultdict(lambda: array("q"))
        self._compared: dict[int, Compared] = {}

    def add(self, article: int, compared: Compared) -> None:
        """Add an article. Raises OverflowError for numbers of more than 63 bits."""
        self._compared[article] = compared
        for key in _keys(compared).tolist():
            self._postings[key].append(article)

    def remove(self, article: int) -> None:
        """Remove the article that was added first of those in the index."""
        compared = self._compared.pop(article)
        for key in _keys(compared).tolist():
            postings = self._postings[key]
            postings.remove(article)  # it is the first
            if not postings:
                del self._postings[key]

    def candidates(self, vocabulary: Vocabulary, compared: Compared) -> list[int]:
        """Return the articles within the window that share the most weight, in their order."""
        near: list[int] = []
        for article in self._heaviest(vocabulary, compared):
            if _is_near(compared, self._compared[article]):
                near.append(article)
            if len(near) == _CANDIDATES:
                break
        return sorted(near)

    def _heaviest(self, vocabulary: Vocabulary, compared: Compared) -> list[int]:
        """Return articles by the weight of the terms that they share, the heaviest first."""
        keys = [key for key in _keys(compared).tolist() if key in self._postings]
        if not keys:
            return []
        weight_of = dict(zip(compared.vector.ids, compared.vector.weights, strict=True))
        rarity = vocabulary.rarity(np.array(keys))
        weights = np.array([weight_of[key] for key in keys]) * rarity
        order = np.argsort(-weights, kind="stable")[:_KEYS]
        postings = [self._newest(keys[at]) for at in order]
        shared = np.repeat(weights[order], [len(found) for found in postings])
        articles, places = np.unique(np.concatenate(postings), return_inverse=True)
        sums = np.bincount(places, weights=shared)
        heaviest: list[int] = articles[np.argsort(-sums, kind="stable")].tolist()
        return heaviest[:_MOST_CONSIDERED]

    def _newest(self, key: int) -> Numbers:
        return np.array(self._postings[key][-_NEWEST:], dtype=np.int64)


def _is_near(one: Compared, other: Compared) -> bool:
    if one.days is None or other.days is None:
        return True
    return one.days.gap(other.days) <= WINDOW


def _keys(compared: Compared) -> Numbers:
    """Return the terms by which an article is found."""
    vector = compared.vector
    body, names = vector.starts[Kind.BODY], vector.starts[Kind.NAMES]
    keys = np.concatenate([vector.ids[:body], vector.ids[names:]])
    return keys[keys > 0]
