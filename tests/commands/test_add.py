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
    assert result.output.count("no feed: HTTP 404: http://a.example/feed/, http") == 1


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


class Asked:
    """An outlet that remembers what it was asked for."""

    def __init__(self, paths: dict[str, Response], authorization: str = ""):
        self.paths = paths
        self.authorization = authorization
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        is_open = not self.authorization or request.path in {"/robots.txt", "/story/1"}
        if not is_open and request.headers.get("authorization") != self.authorization:
            return Response(b"no", 401)
        return self.paths.get(request.path, Response(b"no", 404))


async def added(folder: Path, outlet: Asked, url: str) -> Result:
    async with serve({"a.example": outlet}) as connect_to:
        file = write_config(folder / "sources.toml", connect_to, OLD)
        call = ["--config", str(file), "add", url, "--choose", "1"]
        return await asyncio.to_thread(CliRunner().invoke, cli, call)


async def test_each_address_is_asked_for_once(tmp_path: Path) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">'
        for path in ("/ar/world/", "/old", "/feed")
    )
    outlet = Asked(
        {
            "/ar/world/": Response(f"<html>{links}</html>".encode()),
            "/old": Response(b"", 301, {"Location": "http://a.example/feed"}),
            "/feed": feed("/story/1"),
            "/story/1": story("/story/1"),
        }
    )
    result = await added(tmp_path, outlet, "http://a.example/ar/world/")

    assert result.exit_code == 0, result.output
    assert sorted(outlet.asked) == ["/ar/world/", "/feed", "/old", "/robots.txt", "/story/1"]


async def test_user_and_password_of_a_feed_are_written_and_not_shown(tmp_path: Path) -> None:
    outlet = Asked(
        {"/feed": feed("/story/1"), "/story/1": story("/story/1")},
        authorization="Basic cmVhZGVyOmhlcm9u",
    )
    result = await added(tmp_path, outlet, "http://reader:heron@a.example/feed")

    assert result.exit_code == 0, result.output
    assert "heron" not in result.output
    (source,) = configuration.load(tmp_path / "sources.toml").source[1].sources()
    assert source.url == "http://a.example/feed"
    assert source.credentials is not None
    assert (source.credentials.user, source.credentials.password) == ("reader", "heron")


async def test_a_user_that_is_not_that_of_the_chosen_feed_is_left_out_aloud(
    tmp_path: Path,
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    outlet = Asked(
        {
            "/": Response(f"<html>{link}</html>".encode()),
            "/feed": feed("/story/1"),
            "/story/1": story("/story/1"),
        }
    )
    result = await added(tmp_path, outlet, "http://reader:heron@a.example/")

    assert result.exit_code == 0, result.output
    assert "user and password are left out" in result.output
    assert "heron" not in (tmp_path / "sources.toml").read_text("utf-8")


def test_an_address_that_cannot_be_is_named_and_its_password_is_not(tmp_path: Path) -> None:
    file = write_config(tmp_path / "sources.toml", {}, OLD)
    call = ["--config", str(file), "add", "http://a:b:heron@[::1/feed"]
    result = CliRunner().invoke(cli, call)

    assert result.exit_code == 2
    assert "URL: " in result.output
    assert "heron" not in result.output


@pytest.mark.parametrize(
    ("url", "arguments", "said"),
    [
        ("http://old.example/feed", (), 'already belongs to "Old"'),
        ("http://a.example/", ("--name", "old"), 'source "Old": this name is taken'),
    ],
)
async def test_what_is_in_the_file_is_refused_before_anything_is_fetched(
    tmp_path: Path, url: str, arguments: tuple[str, ...], said: str
) -> None:
    outlet = Asked({"/": feed("/story/1")})
    async with serve({"a.example": outlet, "old.example": outlet}) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, OLD)
        call = ["--config", str(file), "add", url, *arguments]
        result = await asyncio.to_thread(CliRunner().invoke, cli, call)

    assert said in str(result.exception)
    assert outlet.asked == []


async def test_a_feed_that_is_there_is_named_and_no_article_is_fetched(tmp_path: Path) -> None:
    outlet = Asked({"/": Response(HOME.encode()), "/feed": feed("/story/1")})
    configured = OLD + '[[source]]\nname = "A Times"\nfeed = "http://a.example/feed"\n'
    async with serve({"a.example": outlet}) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, configured)
        call = ["--config", str(file), "add", "http://a.example/", "--choose", "1"]
        result = await asyncio.to_thread(CliRunner().invoke, cli, call)

    assert isinstance(result.exception, ConfigError)
    assert 'is there already: "A Times"' in str(result.exception)
    assert "/story/1" not in outlet.asked


def test_the_addresses_of_feeds_are_printed_whole(add: Add) -> None:
    long = "/feeds/of/the/foreign/desk/in/the/language/of/the/readers/" + "x" * 40
    page = HOME.replace("/world/rss.xml", f"{long}.xml")
    paths = {"/": Response(page.encode()), "/feed": feed("/s/1"), f"{long}.xml": feed("/s/2")}
    result = add(paths, "--dry-run", "--choose", "2")

    assert f" 2  http://a.example{long}.xml\n" in result.output
