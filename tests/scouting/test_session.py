"""Addresses that are fetched without a store: every one ends, and nobody waits in silence."""

import asyncio
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.demo.server import Request, Response, serve
from crawler.errors import FetchError
from crawler.scouting import session as visits
from crawler.scouting.session import Session
from storage.records.outcome import Outcome
from tests.support.farm import feed_sources, write_config
from tests.support.small_farm import Farm


async def fetched(farm: Farm, *addresses: str, folder: Path) -> list[str]:
    """Return the outcome of each address; a test whose addresses do not end fails by its limit."""
    outlets = {host: farm.outlet(host) for host in farm.outlets}
    async with serve(outlets) as connect_to, asyncio.timeout(30):
        file = write_config(folder / "sources.toml", connect_to, feed_sources({}))
        told = visits.fetch_all(configuration.load(file), addresses)
        return [facts["outcome"] async for facts in told]


async def test_two_origins_that_redirect_to_each_other_end(farm: Farm, tmp_path: Path) -> None:
    def lead(request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(b"no", 404)
        other = "b" if request.host.startswith("a") else "a"
        return Response(b"", 302, {"Location": f"http://{other}.example{request.path}x"})

    farm.outlets = {"a.example": lead, "b.example": lead}

    assert await fetched(farm, "http://a.example/", folder=tmp_path) == ["redirect_loop"]
    assert [r.path for r in farm.requests].count("/robots.txt") == 2
    assert len(farm.paths()) == 11


async def test_a_host_that_asks_for_a_day_holds_up_no_other(farm: Farm, tmp_path: Path) -> None:
    busy = Response(b"", 429, {"Retry-After": "86400"})
    farm.serve_paths("a.example", {"/robots.txt": busy})
    farm.serve_paths("b.example", {"/1": busy, "/2": Response(b"x")})
    farm.serve_paths("c.example", {"/": Response(b"here")})
    asked = ["http://a.example/", "http://b.example/1", "http://b.example/2", "http://c.example/"]

    assert await fetched(farm, *asked, folder=tmp_path) == [*["rate_limited"] * 3, "fetched"]
    assert [r.host for r in farm.requests].count("a.example") == 1
    assert ("b.example", "/2") not in [(r.host, r.path) for r in farm.requests]


async def test_one_session_asks_robots_once_whoever_needs_them(farm: Farm, tmp_path: Path) -> None:
    farm.serve_paths("a.example", {f"/{n}": Response(b"here") for n in range(5)})
    async with serve({"a.example": farm.outlet("a.example")}) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources({}))
        async with Session.open(configuration.load(file)) as session, asyncio.TaskGroup() as group:
            for n in range(5):
                group.create_task(session.get(f"http://a.example/{n}"))

    assert [r.path for r in farm.requests].count("/robots.txt") == 1
    assert len(farm.requests) == 6


async def test_a_failure_is_raised_as_it_is(farm: Farm, tmp_path: Path) -> None:
    file = write_config(tmp_path / "sources.toml", {}, feed_sources({}))
    with pytest.raises(FetchError) as caught:
        async with Session.open(configuration.load(file)) as session:
            await session.get("http://a.example:99999/")

    assert caught.value.outcome is Outcome.BAD_URL
