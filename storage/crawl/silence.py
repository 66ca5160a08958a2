"""When somebody who writes every day falls silent: days without a word, against the own rhythm.

The days before give a mean for each day of the week, so that a quiet Friday is none. A silence is
reported once so many entries were to be expected that chance does not explain their absence: with a
Poisson process of ten expected none is seen once in 22,000 times; outlets write in bursts, and ten
leaves room for that.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

_EXPECTED = 10.0  # entries that should have come
BASELINE = timedelta(days=56)  # that is looked at before a silence
_LEAST = 28  # days of it that have to have been watched


@dataclass(frozen=True, slots=True)
class Silence:
    """The first and the last day without a word, and how much was to be expected."""

    first: date
    last: date
    expected: float


def silences(counts: Mapping[date, int], watched: Collection[date]) -> Iterator[Silence]:
    """Yield the silences of a source, from what came new on each day and the days it was watched.

    A day that nobody watched belongs to no silence and to no mean.
    """
    in_order = sorted(watched)
    for has_any, days in groupby(in_order, key=lambda day: counts.get(day, 0) > 0):
        run = [] if has_any else list(days)
        means = _means(counts, in_order, run[0]) if run else {}
        expected = sum(means.get(day.weekday(), 0.0) for day in run)
        if expected >= _EXPECTED:
            yield Silence(run[0], run[-1], round(expected, 1))


def _means(counts: Mapping[date, int], watched: Sequence[date], until: date) -> dict[int, float]:
    """Return the mean of each day of the week before a day; nothing where too little is known.

    The days that were watched are given in their order.
    """
    first = bisect_left(watched, until - BASELINE)
    known = watched[first : bisect_left(watched, until)]
    if len(known) < _LEAST:
        return {}
    by_weekday: dict[int, list[int]] = {}
    for day in known:
        by_weekday.setdefault(day.weekday(), []).append(counts.get(day, 0))
    return {weekday: sum(found) / len(found) for weekday, found in by_weekday.items()}
