"""The run of a daemon, from its configuration to its last commit.

The failures that restart a task, and those that end the daemon: docs/decisions/0015-supervision.md.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from crawler import log
from crawler.alerts.delivery import LAST, Watch, keep_watch, open_watch
from crawler.config import Config
from crawler.daemon import (
    clock,
    daily_checks,
    grouping,
    heartbeat,
    indexing,
    live_feeds,
    monitoring,
    page,
)
from crawler.daemon.jobs import Digests, Intervals
from crawler.daemon.reloading import Reloader, at_hangup
from crawler.daemon.state import Publisher, removed, state_of
from crawler.daemon.stopping import Stopping, signals
from crawler.daemon.systemd import Manager
from crawler.errors import CrawlerError
from crawler.pipeline.assembly import Crawler, Parts, open_crawler
from crawler.pipeline.tally import Tally
from crawler.runtime.background import BackgroundTasks, Backoff, leading
from crawler.runtime.eventloop import forget_cancellations, pause
from crawler.schedule.timetable import Job, Timetable
from storage.crawl import polls, requested
from storage.errors import StorageError, StoreBusy, StoreFull

_LASTING_SECONDS = 300.0  # of work, after which failures of the store are counted from one
_CLOSING_SECONDS = 30.0  # after the drain, for the last commits
_log = log.get("daemon")


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of a daemon before it retries after a failure."""

    full: Backoff = Backoff(first=30.0, most=30.0)  # noqa: RUF009 - it never changes
    busy: Backoff = Backoff(first=1.0, most=60.0)  # noqa: RUF009
    tasks: Backoff = Backoff()  # noqa: RUF009
    last_note: float = heartbeat.LAST  # seconds to store the end of the run


