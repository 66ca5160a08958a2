"""Visits and revisits end to end: identity, copies, revisions, retries."""

import random
from pathlib import Path

import pytest

from crawler import config as configuration
from crawler.daemon import daemon
from crawler.demo.server import Response, serve
from storage.articles import corpus
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, make_outlets, make_page, make_text, write_config
from tests.support.small_farm import Farm, feed, story


async def test_a_redirect_to_the_home_page_is_no_article(farm: Farm) -> None:
    home = Response(b"", 302, {"Location": "http://a.example/"})
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": home, "/": story("/")})

    await farm.round()

    assert farm.outcomes() == {"not_found": 1}


async def test_two_addresses_of_one_article_are_one_article(farm: Farm) -> None:
    page = story("/1")
    farm.serve_paths(
        "a.example", {"/feed": feed("/1", "/long/way/1"), "/1": page, "/long/way/1": page}
    )

    await farm.round()

    assert farm.outcomes() == {"alias": 1, "stored": 1}
    assert len(farm.corpus()) == 1


@pytest.mark.parametrize("claim", ["http://other.example/9", "http://a.example/"])
async def test_a_canonical_address_that_cannot_be_right_is_not_believed(
    farm: Farm, claim: str
) -> None:
    page = make_page("A headline", make_text(random.Random(1), on_topic=True), claim)
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": Response(page)})

    await farm.round()

    assert [a.url_key for a in farm.corpus()] == ["https://a.example/1"]


async def test_a_template_that_claims_one_address_for_all_pages_loses_none(farm: Farm) -> None:
    pages = {
        f"/{n}": Response(
            make_page(f"H {n}", make_text(random.Random(n), on_topic=True), "http://a.example/all")
        )
        for n in range(4)
    }
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})

    await farm.round()

    assert farm.outcomes() == {"stored": 4}


async def test_an_unreachable_article_waits_for_its_next_try(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": Response(b"", 500)})
    await farm.round()
    waiting = farm.outcomes()
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    still = farm.outcomes()
    farm.make_due()
    await farm.round()

    assert waiting == still == {"pending": 1}
    assert farm.outcomes() == {"stored": 1}


@pytest.mark.usefixtures("parsers_in_place")
async def test_copies_are_linked_to_the_same_original_in_any_order(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=3, articles=10, seed=5)
    async with serve(outlets) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        await daemon.once(configuration.load(file))

    with open_corpus(tmp_path / "corpus.db") as connection:
        listed = {a.id: a for a in corpus.stream(connection)}
    copies = [a for a in listed.values() if a.duplicate_of is not None]
    assert len(listed) == 30
    assert len(copies) == 2
    for copy in copies:
        assert copy.duplicate_of is not None
        assert copy.body == listed[copy.duplicate_of].body
