"""A daemon notes that it lives, so that the gap ledger knows when none did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from sqlite3 import Connection

from crawler import log
from crawler.beside import beside
from crawler.notices import tell
from storage import notices, running
from storage.database import Database
from storage.errors import StorageError
from storage.notices import Notice

_BEAT = 60.0  # seconds
_log = log.get("daemon")


@asynccontextmanager
async def beating(database: Database) -> AsyncIterator[None]:
    """Note the start, a sign of life a minute, and the end. Raises StorageError."""
    row, notice = await database.write(partial(_begin, now=datetime.now(UTC)))
    if notice is not None:
        tell(notice)
    async with beside(partial(_beat, database, row)):
        yield
    await database.write(partial(running.end, row=row, now=datetime.now(UTC)))


def _begin(connection: Connection, now: datetime) -> tuple[int, Notice | None]:
    """Note a start, and whether the last run did not end in order."""
    row, alive_at = running.begin(connection, now)
    if alive_at is None:
        return row, None
    detail = f"its last sign of life was at {alive_at:%Y-%m-%d %H:%M:%S} UTC"
    notice = Notice(at=now, kind="last run cut short", detail=detail)
    notices.add(connection, notice)
    return row, notice


async def _beat(database: Database, row: int) -> None:
    while True:
        await asyncio.sleep(_BEAT)
        try:
            await database.write(partial(running.beat, row=row, now=datetime.now(UTC)))
        except StorageError as error:  # a full disk, say: told by those who fetch
            _log.debug("no sign of life", detail=str(error))
