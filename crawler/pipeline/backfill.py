"""Read an outlet's past: whole sitemaps, and feeds page by page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler.feeds.paging import page_of, with_page
from crawler.pipeline.discover import with_url
from crawler.pipeline.listing import Listing, Lists
from storage.crawl import backfills, frontier, polls
from storage.crawl.polls import PollRecord
from storage.records.model import FeedEntry, FrontierUrl, Source, TargetKind

_READ_AGAIN_AFTER = timedelta(days=1)  # a pass that was stopped goes on within this time


@dataclass(slots=True)
class Backfill:
    """One pass over an outlet's past."""

    lists: Lists
    since: datetime | None = None  # entries dated before this are skipped
    _last_pages: dict[str, frozenset[str]] = field(default_factory=dict)  # URLs, by feed

    async def read(self, target: FrontierUrl, source: Source | None) -> list[FrontierUrl]:
        """Read a sitemap or a page of a feed; return the lists to read next.

        Raises FetchError, RulesNeeded or Redirected.
        """
        page = await self.lists.fetcher.fetch(target, source)
        listing = await self.lists.read_whole(target, source, page, self._is_wanted)
        await self.lists.store_past(listing, self.store)
        children = [child.url for child in listing.children]
        following = [*children, *self._next_page(listing)]
        return await self.unread(with_url(target, url) for url in following)

    async def unread(self, targets: Iterable[FrontierUrl]) -> list[FrontierUrl]:
        """Return the targets that no earlier pass has read, and every feed: its pages shift."""
        after = datetime.now(UTC) - _READ_AGAIN_AFTER
        return [
            target
            for target in targets
            if target.kind is TargetKind.FEED
            or not await self.lists.database.read(
                backfills.is_read, target.asked, self.since, after
            )
        ]

    def _is_wanted(self, entry: FeedEntry) -> bool:
        claimed = entry.published or entry.modified
        return self.since is None or claimed is None or claimed >= self.since

    def store(self, connection: Connection, listing: Listing) -> PollRecord:
        """Add a list to the frontier, and note that it was read."""
        target, at = listing.target, listing.page.fetched_at
        found = frontier.discover(connection, target.id, listing.discoveries, at)
        record = listing.record(found, backfills.BY_COMMAND)
        polls.save(connection, target.id, record, polls.state(connection, target.id))
        if not listing.children:  # an index is read again, since it leads to the others
            backfills.record(connection, target.asked, self.since, at)
        return record

    def _next_page(self, listing: Listing) -> list[str]:
        """Return the next page of a feed, until one has no wanted entries or repeats the last.

        A server without pages answers each with the same entries.
        """
        target, reading = listing.target, listing.reading
        if target.kind is not TargetKind.FEED or reading is None or not listing.entries:
            return []
        shown = frozenset(entry.url for entry in reading.entries)
        number, first = page_of(target.asked)
        if self._last_pages.get(first) == shown:
            return []
        self._last_pages[first] = shown
        following = with_page(first, number + 1)
        return [] if following is None else [following]
