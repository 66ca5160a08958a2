"""The sockets under httpx: dialled by our own dialler, read within our own limits.

httpx asks for a connection to a host; it gets one to an address that the guard has passed. All
errors of a connection are FetchErrors, which httpx hands on as they are.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import httpcore

from crawler.errors import FetchError
from crawler.fetch.http.connection import poll_of
from crawler.fetch.http.dialler import Dialler, secure, unreached
from crawler.fetch.http.head import HeadMender
from crawler.fetch.http.parser import FRAMING_BYTES, HEADER_BYTES
from crawler.fetch.http.timing import Timing
from crawler.fetch.http.tls import was_cut
from storage.records.outcome import Outcome

_HIGH_WATER_BYTES = 256 * 1024  # that wait for their reader before the server has to wait
_HEAD_PIECE_BYTES = 8 * 1024  # handed to the parser at once, before a head is there
_READ_AHEAD_BYTES = 128 * 1024  # read of a connection before a piece of the body is handed out
# What a response may be without a body: its head, its framing, and what was read ahead of it.
_ALLOWANCE_BYTES = HEADER_BYTES + FRAMING_BYTES + _READ_AHEAD_BYTES


@dataclass(slots=True)
class Exchange:
    """One request under way, as the connection below httpx sees it."""

    url: str
    timing: Timing
    is_new: bool = False  # a connection was opened for it
    has_bytes: bool = False  # a byte has come since it was sent
    has_head: bool = False
    mender: HeadMender | None = None  # of the response over HTTP/1.1


EXCHANGE: ContextVar[Exchange] = ContextVar("exchange")  # of the task that asks


class Backend(httpcore.AsyncNetworkBackend):
    """Opens the connections of one pool."""

    def __init__(self, dialler: "Dialler[Stream]"):
        self._dialler = dialler

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # Any: as httpcore has it
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to a checked address of a host. Raises FetchError."""
        exchange = EXCHANGE.get()
        exchange.is_new = True
        return await self._dialler.connect(host, port, exchange.url, exchange.timing)


