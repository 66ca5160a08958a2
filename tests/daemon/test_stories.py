"""What happens to operators over days, on the simulated clock."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from crawler.cli import cli
from crawler.demo.server import Outlet, Request, Response
from storage.sqlite.database import open_corpus
from tests.support.farm import write_config
from tests.support.hook import hook
from tests.support.inside import EventLog
from tests.support.simulated import START, Simulation, simulate
from tests.support.small_farm import feed, story

HOST = "a.example"


@dataclass
class World:
    """An outlet whose pages a test changes, and the file that names it."""

    folder: Path
    pages: dict[str, Response] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "sources.toml"

    def write(self, more: str = "", interval: str = "1min") -> None:
        source = f'[[source]]\nname = "{HOST}"\nfeed = "http://{HOST}/feed"\n'
        write_config(self.file, {}, f'{source}interval = "{interval}"\n{more}')

    def shows(self, *stories: int) -> None:
        """Let the feed show these stories, the newest first; all it had can be read."""
        self.pages |= {f"/{n}": story(f"/{n}", HOST) for n in stories}
        self.pages["/feed"] = feed(*(f"/{n}" for n in stories), host=HOST)

    def run(self, then: Callable[[Simulation], Awaitable[None]], days: float = 0) -> EventLog:
        """Run a daemon on a later day until a story has ended."""
        outlets: dict[str, Outlet] = {HOST: self._answer}
        return simulate(self.file, outlets, then, start=START + timedelta(days=days))

    def _answer(self, request: Request) -> Response:
        return self.pages.get(request.path, Response(b"no", 404))

    def stored(self) -> int:
        with open_corpus(self.folder / "corpus.db") as connection:
            return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])

    def call(self, *arguments: str, days: float = 0) -> str:
        """Run a command on a later day; it has to succeed."""
        with time_machine.travel(START + timedelta(days=days), tick=False):
            done = CliRunner().invoke(cli, ["--config", str(self.file), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    def gaps(self, days: float = 0) -> list[dict[str, str]]:
        printed = self.call("gaps", "--json", "--all", days=days)
        return [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def until_stored(world: World, articles: int) -> Callable[[Simulation], Awaitable[None]]:
    async def wait(simulation: Simulation) -> None:
        await simulation.lines.until(lambda: world.stored() >= articles)

    return wait


def test_a_source_that_dies_is_announced_and_its_recovery_too(world: World) -> None:
    async def until_it_failed(simulation: Simulation) -> None:
        lines = simulation.lines
        await lines.until(lambda: lines.events("failed"))
        await lines.until(lambda: not lines.events("source failing") or desk.taken)

    async def until_it_recovered(simulation: Simulation) -> None:
        await until_stored(world, 2)(simulation)
        await simulation.lines.until(lambda: len(desk.taken) == 2)

    with hook() as desk:
        alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nsources = true\n'
        world.shows(1)
        world.write(alert, interval="1h")
        world.run(until_stored(world, 1))
        del world.pages["/feed"]
        for days in (1, 5, 6):
            world.run(until_it_failed, days)
        assert desk.titles() == [f"Desk: {HOST}: source failing"]
        assert "for 3 days: not_found" in desk.taken[0]["message"]
        status = world.call("status", days=6.1)
        assert "failing: since" in status
        assert "not_found" in status

        world.shows(2, 1)
        world.run(until_it_recovered, days=8)
        assert desk.taken[1]["title"] == f"Desk: {HOST}: source recovered"
    assert {gap["cause"] for gap in world.gaps(days=8.001)} == {"failed"}


def test_a_feed_that_moves_is_followed_and_reported(world: World) -> None:
    async def move(simulation: Simulation) -> None:
        lines = simulation.lines
        await lines.until(lambda: world.stored() == 1)
        world.pages["/2"] = story("/2")
        world.pages["/rss"] = feed("/2", "/1")
        moved = {"Location": f"http://{HOST}/rss"}
        world.pages["/feed"] = Response(status=301, headers=moved)
        await lines.until(lambda: world.stored() == 2)
        await lines.until(lambda: len(lines.events("polled")) > 4)

    world.shows(1)
    world.write()
    lines = world.run(move)

    (moved,) = lines.events("source moved")
    assert moved["detail"].startswith(f"permanently to http://{HOST}/rss: ")
    assert f"permanently to http://{HOST}/rss" in world.call("status", days=0.1)


def test_what_a_window_lost_is_found_again(world: World) -> None:
    async def overflow(simulation: Simulation) -> None:
        await simulation.lines.until(lambda: world.stored() == 2)
        world.pages |= {f"/{n}": story(f"/{n}") for n in (3, 4, 5, 6)}
        world.pages["/feed?paged=2"] = feed("/6", "/5")
        world.pages["/feed?paged=3"] = feed("/4", "/3", "/2")
        world.shows(8, 7)
        await simulation.lines.until(lambda: world.stored() == 8)

    world.shows(2, 1)
    world.write()
    lines = world.run(overflow)

    assert len(lines.events("possible loss")) == 1
    overflows = [gap for gap in world.gaps(days=0.1) if gap["cause"] == "window overflow"]
    assert [gap["loss"] for gap in overflows] == ["none"]


def test_a_day_without_a_daemon_is_a_gap(world: World) -> None:
    world.shows(2, 1)
    world.write(interval="1h")
    world.run(until_stored(world, 2))
    world.shows(4, 3)
    world.run(until_stored(world, 4), days=1)

    (gap,) = world.gaps(days=1.001)
    assert (gap["cause"], gap["loss"]) == ("not polled", "possible")
    assert gap["start"][:10] < gap["end"][:10]
