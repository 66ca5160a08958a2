"""Recover entries that a feed dropped between two polls.

Later pages of the feed are read until one contains an entry from before the poll that found no
overlap: then nothing is missing in between. News sitemaps, which hold two days, are read too.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from crawler import urls
from crawler.feeds.paging import page_of, with_page
from crawler.pipeline.discover import with_url
from crawler.pipeline.listing import Listing, Lists
from crawler.pipeline.sitemaps import MOST_CHILDREN, news_sitemaps
from storage.crawl import backfills, frontier, polls
from storage.crawl.backfills import AFTER_OVERFLOW
from storage.crawl.polls import PollRecord
from storage.records.model import FrontierUrl, Source, TargetKind

_MOST_PAGES = 20  # of a feed, after one overflow
_MOST_SITEMAPS = 3


@dataclass(frozen=True, slots=True)
class Overflow:
    """The refill step, with the service that it uses."""

    lists: Lists

    async def beginnings(
        self,
        target: FrontierUrl,
        at: datetime,
    ) -> list[FrontierUrl]:
        """Return the lists that may contain the entries dropped before a poll."""
        origin = urls.origin_of(target.url)
        named = await news_sitemaps(self.lists.database, origin)
        others = [sitemap for sitemap in named[:_MOST_SITEMAPS] if sitemap != target.asked]
        found = [_child(target, sitemap, at, TargetKind.SITEMAP) for sitemap in others]

        following = None
        if target.kind is TargetKind.FEED:
            following = with_page(target.asked, 2)
        if following is not None:
            found.append(_child(target, following, at, target.kind))
        return found

    async def refill(
        self,
        target: FrontierUrl,
        source: Source | None,
    ) -> list[FrontierUrl]:
        """Read one list of the past; return the lists to read next while the gap is open.

        Raises FetchError, RulesNeeded or Redirected.
        """
        page = await self.lists.fetcher.fetch(target, source)
        listing = await self.lists.read(target, source, page)
        record = await self.lists.store_past(listing, store)
        return following_lists(listing, record)


def following_lists(listing: Listing, record: PollRecord) -> list[FrontierUrl]:
    """Return the sitemaps of an index, and the next page of a feed if the gap is open.

    The gap is open while a page contains only new entries.
    """
    target = listing.target
    at = _overflowed_at(target)
    newest = listing.children[:MOST_CHILDREN]
    children = [_child(target, child.url, at, target.kind) for child in newest]

    number, first = page_of(target.asked)
    is_open = record.new > 0 and not record.known
    has_next = target.kind is TargetKind.FEED and number < _MOST_PAGES
    if is_open and has_next:
        following = with_page(first, number + 1)
        if following is not None:
            children.append(_child(target, following, at, target.kind))
    return children


def store(connection: Connection, listing: Listing) -> PollRecord:
    """Add a list to the frontier. Known entries are those discovered before the overflow."""
    target = listing.target
    at = _overflowed_at(target)
    known = backfills.known_before(
        connection,
        target.id,
        listing.discoveries,
        at,
    )
    found = frontier.discover(
        connection,
        target.id,
        listing.discoveries,
        listing.page.fetched_at,
    )
    record = listing.record(replace(found, known=known), AFTER_OVERFLOW)
    polls.save(
        connection,
        target.id,
        record,
        polls.state(connection, target.id),
    )
    return record


def _child(
    target: FrontierUrl,
    url: str,
    at: datetime,
    kind: TargetKind,
) -> FrontierUrl:
    return replace(with_url(target, url), kind=kind, overflowed_at=at)


def _overflowed_at(target: FrontierUrl) -> datetime:
    assert target.overflowed_at is not None  # noqa: S101 - only such targets are refilled
    return target.overflowed_at
