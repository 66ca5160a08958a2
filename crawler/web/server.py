"""Serves the page on one address until it is stopped."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from crawler.errors import CrawlerError
from crawler.web import app, rendering
from crawler.web.policy import HEADERS
from crawler.web.site import Site
from storage.errors import StorageError

_LONGEST_DRAIN = 2  # seconds for answers under way, after a signal to stop
_PARENT_SECONDS = 1.0  # between two looks at whether the daemon that began us still runs
_BACKLOG = 128


class CannotListen(CrawlerError):
    """The address is taken, or is not of this machine."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        made.close()
        raise CannotListen(
            f"{host} port {port}: {getattr(error, 'strerror', None) or error}; "
            "choose another with --port, or stop the program that has it"
        ) from error
    return made


def serve(
    site: Site, listening: socket.socket, *, with_parent: bool, ready: Callable[[], None]
) -> None:
    """Answer requests until SIGTERM or SIGINT; with a parent, until that process ends, too."""
    rendering.environment()
    config = uvicorn.Config(
        app.make(site),
        interface="asgi3",
        lifespan="off",
        ws="none",
        http=_Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # it would believe X-Forwarded-For of every local program
        timeout_graceful_shutdown=_LONGEST_DRAIN,
    )
    server = uvicorn.Server(config)
    site.is_stopping = lambda: server.should_exit
    # After its own clean end uvicorn raises the signal again, which would end us with a failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_warm, args=(site,), name="warm", daemon=True).start()
    with listening:
        ready()
        asyncio.run(_until_stopped(server, listening, os.getppid() if with_parent else None))


class _Protocol(HttpToolsProtocol):
    """uvicorn's own, whose answer to what is no HTTP has our headers, too."""

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be read, and close."""
        body = f"{msg}\n".encode()
        lines = ["HTTP/1.1 400 Bad Request", "content-type: text/plain; charset=utf-8"]
        lines += [f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()


def _warm(site: Site) -> None:
    """Read the columns before the first reader asks: seconds, in a corpus of half a million."""
    with suppress(StorageError):  # the first page says it
        site.facts.warm()
        site.ledger.now(datetime.now(UTC))


async def _until_stopped(
    server: uvicorn.Server, listening: socket.socket, parent: int | None
) -> None:
    async def watch() -> None:
        while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells of that end
            await asyncio.sleep(_PARENT_SECONDS)
        server.should_exit = True

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch()) if parent is not None else None
        await server.serve([listening])
        if watching is not None:
            watching.cancel()