async def once(
    config: Config,
    watch: Callable[[Tally], None] | None = None,
    *,
    parts: Parts | None = None,
) -> Tally:
    """Process everything that is due, then stop. `watch` gets the tally before the first fetch.

    An unexpected error of alerts is logged, and named in `failures` of the tally. Raises
    StorageError or TopicError.
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
        await grouping.catch_up(crawler.database, crawler.config.topic_file)
        crawler.tally.failures.extend(await _send_alerts(alerts))
        crawler.tally.failures.extend(await _write_feeds(crawler))
        return crawler.tally


async def _write_feeds(crawler: Crawler) -> list[str]:
    """Write the feeds of saved queries; return the failure of a file. Raises StorageError."""
    try:
        await live_feeds.keep(crawler)
    except OSError as error:
        _log.error("feed not written", file=error.filename, detail=error.strerror)
        return [f"feed {error.filename}: {error.strerror}"]
    return []


async def _send_alerts(alerts: Watch) -> list[str]:
    """Send the due messages; return the failures, which are logged. Raises StorageError."""
    try:
        while await alerts.step():
            pass
    except StorageError:
        raise
    except Exception:  # the articles are stored, and the round reports the failure: decision 15
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
    """Crawl until SIGTERM or SIGINT; fetches in progress finish, unless a second signal arrives.

    After SIGHUP, or a change of sources.toml, its outlets take effect. If another program holds
    the store, the daemon waits, also at the start. Raises StorageError, CrawlerError, or an
    unexpected error of the crawl.
    """
    pauses = pauses or Pauses()
    every = every or Intervals()
    failures = 0
    async with signals() as stopping:
        while not stopping.stop.is_set():
            try:
                await _run_opened(
                    config,
                    pauses,
                    stopping,
                    every=every,
                    parts=parts,
                )
            except StoreBusy as error:
                failures += 1
                _log.error("store busy", detail=str(error))
                await pause(stopping.stop, pauses.busy.seconds(failures))
    _log.info("stopped")


async def _run_opened(
    config: Config,
    pauses: Pauses,
    stopping: Stopping,
    *,
    every: Intervals,
    parts: Parts | None,
) -> None:
    """Open everything and crawl until a stop is requested; return if it was requested before."""
    with stopping.cuts_short() as opened:
        async with open_crawler(config, parts=parts) as crawler:
            alerts = await open_watch(crawler.database, config)
            async with heartbeat.noted(
                crawler.database,
                pauses.last_note,
            ) as row:
                opened()
                await _run_supervised(
                    crawler,
                    alerts,
                    row,
                    pauses,
                    stopping,
                    every=every,
                )


async def _run_supervised(
    crawler: Crawler,
    alerts: Watch,
    row: int,
    pauses: Pauses,
    stopping: Stopping,
    *,
    every: Intervals,
) -> None:
    """Crawl, with the background tasks of a daemon."""
    database = crawler.database
    store = crawler.config.store
    tasks = BackgroundTasks(pauses.tasks)
    timetable = Timetable()
    manager = Manager()
    status = partial(_status, crawler)
    publisher = Publisher(
        store,
        partial(state_of, crawler, tasks, timetable, alerts),
    )

    def add(
        name: str,
        seconds: float,
        work: Job,
        *,
        first: float = 0.0,
    ) -> None:
        timer = timetable.every(name, seconds, first=first)
        tasks.add(name, partial(timer.repeat, work))

    with timetable.running(), monitoring.served(crawler, tasks), removed(store):
        add("polling", every.polling, partial(_wake, crawler))
        beat = partial(heartbeat.beat, database, row)
        add("heartbeat", every.heartbeat, beat, first=every.heartbeat)
        add("search index", every.search_index, indexing.Indexer(database).keep_up)
        grouper = grouping.Grouper(database, grouping.near_misses(crawler.config.topic_file))
        add("stories", every.stories, grouper.keep_up)
        add("query feeds", every.live_feeds, partial(live_feeds.keep, crawler))
        checks = partial(daily_checks.look, database)
        add("daily checks", every.daily_checks, checks, first=every.first_checks)
        add("health", every.health, publisher.publish)

        alerting = timetable.every("alerts", every.alerts)
        watching = partial(keep_watch, alerts, alerting)
        tasks.add("alerts", watching, finish=alerting.finish, grace=LAST)
        digests = Digests(timetable, alerting)
        digests.plan(crawler.config)
        reloading = timetable.every("reload", every.reload)
        reloader = Reloader(crawler, alerts, reloading, digests.plan)
        tasks.add("reload", reloader.watch)

        if crawler.config.web.port is not None:
            tasks.add("page", partial(page.serve, crawler.config.file))

        # These use the monotonic clock: decision 15.
        tasks.add("clock", partial(clock.watch, database, timetable.adjust))
        tasks.add("store files", partial(heartbeat.watch_store, database), is_fatal=True)
        tasks.add("watchdog", partial(manager.keep_alive, status))
        with at_hangup(reloader.ask):
            async with tasks.running():
                await manager.ready(status)
                await _work_until_stopped(crawler, stopping, pauses)


async def _wake(crawler: Crawler) -> None:
    """Make the loop check for due sources and URLs, after those that a command asked for."""
    urls = requested.take(crawler.config.store)
    if urls:
        due = await crawler.database.write(requested.make_due, urls, datetime.now(UTC))
        _log.info("polls requested", sources=due)
    crawler.loop.wake()


async def _status(crawler: Crawler) -> str:
    """Query the store from the event loop, so that a hang shows; return a status line."""
    due = await crawler.database.read(polls.overdue, now=datetime.now(UTC))
    queue = crawler.queue
    listed = len(crawler.config.sources())
    busy = "the store is busy; " if crawler.database.is_busy else ""
    return (
        f"{busy}{listed} sources, {due} due; {queue.in_flight} fetches, {len(queue)} URLs waiting"
    )


async def _work_until_stopped(
    crawler: Crawler,
    stopping: Stopping,
    pauses: Pauses,
) -> None:
    """Crawl; after a full disk or a busy store wait, and go on."""
    config = crawler.config
    _log.info(
        "started",
        store=str(config.store),
        sources=len(config.sources()),
    )
    failures = 0
    began = asyncio.get_running_loop().time()
    while not stopping.stop.is_set():
        try:
            await work(crawler, stopping, until_idle=False)
        except (StoreFull, StoreBusy) as error:
            is_full = isinstance(error, StoreFull)
            backoff = pauses.full if is_full else pauses.busy
            now = asyncio.get_running_loop().time()
            failures = 1 if now - began > _LASTING_SECONDS else failures + 1
            _log.error(
                "store full" if is_full else "store busy",
                detail=str(error),
            )
            # The store still has the claimed URLs, so they are claimed again.
            crawler.queue.reset()
            crawler.loop.wake()
            await pause(stopping.stop, backoff.seconds(failures))
            began = asyncio.get_running_loop().time()


async def work(
    crawler: Crawler,
    stopping: Stopping,
    *,
    until_idle: bool,
) -> None:
    """Run the loop; after a request to stop, let fetches finish within the drain limit.

    A cancelled fetch stays pending in the store, and is repeated at the next start.
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


async def _cut_short(
    work: asyncio.Task[None],
    stopping: Stopping,
    drain: float,
) -> None:
    await stopping.stop.wait()
    _log.info("draining", seconds=drain)
    Manager().stopping(drain + _CLOSING_SECONDS)
    await pause(stopping.hurry, drain)
    work.cancel()
