"""Our own engine: HTTP/1.1 over connections that are kept, checked before reuse, and O(1) to find.

GET only; bodies as they are sent (decoding.py reads them). What was measured and decided
is in docs/decisions/0003-transport.md.
"""

import re

from crawler.errors import FetchError
from crawler.fetch.http.connection import Connection
from crawler.fetch.http.dialler import Dialler, is_out_of_descriptors
from crawler.fetch.http.engine import RawHeaders
from crawler.fetch.http.parser import ResponseParser
from crawler.fetch.http.pool import ConnectionPool
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address
from storage.records.outcome import Outcome

_KEEP_ALIVE = re.compile(rb"timeout=(\d{1,6})", re.I)


class Http1Engine:
    """Sends requests. Raises FetchError only."""

    def __init__(self, dialler: Dialler[Connection], pool: ConnectionPool):
        self._dialler = dialler
        self._pool = pool

    async def ask(self, address: Address, headers: RawHeaders, timing: Timing) -> "_Response":
        """Send a request and wait for the head of its response."""
        head = head_of(address, headers)
        connection = self._pool.take(address.origin)
        if connection is not None:
            response = connection.send(head, address.url)
            try:
                return await self._answer(address, connection, response, timing)
            except FetchError as error:
                # The server may have closed a kept connection just as we wrote: once more.
                if response.received or error.outcome is not Outcome.NETWORK:
                    raise
        connection = await self._dial(address, timing)
        response = connection.send(head, address.url)
        return await self._answer(address, connection, response, timing)

    async def aclose(self) -> None:
        """Close the idle connections; those in use belong to their readers."""
        self._pool.close()

    async def _answer(
        self, address: Address, connection: Connection, response: ResponseParser, timing: Timing
    ) -> "_Response":
        timing.address = connection.address
        self._pool.watch(connection)
        try:
            await response.wait_for_head()
        except BaseException:
            self._pool.give_back(address.origin, connection)
            raise
        timing.answered()
        return _Response(response, connection, address.origin, self._pool, timing)

    async def _dial(self, address: Address, timing: Timing) -> Connection:
        try:
            return await self._dialler.dial(address, timing)
        except FetchError as error:
            if is_out_of_descriptors(error.__cause__) and self._pool.close_oldest():
                return await self._dialler.dial(address, timing)
            raise


class _Response:
    """A response whose connection goes back to the pool."""

    __slots__ = ("_connection", "_origin", "_pool", "_response", "_timing", "headers", "status")

    def __init__(
        self,
        response: ResponseParser,
        connection: Connection,
        origin: str,
        pool: ConnectionPool,
        timing: Timing,
    ):
        self.status = response.status
        self.headers: RawHeaders = response.headers
        self._response = response
        self._connection: Connection | None = connection
        self._origin = origin
        self._pool = pool
        self._timing = timing

    async def read(self) -> bytes:
        """Return the next piece of the body; nothing at its end."""
        data = await self._response.read()
        self._timing.wire_bytes += len(data)
        return data

    async def aclose(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.give_back(self._origin, connection, kept_for(self.headers))


def kept_for(headers: RawHeaders) -> float | None:
    """Return for how many seconds the server says it keeps a connection, a second spared."""
    for name, value in headers:
        if len(name) == 10 and name.lower() == b"keep-alive" and (m := _KEEP_ALIVE.search(value)):
            return max(float(m[1]) - 1.0, 0.0)
    return None


def head_of(address: Address, headers: RawHeaders) -> bytes:
    """Return a request as it is sent. Raises FetchError where a value would break its lines."""
    lines = [f"GET {address.target} HTTP/1.1\r\nHost: {address.authority}".encode()]
    lines += [b"%b: %b" % pair for pair in headers]
    head = b"\r\n".join(lines)
    breaks = len(lines)
    if head.count(b"\r") != breaks or head.count(b"\n") != breaks or b"\0" in head:
        raise FetchError(Outcome.BAD_URL, address.url, "a header or the path holds a line break")
    return head + b"\r\n\r\n"
