"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from dataclasses import replace
from datetime import datetime
from itertools import chain

from crawler import text, urls
from crawler.feeds.dating import count_undated, locale_for
from crawler.feeds.fields import content_of, guid_of, summary_of
from crawler.feeds.json_document import Table, document_of
from crawler.feeds.links import (
    Channel,
    base_of,
    guid_address,
    with_own_addresses,
)
from crawler.feeds.order import ends_of, is_oldest_first
from crawler.text.dates import Locale, instant, is_zoned
from storage.records.model import FeedEntry, FeedReading

_LONGEST_FORMAT = 19  # characters


def read(
    document: bytes,
    *,
    url: str,
    cap: int,
) -> FeedReading:
    """Parse a JSON Feed in UTF-8. Raises FeedUnreadable."""
    found = document_of(document.decode("utf-8", "replace"))
    items = _newest_first(found.items, cap)
    claims = [_claims(item) for item in items[:cap]]
    channel = _channel(found.fields, url)
    channel = replace(
        channel,
        dates=locale_for(chain(*claims), _text(found.fields, "language")),
    )
    first = enumerate(items[:cap])
    read = [_entry(item, channel, position) for position, item in first]
    usable = [entry for entry in read if entry is not None]
    title = _text(found.fields, "title")
    return FeedReading(
        entries=with_own_addresses(usable, channel),
        title=text.tidy(title) or None,
        format=_format(found.fields),
        over_cap=max(len(items) - cap, 0),
        unusable=len(read) - len(usable) + found.lost,
        undated=count_undated(claims, read),
    )


def _channel(fields: Table, url: str) -> Channel:
    """Return how links are read: as in RSS, since the specification names no base of them."""
    named = _text(fields, "home_page_url")
    home = urls.absolute(named or url, url)
    return Channel(
        base=base_of(url, home, is_rss=True),
        home=home,
    )


def _newest_first(items: list[object], cap: int) -> list[object]:
    """Return items in their order, or where there are too many, those of the newest end first."""
    if len(items) <= cap:
        return items
    ends = ends_of(items)
    tables = [item for item in ends if isinstance(item, dict)]
    claims = map(_claims, tables)
    locale = locale_for(chain.from_iterable(claims), "")
    dates = [_published(item, locale) for item in tables]
    if is_oldest_first(dates):
        return items[::-1]
    return items


def _format(found: Table) -> str:
    """Return `json11` of `"version": "https://jsonfeed.org/version/1.1"`."""
    address = str(found.get("version", ""))
    path = text.tidy(address).rstrip("/")
    version = path.rpartition("/")[2]
    digits = version.replace(".", "")
    return "json" + digits[:_LONGEST_FORMAT]


def _claims(item: object) -> list[str]:
    """Return the dates of an item as they are written."""
    if not isinstance(item, dict):
        return []
    claims = (_text(item, key).strip() for key in ("date_published", "date_modified"))
    return [claim for claim in claims if claim]


def _published(item: Table, locale: Locale) -> datetime | None:
    return instant(_text(item, "date_published"), locale)


def _entry(
    item: object,
    channel: Channel,
    position: int,
) -> FeedEntry | None:
    """Return an entry, or None where none of its addresses can be used."""
    if not isinstance(item, dict):
        return None
    url = _url(item, channel.base)
    if url is None:
        return None
    identifier = _text(item, "id")
    title = _text(item, "title")
    modified = _text(item, "date_modified")
    summary = _text(item, "summary")
    content = _text(item, "content_html") or _text(item, "content_text")
    return FeedEntry(
        url=url,
        guid=guid_of(identifier),
        headline=text.tidy(title) or None,
        published=_published(item, channel.dates),
        is_zoned=is_zoned(_claims(item), channel.dates),
        modified=instant(modified, channel.dates),
        summary=summary_of(summary),
        byline=_authors(item),
        content=content_of(content),
        position=position,
    )


def _url(item: Table, base: str) -> str | None:
    """Return the first address that can be used; an `id` may be one, and need not."""
    for key in ("url", "external_url"):
        link = _text(item, key).strip()
        if not link:
            continue
        url = urls.absolute(link, base)
        if url is not None:
            return url
    identifier = _text(item, "id")
    return guid_address(identifier, base)


def _authors(item: Table) -> tuple[str, ...]:
    """Return the names of `authors` (1.1) or `author` (1.0)."""
    people = item.get("authors") or [item.get("author")]
    if not isinstance(people, list):
        return ()
    # A bare `"author": "Anna Berg"` has no name that the specification knows.
    tables = [person for person in people if isinstance(person, dict)]
    names = [text.tidy(_text(person, "name")) for person in tables]
    return tuple(filter(None, names))


def _text(item: Table, key: str) -> str:
    value = item.get(key)
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    # `"id": 4711`, against the specification.
    return str(value) if is_number else ""
