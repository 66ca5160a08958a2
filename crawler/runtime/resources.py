"""Memory, disk and store: what is held, what is free, and how much may go on."""

import gc
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from crawler import log
from storage.errors import StoreBusy
from storage.sqlite.patience import PATIENCE, Patience

EVERY = 1.0  # seconds between two looks
_ENOUGH = 0.9  # of what is allowed: below it there is room again
_log = log.get("memory")


def held_bytes() -> int:
    """Return what this process holds in memory; the most it ever held where /proc is missing."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize()


class Allowance:
    """How many URLs may be under way: all, or one while the process holds more than allowed.

    One always goes on, so that a limit which is too low makes a crawler slow and never stuck.
    """

    def __init__(
        self,
        in_flight: int,
        memory_bytes: int,
        *,
        every: float = EVERY,
        measure: Callable[[], int] = held_bytes,
    ):
        """`measure` returns the bytes held; it is asked once in `every` seconds at most."""
        self._in_flight = in_flight
        self._allowed = memory_bytes
        self._every = every
        self._measure = measure
        self._is_short = False
        self._looked_at = 0.0

    def __call__(self) -> int:
        """Return how many may be under way now."""
        now = time.monotonic()
        if now - self._looked_at >= self._every:
            self._looked_at = now
            self._look()
        return 1 if self._is_short else self._in_flight

    def _look(self) -> None:
        held = self._measure()
        if not self._is_short and held > self._allowed:
            gc.collect()
            held = self._measure()
            self._is_short = held > self._allowed
            if self._is_short:
                _log.warning("memory short", held=held, allowed=self._allowed)
        elif self._is_short and held < _ENOUGH * self._allowed:
            self._is_short = False
            _log.info("memory back below limit", held=held, allowed=self._allowed)


def free_bytes(store: Path) -> int:
    """Return what is free where a store lies."""
    return shutil.disk_usage(store.parent).free


def patience(seconds: float = PATIENCE) -> Patience:
    """Return how long a busy store is waited for; the user reads one line when it begins."""

    def report(error: StoreBusy) -> None:
        _log.warning("store busy", detail=str(error), seconds=seconds)

    return Patience(seconds, report)
