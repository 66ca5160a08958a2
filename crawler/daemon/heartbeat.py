"""Stores that a daemon is alive, so that the times without one are known as gaps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from sqlite3 import Connection

from crawler import log
from crawler.alerts.notify import tell
from storage.crawl import clock
from storage.errors import StoreBusy, StoreFull
from storage.monitoring import notices, running
from storage.monitoring.notices import Notice
from storage.sqlite.database import Database
from storage.sqlite.files import LONG_LOG, log_bytes

_CHECK_SECONDS = 5.0
LAST = 5.0  # seconds to store the end: a busy store must not delay a stop
_log = log.get("daemon")


@asynccontextmanager
async def noted(database: Database, last: float = LAST) -> AsyncIterator[int]:
    """Store the start and the end of a run; yield its row. Raises StorageError at the start.

    The end has `last` seconds to be stored.
    """
    row, notice = await database.write(_begin, now=datetime.now(UTC))
    if notice is not None:
        tell(notice)
    yield row
    try:
        async with asyncio.timeout(last):
            await database.write(
                running.end,
                row=row,
                now=datetime.now(UTC),
            )
    except (StoreBusy, StoreFull, TimeoutError) as error:
        # The next start knows the last sign of life of this run.
        _log.warning(
            "end not noted",
            detail=str(error) or f"not stored in {last:g} s",
        )


def _begin(connection: Connection, now: datetime) -> tuple[int, Notice | None]:
    """Store a start; return its row, and a notice if the last run did not end in order."""
    row, alive_at = running.begin(connection, now)
    if alive_at is None:
        return row, None
    detail = f"its last sign of life was at {alive_at:%Y-%m-%d %H:%M:%S} UTC"
    notice = Notice(at=now, kind="last run cut short", detail=detail)
    notices.add(connection, notice)
    return row, notice


async def beat(database: Database, row: int) -> None:
    """Store a sign of life. Raises StorageError."""
    await database.write(
        _beat,
        row=row,
        now=datetime.now(UTC),
    )


def _beat(connection: Connection, row: int, now: datetime) -> None:
    running.beat(connection, row, now)
    clock.note(connection, now)


async def watch_store(database: Database) -> None:
    """Watch the files of the store, until cancelled.

    Reports a log that grew beside a reader, once each time. Raises StoreMissing where a file was
    deleted or replaced: what is written afterwards would be lost.
    """
    was_long = False
    while True:
        database.check_files()
        size = log_bytes(database.path)
        is_long = size > LONG_LOG
        if is_long and not was_long:
            _log.warning(
                "store log long",
                bytes=size,
                detail="a reader keeps it: end that reader",
            )
        was_long = is_long
        await asyncio.sleep(_CHECK_SECONDS)
