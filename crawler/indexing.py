"""The search index, made behind the crawl: small steps between the commits of articles."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from crawler import log
from storage.database import Database
from storage.errors import StorageError
from storage.search import index

_STEP = 20  # texts in a transaction: some 10 ms of the writer
_IDLE = 2.0  # seconds until it is asked again whether there is something new
_TROUBLE = 30.0  # seconds after the store failed
_log = log.get("indexing")


async def catch_up(database: Database) -> int:
    """Index whatever waits; return how many texts. Raises StorageError."""
    done = 0
    await database.write(index.forget_older_versions)
    waiting = index.Waiting()
    while step := await _advance(database, waiting):
        done += step
    return done


async def _advance(database: Database, waiting: index.Waiting) -> int:
    """Index the next texts; the writer is held by no more than their insertion."""
    texts = await database.read(partial(waiting.next, most=_STEP))
    if not texts:
        return 0
    stemmed = await asyncio.to_thread(lambda: [(text, text.stems()) for text in texts])
    return await database.write(partial(index.add, texts=stemmed))


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
    waiting: index.Waiting | None = None
    while True:
        try:
            if waiting is None:
                await database.write(index.forget_older_versions)
                waiting = index.Waiting()
            step = await _advance(database, waiting)
        except StorageError as error:
            _log.error("indexing failed", detail=str(error))
            waiting = None  # what was handed out is not in the index
            await asyncio.sleep(_TROUBLE)
            continue
        await asyncio.sleep(0 if step == _STEP else _IDLE)
