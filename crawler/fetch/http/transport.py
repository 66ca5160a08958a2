"""httpx on top of an engine: `httpx.AsyncBaseTransport`, for httpx.AsyncClient and its users.

The crawler's own fetches go to the engine directly and pay nothing for httpx's types.
"""

from collections.abc import AsyncIterator

import httpx

from crawler.errors import FetchError
from crawler.fetch.http.engine import Answer, HttpEngine
from crawler.fetch.http.timing import Timing
from crawler.urls.address import address_of
from storage.records.outcome import Outcome

_OURS = {b"host", b"connection", b"transfer-encoding", b"content-length"}  # set by the engine


class Transport(httpx.AsyncBaseTransport):
    """Sends httpx's requests. Raises FetchError only; the engine belongs to whoever made it."""

    def __init__(self, engine: HttpEngine):
        self._engine = engine

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a GET; the response's stream must be closed.

        `extensions["timing"]` of the response, a Timing, says where its time went.
        """
        if request.method != "GET":
            raise ValueError(f"a crawler sends GET only, not {request.method}")
        try:
            address = address_of(str(request.url))
        except ValueError as error:
            raise FetchError(Outcome.BAD_URL, str(request.url), str(error)) from error
        timing = Timing()
        headers = [pair for pair in request.headers.raw if pair[0].lower() not in _OURS]
        answer = await self._engine.ask(address, headers, timing)
        return httpx.Response(
            answer.status,
            headers=list(answer.headers),
            stream=_Body(answer),
            extensions={"timing": timing},
        )


class _Body(httpx.AsyncByteStream):
    """The rest of a response. Closing it early costs its connection."""

    def __init__(self, answer: Answer):
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self._answer.read():
            yield data

    async def aclose(self) -> None:
        """Give the connection back."""
        self._answer.close()
