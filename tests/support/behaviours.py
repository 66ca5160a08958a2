"""What servers of the open web do to a client, each under a name with the outcome it must have."""

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from storage.records.outcome import Outcome

PLAIN = b"a plain page of this origin"
CAP = 300_000  # bytes, as the fetches of this table are ordered
# Seconds. No behaviour has to end sooner than this but by what it does: a busy machine is slow.
DEADLINE, TIMEOUT = 90.0, 60.0
STALL_TIMEOUT = 3.0  # for what only a read timeout ends
_DRIPS: dict[str, Any] = {"deadline": 2.0}  # Any: for what only a deadline ends
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

Writer = asyncio.StreamWriter
Script = Callable[[Writer, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing a server does. Either an outcome or a page is expected."""

    serve: Script
    outcome: Outcome | None = None
    body: bytes | None = None
    order: dict[str, Any] = field(default_factory=dict)  # Any: what the fetch is ordered with
    read_timeout: float = TIMEOUT
    gap: float = 0.0  # seconds until the next fetch, where it matters: a host's gap is longer
    httpx: Outcome | None = None  # where the second engine reports another outcome


def page(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return a whole response."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def says(*parts: bytes | float) -> Script:
    """Write parts, with pauses in seconds; then close."""

    async def serve(writer: Writer, _path: str) -> None:
        for part in parts:
            if isinstance(part, bytes):
                writer.write(part)
                await writer.drain()
            else:
                await asyncio.sleep(part)

    return serve


def for_ever(head: bytes, part: bytes, pause: float = 0.0) -> Script:
    """Write a head, then the same part until the client has enough."""

    async def serve(writer: Writer, _path: str) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return serve


def leads(location: str, *more: bytes) -> Script:
    """Redirect."""
    return says(page(b"", f"Location: {location}", status="302 Found"), *more)


async def _reset(writer: Writer, _path: str) -> None:
    writer.write(_HEAD + b"Content-Length: 5000\r\n\r\n" + b"x" * 100)
    await writer.drain()
    await asyncio.sleep(0.05)
    linger = struct.pack("ii", 1, 0)  # close by RST
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def _grows(writer: Writer, path: str) -> None:
    await leads(f"{path}x")(writer, path)


async def _slow_chain(writer: Writer, path: str) -> None:
    await asyncio.sleep(0.5)
    await leads(f"{path}x")(writer, path)


def _closing(head: str, body: bytes = b"") -> Script:
    """Answer in raw words and close."""
    return says(head.encode("latin-1") + body)


def _gzip_page(data: bytes, coding: str = "gzip") -> Script:
    return says(page(data, f"Content-Encoding: {coding}"))


def _deflated(data: bytes, bits: int) -> bytes:
    packing = zlib.compressobj(6, zlib.DEFLATED, bits)
    return packing.compress(data) + packing.flush()


_BOMB = gzip.compress(b"\0" * 50_000_000)
_TEXT = b"<p>" + b"the body of a page " * 200
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_STATUS = {
    "a status of 999": ("999 Odd", Outcome.SERVER_ERROR),
    "a status of 600": ("600 Odd", Outcome.SERVER_ERROR),
    "204": ("204 No Content", Outcome.EMPTY),
    "206 unasked": ("206 Partial Content", Outcome.PARTIAL),
    "304 unasked": ("304 Not Modified", Outcome.PROTOCOL),
    "400": ("400 Bad Request", Outcome.CLIENT_ERROR),
    "401": ("401 Unauthorized", Outcome.DENIED),
    "403": ("403 Forbidden", Outcome.DENIED),
    "404": ("404 Not Found", Outcome.NOT_FOUND),
    "410": ("410 Gone", Outcome.GONE),
    "429": ("429 Too Many Requests", Outcome.RATE_LIMITED),
    "451": ("451 Unavailable For Legal Reasons", Outcome.DENIED),
    "500": ("500 Oops", Outcome.SERVER_ERROR),
    "503": ("503 Busy", Outcome.RATE_LIMITED),
}

BEHAVIOURS: dict[str, Behaviour] = {
    # Transport
    "accepts and never answers": Behaviour(
        says(600.0), Outcome.TIMEOUT, read_timeout=STALL_TIMEOUT
    ),
    "headers a byte at a time": Behaviour(
        for_ever(_HEAD + b"X: ", b"y", 0.1), Outcome.DEADLINE, order=_DRIPS
    ),
    "a body a byte at a time": Behaviour(
        for_ever(_HEAD + b"Content-Length: 9999\r\n\r\n", b"x", 0.1),
        Outcome.DEADLINE,
        order=_DRIPS,
    ),
    "103 for ever": Behaviour(for_ever(b"", b"HTTP/1.1 103 Hints\r\n\r\n" * 500), Outcome.PROTOCOL),
    "100 for ever": Behaviour(
        for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), Outcome.PROTOCOL
    ),
    "100 once": Behaviour(says(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01, page(_TEXT)), body=_TEXT),
    "closes before a head": Behaviour(says(), Outcome.NETWORK),
    "closes within a head": Behaviour(says(_HEAD), Outcome.NETWORK),
    "resets within a body": Behaviour(_reset, Outcome.NETWORK),
    "a length too long": Behaviour(says(page(_TEXT, length=9999)), Outcome.TRUNCATED),
    "a length too short": Behaviour(says(page(_TEXT, length=100)), body=_TEXT[:100]),
    "a second response behind the first": Behaviour(
        says(page(_TEXT) + page(b"not asked for")), body=_TEXT
    ),
    "a second response a moment later": Behaviour(
        says(page(_TEXT), 0.02, page(b"not asked for")), body=_TEXT, gap=0.1
    ),
    "bytes behind a response": Behaviour(says(page(_TEXT) + b"<!-- more -->"), body=_TEXT),
    "a negative length": Behaviour(says(page(b"", length=-1)), Outcome.PROTOCOL),
    "a length that is no number": Behaviour(
        _closing("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n"), Outcome.PROTOCOL
    ),
    "two lengths": Behaviour(says(page(_TEXT, "Content-Length: 7")), Outcome.PROTOCOL),
    "one length twice": Behaviour(says(page(_TEXT, f"content-length: {len(_TEXT)}")), body=_TEXT),
    "one length twice on a line": Behaviour(
        says(_HEAD + b"Content-Length: %d, %d\r\n\r\n" % ((len(_TEXT),) * 2), _TEXT), body=_TEXT
    ),
    "two lengths on a line": Behaviour(
        says(_HEAD + b"Content-Length: 5, 6\r\n\r\nhello"), Outcome.PROTOCOL
    ),
    "a folded header": Behaviour(says(page(_TEXT, "X-Policy: a\r\n  b\r\n\tc")), body=_TEXT),
    "a folded length": Behaviour(
        says(_HEAD + b"Content-Length:\r\n 5\r\n\r\nhello"), body=b"hello"
    ),
    "a folded header with bare line feeds": Behaviour(
        says(b"HTTP/1.1 200 OK\nX: a\n b\nContent-Length: 5\n\nhello"), body=b"hello"
    ),
    "a folded header behind 103": Behaviour(
        says(
            b"HTTP/1.1 103 Hints\r\nLink: </a>;\r\n rel=x\r\n\r\n", 0.01, page(_TEXT, "X: a\r\n b")
        ),
        body=_TEXT,
    ),
    "a head in pieces": Behaviour(
        says(
            b"HTT",
            0.01,
            b"P/1.1 200 OK\r\nX: a\r",
            0.01,
            b"\n b\r\nContent-Length: 5\r\n\r",
            0.01,
            b"\nhello",
        ),
        body=b"hello",
    ),
    "blanks before the first header": Behaviour(
        says(b"HTTP/1.1 200 OK\r\n  odd\r\nContent-Length: 5\r\n\r\nhello"), body=b"hello"
    ),
    "folds for ever": Behaviour(for_ever(_HEAD + b"X: a\r\n", b" y\r\n" * 500), Outcome.PROTOCOL),
    "blanks behind a chunk size": Behaviour(
        says(_CHUNKED + b"5  \r\nhello\r\n0\r\n\r\n"), body=b"hello"
    ),
    "identity as a transfer coding": Behaviour(
        says(_HEAD + b"Transfer-Encoding: identity\r\n\r\n" + _TEXT), body=_TEXT
    ),
    "identity and a length": Behaviour(
        says(page(_TEXT, "Transfer-Encoding: identity") + b"more"), body=_TEXT
    ),
    "identity beside chunks": Behaviour(
        says(_HEAD + b"Transfer-Encoding: identity, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        body=b"hello",
    ),
    "a length and chunks": Behaviour(
        _closing(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"5\r\nhello\r\n0\r\n\r\n",
        ),
        body=b"hello",
    ),
    "a chunk size that is no number": Behaviour(says(_CHUNKED + b"zz\r\nxx"), Outcome.PROTOCOL),
    "a chunk size too large to be one": Behaviour(
        says(_CHUNKED + b"f" * 40 + b"\r\nxx"), Outcome.PROTOCOL
    ),
    "chunks without an end": Behaviour(says(_CHUNKED + b"5\r\nhello\r\n"), Outcome.TRUNCATED),
    "chunks of one byte": Behaviour(
        for_ever(_CHUNKED, b"1\r\nx\r\n" * 20_000), Outcome.TINY_CHUNKS
    ),
    "a chunk extension for ever": Behaviour(
        for_ever(_CHUNKED + b"5;name=", b"y" * 50_000), Outcome.PROTOCOL
    ),
    "long extensions of small chunks": Behaviour(
        for_ever(_CHUNKED, b"200;name=" + b"y" * 8000 + b"\r\n" + b"x" * 512 + b"\r\n"),
        Outcome.PROTOCOL,
    ),
    "a chunk extension": Behaviour(
        says(_CHUNKED + b"5;name=value\r\nhello\r\n0\r\n\r\n"), body=b"hello"
    ),
    "a trailer for ever": Behaviour(
        for_ever(_CHUNKED + b"1\r\nx\r\n0\r\nX-T: ", b"y" * 50_000), Outcome.PROTOCOL
    ),
    "a trailer": Behaviour(says(_CHUNKED + b"5\r\nhello\r\n0\r\nX-T: y\r\n\r\n"), body=b"hello"),
    "trailers for ever": Behaviour(
        for_ever(_CHUNKED + b"1\r\nx\r\n0\r\n", b"X-T: y\r\n" * 500), Outcome.PROTOCOL
    ),
    "headers for ever": Behaviour(for_ever(_HEAD, b"X-H: y\r\n" * 500), Outcome.PROTOCOL),
    "a header for ever": Behaviour(for_ever(_HEAD + b"X: ", b"y" * 50_000), Outcome.PROTOCOL),
    "a header of 50 KB": Behaviour(says(page(_TEXT, "X: " + "y" * 50_000)), body=_TEXT),
    "a header of 1 MB": Behaviour(says(page(_TEXT, "X: " + "y" * 1_000_000)), Outcome.PROTOCOL),
    "150 headers": Behaviour(
        says(page(_TEXT, *(f"X-{n}: y" for n in range(150)))), Outcome.PROTOCOL
    ),
    "a NUL in a header": Behaviour(says(page(_TEXT, "X: a\0b")), Outcome.PROTOCOL),
    "a blank in a header's name": Behaviour(says(page(_TEXT, "X Y: a")), Outcome.PROTOCOL),
    "a blank before the colon": Behaviour(says(page(_TEXT, "X : a")), Outcome.PROTOCOL),
    "bare line feeds": Behaviour(
        says(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"), body=b"hello"
    ),
    "Latin-1 in a header": Behaviour(says(page(_TEXT, 'ETag: "\xe9"')), body=_TEXT),
    "HTTP/0.9": Behaviour(
        says(b"<html>no head at all</html>"), Outcome.PROTOCOL, httpx=Outcome.NETWORK
    ),
    "ICY": Behaviour(says(b"ICY 200 OK\r\n\r\nmusic"), Outcome.PROTOCOL),
    "no reason phrase": Behaviour(says(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"), body=b"ok"),
    "101 unasked": Behaviour(
        says(page(b"", "Upgrade: x", "Connection: upgrade", status="101 Switch")), Outcome.PROTOCOL
    ),
    "no length at all": Behaviour(says(_HEAD + b"\r\n" + _TEXT), body=_TEXT),
    "HTTP/1.0": Behaviour(says(b"HTTP/1.0 200 OK\r\n\r\n" + _TEXT), body=_TEXT),
    "closes though it said it would not": Behaviour(
        says(page(_TEXT, "Connection: keep-alive")), body=_TEXT
    ),
    # Size and encoding
    "too large, and says so": Behaviour(says(page(b"x", length=10**9)), Outcome.TOO_LARGE),
    "a body for ever": Behaviour(for_ever(_HEAD + b"\r\n", b"x" * 65536), Outcome.TOO_LARGE),
    "chunks for ever": Behaviour(
        for_ever(_CHUNKED, b"8000\r\n" + b"x" * 32768 + b"\r\n"), Outcome.TOO_LARGE
    ),
    "a gzip bomb": Behaviour(_gzip_page(_BOMB), Outcome.TOO_LARGE_DECODED),
    "a deflate bomb": Behaviour(
        _gzip_page(_deflated(b"\0" * 50_000_000, 15), "deflate"), Outcome.TOO_LARGE_DECODED
    ),
    "brotli unasked": Behaviour(_gzip_page(b"\x1b\x00", "br"), Outcome.ENCODING),
    "zstd unasked": Behaviour(_gzip_page(b"(\xb5/\xfd", "zstd"), Outcome.ENCODING),
    "a coding that is none": Behaviour(_gzip_page(_TEXT, "utf-8"), body=_TEXT),
    "none as a coding": Behaviour(_gzip_page(_TEXT, "none"), body=_TEXT),
    "no coding beside gzip": Behaviour(_gzip_page(gzip.compress(_TEXT), "UTF-8, gzip"), body=_TEXT),
    "identity beside gzip": Behaviour(
        _gzip_page(gzip.compress(_TEXT), "identity, gzip"), body=_TEXT
    ),
    "no coding beside brotli": Behaviour(_gzip_page(b"\x1b\x00", "utf-8, br"), Outcome.ENCODING),
    "a bomb in a 404": Behaviour(
        says(page(_BOMB, "Content-Encoding: gzip", status="404 Not Found")), Outcome.NOT_FOUND
    ),
    "a bomb in a redirect": Behaviour(
        says(page(_BOMB, "Content-Encoding: gzip", "Location: /plain", status="302 Found")),
        body=PLAIN,
    ),
    "a redirect with a body for ever": Behaviour(
        for_ever(b"HTTP/1.1 302 Found\r\nLocation: /plain\r\n\r\n", b"x" * 65536), body=PLAIN
    ),
    "gzip of gzip": Behaviour(_gzip_page(gzip.compress(_BOMB), "gzip, gzip"), Outcome.ENCODING),
    "500 codings": Behaviour(_gzip_page(b"x", ", ".join(["gzip"] * 500)), Outcome.ENCODING),
    "gzip cut off": Behaviour(_gzip_page(gzip.compress(_TEXT)[:-9]), Outcome.TRUNCATED_ENCODING),
    "gzip in two members": Behaviour(
        _gzip_page(gzip.compress(b"one ") + gzip.compress(b"two")), body=b"one two"
    ),
    "200,000 empty gzip members": Behaviour(
        says(page(gzip.compress(b"") * 200_000, "Content-Encoding: gzip")),
        Outcome.TOO_LARGE_DECODED,
        order={"max_bytes": 10_000_000},
    ),
    "gzip and garbage behind it": Behaviour(
        _gzip_page(gzip.compress(_TEXT) + b"garbage"), body=_TEXT
    ),
    "gzip that is none": Behaviour(_gzip_page(_TEXT), Outcome.DECODE),
    "gzip broken within": Behaviour(
        _gzip_page(gzip.compress(_TEXT)[:12] + b"\xff" * 40), Outcome.DECODE
    ),
    "gzip unsaid": Behaviour(says(page(gzip.compress(_TEXT))), body=_TEXT),
    "x-gzip": Behaviour(_gzip_page(gzip.compress(_TEXT), "x-gzip"), body=_TEXT),
    "deflate": Behaviour(_gzip_page(_deflated(_TEXT, 15), "deflate"), body=_TEXT),
    "raw deflate": Behaviour(_gzip_page(_deflated(_TEXT, -15), "deflate"), body=_TEXT),
    "an empty page": Behaviour(says(page(b"")), Outcome.EMPTY),
    "an empty gzip page": Behaviour(_gzip_page(gzip.compress(b"")), Outcome.EMPTY),
    "a video": Behaviour(
        for_ever(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", b"x" * 65536),
        Outcome.NOT_HTML,
        order={"types": ("html",)},
    ),
    # Redirects
    "a redirect to itself": Behaviour(
        lambda writer, path: leads(path)(writer, path), Outcome.REDIRECT_LOOP
    ),
    "a redirect that grows": Behaviour(_grows, Outcome.REDIRECT_LOOP),
    "slow redirects": Behaviour(_slow_chain, Outcome.DEADLINE, order=_DRIPS),
    "an empty Location": Behaviour(leads(""), Outcome.REDIRECT_LOOP),
    "no Location": Behaviour(says(page(b"", status="302 Found")), Outcome.PROTOCOL),
    "a redirect to a file": Behaviour(leads("file:///etc/passwd"), Outcome.SCHEME),
    "a redirect to data": Behaviour(leads("data:text/html,hello"), Outcome.SCHEME),
    "a redirect to a script": Behaviour(leads("javascript:alert(1)"), Outcome.SCHEME),
    "a redirect to ftp": Behaviour(leads("ftp://a.example/"), Outcome.SCHEME),
    "a redirect to half an address": Behaviour(leads("http://[::1"), Outcome.BAD_URL),
    "a redirect to a port that is none": Behaviour(
        leads("http://a.example:99999/"), Outcome.BAD_URL
    ),
    "a redirect to broken Punycode": Behaviour(leads("http://xn--a/"), Outcome.BAD_URL),
    "a redirect to a very long address": Behaviour(leads("/" + "a" * 9000), Outcome.BAD_URL),
    "a redirect in raw bytes": Behaviour(leads("/pl\xe9in"), Outcome.NOT_FOUND),
    "a redirect to a name that is none": Behaviour(leads("http://no.invalid/"), Outcome.DNS),
    "a redirect to the metadata service": Behaviour(
        leads("http://169.254.169.254/latest"), Outcome.BLOCKED_ADDRESS
    ),
    "a redirect to a private address in disguise": Behaviour(
        leads("http://[::ffff:10.0.0.1]/"), Outcome.BLOCKED_ADDRESS
    ),
    "50 cookies": Behaviour(
        says(page(_TEXT, *(f"Set-Cookie: c{n}=1; Domain=invalid" for n in range(50)))), body=_TEXT
    ),
    **{
        name: Behaviour(says(page(b"", status=status)), outcome)
        for name, (status, outcome) in _STATUS.items()
    },
}
