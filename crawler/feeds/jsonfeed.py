"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

import json
from datetime import UTC, datetime
from typing import Any

from crawler import text, urls
from crawler.errors import FeedUnreadable
from storage.records.model import FeedEntry, FeedReading


def read(body: bytes, *, url: str, cap: int) -> FeedReading:
    """Parse a JSON Feed. Raises FeedUnreadable."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise FeedUnreadable(f"not a feed: broken JSON: {error}") from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedUnreadable("not a feed: JSON without a list of items")
    version = str(document.get("version", ""))
    read = [_entry(item, url, place) for place, item in enumerate(items[:cap])]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        title=text.tidy(_text(document, "title")) or None,
        format="json" + version.rstrip("/").rpartition("/")[2].replace(".", ""),
        over_cap=max(len(items) - cap, 0),
        unusable=len(read) - len(usable),
    )


def _entry(item: Any, base: str, place: int) -> FeedEntry | None:
    if not isinstance(item, dict):
        return None
    links = (_text(item, key) for key in ("url", "external_url", "id"))
    resolved = (urls.absolute(link, base) for link in links if link.startswith(("http", "/")))
    url = next((url for url in resolved if url is not None), None)
    if url is None:
        return None
    return FeedEntry(
        url=url,
        guid=_text(item, "id") or None,
        headline=text.tidy(_text(item, "title")) or None,
        published=_moment(item, "date_published"),
        modified=_moment(item, "date_modified"),
        summary=text.tidy(_text(item, "summary"))[:2000] or None,
        byline=_authors(item),
        content=_text(item, "content_html") or _text(item, "content_text") or None,
        position=place,
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of `authors` (1.1) or `author` (1.0)."""
    listed = item.get("authors") or [item.get("author")]
    people = listed if isinstance(listed, list) else []
    names = (text.tidy(_text(p, "name")) for p in people if isinstance(p, dict))
    return tuple(filter(None, names))


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # ids are numbers in the wild
    return value if isinstance(value, str) else ""


def _moment(item: dict[str, Any], key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(item, key))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if 1970 < moment.year < 2100 else None
    except (ValueError, OverflowError):
        return None
