"""The clock of the machine jumps under a running daemon, and between two."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from crawler import config as configuration
from crawler import log
from crawler.daemon import daemon
from crawler.demo.server import Request, Response, serve
from tests.support.farm import feed_sources, write_config
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.slow

PAGES = {"/feed": feed("/1"), "/1": story("/1")}


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Callable[[str], list[dict[str, Any]]]]:
    """A daemon that polls every second; hand out its events by name."""
    told = io.StringIO()
    log.set_up(as_json=True, out=told)

    def events(name: str) -> list[dict[str, Any]]:
        return [e for e in map(json.loads, told.getvalue().splitlines()) if e["event"] == name]

    def answer(request: Request) -> Response:
        return PAGES.get(request.path, Response(b"no", 404))

    async with serve({"a.example": answer}) as connect_to, asyncio.timeout(240):
        sources = feed_sources({"a.example": 0}).replace('"1h"', '"1s"')
        file = write_config(folder / "sources.toml", connect_to, sources)
        task = asyncio.create_task(daemon.run(configuration.load(file)))
        await until(lambda: len(events("polled")) > 1 and events("visited"))
        yield events
        os.kill(os.getpid(), signal.SIGTERM)
        await task


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110 - the log tells no event
        await asyncio.sleep(0.05)


async def test_a_clock_that_is_set_back_delays_nothing(tmp_path: Path) -> None:
    async with watched(tmp_path) as events:
        with time_machine.travel(datetime.now(UTC) - timedelta(days=1), tick=True):
            await until(lambda: events("clock set back"))
            before = len(events("polled"))
            await until(lambda: len(events("polled")) > before + 1)
    (told,) = events("clock set back")
    assert told["seconds"] in range(86_395, 86_405)


async def test_a_clock_that_jumps_ahead_makes_everything_due(tmp_path: Path) -> None:
    async with watched(tmp_path) as events:
        with time_machine.travel(datetime.now(UTC) + timedelta(days=2), tick=True):
            await until(lambda: events("clock jumped ahead"))
            await until(lambda: events("revisited"))  # after an hour, as planned
            before = len(events("polled"))
            await until(lambda: len(events("polled")) > before + 1)


async def test_a_start_before_the_last_end_polls_all_the_same(farm: Farm) -> None:
    farm.serve_paths("a.example", PAGES)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=30), tick=True):
        await farm.round()
    (ahead,) = farm.status()
    await farm.round()
    (now,) = farm.status()
    wait = now.next_poll_at - datetime.now(UTC)
    assert ahead.next_poll_at - datetime.now(UTC) > timedelta(days=29)
    assert timedelta(0) < wait < timedelta(hours=2)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=True):
        run = await farm.round()
    assert sum(n for (kind, _), n in run.tally.items() if kind == "poll") == 1
