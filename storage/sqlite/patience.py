"""How long a store is waited for that another program holds."""

import asyncio
import time
from collections.abc import Callable

from storage.errors import StoreBusy

PATIENCE = 60.0  # seconds: a backup program or a sqlite3 shell is done by then, or forgotten
_GAP = 0.5  # seconds between two tries; each waits for the lock itself (busy_timeout)


def _nobody(_error: StoreBusy) -> None:
    """Report to nobody."""


class Patience:
    """Waits for a busy store, from the first failure until `seconds` later.

    `report` is called once for each time that the store is held.
    """

    def __init__(self, seconds: float = PATIENCE, report: Callable[[StoreBusy], None] = _nobody):
        self._seconds = seconds
        self._report = report
        self._began: float | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the last try failed."""
        return self._began is not None

    async def wait(self, error: StoreBusy) -> None:
        """Wait a moment before the next try. Raises the error where patience has ended.

        The time counts from the first failure, over all batches: a queue of them does not wait a
        minute each.
        """
        now = time.monotonic()
        if self._began is None:
            self._began = now
            self._report(error)
        if now - self._began >= self._seconds:
            raise error
        await asyncio.sleep(min(_GAP, self._seconds))

    def succeed(self) -> None:
        """Note that a try came through."""
        self._began = None

    def end(self) -> None:
        """Wait no longer: the store is being closed."""
        self._seconds = 0.0
