"""An entry of feedparser becomes a record.

feedparser keeps what it does not know under the name of the element, as text or as a table of
attributes: so no field has a type that can be relied on, and each is asked for by the type.
"""

import calendar
from datetime import UTC, datetime
from time import struct_time

from crawler import text
from crawler.feeds.fragments import plain
from crawler.feeds.links import Channel, Fields, address_of, string, tables
from crawler.feeds.marks import CAPTION
from storage.records.claims import dated, number
from storage.records.model import FeedEntry
from storage.sqlite.values import without_surrogates

_LONGEST_GUID, _LONGEST_CONTENT, _LONGEST_SUMMARY = 2048, 200_000, 2000  # characters
_FIRST_SECONDS, _LAST_SECONDS = 3e8, 4e9  # 1979 and 2096, as seconds since 1970


def title_of(feed: Fields) -> str | None:
    """Return the title of a feed."""
    return text.tidy(string(feed, "title")) or None


def entry_of(fields: Fields, channel: Channel, position: int) -> FeedEntry | None:
    """Return an entry, or None where none of its addresses can be used."""
    url = address_of(fields, channel)
    if url is None:
        return None
    # Atom and `content:encoded` may give several versions: the longest is the text.
    contents = [string(content, "value") for content in tables(fields, "content")]
    longest = max(contents, key=len, default="")
    names = [text.tidy(string(author, "name")) for author in tables(fields, "authors")]
    return FeedEntry(
        url=url,
        guid=guid_of(string(fields, "id")),
        headline=text.tidy(plain(string(fields, "title"))) or None,
        published=published_of(fields),
        modified=_instant(fields, "updated"),
        summary=_summary(fields),
        byline=tuple(filter(None, names)),
        content=content_of(longest),
        position=position,
    )


def _summary(fields: Fields) -> str | None:
    """Return what an entry says of itself, or else of its picture."""
    own = summary_of(plain(string(fields, "summary")))
    return own or summary_of(plain(string(fields, CAPTION)))


def published_of(fields: Fields) -> datetime | None:
    """Return when an entry was published, or last changed where it does not say."""
    return _instant(fields, "published") or _instant(fields, "updated")


def guid_of(value: str) -> str | None:
    """Return the identifier of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_GUID]) or None


def summary_of(value: str) -> str | None:
    """Return the summary of an entry as it is stored."""
    return text.tidy(value)[:_LONGEST_SUMMARY] or None


def content_of(value: str) -> str | None:
    """Return the enclosed text of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_CONTENT]) or None


def _instant(fields: Fields, name: str) -> datetime | None:
    """Return a date that an article can have; feedparser has converted it to UTC."""
    claimed = string(fields, name).strip()
    if claimed.isascii() and claimed.isdigit():
        return _unix_time(claimed)
    parsed = fields.get(f"{name}_parsed")
    if not isinstance(parsed, struct_time):
        return None
    try:
        return dated(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError):  # a year that no calendar has
        return None


def _unix_time(claimed: str) -> datetime | None:
    """Read `<pubDate>1764000000</pubDate>`, which feedparser takes for a year and a month."""
    seconds = number(claimed)
    if seconds is None or not _FIRST_SECONDS < seconds < _LAST_SECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC)
