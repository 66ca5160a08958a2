"""A daemon on the simulated clock: outlets in memory, and days that pass in moments."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.daemon.daemon import Pauses
from crawler.daemon.jobs import Intervals
from crawler.demo.server import Outlet
from tests.support import virtual
from tests.support.in_memory import parts_of
from tests.support.inside import EventLog, daemon_inside

START = datetime(2026, 11, 26, 6, tzinfo=UTC)  # a Thursday


@dataclass(frozen=True, slots=True)
class Simulation:
    """A running daemon: its log, and the loop that keeps its time."""

    lines: EventLog
    loop: virtual.VirtualLoop

    async def until_time(self, moment: datetime) -> None:
        """Let the daemon work until the clock shows a time."""
        await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())


def simulate(
    file: Path,
    outlets: Mapping[str, Outlet],
    story: Callable[[Simulation], Awaitable[None]],
    *,
    latency: float = 0.05,
    pauses: Pauses | None = None,
    every: Intervals | None = None,
    start: datetime = START,
) -> EventLog:
    """Run a story while a daemon works these outlets; return the daemon's log."""

    async def tell(loop: virtual.VirtualLoop) -> EventLog:
        parts = parts_of(outlets, latency)
        async with daemon_inside(
            file, pauses, every=every, parts=parts, stuck_seconds=None
        ) as lines:
            await story(Simulation(lines, loop))
        return lines

    return virtual.run(tell, start)
