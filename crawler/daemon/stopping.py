"""Requests to stop a run, by SIGTERM and SIGINT."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from crawler.runtime.eventloop import forget_cancellations


@dataclass(slots=True)
class Stopping:
    """Two levels of a stop: finish the fetches in progress (`stop`), or end now (`hurry`)."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    _opening: "asyncio.Task[object] | None" = None

    def request(self) -> None:
        """Request a stop; the second request ends at once. An opening is cancelled."""
        level = self.hurry if self.stop.is_set() else self.stop
        level.set()
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None

    @contextmanager
    def cuts_short(self) -> Iterator[Callable[[], None]]:
        """End the block at a request to stop, until the yielded function is called: all is open."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        before = task.cancelling()
        self._opening = task

        def opened() -> None:
            self._opening = None

        try:
            yield opened
        except asyncio.CancelledError:
            is_ours = self.stop.is_set() and task.cancelling() > before
            if not is_ours:
                raise
            forget_cancellations(task, before)
        finally:
            self._opening = None


@asynccontextmanager
async def signals() -> AsyncIterator[Stopping]:
    """Turn SIGTERM and SIGINT into requests to stop while the block runs."""
    stopping = Stopping()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.request)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
