"""A configuration becomes an open crawler: its store, client, workers, queue and pipeline."""

import math
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import __version__, log, urls
from crawler.config import Config
from crawler.fetch.fetcher import Fetcher, Limits
from crawler.fetch.http.client import Client
from crawler.fetch.loop import REFILL_GAP, FetchLoop
from crawler.fetch.politeness import HostState
from crawler.fetch.queue import HostQueue
from crawler.fetch.turns import Turns
from crawler.pipeline.context import Context
from crawler.pipeline.copies import Copies
from crawler.pipeline.identity import LearnedParameters
from crawler.pipeline.listing import Lists
from crawler.pipeline.overflow import Overflow
from crawler.pipeline.page_archive import PageArchive
from crawler.pipeline.pipeline import Pipeline, PollStep, Steps
from crawler.pipeline.poll import Polls
from crawler.pipeline.revisit import Revisits
from crawler.pipeline.robots_reader import rules_reader
from crawler.pipeline.tally import Tally
from crawler.pipeline.visit import Visits
from crawler.runtime.resources import Allowance, patience
from crawler.topic import rules
from crawler.workers.pool import WorkerPool
from storage.archive import replaced
from storage.archive.archive import Archive, folder_for, recover, refuse_without_store
from storage.articles import reprocessing
from storage.articles.sketches import open_index
from storage.crawl import clock, hosts, parameters, robots, sources
from storage.sqlite.database import Database
from storage.sqlite.patience import Patience

_OTHER_FILES = 256  # open besides sockets: the store, pipes, libraries
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_log = log.get("daemon")


@dataclass(frozen=True, slots=True)
class Crawler:
    """An open crawler: its services, its steps, and the loop that works its queue."""

    database: Database
    fetcher: Fetcher
    workers: WorkerPool
    tally: Tally
    lists: Lists
    visits: Visits
    revisits: Revisits
    pipeline: Pipeline
    loop: FetchLoop
    queue: HostQueue

    @property
    def context(self) -> Context:
        """The newest configuration, with its look-ups."""
        return self.pipeline.context

    @property
    def config(self) -> Config:
        """The newest configuration."""
        return self.pipeline.context.config

    def apply_config(self, config: Config) -> None:
        """Switch to a reloaded configuration."""
        self.pipeline.context = Context.of(config)


def user_agent_of(config: Config) -> str:
    """Return the User-Agent of all requests."""
    return f"drawdown/{__version__} (+{config.drawdown.contact})"


def make_client(config: Config) -> Client:
    """Return the client that a configuration asks for."""
    contact, limits = config.drawdown.contact, config.drawdown.limits
    return Client(
        user_agent=user_agent_of(config),
        contact=contact,
        connect_timeout=limits.connect_timeout.total_seconds(),
        read_timeout=limits.read_timeout.total_seconds(),
        connect_to=config.network.connect_to,
        ca_file=config.ca_file,
        allow_private=config.network.allow_private,
        max_idle=limits.idle_connections,
        engine=config.network.engine,
        proxy=config.network.proxy,
    )


