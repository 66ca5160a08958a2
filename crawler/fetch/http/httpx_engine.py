"""The second engine: httpx, for servers and proxies that our own cannot talk to.

It speaks HTTP/2 (with h2) and to HTTP and SOCKS proxies (with socksio). The only file that imports
httpx. httpx by itself is unsafe on the open web and slow over many hosts, so: connections are ours
(httpx_stream), each origin has a pool of its own (one pool looks through all its connections at
each request), bodies are read as they were sent, and no redirect, cookie, proxy of the environment
or decoding of httpx's is used (docs/decisions/0003-transport.md).
"""

import asyncio
import re
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import httpx

from crawler.errors import FetchError
from crawler.fetch.http.dialler import Dialler, is_out_of_descriptors
from crawler.fetch.http.engine import RawHeaders
from crawler.fetch.http.http1 import head_of, kept_for
from crawler.fetch.http.httpx_stream import EXCHANGE, Backend, Exchange, Stream
from crawler.fetch.http.parser import HEADER_BYTES, HEADER_LINES, PIECE_BYTES, PIECES
from crawler.fetch.http.route import Route
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address
from storage.records.outcome import Outcome

_IDLE_SECONDS = 90.0  # that a connection is kept
_IDLE_AN_ORIGIN = 4  # connections
# How h11 and httpcore say that a body is not whole.
_ENDED_EARLY = re.compile("peer closed connection without|Server disconnected")
_PROXY_AUTHENTICATION_REQUIRED = 407


class HttpxEngine:
    """Sends requests through httpx. Raises FetchError only.

    `proxy` is a URL: http://, socks5:// or socks5h://, with user and password where it wants them.
    Behind a proxy names are resolved by it, so the guard sees literal addresses only.
    """

    def __init__(
        self,
        route: Route,
        context: ssl.SSLContext,
        *,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        proxy: str | None = None,
        max_idle: int = 1000,
    ):
        self._route = route
        self._proxy = proxy
        find = route.find if proxy is None else route.find_unguarded
        make = partial(Stream, connect_timeout, read_timeout)
        backend = Backend(Dialler(find, context, connect_timeout, make))
        self._pools = _Pools(partial(_make_transport, context, backend, proxy), max_idle)

    async def ask(self, address: Address, headers: RawHeaders, timing: Timing) -> "_Response":
        """Send a request and wait for the head of its response."""
        head_of(address, headers)  # refuses what would break the lines of a request
        if self._proxy is not None:
            self._route.refuse_private(address.host, address.url)
        exchange = Exchange(address.url, timing)
        try:
            return await self._send(address, headers, exchange)
        except FetchError as error:
            if not await self._may_try_again(exchange, error):
                raise
        return await self._send(address, headers, Exchange(address.url, timing))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pools.aclose()

    async def _may_try_again(self, exchange: Exchange, error: FetchError) -> bool:
        """Whether a request may be sent once more, over a new connection."""
        if is_out_of_descriptors(error.__cause__):
            return await self._pools.close_oldest()
        # The server may have closed a kept connection just as we wrote.
        was_closed = error.outcome is Outcome.NETWORK and not exchange.has_bytes
        return was_closed and not exchange.is_new

    async def _send(self, address: Address, headers: RawHeaders, exchange: Exchange) -> "_Response":
        EXCHANGE.set(exchange)
        pool = self._pools.take(address.origin)
        try:
            response = await pool.transport.handle_async_request(_request(address, headers))
        except BaseException as error:
            await self._pools.give_back(pool, is_whole=False)
            if isinstance(error, Exception):
                raise _translated(error, exchange.url) from error
            raise
        exchange.timing.answered()
        exchange.has_head = True
        answer = _Response(response, pool, self._pools, exchange)
        try:
            self._check_head(answer, exchange)
        except FetchError:
            await answer.aclose()
            raise
        return answer

    def _check_head(self, answer: "_Response", exchange: Exchange) -> None:
        size = sum(len(name) + len(value) for name, value in answer.headers)
        if len(answer.headers) > HEADER_LINES or size > HEADER_BYTES:
            raise FetchError(Outcome.PROTOCOL, exchange.url, "more headers than any page needs")
        if answer.stream is None:
            detail = "the server switched protocols unasked"
            raise FetchError(Outcome.PROTOCOL, exchange.url, detail)
        if self._proxy is None:
            exchange.timing.address = answer.stream.address
        elif answer.status == _PROXY_AUTHENTICATION_REQUIRED:
            detail = "the proxy wants another user or password: [network] proxy"
            raise FetchError(Outcome.NETWORK, exchange.url, detail, unreached=True)


