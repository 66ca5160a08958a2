"""The fetch loop: takes work from the frontier while there is some, many hosts at once.

One task a URL, from its fetch to its commit, so that back-pressure needs no queue: a slow store
or slow parsers hold the slots, and nothing more is fetched.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from crawler.fetch.queue import HostQueue
from storage.model import FrontierUrl

Refill = Callable[[set[str]], Awaitable[list[FrontierUrl]]]
Work = Callable[[FrontierUrl], Awaitable[None]]
_REFILL_GAP = 0.1  # seconds between two looks into the store


class FetchLoop:
    """Runs `work` on each URL that `refill` claims, host by host."""

    def __init__(self, queue: HostQueue, refill: Refill, work: Work, in_flight: int):
        self._queue = queue
        self._refill = refill
        self._work = work
        self._slots = asyncio.Semaphore(in_flight)
        self._running = 0
        self._changed = asyncio.Event()
        self._stale = True  # the store may hold work that was not claimed yet
        self._refilled_at = 0.0

    def wake(self) -> None:
        """Say that there may be new work: a tick of the schedule, an ended fetch."""
        self._stale = True
        self._changed.set()

    async def run(self, stop: asyncio.Event, *, until_idle: bool) -> None:
        """Work until `stop` is set, or with `until_idle` until nothing is due any more.

        Fetches under way are finished; an error other than an expected one ends the loop.
        """
        async with asyncio.TaskGroup() as group:
            waking = group.create_task(self._wake_on(stop))
            while not stop.is_set():
                if self._may_refill():
                    await self._claim()
                target = self._queue.pop(time.monotonic())
                if target is not None:
                    await self._slots.acquire()
                    group.create_task(self._run_one(target))
                elif until_idle and self._is_idle():
                    break
                else:
                    await self._wait()
            waking.cancel()

    def _may_refill(self) -> bool:
        return self._stale and time.monotonic() - self._refilled_at >= _REFILL_GAP

    async def _claim(self) -> None:
        self._stale = False
        for target in await self._refill(self._queue.busy_hosts):
            self._queue.add(target)
        self._refilled_at = time.monotonic()

    def _is_idle(self) -> bool:
        return not (self._stale or self._queue.in_flight or len(self._queue) or self._running)

    async def _run_one(self, target: FrontierUrl) -> None:
        self._running += 1
        try:
            await self._work(target)
        finally:
            self._running -= 1
            self._slots.release()
            self.wake()

    async def _wait(self) -> None:
        """Sleep until a host's turn, a refill, or a change."""
        moments = [self._queue.next_turn()]
        if self._stale:
            moments.append(self._refilled_at + _REFILL_GAP)
        soonest = min((m for m in moments if m is not None), default=None)
        self._changed.clear()
        timeout = None if soonest is None else max(soonest - time.monotonic(), 0.001)
        try:
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._changed.set()