class Stream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One connection: what httpx reads and writes, TLS included.

    Bytes may be read as long as they bring a body forward: `allow` grants more with each piece.
    """

    def __init__(self, connect_timeout: float, read_timeout: float):
        self.address: str | None = None
        self.is_lost = False
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._changed: asyncio.Future[None] | None = None  # what a reader or writer waits for
        self._is_reading_paused = False
        self._is_writing_paused = False
        self._error: Exception | None = None
        self._is_cut = False
        self._read_bytes = 0
        self._allowed_bytes = _ALLOWANCE_BYTES
        self._usable_until = float("inf")  # loop time

    # The engine's side

    def allow(self, body_bytes: int) -> None:
        """Allow as much again as a piece of a body that was read, and as much of framing."""
        self._allowed_bytes += 2 * body_bytes

    def end_exchange(self, kept_for: float | None, *, may_be_used: bool) -> None:
        """Note whether another request may follow, and for how many seconds."""
        self._allowed_bytes = self._read_bytes + _ALLOWANCE_BYTES
        if not may_be_used:
            self._usable_until = 0.0
        elif kept_for is not None:
            self._usable_until = self._loop.time() + kept_for

    # httpcore's side

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come; nothing at a proper end. Raises FetchError."""
        exchange = EXCHANGE.get()
        await self._wait_for_bytes(exchange)
        if self._buffer and not exchange.has_head:
            await asyncio.sleep(0)  # h11 takes its time over interim responses: let others run
            max_bytes = min(max_bytes, _HEAD_PIECE_BYTES)
        while self._buffer:
            data = self._take(max_bytes, exchange)
            if exchange.mender is not None:
                data = exchange.mender.feed(data)
            if data:
                return data
            await self._wait_for_bytes(exchange)  # nothing would be an end to httpcore
        if self._error is not None:
            raise FetchError(Outcome.NETWORK, exchange.url, _words(self._error))
        if not exchange.has_head:
            detail = "the connection closed without an answer"
            raise FetchError(Outcome.NETWORK, exchange.url, detail)
        if self._is_cut:
            detail = "TLS ended without close_notify, before the end of the body"
            raise FetchError(Outcome.TRUNCATED, exchange.url, detail)
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; wait while the peer takes none."""
        if self.is_lost or self._transport is None:
            raise httpcore.WriteError("the connection is closed")
        self._transport.write(buffer)
        # Not what is said to a proxy before, nor the frames of HTTP/2.
        if buffer.startswith(b"GET "):
            EXCHANGE.get().mender = HeadMender()
        while self._is_writing_paused and not self.is_lost:
            await self._wait(EXCHANGE.get())

    async def aclose(self) -> None:
        """Close at once."""
        self.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Begin TLS under the name of a host. Raises FetchError."""
        exchange = EXCHANGE.get()
        started = time.perf_counter()
        if self._buffer or self._transport is None:
            self.abort()
            raise FetchError(Outcome.PROTOCOL, exchange.url, "bytes before the TLS handshake")
        try:
            async with asyncio.timeout(self._connect_timeout):
                await secure(self, self._transport, ssl_context, server_hostname or "")
        except (OSError, ssl.SSLError) as error:
            raise unreached(error, exchange.url, self._connect_timeout) from error
        finally:
            exchange.timing.add("tls", started)
        return self

    def get_extra_info(self, info: str) -> Any:  # Any: as httpcore has it
        """Return a fact of the connection.

        "is_readable" is how httpcore asks, before it sends, whether an idle connection is dead.
        """
        if info == "is_readable":
            return not self._may_be_used()
        return None if self._transport is None else self._transport.get_extra_info(info)

    def _may_be_used(self) -> bool:
        """Whether a request may be sent: open, not expired, and nothing waits to be read.

        What waits is an end, or bytes that nobody asked for: they must not become the answer to
        the next request.
        """
        if self.is_lost or self._buffer or self._transport is None:
            return False
        if self._loop.time() >= self._usable_until:
            return False
        poll = poll_of(self._transport)
        return poll is not None and not poll.poll(0)

    def _take(self, max_bytes: int, exchange: Exchange) -> bytes:
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        exchange.has_bytes = True
        self._read_bytes += len(data)
        if self._read_bytes > self._allowed_bytes:
            what = "framing than any body" if exchange.has_head else "headers than any page"
            raise FetchError(Outcome.PROTOCOL, exchange.url, f"more {what} needs")
        if self._is_reading_paused and len(self._buffer) <= _HIGH_WATER_BYTES:
            self._is_reading_paused = False
            cast(asyncio.Transport, self._transport).resume_reading()
        return data

    async def _wait_for_bytes(self, exchange: Exchange) -> None:
        """Wait for bytes or the end of the connection. Raises FetchError."""
        if not self._buffer and not self.is_lost:
            await self._wait(exchange)

    async def _wait(self, exchange: Exchange) -> None:
        """Wait until something changes, for the read timeout. Raises FetchError."""
        if self._changed is None:
            self._changed = self._loop.create_future()
        try:
            async with asyncio.timeout(self._read_timeout):
                await asyncio.shield(self._changed)
        except TimeoutError:
            detail = f"no byte in {self._read_timeout:g} s"
            raise FetchError(Outcome.TIMEOUT, exchange.url, detail) from None

    def _wake(self) -> None:
        if self._changed is not None:
            self._changed.set_result(None)
            self._changed = None

    # asyncio's side

    def attach(self, transport: asyncio.Transport) -> None:
        """Use another transport from now on: TLS over the one that was connected."""
        self._transport = transport

    def abort(self) -> None:
        """Close at once: TLS would wait for the other side's close_notify."""
        self.is_lost = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin. With TLS the encrypted transport is attached later."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if peer else None

    def data_received(self, data: bytes) -> None:
        """Keep bytes for the reader; let the server wait while there are many."""
        self._buffer += data
        if len(self._buffer) > _HIGH_WATER_BYTES and not self._is_reading_paused:
            self._is_reading_paused = True
            cast(asyncio.Transport, self._transport).pause_reading()
        self._wake()

    def pause_writing(self) -> None:
        """Let writers wait: the peer does not read."""
        self._is_writing_paused = True

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._is_writing_paused = False
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        self.is_lost = True
        self._error = exc
        self._is_cut = self._transport is not None and was_cut(self._transport)
        self._wake()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
