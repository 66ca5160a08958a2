"""The whole flow against outlets on loopback: outcomes, manners, and what goes wrong."""

import socket
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from crawler import config as configuration
from crawler.demo.server import Response
from crawler.fetch.queue import HostQueue
from crawler.pipeline.assembly import open_crawler
from storage.articles import articles, revisions
from storage.crawl import frontier
from storage.crawl.frontier import Discovery
from storage.errors import StoreFull
from storage.records.model import FeedEntry, FrontierUrl, TargetKind
from storage.records.outcome import Outcome
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources, write_config
from tests.support.small_farm import Farm, feed, story


async def test_what_a_feed_shows_is_stored_and_a_second_round_sends_validators(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1", "/2"), "/1": story("/1"), "/2": story("/2")})

    tally = await farm.round()
    first = farm.paths()
    farm.make_due()
    await farm.round()

    assert sorted(first) == ["/1", "/2", "/feed"]
    assert tally.outcomes["article", Outcome.STORED] == 2
    assert [a.relevant for a in farm.corpus()] == [True, True]
    asked = {r.path: r.headers.get("if-none-match") for r in farm.requests}
    assert asked["/feed"]
    assert asked["/1"]  # a revisit of an article on topic
    assert farm.status()[0].last_outcome == "unchanged"
    assert farm.outcomes() == {"stored": 2}


async def test_every_way_to_fail_is_an_outcome_and_the_others_go_on(farm: Farm) -> None:
    farm.serve_paths(
        "a.example",
        {
            "/feed": feed(
                "/good", "/missing", "/gone", "/denied", "/pdf", "/thin", "/big", "/busy"
            ),
            "/good": story("/good"),
            "/gone": Response(b"", 410),
            "/denied": Response(b"", 403),
            "/pdf": Response(b"%PDF", media_type="application/pdf"),
            "/thin": Response(b"<p>Nothing to read.</p>"),
            "/big": Response(b"<p>" + b"x" * 9_000_000),
            "/busy": Response(b"", 503, {"Retry-After": "3600"}),
        },
    )
    farm.serve_paths("html.example", {"/feed": Response(b"<!doctype html><html>")})
    farm.serve_paths("empty.example", {"/feed": feed()})
    farm.serve_paths("down.example", {"/robots.txt": Response(b"", 500)})
    farm.serve_paths("missing.example", {})
    farm.sources = feed_sources(farm.outlets) + feed_sources({"nowhere.invalid": 1})

    await farm.round()

    assert farm.outcomes() == {
        "stored": 1, "not_found": 1, "gone": 1, "denied": 1, "not_html": 1, "not_article": 1,
        "too_large_decoded": 1, "pending": 1,
    }  # fmt: skip
    polls = {status.source: (status.last_outcome, status.failures) for status in farm.status()}
    assert polls == {
        "a.example": ("polled", 0.0),
        "html.example": ("bad_feed", 1.0),
        "empty.example": ("polled", 0.0),
        "down.example": ("robots_unreachable", 0.25),
        "missing.example": ("not_found", 0.5),
        "nowhere.invalid": ("dns", 0.25),
    }
    details = {status.source: status.last_detail or "" for status in farm.status()}
    assert "a web page, not a feed" in details["html.example"]
    assert "the name has no address" in details["nowhere.invalid"]


async def test_robots_rules_are_asked_once_and_obeyed(farm: Farm) -> None:
    farm.serve_paths(
        "a.example",
        {
            "/robots.txt": Response(b"User-agent: *\nDisallow: /private", media_type="text/plain"),
            "/feed": feed("/private/1", "/2"),
            "/2": story("/2"),
        },
    )

    await farm.round()
    asked = [r.path for r in farm.requests]
    farm.make_due()
    await farm.round()

    assert asked[0] == "/robots.txt"
    assert [r.path for r in farm.requests].count("/robots.txt") == 1
    assert not any(r.path.startswith("/private") for r in farm.requests)
    assert farm.outcomes() == {"robots_denied": 1, "stored": 1}


async def test_a_redirect_to_another_host_obeys_that_hosts_rules(farm: Farm) -> None:
    to_b = Response(b"", 301, {"Location": "http://b.example/story"})
    to_c = Response(b"", 302, {"Location": "http://c.example/private"})
    farm.serve_paths("a.example", {"/feed": feed("/1", "/2"), "/1": to_b, "/2": to_c})
    farm.serve_paths("b.example", {"/story": story("/story", "b.example")})
    farm.serve_paths("c.example", {"/robots.txt": Response(b"User-agent: *\nDisallow: /private")})
    farm.sources = feed_sources({"a.example": 1})

    await farm.round()

    assert farm.outcomes() == {"stored": 1, "robots_denied": 1}
    (article,) = farm.corpus()
    assert article.url_key == "https://b.example/story"
    with open_corpus(farm.folder / "corpus.db") as connection:
        assert articles.find(connection, "https://a.example/1") == article.id
    hosts = [(r.host, r.path) for r in farm.requests]
    assert hosts.index(("c.example", "/robots.txt")) >= 0
    assert ("c.example", "/private") not in hosts


async def test_a_host_that_asks_for_a_pause_is_left_and_the_round_ends(farm: Farm) -> None:
    busy = Response(b"", 503, {"Retry-After": "3600"})
    others = {f"/{n}": story(f"/{n}") for n in range(5)}
    farm.serve_paths("a.example", {"/feed": feed("/busy", *others), "/busy": busy, **others})

    await farm.round()

    assert farm.outcomes() == {"pending": 6}
    assert farm.paths() == ["/feed", "/busy"]
    farm.make_due()
    farm.serve_paths("a.example", {"/feed": feed("/busy", *others), "/busy": story("/b"), **others})
    await farm.round()
    assert farm.outcomes() == {"stored": 6}


async def test_a_full_store_stops_the_round_and_loses_nothing(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})

    def full(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(revisions, "add", full)
        with pytest.raises(StoreFull, match="free disk space"):
            await farm.round()

    assert farm.outcomes() == {"pending": 1}
    await farm.round()
    assert farm.outcomes() == {"stored": 1}


async def test_a_host_that_cannot_be_reached_is_left_alone_and_no_article_pays(farm: Farm) -> None:
    busy = Response(b"", 503, {"Retry-After": "60"})
    paths = [f"/{n}" for n in range(4)]
    farm.serve_paths("a.example", {"/feed": feed(*paths), **dict.fromkeys(paths, busy)})
    await farm.round()
    farm.make_due()
    (attempted,) = [n for n in farm.attempts() if n]
    del farm.outlets["a.example"]
    farm.sources = feed_sources({"a.example": 1}) + (
        '[[source]]\nname = "second"\nfeed = "http://a.example/other"\n'
    )
    await farm.round()
    again = farm.attempts()
    await farm.round()

    assert {status.last_outcome for status in farm.status()} == {"dns"}
    assert sum(again) <= attempted + 1  # the one that met the failure
    assert farm.attempts() == again  # the host is left alone
    assert farm.outcomes() == {"pending": 4}


@pytest.mark.parametrize("elsewhere", ["http://a.example:81/x", "https://a.example/x"])
@pytest.mark.parametrize("is_redirect", [True, False])
async def test_a_closed_port_that_others_name_silences_no_host(
    farm: Farm, elsewhere: str, is_redirect: bool
) -> None:
    """A link of another outlet must not stop the polls and articles of the one that it names."""
    pages = {f"/{n}": story(f"/{n}") for n in range(4)}
    farm.serve_paths("a.example", {"/feed": feed(*pages), **pages})
    there = Response(b"", 302, {"Location": elsewhere})
    link = elsewhere if not is_redirect else "http://b.example/go"
    listed = feed("/go", host="b.example").body.replace(b"http://b.example/go", link.encode())
    answer = Response(listed, media_type="application/rss+xml")
    farm.serve_paths("b.example", {"/feed": answer, "/go": there})
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and never listens: a connection is refused
        port = closed.getsockname()[1]
        names = {f"a.example:{n}": f"127.0.0.1:{port}" for n in (81, 443)}
        await farm.round(names)
        farm.make_due()
        await farm.round(names)

    assert {status.last_outcome for status in farm.status()} <= {"polled", "unchanged"}
    assert farm.outcomes() == {"stored": 4, "pending": 1}


async def test_redirects_within_a_host_take_a_turn_each(farm: Farm) -> None:
    chain = {f"/{n}": Response(b"", 302, {"Location": f"/{n + 1}"}) for n in range(1, 5)}
    farm.serve_paths("a.example", {"/feed": feed("/1"), **chain, "/5": story("/5")})
    asked: list[str] = []
    pop = HostQueue.pop

    def noting(queue: HostQueue, now: float) -> FrontierUrl | None:
        target = pop(queue, now)
        if target is not None and target.kind is TargetKind.ARTICLE:
            asked.append(target.url)
        return target

    with mock.patch.object(HostQueue, "pop", noting):
        await farm.round()

    assert farm.outcomes() == {"stored": 1}
    assert asked == [f"http://a.example/{n}" for n in range(1, 6)]


async def test_a_round_gives_every_host_back_also_one_with_nothing_due(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    farm.serve_paths("b.example", {"/feed": feed(host="b.example")})
    await farm.round()
    first = farm.leases()
    farm.make_due()
    del farm.outlets["b.example"]  # its host is in line, but its source has left the file
    await farm.round()

    assert (first, farm.leases()) == (0, 0)
    assert farm.outcomes() == {"stored": 1}


async def test_what_an_outlets_articles_have_in_common_is_left_out_of_the_next(farm: Farm) -> None:
    """A copy of an article teaches nothing: its own text would pass for the outlet's."""
    pages = {path: _templated(path) for path in (f"/{n}" for n in range(6))}
    farm.serve_paths(
        "a.example", {"/feed": feed(*pages, "/copy"), "/copy": _templated("/0"), **pages}
    )

    await farm.round()

    bodies = sorted(len(article.body) for article in farm.corpus())
    assert bodies[0] < bodies[-1]  # the later ones are without the line that all carry
    assert farm.profile() == ("a.example", 6, None)


async def test_a_new_layout_is_noticed(farm: Farm) -> None:
    paths = [f"/{n}" for n in range(8)]
    pages = {p: _templated(p, "old" if n < 4 else "new") for n, p in enumerate(paths)}
    for path in paths:  # one a round: the order of visits is the order of publication
        farm.serve_paths("a.example", {"/feed": feed(path), **pages})
        await farm.round()
        farm.make_due()

    assert farm.profile()[2] is not None


def _templated(path: str, layout: str = "story") -> Response:
    prose = "".join(
        f"<p>The {word} of {path[1:]} was spoken of on Monday, and everybody had a view of it.</p>"
        for word in ("wall", "ferry", "market", "orchard")
    )
    tail = "<p>Sent from the islands by boat.</p>"
    page = f"<h1>News of {path}</h1><div class='{layout}'>{prose}{tail}</div>"
    return Response(page.encode())


@pytest.mark.parametrize(("delay", "articles"), [("0s", 20), ("5s", 11), ("20s", 2), ("10min", 0)])
async def test_what_is_taken_of_a_host_at_once_keeps_it_busy_for_a_minute(
    tmp_path: Path, delay: str, articles: int
) -> None:
    sources = feed_sources({"a.example": 0})
    file = write_config(tmp_path / "sources.toml", {}, sources, limits=f'delay = "{delay}"')
    listed = [
        Discovery(
            entry=FeedEntry(url=f"http://a.example/{n}"),
            canonical_url=f"http://a.example/{n}",
            host="a.example",
        )
        for n in range(30)
    ]
    async with open_crawler(configuration.load(file)) as crawler:
        await crawler.database.write(frontier.discover, 1, listed, datetime.now(UTC))
        taken = await crawler.loop._refill(set(), 10)

    kinds = Counter(target.kind for target in taken)
    assert (kinds[TargetKind.FEED], kinds[TargetKind.ARTICLE]) == (1, articles)
