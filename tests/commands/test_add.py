"""`drawdown add`: the feeds of an outlet are found, one is tried, and it is written to the file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler import config as configuration
from crawler.cli import cli
from crawler.demo.server import Outlet, Request, Response, serve
from crawler.errors import ConfigError, FeedUnreadable
from crawler.feeds.announced import in_robots, on_page, usual
from storage.records.model import SourceKind
from tests.support.farm import write_config
from tests.support.small_farm import feed, story

HOME = """<html><head><title>Home</title>
<link rel="alternate" type="application/rss+xml" title="News &amp; more" href="/feed">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/json+oembed" href="/oembed">
<link rel="alternate" hreflang="fr" href="/fr/">
</head><body><a href="/world/rss.xml">World</a><a href="/feedback">Write</a></body></html>"""
OLD = '# Ours.\n\n[[source]] # the first\nname = "Old"\nfeed = "http://old.example/feed"\n'
Add = Callable[..., Result]


def of(paths: dict[str, Response]) -> Outlet:
    def answer(request: Request) -> Response:
        return paths.get(request.path, Response(b"no", 404))

    return answer


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Run the command against one outlet at a.example."""

    def run(paths: dict[str, Response], *arguments: str, keys: str | None = None) -> Result:
        async def go() -> Result:
            async with serve({"a.example": of(paths)}) as connect_to:
                file = write_config(tmp_path / "sources.toml", connect_to, OLD)
                call = ["--config", str(file), "add", "http://a.example/", *arguments]
                return await asyncio.to_thread(CliRunner().invoke, cli, call, input=keys)

        return asyncio.run(go())

    return run


def test_an_outlet_is_found_tried_and_appended(add: Add, tmp_path: Path) -> None:
    date = "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
    paths = {
        "/": Response(HOME.encode()),
        "/feed": feed("/story/1", more=date),
        "/story/1": story("/story/1"),
    }
    result = add(paths, "--name", "The Lantern", keys="y\n")

    assert result.exit_code == 0, result.output
    assert "Headline of /story/1" in result.output
    text = (tmp_path / "sources.toml").read_text("utf-8")
    assert OLD in text
    assert text.endswith(
        '[[source]]\nname = "The Lantern"\nfeed = "http://a.example/feed"\n'
        'homepage = "http://a.example/"\nlanguage = "en"\n'
    )
    config = configuration.load(tmp_path / "sources.toml")
    assert [outlet.name for outlet in config.source] == ["Old", "The Lantern"]
    kept = {"sources.toml", "corpus.db.turns"}
    assert {file.name for file in tmp_path.iterdir()} == kept  # no half-written one


def test_one_of_several_is_chosen(add: Add, tmp_path: Path) -> None:
    paths = {
        "/": Response(HOME.encode()),
        "/feed": feed("/story/1"),
        "/world/rss.xml": feed("/story/2"),
        "/story/2": story("/story/2"),
    }
    result = add(paths, "--choose", "2")

    assert result.exit_code == 0, result.output
    assert 'feed = "http://a.example/world/rss.xml"' in (tmp_path / "sources.toml").read_text()


def test_what_is_declined_is_not_written(add: Add, tmp_path: Path) -> None:
    paths = {"/": Response(b"<html><p>Nothing named</p></html>"), "/rss.xml": feed("/story/1")}
    for arguments, keys in ((["--dry-run"], None), ([], "n\n")):
        result = add(paths, *arguments, keys=keys)
        assert 'feed = "http://a.example/rss.xml"' in result.output
        assert "a.example/rss.xml" not in (tmp_path / "sources.toml").read_text("utf-8")


def test_without_a_feed_it_says_what_to_do(add: Add) -> None:
    result = add({"/": Response(b"<html><p>Nothing</p></html>")})

    assert isinstance(result.exception, FeedUnreadable)
    assert "selectors.links" in str(result.exception)
    assert "no feed: http://a.example/feed/" in result.output


def test_an_outlet_that_is_there_is_not_added_twice(add: Add, tmp_path: Path) -> None:
    paths = {"/": feed("/story/1")}
    result = add(paths, "--name", "Old", "--choose", "1")

    assert isinstance(result.exception, ConfigError)
    assert "this name is taken" in str(result.exception)
    assert "a.example/" not in (tmp_path / "sources.toml").read_text().partition("[[source]]")[2]


def test_a_page_names_its_feeds_and_not_its_comments() -> None:
    found = on_page(HOME.encode(), "http://a.example/")

    assert [(f.url, f.title) for f in found] == [
        ("http://a.example/feed", "News & more"),
        ("http://a.example/world/rss.xml", "World"),
    ]


def test_wordpress_gives_itself_away() -> None:
    page = b'<link rel="https://api.w.org/" href="/wp-json/"><a href="/feed/">RSS</a>'

    (found,) = on_page(page, "http://a.example/2026/")
    assert (found.url, found.found_by) == ("http://a.example/feed/", "WordPress")


def test_robots_names_news_sitemaps() -> None:
    robots = "User-agent: *\nSitemap: /sitemap.xml\nsitemap: https://a.example/news-sitemap.xml\n"

    (found,) = in_robots(robots, "https://a.example/robots.txt")
    assert (found.url, found.kind) == ("https://a.example/news-sitemap.xml", SourceKind.SITEMAP)
    assert "https://a.example/feed/" in [feed.url for feed in usual("https://a.example/x/y")]
