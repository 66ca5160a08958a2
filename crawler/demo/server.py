"""Outlets on loopback: each is one function from a request to a response.

Serves the demo, the tests and the benchmarks. Bound to addresses of 127.0.0.0/8; where a machine
has only 127.0.0.1, all outlets share it under different ports.
"""

import asyncio
import gzip
import hashlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

_MOST_HEAD = 64 * 1024  # bytes of a request


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    host: str
    headers: dict[str, str]  # by lower-cased name


@dataclass(frozen=True, slots=True)
class Response:
    """What an outlet answers. Without an ETag header one is made of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "text/html; charset=utf-8"


Outlet = Callable[[Request], Response]


@asynccontextmanager
async def serve(
    outlets: Mapping[str, Outlet], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[dict[str, str]]:
    """Serve outlets by their host names; yield what `[network] connect_to` has to say."""
    connect_to: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        for number, (host, outlet) in enumerate(sorted(outlets.items()), 2):
            server = await _listen(outlet, f"127.0.0.{number % 250 + 2}", tls)
            await stack.enter_async_context(server)
            address, port = server.sockets[0].getsockname()[:2]
            connect_to[f"{host}:{443 if tls else 80}"] = f"{address}:{port}"
        yield connect_to


async def _listen(outlet: Outlet, address: str, tls: ssl.SSLContext | None) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _answer(outlet, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away
        finally:
            writer.close()

    try:
        return await asyncio.start_server(answer, address, 0, ssl=tls, limit=_MOST_HEAD)
    except OSError:  # only 127.0.0.1 is up, as on macOS
        return await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls, limit=_MOST_HEAD)


async def _answer(
    outlet: Outlet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    request = Request(method, path, headers.get("host", "").partition(":")[0], headers)
    writer.write(_bytes_of(request, conditional(request, outlet(request))))
    await writer.drain()


def conditional(request: Request, response: Response) -> Response:
    """Add a validator, and answer 304 where the client has this very body."""
    if response.status != 200:
        return response
    etag = response.headers.get("ETag", f'"{hashlib.sha256(response.body).hexdigest()[:16]}"')
    if request.headers.get("if-none-match") == etag:
        return Response(status=304, headers={"ETag": etag})
    return Response(response.body, 200, {**response.headers, "ETag": etag}, response.media_type)


def _bytes_of(request: Request, response: Response) -> bytes:
    body, headers = response.body, dict(response.headers)
    if len(body) > 500 and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6)
        headers["Content-Encoding"] = "gzip"
    if response.status != 304:
        headers.setdefault("Content-Type", response.media_type)
        headers.setdefault("Content-Length", str(len(body)))
    known = response.status in HTTPStatus._value2member_map_
    phrase = HTTPStatus(response.status).phrase if known else "Unknown"
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
