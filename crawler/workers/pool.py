"""Parsers in processes that can be killed: a hang or a crash costs one page, never the crawler.

No timeout of asyncio stops a C parser or a regular expression; a signal does.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from crawler import log
from crawler.dedupe.revisions import Change
from crawler.errors import FeedUnreadable, FetchError, WorkerFailed
from crawler.fetch.robots_rules import RuleList
from crawler.workers.jobs import Changes, ChangesJob, PageJob, RobotsJob, SourceJob
from crawler.workers.worker import WALL_SECONDS, NotStarted, WorkerLost, WorkerProcess
from storage.records.model import FeedReading, PageReading
from storage.records.outcome import Outcome

T = TypeVar("T", FeedReading, PageReading, Changes, RuleList)

_LIFETIME = 2000  # jobs, after which a worker is replaced: allocators fragment
_IDLE_SECONDS = 60.0  # without a job a worker is ended: it holds 60 MB, and starts in two seconds
_ATTEMPTS = 5  # starts in a row that may fail: then the job is lost, or the program ends
FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0  # seconds between two starts, doubled each time
_log = log.get("workers")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolState:
    """Whether parser processes start. Starts that fail side by side count as one."""

    has_started: bool = False  # at least one, since the pool is open
    failed_starts: int = 0  # in a row, up to now
    failing_since: datetime | None = None  # UTC; None where the last start succeeded


class WorkerPool:
    """A few workers, handed one job each. Use as `async with WorkerPool.open(...) as workers`."""

    def __init__(
        self,
        count: int,
        timeout: float,
        memory_bytes: int,
        topic_file: str = "",
        *,
        wall_seconds: float = WALL_SECONDS,
        first_pause: float = FIRST_PAUSE,
    ):
        self._start_process = partial(
            WorkerProcess.start,
            memory_bytes=memory_bytes,
            cpu_seconds=timeout,
            topic_file=topic_file,
            wall_seconds=wall_seconds,
        )
        self._first_pause = first_pause
        self._idle: asyncio.LifoQueue[WorkerProcess | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._idle.put_nowait(None)  # a place, filled when it is first needed
        self._all: set[WorkerProcess] = set()
        self._state = PoolState()
        self._failed_at = 0.0  # monotonic, of the last failed start that was counted

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        count: int,
        timeout: float,
        memory_bytes: int,
        topic_file: Path | None = None,
        idle_seconds: float = _IDLE_SECONDS,
        wall_seconds: float = WALL_SECONDS,
        first_pause: float = FIRST_PAUSE,
    ) -> AsyncIterator[Self]:
        """Keep `count` processes, each job limited to `timeout` seconds of CPU and to the memory.

        A process without a job for `idle_seconds` is ended; `wall_seconds` are the backstop of a
        job that gets no CPU, and `first_pause` comes after a start that failed.
        """
        pool = cls(
            count,
            timeout,
            memory_bytes,
            str(topic_file or ""),
            wall_seconds=wall_seconds,
            first_pause=first_pause,
        )
        resting = asyncio.create_task(pool._end_idle(idle_seconds))
        try:
            yield pool
        finally:
            resting.cancel()
            for worker in list(pool._all):
                await worker.kill()

    @property
    def state(self) -> PoolState:
        """Whether parser processes start, for those who watch over the daemon."""
        return self._state

    @property
    def pids(self) -> frozenset[int]:
        """The processes that are kept, at a job or idle."""
        return frozenset(worker.pid for worker in self._all)

    async def _end_idle(self, idle_seconds: float) -> None:
        """Stop workers that have been idle for `idle_seconds`, until cancelled."""
        while True:
            await asyncio.sleep(idle_seconds / 4)
            before = time.monotonic() - idle_seconds
            places = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
            ended = [one for one in places if one is not None and one.used_at < before]
            for place in places[::-1]:  # the one used last is on top again
                self._idle.put_nowait(None if place in ended else place)
            for worker in ended:
                await self._end(worker)

    async def read_source(self, job: SourceJob) -> FeedReading:
        """Read entries.

        Raises FeedUnreadable, or FetchError where a challenge is in place of the list, or the
        parser was lost.
        """
        return await self._do("source", job, job.url, FeedReading)

    async def read_page(self, job: PageJob) -> PageReading:
        """Read an article. Raises FetchError where the parser was lost."""
        return await self._do("page", job, job.url, PageReading)

    async def find_changes(self, job: ChangesJob) -> tuple[Change, ...]:
        """Compare two texts of an article. Raises FetchError where the parser was lost."""
        return (await self._do("changes", job, job.url, Changes)).kinds

    async def read_robots(self, job: RobotsJob) -> RuleList:
        """Parse a robots.txt. Raises FetchError where the parser was lost."""
        return await self._do("robots", job, job.url, RuleList)

    async def _do(self, name: str, job: object, url: str, kind: type[T]) -> T:
        frame = await self._ask(msgspec.msgpack.encode((name, job)), url)
        status, payload = msgspec.msgpack.decode(frame, type=tuple[str, msgspec.Raw])
        if status == "ok":
            return msgspec.msgpack.decode(payload, type=kind)
        message = msgspec.msgpack.decode(payload, type=str)
        if status == "challenged":
            raise FetchError(Outcome.BLOCKED, url, message)
        if status == "unreadable":
            raise FeedUnreadable(message)
        _log.error("parser failed", url=url, detail=message)
        raise FetchError(Outcome.PARSE_CRASH, url, message.strip().splitlines()[-1][:300])

    async def _ask(self, payload: bytes, url: str) -> bytes:
        """Give a job to an idle worker; replace the one that does not come back."""
        worker = await self._idle.get()
        try:
            if worker is None:
                worker = await self._start(url)
            try:
                return await worker.ask(payload)
            except WorkerLost as lost:
                if lost.is_taken:
                    raise
                _log.warning("parser replaced", detail=lost.detail)
            worker = await self._replace(worker, url)
            return await worker.ask(payload)
        except WorkerLost as lost:
            raise _failure(lost, url) from lost
        finally:
            await self._put_back(worker)

    async def _put_back(self, worker: WorkerProcess | None) -> None:
        """Give the place free: with its worker, unless that is lost, worn out or still at a job."""
        kept = worker if worker and worker.is_idle and worker.jobs < _LIFETIME else None
        try:
            if worker is not kept and worker is not None:
                await self._end(worker)
        finally:
            self._idle.put_nowait(kept)

    async def _replace(self, dead: WorkerProcess, url: str) -> WorkerProcess:
        await self._end(dead)
        return await self._start(url)

    async def _end(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        await worker.kill()

    async def _start(self, url: str) -> WorkerProcess:
        """Start a worker, after a pause again where that fails.

        Raises FetchError when it has failed too often for this job, WorkerFailed when no worker
        has ever started: then the configuration is wrong, not the moment.
        """
        detail = ""
        for _ in range(_ATTEMPTS):
            began = time.monotonic()
            try:
                worker = await self._start_process()
            except NotStarted as error:
                detail = str(error)
                await asyncio.sleep(self._note_failure(began, detail))
            else:
                self._all.add(worker)
                self._note_success()
                return worker
        raise FetchError(Outcome.PARSE_CRASH, url, f"no parser process starts ({detail})")

    def _note_success(self) -> None:
        if self._state.failed_starts:
            _log.info("parser started again", failed_starts=self._state.failed_starts)
        self._state = PoolState(has_started=True)

    def _note_failure(self, began: float, detail: str) -> float:
        """Count a start that failed; return the seconds until the next. Raises WorkerFailed."""
        if began >= self._failed_at:  # else another that ran at the same time is counted already
            self._failed_at = time.monotonic()
            self._state = replace(
                self._state,
                failed_starts=self._state.failed_starts + 1,
                failing_since=self._state.failing_since or datetime.now(UTC),
            )
        failed = self._state.failed_starts
        if failed >= _ATTEMPTS and not self._state.has_started:
            raise WorkerFailed(
                f"no parser process starts, the last of {failed} attempts ended with: {detail}; "
                "see its error output above, and drawdown.limits.worker_bytes may be too small"
            )
        pause = min(self._first_pause * 2.0 ** min(failed - 1, 10), _LONGEST_PAUSE)
        _log.warning("parser not started", attempt=failed, next_try_seconds=pause, detail=detail)
        return pause


def _failure(lost: WorkerLost, url: str) -> FetchError:
    """Log a worker that was lost at a job, and return what the page came to."""
    if lost.outcome is Outcome.PARSE_TIMEOUT:
        _log.warning("parser killed", url=url, detail=lost.detail)
    else:
        _log.warning("parser died", url=url, detail=lost.detail)
    return FetchError(lost.outcome, url, lost.detail)
