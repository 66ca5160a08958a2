"""The event loop that a command runs on: uvloop where it is installed, asyncio's own elsewhere."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

T = TypeVar("T")

# Earlier ones close a socket twice when a connection is called off (MagicStack/uvloop 738): bytes
# of one host could reach another's reader.
_LEAST_UVLOOP = (0, 23)
_COLLECT_AFTER = 5_000  # objects made and not freed; Python's default is 700


def run(main: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end on the best loop there is.

    What was imported is taken out of the garbage collector's sight, and it looks less often: with
    hundreds of fetches alive its default passes cost a tenth of each (`python -m bench.clients`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 10, 50)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(main)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's factory; None where it is missing or too old."""
    try:
        found = tuple(int(part) for part in version("uvloop").split(".")[:2])
    except (PackageNotFoundError, ValueError):
        return None
    if found < _LEAST_UVLOOP:
        return None
    import uvloop

    return uvloop.new_event_loop


async def pause(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but no longer than some seconds; return whether it came."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def forget_cancellations(task: asyncio.Task[object], before: int) -> None:
    """Take back what a task group that failed asked of its task, and did not take back itself.

    Python 3.11 leaves the request counted, and by that count the `asyncio.timeout` of 3.11.2 ends
    the task in place of the wait: a daemon that waited for space on the disk was gone.
    """
    while task.cancelling() > before:
        task.uncancel()
