"""Reading takes work by the size of what is read: four times the items, four times the work.

Work is counted in calls, of Python's functions and of C's: no clock is read. What one call does is
bounded where it is made (tests/test_patterns.py for patterns, tests/feeds/test_hostile.py for XML).
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from crawler.config import opml
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from crawler.text import charset
from tests.fuzz import documents
from tests.fuzz.documents import URL, Item, Style, Writer

_FEW, _TIMES = 60, 4
_GENEROUS = 1.5  # times as much as by the size alone; work by its square is four times as much
ODD = Style(extra_first="<image:image><image:loc>/p</image:loc></image:image>", is_bare=True)
Read = Callable[[bytes], object]


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls that a piece of work makes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def document(write: Writer, count: int, style: Style, end: int | None = None) -> bytes:
    listed = tuple(Item(f"/news/{n}?a=1&lang=en", f"Ferry {n}") for n in range(count))
    return write(listed, style)[:end].encode()


def feed(body: bytes) -> object:
    return read_feed(body, url=URL, cap=10_000)


def sitemap(body: bytes) -> object:
    return read_sitemap(body, url=URL, cap=10_000)


@pytest.mark.parametrize("end", [None, -30], ids=["whole", "cut"])
@pytest.mark.parametrize("style", [Style(), ODD], ids=["right", "odd"])
@pytest.mark.parametrize(
    ("write", "read"),
    [
        (documents.rss, feed),
        (documents.atom, feed),
        (documents.sitemap, sitemap),
        (documents.sitemap_index, sitemap),
    ],
    ids=["rss", "atom", "sitemap", "index"],
)
def test_a_list_takes_work_by_its_size(
    write: Writer, read: Read, style: Style, end: int | None
) -> None:
    few, many = (document(write, n, style, end) for n in (_FEW, _FEW * _TIMES))
    read(few)  # tables are made at the first call

    assert calls_of(lambda: read(many)) < _GENEROUS * _TIMES * calls_of(lambda: read(few))


def test_a_list_of_feeds_takes_work_by_its_size() -> None:
    few, many = (document(documents.opml, n, Style()) for n in (_FEW, _FEW * _TIMES))
    opml.read(few)

    assert calls_of(lambda: opml.read(many)) < _GENEROUS * _TIMES * calls_of(lambda: opml.read(few))


def test_the_count_sees_work_by_the_square_of_the_size() -> None:
    def pairs(body: bytes) -> None:
        for _ in body:
            for _ in body:
                charset.read(b"")

    few = calls_of(lambda: pairs(b"x" * 5))
    assert calls_of(lambda: pairs(b"x" * 20)) > _GENEROUS * _TIMES * few
