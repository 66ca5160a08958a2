"""httpx over connections of our own: `httpx.AsyncBaseTransport`, many requests at once.

The hot path calls `handle_async_request` itself; anything else may put `httpx.AsyncClient` on top.
GET only, HTTP/1.1 only, bodies as they are sent (decoding: crawler.fetch.decoding). What was
measured and decided: docs/decisions/0003-transport.md.
"""

import re
from typing import Self

import httpx

from crawler.errors import FetchError
from crawler.fetch.connection import Connection
from crawler.fetch.dialler import Dialler, is_out_of_descriptors
from crawler.fetch.pool import ConnectionPool, Origin
from crawler.fetch.reply import Reply
from crawler.fetch.timing import Timing
from storage.model import Outcome

_PORTS = {"http": 80, "https": 443}
_KEEP_ALIVE = re.compile(rb"timeout=(\d{1,6})", re.I)


class Transport(httpx.AsyncBaseTransport):
    """Sends requests over kept connections. Raises FetchError only."""

    def __init__(self, dialler: Dialler, pool: ConnectionPool | None = None):
        self._dialler = dialler
        self._pool = pool or ConnectionPool()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a GET; the response's stream must be closed.

        `extensions["timing"]` of the request, a Timing, is filled as phases end.
        """
        timing = request.extensions.get("timing") or Timing()
        head = head_of(request)
        url = request.url
        origin = (url.scheme, url.host, url.port or _PORTS[url.scheme])
        connection = self._pool.take(origin)
        reply = await self._exchange(connection, origin, head, str(url), timing)
        timing.answered()
        return httpx.Response(
            reply.reply.status,
            headers=reply.reply.headers,
            stream=reply,
            extensions={"timing": timing},
        )

    async def _exchange(
        self,
        connection: Connection | None,
        origin: Origin,
        head: bytes,
        url: str,
        timing: Timing,
    ) -> "_Body":
        is_kept = connection is not None
        if connection is None:
            connection = await self._dial(origin, url, timing)
        timing.address = connection.address
        reply = connection.send(head, url)
        try:
            await reply.wait_for_head()
        except FetchError as error:
            connection.finish()
            # A kept connection may have been closed by the server just as we wrote.
            if is_kept and error.outcome is Outcome.NETWORK and not reply.received:
                return await self._exchange(None, origin, head, url, timing)
            raise
        except BaseException:
            connection.finish()
            raise
        return _Body(reply, connection, origin, self._pool, timing)

    async def _dial(self, origin: Origin, url: str, timing: Timing) -> Connection:
        try:
            return await self._dialler.dial(*origin, timing)
        except FetchError as error:
            if is_out_of_descriptors(error.__cause__) and self._pool.close_oldest():
                return await self._dialler.dial(*origin, timing)
            error.url = url
            raise

    async def __aenter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """Close the idle connections; those in use belong to their readers."""
        self._pool.close()


class _Body(httpx.AsyncByteStream):
    """The rest of a response. Closing it early costs its connection."""

    __slots__ = ("_connection", "_origin", "_pool", "_timing", "reply")

    def __init__(
        self,
        reply: Reply,
        connection: Connection,
        origin: Origin,
        pool: ConnectionPool,
        timing: Timing,
    ):
        self.reply = reply
        self._connection: Connection | None = connection
        self._origin = origin
        self._pool = pool
        self._timing = timing

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        data = await self.reply.read()
        if not data:
            raise StopAsyncIteration
        self._timing.wire_bytes += len(data)
        return data

    async def aclose(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.finish():
            self._pool.put(self._origin, connection, _kept_for(self.reply))


def _kept_for(reply: Reply) -> float | None:
    """Return for how many seconds the server says it keeps a connection, a second spared."""
    for name, value in reply.headers:
        if len(name) == 10 and name.lower() == b"keep-alive" and (m := _KEEP_ALIVE.search(value)):
            return max(float(m[1]) - 1.0, 0.0)
    return None


def head_of(request: httpx.Request) -> bytes:
    """Return a request as it is sent. Raises FetchError where a value would break its lines."""
    if request.method != "GET":
        raise ValueError(f"a crawler sends GET only, not {request.method}")
    url = request.url
    lines = [b"GET %b HTTP/1.1" % url.raw_path]
    if "host" not in request.headers:
        lines.append(b"Host: %b" % url.netloc)
    lines += [b"%b: %b" % pair for pair in request.headers.raw]
    head = b"\r\n".join(lines)
    if head.count(b"\r") != len(lines) - 1 or head.count(b"\n") != len(lines) - 1 or b"\0" in head:
        raise FetchError(Outcome.BAD_URL, str(url), "a header or the path holds a line break")
    return head + b"\r\n\r\n"
