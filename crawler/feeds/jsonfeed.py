"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

import json
from typing import Any

from crawler import text, urls
from crawler.errors import FeedUnreadable
from crawler.feeds.fields import content_of, guid_of, summary_of
from storage.records.claims import article_date
from storage.records.model import FeedEntry, FeedReading

Item = dict[str, Any]  # Any: a table of JSON from outside

_LONG_NUMBER = 19  # digits, which 64 bits hold; `int` refuses 5,000


def read(document: bytes, *, url: str, cap: int) -> FeedReading:
    """Parse a JSON Feed in UTF-8. Raises FeedUnreadable."""
    # RecursionError: `[[[[…` is refused, as other broken JSON is.
    try:
        found = json.loads(document, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise FeedUnreadable(f"not a feed: broken JSON: {error}") from error
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise FeedUnreadable("not a feed: JSON without a list of items")
    first = items[:cap]
    read = [_entry(item, url, position) for position, item in enumerate(first)]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        title=text.tidy(_text(found, "title")) or None,
        format=_format(found),
        over_cap=max(len(items) - cap, 0),
        unusable=len(read) - len(usable),
    )


def _integer(digits: str) -> int | str:
    """Read a number; one that is too long stays text: it can only be an identifier."""
    return int(digits) if len(digits) <= _LONG_NUMBER else digits


def _format(found: Item) -> str:
    """Return `json11` of `"version": "https://jsonfeed.org/version/1.1"`."""
    version = text.tidy(str(found.get("version", ""))).rstrip("/").rpartition("/")[2]
    return "json" + version.replace(".", "")[:_LONG_NUMBER]


def _entry(item: object, base: str, position: int) -> FeedEntry | None:
    """Return an entry, or None where none of its addresses can be used."""
    url = _url(item, base) if isinstance(item, dict) else None
    if url is None or not isinstance(item, dict):
        return None
    return FeedEntry(
        url=url,
        guid=guid_of(_text(item, "id")),
        headline=text.tidy(_text(item, "title")) or None,
        published=article_date(_text(item, "date_published")),
        modified=article_date(_text(item, "date_modified")),
        summary=summary_of(_text(item, "summary")),
        byline=_authors(item),
        content=content_of(_text(item, "content_html") or _text(item, "content_text")),
        position=position,
    )


def _url(item: Item, base: str) -> str | None:
    """Return the first address that can be used; an `id` may be one, and need not."""
    for key in ("url", "external_url", "id"):
        link = _text(item, key)
        if not link.startswith(("http", "/")):
            continue
        url = urls.absolute(link, base)
        if url is not None:
            return url
    return None


def _authors(item: Item) -> tuple[str, ...]:
    """Return the names of `authors` (1.1) or `author` (1.0)."""
    people = item.get("authors") or [item.get("author")]
    if not isinstance(people, list):
        return ()
    # A bare `"author": "Anna Berg"` has no name that the specification knows.
    tables = [person for person in people if isinstance(person, dict)]
    names = [text.tidy(_text(person, "name")) for person in tables]
    return tuple(filter(None, names))


def _text(item: Item, key: str) -> str:
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # `"id": 4711`, against the specification
    return value if isinstance(value, str) else ""
