"""Which end of a feed has its newest entries."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median_low
from typing import TypeVar

T = TypeVar("T")

_MOST = 5  # entries of each end: one may be pinned there, or have a wrong date


def ends_of(entries: Sequence[T]) -> list[T]:
    """Return the first entries of a feed, and as many of its last."""
    size = min(_MOST, len(entries) // 2)
    first = entries[:size]
    last = entries[len(entries) - size :]
    return [*first, *last]


def is_oldest_first(dates: Sequence[datetime | None]) -> bool:
    """Whether dated entries begin with the oldest; newest first by custom, and where none is dated.

    `dates` are those of its two ends, in its order.
    """
    middle = len(dates) // 2
    first = _known(dates[:middle])
    last = _known(dates[middle:])
    if not first or not last:
        return False
    return median_low(first) < median_low(last)


def _known(dates: Sequence[datetime | None]) -> list[datetime]:
    return [date for date in dates if date is not None]
