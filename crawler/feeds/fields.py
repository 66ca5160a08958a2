"""An entry of feedparser becomes a record.

feedparser keeps what it does not know under the name of the element, as text or as a table of
attributes: so no field has a type that can be relied on, and each is asked for by the type.
"""

from datetime import datetime

from crawler import text
from crawler.feeds.fragments import plain
from crawler.feeds.links import (
    Channel,
    Fields,
    address_of,
    string,
    tables,
)
from crawler.feeds.marks import CAPTION
from crawler.text.dates import NOWHERE, Locale, instant, is_zoned
from storage.records.model import FeedEntry
from storage.sqlite.values import without_surrogates

_LONGEST_GUID, _LONGEST_CONTENT, _LONGEST_SUMMARY = 2048, 200_000, 2000  # characters


def title_of(feed: Fields) -> str | None:
    """Return the title of a feed."""
    title = string(feed, "title")
    return text.tidy(title) or None


def language_of(feed: Fields) -> str:
    """Return the language that a feed names: "en-us"."""
    return string(feed, "language")


def entry_of(
    fields: Fields,
    channel: Channel,
    position: int,
) -> FeedEntry | None:
    """Return an entry, or None where none of its addresses can be used."""
    url = address_of(fields, channel)
    if url is None:
        return None
    # Atom and `content:encoded` may give several versions: the longest is the text.
    versions = tables(fields, "content")
    contents = [string(version, "value") for version in versions]
    longest = max(
        contents,
        key=len,
        default="",
    )
    authors = tables(fields, "authors")
    names = [text.tidy(string(author, "name")) for author in authors]
    title = string(fields, "title")
    identifier = string(fields, "id")
    return FeedEntry(
        url=url,
        guid=guid_of(identifier),
        headline=text.tidy(plain(title)) or None,
        published=published_of(fields, channel.dates),
        is_zoned=is_zoned(claims_of(fields), channel.dates),
        modified=_instant(fields, "updated", channel.dates),
        summary=_summary(fields),
        byline=tuple(filter(None, names)),
        content=content_of(longest),
        position=position,
    )


def _summary(fields: Fields) -> str | None:
    """Return what an entry says of itself, or else of its picture."""
    for name in ("summary", CAPTION):
        said = string(fields, name)
        summary = summary_of(plain(said))
        if summary is not None:
            return summary
    return None


def published_of(fields: Fields, locale: Locale = NOWHERE) -> datetime | None:
    """Return when an entry was published, or last changed where it does not say."""
    return _instant(fields, "published", locale) or _instant(fields, "updated", locale)


def guid_of(value: str) -> str | None:
    """Return the identifier of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_GUID]) or None


def summary_of(value: str) -> str | None:
    """Return the summary of an entry as it is stored."""
    return text.tidy(value)[:_LONGEST_SUMMARY] or None


def content_of(value: str) -> str | None:
    """Return the enclosed text of an entry as it is stored."""
    return without_surrogates(value[:_LONGEST_CONTENT]) or None


def claims_of(fields: Fields) -> list[str]:
    """Return the dates of an entry as they are written."""
    claims = (string(fields, name).strip() for name in ("published", "updated"))
    return [claim for claim in claims if claim]


def _instant(
    fields: Fields,
    name: str,
    locale: Locale,
) -> datetime | None:
    """Return a date to the second: a feed whose dates gain a fraction has changed nothing."""
    moment = instant(string(fields, name), locale)
    return None if moment is None else moment.replace(microsecond=0)
