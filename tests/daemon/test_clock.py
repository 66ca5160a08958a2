"""The clock of the machine jumps under a running daemon, and between two."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from crawler.demo.server import Request, Response
from tests.support.farm import feed_sources, write_config
from tests.support.inside import EventLog
from tests.support.simulated import Simulation, simulate
from tests.support.small_farm import Farm, feed, story

PAGES = {"/feed": feed("/1"), "/1": story("/1")}
DAY = 86_400.0


def answer(request: Request) -> Response:
    return PAGES.get(request.path, Response(b"no", 404))


def tell(folder: Path, then: Callable[[Simulation], Awaitable[None]]) -> EventLog:
    """Run a story with a daemon that polls every second, has polled twice and visited a page."""
    sources = feed_sources({"a.example": 0}).replace('"1h"', '"1s"')
    file = write_config(folder / "sources.toml", {}, sources)

    async def begin(simulation: Simulation) -> None:
        lines = simulation.lines
        await lines.until(lambda: len(lines.events("polled")) > 1 and lines.events("visited"))
        await then(simulation)

    return simulate(file, {"a.example": answer}, begin)


@pytest.mark.parametrize("days", [1, 4000])
def test_a_clock_that_is_set_back_delays_nothing(tmp_path: Path, days: int) -> None:
    async def set_back(simulation: Simulation) -> None:
        lines, loop = simulation.lines, simulation.loop
        began = loop.time()
        loop.jump(-days * DAY)
        await lines.until(lambda: lines.events("clock set back"))
        before = len(lines.events("polled"))
        await lines.until(lambda: len(lines.events("polled")) > before + 1)
        assert loop.time() - began < 10

    lines = tell(tmp_path, set_back)

    (reported,) = lines.events("clock set back")
    assert reported["seconds"] == pytest.approx(days * DAY, abs=2)


@pytest.mark.parametrize("days", [2, 4000])
def test_a_clock_that_jumps_ahead_makes_everything_due(tmp_path: Path, days: int) -> None:
    async def jump(simulation: Simulation) -> None:
        lines, loop = simulation.lines, simulation.loop
        began = loop.time()
        loop.jump(days * DAY)
        await lines.until(lambda: lines.events("clock jumped ahead"))
        await lines.until(lambda: lines.events("revisited"))  # after an hour, as planned
        before = len(lines.events("polled"))
        await lines.until(lambda: len(lines.events("polled")) > before + 1)
        assert loop.time() - began < 30

    tell(tmp_path, jump)


async def test_a_start_before_the_last_end_polls_all_the_same(farm: Farm) -> None:
    farm.serve_paths("a.example", PAGES)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=30), tick=True):
        await farm.round()
    (ahead,) = farm.status()
    await farm.round()
    (now,) = farm.status()
    assert now.next_poll_at is not None
    assert ahead.next_poll_at is not None
    wait = now.next_poll_at - datetime.now(UTC)
    assert ahead.next_poll_at - datetime.now(UTC) > timedelta(days=29)
    assert timedelta(0) < wait < timedelta(hours=2)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=True):
        tally = await farm.round()
    assert sum(n for (kind, _), n in tally.outcomes.items() if kind == "poll") == 1


@pytest.mark.parametrize("ahead", [timedelta(days=3652), timedelta(days=400), timedelta(hours=1)])
async def test_a_run_that_only_failed_while_the_clock_was_ahead_plans_nothing_for_years(
    farm: Farm, ahead: timedelta
) -> None:
    """`once` has no heartbeat, and a poll that failed moves no time of a successful one."""
    farm.serve_paths("a.example", {"/feed": Response(b"no", 500)})
    with time_machine.travel(datetime.now(UTC) + ahead, tick=True):
        await farm.round()
    farm.serve_paths("a.example", PAGES)

    await farm.round()
    farm.make_due()
    tally = await farm.round()

    assert sum(n for (kind, _), n in tally.outcomes.items() if kind == "poll") == 1
    assert len(farm.corpus()) == 1


async def test_plans_are_moved_back_once_and_then_are_those_of_the_right_clock(farm: Farm) -> None:
    """An outlet whose last poll is in the future is not polled at each start until that time."""
    farm.serve_paths("a.example", PAGES)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=400), tick=True):
        await farm.round()
    await farm.round()
    farm.paths()

    await farm.round()

    assert farm.paths() == []
