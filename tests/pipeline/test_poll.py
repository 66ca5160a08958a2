"""Polls end to end: what joins the frontier, and what is remembered for the next."""

import sqlite3
from contextlib import closing

from crawler.demo.server import Response
from storage.sqlite.database import open_corpus
from tests.support.farm import feed_sources
from tests.support.small_farm import RSS, Farm, feed, story


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


async def test_local_time_that_a_feed_passes_for_gmt_is_mended(farm: Farm) -> None:
    item = (
        "<item><title>T</title><link>http://a.example/1</link>"
        "<pubDate>Tue, 24 Nov 2026 12:00:00 GMT</pubDate></item>"
    )
    page = Response(story("/1").body)
    farm.serve_paths("a.example", {"/feed": Response(RSS.format(items=item).encode()), "/1": page})
    farm.sources = feed_sources({"a.example": 1}) + 'feed_timezone = "Asia/Damascus"\n'

    await farm.round()

    (article,) = farm.corpus()
    assert article.published is not None
    assert article.published.isoformat() == "2026-11-24T09:00:00+00:00"


async def test_dates_of_the_future_and_dates_of_no_meaning_are_counted(farm: Farm) -> None:
    dates = ("Mon, 01 Jan 2091 12:00:00 GMT", "the day after", "2026-11-24T10:00:00Z")
    items = "".join(
        f"<item><title>T</title><link>http://a.example/{number}</link><pubDate>{date}</pubDate></item>"
        for number, date in enumerate(dates)
    )
    pages = {f"/{number}": Response(story("/1").body, 503) for number in range(len(dates))}
    farm.serve_paths("a.example", {"/feed": Response(RSS.format(items=items).encode()), **pages})
    farm.sources = feed_sources({"a.example": 1})
    await farm.round()

    with open_corpus(farm.folder / "corpus.db") as connection:
        (poll,) = connection.execute("SELECT entries, undated, future FROM poll")
        claimed = connection.execute("SELECT published FROM sighting ORDER BY position").fetchall()
        freshest = connection.execute("SELECT max(fresh_at) FROM frontier_url").fetchone()[0]
    assert tuple(poll) == (3, 1, 1)
    assert [row["published"] for row in claimed] == [
        "2091-01-01T12:00:00.000Z",
        None,
        "2026-11-24T10:00:00.000Z",
    ]
    assert freshest < "2091"  # no date makes an entry fresher than the moment of its poll


async def test_one_entry_without_a_usable_address_costs_that_entry(farm: Farm) -> None:
    items = "".join(f"<item><link>{url}</link></item>" for url in ("http://xn--a/x", "/1"))
    page = story("/1").body.replace(b"</head>", b"<link rel=canonical href=https://xn--a/x></head>")
    paths = {"/feed": Response(RSS.format(items=items).encode()), "/1": Response(page)}
    farm.serve_paths("a.example", paths)
    await farm.round()

    assert [article.url for article in farm.corpus()] == ["http://a.example/1"]
    with open_corpus(farm.folder / "corpus.db") as connection:
        (poll,) = connection.execute("SELECT entries, unusable FROM poll")
    assert tuple(poll) == (1, 1)


async def test_a_stored_address_that_is_no_longer_usable_ends_as_bad_url(farm: Farm) -> None:
    """Versions before took hosts with empty labels, which no resolver takes."""
    paths = {"/feed": feed("/1"), "/1": Response(b"later", 503)}
    farm.serve_paths("a.example", paths)
    await farm.round()
    with closing(sqlite3.connect(farm.folder / "corpus.db")) as connection:
        connection.execute("UPDATE frontier_url SET url = 'http://a..example/1'")
        connection.execute("UPDATE frontier_url SET not_before = '2000-01-01T00:00:00.000Z'")
        connection.execute("UPDATE host SET not_before = NULL")
        connection.commit()
    farm.make_due()
    await farm.round()

    assert farm.outcomes() == {"bad_url": 1}
