"""Start, drain, stop: a run from its configuration to its last commit."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from crawler import indexing, log, schedule
from crawler.alerts.watch import open_watch, watching
from crawler.assembly import Crawler, open_crawler
from crawler.config import Config
from crawler.errors import CrawlerError
from crawler.eventloop import pause
from crawler.service import clock, looking, monitoring
from crawler.service.heartbeat import beating
from crawler.service.reloading import reloading
from crawler.service.systemd import Manager
from crawler.steps.run import Run
from storage import polls
from storage.errors import StorageError, StoreFull

_FULL_SECONDS = 30.0  # how long a daemon waits for space before it tries again
_CLOSING = 30.0  # seconds after the drain for the last commits, at most
_log = log.get("daemon")


async def once(config: Config, watch: Callable[[Run], None] | None = None) -> Run:
    """Work everything that is due, then stop. `watch` is handed the run when it begins.

    Raises StorageError or TopicError.
    """
    now = datetime.now(UTC)
    async with open_crawler(config, polls_until=now) as crawler, signals() as stopping:
        if watch is not None:
            watch(crawler.run)
        alerts = await open_watch(crawler.run.database, config)
        await work(crawler, stopping, until_idle=True)
        await indexing.catch_up(crawler.run.database)
        while await alerts.step():
            pass
        return crawler.run


async def run(config: Config) -> None:
    """Work until told to stop: SIGTERM or SIGINT drains, a second one cuts short.

    SIGHUP, or a change of sources.toml, takes over its outlets.
    """
    async with open_crawler(config) as crawler, signals() as stopping:
        alerts = await open_watch(crawler.run.database, config)
        async with (
            beating(crawler.run.database),
            indexing.behind(crawler.run.database),
            looking.daily(crawler.run.database),
            watching(alerts),
            reloading(crawler, alerts),
            monitoring.served(crawler),
            Manager().told(partial(_prove, crawler)),
        ):
            with schedule.ticking(crawler.loop.wake) as restart:
                async with clock.watching(crawler.run.database, restart):
                    await _work_until_stopped(config, crawler, stopping)


async def _prove(crawler: Crawler) -> str:
    """Pass through this loop and the store; return what the daemon is about."""
    due = await crawler.run.database.read(partial(polls.overdue, now=datetime.now(UTC)))
    queue, listed = crawler.queue, len(crawler.run.config.sources())
    return f"{listed} sources, {due} due; {queue.in_flight} fetches, {len(queue)} URLs waiting"


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
            await pause(stopping.stop, _FULL_SECONDS)
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
    Manager().stopping(drain + _CLOSING)
    await pause(stopping.hurry, drain)
    work.cancel()


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error that stands in nested groups."""
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
