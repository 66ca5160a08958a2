"""Work beside the crawl: it goes on as long as a block runs, and no bug ends it in silence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from crawler import log

_AGAIN = 30.0  # seconds after a bug
_log = log.get("daemon")


@asynccontextmanager
async def beside(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Do some work, that ends by itself never, while the block runs."""
    task = asyncio.create_task(_go_on(work))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _go_on(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
            return
        except Exception:  # what is expected is met by the work itself
            _log.exception("task broke")
        await asyncio.sleep(_AGAIN)
