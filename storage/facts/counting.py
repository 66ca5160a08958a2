"""Counts of articles, by day, outlet, language, verdict and copy."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from storage.facts.columns import UNKNOWN_TIME, Array, Columns, Mask

K = TypeVar("K", bound=Hashable)
_EPOCH = date(
    1970,
    1,
    1,
)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_MILLISECONDS_A_DAY = 86_400_000


def days(columns: Columns) -> Array:
    """Return the day of each article, in days since 1970, UTC.

    It is the day of publication; of the undated, the day on which they were first seen.
    """
    published = columns.published // _MILLISECONDS_A_DAY
    return np.where(
        columns.published == UNKNOWN_TIME,
        columns.seen,
        published,
    )


def to_day(number: int) -> date:
    """Return a day by its number since 1970."""
    return _EPOCH + timedelta(days=number)


def to_number(day: date) -> int:
    """Return the number of a day since 1970."""
    return day.toordinal() - _EPOCH_ORDINAL


def per_day(numbers: Array) -> dict[date, int]:
    """Return how often each day is there, by day; days without any are left out."""
    if len(numbers) == 0:
        return {}
    first = int(numbers.min())
    counts = np.bincount(numbers - first)
    return {to_day(first + int(at)): int(counts[at]) for at in np.flatnonzero(counts)}


def per_name(numbers: Array, names: Iterable[K]) -> dict[K, int]:
    """Return how often each name is there, the most frequent first, then in their order."""
    counts = np.bincount(numbers).tolist()
    found = {
        name: count
        for name, count in zip(
            names,
            counts,
            strict=False,
        )
        if count
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def per_key(numbers: Array, key: Callable[[int], K]) -> dict[K, int]:
    """Return how often there is each of what `key` makes of a number, the most frequent first."""
    found: dict[K, int] = {}
    values, counts = np.unique(numbers, return_counts=True)
    for number, count in zip(
        values.tolist(),
        counts.tolist(),
        strict=True,
    ):
        made = key(number)
        found[made] = found.get(made, 0) + count
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def newest_first(columns: Columns, mask: Mask) -> Array:
    """Return the numbers of the articles of a mask, in the order `newest` of a search."""
    chosen = columns.at(mask)
    order = np.lexsort((chosen.id, chosen.published))
    return chosen.id[order[::-1]]
