"""A site for measurements, in a process of its own: gzipped pages under every loopback address.

    python -m bench.site --port 8080 [--latency 0.05-0.5] [--tls CERTIFICATE.pem]

One listening socket answers for all of 127.0.0.0/8 (bound to the loopback device: Linux), so any
number of addresses make hosts. Pages are invented and between 20 and 300 KB long.

    /p/N         page N        /r/N         a redirect to it
    /robots.txt  some rules    /tiny        ten bytes
"""

import argparse
import asyncio
import gzip
import random
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import uvloop

from tests.support.farm import make_page, make_text

PAGES = 64
_ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /*.pdf$\nAllow: /private/open/\n"


def make_responses() -> dict[bytes, bytes]:
    """Return the whole response of each path."""
    rng = random.Random(7)
    made = {
        b"/robots.txt": _response(_ROBOTS, b"text/plain"),
        b"/tiny": _response(b"ten bytes.", b"text/html"),
    }
    for number in range(PAGES):
        size = int(20_000 * 15 ** (number / (PAGES - 1)))
        texts: list[str] = []
        while sum(map(len, texts)) < size:
            texts += make_text(rng, on_topic=False)
        page = make_page(f"Page {number}", texts, f"/p/{number}")
        body = gzip.compress(page[:size], 6, mtime=0)
        made[b"/p/%d" % number] = _response(body, b"text/html", b"Content-Encoding: gzip\r\n")
        made[b"/r/%d" % number] = (
            b"HTTP/1.1 302 Found\r\nLocation: /p/%d\r\nContent-Length: 0\r\n\r\n" % number
        )
    return made


def _response(body: bytes, media_type: bytes, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: %b; charset=utf-8\r\n"
        b'Content-Length: %d\r\nETag: "1"\r\nCache-Control: max-age=60\r\n'
        b"Vary: Accept-Encoding\r\nConnection: keep-alive\r\n%b\r\n%b"
        % (media_type, len(body), more, body)
    )


class _Answering(asyncio.Protocol):
    def __init__(self, responses: dict[bytes, bytes], latency: tuple[float, float] | None):
        self._responses = responses
        self._latency = latency
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            response = self._responses.get(path) or _response(b"no", b"text/plain")
            if self._latency is None:
                self._send(response)
            else:
                wait = random.uniform(*self._latency)
                asyncio.get_running_loop().call_later(wait, self._send, response)

    def _send(self, response: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(response)


async def serve(port: int, latency: tuple[float, float] | None, tls: ssl.SSLContext | None) -> None:
    """Serve until standard input ends; print a line once ready."""
    responses = make_responses()
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
        listening.bind(("0.0.0.0", port))  # noqa: S104 - of the loopback device
        listening.listen(8192)
        server = await asyncio.get_running_loop().create_server(
            partial(_Answering, responses, latency), sock=listening, ssl=tls, backlog=8192
        )
        print("ready", flush=True)
        async with server:
            await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running(*arguments: str, core: int | None = None) -> Iterator[None]:
    """Run the site in a process of its own while the block runs."""
    command = [sys.executable, "-m", "bench.site", *arguments]
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            process.kill()


def address_of(host: int) -> str:
    """Return the loopback address of a host by its number."""
    return f"127.{1 + host // 62500}.{host // 250 % 250 + 1}.{host % 250 + 1}"


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--latency", help="seconds, as 0.05-0.5")
    parser.add_argument("--tls", type=Path, help="certificate and key in one PEM file")
    asked = parser.parse_args()
    context = None
    if asked.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(asked.tls)
    low, _, high = (asked.latency or "").partition("-")
    latency = (float(low), float(high or low)) if low else None
    uvloop.run(serve(asked.port, latency, context))


if __name__ == "__main__":
    main()
