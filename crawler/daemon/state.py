"""The state of a running daemon, in a file that `drawdown health` reads.

A file and no table, since it also reports that the store cannot be written.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.alerts.delivery import Watch
from crawler.daemon.jobs import DIGEST
from crawler.pipeline.assembly import Crawler
from crawler.runtime.background import BackgroundTasks, TaskState
from crawler.schedule.timetable import Timetable

_RUN_TIMES_SECONDS = 30.0  # between two writes of run times, which always change: disks may sleep


class Parsers(msgspec.Struct, frozen=True):
    """The starts of parser processes that failed in a row, and the time of the first."""

    failed_starts: int = 0
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobState:
    """The last and the next run of a job of a daemon, and its last failure."""

    name: str
    last_run_at: datetime | None = None
    next_run_at: datetime | None = None
    failures: int = 0  # since the start of the daemon
    last_error: str | None = None


class DaemonState(msgspec.Struct, frozen=True):
    """The state of a daemon that only the daemon itself knows."""

    process: str = ""
    is_store_busy: bool = False
    damaged_archive_files: int = 0  # shorter than the store names, or missing
    parsers: Parsers = Parsers()
    tasks: tuple[TaskState, ...] = ()
    jobs: tuple[JobState, ...] = ()


def state_of(
    crawler: Crawler, tasks: BackgroundTasks, timetable: Timetable, alerts: Watch
) -> DaemonState:
    """Return the state of a daemon now."""
    return DaemonState(
        process=str(os.getpid()),
        is_store_busy=crawler.database.is_busy,
        damaged_archive_files=len(crawler.archive.damaged),
        parsers=_parsers(crawler),
        tasks=tasks.states,
        jobs=tuple(_jobs(tasks, timetable, alerts)),
    )


def _jobs(
    tasks: BackgroundTasks,
    timetable: Timetable,
    alerts: Watch,
) -> Iterator[JobState]:
    """Yield the jobs; the next run of a job that failed is its next try."""
    states = {state.name: state for state in tasks.states}
    for job in timetable.times():
        state = states.get(job.name, TaskState(job.name))
        broken = alerts.broken.get(job.name.removeprefix(DIGEST))
        yield JobState(
            name=job.name,
            last_run_at=job.last_run_at,
            next_run_at=state.next_try_at or job.next_run_at,
            failures=state.failures,
            last_error=state.last_error or broken,
        )


def _parsers(crawler: Crawler) -> Parsers:
    pool = getattr(crawler.workers, "state", None)  # parsers in this process have none
    if pool is None:
        return Parsers()
    return Parsers(
        failed_starts=pool.failed_starts,
        failing_since=pool.failing_since,
    )


def read(store: Path, process: str | None) -> DaemonState:
    """Return the state of the process that writes to a store; an empty one if it has none."""
    try:
        state = msgspec.json.decode(
            _file_of(store).read_bytes(),
            type=DaemonState,
        )
    except (OSError, msgspec.DecodeError):
        return DaemonState()
    return state if state.process == process else DaemonState()


@contextmanager
def removed(store: Path) -> Iterator[None]:
    """Remove the state file of a store when the block ends."""
    try:
        yield
    finally:
        _file_of(store).unlink(missing_ok=True)


class Publisher:
    """Writes the file if the state has changed; if only run times have, twice a minute."""

    def __init__(self, store: Path, state: Callable[[], DaemonState]):
        self._file = _file_of(store)
        self._state = state
        self._written: DaemonState | None = None
        self._written_at = 0.0  # by the clock of the loop

    async def publish(self) -> None:
        """Write the state if it has changed. Raises OSError."""
        state = self._state()
        now = asyncio.get_running_loop().time()
        lasting = msgspec.structs.replace(
            state,
            jobs=tuple(map(_without_times, state.jobs)),
        )
        is_recent = now - self._written_at < _RUN_TIMES_SECONDS
        if lasting == self._written and is_recent:
            return
        _write(self._file, msgspec.json.encode(state))
        self._written = lasting
        self._written_at = now


def _without_times(job: JobState) -> JobState:
    return replace(job, last_run_at=None, next_run_at=None)


def _write(file: Path, data: bytes) -> None:
    """Replace the file in one step, so that nobody reads half of it."""
    partial = file.with_name(f".{file.name}.partial")
    partial.write_bytes(data)
    partial.replace(file)


def _file_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.state")
