"""An outlet's past: whole sitemaps and feeds page by page, once and politely."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from crawler import config as configuration
from crawler.demo.server import Request, Response, serve
from crawler.feeds.paging import page_of, with_page
from crawler.maintenance import backfilling
from crawler.pipeline.tally import Tally
from crawler.urls.address import MAX_URL
from storage.records.outcome import Outcome
from tests.support.farm import feed_sources, write_config
from tests.support.small_farm import Farm, feed, story

pytestmark = pytest.mark.usefixtures("parsers_in_place")

XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(*places: tuple[str, str], index: bool = False) -> Response:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    listed = "".join(
        f"<{inner}><loc>http://a.example{path}</loc><lastmod>{day}</lastmod></{inner}>"
        for path, day in places
    )
    return Response(f"<{outer} {XMLNS}>{listed}</{outer}>".encode(), media_type="text/xml")


def past() -> dict[str, Response]:
    """An outlet whose robots.txt names an index of five sitemaps."""
    months = [(f"/map{n}.xml", f"2025-0{n}-28") for n in range(1, 6)]
    paths = {
        "/robots.txt": Response(
            b"User-agent: *\nSitemap: http://a.example/index.xml\n", media_type="text/plain"
        ),
        "/index.xml": sitemap(*months, index=True),
        "/feed": feed("/new"),
    }
    for n in range(1, 6):
        paths[f"/map{n}.xml"] = sitemap((f"/{n}a", f"2025-0{n}-10"), (f"/{n}b", f"2025-0{n}-20"))
        paths |= {f"/{n}{letter}": story(f"/{n}{letter}") for letter in "ab"}
    return paths | {"/new": story("/new")}


async def backfill(farm: Farm, since: datetime | None = None) -> Tally:
    async with serve({host: farm.outlet(host) for host in farm.outlets}) as connect_to:
        file = write_config(farm.folder / "sources.toml", connect_to, feed_sources(farm.outlets))
        return await backfilling.backfill(configuration.load(file), "a.example", since)


def stored(farm: Farm) -> set[str]:
    return {article.url.removeprefix("http://a.example") for article in farm.corpus()}


async def test_all_sitemaps_of_an_index_are_read_and_their_articles_fetched(farm: Farm) -> None:
    paths = past()
    farm.serve_paths("a.example", paths)
    tally = await backfill(farm)

    assert stored(farm) == {"/new", *(f"/{n}{letter}" for n in range(1, 6) for letter in "ab")}
    assert tally.outcomes["article", Outcome.STORED] == 11

    farm.requests.clear()
    await backfill(farm)
    assert {path for path in farm.paths() if "map" in path} == set()
    assert tally.outcomes["article", Outcome.STORED] == len(farm.corpus())


async def test_what_is_listed_as_older_is_left_alone(farm: Farm) -> None:
    farm.serve_paths("a.example", past())
    await backfill(farm, datetime(2025, 4, 15, tzinfo=UTC))
    assert stored(farm) == {"/new", "/4b", "/5a", "/5b"}

    await backfill(farm, datetime(2025, 3, 1, tzinfo=UTC))
    assert stored(farm) == {"/new", "/3a", "/3b", "/4a", "/4b", "/5a", "/5b"}


def paged(pages: Iterable[Response]) -> dict[str, Response]:
    listed = {f"/feed?paged={n}": page for n, page in enumerate(pages, 1)}
    return (
        listed
        | {"/feed": listed["/feed?paged=1"]}
        | {path: story(path) for path in ("/1", "/2", "/3", "/4", "/5")}
    )


async def test_a_feed_is_read_page_by_page_to_its_end(farm: Farm) -> None:
    farm.serve_paths("a.example", paged([feed("/1", "/2"), feed("/3", "/4"), feed("/5")]))
    await backfill(farm)
    assert stored(farm) == {"/1", "/2", "/3", "/4", "/5"}
    assert farm.paths().count("/feed?paged=4") == 1


async def test_a_server_that_knows_no_pages_is_asked_for_one(farm: Farm) -> None:
    same = feed("/1", "/2")

    def answer(request: Request) -> Response:
        path = request.path.partition("?")[0]
        return (
            same
            if path == "/feed"
            else story(path)
            if path in {"/1", "/2"}
            else Response(b"no", 404)
        )

    farm.outlets["a.example"] = answer
    await backfill(farm)
    assert stored(farm) == {"/1", "/2"}
    assert [path for path in farm.paths() if "paged" in path] == ["/feed?paged=2"]


async def test_no_source_is_polled_and_the_next_round_polls_it(farm: Farm) -> None:
    farm.serve_paths("a.example", past())
    farm.serve_paths("b.example", {"/feed": feed("/b", host="b.example"), "/b": story("/b")})
    await backfill(farm)
    assert "/b" not in farm.paths()
    await farm.round()
    assert "/b" in farm.paths()


async def test_an_outlet_that_is_not_there_is_said(farm: Farm) -> None:
    farm.serve_paths("b.example", {"/feed": feed("/b", host="b.example")})
    with pytest.raises(KeyError, match=r"a\.example"):
        await backfill(farm)


def test_pages_of_a_feed_have_addresses() -> None:
    assert page_of("http://a.example/feed?x=1&paged=3") == (3, "http://a.example/feed?x=1")
    assert with_page("http://a.example/feed?x=1", 4) == "http://a.example/feed?x=1&paged=4"
    assert page_of(with_page("http://a.example/feed", 2) or "") == (2, "http://a.example/feed")


def test_a_feed_of_the_longest_address_has_no_later_pages() -> None:
    assert with_page(f"http://a.example/{'f' * (MAX_URL - 20)}", 2) is None


async def test_since_is_compared_with_the_corrected_time(farm: Farm) -> None:
    """Its sitemap labels the time of Tokyo as GMT: 02:00 there is 17:00 of the day before."""
    night, noon = "2026-03-02T02:00:00Z", "2026-03-02T10:00:00Z"
    paths = {"/map.xml": sitemap(("/before", night), ("/after", noon))}
    farm.serve_paths("a.example", paths | {path: story(path) for path in ("/before", "/after")})
    source = '[[source]]\nname = "A"\nsitemap = "http://a.example/map.xml"\n'
    async with serve({"a.example": farm.outlet("a.example")}) as connect_to:
        text = f'{source}feed_timezone = "Asia/Tokyo"\n'
        file = write_config(farm.folder / "sources.toml", connect_to, text)
        await backfilling.backfill(configuration.load(file), "A", datetime(2026, 3, 2, tzinfo=UTC))

    assert set(farm.paths()) == {"/map.xml", "/sitemap.xml", "/after"}
