"""What a running daemon says of itself to other processes: `drawdown health` reads it.

A small file and no table, since it has to say that the store cannot be written.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.pipeline.assembly import Crawler
from crawler.runtime.background import BackgroundTasks, TaskState

_EVERY = 2.0  # seconds between two looks


class Parsers(msgspec.Struct, frozen=True):
    """Starts of parser processes that failed in a row, and since when."""

    failed_starts: int = 0
    failing_since: datetime | None = None


class DaemonState(msgspec.Struct, frozen=True):
    """How a daemon is inside."""

    process: str = ""
    is_store_busy: bool = False
    parsers: Parsers = Parsers()
    tasks: tuple[TaskState, ...] = ()


def state_of(crawler: Crawler, tasks: BackgroundTasks) -> DaemonState:
    """Return how a daemon is now."""
    return DaemonState(
        process=str(os.getpid()),
        is_store_busy=crawler.database.is_busy,
        parsers=_parsers(crawler),
        tasks=tasks.states,
    )


def _parsers(crawler: Crawler) -> Parsers:
    pool = getattr(crawler.workers, "state", None)  # parsers in this process have none
    if pool is None:
        return Parsers()
    return Parsers(failed_starts=pool.failed_starts, failing_since=pool.failing_since)


def read(store: Path, process: str | None) -> DaemonState:
    """Return what the process that writes to a store said of itself; nothing where none did."""
    try:
        state = msgspec.json.decode(_file_of(store).read_bytes(), type=DaemonState)
    except (OSError, msgspec.DecodeError):
        return DaemonState()
    return state if state.process == process else DaemonState()


@contextmanager
def removed(store: Path) -> Iterator[None]:
    """Remove the file of a store when the block ends."""
    try:
        yield
    finally:
        _file_of(store).unlink(missing_ok=True)


async def publish(store: Path, state: Callable[[], DaemonState]) -> None:
    """Write the file whenever the state has changed, until cancelled. Raises OSError."""
    written = b""
    while True:
        found = msgspec.json.encode(state())
        if found != written:
            _write(_file_of(store), found)
            written = found
        await asyncio.sleep(_EVERY)


def _write(file: Path, data: bytes) -> None:
    """Replace the file at once, so that nobody reads half of it."""
    partial = file.with_name(f".{file.name}.partial")
    partial.write_bytes(data)
    partial.replace(file)


def _file_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.state")
