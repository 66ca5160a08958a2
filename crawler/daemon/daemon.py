"""Start, drain, stop: a run from its configuration to its last commit.

Which failure starts what again, and which ends the daemon: docs/decisions/0015-supervision.md.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from crawler import log
from crawler.alerts.delivery import LAST, Watch, keep_watch, open_watch
from crawler.config import Config
from crawler.daemon import clock, daily_checks, heartbeat, indexing, monitoring
from crawler.daemon.jobs import Digests, Intervals
from crawler.daemon.reloading import Reloader, at_hangup
from crawler.daemon.state import Publisher, removed, state_of
from crawler.daemon.systemd import Manager
from crawler.errors import CrawlerError
from crawler.pipeline.assembly import Crawler, Parts, open_crawler
from crawler.pipeline.tally import Tally
from crawler.runtime.background import BackgroundTasks, Backoff, leading
from crawler.runtime.eventloop import forget_cancellations, pause
from crawler.schedule.timetable import Job, Timetable
from storage.crawl import polls
from storage.errors import StorageError, StoreBusy, StoreFull

_LASTING = 300.0  # seconds of work after which a failure of the store is a new one
_CLOSING = 30.0  # seconds after the drain for the last commits, at most
_log = log.get("daemon")


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long a daemon waits before it tries again what failed."""

    full: Backoff = Backoff(first=30.0, most=30.0)  # noqa: RUF009 - it never changes
    busy: Backoff = Backoff(first=1.0, most=60.0)  # noqa: RUF009
    tasks: Backoff = Backoff()  # noqa: RUF009
    last_note: float = heartbeat.LAST  # seconds that a busy store gets for the note of the end


async def once(
    config: Config,
    watch: Callable[[Tally], None] | None = None,
    *,
    parts: Parts | None = None,
) -> Tally:
    """Process everything that is due, then stop. `watch` is given the tally before the first fetch.

    A bug of the alerts is logged and named in `failures` of the tally. Raises StorageError or
    TopicError.
    """
    now = datetime.now(UTC)
    async with (
        open_crawler(config, polls_until=now, parts=parts) as crawler,
        signals() as stopping,
    ):
        if watch is not None:
            watch(crawler.tally)
        alerts = await open_watch(crawler.database, config)
        await work(crawler, stopping, until_idle=True)
        await indexing.catch_up(crawler.database)
        crawler.tally.failures.extend(await _send_alerts(alerts))
        return crawler.tally


async def _send_alerts(alerts: Watch) -> list[str]:
    """Send what is due; return what went wrong, which is logged. Raises StorageError."""
    try:
        while await alerts.step():
            pass
    except StorageError:
        raise
    except Exception:  # the articles are stored, and the round says how it went: decision 15
        _log.exception("alerts failed")
        return ["alerts"]
    return [f"alert {name}: {bug}" for name, bug in alerts.broken.items()]


