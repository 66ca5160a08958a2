"""Start, drain, stop: a run from its configuration to its last commit."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from sqlite3 import Connection

from crawler import __version__, indexing, log, schedule, urls
from crawler.config import Config
from crawler.errors import CrawlerError
from crawler.fetch.client import Client
from crawler.fetch.fetcher import Fetcher, Limits
from crawler.fetch.loop import FetchLoop
from crawler.fetch.politeness import HostManners
from crawler.fetch.queue import HostQueue
from crawler.pipeline import Pipeline, PollStep
from crawler.steps.copies import Copies
from crawler.steps.run import Run
from crawler.topic import rules
from crawler.workers import WorkerPool
from storage import hosts, parameters, reprocessing, robots, sources
from storage.archive.archive import Archive, folder_for, recover
from storage.database import Database
from storage.errors import StorageError, StoreFull
from storage.sketches import open_index

_OTHER_FILES = 256  # open besides sockets: the store, pipes, libraries
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FULL_SECONDS = 30.0  # how long a daemon waits for space before it tries again
_log = log.get("daemon")


@dataclass(slots=True)
class Crawler:
    """An open crawler: its run, and the loop that works it."""

    run: Run
    loop: FetchLoop
    queue: HostQueue


def user_agent_of(config: Config) -> str:
    """Return as whom the crawler asks."""
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


def make_queue(config: Config) -> HostQueue:
    """Return a queue with the manners that a configuration asks for."""
    limits = config.drawdown.limits
    overrides = {
        urls.host_of(url): source
        for source in config.sources()
        for url in (source.homepage, source.url)
        if url is not None
    }

    def manners_for(host: str) -> HostManners:
        source = overrides.get(host)
        delay, per_host = limits.delay.total_seconds(), limits.per_host
        if source is not None and source.delay_seconds is not None:
            delay = source.delay_seconds
        if source is not None and source.max_per_host is not None:
            per_host = source.max_per_host
        return HostManners(delay=delay, max_at_once=per_host)

    return HostQueue(manners_for)


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
    poll: Callable[[Run], PollStep] | None = None,
) -> AsyncIterator[Crawler]:
    """Open the store, the client and the workers; close them on every way out.

    `polls_until` leaves sources alone that become due later. `poll` makes another step for feeds,
    listing pages and sitemaps; then no source is due.

    Raises StorageError or TopicError.
    """
    rules.load(config.topic_file)  # a bad topic file is said here, not by each worker
    limits = config.drawdown.limits
    _allow_sockets(limits.in_flight + limits.idle_connections + _OTHER_FILES)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(config.store))
        client = await stack.enter_async_context(make_client(config))
        workers = await stack.enter_async_context(open_workers(config))
        queue = make_queue(config)
        fetcher = Fetcher(
            client,
            queue,
            fetch_limits(config),
            load=lambda origin: database.read(partial(robots.load, origin=origin)),
            save=lambda record: database.write(partial(robots.save, record=record)),
        )
        in_memory = limits.copies_index == "memory"
        index = await database.write(partial(open_index, in_memory=in_memory))
        await _warn_of_older_sketches(database)
        learned = await database.read(parameters.learned)
        archive = await _open_archive(config, database)
        run = Run(config, database, fetcher, workers, Copies(index), learned, archive)
        due = polls_until if poll is None else _NEVER
        pipeline = Pipeline(run, queue, polls_until=due, poll=poll(run) if poll else None)
        loop = FetchLoop(queue, pipeline.claim, pipeline.work, limits.in_flight)
        await database.write(partial(_prepare, config, polls_until or datetime.now(UTC)))
        yield Crawler(run, loop, queue)


async def _open_archive(config: Config, database: Database) -> Archive | None:
    """Set aside what a dead run appended and never committed; return the archive, if wanted."""
    folder = folder_for(config.store)
    await database.write(partial(recover, folder=folder))
    compression = config.drawdown.archive
    if compression == "off":
        return None
    return Archive(folder, compression, user_agent_of(config))


async def _warn_of_older_sketches(database: Database) -> None:
    number = await database.read(reprocessing.older)
    if number:
        _log.warning("older sketches", articles=number, do="drawdown reprocess --dedupe")


def _allow_sockets(number: int) -> None:
    """Raise this process's limit of open files, which is often lower than its sockets need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < number:
        _log.warning("few open files", allowed=wanted, wanted=number)


