"""A clock that jumps: what was planned by the old one is moved, so that nothing waits for longer.

A clock that jumps ahead, or a machine that was asleep, makes everything due at once, and each host
is asked in its turn as ever. Gaps between requests go by the monotonic clock, which never jumps.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crawler import log
from storage.crawl import clock
from storage.errors import StoreBusy, StoreFull
from storage.sqlite.database import Database

_EVERY = 1.0  # seconds between two looks
_AGAIN = 10.0  # seconds until a store that could not be written is tried again
_log = log.get("clock")


async def watch(database: Database, restart: Callable[[], None]) -> None:
    """Watch the clock until cancelled; `restart` is called after each jump."""
    offset = _offset()
    while True:
        await asyncio.sleep(_EVERY)
        before, offset = offset, _offset()
        jump = timedelta(seconds=offset - before)
        if jump > clock.JUMP:
            _tell("clock jumped ahead", jump)
        elif jump < -clock.JUMP:
            _tell("clock set back", -jump)
            await _set_back(database, -jump)
        if abs(jump) > clock.JUMP:
            restart()


async def _set_back(database: Database, by: timedelta) -> None:
    """Move what was planned, as soon as the store can be written: a jump is seen only once."""
    while True:
        try:
            await database.write(clock.set_back, by=by, now=datetime.now(UTC))
        except (StoreBusy, StoreFull) as error:
            _log.error("schedule not adjusted", detail=str(error))
            await asyncio.sleep(_AGAIN)
        else:
            return


def _offset() -> float:
    """Return how far the clock is ahead of the monotonic one, in seconds."""
    return datetime.now(UTC).timestamp() - time.monotonic()


def _tell(event: str, by: timedelta) -> None:
    _log.warning(event, seconds=round(by.total_seconds()))
