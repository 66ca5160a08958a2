"""Read an outlet's past: whole sitemaps, and feeds page by page, instead of what is newest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from crawler import log
from crawler.feeds.paging import page_of, with_page
from crawler.pipeline.context import Run
from crawler.pipeline.discover import discovery, elsewhere, in_zone, read
from storage.crawl import backfills, frontier, polls
from storage.crawl.frontier import Discovered
from storage.crawl.polls import PollRecord
from storage.records.model import FeedEntry, FeedReading, FrontierUrl, Page, TargetKind
from storage.records.outcome import Outcome

_MOST_ENTRIES = 50_000  # of one sitemap (sitemaps.org)
_FRESH = timedelta(days=1)  # what was read since then is not read again
_log = log.get("backfill")


@dataclass(slots=True)
class Backfill:
    """One pass over an outlet's past."""

    run: Run
    since: datetime | None = None  # entries that are dated earlier are left alone
    _shown: dict[str, frozenset[str]] = field(default_factory=dict)  # by feed: its last page

    async def read(self, target: FrontierUrl) -> list[FrontierUrl]:
        """Read a sitemap or a page of a feed; return what comes after it.

        Raises FetchError, RulesNeeded or Redirected.
        """
        source = self.run.source_of(target)
        page = await self.run.fetcher.fetch(target, source)
        reading = await read(self.run, target, source, page, whole=_MOST_ENTRIES)
        entries = [in_zone(e, source) for e in reading.entries if self._is_wanted(e)]
        found = await self.run.database.write(self._keep, target, page, reading, entries)
        self.run.tally["discovered", Outcome.PENDING] += found.new
        _log.info("backfilled", source=target.source, url=target.url, new=found.new,
                  known=found.known, ms=round(page.phases.total))  # fmt: skip
        following = [*reading.children, *self._next_page(target, reading, entries)]
        return await self.unread(elsewhere(target, url) for url in following)

    async def unread(self, targets: Iterable[FrontierUrl]) -> list[FrontierUrl]:
        """Return the targets that no earlier pass has read: of feeds every page moves on."""
        after = datetime.now(UTC) - _FRESH
        return [
            target
            for target in targets
            if target.kind is TargetKind.FEED
            or not await self.run.database.read(
                backfills.is_read, url=target.asked, since=self.since, after=after
            )
        ]

    def _is_wanted(self, entry: FeedEntry) -> bool:
        claimed = entry.published or entry.modified
        return self.since is None or claimed is None or claimed >= self.since

    def _keep(
        self,
        connection: Connection,
        target: FrontierUrl,
        page: Page,
        reading: FeedReading,
        entries: list[FeedEntry],
    ) -> Discovered:
        discoveries = [discovery(self.run, entry) for entry in entries]
        found = frontier.discover(connection, target.id, discoveries, page.fetched_at)
        record = PollRecord(
            at=page.fetched_at,
            outcome=Outcome.POLLED,
            status=page.status,
            detail=backfills.BY_COMMAND,
            entries=len(entries),
            new=found.new,
            known=found.known,
            over_cap=reading.over_cap,
            unusable=reading.unusable,
            duration_ms=page.phases.total,
        )
        state = polls.state(connection, target.id)
        polls.save(connection, target.id, record, state)
        if not reading.children:  # an index is read again, since it leads to the rest
            backfills.record(connection, target.asked, self.since, page.fetched_at)
        return found

    def _next_page(
        self, target: FrontierUrl, reading: FeedReading, wanted: list[FeedEntry]
    ) -> list[str]:
        """Return the page of a feed that comes next: until one is too old, or shows the last again.

        A server that knows no pages answers each with the same entries.
        """
        if target.kind is not TargetKind.FEED or not wanted:
            return []
        shown = frozenset(entry.url for entry in reading.entries)
        number, first = page_of(target.asked)
        if self._shown.get(first) == shown:
            return []
        self._shown[first] = shown
        following = with_page(first, number + 1)
        return [] if following is None else [following]
