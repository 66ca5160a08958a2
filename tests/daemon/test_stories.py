"""What happens to operators, through the real command line and a real daemon process."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.demo.server import Outlet, Response, serve
from tests.support.farm import write_config
from tests.support.hook import Hook, hook
from tests.support.process import drawdown, running
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


async def gaps_of(made: World, days: float = 0) -> list[dict[str, str]]:
    printed = await drawdown(made.file, "gaps", "--json", "--all", days=days)
    return [json.loads(line) for line in printed.splitlines()]


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


async def test_a_source_that_dies_is_announced_and_its_recovery_too(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        with hook() as desk:
            alert = f'[[alert]]\nname = "Desk"\nto = "{desk.address}"\nsources = true\n'
            made.shows("a.example", 1)
            made.write("a.example", more=alert, interval="1h")
            async with running(made.file) as daemon:
                await daemon.until_stored(1)
            del made.pages["a.example"]["/feed"]
            for days in (1, 5, 6):
                async with running(made.file, days=days) as daemon:
                    await daemon.until(lambda: daemon.events("failed"))
                    await daemon.until(lambda: not daemon.events("source failing") or desk.taken)
            assert [one["title"] for one in desk.taken] == ["Desk: a.example: source failing"]
            assert "for 3 days: not_found" in desk.taken[0]["message"]
            status = await drawdown(made.file, "status", days=6.1)
            assert "failing: since" in status
            assert "not_found" in status

            made.shows("a.example", 2, 1)
            async with running(made.file, days=8) as daemon:
                await daemon.until_stored(2)
                await daemon.until(lambda: len(desk.taken) == 2)
            assert desk.taken[1]["title"] == "Desk: a.example: source recovered"
            assert {gap["cause"] for gap in await gaps_of(made, days=8)} == {"failed"}


async def test_a_feed_that_moves_is_followed_and_said(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        made.shows("a.example", 1)
        made.write("a.example")
        async with running(made.file) as daemon:
            await daemon.until_stored(1)
            pages = made.pages["a.example"]
            pages["/2"] = story("/2")
            pages["/rss"] = feed("/2", "/1")
            pages["/feed"] = Response(status=301, headers={"Location": "http://a.example/rss"})
            await daemon.until_stored(2)
            await daemon.until(lambda: daemon.events("source moved"))
            await daemon.until(lambda: len(daemon.events("polled")) > 4)
            (moved,) = daemon.events("source moved")
        assert moved["detail"] == "to http://a.example/rss: write that in sources.toml"
        assert "a.example: moved: to http://a.example/rss" in await drawdown(made.file, "status")


async def test_what_a_window_lost_is_found_again(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        made.shows("a.example", 2, 1)
        made.write("a.example")
        async with running(made.file) as daemon:
            await daemon.until_stored(2)
            # The older pages first: a poll between two changes sees the whole or nothing of it.
            pages = made.pages["a.example"]
            pages |= {f"/{n}": story(f"/{n}") for n in (3, 4, 5, 6)}
            pages["/feed?paged=2"] = feed("/6", "/5")
            pages["/feed?paged=3"] = feed("/4", "/3", "/2")
            made.shows("a.example", 8, 7)
            await daemon.until_stored(8)
            assert len(daemon.events("possible loss")) == 1
        # On a busy machine a late poll is a gap of its own.
        overflows = [gap for gap in await gaps_of(made) if gap["cause"] == "window overflow"]
        assert [gap["loss"] for gap in overflows] == ["none"]


async def test_a_day_without_a_daemon_is_a_gap(tmp_path: Path) -> None:
    async with world(tmp_path, "a.example") as made:
        made.shows("a.example", 2, 1)
        made.write("a.example", interval="1h")
        async with running(made.file) as daemon:
            await daemon.until_stored(2)
        made.shows("a.example", 4, 3)
        async with running(made.file, days=1) as daemon:
            await daemon.until_stored(4)
        (gap,) = await gaps_of(made, days=1)
        assert (gap["cause"], gap["loss"]) == ("not polled", "possible")
        assert gap["start"][:10] < gap["end"][:10]


def count_items(desk: Hook, headline: str, remark: str = "") -> int:
    """Count the messages with an article and a remark; a message of one has it in its title too."""
    pattern = re.compile(rf"{re.escape(headline)}(?!\d)")
    texts = (f"{one['title']}\n{one['message']}" for one in desk.taken)
    return sum(bool(pattern.search(text)) and remark in text for text in texts)


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
                    # Killed before, while and after messages are sent.
                    await daemon.until(lambda: daemon.events("visited"))
                    await asyncio.sleep(0.7 * kills)
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
            desk.is_slow = True
            async with running(made.file) as daemon:
                await daemon.until(lambda: desk.asked)
                await daemon.kill()
            desk.is_slow = False
            async with running(made.file) as daemon:
                await daemon.until(lambda: "may have come before" in desk.texts())
    assert desk.taken[-1]["title"] == "Desk: Headline of /1"
