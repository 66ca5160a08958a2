"""A parsed feed, listing page or sitemap, with its entries."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.poll import PollWish


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """The entry of a feed for one article."""

    url: str
    guid: str | None = None
    headline: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    is_zoned: bool = True  # `published` names its zone; else UTC is assumed
    summary: str | None = None
    byline: tuple[str, ...] = ()
    content: str | None = None  # the enclosed text, as HTML
    position: int = 0
    is_promising: bool = False  # about the topic by headline or summary: it is fetched earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """A sitemap that a sitemap index names."""

    url: str
    modified: datetime | None = None  # when it changed last, as the index says


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A parsed feed, listing page or sitemap."""

    entries: tuple[FeedEntry, ...]
    title: str | None = None
    format: str = ""  # rss20, atom10, json1, page, sitemap …
    over_cap: int = 0  # entries beyond the limit: counted, not used
    unusable: int = 0  # entries (or sitemaps of an index) without a usable address
    undated: int = 0  # entries with a date that cannot be determined
    wish: PollWish = PollWish()  # noqa: RUF009 - it never changes
    children: tuple[ChildSitemap, ...] = ()  # of an index, the most promising first
