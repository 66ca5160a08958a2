"""The health of a crawler: the problems that its operator has to know at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from crawler.config import Config
from crawler.daemon import state
from crawler.daemon.state import DaemonState, JobState
from crawler.runtime.background import TaskState
from crawler.runtime.resources import free_bytes
from storage.crawl import polls
from storage.errors import StorageError
from storage.monitoring import alerts
from storage.search import index
from storage.sqlite.database import open_corpus
from storage.sqlite.files import LONG_LOG, log_bytes
from storage.sqlite.lock import writer_of

LATE = timedelta(minutes=30)  # a due source waits longer only if no daemon polls


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of a crawler, which is healthy if it has no problems."""

    problems: tuple[str, ...]
    writer: str | None  # the process that writes to the store
    sources: int = 0
    late_sources: int = 0
    last_poll_at: datetime | None = None
    not_indexed: int = 0
    free_bytes: int = 0
    log_bytes: int = 0  # of the store's write-ahead log
    is_store_busy: bool = False  # another program holds it, and the daemon waits
    damaged_archive_files: int = 0  # shorter than the store names, or missing
    failed_parser_starts: int = 0  # in a row
    tasks: tuple[TaskState, ...] = ()  # the background tasks of the daemon
    jobs: tuple[JobState, ...] = ()  # those that go by the clock, at most half a minute old


def examine(config: Config, now: datetime) -> Health:
    """Examine a store from outside, while a daemon may write to it."""
    store = config.store
    writer = writer_of(store)
    inside = state.read(store, writer)
    problems = [*_troubles(inside), *_log_troubles(store)]
    if not writer:
        problems.append(f"no daemon writes to {store}: start `drawdown run`")
    try:
        with open_corpus(store) as connection:
            found = _examine(config, connection, now, problems)
    except StorageError as error:
        found = Health(problems=(*problems, str(error)), writer=writer)
    return replace(
        found,
        writer=writer,
        log_bytes=log_bytes(store),
        is_store_busy=inside.is_store_busy,
        damaged_archive_files=inside.damaged_archive_files,
        failed_parser_starts=inside.parsers.failed_starts,
        tasks=inside.tasks,
        jobs=inside.jobs,
    )


def _troubles(inside: DaemonState) -> Iterator[str]:
    """Yield the problems that a daemon reports of itself."""
    if inside.is_store_busy:
        yield "another program holds the store, nothing is stored meanwhile: end that program"
    if inside.damaged_archive_files:
        yield (
            f"{inside.damaged_archive_files} files of the archive have lost pages: `drawdown "
            "verify` names them, restore the files from a backup"
        )
    if inside.parsers.failed_starts:
        yield (
            f"parser processes do not start ({inside.parsers.failed_starts} in a row): is there "
            "memory, and are drawdown.limits.worker_bytes enough?"
        )
    for task in inside.tasks:
        if task.next_try_at is not None:
            yield (
                f"the background task {task.name!r} failed {task.in_a_row} times in a row, next "
                f"try at {task.next_try_at:%H:%M:%S} UTC: {task.last_error}"
            )


def _log_troubles(store: Path) -> Iterator[str]:
    """Yield that a reader keeps the store's log from being emptied."""
    size = log_bytes(store)
    if size > LONG_LOG:
        yield (
            f"{store}-wal has {size:,} bytes: a reader keeps the store's log from being emptied; "
            "end it (an export that waits, a notebook, a sqlite3 shell)"
        )


def _examine(
    config: Config,
    connection: Connection,
    now: datetime,
    problems: list[str],
) -> Health:
    late = polls.overdue(connection, now - LATE)
    if late:
        problems.append(
            f"{late} sources have been due for more than {LATE.total_seconds() / 60:g} minutes: "
            "`drawdown status` names them"
        )
    if refusing := alerts.refusing(connection):
        problems.append(f"{refusing} addresses refuse alerts: `drawdown alert list` says why")
    free = free_bytes(config.store)
    least = config.drawdown.limits.least_free_bytes
    if free < least:
        problems.append(f"{free:,} bytes are free on the disk of {config.store}, {least:,} needed")
    return Health(
        problems=tuple(problems),
        writer=None,
        sources=len(config.sources()),
        late_sources=late,
        last_poll_at=polls.newest(connection),
        not_indexed=index.lag(connection),
        free_bytes=free,
    )
