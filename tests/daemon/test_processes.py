"""What needs the real command line and a daemon process of its own: signals and kills."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.demo.server import Outlet, Response, serve
from tests.support.farm import write_config
from tests.support.hook import Hook, hook
from tests.support.process import Daemon, drawdown, running
from tests.support.small_farm import feed, story

pytestmark = pytest.mark.slow

_STUCK_SECONDS = 240  # a busy machine may take long; the session's own limit comes after


@dataclass
class World:
    """Outlets whose pages a test changes, and the file that names them."""

    folder: Path
    pages: dict[str, dict[str, Response]] = field(default_factory=dict)
    connect_to: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "sources.toml"

    def write(self, *hosts: str, more: str = "", interval: str = "1s") -> None:
        sources = "".join(
            f'[[source]]\nname = "{host}"\nfeed = "http://{host}/feed"\ninterval = "{interval}"\n'
            for host in hosts
        )
        write_config(self.file, self.connect_to, sources + more)

    def shows(self, host: str, *stories: int, **others: Response) -> None:
        """Let an outlet's feed show these stories, the newest first; all it had can be read."""
        pages = self.pages[host]
        pages |= {f"/{n}": story(f"/{n}", host) for n in stories}
        pages["/feed"] = feed(*(f"/{n}" for n in stories), host=host)
        pages |= {f"/{name}": response for name, response in others.items()}


@asynccontextmanager
async def world(folder: Path, *hosts: str) -> AsyncIterator[World]:
    made = World(folder, {host: {} for host in hosts})

    def outlet(host: str) -> Outlet:
        return lambda request: made.pages[host].get(request.path, Response(b"no", 404))

    outlets = {host: outlet(host) for host in hosts}
    async with serve(outlets) as made.connect_to, asyncio.timeout(_STUCK_SECONDS):
        yield made


async def test_an_outlet_is_added_the_file_broken_and_repaired_while_a_daemon_runs(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, "a.example", "b.example") as made:
        made.shows("a.example", 1)
        link = '<link rel="alternate" type="application/rss+xml" title="All" href="/feed">'
        made.shows("b.example", 2)
        made.pages["b.example"]["/"] = Response(f"<html><head>{link}</head></html>".encode())
        made.write("a.example")
        async with running(made.file) as daemon:
            await daemon.until_stored(1)
            shown = await drawdown(
                made.file, "add", "http://b.example/", "--choose", "1", "--name", "Bay"
            )
            assert "added to" in shown
            await daemon.until_stored(2)
            (reloaded,) = daemon.events("reloaded")
            assert reloaded["added"] == ["Bay"]

            whole = made.file.read_text("utf-8")
            made.file.write_text(whole.replace('name = "Bay"', 'nam = "Bay"'), "utf-8")
            await daemon.until(lambda: daemon.events("reload refused"))
            made.shows("b.example", 3, 2)
            await asyncio.to_thread(made.file.write_text, whole + "\n# repaired\n", "utf-8")
            daemon.process.send_signal(1)  # SIGHUP: at once
            await daemon.until(lambda: len(daemon.events("reloaded")) == 2)
            (refused,) = daemon.events("reload refused")
            assert ': source number 2: nam: unknown key; did you mean "name"?' in "".join(
                refused["mistakes"]
            )


def count_items(desk: Hook, headline: str, remark: str = "") -> int:
    """Count the messages with an article and a remark; a message of one has it in its title too."""
    pattern = re.compile(rf"{re.escape(headline)}(?!\d)")
    texts = (f"{one['title']}\n{one['message']}" for one in desk.taken)
    return sum(bool(pattern.search(text)) and remark in text for text in texts)


def kill_moments(desk: Hook, daemon: Daemon) -> list[Callable[[], object]]:
    """Return when to kill: before, while and after a message is sent, and after that is noted."""
    asked, taken = desk.asked, len(desk.taken)
    return [
        lambda: daemon.events("visited"),
        lambda: desk.asked > asked,
        lambda: len(desk.taken) > taken,
        lambda: daemon.events("alerted"),
    ]


async def test_each_article_is_alerted_once_across_kills(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        with hook() as desk:
            alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nquery = "troops"\n'
            made.shows("a.example", 0)
            made.write("a.example", more=alert + "restarts = true\n")
            for kills in range(4):
                listed = range(5 * kills + 5, -1, -1)
                made.shows("a.example", *listed)
                async with running(made.file) as daemon:
                    await daemon.until(kill_moments(desk, daemon)[kills])
                    await daemon.kill()
            wanted = [f"Headline of /{n}" for n in range(21)]
            async with running(made.file) as daemon:
                await daemon.until_stored(21)
                await daemon.until(lambda: all(count_items(desk, one) for one in wanted))
    for headline in wanted:
        repeats = count_items(desk, headline, "may have come before")
        assert count_items(desk, headline) == 1 + repeats, headline
    assert "last run cut short" in desk.texts()


async def test_a_kill_while_a_service_answers_loses_no_message(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        with hook() as desk:
            alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nquery = "troops"\n'
            made.shows("a.example", 1)
            made.write("a.example", more=alert)
            desk.answers.clear()
            async with running(made.file) as daemon:
                await daemon.until(lambda: desk.asked)
                await daemon.kill()
            desk.answers.set()
            async with running(made.file) as daemon:
                await daemon.until(lambda: "may have come before" in desk.texts())
    assert desk.taken[-1]["title"] == "Desk: Headline of /1"
