"""Parsers in this process: the jobs and answers of a worker, without the half second of its start.

What a process of its own is for (time limits, memory, crashes) is tested in tests/workers/.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from crawler.config import Config
from crawler.topic import rules
from crawler.workers import warmup
from crawler.workers.pool import WorkerPool
from crawler.workers.process import answer


class Inline(WorkerPool):
    """A pool that does each job itself."""

    def __init__(self, topic: rules.Topic):
        super().__init__(0, 0.0, 0)
        self._topic = topic

    async def _ask(self, payload: bytes, url: str) -> bytes:
        return answer(payload, self._topic)


@cache
def _load_everything() -> None:
    """Load models and tables before anything is fetched.

    Loading holds the loop for seconds on a busy machine. A request that is under way would count
    as slow, and its server would be left alone for five times as long.
    """
    warmup.load_everything(rules.load(None))


@asynccontextmanager
async def inline_pool(
    *, topic_file: Path | None = None, **_limits: object
) -> AsyncIterator[Inline]:
    """Open the parsers of a command in this process: in place of `WorkerPool.open`."""
    _load_everything()
    yield Inline(rules.load(topic_file))


@asynccontextmanager
async def inline_workers(config: Config) -> AsyncIterator[Inline]:
    """Open the parsers of a crawler in this process: the part `workers` of `Parts`."""
    _load_everything()
    yield Inline(rules.load(config.topic_file))
