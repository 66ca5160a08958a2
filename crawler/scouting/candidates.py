"""Finds the feeds of an outlet before it is added, and tries one article of the best feed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Self

from selectolax.lexbor import LexborHTMLParser

from crawler import urls
from crawler.config import Config
from crawler.errors import FeedUnreadable, FetchError
from crawler.feeds import announced
from crawler.feeds.announced import Announced
from crawler.pipeline.assembly import open_workers
from crawler.scouting.session import Session
from crawler.text.counting import counted
from crawler.workers.jobs import page_job, source_job
from crawler.workers.pool import WorkerPool
from storage.records.model import (
    FeedEntry,
    FeedReading,
    Page,
    PageReading,
    Selectors,
    Source,
    SourceKind,
)
from storage.records.verdict import Verdict

_MOST_CANDIDATES = 5  # a user chooses among them
_MOST_REQUESTS = 12  # to one outlet, one after another
_MOST_SITEMAPS = 3
GIVEN = "this address"  # how a feed at the operator's own address was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A feed or sitemap that can be read, with its entries."""

    url: str
    kind: SourceKind
    found_by: str
    title: str | None
    format: str
    entries: tuple[FeedEntry, ...]
    has_validators: bool

    @property
    def newest(self) -> datetime | None:
        """The date of the newest entry."""
        return max(self._dates(), default=None)

    @property
    def gap_seconds(self) -> float | None:
        """The median time between two entries."""
        gaps = []
        for earlier, later in pairwise(sorted(self._dates())):
            gaps.append((later - earlier).total_seconds())
        return median(gaps) if gaps else None

    def _dates(self) -> list[datetime]:
        return [entry.published for entry in self.entries if entry.published is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One article as it would be stored, or the reason why it would not be."""

    url: str
    reading: PageReading | None = None
    problem: str = ""
    idle: tuple[str, ...] = ()  # configured selectors that match nothing on the page

    @property
    def summary(self) -> str:
        """The result in one line."""
        if self.reading is None:
            return ": ".join(filter(None, ("no article", self.problem)))
        article = self.reading.article
        if article is None:
            why = self.problem or self.reading.detail
            return ": ".join(filter(None, ("no article", self.reading.refused, why)))
        return ", ".join(
            (
                f"{article.published.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
                if article.published
                else "undated",
                counted(article.word_count, "word"),
                article.language or "language unknown",
                _side_of(self.reading.verdict),
            )
        )


def _side_of(verdict: Verdict | None) -> str:
    is_relevant = verdict is not None and verdict.relevant
    return "on topic" if is_relevant else "off topic"


def _idle_selectors(own: Selectors, body: bytes) -> tuple[str, ...]:
    """Return the configured selectors that match nothing on a page."""
    tree = LexborHTMLParser(body)
    asked = {"body": own.body, "remove": own.remove}
    idle = []
    for name, css in asked.items():
        if css and tree.css_first(css) is None:
            idle.append(f"selectors.{name}")
    return tuple(idle)


class Scout:
    """Examines outlets, politely. Use as `async with Scout.open(config) as scout`."""

    def __init__(self, config: Config, session: Session, workers: WorkerPool):
        self._config = config
        self.session = session
        self._workers = workers
        self._pages: dict[str, Page] = {}  # by address: each is asked for once
        self.refused: dict[str, list[str]] = {}  # addresses that are no feed, by what they gave

    @classmethod
    @asynccontextmanager
    async def open(cls, config: Config) -> AsyncIterator[Self]:
        """Open a client and a parser process with the settings of a configuration."""
        async with Session.open(config) as session, open_workers(config) as workers:
            yield cls(config, session, workers)

    async def find(self, url: str, source: Source | None = None) -> list[Candidate]:
        """Return the feeds of an outlet, or the feed at this address, the best first.

        The address is fetched with the settings of the source. Raises FetchError if it cannot be
        fetched.
        """
        page = await self._page(url, source)
        try:
            return [await self._read(Announced(page.url, SourceKind.FEED, GIVEN))]
        except FeedUnreadable:
            named = announced.on_page(
                page.body,
                page.url,
                page.header("content-type"),
            )
        found = await self._read_all(named, _MOST_REQUESTS)
        if not found:
            found = await self._read_all(
                announced.usual(page.url),
                _MOST_REQUESTS,
            )
        if not found:
            found = await self._read_all(
                await self._sitemaps(page.url),
                _MOST_SITEMAPS,
            )
        return found

    async def _sitemaps(self, url: str) -> list[Announced]:
        try:
            page = await self._page(f"{urls.origin_of(url)}/robots.txt")
        except FetchError:
            return []
        return announced.in_robots(
            page.body.decode("utf-8", "replace"),
            page.url,
        )

    async def _page(self, url: str, source: Source | None = None) -> Page:
        """Fetch an address, or return what was fetched from it before. Raises FetchError."""
        if url not in self._pages:
            page = await self.session.get(url, source)
            self._pages |= {url: page, page.url: page}
        return self._pages[url]

    async def read(self, source: Source, page: Page) -> FeedReading:
        """Read a source of the configuration as a poll would. Raises FeedUnreadable."""
        cap = self._config.drawdown.limits.entries
        return await self._workers.read_source(source_job(source.kind, page, source, cap))

    async def _read_all(
        self,
        named: Sequence[Announced],
        most: int,
    ) -> list[Candidate]:
        """Fetch addresses in their order until there are enough candidates."""
        found: dict[str, Candidate] = {}
        for feed in named[:most]:
            try:
                candidate = await self._read(feed)
            except (FetchError, FeedUnreadable) as error:
                self.refused.setdefault(_reason(error), []).append(feed.url)
                continue
            found.setdefault(candidate.url, candidate)
            if len(found) == _MOST_CANDIDATES:
                break
        return sorted(
            found.values(),
            key=lambda candidate: not candidate.entries,
        )

    async def _read(self, feed: Announced) -> Candidate:
        """Fetch and read a feed. Raises FetchError or FeedUnreadable."""
        page = await self._page(feed.url)
        cap = self._config.drawdown.limits.entries
        reading = await self._workers.read_source(source_job(feed.kind, page, None, cap))
        return Candidate(
            url=page.url,
            kind=feed.kind,
            found_by=feed.found_by,
            title=reading.title or feed.title,
            format=reading.format,
            entries=reading.entries,
            has_validators=bool(page.header("etag") or page.header("last-modified")),
        )

    async def try_article(
        self, entries: Sequence[FeedEntry], source: Source | None = None
    ) -> Trial | None:
        """Fetch, extract and judge the newest article; None if there are no entries."""
        if not entries:
            return None
        entry = max(entries, key=_age_order)
        try:
            page = await self._page(entry.url)
            reading = await self._workers.read_page(page_job(page, source, entry=entry))
            idle = _idle_selectors(source.selectors, page.body) if source else ()
            return Trial(url=page.url, reading=reading, idle=idle)
        except FetchError as error:
            return Trial(
                url=entry.url,
                problem=error.detail or error.outcome.value,
            )


def _reason(error: FetchError | FeedUnreadable) -> str:
    """Return what an address gave in place of a feed."""
    if isinstance(error, FetchError):
        return error.detail or error.outcome.value
    return str(error)


def _age_order(entry: FeedEntry) -> tuple[datetime, int]:
    """Return a key that is the largest for the newest entry; without dates, for the first one."""
    oldest = datetime.min.replace(tzinfo=UTC)
    return entry.published or oldest, -entry.position
