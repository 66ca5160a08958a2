"""Whatever a server says in its headers, a fetch ends with a page or with an outcome."""

import asyncio
import gzip
import zlib
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import cast

from hypothesis import strategies as st

from crawler.errors import FetchError
from crawler.fetch.http import cookies
from crawler.fetch.http.decoding import BodyDecoder, BodyError
from crawler.fetch.http.engine import RawHeaders
from crawler.fetch.http.head import HeadMender, mended
from crawler.fetch.http.http1 import kept_for
from crawler.fetch.http.parser import ResponseParser
from crawler.fetch.http.request import Request
from crawler.fetch.http.response import receive, redirect_of
from crawler.fetch.http.timing import Timing
from crawler.urls.address import address_of
from storage.records.model import Page
from tests.fuzz.profiles import hold, in_lanes

URL = "https://ferry.example/news/1"
BODY = b"<p>The ferry sails.</p>" * 20
NAMES = st.sampled_from(
    "Content-Type Content-Length Content-Encoding Transfer-Encoding Set-Cookie Location "
    "Retry-After ETag Last-Modified Keep-Alive Connection Cache-Control Expires Date X-Odd".split()
)
VALUES = st.sampled_from(
    [
        "",
        "5",
        "5, 5",
        "5\r\n 6",
        "²",
        "9" * 300,
        "-1",
        "utf-8",
        "gzip",
        "identity, gzip",
        "br",
        "none",
        "chunked",
        "identity",
        "text/html; charset=²",
        "a=1; path=/",
        "a=1\r\n\t; Max-Age=0",
        "=",
        ";;;",
        "Sat, 28 Nov 2026 10:00:00 GMT",
        "Sat, 99 Nov 99999 10:00:00 GMT",
        "/",
        "//[",
        "http://[::1",
        "timeout=99999999999",
        "timeout=²",
        "\x00",
        "\xff",
        "x" * 9000,
        "close",
        'W/"1"',
        "\n b",
    ]
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
STATUS_LINES = st.sampled_from(
    [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 302 Found",
        "HTTP/1.0 200",
        "HTTP/1.1 103 Hints",
        "HTTP/1.1 429 X",
        "HTTP/1.1 101 Switch",
        "HTTP/1.1 999 ²",
        "ICY 200 OK",
        "HTTP/1.1",
        "",
    ]
)


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """Draw a head as it comes over the wire."""
    end = draw(st.sampled_from(["\r\n", "\n"]))
    lines = [draw(STATUS_LINES), *(f"{name}: {value}" for name, value in draw(HEADERS)), "", ""]
    return end.join(lines).encode("latin-1")


class Transport:
    """A transport that nobody reads from."""

    def pause_reading(self) -> None:
        """Nothing comes by itself."""

    resume_reading = pause_reading


def parsed(pieces: Sequence[bytes], loop: asyncio.AbstractEventLoop) -> tuple[object, ...]:
    """Return what the parser makes of the pieces of a response."""
    parser = ResponseParser(URL, cast(asyncio.Transport, Transport()), loop)
    for piece in pieces:
        if parser._error is None:
            parser.feed(piece)
    parser.close(None)
    error = parser._error.outcome if parser._error else None
    return parser.status, tuple(parser.headers), error, b"".join(parser._chunks)


@in_lanes
def test_a_response_is_the_same_in_whatever_pieces_it_comes(examples: int) -> None:
    loop = asyncio.new_event_loop()

    def check(drawn: tuple[bytes, int]) -> None:
        head, size = drawn
        wire = head + BODY
        pieces = [wire[start : start + size] for start in range(0, len(wire), size)]

        assert parsed(pieces, loop) == parsed([wire], loop)

    hold(examples, st.tuples(heads(), st.integers(1, 300)), check)
    loop.close()


@in_lanes
def test_a_head_is_mended_once_and_for_all(examples: int) -> None:
    def check(head: bytes) -> None:
        once = mended(head)

        assert mended(once) == once
        assert HeadMender().feed(once) == once

    hold(examples, heads(), check)


class Answer:
    """A response whose body is here."""

    def __init__(self, status: int, headers: RawHeaders, body: bytes):
        self.status = status
        self.headers = headers
        self._body = [body]

    async def read(self) -> bytes:
        """Return the body, then nothing."""
        return self._body.pop() if self._body else b""

    async def aclose(self) -> None:
        """Nothing is open."""


async def page_of(answer: Answer) -> Page:
    request = Request(url=URL, max_bytes=10_000, deadline=9.0)
    async with aclosing(answer):
        return await receive(answer, URL, request, (), Timing())


@in_lanes
def test_any_headers_end_with_a_page_or_an_outcome(examples: int) -> None:
    """HTTP/2 has no head that is parsed as lines: its headers come as they are."""
    address = address_of(URL)

    def check(drawn: tuple[int, list[tuple[str, str]], bytes]) -> None:
        status, named, body = drawn
        headers = [(name.encode(), value.encode("latin-1")) for name, value in named]
        answer = Answer(status, headers, body)
        redirect_of(answer)
        kept_for(headers)
        held = cookies.after((), address, headers, 0)
        for _, line in cookies.header_for(held, address):
            assert b"\n" not in line
        try:
            page = asyncio.run(page_of(answer))
        except FetchError as error:
            assert error.outcome  # noqa: PT017 - either is right
        else:
            assert page.fetched_at <= datetime.now(UTC)

    bodies = st.sampled_from([b"", BODY, gzip.compress(BODY), gzip.compress(BODY)[:-3]])
    drawn = st.tuples(st.sampled_from([200, 203, 302, 304, 404, 429, 503, 999]), HEADERS, bodies)
    hold(examples, drawn, check)


@in_lanes
def test_a_body_is_the_same_in_whatever_pieces_it_comes(examples: int) -> None:
    def decoded(coding: str, wire: bytes, size: int) -> object:
        try:
            decoder = BodyDecoder(coding, 100_000)
            for start in range(0, len(wire), size):
                decoder.feed(wire[start : start + size])
            return decoder.finish()
        except BodyError as error:
            return error.outcome

    def check(drawn: tuple[str, bytes, int]) -> None:
        coding, wire, size = drawn

        assert decoded(coding, wire, size) == decoded(coding, wire, len(wire) + 1)

    codings = st.sampled_from(["", "gzip", "deflate", "utf-8", "identity, gzip", "br", ",", "²"])
    bodies = st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(gzip.compress),
        st.binary(max_size=200).map(zlib.compress),
        st.binary(max_size=200).map(lambda body: gzip.compress(body)[:-4]),
    )
    hold(examples, st.tuples(codings, bodies, st.integers(1, 50)), check)
