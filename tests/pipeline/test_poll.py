"""Polls end to end: what joins the frontier, and what is remembered for the next."""

import sqlite3
from contextlib import closing

import pytest

from crawler.demo.server import Request, Response
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


async def test_a_challenge_in_place_of_a_list_blocks_the_source(farm: Farm) -> None:
    challenge = b"<html><head><title>Just a moment...</title></head><body>Wait</body></html>"
    farm.serve_paths("a.example", {"/feed": Response(challenge)})
    farm.sources = feed_sources({"a.example": 1})
    await farm.round()

    status = farm.status()[0]
    assert (status.last_outcome, status.state) == ("blocked", "denied")
    with open_corpus(farm.folder / "corpus.db") as connection:
        (poll,) = connection.execute("SELECT detail FROM poll")
    assert poll["detail"] == 'a challenge page, titled "Just a moment..."'


async def test_a_feed_that_has_no_entry_any_more_is_reported_once(farm: Farm) -> None:
    paths = {"/feed": feed("/1"), "/1": story("/1")}
    farm.serve_paths("a.example", paths)
    farm.sources = feed_sources({"a.example": 1})
    await farm.round()
    for number in range(2):
        paths["/feed"] = Response(RSS.format(items=f"<!-- {number} -->").encode())
        farm.make_due()
        await farm.round()

    with open_corpus(farm.folder / "corpus.db") as connection:
        found = connection.execute("SELECT kind, detail FROM notice").fetchall()
    assert [tuple(row) for row in found] == [("source emptied", "no entry; the last poll had 1")]


@pytest.mark.parametrize(
    ("date", "setting", "zone"),
    [
        ("Tue, 24 Nov 2026 12:00:00 +0300", "", "+00:00"),
        ("Tue, 24 Nov 2026 12:00:00", "", None),
        ("Tue, 24 Nov 2026 12:00:00 XYZ", "", None),
        ("Tue, 24 Nov 2026 12:00:00", 'feed_timezone = "Asia/Damascus"\n', "+00:00"),
    ],
)
async def test_a_date_of_a_feed_without_a_zone_has_none_in_the_corpus(
    farm: Farm, date: str, setting: str, zone: str | None
) -> None:
    item = f"<item><title>T</title><link>http://a.example/1</link><pubDate>{date}</pubDate></item>"
    page = Response(story("/1").body)
    farm.serve_paths("a.example", {"/feed": Response(RSS.format(items=item).encode()), "/1": page})
    farm.sources = feed_sources({"a.example": 1}) + setting

    await farm.round()

    (article,) = farm.corpus()
    assert article.published is not None
    assert article.published_zone == zone


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


def numbered_feed(*numbers: int, token: int = 0, more: str = "") -> bytes:
    items = "".join(
        f"<item><title>Ferry {n} leaves</title><link>http://a.example/{n}?v={token}x{n}</link>"
        f'<guid isPermaLink="false">a-{n}</guid>{more}</item>'
        for n in numbers
    )
    return RSS.format(items=items).encode()


async def test_links_with_a_new_token_at_each_request_are_known_by_their_guids(farm: Farm) -> None:
    def answer(request: Request) -> Response:
        if request.path == "/feed":
            return Response(numbered_feed(1, 2, 3, token=len(farm.requests)))
        return story(request.path.partition("?")[0])

    farm.outlets["a.example"] = answer
    for _ in range(3):
        await farm.round()
        farm.make_due()

    with open_corpus(farm.folder / "corpus.db") as connection:
        polls = connection.execute("SELECT new, known, possible_loss FROM poll ORDER BY id")
        assert [tuple(row) for row in polls] == [(3, 0, 0), (0, 3, 0), (0, 3, 0)]
    assert farm.outcomes() == {"stored": 3}
    assert farm.attempts() == [1, 1, 1]


async def test_a_page_that_waits_is_asked_for_by_its_newest_token(farm: Farm) -> None:
    tokens = {"now": 1}

    def answer(request: Request) -> Response:
        if request.path == "/feed":
            return Response(numbered_feed(1, token=tokens["now"]))
        if request.path == "/robots.txt":
            return Response(b"no", 404)
        if tokens["now"] == 1:
            return Response(b"later", 500)
        is_current = request.path.endswith("?v=2x1")
        return story("/1") if is_current else Response(b"no", 404)

    farm.outlets["a.example"] = answer
    await farm.round()
    tokens["now"] = 2
    with closing(sqlite3.connect(farm.folder / "corpus.db")) as connection:
        connection.execute("UPDATE poll_state SET next_poll_at = '2000-01-01T00:00:00.000Z'")
        connection.execute("UPDATE host SET not_before = NULL, due_at = '2000-01-01T00:00:00.000Z'")
        connection.commit()
    await farm.round()
    farm.make_due()
    await farm.round()

    assert farm.outcomes() == {"stored": 1}


