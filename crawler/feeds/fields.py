"""An entry of feedparser becomes a record.

feedparser keeps what it does not know under the name of the element, as text or as a table of
attributes: so no field has a type that can be relied on, and each is asked for by the type.
"""

import calendar
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from crawler import text, urls
from storage.records.claims import dated, number
from storage.records.model import FeedEntry
from storage.sqlite.values import without_surrogates

Fields = Mapping[str, Any]  # Any: feedparser is untyped

_LONGEST_GUID, _LONGEST_CONTENT, _LONGEST_SUMMARY = 2048, 200_000, 2000  # characters
_TAG = re.compile(r"<[^<>]*>")
_PERIOD_SECONDS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0}
_LONGEST_INTERVAL_SECONDS = 86400.0  # a longer wish is the default of a template
_FIRST_SECONDS, _LAST_SECONDS = 3e8, 4e9  # 1979 and 2096, as seconds since 1970


def title_of(feed: Fields) -> str | None:
    """Return the title of a feed."""
    return text.tidy(_text(feed, "title")) or None


def entry_of(fields: Fields, base: str, position: int) -> FeedEntry | None:
    """Return an entry, or None where none of its addresses can be used."""
    url = _url(fields, base)
    if url is None:
        return None
    # Atom and `content:encoded` may give several versions: the longest is the text.
    contents = [_text(content, "value") for content in _tables(fields, "content")]
    longest = max(contents, key=len, default="")
    names = [text.tidy(_text(author, "name")) for author in _tables(fields, "authors")]
    updated = _instant(fields, "updated")
    return FeedEntry(
        url=url,
        guid=guid_of(_text(fields, "id")),
        headline=text.tidy(_plain(_text(fields, "title"))) or None,
        published=_instant(fields, "published") or updated,
        modified=updated,
        summary=summary_of(_plain(_text(fields, "summary"))),
        byline=tuple(filter(None, names)),
        content=content_of(longest),
        position=position,
    )


def interval_of(feed: Fields) -> float:
    """Return the seconds for which a feed asks to be left alone, a day at most.

    `ttl` has minutes (RSS 2.0), `sy:updatePeriod` a word and `sy:updateFrequency` how often in it
    (RDF Site Summary 1.0, module Syndication). What is no number is no wish.
    """
    minutes = number(_text(feed, "ttl").strip()) or 0
    wished = max(minutes * 60.0, _update_period(feed))
    return min(wished, _LONGEST_INTERVAL_SECONDS)


def _update_period(feed: Fields) -> float:
    """Return 1800 seconds for `hourly` and `2`; the frequency is 1 where it is missing."""
    word = _text(feed, "sy_updateperiod").strip().lower()
    period = _PERIOD_SECONDS.get(word, 0.0)
    often = _text(feed, "sy_updatefrequency") or "1"
    frequency = number(often.strip())
    return period / frequency if frequency else 0.0


def guid_of(value: str) -> str | None:
    """Return the identifier of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_GUID]) or None


def summary_of(value: str) -> str | None:
    """Return the summary of an entry as it is stored."""
    return text.tidy(value)[:_LONGEST_SUMMARY] or None


def content_of(value: str) -> str | None:
    """Return the enclosed text of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_CONTENT]) or None


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _tables(fields: Fields, name: str) -> list[Fields]:
    value = fields.get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


def _url(fields: Fields, base: str) -> str | None:
    """Return the first address of an entry that can be used."""
    candidates = [
        _text(fields, "feedburner_origlink"),  # `link` is then an address that counts readers
        _text(fields, "link"),
    ]
    # RFC 4287, 4.2.7.2: the other relations lead to no article.
    for link in _tables(fields, "links"):
        is_alternate = link.get("rel") == "alternate"
        candidates.append(_text(link, "href") if is_alternate else "")
    # RSS 2.0: a <guid> is an address unless it says isPermaLink="false"; feeds often err in that.
    guid = _text(fields, "id")
    if guid.startswith(("http://", "https://")):
        candidates.append(guid)
    for candidate in filter(None, candidates):
        url = urls.absolute(candidate, base)
        if url is not None:
            return url
    return None


def _plain(value: str) -> str:
    """Drop the tags of a short HTML fragment; feedparser has decoded its entities once."""
    if "<" not in value and "&" not in value:
        return value
    return html.unescape(_TAG.sub(" ", value))


def _instant(fields: Fields, name: str) -> datetime | None:
    """Return a date that an article can have; feedparser has converted it to UTC."""
    claimed = _text(fields, name).strip()
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
