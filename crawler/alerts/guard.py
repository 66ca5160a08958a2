"""Keeps messages of alerts within the addresses that may be dialled.

apprise has a hundred services, each with its own library for its connections, so the guard sits
below all of them: an audit hook of the interpreter (PEP 578) sees every address that is dialled,
after its name was resolved. It acts only where a message is being sent.
"""

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from crawler.fetch.http.guard import AddressGuard

# What is raised with these events carries the address as its second argument
# (docs.python.org/3/library/audit_events.html).
_DIALS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class NotPublic(OSError):
    """An address may not be dialled. Names none: a message about it is shown to people."""

    def __init__(self) -> None:
        super().__init__("it leads to an address that is not public; [network] allow_private "
                         "opens ranges")  # fmt: skip


class _Watch:
    """The guard of one message, and whether it refused an address."""

    def __init__(self, guard: AddressGuard):
        self.guard = guard
        self.has_refused = False


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def guarded(allow_private: Sequence[str]) -> Iterator[None]:
    """Refuse connections to addresses that are not public, but for these ranges.

    Raises NotPublic at the end of the block where an address was refused, whatever the library that
    dialled it made of the refusal. Threads that copy the context of this one are guarded too.
    """
    _add_hook()
    watch = _Watch(AddressGuard(allow_private))
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)
        if watch.has_refused:
            raise NotPublic


@cache
def _add_hook() -> None:
    """Add the hook once: an audit hook stays as long as the process."""
    sys.addaudithook(_on_event)


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _DIALS:
        return
    watch = _watch.get()
    address = arguments[1]
    # The address of a socket of the machine itself is a path.
    if watch is None or not isinstance(address, tuple):
        return
    if not all(watch.guard.allows(one) for one in _resolved(str(address[0]))):
        watch.has_refused = True
        raise NotPublic


def _resolved(host: str) -> list[str]:
    """Return the addresses of a host; most libraries dial what they have resolved before."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return [host]
    return [str(one[4][0]) for one in found]
