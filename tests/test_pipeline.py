"""The whole flow against outlets on loopback, with the real store, workers and client."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bench.farm import feed_sources, make_outlets, make_page, make_text, write_config
from crawler import config as configuration
from crawler import daemon
from crawler.demo.server import Outlet, Request, Response, serve
from crawler.steps.run import Run
from storage import articles, frontier, sources
from storage.database import open_corpus
from storage.errors import StoreFull
from storage.model import CorpusArticle, Outcome

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def feed(*paths: str, host: str = "a.example") -> Response:
    items = "".join(
        f"<item><title>Of {p}</title><link>http://{host}{p}</link></item>" for p in paths
    )
    return Response(RSS.format(items=items).encode(), media_type="application/rss+xml")


def story(path: str, host: str = "a.example", seed: int = 0) -> Response:
    body = make_text(random.Random(f"{path}{seed}"), on_topic=True)
    return Response(make_page(f"Headline of {path}", body, f"http://{host}{path}"))


class Farm:
    """Outlets that a test changes between rounds, and the requests they got."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        self.outlets: dict[str, Callable[[Request], Response]] = {}
        self.requests: list[Request] = []
        self.sources = ""
        self.settings = settings

    def outlet(self, host: str) -> Outlet:
        def answer(request: Request) -> Response:
            self.requests.append(request)
            return self.outlets[host](request)

        return answer

    def serve_paths(self, host: str, paths: dict[str, Response]) -> None:
        self.outlets[host] = lambda request: paths.get(request.path, Response(b"no", 404))

    async def round(self) -> Run:
        async with serve({host: self.outlet(host) for host in self.outlets}) as connect_to:
            text = self.sources or feed_sources(self.outlets)
            file = write_config(self.folder / "sources.toml", connect_to, text, **self.settings)
            return await daemon.once(configuration.load(file))

    def paths(self) -> list[str]:
        asked = [r.path for r in self.requests if r.path != "/robots.txt"]
        self.requests.clear()
        return asked

    def corpus(self) -> list[CorpusArticle]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return list(articles.stream(connection))

    def outcomes(self) -> dict[str, int]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return frontier.outcomes(connection)

    def status(self) -> list[sources.SourceStatus]:
        with open_corpus(self.folder / "corpus.db") as connection:
            return sources.statuses(connection)

    def make_due(self) -> None:
        """Let everything be due again, as if its time had come."""
        with closing(sqlite3.connect(self.folder / "corpus.db")) as connection:
            past = "2000-01-01T00:00:00.000Z"
            connection.execute("UPDATE poll_state SET next_poll_at = ?", (past,))
            connection.execute("UPDATE frontier_url SET not_before = ?", (past,))
            connection.execute("UPDATE revisit SET not_before = ?", (past,))
            connection.commit()


@pytest.fixture
def farm(tmp_path: Path) -> Farm:
    return Farm(tmp_path)


async def test_what_a_feed_shows_is_stored_and_a_second_round_sends_validators(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1", "/2"), "/1": story("/1"), "/2": story("/2")})

    run = await farm.round()
    first = farm.paths()
    farm.make_due()
    await farm.round()

    assert sorted(first) == ["/1", "/2", "/feed"]
    assert run.tally["article", Outcome.STORED] == 2
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
    assert article.canonical_url == "https://b.example/story"
    with open_corpus(farm.folder / "corpus.db") as connection:
        assert articles.find(connection, "https://a.example/1") == article.id
    hosts = [(r.host, r.path) for r in farm.requests]
    assert hosts.index(("c.example", "/robots.txt")) >= 0
    assert ("c.example", "/private") not in hosts


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

    assert [a.canonical_url for a in farm.corpus()] == ["https://a.example/1"]


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


async def test_a_rewritten_article_gets_a_revision_and_a_removed_one_keeps_its_text(
    farm: Farm,
) -> None:
    paths = {"/feed": feed("/1", "/2"), "/1": story("/1"), "/2": story("/2")}
    farm.serve_paths("a.example", paths)
    await farm.round()
    before = {a.canonical_url[-1]: a for a in farm.corpus()}

    paths["/1"] = story("/1", seed=1)
    del paths["/2"]
    farm.make_due()
    await farm.round()

    after = {a.canonical_url[-1]: a for a in farm.corpus()}
    assert after["1"].revision == 2
    assert after["1"].body != before["1"].body
    assert after["2"].revision == 2
    assert after["2"].body == before["2"].body
    assert farm.outcomes() == {"stored": 2}


async def test_what_is_older_than_the_age_gate_is_counted_and_not_fetched(farm: Farm) -> None:
    item = (
        "<item><link>http://a.example/old</link>"
        "<pubDate>Sat, 19 May 2018 20:27:31 +0000</pubDate></item>"
    )
    farm.serve_paths("a.example", {"/feed": Response(RSS.format(items=item).encode())})

    await farm.round()

    assert farm.outcomes() == {"too_old": 1}
    assert farm.paths() == ["/feed"]


async def test_a_window_without_overlap_is_recorded_as_possible_loss(farm: Farm) -> None:
    paths = {"/feed": feed("/1"), "/1": story("/1"), "/2": story("/2")}
    farm.serve_paths("a.example", paths)
    await farm.round()
    paths["/feed"] = feed("/2")
    farm.make_due()
    await farm.round()

    with open_corpus(farm.folder / "corpus.db") as connection:
        losses = [
            row[0] for row in connection.execute("SELECT possible_loss FROM poll ORDER BY id")
        ]
    assert losses == [0, 1]


async def test_once_a_day_a_poll_sends_no_validators(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})
    await farm.round()
    farm.requests.clear()
    farm.make_due()
    with closing(sqlite3.connect(farm.folder / "corpus.db")) as connection:
        connection.execute("UPDATE poll_state SET unconditional_at = '2000-01-01T00:00:00.000Z'")
        connection.commit()
    await farm.round()

    (poll,) = [r for r in farm.requests if r.path == "/feed"]
    assert "if-none-match" not in poll.headers
    assert farm.status()[0].last_outcome == "unchanged"  # by the hash of its bytes


