"""Metrics and health over HTTP, for whoever asks on this machine. Off unless a port is named."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from crawler.daemon import health
from crawler.daemon.metrics import Metrics
from crawler.errors import PortTaken
from crawler.pipeline.assembly import Crawler
from crawler.runtime.background import BackgroundTasks

_ADDRESS = "127.0.0.1"
_Answer = Callable[[Any, Any], Iterable[bytes]]  # Any: WSGI's own types


@contextmanager
def served(crawler: Crawler, tasks: BackgroundTasks) -> Iterator[None]:
    """Answer `/metrics` and `/healthz` while the block runs, where the operator named a port.

    Adds the task that measures the loop. Raises PortTaken.
    """
    port = crawler.run.config.drawdown.metrics_port
    if port is None:
        yield
        return
    metrics = Metrics(crawler, tasks)
    crawler.run.fetcher.observe = metrics.observe
    tasks.add("loop lag", metrics.watch_loop)
    with _listening(port, _answer(crawler, metrics)):
        yield


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking DNS for this machine's name, as `http.server` would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _ADDRESS, self.server_address[1]
        self.setup_environ()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: scrapes are no events."""


def _answer(crawler: Crawler, metrics: Metrics) -> _Answer:
    """Return what answers a request."""
    shown: _Answer = make_wsgi_app(metrics.registry)

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return shown(environ, start)
        if environ["PATH_INFO"] != "/healthz":
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/metrics or /healthz\n"]
        found = health.examine(crawler.run.config, datetime.now(UTC))
        status = "503 Service Unavailable" if found.problems else "200 OK"
        start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        return [json.dumps(asdict(found), default=str).encode() + b"\n"]

    return answer


@contextmanager
def _listening(port: int, answer: _Answer) -> Iterator[None]:
    try:
        server = make_server(_ADDRESS, port, answer, _Server, _Silent)
    except OSError as error:
        raise PortTaken(f"metrics_port: cannot listen at {_ADDRESS}:{port}: {error}") from error
    with server:
        thread = Thread(target=server.serve_forever, name="monitoring")
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