def _prepare(config: Config, now: datetime, connection: Connection) -> None:
    """Take over a store: what a dead run had claimed, and the sources as they stand in the file."""
    hosts.give_back(connection)
    listed = [(source, urls.host_of(source.url)) for source in config.sources()]
    sources.synchronize(connection, listed, now)


async def once(config: Config, watch: Callable[[Run], None] | None = None) -> Run:
    """Work everything that is due, then stop. `watch` is handed the run when it begins.

    Raises StorageError or TopicError.
    """
    now = datetime.now(UTC)
    async with open_crawler(config, polls_until=now) as crawler, signals() as stopping:
        if watch is not None:
            watch(crawler.run)
        await work(crawler, stopping, until_idle=True)
        await indexing.catch_up(crawler.run.database)
        return crawler.run


async def run(config: Config) -> None:
    """Work until told to stop: SIGTERM or SIGINT drains, a second one cuts short."""
    async with (
        open_crawler(config) as crawler,
        signals() as stopping,
        indexing.behind(crawler.run.database),
    ):
        with schedule.ticking(crawler.loop.wake):
            await _work_until_stopped(config, crawler, stopping)


async def _work_until_stopped(config: Config, crawler: Crawler, stopping: "Stopping") -> None:
    """Work; after a full disk wait for space, and work again."""
    _log.info("started", store=str(config.store), sources=len(config.sources()))
    while not stopping.stop.is_set():
        try:
            await work(crawler, stopping, until_idle=False)
        except StoreFull as error:
            _log.error("store full", detail=str(error))
            crawler.queue.reset()
            crawler.loop.wake()
            await _pause(stopping.stop, _FULL_SECONDS)
    _log.info("stopped")


@dataclass(frozen=True, slots=True)
class Stopping:
    """The two requests to stop: drain, and do not even drain."""

    stop: asyncio.Event
    hurry: asyncio.Event

    def request(self) -> None:
        """Take one request: the first drains, the second hurries."""
        (self.hurry if self.stop.is_set() else self.stop).set()


@asynccontextmanager
async def signals() -> AsyncIterator[Stopping]:
    """Turn SIGTERM and SIGINT into requests while the block runs."""
    stopping = Stopping(asyncio.Event(), asyncio.Event())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.request)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def work(crawler: Crawler, stopping: Stopping, *, until_idle: bool) -> None:
    """Run the loop; once asked to stop, let fetches finish within the drain limit.

    What is cut short stays pending in the store and is fetched at the next start.
    """
    drain = crawler.run.config.drawdown.limits.drain.total_seconds()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    before = task.cancelling()
    try:
        async with asyncio.TaskGroup() as group:
            work = group.create_task(crawler.loop.run(stopping.stop, until_idle=until_idle))
            watch = group.create_task(_cut_short(work, stopping, drain))
            work.add_done_callback(lambda _: watch.cancel())
    except BaseExceptionGroup as errors:
        expected, others = errors.split((StorageError, CrawlerError))
        if expected is None or others is not None:
            raise
        _forget_cancellations(task, before)
        raise _first(expected) from errors


def _forget_cancellations(task: asyncio.Task[object], before: int) -> None:
    """Take back what a task group that failed asked of its task, and did not take back itself.

    Python 3.11 leaves the request counted, and by that count the `asyncio.timeout` of 3.11.2 ends
    the task in place of the wait: a daemon that waited for space on the disk was gone.
    """
    while task.cancelling() > before:
        task.uncancel()


async def _cut_short(work: asyncio.Task[None], stopping: Stopping, drain: float) -> None:
    await stopping.stop.wait()
    _log.info("draining", seconds=drain)
    await _pause(stopping.hurry, drain)
    work.cancel()


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than some seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error that stands in nested groups."""
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
