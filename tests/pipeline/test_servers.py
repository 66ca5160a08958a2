"""What servers ask for before they answer, from the feed to the stored article."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.config import effective, opml
from crawler.demo.server import Request, Response
from tests.support.farm import write_config
from tests.support.small_farm import Farm, feed, story

BASIC = "Basic ZGVzazpoZXJvbi03"  # desk:heron-7
SOURCE = '[[source]]\nname = "A"\nfeed = "http://desk:heron-7@a.example/feed"\n'


def consent(inner: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Set a cookie and lead to the same address, until it comes."""

    def answer(request: Request) -> Response:
        if request.headers.get("cookie") == "seen=1":
            return inner(request)
        headers = {"Location": request.path, "Set-Cookie": "seen=1; path=/"}
        return Response(b"", 302, headers)

    return answer


async def test_a_host_that_wants_its_cookie_back_loses_no_article(tmp_path: Path) -> None:
    farm = Farm(tmp_path)
    paths = {"/feed": feed("/news/1"), "/news/1": story("/news/1")}
    farm.outlets["a.example"] = consent(lambda r: paths.get(r.path, Response(b"no", 404)))

    await farm.round()

    assert [article.url for article in farm.corpus()] == ["http://a.example/news/1"]
    asked = [(r.path, r.headers.get("cookie")) for r in farm.requests if r.path != "/robots.txt"]
    assert asked == [
        ("/feed", None), ("/feed", "seen=1"), ("/news/1", None), ("/news/1", "seen=1"),
    ]  # fmt: skip


async def test_a_password_opens_its_source_and_goes_nowhere_else(tmp_path: Path) -> None:
    farm = Farm(tmp_path)
    farm.sources = SOURCE
    listed = feed("/news/1", "/away").body
    more = b"<item><title>Of B</title><link>http://b.example/news/2</link></item></channel>"
    both = Response(listed.replace(b"</channel>", more), media_type="application/rss+xml")

    def a(request: Request) -> Response:
        if request.path != "/robots.txt" and request.headers.get("authorization") != BASIC:
            return Response(b"who?", 401, {"WWW-Authenticate": 'Basic realm="desk"'})
        paths = {
            "/feed": both,
            "/news/1": story("/news/1"),
            "/away": Response(b"", 302, {"Location": "http://b.example/news/3"}),
        }  # fmt: skip
        return paths.get(request.path, Response(b"no", 404))

    farm.outlets["a.example"] = a
    farm.serve_paths("b.example", {f"/news/{n}": story(f"/news/{n}", "b.example") for n in (2, 3)})

    await farm.round()

    assert len(farm.corpus()) == 3
    sent = {(r.host, r.path) for r in farm.requests if "authorization" in r.headers}
    assert sent == {("a.example", path) for path in ("/feed", "/news/1", "/away")}
    assert holding(tmp_path, b"heron-7") == []


def holding(folder: Path, secret: bytes) -> list[str]:
    """Return the files that contain it, but for the configuration."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".toml"]
    return [file.name for file in files if secret in file.read_bytes()]


def test_a_password_is_shown_nowhere(tmp_path: Path) -> None:
    config = configuration.load(write_config(tmp_path / "sources.toml", {}, SOURCE))
    outlet = config.source[0]
    (source,) = outlet.sources()
    shown = [repr(config), repr(source), str(list(effective.of_outlet(config, outlet)))]
    shown.append(opml.write([outlet]).decode())

    assert source.url == "http://a.example/feed"
    assert source.credentials is not None
    assert (source.credentials.user, source.credentials.password) == ("desk", "heron-7")
    assert [text for text in shown if "heron" in text] == []


@pytest.mark.parametrize(
    ("url", "user", "password"),
    [
        ("http://desk:p%40ss@a.example:8080/feed", "desk", "p@ss"),
        ("http://desk@a.example/feed", "desk", ""),
        ("https://d%C3%A9sk:p:q@a.example/feed", "désk", "p:q"),
        ("http:desk:p@a.example/feed", "desk", "p"),
    ],
)
def test_user_and_password_are_read_as_a_browser_reads_them(
    tmp_path: Path, url: str, user: str, password: str
) -> None:
    text = f'[[source]]\nname = "A"\nsitemap = "{url}"\n'
    config = configuration.load(write_config(tmp_path / "sources.toml", {}, text))
    (source,) = config.source[0].sources()

    assert source.credentials is not None
    assert (source.credentials.user, source.credentials.password) == (user, password)
    assert "@" not in source.url


def test_an_address_without_a_user_has_no_credentials(tmp_path: Path) -> None:
    text = '[[source]]\nname = "A"\npage = ["http://@a.example/", "http://a.example/@desk"]\n'
    config = configuration.load(write_config(tmp_path / "sources.toml", {}, text))

    assert [source.credentials for source in config.source[0].sources()] == [None, None]
