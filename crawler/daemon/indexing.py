"""The search index, made behind the crawl: small steps between the commits of articles."""

import asyncio

from storage.search import index
from storage.sqlite.database import Database

_STEP = 10  # texts in a transaction: some 5 ms of the writer
_LONG_STEP = 100  # the same where nothing else is written: a sixth more a second
_IDLE = 2.0  # seconds until it is asked again whether there is something new


async def catch_up(database: Database) -> int:
    """Index whatever waits, where no crawl does; return how many texts. Raises StorageError."""
    await database.write(index.forget_older_versions)
    waiting = index.Waiting()
    done = 0
    texts = await _next(database, waiting, most=_LONG_STEP)
    while texts:
        added, texts = await asyncio.gather(
            database.write(index.add, texts=texts),
            _next(database, waiting, most=_LONG_STEP),
        )
        done += added
    return done


async def _next(database: Database, waiting: index.Waiting, *, most: int) -> list[index.Stemmed]:
    """Return the next texts with their stems: the writer is held by no more than insertions."""
    texts = await database.read(waiting.next, most=most)
    return await asyncio.to_thread(lambda: [(text, text.stems()) for text in texts])


async def keep_up(database: Database) -> None:
    """Index what is stored, until cancelled. Raises StorageError; may be called again after it."""
    await database.write(index.forget_older_versions)
    waiting = index.Waiting()
    while True:
        texts = await _next(database, waiting, most=_STEP)
        if texts:
            await database.write(index.add, texts=texts)
        await asyncio.sleep(0 if len(texts) == _STEP else _IDLE)