def open_workers(config: Config) -> AbstractAsyncContextManager[WorkerPool]:
    """Return the parser processes that a configuration asks for."""
    limits = config.drawdown.limits
    return WorkerPool.open(
        count=limits.workers,
        timeout=limits.parse_timeout.total_seconds(),
        memory_bytes=limits.worker_bytes,
        topic_file=config.topic_file,
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """What a crawler is made with. A test hands in others: outlets in memory, parsers in place."""

    client: Callable[[Config], Client] = make_client
    workers: Callable[[Config], AbstractAsyncContextManager[WorkerPool]] = open_workers
    patience: Callable[[], Patience] = patience
    refill_gap: float = REFILL_GAP  # seconds


def state_for(config: Config) -> Callable[[str], HostState]:
    """Return a function from host to its politeness: the gap, and how many requests at once."""
    limits = config.drawdown.limits
    overrides = {
        urls.host_of(url): source
        for source in config.sources()
        for url in (source.homepage, source.url)
        if url is not None
    }

    def state_of(host: str) -> HostState:
        source = overrides.get(host)
        delay, per_host = limits.delay.total_seconds(), limits.per_host
        if source is not None and source.delay_seconds is not None:
            delay = source.delay_seconds
        if source is not None and source.max_per_host is not None:
            per_host = source.max_per_host
        own = source is not None and (source.delay_seconds, source.max_per_host) != (None, None)
        return HostState(delay=delay, max_at_once=per_host, is_own=own)

    return state_of


def fetch_limits(config: Config) -> Limits:
    """Return the fetcher's limits in its own units."""
    limits = config.drawdown.limits
    return Limits(
        feed_bytes=limits.feed_bytes,
        article_bytes=limits.article_bytes,
        sitemap_bytes=limits.sitemap_bytes,
        feed_deadline=limits.feed_deadline.total_seconds(),
        article_deadline=limits.article_deadline.total_seconds(),
    )


@asynccontextmanager
async def open_crawler(
    config: Config,
    polls_until: datetime | None = None,
    poll: Callable[[Lists], PollStep] | None = None,
    *,
    parts: Parts | None = None,
) -> AsyncIterator[Crawler]:
    """Open the store, the client and the workers; close them on every way out.

    `polls_until` leaves sources alone that become due later. `poll` makes another step for feeds,
    listing pages and sitemaps; then no source is due.

    Raises StorageError or TopicError.
    """
    rules.load(config.topic_file)  # a bad topic file is reported here, not by each worker
    limits = config.drawdown.limits
    allow_sockets(limits.in_flight + limits.idle_connections + _OTHER_FILES)
    parts = parts or Parts()
    async with AsyncExitStack() as stack:
        refuse_without_store(config.store)
        database = await stack.enter_async_context(Database.open(config.store, parts.patience()))
        client = await stack.enter_async_context(parts.client(config))
        workers = await stack.enter_async_context(parts.workers(config))
        queue = HostQueue(state_for(config), stack.enter_context(Turns.open(config.store)))
        fetcher = Fetcher(
            client,
            queue,
            fetch_limits(config),
            load=lambda origin: database.read(robots.load, origin),
            save=lambda record: database.write(robots.save, record),
            read=rules_reader(workers),
        )
        fetcher.apply_sources(config.sources())
        crawler = await _assemble(
            config,
            database,
            fetcher,
            workers,
            queue,
            polls_until=polls_until if poll is None else _NEVER,
            poll=poll,
            refill_gap=parts.refill_gap,
        )
        await database.write(_prepare, config, polls_until or datetime.now(UTC))
        yield crawler


async def _assemble(
    config: Config,
    database: Database,
    fetcher: Fetcher,
    workers: WorkerPool,
    queue: HostQueue,
    *,
    polls_until: datetime | None,
    poll: Callable[[Lists], PollStep] | None,
    refill_gap: float,
) -> Crawler:
    """Give each step the services that it uses."""
    general, limits, tally = config.drawdown, config.drawdown.limits, Tally()
    max_age = math.inf if general.max_age is None else general.max_age.total_seconds()
    index = await database.write(open_index, in_memory=limits.copies_index == "memory")
    copies = Copies(index, defers=True)
    await _warn_of_older_sketches(database)
    learned = LearnedParameters(await database.read(parameters.learned))
    archive = PageArchive(await _open_archive(config, database), general.archive_off_topic)

    lists = Lists(database, fetcher, workers, learned, tally, limits.entries, max_age)
    overflow = Overflow(lists)
    visits = Visits(database, fetcher, workers, copies, archive, learned, tally)
    revisits = Revisits(database, fetcher, workers, copies, archive, tally)
    steps = Steps(
        poll=poll(lists) if poll else Polls(lists, overflow, archive).poll,
        refill=overflow.refill,
        visit=visits.visit,
        revisit=revisits.revisit,
    )
    pipeline = Pipeline(
        Context.of(config),
        database,
        fetcher,
        queue,
        steps=steps,
        tally=tally,
        polls_until=polls_until,
    )
    allowance = Allowance(limits.in_flight, limits.memory_bytes)
    loop = FetchLoop(
        queue,
        pipeline.claim,
        pipeline.work,
        limits.in_flight,
        allowance,
        refill_gap=refill_gap,
    )
    return Crawler(
        database, fetcher, workers, tally, lists, visits, revisits, pipeline, loop, queue
    )


async def _open_archive(config: Config, database: Database) -> Archive | None:
    """Set aside what a killed process appended and never committed; return the archive, if any."""
    folder = folder_for(config.store)
    if not await replaced.finish(database):
        _log.warning(
            "removal not complete", detail="a reader keeps removed text in the store's file"
        )
    await database.write(recover, folder)
    compression = config.drawdown.archive
    if compression == "off":
        return None
    return Archive(folder, compression, user_agent_of(config))


async def _warn_of_older_sketches(database: Database) -> None:
    number = await database.read(reprocessing.older)
    if number:
        _log.warning("older sketches", articles=number, do="drawdown reprocess --dedupe")


def allow_sockets(number: int) -> None:
    """Raise this process's limit of open files, which is often lower than its sockets need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < number:
        _log.warning("few open files", allowed=wanted, wanted=number)


def _prepare(connection: Connection, config: Config, now: datetime) -> None:
    """Take over a store: release what a killed process had claimed, and update the sources."""
    hosts.give_back(connection)
    if by := clock.correct(connection, now):
        _log.warning("clock set back", seconds=round(by.total_seconds()))
    synchronize(connection, config, now)


def synchronize(connection: Connection, config: Config, now: datetime) -> None:
    """Make the sources of a store those of a configuration."""
    listed = [(source, urls.host_of(source.url)) for source in config.sources()]
    sources.synchronize(connection, listed, now)
