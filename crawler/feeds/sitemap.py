"""A sitemap becomes entries, a sitemap index the sitemaps to read next (sitemaps.org).

A sitemap is XML, a feed, or a text of one address a line. News sitemaps carry headline and date
(Google's news extension).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from operator import itemgetter
from typing import TypeVar

from crawler import text, urls
from crawler.feeds import namedates, parse, places, xml
from crawler.feeds.beginning import beginning_of
from crawler.feeds.places import Place
from crawler.text.dates import instant, is_zoned
from storage.records.model import ChildSitemap, FeedEntry, FeedReading

T = TypeVar("T")

_MOST_CHILDREN = 50_000  # of one index (sitemaps.org)
_UNDATED = datetime.min.replace(tzinfo=UTC)  # sorts last


def read_sitemap(
    body: bytes, *, url: str, content_type: str | None = None, cap: int = 1000
) -> FeedReading:
    """Read a sitemap or an index, which has no entries but children, the most promising first.

    Raises FeedUnreadable.
    """
    document = xml.decoded(body, content_type)
    is_xml = document.startswith(b"<")
    if not is_xml and _is_text(document):
        return _read_text(document, url, cap)
    if document.startswith(b"{") or beginning_of(document).is_feed:
        return parse.read_feed(body, url=url, content_type=content_type, cap=cap)
    found = places.read(document)
    if found.is_index:
        return _read_index(found, url)
    return _read_places(found.places, url, cap, lost=found.lost)


def _is_text(document: bytes) -> bool:
    """Whether a document is a list of addresses: its first line is one."""
    first = document.lstrip().partition(b"\n")[0]
    line = first.decode("utf-8", "replace").strip()
    return line.startswith(("http://", "https://")) and urls.usable(line) is not None


def _read_text(document: bytes, url: str, cap: int) -> FeedReading:
    """Read a text sitemap: "one URL per line", and nothing else (sitemaps.org)."""
    lines = [line.strip() for line in document.decode("utf-8", "replace").splitlines()]
    # `see below` is a relative address elsewhere, and nothing here.
    listed = [Place(loc=urls.usable(line) or "") for line in lines if line]
    return _read_places(listed, url, cap, format_name="text")


def _read_index(found: places.Places, url: str) -> FeedReading:
    """Return the sitemaps of an index, the most promising first, each once."""
    children: dict[str, ChildSitemap] = {}
    unusable = found.lost
    for place in _promising_first(found.places):
        child = _address(place, url)
        if child is None:
            unusable += 1
        elif child != url:  # an index that names itself would be read without end
            children.setdefault(child, ChildSitemap(url=child, modified=_modified(place)))
    listed = tuple(children.values())
    return FeedReading(
        entries=(),
        format="sitemapindex",
        children=listed[:_MOST_CHILDREN],
        over_cap=len(listed[_MOST_CHILDREN:]),
        unusable=unusable,
    )


def _promising_first(listed: Sequence[Place]) -> list[Place]:
    """Order the sitemaps of an index: the last changed first, then by the dates in their names.

    Where these are equal, or there are none, the newest articles are at one of the ends: a plugin
    lists its posts before its pages, another one adds a sitemap at the end.
    """
    by_ends = _from_both_ends(listed)
    return sorted(by_ends, key=_promise, reverse=True)


def _promise(place: Place) -> tuple[datetime, datetime]:
    named = namedates.date_in(place.loc)
    return _modified(place) or _UNDATED, named or _UNDATED


def _read_places(
    listed: Sequence[Place], url: str, cap: int, *, lost: int = 0, format_name: str = "sitemap"
) -> FeedReading:
    """Return the newest articles of a sitemap, as many as the cap allows."""
    newest = _newest(listed, cap)
    read = [_entry(place, url, position) for position, place in enumerate(newest)]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        format=format_name,
        over_cap=len(listed) - len(newest),
        unusable=len(read) - len(usable) + lost,
        undated=sum(map(_is_undated, newest)),
    )


def _is_undated(place: Place) -> bool:
    """Whether an article has dates, and none of them can be read."""
    has_claims = bool(place.published or place.modified)
    return has_claims and _date(place) is None


def _newest(listed: Sequence[Place], cap: int) -> list[Place]:
    """Return the places that a cap leaves: the newest by date, then those without one."""
    dates = [(_date(place), place) for place in listed]
    undated = [place for date, place in dates if date is None]
    dated = [(date, place) for date, place in dates if date is not None]
    dated.sort(key=itemgetter(0), reverse=True)
    newest = [place for _, place in dated[:cap]]
    return newest + _ends(undated, cap - len(newest))


def _ends(items: list[T], most: int) -> list[T]:
    """Return the items of both ends: a list that grows has its newest at one of them.

    >>> _ends([1, 2, 3, 4, 5], 3)
    [1, 2, 5]
    """
    if len(items) <= most:
        return items
    last = max(most, 0) // 2
    first = max(most, 0) - last
    return items[:first] + items[len(items) - last :]


def _from_both_ends(items: Sequence[T]) -> list[T]:
    """Return the first item, the last, the second, the last but one, and so on.

    >>> _from_both_ends([1, 2, 3, 4, 5])
    [1, 5, 2, 4, 3]
    """
    middle = (len(items) + 1) // 2
    turns = zip_longest(items[:middle], items[: middle - 1 : -1])
    both = [item for turn in turns for item in turn]
    return both[: len(items)]


def _entry(place: Place, base: str, position: int) -> FeedEntry | None:
    """Return an entry, or None where its address cannot be used."""
    url = _address(place, base)
    if url is None:
        return None
    return FeedEntry(
        url=url,
        headline=text.tidy(place.title) or None,
        published=instant(place.published),
        is_zoned=is_zoned([place.published]),
        modified=_modified(place),
        position=position,
    )


def _address(place: Place, base: str) -> str | None:
    """Return the address of a place; an empty one would be that of the sitemap itself."""
    return urls.absolute(place.loc, base) if place.loc else None


def _date(place: Place) -> datetime | None:
    # `lastmod` is the day on which a template changed for many outlets: the article's date first.
    return instant(place.published) or _modified(place)


def _modified(place: Place) -> datetime | None:
    return instant(place.modified)
