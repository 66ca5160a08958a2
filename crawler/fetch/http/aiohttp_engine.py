"""The second engine: aiohttp, for a server that our own cannot talk to (an extra).

The guard stands where aiohttp opens its sockets, so that here too the address that is checked is
the one that is dialled.
"""

import socket
import ssl
import time
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crawler.errors import FetchError
from crawler.fetch.http.dialler import unreached
from crawler.fetch.http.engine import RawHeaders
from crawler.fetch.http.parser import HEADER_BYTES, HEADER_LINES, PIECE_BYTES, PIECES
from crawler.fetch.http.route import Route
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address
from storage.records.outcome import Outcome


class AiohttpEngine:
    """Sends requests through aiohttp. Raises FetchError only."""

    def __init__(
        self,
        route: Route,
        context: ssl.SSLContext,
        *,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
    ):
        self._route = route
        self._context = context
        self._connect_timeout = connect_timeout
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, address: Address, headers: RawHeaders, timing: Timing) -> "_Answer":
        """Send a request and wait for the head of its answer.

        Header values that are not ASCII are left out: aiohttp would change their bytes.
        """
        started = time.perf_counter()
        found, _ = await self._route.find(address.host, address.port, address.url)
        timing.add("dns", started)
        timing.address = found[0]
        try:
            response = await self._open().request(
                "GET",
                URL(address.url, encoded=True),
                headers=[(k.decode(), v.decode()) for k, v in headers if v.isascii()],
                allow_redirects=False,
                trace_request_ctx=timing,
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translate(error, address.url, self._connect_timeout) from error
        timing.answered()
        return _Answer(response, address.url, timing)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                ssl=self._context,
                resolver=_Resolver(self._route),
                use_dns_cache=False,
                limit=0,  # the queue of hosts is the limit
                keepalive_timeout=90.0,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=self._timeout,
                max_line_size=HEADER_BYTES,
                max_field_size=HEADER_BYTES,
                trace_configs=[_tracing()],
            )
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


class _Resolver(AbstractResolver):
    """Leads aiohttp to the addresses that the guard has passed."""

    def __init__(self, route: Route):
        self._route = route

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return checked addresses. Raises FetchError."""
        addresses, port = await self._route.find(host, port, host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _Answer:
    """A response of aiohttp's, within our limits."""

    def __init__(self, response: aiohttp.ClientResponse, url: str, timing: Timing):
        self.status = response.status
        self.headers: RawHeaders = response.raw_headers
        self._response = response
        self._url = url
        self._timing = timing
        self._pieces = self._size = 0
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > HEADER_LINES or size > HEADER_BYTES:
            response.close()
            raise FetchError(Outcome.PROTOCOL, url, "more headers than any page needs")
        transport = response.connection.transport if response.connection is not None else None
        if transport is not None and (peer := transport.get_extra_info("peername")):
            timing.address = peer[0]

    async def read(self) -> bytes:
        """Return the next piece of the body; nothing at its end."""
        ended = False
        while not ended:
            try:
                data, ended = await self._response.content.readchunk()
            except (aiohttp.ClientError, OSError) as error:
                raise _translate(error, self._url, 0.0) from error
            self._pieces += 1
            self._size += len(data)
            if self._pieces > PIECES and self._size < self._pieces * PIECE_BYTES:
                detail = f"{self._pieces} chunks of a few bytes each"
                raise FetchError(Outcome.TINY_CHUNKS, self._url, detail)
            if data:
                self._timing.wire_bytes += len(data)
                return data
            ended = self._response.content.at_eof()
        return b""

    def close(self) -> None:
        """Close, unless the body was read to its end."""
        self._response.close()


def _tracing() -> aiohttp.TraceConfig:
    """Return hooks that note how long a new connection took, TLS included."""
    tracing = aiohttp.TraceConfig()

    async def start(_: object, context: SimpleNamespace, __: object) -> None:
        context.connecting = time.perf_counter()

    async def end(_: object, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx.add("connect", context.connecting)

    tracing.on_connection_create_start.append(start)
    tracing.on_connection_create_end.append(end)
    return tracing


def _translate(error: Exception, url: str, limit: float) -> FetchError:
    """Return a foreign error as ours."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return unreached(error.certificate_error, url, limit)
        case aiohttp.ClientConnectorSSLError():
            return unreached(error.os_error, url, limit)
        case aiohttp.ClientConnectorError():
            return unreached(error.os_error, url, limit)
        case aiohttp.ConnectionTimeoutError():
            return unreached(TimeoutError(), url, limit)
        case TimeoutError():
            return FetchError(Outcome.TIMEOUT, url, "no byte within the read timeout")
        case aiohttp.ClientPayloadError():
            return _payload(error, url)
        case aiohttp.ClientResponseError():
            return FetchError(Outcome.PROTOCOL, url, error.message)
        case aiohttp.InvalidURL():
            return FetchError(Outcome.BAD_URL, url, str(error))
    return FetchError(Outcome.NETWORK, url, str(error) or type(error).__name__)


def _payload(error: aiohttp.ClientPayloadError, url: str) -> FetchError:
    cause = error.__cause__ or error
    if isinstance(cause, ConnectionError):
        return FetchError(Outcome.NETWORK, url, str(cause))
    is_short = "not enough data" in str(cause).lower() or "ContentLength" in type(cause).__name__
    return FetchError(Outcome.TRUNCATED if is_short else Outcome.PROTOCOL, url, str(cause))
