"""Detects jumps of the clock, and moves planned times so that nothing waits for longer.

After a jump ahead, or a sleep of the machine, everything is due at once, and the host queue orders
it as always. Delays between requests use the monotonic clock, which never jumps.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from crawler import log
from storage.crawl import clock
from storage.errors import StoreBusy, StoreFull
from storage.sqlite.database import Database

_CHECK_SECONDS = 1.0
_RETRY_SECONDS = 10.0  # until a store that could not be written is tried again
_log = log.get("clock")


async def watch(database: Database, restart: Callable[[], None]) -> None:
    """Watch the clock until cancelled; `restart` is called after each jump."""
    offset = _offset()
    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        before = offset
        offset = _offset()
        jump = timedelta(seconds=offset - before)
        if jump > clock.JUMP:
            _log_jump("clock jumped ahead", jump)
            await _write(database, clock.note)
        elif jump < -clock.JUMP:
            _log_jump("clock set back", -jump)
            await _write(database, partial(clock.set_back, by=-jump))
        if abs(jump) > clock.JUMP:
            restart()


async def _write(database: Database, change: Callable[..., None]) -> None:
    """Apply a change as soon as the store can be written: a jump is seen only once."""
    while True:
        try:
            await database.write(change, now=datetime.now(UTC))
        except (StoreBusy, StoreFull) as error:
            _log.error("schedule not adjusted", detail=str(error))
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return


def _offset() -> float:
    """Return the difference of the clock and the monotonic clock, in seconds."""
    return datetime.now(UTC).timestamp() - time.monotonic()


def _log_jump(event: str, by: timedelta) -> None:
    _log.warning(event, seconds=round(by.total_seconds()))
