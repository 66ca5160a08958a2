"""Standard streams that can always be written to, whatever a shell has made of them."""

import os
import select
import sys
from io import TextIOWrapper
from typing import TextIO

# By their numbers: a file that is opened later must get none of these, or text for people would
# go into it, and uvloop refuses to close it.
_NAMES = ("stdin", "stdout", "stderr")


def prepare() -> None:
    """Open a stream that is closed (`>&-`) on the null device, and let none refuse a letter.

    A terminal may know fewer letters than a text has: those are written as escapes.
    """
    for number, name in enumerate(_NAMES):
        if getattr(sys, name) is None or not _is_open(number):
            setattr(sys, name, _nothing(number))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _nothing(number: int) -> TextIO:
    """Open the null device under a number, unless another file has got it meanwhile."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number and not _is_open(number):
        os.dup2(opened, number)
        os.close(opened)
        opened = number
    # Never closed: it is the stream of the whole process.
    if number == 0:
        return open(opened, encoding="utf-8", closefd=False)
    return open(opened, "w", encoding="utf-8", closefd=False)


def finish() -> None:
    """Write what is still held back. Raises OSError where it cannot be written."""
    sys.stdout.flush()


def give_up() -> None:
    """Write what can still be written, and nothing more: Python would fail at its own end."""
    try:
        finish()
    except (OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def is_unread() -> bool:
    """Whether standard output is a pipe whose reader has gone: it has seen enough."""
    poller = select.poll()
    try:
        poller.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):  # no file, or a closed one
        return False
    gone = select.POLLERR | select.POLLHUP
    return any(event & gone for _, event in poller.poll(0))
