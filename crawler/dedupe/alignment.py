"""The items that two sequences of any length have in common, in one order.

difflib aligns short sequences. Its time grows with the square of the length, and with the cube if
items repeat; so long ones are aligned by the items that each side has once (patience diff, by Bram
Cohen), in n log n.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_SHORT = 300  # items
_MOST_EQUAL = 3000  # pairs of equal items

Items = Sequence[str]
Match = tuple[int, int]  # the places of two equal items


def matches(one: Items, other: Items) -> Iterator[Match]:
    """Yield the places of equal items, in an order that rises in both sequences."""
    if not is_short(one, other, most=_SHORT):
        yield from _patient(one, other)
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            yield block.a + offset, block.b + offset


def is_short(
    one: Sequence[str],
    other: Sequence[str],
    *,
    most: int,
) -> bool:
    """Return whether difflib is fast: for at most `most` items, and few pairs of equal ones."""
    if max(len(one), len(other)) > most:
        return False
    count = Counter(other)
    return sum(count[item] for item in one) <= _MOST_EQUAL


def _patient(one: Items, other: Items) -> Iterator[Match]:
    """Yield the anchors, and the equal items next to each."""
    ends = (len(one), len(other))
    anchors = _rising(_anchors(one, other))
    low = start = 0  # after the last match

    for n, m in [*anchors, ends]:
        # Forwards from the last match, then backwards from this one.
        while low < n and start < m and one[low] == other[start]:
            yield low, start
            low += 1
            start += 1

        back = _equal_before(one[low:n], other[start:m])
        for distance in range(back, 0, -1):
            yield n - distance, m - distance

        if (n, m) != ends:
            yield n, m
        low, start = n + 1, m + 1


def _equal_before(one: Items, other: Items) -> int:
    """Return the number of equal items at the ends of both sequences."""
    count = 0
    pairs = zip(reversed(one), reversed(other), strict=False)
    for item, other_item in pairs:
        if item != other_item:
            break
        count += 1
    return count


def _anchors(one: Items, other: Items) -> list[Match]:
    """Return the places of the items that each side has once, in the order of the first."""
    times = Counter(one)
    times_other = Counter(other)
    places = {item: m for m, item in enumerate(other)}

    def is_anchor(item: str) -> bool:
        return times[item] == 1 and times_other[item] == 1

    return [(n, places[item]) for n, item in enumerate(one) if is_anchor(item)]


def _rising(anchors: list[Match]) -> list[Match]:
    """Return the longest run of anchors, of any distance, that rises on both sides.

    Patience sorting (Fredman 1975): for each length, the run that ends lowest on the other side.
    """
    ends: list[int] = []  # of the run of each length, its place on the other side
    last: list[int] = []  # of the run of each length, the index of its last anchor
    before: list[int] = []  # of each anchor, the index of the one before it in its run

    for index, (_, m) in enumerate(anchors):
        length = bisect_left(ends, m)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [m]
        last[length : length + 1] = [index]

    run: list[Match] = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(anchors[index])
        index = before[index]
    return run[::-1]