async def test_sitemap_indexes_lead_to_their_sitemaps(farm: Farm) -> None:
    index = '<sitemapindex xmlns="x"><sitemap><loc>http://a.example/s1.xml</loc></sitemap></sitemapindex>'
    one = '<urlset xmlns="x"><url><loc>http://a.example/1</loc></url></urlset>'
    farm.serve_paths(
        "a.example",
        {
            "/map.xml": Response(index.encode()),
            "/s1.xml": Response(one.encode()),
            "/1": story("/1"),
        },
    )
    farm.sources = '[[source]]\nname = "A"\nsitemap = "http://a.example/map.xml"\n'

    await farm.round()

    assert farm.outcomes() == {"stored": 1}


async def test_an_unchanged_index_still_leads_to_changed_sitemaps(farm: Farm) -> None:
    place = "<url><loc>http://a.example/{}</loc></url>"
    index = '<sitemapindex xmlns="x"><sitemap><loc>http://a.example/s.xml</loc></sitemap></sitemapindex>'
    paths = {
        "/map.xml": Response(index.encode()),
        "/s.xml": Response(f"<urlset>{place.format(1)}</urlset>".encode()),
        "/1": story("/1"),
        "/2": story("/2"),
    }
    farm.serve_paths("a.example", paths)
    farm.sources = '[[source]]\nname = "A"\nsitemap = "http://a.example/map.xml"\n'
    await farm.round()
    paths["/s.xml"] = Response(f"<urlset>{place.format(2)}{place.format(1)}</urlset>".encode())
    farm.make_due()
    await farm.round()

    assert farm.outcomes() == {"stored": 2}


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


async def test_copies_are_linked_to_the_same_original_in_any_order(tmp_path: Path) -> None:
    outlets = make_outlets(outlets=3, articles=10, seed=5)
    async with serve(outlets) as connect_to:
        file = write_config(tmp_path / "sources.toml", connect_to, feed_sources(outlets))
        await daemon.once(configuration.load(file))

    with open_corpus(tmp_path / "corpus.db") as connection:
        listed = {a.id: a for a in articles.stream(connection)}
    copies = [a for a in listed.values() if a.duplicate_of is not None]
    assert len(listed) == 30
    assert len(copies) == 2
    for copy in copies:
        assert copy.duplicate_of is not None
        assert copy.body == listed[copy.duplicate_of].body


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


async def test_validators_follow_a_feed_that_moved_to_another_host(farm: Farm) -> None:
    farm.serve_paths("a.example", {"/feed": Response(b"", 301, {"Location": "http://b.example/f"})})
    farm.serve_paths(
        "b.example", {"/f": feed("/1", host="b.example"), "/1": story("/1", "b.example")}
    )
    farm.sources = feed_sources({"a.example": 1})
    await farm.round()
    farm.requests.clear()
    farm.make_due()
    await farm.round()

    asked = {(r.host, r.path): r.headers.get("if-none-match") for r in farm.requests}
    assert asked["a.example", "/feed"] is None
    assert asked["b.example", "/f"]
    assert farm.status()[0].last_outcome == "unchanged"


async def test_a_full_store_stops_the_round_and_loses_nothing(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.serve_paths("a.example", {"/feed": feed("/1"), "/1": story("/1")})

    def full(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(articles, "add_revision", full)
        with pytest.raises(StoreFull, match="free disk space"):
            await farm.round()

    assert farm.outcomes() == {"pending": 1}
    await farm.round()
    assert farm.outcomes() == {"stored": 1}
