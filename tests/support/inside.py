"""A daemon in this process: its events are read from the log that it writes."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon
from crawler.daemon.daemon import Pauses
from crawler.daemon.jobs import Intervals
from crawler.pipeline.assembly import Parts

STUCK_SECONDS = 240  # a guard against a hang: a busy machine may take long
_UNLOGGED_SECONDS = 1.0  # for a condition that changes without a line in the log


class EventLog(io.StringIO):
    """The lines of a log, and when the next comes."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._has_grown = asyncio.Event()

    def write(self, text: str) -> int:
        """Write, and wake whoever waits; threads write too."""
        written = super().write(text)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._has_grown.set)
        return written

    def events(self, name: str) -> list[dict[str, Any]]:  # Any: what an event carries
        """Return the events of a name, in order."""
        logged = map(json.loads, self.getvalue().splitlines())
        return [event for event in logged if event["event"] == name]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until a condition holds; it is asked at each line of the log."""
        while not holds():
            try:
                async with asyncio.timeout(_UNLOGGED_SECONDS):
                    await self._has_grown.wait()
            except TimeoutError:
                continue
            self._has_grown.clear()


@asynccontextmanager
async def daemon_inside(
    file: Path,
    pauses: Pauses | None = None,
    *,
    every: Intervals | None = None,
    parts: Parts | None = None,
    stuck_seconds: float | None = STUCK_SECONDS,
) -> AsyncIterator[EventLog]:
    """Run the daemon of a configuration file while the block runs, then stop it in order.

    On the simulated clock nothing is stuck by its seconds: pytest-timeout looks after that.
    """
    lines = EventLog()
    log.set_up(as_json=True, out=lines)
    async with asyncio.timeout(stuck_seconds):
        running = daemon.run(configuration.load(file), pauses, every=every, parts=parts)
        task = asyncio.create_task(running)
        await lines.until(lambda: lines.events("started") or task.done())
        if task.done():
            await task  # it failed at its start
        try:
            yield lines
        finally:
            if not task.done():
                os.kill(os.getpid(), signal.SIGTERM)
            await task
