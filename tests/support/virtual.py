"""Time that passes only where nothing is left to do: a day of waiting takes as long as its work.

The event loop jumps to its next timer as soon as no socket is ready and no thread is at work; both
clocks follow, the monotonic one and that of the wall.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from unittest import mock

import aiosqlite
import time_machine

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is moved; `busy` counts the threads that it waits for."""

    def __init__(self, move: Callable[[float], object]):
        self.now = 0.0
        self.jumped = 0.0
        self.busy = 0
        self._move = move
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Return the seconds that have passed since the start."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self._move(self.now + self.jumped)

    def jump(self, seconds: float) -> None:
        """Set the clock of the wall, ahead or back; the monotonic one goes on."""
        self.jumped += seconds
        self._move(self.now + self.jumped)

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Any: as asyncio has it. A thread's work takes no time."""
        future = super().run_in_executor(executor, func, *args)
        self.busy += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: object) -> None:
        self.busy -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop):
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """Any: typeshed has another type for each system."""
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self._loop.busy:
            return super().select(1.0)  # a thread that is done wakes it
        ready = super().select(0)
        if not ready and timeout is not None:
            self._loop.advance(timeout)
        return ready


def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, T]], start: datetime) -> T:
    """Run a coroutine from a day on; it is handed its loop."""
    with time_machine.travel(start, tick=False) as clock:
        loop = VirtualLoop(lambda now: clock.move_to(start + timedelta(seconds=now)))
        with _clocks(loop), asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(main(loop))


@contextmanager
def _clocks(loop: VirtualLoop) -> Iterator[None]:
    """Let the monotonic clock be the loop's, and count what the threads of the store are at."""

    def counted(whole: Callable[..., Any]) -> Callable[..., Any]:  # Any: what a query returns
        async def call(*arguments: Any, **named: Any) -> Any:
            loop.busy += 1
            try:
                return await whole(*arguments, **named)
            finally:
                loop.busy -= 1

        return call

    store = aiosqlite.Connection
    with (
        mock.patch.object(time, "monotonic", loop.time),
        mock.patch.object(store, "_connect", counted(store._connect)),
        mock.patch.object(store, "_execute", counted(store._execute)),
        mock.patch.object(store, "close", counted(store.close)),
    ):
        yield
