"""What a daemon tells of itself: metrics, health, and why it does nothing."""

import asyncio
import json
import os
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from crawler import config as configuration
from crawler.cli import cli
from crawler.daemon import daemon, monitoring
from crawler.daemon.health import examine
from crawler.demo.server import serve
from crawler.errors import PortTaken
from crawler.pipeline.assembly import Parts
from storage.errors import StoreFull
from tests.support.farm import feed_sources, make_outlets, write_config
from tests.support.inline import inline_workers
from tests.support.inside import daemon_inside

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def running(folder: Path, port: int) -> AsyncIterator[Path]:
    """A daemon that has worked an outlet; yields its configuration."""
    outlets = make_outlets(outlets=1, articles=3, seed=4)
    async with serve(outlets) as connect_to:
        file = write_config(
            folder / "sources.toml",
            connect_to,
            feed_sources(outlets),
            general=f"metrics_port = {port}",
        )
        async with daemon_inside(file, parts=Parts(workers=inline_workers)) as lines:
            await lines.until(lambda: len(lines.events("visited")) == 3)
            yield file


async def ask(port: int, path: str) -> str:
    return (await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}{path}")).text


async def test_a_daemon_tells_what_it_counts_and_how_it_is(tmp_path: Path, port: int) -> None:
    async with running(tmp_path, port) as file:
        shown = await ask(port, "/metrics")
        health = json.loads(await ask(port, "/healthz"))
        call = ["--config", str(file), "health"]
        told = await asyncio.to_thread(CliRunner().invoke, cli, call)
        as_json = await asyncio.to_thread(CliRunner().invoke, cli, [*call, "--json"])

    families = {family.name: family for family in text_string_to_metric_families(shown)}
    counted = {
        (sample.labels["kind"], sample.labels["outcome"])
        for sample in families["drawdown_outcomes"].samples
    }
    assert ("article", "stored") in counted
    assert ("poll", "polled") in counted
    phases = families["drawdown_fetch_phase_seconds"].samples
    assert {s.labels["phase"] for s in phases} >= {"queue", "connect", "first_byte", "total"}
    assert health["problems"] == []
    same = json.loads(as_json.stdout)
    changing = {"jobs", "tasks", "free_bytes", "log_bytes", "not_indexed"}  # between the two
    assert health.keys() == same.keys()
    assert {k: v for k, v in health.items() if k not in changing} == {
        k: v for k, v in same.items() if k not in changing
    }
    assert health["last_poll_at"].endswith("Z")
    assert health["writer"] == str(os.getpid())
    assert {"polling", "heartbeat", "reload"} <= {job["name"] for job in health["jobs"]}
    assert all(set(job) >= {"last_run_at", "next_run_at", "last_error"} for job in health["jobs"])
    assert told.exit_code == 0
    assert told.output.startswith("well: process")
    ours = {sample.name for f in families.values() for sample in f.samples}
    used = named_in("grafana.json") | named_in("alerts.yml")
    assert used
    assert used <= ours
    page = (DOCS / "operations.md").read_text("utf-8")
    assert [n for n in families if n.startswith("drawdown_") and f"`{n}" not in page] == []


def named_in(file: str) -> set[str]:
    """Return the metrics that a file for monitoring asks for."""
    text = (DOCS / "deploy" / file).read_text("utf-8")
    return set(re.findall(r"\b(?:drawdown|process)_[a-z_]+\b", text))


def serve_text(text: bytes, **limits: float) -> Iterator[int]:
    """Serve one text at a free port, by the server of the metrics."""

    def answer(_: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [text]

    with socket.create_server(("127.0.0.1", 0)) as found:
        number = int(found.getsockname()[1])
    guarded = monitoring.for_own_names(answer)
    with monitoring.listening(number, guarded, look_seconds=0.01, **limits):
        yield number


@pytest.fixture
def served() -> Iterator[int]:
    yield from serve_text(b"a heron")


def respond(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(request)
        with client.makefile("rb") as response:
            return response.read()


@pytest.mark.parametrize("name", ["", "Host: localhost:99", "Host: 127.0.0.1", "Host: [::1]:9"])
def test_this_machine_is_answered(served: int, name: str) -> None:
    assert respond(served, f"GET / HTTP/1.0\r\n{name}\r\n\r\n".encode()).endswith(b"a heron")


@pytest.mark.parametrize("name", ["heron.example", "127.0.0.1.heron.example", "localhost@x", ""])
def test_a_foreign_name_is_misdirected(served: int, name: str) -> None:
    response = respond(served, f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())

    assert b" 421 " in response.splitlines()[0]
    assert b"a heron" not in response


@pytest.fixture
def impatient() -> Iterator[int]:
    yield from serve_text(b"a heron", request_seconds=0.1)


def test_clients_that_send_half_a_request_are_dropped(impatient: int) -> None:
    for half in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nX-"):
        assert b"a heron" not in respond(impatient, half)


def test_more_clients_than_threads_are_turned_away(served: int) -> None:
    clients = [socket.create_connection(("127.0.0.1", served)) for _ in range(40)]
    try:
        clients[-1].settimeout(30)
        assert clients[-1].recv(1) == b""
        threads = [thread for thread in threading.enumerate() if "process_request" in thread.name]
        assert len(threads) <= 16
    finally:
        for client in clients:
            client.close()


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        file = write_config(
            tmp_path / "sources.toml",
            {},
            feed_sources({"a.example": 1}),
            general=f"metrics_port = {number}",
        )
        with pytest.raises(PortTaken, match=f"127.0.0.1:{number}"):
            await daemon.run(configuration.load(file))


async def test_a_disk_that_is_nearly_full_stops_the_fetching(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=1, articles=1, seed=4)
    async with serve(outlets) as connect_to:
        file = write_config(
            tmp_path / "sources.toml",
            connect_to,
            feed_sources(outlets),
            limits='delay = "0s"\nleast_free_bytes = 1_000_000_000_000_000',
        )
        config = configuration.load(file)
        with pytest.raises(StoreFull, match="least_free_bytes"):
            await daemon.once(config)

    found = examine(config, datetime.now(UTC) + timedelta(hours=1))
    stopped, late, full = found.problems
    assert "no daemon writes" in stopped
    assert "1 sources have been due" in late
    assert "bytes are free" in full


def test_health_of_no_store_is_bad(tmp_path: Path) -> None:
    file = write_config(tmp_path / "sources.toml", {}, feed_sources({"a.example": 1}))
    told = CliRunner().invoke(cli, ["--config", str(file), "health", "--json"])

    assert told.exit_code == 1
    assert "`drawdown once` makes one" in told.output
