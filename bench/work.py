"""What a client that is measured has to fetch, and what a process has used."""

import asyncio
import resource
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Work:
    """What a client has to fetch. Connections are opened before the clock starts."""

    urls: list[str]
    warm: list[str]
    in_flight: int
    started: Callable[[], None]  # to be called when the measured part begins
    notes: dict[str, float] = field(default_factory=dict)

    async def through(self, fetch: Callable[[str], Awaitable[int]]) -> int:
        """Fetch all, so many at once; return the bytes of all bodies."""
        await self._each(self.warm, fetch)
        self.started()
        return await self._each(self.urls, fetch)

    async def _each(self, urls: list[str], fetch: Callable[[str], Awaitable[int]]) -> int:
        waiting, total = deque(urls), 0

        async def worker() -> None:
            nonlocal total
            while waiting:
                total += await fetch(waiting.popleft())

        async with asyncio.TaskGroup() as group:
            for _ in range(self.in_flight):
                group.create_task(worker())
        return total


def cpu_seconds(*who: int) -> float:
    """Return the CPU time of this process, or of those of resource.RUSAGE_* that are named."""
    usages = map(resource.getrusage, who or (resource.RUSAGE_SELF,))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def resident_bytes() -> int:
    """Return the memory that this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def allow_sockets() -> None:
    """Raise this process's limit of open files as far as it goes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
