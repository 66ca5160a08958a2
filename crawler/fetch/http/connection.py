"""A connection to one origin: one request at a time, then idle until the next."""

import asyncio
import select
from collections.abc import Callable
from typing import cast

from crawler.fetch.http.parser import ResponseParser
from crawler.fetch.http.tls import was_cut
from storage.records.outcome import Outcome


class Connection(asyncio.Protocol):
    """HTTP/1.1 over one socket. `on_lost` is called when it is gone."""

    __slots__ = (
        "_loop", "_poll", "_response", "_transport", "address", "expires_at", "is_open", "now",
        "on_lost",
    )  # fmt: skip

    def __init__(self) -> None:
        self.address: str | None = None
        self.is_open = False
        self.expires_at = 0.0  # loop time after which it is not used again
        self.on_lost: Callable[[Connection], None] | None = None
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time
        self._poll: select.poll | None = None
        self._response: ResponseParser | None = None
        self._transport: asyncio.Transport | None = None

    # The caller's side

    def send(self, head: bytes, url: str) -> ResponseParser:
        """Send a request; the response fills as bytes arrive."""
        assert self._transport is not None  # noqa: S101 - an open connection has one
        self._response = response = ResponseParser(url, self._transport, self._loop)
        self._transport.write(head)
        return response

    def finish(self) -> bool:
        """End an exchange; return whether another may follow, otherwise it is closed."""
        response, self._response = self._response, None
        if response is not None:
            response.detach()
            if response.is_done and response.keeps_alive and self.is_open:
                return True
        self.abort()
        return False

    def may_be_used(self) -> bool:
        """Whether a request may be sent: open, not expired, and nothing waits to be read.

        What waits is an end, or bytes that nobody asked for: they must not become the answer to
        the next request.
        """
        if not self.is_open or self._transport is None or self.expires_at <= self.now():
            return False
        if self._poll is None:
            self._poll = poll_of(self._transport)
        return self._poll is not None and not self._poll.poll(0)

    def check_progress(self, now: float, read_timeout: float) -> None:
        """End the exchange where no byte came for the read timeout."""
        if self._response is not None and now - self._response.active_at >= read_timeout:
            self._response.fail(Outcome.TIMEOUT, f"no byte in {read_timeout:g} s")

    def abort(self) -> None:
        """Close at once, whatever is on its way: TLS would wait for the other side's farewell."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # asyncio's side

    def attach(self, transport: asyncio.Transport) -> None:
        """Replace the transport, by TLS over it."""
        self._transport = transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin. With TLS the encrypted transport is attached later."""
        self._transport = cast(asyncio.Transport, transport)  # a stream's; uvloop's is no subclass
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if peer else None
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the response; bytes that nobody asked for end the connection."""
        if self._response is None:
            self.abort()
        else:
            self._response.feed(data)

    def eof_received(self) -> None:
        """Let the transport close: nothing more will be sent."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Inform whoever waits, and the pool."""
        self.is_open = False
        if self._response is not None:
            is_cut = self._transport is not None and was_cut(self._transport)
            self._response.close(exc, is_cut=is_cut)
        if self.on_lost is not None:
            self.on_lost(self)


def poll_of(transport: asyncio.BaseTransport) -> "select.poll | None":
    """Return a poll for what waits to be read; None where the connection is closing."""
    found = transport.get_extra_info("socket")
    if found is None or found.fileno() < 0:
        return None
    poll = select.poll()
    poll.register(found.fileno(), select.POLLIN)
    return poll
