"""A daemon notes that it lives, so that the gap ledger knows when none did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from crawler import log
from storage import running
from storage.database import Database
from storage.errors import StorageError

_BEAT = 60.0  # seconds
_log = log.get("daemon")


@asynccontextmanager
async def beating(database: Database) -> AsyncIterator[None]:
    """Note the start, a sign of life a minute, and the end. Raises StorageError."""
    row, cut_short = await database.write(partial(running.begin, now=datetime.now(UTC)))
    if cut_short is not None:
        _log.warning("last run cut short", alive=cut_short.isoformat(timespec="seconds"))
    task = asyncio.create_task(_beat(database, row))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await database.write(partial(running.end, row=row, now=datetime.now(UTC)))


async def _beat(database: Database, row: int) -> None:
    while True:
        await asyncio.sleep(_BEAT)
        try:
            await database.write(partial(running.beat, row=row, now=datetime.now(UTC)))
        except StorageError as error:  # a full disk, say: told by those who fetch
            _log.debug("no sign of life", detail=str(error))
