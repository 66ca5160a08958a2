"""A sitemap becomes entries, a sitemap index the sitemaps to read next (sitemaps.org).

News sitemaps carry headline and date (Google's news extension).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from crawler import text, urls
from crawler.errors import FeedUnreadable
from crawler.feeds import xml
from crawler.text.dates import instant
from storage.records.model import FeedEntry, FeedReading

Place = dict[str, str]  # the texts of a <url> or <sitemap>, by the names of their elements

_MOST_CHILDREN = 3  # newest sitemaps of an index that are read at a poll
_UNDATED = datetime.min.replace(tzinfo=UTC)  # sorts last


def read_sitemap(body: bytes, *, url: str, cap: int = 1000, is_whole: bool = False) -> FeedReading:
    """Parse a sitemap or an index, of which the newest sitemaps are read, or all.

    Raises FeedUnreadable.
    """
    root = xml.tree(body, "a sitemap")
    match _name(root):
        case "sitemapindex":
            return _read_index(_places(root, "sitemap"), url, is_whole)
        case "urlset":
            return _read_places(_places(root, "url"), url, cap)
    raise FeedUnreadable(f"not a sitemap: the document begins with {_name(root)!r}")


def _read_index(places: Sequence[Place], url: str, is_whole: bool) -> FeedReading:
    """Return the sitemaps of an index, the last changed first; without dates, the last listed."""
    dated = sorted(
        enumerate(places),
        key=lambda numbered: (numbered[1].get("lastmod", ""), numbered[0]),
        reverse=True,
    )
    named = [urls.absolute(place.get("loc", ""), url) for _, place in dated]
    # An index that names itself would be read without end.
    children = [child for child in named if child is not None and child != url]
    return FeedReading(
        entries=(),
        format="sitemapindex",
        children=tuple(children if is_whole else children[:_MOST_CHILDREN]),
        unusable=named.count(None),
    )


def _read_places(places: Sequence[Place], url: str, cap: int) -> FeedReading:
    """Return the newest articles of a sitemap."""
    newest = sorted(places, key=_newest, reverse=True)[:cap]
    read = [_entry(place, url, position) for position, place in enumerate(newest)]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        format="sitemap",
        over_cap=max(len(places) - cap, 0),
        unusable=len(read) - len(usable),
        undated=sum(map(_is_undated, newest)),
    )


def _is_undated(place: Place) -> bool:
    """Whether an article has dates, and none of them can be read."""
    claims = [place.get(name, "") for name in ("publication_date", "lastmod")]
    return any(claims) and not any(map(instant, claims))


def _name(element: Element) -> str:
    """Return the name of an element without its namespace: many outlets have a wrong one."""
    return str(element.tag).rpartition("}")[2].lower()


def _places(root: Element, name: str) -> list[Place]:
    return [_texts(child) for child in root if _name(child) == name]


def _texts(parent: Element) -> Place:
    """Return the texts of a <url>, the first of each name, whatever its namespace."""
    found: Place = {}
    for element in parent.iter():
        value = (element.text or "").strip()
        if value:
            found.setdefault(_name(element), value)
    return found


def _entry(place: Place, base: str, position: int) -> FeedEntry | None:
    """Return an entry, or None where its address cannot be used."""
    url = urls.absolute(place.get("loc", ""), base)
    if url is None:
        return None
    return FeedEntry(
        url=url,
        headline=text.tidy(place.get("title", "")) or None,
        published=instant(place.get("publication_date")),
        modified=instant(place.get("lastmod")),
        position=position,
    )


def _newest(place: Place) -> datetime:
    # `lastmod` is the day on which a template changed for many outlets: the article's date first.
    published = instant(place.get("publication_date"))
    modified = instant(place.get("lastmod"))
    return published or modified or _UNDATED