async def test_a_guid_of_a_place_in_the_feed_hides_no_article(farm: Farm) -> None:
    def item(number: int) -> str:
        return (
            f"<item><title>Ferry {number} leaves</title><link>http://a.example/{number}</link>"
            '<guid isPermaLink="false">item-1</guid></item>'
        )

    paths = {"/feed": Response(RSS.format(items=item(1)).encode())}
    paths |= {"/1": story("/1"), "/2": story("/2")}
    farm.serve_paths("a.example", paths)
    await farm.round()
    paths["/feed"] = Response(RSS.format(items=item(2)).encode())
    farm.make_due()
    await farm.round()

    assert farm.outcomes() == {"stored": 2}


def hours_later(farm: Farm, hours: int) -> None:
    """Move what is remembered of the polls into the past."""
    with closing(sqlite3.connect(farm.folder / "corpus.db")) as connection:
        for column in ("unconditional_at", "last_poll_at", "honest_at"):
            connection.execute(
                f"UPDATE poll_state SET {column} ="  # noqa: S608 - names of this test
                f" strftime('%Y-%m-%dT%H:%M:%fZ', {column}, ?)",
                (f"-{hours} hours",),
            )
        connection.commit()
    farm.make_due()


def validators_of(farm: Farm) -> list[bool]:
    """Return of each poll whether it had validators."""
    asked = [r for r in farm.requests if r.path == "/feed"]
    farm.requests.clear()
    return [bool({"if-none-match", "if-modified-since"} & r.headers.keys()) for r in asked]


async def test_a_server_that_always_says_304_is_found_out_and_sent_no_validators(
    farm: Farm,
) -> None:
    shown = [1]

    def answer(request: Request) -> Response:
        if request.path != "/feed":
            return story(request.path.partition("?")[0])
        if "if-none-match" in request.headers:
            return Response(b"", 304, {"ETag": '"7"'})
        return Response(numbered_feed(*shown), 200, {"ETag": '"7"'})

    farm.outlets["a.example"] = answer
    for hours in (1, 4, 1):
        await farm.round()
        hours_later(farm, hours)
        shown.append(len(shown) + 1)
    asked = validators_of(farm)
    await farm.round()

    assert asked == [False, True, False]
    assert validators_of(farm) == [False]
    assert farm.outcomes() == {"stored": 4}
    (status,) = farm.status()
    assert status.why == "asked without validators: its server answered 304 and had new entries"
    with open_corpus(farm.folder / "corpus.db") as connection:
        notices = [row["kind"] for row in connection.execute("SELECT kind FROM notice")]
    assert notices == ["validators off"]


async def test_a_server_that_fails_on_conditional_requests_is_sent_no_validators(
    farm: Farm,
) -> None:
    def answer(request: Request) -> Response:
        if request.path != "/feed":
            return story(request.path.partition("?")[0])
        if "if-none-match" in request.headers:
            return Response(b"", 412)
        return Response(numbered_feed(1), 200, {"ETag": '"7"'})

    farm.outlets["a.example"] = answer
    for _ in range(4):
        await farm.round()
        hours_later(farm, 1)

    assert validators_of(farm) == [False, True, False, False]
    assert farm.status()[0].last_outcome == "unchanged"
    with open_corpus(farm.folder / "corpus.db") as connection:
        reasons = [row["reason"] for row in connection.execute("SELECT reason FROM poll")]
    assert reasons[1] == "failed: client_error; tried without validators"


async def test_what_a_feed_asks_for_holds_for_its_304s(farm: Farm) -> None:
    paths = {
        "/feed": Response(
            RSS.format(items="<ttl>1200</ttl><item><link>http://a.example/1</link></item>").encode()
        ),
        "/1": story("/1"),
    }
    farm.serve_paths("a.example", paths)
    farm.sources = '[[source]]\nname = "A"\nfeed = "http://a.example/feed"\n'
    for _ in range(3):
        await farm.round()
        hours_later(farm, 1)

    with open_corpus(farm.folder / "corpus.db") as connection:
        reasons = [row["reason"] for row in connection.execute("SELECT reason FROM poll")]
    assert reasons[1:] == ["the source asks for this interval (ttl)"] * 2
