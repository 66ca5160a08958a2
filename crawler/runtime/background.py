"""Background tasks: named, supervised, started again with back-off, and shown in `health`.

docs/decisions/0015-supervision.md has the table: which failure starts what again, and which ends
the daemon.
"""

import asyncio
import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from crawler import log
from crawler.runtime.eventloop import forget_cancellations, pause
from storage.errors import StorageError, StoreBusy, StoreCorrupt, StoreFull

T = TypeVar("T")

_PASSES = (StoreBusy, StoreFull)  # trouble of the store that ends by itself or with more space
_log = log.get("daemon")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after some failures in a row: doubled each time, spread by a tenth."""

    first: float = 1.0  # seconds
    most: float = 300.0

    def seconds(self, failures: int) -> float:
        """Return the pause after so many failures in a row, in seconds."""
        doublings = min(max(failures - 1, 0), 30)
        delay: float = min(self.first * 2**doublings, self.most)
        return delay * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing


@dataclass(slots=True)
class TaskState:
    """How a background task is, for `health` and the metrics."""

    name: str
    is_running: bool = False
    failures: int = 0  # since the start of the daemon
    in_a_row: int = 0  # without a long run between them
    last_error: str | None = None
    next_try_at: datetime | None = None  # None while it runs


@dataclass(frozen=True, slots=True)
class _Job:
    """What a task does, and what follows from its failure."""

    work: Callable[[], Awaitable[None]]
    is_fatal: bool
    finish: Callable[[], None] | None
    grace: float
    state: TaskState


class BackgroundTasks:
    """The background tasks of a daemon. Add all of them, then enter `running`."""

    def __init__(self, backoff: Backoff | None = None):
        self._backoff = backoff or Backoff()
        self._jobs: list[_Job] = []
        self._closing = asyncio.Event()

    @property
    def states(self) -> tuple[TaskState, ...]:
        """How each task is, in the order in which they were added."""
        return tuple(job.state for job in self._jobs)

    def add(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        is_fatal: bool = False,
        finish: Callable[[], None] | None = None,
        grace: float = 0.0,
    ) -> None:
        """Add a task that runs until it is cancelled.

        Where it fails it is started again with back-off; a task that `is_fatal` ends the block.
        `finish` asks it to end by itself when the block ends; it gets `grace` seconds for that.
        """
        self._jobs.append(_Job(work, is_fatal, finish, grace, TaskState(name)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the tasks while the block runs.

        Raises what the block raises, StoreCorrupt of any task, and any error of a fatal one.
        """
        current = asyncio.current_task()
        assert current is not None  # noqa: S101 - a coroutine runs in a task
        before = current.cancelling()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {group.create_task(self._supervise(job)): job for job in self._jobs}
                try:
                    yield
                finally:
                    await self._close(tasks)
        except BaseExceptionGroup as errors:
            forget_cancellations(current, before)
            raise leading(errors) from errors

    async def _close(self, tasks: dict[asyncio.Task[None], _Job]) -> None:
        """Let those tasks finish that were promised time for it; cancel the others."""
        self._closing.set()
        asked = [task for task, job in tasks.items() if job.finish and not task.done()]
        for task, job in tasks.items():
            if job.finish is None:
                task.cancel()
            else:
                job.finish()
        if asked:
            await asyncio.wait(asked, timeout=max(tasks[task].grace for task in asked))
        for task in asked:
            task.cancel()

    async def _supervise(self, job: _Job) -> None:
        loop, state = asyncio.get_running_loop(), job.state
        while not self._closing.is_set():
            began = loop.time()
            state.is_running, state.next_try_at = True, None
            try:
                await job.work()
                return
            except StoreCorrupt:
                raise
            except Exception as error:  # the edge of a task: decision 15
                if job.is_fatal:
                    _log.exception("background task failed", task=state.name)
                    raise
                if loop.time() - began > self._backoff.most:
                    state.in_a_row = 0  # it worked for a while: this failure is a new one
                seconds = self._note(state, error)
            finally:
                state.is_running = False
            await pause(self._closing, seconds)

    def _note(self, state: TaskState, error: Exception) -> float:
        """Keep and log a failure; return after how many seconds the task is started again."""
        state.failures += 1
        state.in_a_row += 1
        seconds = self._backoff.seconds(state.in_a_row)
        state.last_error = described(error)
        state.next_try_at = datetime.now(UTC) + timedelta(seconds=seconds)
        if isinstance(error, _PASSES):
            _log.warning("background task waits", task=state.name, detail=str(error),
                         seconds=round(seconds, 1))  # fmt: skip
        else:
            _log.error("background task failed", task=state.name, seconds=round(seconds, 1),
                       exc_info=error)  # fmt: skip
        return seconds


async def all_of(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run coroutines at the same time; return their results in the order given.

    Raises the first error, after all others are cancelled and have ended.
    """
    current = asyncio.current_task()
    assert current is not None  # noqa: S101 - a coroutine runs in a task
    before = current.cancelling()
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except BaseExceptionGroup as errors:
        forget_cancellations(current, before)
        raise leading(errors) from errors
    return [task.result() for task in tasks]


def described(error: BaseException) -> str:
    """Return what an error is and where it was raised.

    The message of a bug is left out, since it may repeat text of a page: `forget` could not find
    it. Example: "KeyError at lexicon.py:178".
    """
    if isinstance(error, StorageError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def leading(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error of a group that decides what follows: one that does not pass by itself."""
    flat = list(_flat(errors))
    return next((one for one in flat if not isinstance(one, _PASSES)), flat[0])


def _flat(errors: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in errors.exceptions:
        found += _flat(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
