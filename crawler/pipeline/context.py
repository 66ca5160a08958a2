"""What the steps of one run share: configuration, store, fetcher, workers, and the tally."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from sqlite3 import Connection

from crawler import urls
from crawler.config import Config
from crawler.fetch.fetcher import Fetcher
from crawler.pipeline.copies import Copies
from crawler.runtime.resources import free_bytes
from crawler.workers.jobs import page_job
from crawler.workers.pool import WorkerPool
from storage.archive import archive
from storage.archive.archive import Archive
from storage.archive.records import ArchivedPage
from storage.articles import articles
from storage.crawl import profiles
from storage.crawl.attempts import Attempt
from storage.errors import StoreFull
from storage.records.model import FeedEntry, FrontierUrl, Page, PageReading, Source
from storage.records.outcome import Outcome
from storage.sqlite.database import Database


@dataclass(slots=True)
class Run:
    """One run of the crawler. Steps read it; the tally grows, parameters are learned, outlets
    change with sources.toml.
    """

    config: Config
    database: Database
    fetcher: Fetcher
    workers: WorkerPool
    copies: Copies
    learned: dict[str, frozenset[str]]  # parameters that proved to change nothing, by host
    archive: Archive | None = None
    tally: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    stored: Counter[tuple[str, str]] = field(default_factory=Counter)  # by source and verdict
    failures: list[str] = field(default_factory=list)  # of what belongs to no source: alerts
    _by_url: dict[str, Source] = field(default_factory=dict)
    _by_name: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.take(self.config)

    def take(self, config: Config) -> None:
        """Go on with other outlets, or with other settings of the same."""
        self.config = config
        sources = config.sources()
        self._by_url = {source.url: source for source in sources}
        self._by_name = {source.name: source for source in sources}

    def source_of(self, target: FrontierUrl) -> Source | None:
        """Return the settings that a target is fetched with."""
        return self._by_url.get(target.asked) or self._by_name.get(target.source)

    def refuse_full_disk(self) -> None:
        """Raise StoreFull while less is free on the disk than the operator wants to keep free."""
        free, least = free_bytes(self.config.store), self.config.drawdown.limits.least_free_bytes
        if free < least:
            raise StoreFull(
                f"{self.config.store}: {free:,} bytes are free on its disk, {least:,} are to stay "
                "free (least_free_bytes): nothing more is fetched until there is space"
            )

    def learn(self, host: str, parameter: str) -> None:
        """Drop a parameter of a host's URLs from now on."""
        self.learned[host] = self.learned.get(host, frozenset()) | {parameter}

    def keep_page(
        self,
        connection: Connection,
        outlet: str,
        page: Page,
        reading: PageReading,
        *,
        article_id: int,
        revision: int,
    ) -> None:
        """Put the page of a text into the archive: on topic, or all where the operator says so.

        Called in the writer's transaction, before the text counts as stored. Raises StoreFull.
        """
        is_wanted = self.config.drawdown.archive_off_topic or (
            reading.verdict is not None and reading.verdict.relevant
        )
        if self.archive is not None and is_wanted:
            kept = ArchivedPage(
                page=page,
                outlet=outlet,
                first_seen=articles.first_seen_of(connection, article_id),
                read_with=reading.read_with,
            )
            place, digest = self.archive.append(kept), digest_of(page)
            archive.keep(connection, place, digest, article_id=article_id, revision=revision)

    async def read_page(
        self,
        target: FrontierUrl,
        page: Page,
        entry: FeedEntry | None,
        known: tuple[str, ...] | None = None,
    ) -> PageReading:
        """Extract, judge and fingerprint a page in a worker. Raises FetchError.

        `known` is the body as it is stored, of an article that is revisited.
        """
        site = await self.database.read(profiles.of, urls.host_of(page.url))
        job = page_job(page, self.source_of(target), entry=entry, known=known, site=site)
        return await self.workers.read_page(job)


def attempt_of(page: Page, outcome: Outcome, detail: str = "") -> Attempt:
    """Return the log entry of a fetch that brought a page."""
    return Attempt(
        at=page.fetched_at,
        outcome=outcome,
        status=page.status,
        detail=detail,
        wire_bytes=page.wire_bytes,
        duration_ms=page.phases.total,
    )


def digest_of(page: Page) -> str:
    """Return the proof of a page: the SHA-256 of its decoded body."""
    return hashlib.sha256(page.body).hexdigest()
