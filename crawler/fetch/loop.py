"""The fetch loop: takes work from the frontier while there is some, many hosts at once.

One task a URL, from its fetch to its commit, so that back-pressure needs no queue: a slow store
or slow parsers hold the slots, and nothing more is fetched.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection

from crawler.fetch.queue import HostQueue
from storage.records.model import FrontierUrl

Refill = Callable[[Collection[str], int], Awaitable[list[FrontierUrl]]]
Work = Callable[[FrontierUrl], Awaitable[None]]
REFILL_GAP = 0.1  # seconds between two looks into the store
# Hosts that are worked for each request in flight: with a gap of 5 s and answers in half a second
# eleven hosts keep one request busy.
_HOSTS_A_SLOT = 12


async def nothing_more(_done: Collection[str], _most: int) -> list[FrontierUrl]:
    """Claim nothing: all that there is to fetch is put into the queue by hand."""
    return []


class FetchLoop:
    """Runs `work` on each URL that `refill` claims.

    `refill` is given the hosts that are done with, and how many more may be claimed. At most
    `in_flight` are worked at once, and fewer while `allowance` says so.
    """

    def __init__(
        self,
        queue: HostQueue,
        refill: Refill,
        work: Work,
        in_flight: int,
        allowance: Callable[[], int] | None = None,
        *,
        refill_gap: float = REFILL_GAP,
    ):
        self._queue = queue
        self._refill = refill
        self._work = work
        self._allowance = allowance or (lambda: in_flight)
        self._most_hosts = _HOSTS_A_SLOT * in_flight
        self._running = 0
        self._changed = asyncio.Event()
        self._stale = True  # the store may hold work that was not claimed yet
        self._refill_gap = refill_gap
        self._refilled_at = 0.0
        self._wakes_at = 0.0
        self._group: asyncio.TaskGroup | None = None  # None: nothing more is started

    def wake(self) -> None:
        """Say that there may be new work: a tick of the schedule, an ended fetch."""
        self._stale = True
        self._changed.set()

    async def run(self, stop: asyncio.Event, *, until_idle: bool) -> None:
        """Work until `stop` is set, or with `until_idle` until nothing is due any more.

        Fetches under way are finished; an error other than an expected one ends the loop.
        """
        async with asyncio.TaskGroup() as group:
            self._group = group
            waking = group.create_task(self._wake_on(stop))
            try:
                while not stop.is_set():
                    if self._may_refill():
                        await self._claim()
                    self._start_ready()
                    if until_idle and self._is_idle():
                        break
                    await self._wait()
            finally:
                self._group = None
                waking.cancel()

    def _start_ready(self) -> None:
        """Start what may be fetched now, as far as slots are free."""
        while self._group is not None and self._running < self._allowance():
            target = self._queue.pop(time.monotonic())
            if target is None:
                return
            self._running += 1
            self._group.create_task(self._run_one(target))

    def _may_refill(self) -> bool:
        has_room = self._queue.hosts < self._most_hosts
        return self._stale and has_room and time.monotonic() - self._refilled_at >= self._refill_gap

    async def _claim(self) -> None:
        self._stale = False
        room = self._most_hosts - self._queue.hosts
        targets = await self._refill(self._queue.take_drained(), room)
        for target in targets:
            self._queue.add(target)
        self._stale = self._stale or bool(targets)  # there may be more than one claim gives
        self._refilled_at = time.monotonic()

    def _is_idle(self) -> bool:
        return not (self._stale or self._queue.in_flight or len(self._queue) or self._running)

    async def _run_one(self, target: FrontierUrl) -> None:
        try:
            await self._work(target)
        except BaseException:
            self._group = None  # the loop is ending
            raise
        finally:
            self._running -= 1
            self._start_ready()
            if self._needs_loop():
                self.wake()

    def _needs_loop(self) -> bool:
        """Whether the loop has to wake for what an ended task cannot do: claim, or end."""
        if not self._stale or self._wakes_at == math.inf:
            return True
        next_turn = self._queue.next_turn()
        is_free = self._running < self._allowance()
        return is_free and (next_turn is None or next_turn < self._wakes_at)

    async def _wait(self) -> None:
        """Sleep until a host's turn, a refill, or a change."""
        moments = [self._queue.next_turn() if self._running < self._allowance() else None]
        if self._stale and self._queue.hosts < self._most_hosts:
            moments.append(self._refilled_at + self._refill_gap)
        soonest = min((m for m in moments if m is not None), default=None)
        self._wakes_at = math.inf if soonest is None else soonest
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
