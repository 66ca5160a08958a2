"""Lists of articles: feeds, listing pages and sitemaps, fetched, read and stored in one way."""

from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import Connection

from crawler import log
from crawler.errors import FeedUnreadable, FetchError
from crawler.fetch.fetcher import Fetcher
from crawler.pipeline.discover import discovery, in_zone, max_age_of, refuse_old
from crawler.pipeline.identity import Learned
from crawler.pipeline.tally import Tally
from crawler.workers.jobs import source_job
from crawler.workers.pool import WorkerPool
from storage.crawl.frontier import Discovered, Discovery
from storage.crawl.polls import PollRecord
from storage.records.model import (
    ChildSitemap,
    FeedEntry,
    FeedReading,
    FrontierUrl,
    Page,
    Source,
    SourceKind,
)
from storage.records.outcome import Outcome
from storage.sqlite.database import Database

_MOST_ENTRIES = 50_000  # of one sitemap (sitemaps.org)
_log = log.get("backfill")


@dataclass(frozen=True, slots=True)
class Listing:
    """A fetched list with the addresses that it contains."""

    target: FrontierUrl
    page: Page
    reading: FeedReading | None = None  # None where nothing changed since the last poll
    entries: tuple[FeedEntry, ...] = ()  # with corrected times
    discoveries: tuple[Discovery, ...] = ()

    @property
    def children(self) -> tuple[ChildSitemap, ...]:
        """The sitemaps that this one is an index of, the most promising first."""
        return self.reading.children if self.reading else ()

    @property
    def future(self) -> int:
        """How many entries are dated after the list was fetched: they are kept as claimed."""
        dates = (entry.published for entry in self.entries)
        return sum(date is not None and date > self.page.fetched_at for date in dates)

    def record(self, found: Discovered, detail: str = "") -> PollRecord:
        """Return the record of the poll, given how many of the addresses were new."""
        return PollRecord(
            at=self.page.fetched_at,
            outcome=Outcome.POLLED if self.reading else Outcome.UNCHANGED,
            status=self.page.status,
            detail=detail,
            entries=len(self.discoveries),
            new=found.new,
            known=found.known,
            over_cap=self.reading.over_cap if self.reading else 0,
            unusable=self.reading.unusable if self.reading else 0,
            undated=self.reading.undated if self.reading else 0,
            future=self.future,
            duration_ms=self.page.phases.total,
        )


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads lists in worker processes, and stores what they contain."""

    database: Database
    fetcher: Fetcher
    workers: WorkerPool
    learned: Learned
    tally: Tally
    most_entries: int  # that are taken of one list at a poll: the newest
    max_age_seconds: float  # the general age gate

    async def read(self, target: FrontierUrl, source: Source | None, page: Page) -> Listing:
        """Read the newest entries; those that are too old are refused by the date they claim.

        Raises FetchError.
        """
        reading = await self._read(target, source, page, self.most_entries)
        entries = tuple(in_zone(entry, source) for entry in reading.entries)
        max_age = max_age_of(source, self.max_age_seconds)
        discoveries = tuple(
            refuse_old(discovery(entry, self.learned), max_age, page.fetched_at)
            for entry in entries
        )
        return Listing(target, page, reading, entries, discoveries)

    async def read_whole(
        self,
        target: FrontierUrl,
        source: Source | None,
        page: Page,
        is_wanted: Callable[[FeedEntry], bool],
    ) -> Listing:
        """Read every entry of a list, whatever its age; keep those that are wanted.

        Raises FetchError.
        """
        reading = await self._read(target, source, page, _MOST_ENTRIES)
        corrected = [in_zone(entry, source) for entry in reading.entries]
        entries = tuple(filter(is_wanted, corrected))
        discoveries = tuple(discovery(entry, self.learned) for entry in entries)
        return Listing(target, page, reading, entries, discoveries)

    async def _read(
        self, target: FrontierUrl, source: Source | None, page: Page, most: int
    ) -> FeedReading:
        kind = SourceKind(target.kind.value)
        job = source_job(kind, page, source, most)
        try:
            return await self.workers.read_source(job)
        except FeedUnreadable as error:
            failure = FetchError(Outcome.BAD_FEED, target.url, str(error), status=page.status)
            failure.elapsed_ms = page.phases.total
            raise failure from error

    async def store_past(
        self, listing: Listing, store: Callable[[Connection, Listing], PollRecord]
    ) -> PollRecord:
        """Store a list of an outlet's past in one transaction, count and log it."""
        record = await self.database.write(store, listing)
        self.tally.discovered(record.new)
        _log.info(
            "backfilled",
            source=listing.target.source,
            url=listing.target.asked,
            new=record.new,
            known=record.known,
            ms=round(record.duration_ms),
        )
        return record
