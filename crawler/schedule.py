"""The clock of a running daemon (the only apscheduler import).

When a source is due stands in the store, so it survives restarts and costs nothing while waiting;
APScheduler only ticks: once a second the loop looks for due work.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_TICK_SECONDS = 1


@contextmanager
def ticking(tick: Callable[[], None]) -> Iterator[None]:
    """Call `tick` every second while the block runs.

    No misfire limit: a tick that comes late after a suspend or a stall still comes (APScheduler's
    default drops it).
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_job(tick, "interval", seconds=_TICK_SECONDS)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
