"""Updates the search index of a running crawler in small steps between the commits of articles."""

import asyncio

from crawler.runtime.background import all_of
from storage.search import index
from storage.sqlite.database import Database

_STEP = 10  # texts in a transaction: about 5 ms of the writer
_LONG_STEP = 100  # if nothing else is written: a sixth more texts a second


async def catch_up(database: Database) -> int:
    """Index all waiting texts, while no crawl runs; return their number. Raises StorageError."""
    await database.write(index.forget_older_versions)
    waiting = index.Waiting()
    done = 0
    texts: list[index.Stemmed] = []

    async def add(texts: list[index.Stemmed]) -> None:
        nonlocal done
        done += await database.write(index.add, texts=texts)

    async def read_next() -> None:
        nonlocal texts
        texts = await _next(database, waiting, most=_LONG_STEP)

    await read_next()
    while texts:
        # The next texts are stemmed while these are written.
        await all_of([add(texts), read_next()])
    return done


async def _next(
    database: Database,
    waiting: index.Waiting,
    *,
    most: int,
) -> list[index.Stemmed]:
    """Return the next texts with their stems, so that the writer only has to insert them."""
    texts = await database.read(waiting.next, most=most)

    def stemmed() -> list[index.Stemmed]:
        return [(text, text.stems()) for text in texts]

    return await asyncio.to_thread(stemmed)


class Indexer:
    """Indexes the texts that a crawl stores, in steps between its commits."""

    def __init__(self, database: Database):
        self._database = database
        self._waiting: index.Waiting | None = None  # None before the first run and after a failure

    async def keep_up(self) -> None:
        """Index the waiting texts. Raises StorageError, and may be called again after it."""
        waiting = self._waiting
        self._waiting = None  # until this call succeeds
        if waiting is None:
            await self._database.write(index.forget_older_versions)
            waiting = index.Waiting()
        is_full = True
        while is_full:
            texts = await _next(self._database, waiting, most=_STEP)
            if texts:
                await self._database.write(index.add, texts=texts)
            is_full = len(texts) == _STEP
        self._waiting = waiting
