"""Connects: the very address that the guard was asked about is dialled.

No second look-up stands between the check and the connection, so a name that changes its answer
(DNS rebinding) changes nothing. TLS keeps the name that was asked for.
"""

import asyncio
import errno
import ssl
import time

from crawler.errors import FetchError
from crawler.fetch.http.connection import Connection
from crawler.fetch.http.route import Route
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address
from storage.records.outcome import Outcome

_HEAD_START = 0.25  # seconds before the next address is tried beside the first (RFC 8305, 5)
_FULL = {errno.EMFILE, errno.ENFILE}


class Dialler:
    """Opens connections for our own engine."""

    def __init__(self, route: Route, context: ssl.SSLContext, connect_timeout: float = 10.0):
        self._route = route
        self._context = context
        self._connect_timeout = connect_timeout

    async def dial(self, address: Address, timing: Timing) -> Connection:
        """Return an open connection. Raises FetchError."""
        started = time.perf_counter()
        try:
            addresses, port = await self._route.find(address.host, address.port, address.url)
        finally:
            started = timing.add("dns", started)
        try:
            async with asyncio.timeout(self._connect_timeout):
                connection, transport = await self._connect_first(addresses, port)
                started = timing.add("connect", started)
                if address.scheme == "https":
                    try:
                        await self._secure(connection, transport, address.host)
                    finally:
                        timing.add("tls", started)
        except (OSError, ssl.SSLError) as error:  # TimeoutError is one
            raise unreached(error, address.url, self._connect_timeout) from error
        return connection

    async def _secure(
        self, connection: Connection, transport: asyncio.Transport, host: str
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(
                transport, connection, self._context, server_hostname=host.strip("[]")
            )
        except BaseException:
            connection.abort()
            raise
        if secured is None:
            raise ConnectionResetError("the connection closed during the TLS handshake")
        connection.attach(secured)

    async def _connect_first(
        self, addresses: tuple[str, ...], port: int
    ) -> tuple[Connection, asyncio.Transport]:
        """Connect to the address that answers first, IPv4 with a head start (RFC 8305)."""
        if len(addresses) == 1:
            return await self._connect(addresses[0], port)
        pending: set[asyncio.Task[tuple[Connection, asyncio.Transport]]] = set()
        left = list(reversed(addresses))
        failure: BaseException | None = None
        try:
            while left or pending:
                if left:
                    pending.add(asyncio.create_task(self._connect(left.pop(), port)))
                done, pending = await asyncio.wait(
                    pending,
                    timeout=_HEAD_START if left else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for attempt in done:
                    if attempt.exception() is None:
                        pending |= done - {attempt}  # another may have come through beside it
                        return attempt.result()
                    failure = attempt.exception()
        finally:
            await _call_off(pending)
        assert failure is not None  # noqa: S101 - every attempt has failed
        raise failure

    async def _connect(self, address: str, port: int) -> tuple[Connection, asyncio.Transport]:
        """Dial one address: the only place where a socket is opened."""
        transport, connection = await asyncio.get_running_loop().create_connection(
            Connection, address, port
        )
        return connection, transport


def unreached(error: BaseException, url: str, limit: float) -> FetchError:
    """Return a failure to connect as ours, in words an operator can use."""
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "") or error.reason or "handshake failed"
        return FetchError(Outcome.TLS, url, f"TLS: {reason}", unreached=True)
    if isinstance(error, TimeoutError):
        return FetchError(Outcome.TIMEOUT, url, f"no connection within {limit:g} s", unreached=True)
    if isinstance(error, OSError) and error.errno in _FULL:
        return FetchError(
            Outcome.NETWORK, url, "this machine has no file descriptors left: raise its limit"
        )
    return FetchError(Outcome.NETWORK, url, str(error) or type(error).__name__, unreached=True)


def is_out_of_descriptors(error: BaseException | None) -> bool:
    """Whether this process may open no more sockets."""
    return isinstance(error, OSError) and error.errno in _FULL


async def _call_off(attempts: set[asyncio.Task[tuple[Connection, asyncio.Transport]]]) -> None:
    """Cancel attempts that are not needed; one that came through meanwhile is closed."""
    for attempt in attempts:
        attempt.cancel()
    for attempt in attempts:
        await asyncio.wait({attempt})
        if not attempt.cancelled() and attempt.exception() is None:
            attempt.result()[0].abort()
