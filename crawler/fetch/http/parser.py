"""One HTTP/1.1 response as it arrives: its head, then its body in pieces.

Parsed by httptools (llhttp). The rules that a parser leaves to its caller are kept here: how long
a head may be, how many interim responses and trailers, how small chunks, and when a body is whole.
"""

import asyncio

import httptools

from crawler.errors import FetchError
from crawler.fetch.http.head import HeadMender
from storage.records.outcome import Outcome

HEADER_LINES, HEADER_BYTES = 100, 64 * 1024
FRAMING_BYTES = 64 * 1024  # what a response may spend on framing, and as much again as its body
_INTERIM = 10  # 1xx responses before the final one (RFC 9110, 15.2)
PIECES, PIECE_BYTES = 2000, 128  # this many chunks of fewer bytes on average: an attack
_HIGH_WATER = 256 * 1024  # bytes that wait for their reader before the server has to wait


class ResponseParser:
    """A response on its way. The connection feeds it, one task reads it."""

    __slots__ = (
        "_bodiless_bytes", "_body_bytes", "_chunks", "_complete", "_error", "_head_bytes",
        "_head_lines", "_head_size", "_interim", "_is_framed", "_is_interim", "_loop", "_mender",
        "_parser",
        "_pending", "_pieces", "_transport", "_url", "_waiter", "active_at",
        "head_done", "headers", "keeps_alive", "received", "status",
    )  # fmt: skip

    def __init__(
        self, url: str, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.head_done = False
        self.keeps_alive = False  # set at the end: another request may follow on the connection
        self.received = 0  # bytes, head and framing included
        self.active_at = loop.time()
        self._url = url
        self._transport = transport
        self._loop = loop
        self._mender = HeadMender()
        self._parser = httptools.HttpResponseParser(self)
        # What browsers accept as well: bare line feeds, blanks behind a chunk's size, and a length
        # beside chunks (chunks win, and the connection is not used again: RFC 9112, 6.3).
        self._parser.set_dangerous_leniencies(
            lenient_chunked_length=True,
            lenient_version=True,
            lenient_data_after_close=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )
        self._chunks: list[bytes] = []
        self._pending = 0  # bytes in _chunks
        self._pieces = 0
        self._complete = False
        self._error: FetchError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._head_bytes = self._head_lines = 0
        self._head_size = 0  # of parsed heads, without blanks around their values
        self._body_bytes = 0
        self._bodiless_bytes = 0  # received since the last piece of the body
        self._interim = 0
        self._is_interim = False
        self._is_framed = False  # a length or chunks say where the body ends

    # The reader's side

    async def wait_for_head(self) -> None:
        """Wait until status and headers are there. Raises FetchError."""
        while not self.head_done:
            if self._error is not None:
                raise self._error
            await self._wait()

    async def read(self) -> bytes:
        """Return the next piece of the body; nothing at its end. Raises FetchError."""
        while not self._chunks:
            if self._error is not None:
                raise self._error
            if self._complete:
                return b""
            await self._wait()
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        if self._pending > _HIGH_WATER:
            self.active_at = self._loop.time()  # it was we who were silent
            self._transport.resume_reading()
        self._pending = 0
        return data

    @property
    def is_done(self) -> bool:
        """Whether the body was read to its end."""
        return self._complete and not self._chunks and self._error is None

    # The connection's side

    def feed(self, data: bytes) -> None:
        """Take bytes of the wire."""
        self.received += len(data)
        self.active_at = self._loop.time()
        if self.head_done:
            self._bodiless_bytes += len(data)
        else:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(self._mender.feed(data))
        except httptools.HttpParserUpgrade:
            self.fail(Outcome.PROTOCOL, "the server switched protocols unasked")
        except httptools.HttpParserError as error:
            self.keeps_alive = False
            if not self._complete:  # else: what follows a response is not ours to read
                self.fail(Outcome.PROTOCOL, str(error) or type(error).__name__)
        if not self.head_done and self._head_bytes > HEADER_BYTES:
            self.fail(Outcome.PROTOCOL, "more headers than any page needs")
        self._check_framing()
        if self._pending > _HIGH_WATER and not self._complete:
            self._transport.pause_reading()
        self._wake()

    def _check_framing(self) -> None:
        """Bound what is no body: trailers, chunk sizes and their extensions (RFC 9112, 7.1)."""
        if self._complete:
            return
        framing = self.received - self._head_size - self._body_bytes
        is_long = self._bodiless_bytes > HEADER_BYTES
        if is_long or framing > FRAMING_BYTES + self._body_bytes:
            self.fail(Outcome.PROTOCOL, "more framing than any body needs")

    def close(self, error: Exception | None, *, is_cut: bool = False) -> None:
        """The connection is gone: the end of some bodies, an error for all else.

        `is_cut`: TLS ended without close_notify, so nobody knows whether more was to come.
        """
        self.keeps_alive = False
        if self._complete or self._error is not None:
            return
        if error is None and self.head_done and not self._is_framed and not is_cut:
            self._complete = True  # RFC 9112, 6.3: the body ends where the connection ends
        elif error is not None:
            self.fail(Outcome.NETWORK, str(error) or type(error).__name__)
        elif self.head_done:
            self.fail(Outcome.TRUNCATED, "the connection closed before the end of the body")
        else:
            self.fail(Outcome.NETWORK, "the connection closed without an answer")
        self._wake()

    def detach(self) -> None:
        """Drop the parser to break a reference cycle, so that no garbage collection is needed."""
        del self._parser

    def fail(self, outcome: Outcome, detail: str) -> None:
        """End with an error; the first one counts."""
        if self._error is None:
            self._error = FetchError(outcome, self._url, detail, status=self.status or None)
        self.keeps_alive = False
        self._wake()

    # The parser's side

    def on_message_begin(self) -> None:
        """A response begins; a second one where one was asked for ends the connection."""
        if self._complete:
            self.keeps_alive = False
            raise ValueError("a response that nobody asked for")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer, which only counts."""
        self._head_lines += 1
        self._head_size += len(name) + len(value) + 4 if not self.head_done else 0
        self._head_bytes += 0 if not self.head_done else len(name) + len(value)
        if self._head_lines > HEADER_LINES or self._head_bytes > 2 * HEADER_BYTES:
            self._refuse("more headers than any page needs")
        if not self.head_done:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is there: of an interim response, or of the one that counts."""
        self.status = self._parser.get_status_code()
        if 100 <= self.status < 200:
            self._interim += 1
            if self._interim > _INTERIM or self.status == 101:
                self._refuse("interim responses without end")
            self._is_interim = True
            self.headers.clear()
            return
        if sum(len(name) + len(value) for name, value in self.headers) > HEADER_BYTES:
            self._refuse("more headers than any page needs")
        names = {name.lower() for name, _ in self.headers}
        self._is_framed = b"content-length" in names or b"transfer-encoding" in names
        self.keeps_alive = not {b"content-length", b"transfer-encoding"} <= names
        self.head_done = True

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        self._chunks.append(data)
        self._pending += len(data)
        self._body_bytes += len(data)
        self._bodiless_bytes = 0
        self._pieces += 1
        if self._pieces > PIECES and self.received < self._pieces * PIECE_BYTES:
            self._refuse(f"{self._pieces} chunks of a few bytes each", Outcome.TINY_CHUNKS)

    def on_message_complete(self) -> None:
        """A response has ended."""
        if self._is_interim:
            self._is_interim = False
            self.status = 0
            return
        self._complete = True
        self.keeps_alive = self.keeps_alive and self._parser.should_keep_alive()

    def _refuse(self, detail: str, outcome: Outcome = Outcome.PROTOCOL) -> None:
        self.fail(outcome, detail)
        raise ValueError(detail)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
