"""Metrics and health over HTTP, for programs on this machine. Off unless a port is configured."""

import re
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from socketserver import TCPServer, ThreadingMixIn
from threading import BoundedSemaphore, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from crawler.daemon import health
from crawler.daemon.metrics import Metrics
from crawler.errors import PortTaken
from crawler.pipeline.assembly import Crawler
from crawler.runtime.background import BackgroundTasks
from storage.sqlite.values import public, to_json

_ADDRESS = "127.0.0.1"
_OWN_NAMES = re.compile(
    r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?",
    re.IGNORECASE,
)
REQUEST_SECONDS = 5.0  # until a request is whole; as long again for sending its response
_LOOK_SECONDS = 0.5  # between two checks for slow clients, and for the end
_MOST_CLIENTS = 16  # at once, each with a thread; others are refused
_Answer = Callable[[Any, Any], Iterable[bytes]]  # Any: WSGI's own types


@contextmanager
def served(crawler: Crawler, tasks: BackgroundTasks) -> Iterator[None]:
    """Answer `/metrics` and `/healthz` while the block runs, if a port is configured.

    Adds the task that measures the loop. Raises PortTaken.
    """
    port = crawler.config.drawdown.metrics_port
    if port is None:
        yield
        return
    metrics = Metrics(crawler, tasks)
    crawler.fetcher.observe = metrics.observe
    tasks.add("loop lag", metrics.watch_loop)
    with listening(port, for_own_names(_answer(crawler, metrics))):
        yield


class _Server(ThreadingMixIn, WSGIServer):
    """A server with a few threads, which a slow client cannot keep busy."""

    daemon_threads = True

    request_seconds = REQUEST_SECONDS

    def __init__(self, *args: Any):
        self._places = BoundedSemaphore(_MOST_CLIENTS)
        self._unread: dict[socket.socket, float] = {}  # monotonic time of each connection
        super().__init__(*args)

    def process_request(self, request: Any, address: Any) -> None:
        """Answer in a thread of its own, if one is free."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._unread[request] = time.monotonic()
        super().process_request(request, address)

    def process_request_thread(self, request: Any, address: Any) -> None:
        """Answer, then free the place."""
        try:
            super().process_request_thread(request, address)
        finally:
            self.is_whole(request)
            self._places.release()

    def is_whole(self, request: socket.socket) -> bool:
        """Record that a request was read completely; return whether it was in time."""
        return self._unread.pop(request, None) is not None

    def service_actions(self) -> None:
        """Close connections whose request is not complete in time. Called at each check."""
        before = time.monotonic() - self.request_seconds
        for request, began in list(self._unread.items()):
            if began >= before:
                continue
            was_unread = self._unread.pop(request, None) is not None
            if was_unread:
                with suppress(OSError):  # the client closed it meanwhile
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, address: Any) -> None:
        """Ignore clients that closed the connection; report any other error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, address)

    def server_bind(self) -> None:
        """Bind without looking up this machine's name in DNS, as `http.server` does."""
        TCPServer.server_bind(self)
        self.server_name = _ADDRESS
        self.server_port = self.server_address[1]
        self.setup_environ()


class _Silent(WSGIRequestHandler):
    server: _Server

    def setup(self) -> None:
        """Limit the time of each read and write to that of a request."""
        super().setup()
        self.connection.settimeout(self.server.request_seconds)

    def parse_request(self) -> bool:
        """Return whether a request was read completely and in time."""
        is_valid = super().parse_request()
        return is_valid and self.server.is_whole(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: scrapes are no events."""


def _answer(crawler: Crawler, metrics: Metrics) -> _Answer:
    """Return the WSGI application."""
    shown: _Answer = make_wsgi_app(metrics.registry)

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return shown(environ, start)
        if environ["PATH_INFO"] != "/healthz":
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/metrics or /healthz\n"]
        found = health.examine(crawler.config, datetime.now(UTC))
        status = "503 Service Unavailable" if found.problems else "200 OK"
        headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
        ]
        start(status, headers)
        return [to_json(public(found)).encode() + b"\n"]

    return answer


def for_own_names(answer: _Answer) -> _Answer:
    """Refuse requests for other host names (RFC 9110, 15.5.20).

    By DNS rebinding a web page could give its own name this address, and read the responses.
    """

    def guarded(environ: Any, start: Any) -> Iterable[bytes]:
        if _OWN_NAMES.fullmatch(environ.get("HTTP_HOST", _ADDRESS)):
            return answer(environ, start)
        start("421 Misdirected Request", [("Content-Type", "text/plain")])
        return [b"ask for 127.0.0.1 or localhost\n"]

    return guarded


@contextmanager
def listening(
    port: int,
    answer: _Answer,
    *,
    request_seconds: float = REQUEST_SECONDS,
    look_seconds: float = _LOOK_SECONDS,
) -> Iterator[None]:
    """Answer at a port of this machine while the block runs. Raises PortTaken.

    A client has `request_seconds` for its request. Slow clients, and the end of the block, are
    checked for every `look_seconds`.
    """
    try:
        server = make_server(_ADDRESS, port, answer, _Server, _Silent)
    except OSError as error:
        raise PortTaken(f"metrics_port: cannot listen at {_ADDRESS}:{port}: {error}") from error
    server.request_seconds = request_seconds
    with server:
        thread = Thread(
            target=server.serve_forever,
            args=(look_seconds,),
            name="monitoring",
        )
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
