"""Revisits end to end: what becomes a revision, and of which kind."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from crawler.dedupe.revisions import Change
from crawler.demo.server import Response
from crawler.errors import FetchError
from crawler.workers.jobs import ChangesJob
from storage.articles import provenance
from storage.records.outcome import Outcome
from storage.sqlite.database import open_corpus
from tests.support.inline import Inline
from tests.support.small_farm import Farm, feed, story


def page(headline: str, *sentences: str) -> Response:
    prose = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return Response(f"<article><h1>{headline}</h1>{prose}</article>".encode())


TROOPS = "The ministry said on Monday that 400 soldiers had left the Syrian base by road and sea."
BASE = "Their withdrawal from Syria had been agreed in the spring, after months of quiet talks."
TOWN = "In the town nobody was seen to wave, and nobody was seen to weep, a shopkeeper said."


def revisions(farm: Farm) -> list[tuple[str, list[str]]]:
    """Return change and classes of each revision of the first article."""
    with open_corpus(farm.folder / "corpus.db") as connection:
        rows = provenance.trace(connection, 1)["revisions"]
    return [(row["change"], row["changes"]) for row in rows]


async def serve_in_turn(farm: Farm, *pages: Response) -> None:
    paths = {"/feed": feed("/1")}
    farm.serve_paths("a.example", paths)
    for shown in pages:
        paths["/1"] = shown
        await farm.round()
        farm.make_due()


async def test_a_rewritten_article_gets_a_revision_and_a_removed_one_keeps_its_text(
    farm: Farm,
) -> None:
    paths = {"/feed": feed("/1", "/2"), "/1": story("/1"), "/2": story("/2")}
    farm.serve_paths("a.example", paths)
    await farm.round()
    before = {a.url_key[-1]: a for a in farm.corpus()}

    paths["/1"] = story("/1", seed=1)
    del paths["/2"]
    farm.make_due()
    await farm.round()

    after = {a.url_key[-1]: a for a in farm.corpus()}
    assert after["1"].revision == 2
    assert after["1"].body != before["1"].body
    assert after["2"].revision == 2
    assert after["2"].body == before["2"].body
    assert farm.outcomes() == {"stored": 2}


async def test_an_article_that_comes_back_is_back(farm: Farm) -> None:
    gone = Response(b"gone", 410)
    await serve_in_turn(farm, story("/1"), gone, gone, story("/1"), story("/1"))

    assert revisions(farm) == [("first", []), ("removed", ["removed"]), ("returned", ["returned"])]
    (article,) = farm.corpus()
    assert article.removed_at is None
    assert article.changes == ["removed", "returned"]


async def test_an_article_that_comes_back_with_another_text_is_back_too(farm: Farm) -> None:
    await serve_in_turn(farm, story("/1"), Response(b"gone", 410), story("/1", seed=1))

    assert [change for change, _ in revisions(farm)] == ["first", "removed", "body"]
    assert revisions(farm)[2][1][-1] == "returned"
    assert farm.corpus()[0].removed_at is None


async def test_a_page_without_the_article_brings_nothing_back(farm: Farm) -> None:
    other = Response(b"<html><body><p>Nothing here.</p></body></html>")
    await serve_in_turn(farm, story("/1"), Response(b"gone", 410), other)

    assert [change for change, _ in revisions(farm)] == ["first", "removed"]


async def test_a_removed_article_keeps_the_time_of_its_text(farm: Farm) -> None:
    await serve_in_turn(farm, story("/1"))
    (before,) = farm.corpus()
    await serve_in_turn(farm, Response(b"gone", 410))
    (after,) = farm.corpus()

    assert after.fetched_at == before.fetched_at
    assert after.removed_at is not None
    assert after.removed_at > after.fetched_at
    assert before.removed_at is None


async def test_the_address_to_cite_is_the_outlets_own_without_tracking(farm: Farm) -> None:
    link = "/a/?utm_source=feed&id=7"
    farm.serve_paths("a.example", {"/feed": feed(link), link: story("/a/?id=7&ref_src=x")})
    await farm.round()
    (article,) = farm.corpus()

    assert article.url == "http://a.example/a/?id=7"
    assert article.url_key == "https://a.example/a?id=7"


async def test_a_revision_says_of_which_kinds_its_changes_are(farm: Farm) -> None:
    await serve_in_turn(
        farm,
        page("Troops leave Syria", TROOPS, BASE, TOWN),
        page("Troops leave Syria", TROOPS.replace("400", "450"), BASE, TOWN),
        page("Troops withdraw from Syria", TROOPS.replace("400", "450"), BASE, TOWN),
        page(
            "Troops withdraw from Syria", TROOPS.replace("400", "450"), BASE, TOWN,
            "Correction: an earlier version of this article gave the number of soldiers as 400.",
        ),
    )  # fmt: skip

    assert revisions(farm) == [
        ("first", []),
        ("body", ["number"]),
        ("headline", ["headline"]),
        ("body", ["correction"]),
    ]


async def test_what_only_the_page_around_the_article_changes_is_no_revision(farm: Farm) -> None:
    await serve_in_turn(
        farm,
        page("Troops leave Syria", TROOPS, BASE, TOWN, "12 comments", "Updated 5 minutes ago"),
        page("Troops leave Syria", TROOPS, BASE, TOWN, "57 comments", "Updated 2 hours ago"),
        page("Troops leave Syria", TROOPS, BASE, TOWN),
    )

    assert revisions(farm) == [("first", [])]


async def test_an_outlet_that_shows_two_headlines_in_turn_makes_no_endless_revisions(
    farm: Farm,
) -> None:
    one = page("Troops leave Syria", TROOPS, BASE, TOWN)
    other = page("Syria: the soldiers are gone", TROOPS, BASE, TOWN)

    await serve_in_turn(farm, one, other, one, other, one, other, one, other)

    assert len(revisions(farm)) == 4


async def test_an_article_that_is_rewritten_into_a_copy_is_one_from_then_on(farm: Farm) -> None:
    original = story("/original", "b.example")
    rewritten = {"/feed": feed("/1"), "/1": story("/1")}
    farm.serve_paths("a.example", rewritten)
    farm.serve_paths(
        "b.example", {"/feed": feed("/original", host="b.example"), "/original": original}
    )
    await farm.round()
    before = [a.duplicate_of for a in farm.corpus()]
    rewritten["/1"] = story("/original")
    farm.make_due()
    await farm.round()

    after = [(a.duplicate_kind, a.outlets) for a in farm.corpus() if a.duplicate_of is not None]
    assert before == [None, None]
    assert after == [("exact", 2)]


async def test_what_only_the_feed_says_of_an_article_is_not_lost_with_a_revision(
    farm: Farm,
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    paths = {
        "/feed": feed("/1", more=f"<pubDate>{format_datetime(now)}</pubDate>"),
        "/1": page("Troops leave Syria", TROOPS, BASE, TOWN),
    }
    farm.serve_paths("a.example", paths)
    await farm.round()
    paths["/1"] = page("Troops leave Syria", TROOPS.replace("400", "450"), BASE, TOWN)
    farm.make_due()
    await farm.round()

    (article,) = farm.corpus()
    assert article.revision == 2
    assert article.published == now


async def test_a_comparison_that_loses_its_parser_costs_one_revisit(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(self: Inline, job: ChangesJob) -> tuple[Change, ...]:
        raise FetchError(Outcome.PARSE_TIMEOUT, job.url, "not compared in 5 s")

    monkeypatch.setattr(Inline, "find_changes", lose)
    before, after = page("Troops leave Syria", TROOPS, BASE), page("Troops stay", TROOPS, TOWN)
    await serve_in_turn(farm, before, after)

    assert revisions(farm) == [("first", [])]
    with open_corpus(farm.folder / "corpus.db") as connection:
        attempts = connection.execute("SELECT outcome, detail FROM attempt WHERE article_id = 1")
        assert [tuple(row) for row in attempts][-1] == ("parse_timeout", "not compared in 5 s")
        planned = connection.execute("SELECT count(*) FROM revisit WHERE article_id = 1")
        assert planned.fetchone()[0] == 1
