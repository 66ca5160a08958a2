"""What tests of connections share: a site that counts them, and connections that do nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from crawler.fetch.http.client import Client
from crawler.fetch.http.request import Request

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n%b\r\nhello"


class Site:
    """Answers every request with hello, over connections that stay open; counts both."""

    def __init__(self, *headers: str, close_after: float | None = None, more: bytes = b""):
        self.connections = 0
        self.heads: list[bytes] = []
        self.answer = HELLO % "".join(f"{header}\r\n" for header in headers).encode()
        self._close_after = close_after
        self._more = more  # that nobody asked for, a moment later

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self.answer)
                if self._more:
                    await asyncio.sleep(0.02)
                    writer.write(self._more)
                if self._close_after is not None:
                    await writer.drain()
                    await asyncio.sleep(self._close_after)
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def client(**changes: Any) -> Client:
    return Client(user_agent="drawdown/test", allow_private=["127.0.0.0/8", "::1"], **changes)


async def get(fetching: Client, url: str, **order: Any) -> bytes:
    return (await fetching.get(Request(url=url, max_bytes=1000, deadline=5.0, **order))).body


class Still:
    """A connection that is open and does nothing."""

    def __init__(self) -> None:
        self.is_open = True
        self.expires_at = 0.0
        self.on_lost: Any = None

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def finish(self) -> bool:
        return self.is_open

    def may_be_used(self) -> bool:
        return self.is_open and self.expires_at > self.now()

    def abort(self) -> None:
        self.is_open = False


def still(number: int) -> Sequence[Any]:
    return [Still() for _ in range(number)]
