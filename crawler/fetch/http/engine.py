"""What carries requests, as the client sees it. There are two: http1, our own, and
httpx_engine (docs/decisions/0003-transport.md).
"""

from collections.abc import Sequence
from typing import Protocol

from crawler.fetch.http.timing import Timing
from crawler.urls.address import Address

RawHeaders = Sequence[tuple[bytes, bytes]]


class Response(Protocol):
    """A response: its head, and its body still to be read."""

    status: int
    headers: RawHeaders

    async def read(self) -> bytes:
        """Return the next piece of the body as it was sent; nothing at its end.

        Raises FetchError.
        """

    async def aclose(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""


class HttpEngine(Protocol):
    """Sends GET requests, many at once."""

    async def ask(self, address: Address, headers: RawHeaders, timing: Timing) -> Response:
        """Return the response to a request; it must be closed. Raises FetchError."""

    async def aclose(self) -> None:
        """Close every connection."""
