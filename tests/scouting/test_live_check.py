"""`drawdown check --live`: what each address returns, one article of it, and what to change."""

import asyncio

import pytest

from crawler.demo.server import Response, serve
from tests.commands.test_cli import rows
from tests.support.command import drawdown
from tests.support.farm import feed_sources, write_config
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.usefixtures("parsers_in_place")


async def test_check_live_tells_what_stands_at_each_address(farm: Farm) -> None:
    farm.serve_paths(
        "a.example", {"/feed": Response(b"", 301, {"Location": "/moved"}), "/moved": feed("/1")}
    )
    farm.serve_paths("b.example", {"/feed": Response(b"<!doctype html><html>")})
    farm.sources = feed_sources(farm.outlets) + (
        '[[source]]\nname = "asleep"\nfeed = "http://c.example/feed"\nenabled = false\n'
    )
    async with serve({host: farm.outlet(host) for host in farm.outlets}) as connect_to:
        config = write_config(farm.folder / "sources.toml", connect_to, farm.sources)
        done = await asyncio.to_thread(drawdown, "--config", config, "check", "--live", "--json")
        one = await asyncio.to_thread(drawdown, "--config", config, "check", "--live", "a.example")
    found = {row["source"]: row for row in rows(done.stdout)}

    assert done.returncode == 1
    assert set(found) == {"a.example", "b.example"}
    assert found["a.example"]["outcome"] == "readable"
    assert found["a.example"]["moved_to"] == "http://a.example/moved"
    assert found["a.example"]["entries"] == 1
    assert found["b.example"]["outcome"] == "bad_feed"
    assert one.returncode == 0
    assert "moved permanently: write http://a.example/moved" in one.stdout
    assert drawdown("--config", config, "check", "--live", "nobody").returncode == 2
    assert [r.path for r in farm.requests if r.host == "c.example"] == []


async def test_check_live_tries_an_article_and_says_what_could_be_better(farm: Farm) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/news.xml">'
    old = "<pubDate>Mon, 23 Nov 2015 10:00:00 GMT</pubDate>"
    farm.serve_paths(
        "a.example",
        {
            "/": Response(f"<html><head>{link}</head></html>".encode()),
            "/feed": feed("/1", more=old),
            "/news.xml": feed("/2", "/1"),
            "/1": story("/1"),
            "/robots.txt": Response(b"User-agent: *\nCrawl-delay: 0.1\nDisallow: /x\n"),
        },
    )
    farm.serve_paths("b.example", {"/list": Response(b"<html><a href='/x'>x</a></html>")})
    farm.sources = (
        feed_sources({"a.example": 0})
        + 'selectors = { body = ".article-body", remove = ".advert" }\n'
        + '[[source]]\nname = "b"\npage = "http://b.example/list"\nselectors.links = ".teaser a"\n'
    )
    async with serve({host: farm.outlet(host) for host in farm.outlets}) as connect_to:
        config = write_config(farm.folder / "sources.toml", connect_to, farm.sources)
        call = ("--config", config, "check", "--live")
        done = await asyncio.to_thread(drawdown, *call, "--json")
        shown = await asyncio.to_thread(drawdown, *call, "a.example")
    found = {row["source"]: row for row in rows(done.stdout)}

    assert found["a.example"]["article_url"] == "http://a.example/1"
    assert found["a.example"]["headline"] == "Headline of /1"
    assert str(found["a.example"]["article"]).endswith("en, on topic")
    assert found["a.example"]["suggestions"] == [
        "selectors.remove matches nothing on http://a.example/1",
        "feed = http://a.example/news.xml (link on the page) has 2 entries",
    ]
    assert found["a.example"]["robots"] == "allowed, 0.1 s between requests"
    assert found["b"]["robots"] == "none: allowed"
    assert found["b"]["outcome"] == "bad_feed"
    assert "selectors.links" in str(found["b"]["detail"])
    assert "http://a.example/1: Headline of /1: " in shown.stdout
