"""The search index, made behind the crawl: small steps between the commits of articles."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from crawler import log
from crawler.beside import beside
from storage.database import Database
from storage.errors import StorageError
from storage.search import index

_STEP = 10  # texts in a transaction: some 5 ms of the writer
_LONG_STEP = 100  # the same where nothing else is written: a sixth more a second
_IDLE = 2.0  # seconds until it is asked again whether there is something new
_TROUBLE = 30.0  # seconds after the store failed
_log = log.get("indexing")


async def catch_up(database: Database) -> int:
    """Index whatever waits, where no crawl does; return how many texts. Raises StorageError."""
    await database.write(index.forget_older_versions)
    waiting = index.Waiting()
    done = 0
    texts = await _next(database, waiting, most=_LONG_STEP)
    while texts:
        added, texts = await asyncio.gather(
            database.write(partial(index.add, texts=texts)),
            _next(database, waiting, most=_LONG_STEP),
        )
        done += added
    return done


async def _next(database: Database, waiting: index.Waiting, *, most: int) -> list[index.Stemmed]:
    """Return the next texts with their stems: the writer is held by no more than insertions."""
    texts = await database.read(partial(waiting.next, most=most))
    return await asyncio.to_thread(lambda: [(text, text.stems()) for text in texts])


@asynccontextmanager
async def behind(database: Database) -> AsyncIterator[None]:
    """Index what is stored while the block runs."""
    async with beside(partial(_keep_up, database)):
        yield


async def _keep_up(database: Database) -> None:
    waiting: index.Waiting | None = None
    while True:
        try:
            if waiting is None:
                await database.write(index.forget_older_versions)
                waiting = index.Waiting()
            texts = await _next(database, waiting, most=_STEP)
            if texts:
                await database.write(partial(index.add, texts=texts))
        except StorageError as error:
            _log.error("indexing failed", detail=str(error))
            waiting = None  # what was handed out is not in the index
            await asyncio.sleep(_TROUBLE)
            continue
        await asyncio.sleep(0 if len(texts) == _STEP else _IDLE)
