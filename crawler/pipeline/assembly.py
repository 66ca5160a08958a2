"""Opens a crawler from a configuration: its store, client, workers, queue and pipeline."""

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
from crawler.pipeline.opening import open_archive
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
from storage.articles import citing, reprocessing
from storage.articles.sketches import open_index
from storage.crawl import clock, hosts, parameters, robots, sources
from storage.records.model import Source
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
    archive: PageArchive

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
    """Return the HTTP client of a configuration."""
    limits = config.drawdown.limits
    return Client(
        user_agent=user_agent_of(config),
        contact=config.drawdown.contact,
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
    """Return the parser processes of a configuration."""
    limits = config.drawdown.limits
    return WorkerPool.open(
        count=limits.workers,
        timeout=limits.parse_timeout.total_seconds(),
        memory_bytes=limits.worker_bytes,
        topic_file=config.topic_file,
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Factories of the services. A test has its own: outlets in memory, a parser in its process."""

    client: Callable[[Config], Client] = make_client
    workers: Callable[[Config], AbstractAsyncContextManager[WorkerPool]] = open_workers
    patience: Callable[[], Patience] = patience
    refill_gap: float = REFILL_GAP  # seconds


def state_for(config: Config) -> Callable[[str], HostState]:
    """Return a function from a host to its politeness: the delay, and the requests at once."""
    limits = config.drawdown.limits
    overrides: dict[str, Source] = {}
    for source in config.sources():
        for domain in source.domains:
            overrides[domain] = source
            overrides[f"www.{domain}"] = source
        for url in filter(None, (source.homepage, source.url)):
            overrides[urls.host_of(url)] = source

    def state_of(host: str) -> HostState:
        source = overrides.get(host)
        own_delay = source.delay_seconds if source else None
        own_per_host = source.max_per_host if source else None

        delay = limits.delay.total_seconds() if own_delay is None else own_delay
        per_host = limits.per_host if own_per_host is None else own_per_host
        is_own = own_delay is not None or own_per_host is not None
        return HostState(delay=delay, max_at_once=per_host, is_own=is_own)

    return state_of


def fetch_limits(config: Config) -> Limits:
    """Return the limits of the fetcher, in its units."""
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
    polls_by_itself: bool = True,
    parts: Parts | None = None,
) -> AsyncIterator[Crawler]:
    """Open the store, the client and the workers; close them when the block ends.

    Sources that become due after `polls_until` are not polled, and none without `polls_by_itself`.
    `poll` returns another step for feeds, listing pages and sitemaps; then no source is due.

    Raises StorageError or TopicError.
    """
    rules.load(config.topic_file)  # a bad topic file is reported here, not by each worker
    limits = config.drawdown.limits
    allow_sockets(limits.in_flight + limits.idle_connections + _OTHER_FILES)
    parts = parts or Parts()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(config.store, parts.patience()))
        client = await stack.enter_async_context(parts.client(config))
        workers = await stack.enter_async_context(parts.workers(config))
        queue = HostQueue(
            state_for(config),
            stack.enter_context(Turns.open(config.store)),
        )
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
            polls_until=polls_until if poll is None and polls_by_itself else _NEVER,
            poll=poll,
            refill_gap=parts.refill_gap,
        )
        await database.write(
            _prepare,
            config,
            polls_until or datetime.now(UTC),
        )
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
    limits = config.drawdown.limits
    tally = Tally()
    learned = LearnedParameters(await database.read(parameters.learned))
    copies = await _open_copies(config, database)
    archive = await _open_page_archive(config, database)

    lists = Lists(
        database,
        fetcher,
        workers,
        learned,
        tally,
        limits.entries,
        _max_age_seconds(config),
    )
    overflow = Overflow(lists)
    visits = Visits(database, fetcher, workers, copies, archive, learned, tally)
    revisits = Revisits(database, fetcher, workers, copies, archive, learned, tally)
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
    loop = FetchLoop(
        queue,
        pipeline.claim,
        pipeline.work,
        limits.in_flight,
        Allowance(limits.in_flight, limits.memory_bytes),
        refill_gap=refill_gap,
    )
    return Crawler(
        database, fetcher, workers, tally, lists, visits, revisits, pipeline, loop, queue, archive
    )


def _max_age_seconds(config: Config) -> float:
    max_age = config.drawdown.max_age
    return math.inf if max_age is None else max_age.total_seconds()


async def _open_copies(config: Config, database: Database) -> Copies:
    in_memory = config.drawdown.limits.copies_index == "memory"
    index = await database.write(open_index, in_memory=in_memory)
    copies = Copies(index, defers=True)
    await _warn_of_older_sketches(database)
    return copies


async def _open_page_archive(config: Config, database: Database) -> PageArchive:
    general = config.drawdown
    archive = await open_archive(database, general.archive, user_agent_of(config))
    return PageArchive(archive, general.archive_off_topic)


async def _warn_of_older_sketches(database: Database) -> None:
    number = await database.read(reprocessing.older)
    if number:
        _log.warning(
            "older sketches",
            articles=number,
            do="drawdown reprocess --dedupe",
        )


def allow_sockets(number: int) -> None:
    """Raise this process's limit of open files, which is often lower than its sockets need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
    is_limited = soft != resource.RLIM_INFINITY
    if is_limited and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < number:
        _log.warning("few open files", allowed=wanted, wanted=number)


def _prepare(connection: Connection, config: Config, now: datetime) -> None:
    """Release what a killed process had claimed, correct the clock, and update the sources."""
    hosts.give_back(connection)
    if by := clock.correct(connection, now):
        _log.warning("clock set back", seconds=round(by.total_seconds()))
    synchronize(connection, config, now)
    citing.fill(connection, urls.citable)


def synchronize(connection: Connection, config: Config, now: datetime) -> None:
    """Store the sources of a configuration, and mark the others as removed."""
    listed = [(source, urls.host_of(source.url)) for source in config.sources()]
    sources.synchronize(connection, listed, now)
