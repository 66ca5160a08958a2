"""A limit of computing time, for what has to take time in proportion to its size."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(AssertionError):
    """The code under test took more computing time than it may."""


@contextmanager
def at_most_seconds(seconds: float) -> Iterator[None]:
    """Fail where the body takes more CPU seconds of this process; a busy machine costs none.

    It is no measurement: what grows with the size takes a small part of the limit, and what grows
    with its square a multiple. A regular expression is stopped too, since `re` looks for signals.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"it takes more than {seconds:g} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