async def run(
    config: Config,
    pauses: Pauses | None = None,
    *,
    every: Intervals | None = None,
    parts: Parts | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, which drains; a second one cuts short.

    SIGHUP, or a change of sources.toml, takes over its outlets. A store that another program holds
    is waited for, also at the start. Raises StorageError, CrawlerError, or a bug of the core.
    """
    pauses, every = pauses or Pauses(), every or Intervals()
    failures = 0
    async with signals() as stopping:
        while not stopping.stop.is_set():
            try:
                await _run_opened(config, pauses, stopping, every=every, parts=parts)
            except StoreBusy as error:
                failures += 1
                _log.error("store busy", detail=str(error))
                await pause(stopping.stop, pauses.busy.seconds(failures))
    _log.info("stopped")


async def _run_opened(
    config: Config,
    pauses: Pauses,
    stopping: "Stopping",
    *,
    every: Intervals,
    parts: Parts | None,
) -> None:
    """Open everything and work until a stop is asked for; without a word where that was before."""
    with stopping.cuts_short() as opened:
        async with open_crawler(config, parts=parts) as crawler:
            alerts = await open_watch(crawler.database, config)
            async with heartbeat.noted(crawler.database, pauses.last_note) as row:
                opened()
                await _run_supervised(crawler, alerts, row, pauses, stopping, every=every)


async def _run_supervised(
    crawler: Crawler,
    alerts: Watch,
    row: int,
    pauses: Pauses,
    stopping: "Stopping",
    *,
    every: Intervals,
) -> None:
    """Work, with the background tasks of a daemon around it."""
    database, store = crawler.database, crawler.config.store
    tasks, timetable = BackgroundTasks(pauses.tasks), Timetable()
    manager, prove = Manager(), partial(_prove, crawler)
    publisher = Publisher(store, partial(state_of, crawler, tasks, timetable, alerts))

    def add(name: str, seconds: float, work: Job, *, first: float = 0.0) -> None:
        timer = timetable.every(name, seconds, first=first)
        tasks.add(name, partial(timer.repeat, work))

    with timetable.running(), monitoring.served(crawler, tasks), removed(store):
        add("polling", every.polling, partial(_look_for_due, crawler))
        add("heartbeat", every.heartbeat, partial(heartbeat.beat, database, row),
            first=every.heartbeat)  # fmt: skip
        add("search index", every.search_index, indexing.Indexer(database).keep_up)
        add("daily checks", every.daily_checks, partial(daily_checks.look, database),
            first=every.first_checks)  # fmt: skip
        add("health", every.health, publisher.publish)
        alerting = timetable.every("alerts", every.alerts)
        digests = Digests(timetable, alerting)
        digests.plan(crawler.config)
        tasks.add("alerts", partial(keep_watch, alerts, alerting), finish=alerting.finish,
                  grace=LAST)  # fmt: skip
        reloading = timetable.every("reload", every.reload)
        reloader = Reloader(crawler, alerts, reloading, digests.plan)
        tasks.add("reload", reloader.watch)
        # These go by the monotonic clock: decision 15.
        tasks.add("clock", partial(clock.watch, database, timetable.adjust))
        tasks.add("watchdog", partial(manager.keep_alive, prove))
        with at_hangup(reloader.ask):
            async with tasks.running():
                await manager.ready(prove)
                await _work_until_stopped(crawler, stopping, pauses)


async def _look_for_due(crawler: Crawler) -> None:
    """Let the loop look for sources and URLs that are due."""
    crawler.loop.wake()


async def _prove(crawler: Crawler) -> str:
    """Pass through this loop and the store; return what the daemon is about."""
    due = await crawler.database.read(polls.overdue, now=datetime.now(UTC))
    queue, listed = crawler.queue, len(crawler.config.sources())
    busy = "the store is busy; " if crawler.database.is_busy else ""
    return (
        f"{busy}{listed} sources, {due} due; {queue.in_flight} fetches, {len(queue)} URLs waiting"
    )


async def _work_until_stopped(crawler: Crawler, stopping: "Stopping", pauses: Pauses) -> None:
    """Work; after a full disk or a busy store wait, and work again."""
    config = crawler.config
    _log.info("started", store=str(config.store), sources=len(config.sources()))
    failures, began = 0, asyncio.get_running_loop().time()
    while not stopping.stop.is_set():
        try:
            await work(crawler, stopping, until_idle=False)
        except (StoreFull, StoreBusy) as error:
            is_full = isinstance(error, StoreFull)
            backoff = pauses.full if is_full else pauses.busy
            now = asyncio.get_running_loop().time()
            failures = 1 if now - began > _LASTING else failures + 1
            _log.error("store full" if is_full else "store busy", detail=str(error))
            # The store still has what was claimed, so it is claimed again.
            crawler.queue.reset()
            crawler.loop.wake()
            await pause(stopping.stop, backoff.seconds(failures))
            began = asyncio.get_running_loop().time()


@dataclass(slots=True)
class Stopping:
    """The two requests to stop: drain, and do not even drain."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    _opening: "asyncio.Task[object] | None" = None

    def request(self) -> None:
        """Take one request: the first drains, the second hurries; an opening is broken off."""
        (self.hurry if self.stop.is_set() else self.stop).set()
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None

    @contextmanager
    def cuts_short(self) -> Iterator[Callable[[], None]]:
        """End the block at a request to stop, until what is yielded is called: all is open then."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        before = task.cancelling()
        self._opening = task

        def opened() -> None:
            self._opening = None

        try:
            yield opened
        except asyncio.CancelledError:
            if not self.stop.is_set() or task.cancelling() <= before:
                raise
            forget_cancellations(task, before)
        finally:
            self._opening = None


@asynccontextmanager
async def signals() -> AsyncIterator[Stopping]:
    """Turn SIGTERM and SIGINT into requests while the block runs."""
    stopping = Stopping()
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
    drain = crawler.config.drawdown.limits.drain.total_seconds()
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
        forget_cancellations(task, before)
        raise leading(expected) from errors


async def _cut_short(work: asyncio.Task[None], stopping: Stopping, drain: float) -> None:
    await stopping.stop.wait()
    _log.info("draining", seconds=drain)
    Manager().stopping(drain + _CLOSING)
    await pause(stopping.hurry, drain)
    work.cancel()
