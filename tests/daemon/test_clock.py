"""The clock of the machine jumps under a running daemon, and between two."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from crawler.demo.server import Request, Response, serve
from tests.support.farm import feed_sources, write_config
from tests.support.inside import EventLog, daemon_inside
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.slow

PAGES = {"/feed": feed("/1"), "/1": story("/1")}


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[EventLog]:
    """A daemon that polls every second, has polled twice and visited a page."""

    def answer(request: Request) -> Response:
        return PAGES.get(request.path, Response(b"no", 404))

    async with serve({"a.example": answer}) as connect_to:
        sources = feed_sources({"a.example": 0}).replace('"1h"', '"1s"')
        file = write_config(folder / "sources.toml", connect_to, sources)
        async with daemon_inside(file) as lines:
            await lines.until(lambda: len(lines.events("polled")) > 1 and lines.events("visited"))
            yield lines


async def test_a_clock_that_is_set_back_delays_nothing(tmp_path: Path) -> None:
    async with watched(tmp_path) as lines:
        with time_machine.travel(datetime.now(UTC) - timedelta(days=1), tick=True):
            await lines.until(lambda: lines.events("clock set back"))
            before = len(lines.events("polled"))
            await lines.until(lambda: len(lines.events("polled")) > before + 1)
    (told,) = lines.events("clock set back")
    assert told["seconds"] in range(86_395, 86_405)


async def test_a_clock_that_jumps_ahead_makes_everything_due(tmp_path: Path) -> None:
    async with watched(tmp_path) as lines:
        with time_machine.travel(datetime.now(UTC) + timedelta(days=2), tick=True):
            await lines.until(lambda: lines.events("clock jumped ahead"))
            await lines.until(lambda: lines.events("revisited"))  # after an hour, as planned
            before = len(lines.events("polled"))
            await lines.until(lambda: len(lines.events("polled")) > before + 1)


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
        tally = await farm.round()
    assert sum(n for (kind, _), n in tally.outcomes.items() if kind == "poll") == 1
