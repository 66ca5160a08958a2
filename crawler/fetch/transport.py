"""httpx over connections of our own choosing: the address is checked where it is dialled.

An `httpx.AsyncBaseTransport` on httpcore's pool with a network backend that resolves, asks the
guard about every address, and dials the one it asked about, so that a second DNS answer changes
nothing. Connections are not kept: httpcore hands bytes that follow a response to the next request
of the host, and scans all idle connections for each request (docs/decisions/0003-transport.md).
"""

import ssl
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from crawler.errors import FetchError
from crawler.fetch.guard import AddressGuard
from crawler.fetch.resolver import Resolver
from storage.model import Outcome

# How long each phase of the current request took, in milliseconds.
phases: ContextVar[dict[str, float]] = ContextVar("phases")


class Transport(httpx.AsyncBaseTransport):
    """Sends one request at a time for its caller; many callers at once."""

    def __init__(
        self,
        *,
        guard: AddressGuard,
        resolver: Resolver,
        context: ssl.SSLContext,
        connect_to: Mapping[str, str],
        max_connections: int,
    ):
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=max_connections,
            max_keepalive_connections=0,
            http1=True,
            http2=False,
            network_backend=_GuardedBackend(guard, resolver, connect_to),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response's stream must be closed. Raises FetchError only."""
        url = str(request.url)
        try:
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    extensions={**request.extensions, "trace": _trace},
                )
            )
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise translate(error, url) from error
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Stream(response, url),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, url: str):
        self._response = response
        self._url = url

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_stream():
                yield chunk
        except httpcore.RemoteProtocolError as error:
            if "incomplete" in str(error) or "peer closed" in str(error):
                raise FetchError(Outcome.TRUNCATED, self._url, str(error)) from error
            raise translate(error, self._url) from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise translate(error, self._url) from error

    async def aclose(self) -> None:
        await self._response.aclose()


def translate(error: Exception, url: str) -> FetchError:
    """Return a foreign error as ours, with the reason that the deepest cause gives."""
    causes: list[BaseException] = [error]
    while (deeper := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(deeper)
    if own := next((cause for cause in causes if isinstance(cause, FetchError)), None):
        return own
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        reason = getattr(tls, "verify_message", "") or tls.reason or "handshake failed"
        return FetchError(Outcome.TLS, url, f"TLS: {reason}")
    if isinstance(error, httpcore.TimeoutException):
        return FetchError(Outcome.TIMEOUT, url, "no answer within the limit")
    if isinstance(error, httpcore.ProtocolError):
        closed = "without sending" in str(error)
        return FetchError(Outcome.NETWORK if closed else Outcome.PROTOCOL, url, str(error))
    detail = next((str(cause) for cause in reversed(causes) if str(cause)), type(error).__name__)
    return FetchError(Outcome.NETWORK, url, detail)


async def _trace(event: str, _info: Mapping[str, Any]) -> None:
    """Note when phases begin and end (httpcore's trace extension)."""
    name, _, moment = event.rpartition(".")
    timing = phases.get(None)
    if timing is None or moment == "failed":
        return
    now = time.perf_counter() * 1000
    match name, moment:
        case "connection.connect_tcp" | "connection.start_tls", "started":
            timing[name] = now
        case "connection.connect_tcp", "complete":
            timing["connect"] = now - timing.pop(name) - timing.get("dns", 0.0)
        case "connection.start_tls", "complete":
            timing["tls"] = now - timing.pop(name)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials checked addresses only; `connect_to` puts names elsewhere, as curl's option does."""

    def __init__(self, guard: AddressGuard, resolver: Resolver, connect_to: Mapping[str, str]):
        self._guard = guard
        self._resolver = resolver
        self._connect_to = {key.lower(): value for key, value in connect_to.items()}
        self._dialler = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, dial. Raises FetchError or an error of httpcore."""
        place = self._connect_to.get(f"{host}:{port}".lower())
        if place is not None:
            name, _, digits = place.rpartition(":")
            host, port = name.strip("[]"), int(digits)
        started = time.perf_counter()
        addresses = await self._resolver.resolve(host.strip("[]"))
        if (timing := phases.get(None)) is not None:
            timing["dns"] = (time.perf_counter() - started) * 1000
        # One forbidden address among many is an attack or a mistake: none is dialled.
        for address in addresses:
            if not self._guard.allows(address):
                raise FetchError(
                    Outcome.BLOCKED_ADDRESS,
                    host,
                    "the name leads to an address that is not public; [network] allow_private "
                    "opens ranges",
                )
        return await self._dial(addresses, port, timeout, socket_options)

    async def _dial(
        self,
        addresses: list[str],
        port: int,
        timeout: float | None,
        options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        """Try the first IPv4 and the first IPv6 address, in that order."""
        chosen = dict.fromkeys((addresses[0], *(a for a in addresses if ":" in a)))
        attempts = list(chosen)[:2]
        share = None if timeout is None else timeout / len(attempts)
        for address in attempts[:-1]:
            try:
                return await self._dialler.connect_tcp(address, port, share, None, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dialler.connect_tcp(attempts[-1], port, share, None, options)

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for between its own retries (of which we ask none)."""
        await self._dialler.sleep(seconds)
