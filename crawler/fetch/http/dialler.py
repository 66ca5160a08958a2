"""Connects: the very address that the guard was asked about is dialled.

Nothing is looked up again between the check and the connection, so a name that changes its answer
(DNS rebinding) changes nothing. TLS keeps the name that was asked for.
"""

import asyncio
import errno
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar, cast

from crawler.errors import FetchError
from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address
from storage.records.outcome import Outcome

_HEAD_START = 0.25  # seconds before the next address is tried beside the first (RFC 8305, 5)
_FULL = {errno.EMFILE, errno.ENFILE}


# From a host, a port and the URL that wants them to addresses that may be dialled, and a port.
Find = Callable[[str, int, str], Awaitable[tuple[tuple[str, ...], int]]]


class Dialled(Protocol):
    """What a dialler opens: an asyncio protocol that can change its transport."""

    def attach(self, transport: asyncio.Transport) -> None:
        """Use another transport from now on: TLS over the one that was connected."""

    def abort(self) -> None:
        """Close at once."""


C = TypeVar("C", bound=Dialled)


class Dialler(Generic[C]):
    """Opens connections. `make` returns the protocol of a new one."""

    def __init__(
        self,
        find: Find,
        context: ssl.SSLContext,
        connect_timeout: float,
        make: Callable[[], C],
    ):
        self._find = find
        self._context = context
        self._connect_timeout = connect_timeout
        self._make = make

    async def dial(self, address: Address, timing: Timing) -> C:
        """Return an open connection, with TLS where the address wants it. Raises FetchError."""
        addresses, port = await self._resolve(address.host, address.port, address.url, timing)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._connect_timeout):
                connection, transport = await self._connect_first(addresses, port)
                started = timing.add("connect", started)
                if address.scheme == "https":
                    try:
                        await secure(connection, transport, self._context, address.host)
                    finally:
                        timing.add("tls", started)
        except (OSError, ssl.SSLError) as error:  # TimeoutError is one
            raise unreached(error, address.url, self._connect_timeout) from error
        return connection

    async def connect(self, host: str, port: int, url: str, timing: Timing) -> C:
        """Return an open connection without TLS. Raises FetchError. `url` is what it is for."""
        addresses, port = await self._resolve(host, port, url, timing)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._connect_timeout):
                connection, _ = await self._connect_first(addresses, port)
        except OSError as error:
            raise unreached(error, url, self._connect_timeout) from error
        timing.add("connect", started)
        return connection

    async def _resolve(
        self, host: str, port: int, url: str, timing: Timing
    ) -> tuple[tuple[str, ...], int]:
        started = time.perf_counter()
        try:
            return await self._find(host, port, url)
        finally:
            timing.add("dns", started)

    async def _connect_first(
        self, addresses: tuple[str, ...], port: int
    ) -> tuple[C, asyncio.Transport]:
        """Connect to the address that answers first, IPv4 with a head start (RFC 8305)."""
        if len(addresses) == 1:
            return await self.open_socket(addresses[0], port)
        pending: set[asyncio.Task[tuple[C, asyncio.Transport]]] = set()
        left = list(reversed(addresses))
        failure: BaseException | None = None
        try:
            while left or pending:
                if left:
                    pending.add(asyncio.create_task(self.open_socket(left.pop(), port)))
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

    async def open_socket(self, address: str, port: int) -> tuple[C, asyncio.Transport]:
        """Dial one address: the only place where a socket is opened."""
        loop = asyncio.get_running_loop()
        make = cast(Callable[[], asyncio.Protocol], self._make)
        transport, connection = await loop.create_connection(make, address, port)
        return cast(C, connection), transport


async def secure(
    connection: Dialled, transport: asyncio.Transport, context: ssl.SSLContext, host: str
) -> None:
    """Begin TLS on a connection, under the name of a host. Raises OSError or ssl.SSLError."""
    loop = asyncio.get_running_loop()
    protocol = cast(asyncio.Protocol, connection)  # what a dialler opens is one
    try:
        secured = await loop.start_tls(
            transport, protocol, context, server_hostname=host.strip("[]")
        )
    except BaseException:
        connection.abort()
        raise
    if secured is None:
        raise ConnectionResetError("the connection closed during the TLS handshake")
    connection.attach(secured)


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


async def _call_off(attempts: set[asyncio.Task[tuple[C, asyncio.Transport]]]) -> None:
    """Cancel attempts that are not needed; one that came through meanwhile is closed."""
    for attempt in attempts:
        attempt.cancel()
    for attempt in attempts:
        await asyncio.wait({attempt})
        if not attempt.cancelled() and attempt.exception() is None:
            attempt.result()[0].abort()
