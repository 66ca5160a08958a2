"""A day with far more than usual, against the own rhythm of the weeks before."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from storage.crawl.silence import BASELINE

_LEAST_DAYS = 14  # that have to have been watched before a day can be out of the usual
_LEAST = 5  # articles: fewer are no spike, however quiet the days before were
_DEVIATIONS = 3.0  # above the mean: a busy week is none


@dataclass(frozen=True, slots=True)
class Spike:
    """A day, its number of articles, and the usual number."""

    day: date
    count: int
    usual: float


def spike(
    counts: Mapping[date, int], watched: Collection[date], day: date, factor: float
) -> Spike | None:
    """Return the spike of a day that may not be over yet; None if the day is usual.

    A spike has `factor` times the mean of the days before, and lies three standard deviations above
    it; a count has at least the deviation of a Poisson process, the root of its mean.
    """
    known = [counts.get(one, 0) for one in watched if day - BASELINE <= one < day]
    count = counts.get(day, 0)
    if len(known) < _LEAST_DAYS or count < _LEAST:
        return None
    mean = sum(known) / len(known)
    variance = sum((one - mean) ** 2 for one in known) / len(known)
    least = max(factor * mean, mean + _DEVIATIONS * math.sqrt(max(variance, mean)))
    return Spike(day, count, round(mean, 1)) if count >= least else None


def days_before(day: date) -> list[date]:
    """Return the days with which a day is compared."""
    return [day - timedelta(days=n) for n in range(1, BASELINE.days + 1)]
