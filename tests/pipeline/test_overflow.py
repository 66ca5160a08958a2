"""A feed that wrote more than it shows at once: what passed unseen is looked for."""

from datetime import UTC, datetime

import pytest

from crawler.demo.server import Response
from storage.monitoring.gaps import Gap, gaps
from storage.sqlite.database import open_corpus
from tests.pipeline.test_backfill import sitemap
from tests.support.small_farm import Farm, feed, story

STORIES = {f"/{n}": story(f"/{n}") for n in range(1, 12)}


def names(first: int, last: int) -> list[str]:
    return [f"/{n}" for n in range(last, first - 1, -1)]


async def overflow(farm: Farm, after: dict[str, Response]) -> list[Gap]:
    """Poll a feed of the first three stories, and then one that shows the last three."""
    farm.serve_paths("a.example", {**STORIES, **after, "/feed": feed(*names(1, 3))})
    await farm.round()
    farm.serve_paths("a.example", {**STORIES, **after, "/feed": feed(*names(9, 11))})
    farm.make_due()
    farm.requests.clear()
    await farm.round()
    with open_corpus(farm.folder / "corpus.db") as connection:
        return gaps(connection, datetime.now(UTC))


def stored(farm: Farm) -> set[str]:
    return {article.url.removeprefix("http://a.example") for article in farm.corpus()}


async def test_pages_are_read_until_one_shows_what_was_known(farm: Farm) -> None:
    pages = {
        "/feed?paged=2": feed(*names(6, 9)),  # one has come meanwhile: it closes nothing
        "/feed?paged=3": feed(*names(3, 5)),
        "/feed?paged=4": feed(*names(1, 2)),
    }
    (gap,) = await overflow(farm, pages)

    assert stored(farm) == set(STORIES)
    assert (gap.cause, gap.loss) == ("window overflow", "none")
    assert gap.detail == "backfilled up to what was known"
    assert "/feed?paged=4" not in farm.paths()


@pytest.mark.parametrize("second", [feed(*names(9, 11)), Response(b"no", 404)])
async def test_a_feed_without_pages_keeps_its_gap(farm: Farm, second: Response) -> None:
    (gap,) = await overflow(farm, {"/feed?paged=2": second})

    assert stored(farm) == {*names(1, 3), *names(9, 11)}
    assert (gap.cause, gap.loss, gap.detail) == ("window overflow", "possible", "")
    assert [path for path in farm.paths() if "paged" in path] == ["/feed?paged=2"]
    (source,) = farm.status()
    assert source.state == "ok"


async def test_a_news_sitemap_closes_it_too(farm: Farm) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    listed = sitemap(*((name, today) for name in names(2, 11)))
    robots = (
        b"User-agent: *\nSitemap: http://a.example/news.xml\nSitemap: http://a.example/all.xml\n"
    )
    (gap,) = await overflow(
        farm, {"/robots.txt": Response(robots, media_type="text/plain"), "/news.xml": listed}
    )

    assert stored(farm) == set(STORIES)
    assert (gap.loss, gap.detail) == ("none", "backfilled up to what was known")
    assert "/all.xml" not in farm.paths()


async def test_a_sitemap_without_a_usable_address_is_passed_over(farm: Farm) -> None:
    robots = Response(b"Sitemap: http://xn--a/news.xml\n", media_type="text/plain")
    await overflow(farm, {"/robots.txt": robots})

    assert stored(farm) == {*names(1, 3), *names(9, 11)}
