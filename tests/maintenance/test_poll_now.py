"""A poll that an operator asks for: by the daemon that runs, or in a round of its own."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.demo.server import serve
from crawler.maintenance import poll_now as asking
from crawler.maintenance.poll_now import ask_daemon, poll_now
from crawler.pipeline.assembly import Parts
from storage.crawl import polls, requested, sources
from storage.records.outcome import Outcome
from storage.sqlite.schema import connect
from tests.daemon.test_stories import World
from tests.support.farm import feed_sources, write_config
from tests.support.inline import inline_workers
from tests.support.simulated import Simulation
from tests.support.small_farm import Farm, feed, story


async def test_only_the_named_source_is_polled_and_what_it_lists_is_fetched(farm: Farm) -> None:
    for host in ("a.example", "b.example"):
        farm.serve_paths(host, {"/feed": feed("/1", host=host), "/1": story("/1", host)})
    async with serve({host: farm.outlet(host) for host in farm.outlets}) as connect_to:
        file = write_config(farm.folder / "sources.toml", connect_to, feed_sources(farm.outlets))
        config = configuration.load(file)
        named = [one for one in config.sources() if one.name == "a.example"]
        tally = await poll_now(config, named, Parts(workers=inline_workers, refill_gap=0.01))

    asked = {(request.host, request.path) for request in farm.requests}
    assert asked == {("a.example", path) for path in ("/robots.txt", "/feed", "/1")}
    assert tally.outcomes["poll", Outcome.POLLED] == 1
    assert [article.source for article in farm.corpus()] == ["a.example"]


def test_a_running_daemon_polls_what_a_command_asks_for(tmp_path: Path) -> None:
    async def ask(simulation: Simulation) -> None:
        await simulation.lines.until(lambda: world.stored() == 1)
        world.shows(2, 1)
        (listed,) = configuration.load(world.file).sources()
        requested.ask(tmp_path / "corpus.db", [listed.url])
        await simulation.lines.until(lambda: world.stored() == 2)

    world = World(tmp_path)
    world.shows(1)
    world.write(interval="30d")
    lines = world.run(ask)

    (event,) = lines.events("polls requested")
    assert event["sources"] == 1


def test_a_request_is_taken_once_and_names_each_source_once(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    requested.ask(store, ["https://a.example/feed", "https://b.example/feed"])
    requested.ask(store, ["https://a.example/feed"])

    assert requested.take(store) == ["https://a.example/feed", "https://b.example/feed"]
    assert requested.take(store) == []
    assert list(tmp_path.iterdir()) == []


def test_requests_that_are_left_while_others_are_taken_are_not_lost(tmp_path: Path) -> None:
    store = tmp_path / "corpus.db"
    urls = [f"https://a.example/{n}" for n in range(200)]

    def leave(part: list[str]) -> None:
        for url in part:
            requested.ask(store, [url])

    threads = [threading.Thread(target=leave, args=(urls[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    taken: list[str] = []
    while any(thread.is_alive() for thread in threads):
        taken += requested.take(store)
    taken += requested.take(store)

    assert sorted(taken) == sorted(urls)


def test_a_source_that_is_not_configured_any_more_is_not_made_due(tmp_path: Path) -> None:
    connection = connect(tmp_path / "corpus.db")
    now = datetime(2026, 11, 25, tzinfo=UTC)
    config = tmp_path / "sources.toml"
    (kept,) = configuration.load(
        write_config(config, {}, feed_sources({"a.example": None}))
    ).sources()
    sources.synchronize(connection, [(kept, "a.example")], now)

    assert requested.make_due(connection, [kept.url, "https://other.example/"], now) == 1
    assert polls.overdue(connection, now) == 1
    sources.synchronize(connection, [], now)
    assert requested.make_due(connection, [kept.url], now) == 0


def test_a_command_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(tmp_path / "corpus.db").close()
    file = write_config(tmp_path / "sources.toml", {}, feed_sources({"a.example": None}))
    listed = list(configuration.load(file).sources())
    monkeypatch.setattr(asking, "_LOOK_SECONDS", 0.001)

    (answer,) = ask_daemon(tmp_path / "corpus.db", listed, wait_seconds=0.01)

    assert answer.poll is None
