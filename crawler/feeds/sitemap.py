"""A sitemap becomes entries, a sitemap index the sitemaps to read next (sitemaps.org).

News sitemaps carry headline and date (Google's news extension).
"""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

from crawler import text, urls
from crawler.errors import FeedUnreadable
from storage.records.model import FeedEntry, FeedReading

_MOST_CHILDREN = 3  # newest sitemaps of an index that are read at a poll


def read_sitemap(body: bytes, *, url: str, cap: int = 1000, is_whole: bool = False) -> FeedReading:
    """Parse a sitemap or an index, of which the newest sitemaps are read, or all.

    Raises FeedUnreadable.
    """
    if b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body:
        raise FeedUnreadable("a sitemap with a document type: refused, it may expand without end")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as error:
        raise FeedUnreadable(f"not a sitemap: {error}") from error
    if _name(root) == "sitemapindex":
        named = _children(root, url)
        children = tuple(link for link in named if link is not None and link != url)
        return FeedReading(
            entries=(),
            format="sitemapindex",
            children=children[: None if is_whole else _MOST_CHILDREN],
            unusable=named.count(None),
        )
    if _name(root) != "urlset":
        raise FeedUnreadable(f"not a sitemap: the document begins with {_name(root)!r}")
    places = [_fields(place) for place in root if _name(place) == "url"]
    places.sort(key=lambda place: _newest(place) or datetime.min.replace(tzinfo=UTC), reverse=True)
    read = [_entry(place, url, number) for number, place in enumerate(places[:cap])]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        format="sitemap",
        over_cap=max(len(places) - cap, 0),
        unusable=len(read) - len(usable),
    )


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _fields(place: ElementTree.Element) -> dict[str, str]:
    """Return the texts of a <url>, the first of each name, whatever its namespace."""
    found: dict[str, str] = {}
    for element in place.iter():
        if element.text and element.text.strip():
            found.setdefault(_name(element), element.text.strip())
    return found


def _children(root: ElementTree.Element, url: str) -> list[str | None]:
    """Return the sitemaps of an index, the last changed first; without dates, the last listed.

    None for each without a usable address.
    """
    listed = [_fields(place) for place in root if _name(place) == "sitemap"]
    dated = sorted(
        enumerate(listed), key=lambda pair: (pair[1].get("lastmod", ""), pair[0]), reverse=True
    )
    return [urls.absolute(place.get("loc", ""), url) for _, place in dated]


def _entry(place: dict[str, str], base: str, number: int) -> FeedEntry | None:
    url = urls.absolute(place.get("loc", ""), base)
    if url is None:
        return None
    return FeedEntry(
        url=url,
        headline=text.tidy(place.get("title", "")) or None,
        published=_moment(place.get("publication_date")),
        modified=_moment(place.get("lastmod")),
        position=number,
    )


def _newest(place: dict[str, str]) -> datetime | None:
    return _moment(place.get("publication_date")) or _moment(place.get("lastmod"))


def _moment(value: str | None) -> datetime | None:
    """Read a W3C date, also one that names a day, month or year only."""
    if not value:
        return None
    value = re.sub(r"^(\d{4})$", r"\1-01-01", re.sub(r"^(\d{4}-\d{2})$", r"\1-01", value))
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if 1970 < moment.year < 2100 else None
    except (ValueError, OverflowError):
        return None