class _Response:
    """A response of httpx's, within our limits."""

    def __init__(
        self, response: httpx.Response, pool: "_Pool", pools: "_Pools", exchange: Exchange
    ):
        self.status = response.status_code
        self.headers: RawHeaders = response.headers.raw
        stream = response.extensions.get("network_stream")
        self.stream = stream if isinstance(stream, Stream) else None
        self._response = response
        self._pool: _Pool | None = pool
        self._pools = pools
        self._exchange = exchange
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - narrowing
        self._parts: AsyncIterator[bytes] = aiter(response.stream)
        self._pieces = 0
        self._body_bytes = 0
        self._is_done = False

    async def read(self) -> bytes:
        """Return the next piece of the body; nothing at its end."""
        while not self._is_done:
            EXCHANGE.set(self._exchange)
            try:
                data = await anext(self._parts)
            except StopAsyncIteration:
                self._is_done = True
                break
            except Exception as error:
                raise self._failure(error) from error
            self._count(data)
            if data:
                return data
        return b""

    def _count(self, data: bytes) -> None:
        self._pieces += 1
        self._body_bytes += len(data)
        self._exchange.timing.wire_bytes += len(data)
        if self.stream is not None:
            self.stream.allow(len(data))
        if self._pieces > PIECES and self._body_bytes < self._pieces * PIECE_BYTES:
            detail = f"{self._pieces} chunks of a few bytes each"
            raise FetchError(Outcome.TINY_CHUNKS, self._exchange.url, detail)

    def _failure(self, error: Exception) -> FetchError:
        if isinstance(error, httpx.RemoteProtocolError) and _ENDED_EARLY.match(str(error)):
            detail = "the connection closed before the end of the body"
            return FetchError(Outcome.TRUNCATED, self._exchange.url, detail, status=self.status)
        return _translated(error, self._exchange.url)

    async def aclose(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if self.stream is not None:
            may_be_used = self._is_done and self._is_framed_once() and not self._has_more(pool)
            self.stream.end_exchange(kept_for(self.headers), may_be_used=may_be_used)
        try:
            await self._response.aclose()
        finally:
            await self._pools.give_back(pool, is_whole=self._is_done)

    def _is_framed_once(self) -> bool:
        """Whether no length is beside chunks (RFC 9112, 6.3: such a connection is closed)."""
        names = {name.lower() for name, _ in self.headers}
        return not {b"content-length", b"transfer-encoding"} <= names

    def _has_more(self, pool: "_Pool") -> bool:
        """Whether bytes follow the response: they must not become the answer to the next request.

        Only h11 knows, and httpcore does not ask it. A connection that is not found has more.
        """
        if self._response.extensions.get("http_version") == b"HTTP/2":
            return False  # frames name the request that they belong to
        for connection in pool.transport.pool.connections:
            http11: Any = connection  # Any: httpcore's layers have no public names
            while http11 is not None and not hasattr(http11, "_h11_state"):
                http11 = getattr(http11, "_connection", None)
            if http11 is not None and http11._network_stream is self.stream:
                return bool(http11._h11_state.trailing_data[0])
        return True


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's connections to one origin, opened by our backend."""

    def __init__(self, backend: Backend, **settings: Any):  # Any: handed on to httpx
        super().__init__(**settings, trust_env=False)
        self.pool = self._pool
        self.pool._network_backend = backend  # httpx has no argument for it


def _make_transport(context: ssl.SSLContext, backend: Backend, proxy: str | None) -> _Transport:
    return _Transport(
        backend,
        verify=context,
        http2=find_spec("h2") is not None,
        limits=httpx.Limits(
            max_connections=None,  # the queue of hosts is the limit
            max_keepalive_connections=_IDLE_AN_ORIGIN,
            keepalive_expiry=_IDLE_SECONDS,
        ),
        proxy=proxy,
    )


@dataclass(slots=True)
class _Pool:
    """The connections of one origin."""

    origin: str
    transport: _Transport
    in_use: int = 0
    used_at: float = 0.0  # loop time


class _Pools:
    """A pool an origin; those that were left alone the longest are closed."""

    def __init__(self, make: "partial[_Transport]", most_idle: int):
        self._make = make
        self._most_idle = most_idle
        self._pools: OrderedDict[str, _Pool] = OrderedDict()  # the longest unused first

    def take(self, origin: str) -> _Pool:
        """Return the pool of an origin; it must be given back."""
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = _Pool(origin, self._make())
        pool.in_use += 1
        self._pools.move_to_end(origin)
        return pool

    async def give_back(self, pool: _Pool, *, is_whole: bool) -> None:
        """Take a pool after an exchange; close what is idle too long, or too much.

        Where a response was not read to its end, all connections of its origin are closed: over
        HTTP/2 it would go on coming, and httpx may take a dead connection for a live one.
        """
        now = asyncio.get_running_loop().time()
        pool.in_use -= 1
        pool.used_at = now
        is_known = self._pools.get(pool.origin) is pool
        if is_known and not is_whole and not pool.in_use:
            await self._close(pool)
        elif is_known:
            self._pools.move_to_end(pool.origin)
        while self._pools:
            oldest = next(iter(self._pools.values()))
            is_over = len(self._pools) > self._most_idle or now - oldest.used_at > _IDLE_SECONDS
            if oldest.in_use or not is_over:
                break
            await self._close(oldest)

    async def close_oldest(self) -> bool:
        """Close the pool that was idle the longest; False where none is."""
        for pool in self._pools.values():
            if not pool.in_use:
                await self._close(pool)
                return True
        return False

    async def aclose(self) -> None:
        """Close all."""
        for pool in list(self._pools.values()):
            await self._close(pool)

    async def _close(self, pool: _Pool) -> None:
        del self._pools[pool.origin]
        await pool.transport.aclose()


class _Url(httpx.URL):
    """An address whose path and query are sent as they are written; httpx would escape them."""

    def __init__(self, address: Address):
        super().__init__(scheme=address.scheme, host=address.host.strip("[]"), port=address.port)
        self._target = address.target.encode()

    @property
    def raw_path(self) -> bytes:
        """Return path and query."""
        return self._target


def _request(address: Address, headers: RawHeaders) -> httpx.Request:
    """Return a request that is sent as our own engine sends it."""
    host = (b"Host", address.authority.encode())
    url = _Url(address)
    request = httpx.Request("GET", url, headers=[host, *headers])
    request.url = url  # the request has made a plain copy
    return request


def _translated(error: Exception, url: str) -> FetchError:
    """Return any error of httpx, or of the parsers below it, as ours."""
    detail = str(error) or type(error).__name__
    match error:
        case FetchError():
            return error
        case httpx.ProxyError():
            return FetchError(Outcome.NETWORK, url, f"the proxy: {detail}", unreached=True)
        case httpx.NetworkError():
            return FetchError(Outcome.NETWORK, url, detail)
        case httpx.TimeoutException():
            return FetchError(Outcome.TIMEOUT, url, detail)
    # Protocol errors; and what a parser raises beside them on a hostile answer.
    return FetchError(Outcome.PROTOCOL, url, detail)
