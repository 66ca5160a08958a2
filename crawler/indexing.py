"""The search index, made behind the crawl: small steps between the commits of articles."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from crawler import log
from storage.database import Database
from storage.errors import StorageError
from storage.search import index

_STEP = 20  # texts in a transaction: some 30 ms of the writer
_IDLE = 2.0  # seconds until it is asked again whether there is something new
_TROUBLE = 30.0  # seconds after the store failed
_log = log.get("indexing")


async def catch_up(database: Database) -> int:
    """Index whatever waits; return how many texts. Raises StorageError."""
    done = 0
    while step := await database.write(partial(index.advance, most=_STEP)):
        done += step
    return done


@asynccontextmanager
async def behind(database: Database) -> AsyncIterator[None]:
    """Index what is stored while the block runs."""
    task = asyncio.create_task(_keep_up(database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_up(database: Database) -> None:
    while True:
        try:
            step = await database.write(partial(index.advance, most=_STEP))
        except StorageError as error:
            _log.error("indexing failed", detail=str(error))
            await asyncio.sleep(_TROUBLE)
            continue
        await asyncio.sleep(0 if step == _STEP else _IDLE)
