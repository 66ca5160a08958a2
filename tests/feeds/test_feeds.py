"""Feeds against golden pairs: the folder `cases` is the list, a new pair is a new test."""

import json
from pathlib import Path

import msgspec
import pytest

from crawler.errors import FeedUnreadable
from crawler.feeds.announced import on_page, sitemaps_of
from crawler.feeds.listing import read_listing
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from storage.records.model import FeedReading
from tests.support.cpu import at_most_seconds

CASES = Path(__file__).parent / "cases"
FEEDS = sorted(file for file in CASES.iterdir() if file.suffix != ".json")


@pytest.mark.parametrize("file", FEEDS, ids=lambda file: file.name)
def test_feed_reads_as_its_pair_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".json").read_text("utf-8"))

    reading = read_feed(file.read_bytes(), url="https://lantern.example/feed")

    assert msgspec.to_builtins(reading) == msgspec.to_builtins(
        msgspec.convert(expected, FeedReading)
    )


def rss(items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def test_entries_beyond_the_cap_are_counted_not_taken() -> None:
    items = "".join(f"<item><link>https://x.example/{n}</link></item>" for n in range(25))

    reading = read_feed(rss(items), url="https://x.example/", cap=10)

    assert [entry.url for entry in reading.entries] == [f"https://x.example/{n}" for n in range(10)]
    assert reading.over_cap == 15


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html><body>Hi</body></html>", "a web page, not a feed"),
        (b"<html>" * 10, "a web page"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel/></rss>', "entities"),
        (b"/etc/passwd", "not a feed"),
        (b"http://127.0.0.1/", "not a feed"),
        (b"", "not a feed"),
        (b'{"items": 3}', "without a list of items"),
        (b'{"items": [', "broken JSON"),
        (b"<note><to>x</to></note>", "begins with 'note'"),
    ],
)
def test_what_is_no_feed_is_said_plainly(body: bytes, said: str) -> None:
    with pytest.raises(FeedUnreadable, match=said):
        read_feed(body, url="https://x.example/")


@pytest.mark.parametrize("encoding", ["punycode", "undefined", "unicode_escape", "utf-99", "hex"])
def test_an_encoding_that_is_none_loses_no_entry(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()

    reading = read_feed(
        body + rss("<item><link>https://x.example/1</link></item>"), url="https://x.example/"
    )

    assert len(reading.entries) == 1


def test_news_sitemaps_carry_headline_and_date() -> None:
    body = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc>https://s.example/old</loc><lastmod>2026-01-02</lastmod></url>
      <url><loc> https://s.example/new </loc><news:news>
        <news:publication><news:name>S</news:name></news:publication>
        <news:publication_date>2026-11-02T10:00:00+02:00</news:publication_date>
        <news:title>The new one</news:title></news:news></url>
      <url><loc>ftp://s.example/x</loc></url></urlset>"""

    reading = read_sitemap(body, url="https://s.example/sitemap.xml")

    assert [entry.url for entry in reading.entries] == [
        "https://s.example/new",
        "https://s.example/old",
    ]
    assert reading.entries[0].headline == "The new one"
    assert reading.entries[0].published is not None
    assert reading.entries[0].published.isoformat() == "2026-11-02T08:00:00+00:00"
    assert reading.unusable == 1


def test_a_sitemap_index_names_its_sitemaps_the_newest_first() -> None:
    body = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(
            f"<sitemap><loc>https://s.example/{n}.xml</loc><lastmod>2026-11-{n:02}</lastmod></sitemap>"
            for n in range(1, 9)
        )
        + "</sitemapindex>"
    ).encode()

    reading = read_sitemap(body, url="https://s.example/sitemap.xml")

    assert [child.url[-5:] for child in reading.children] == [f"{n}.xml" for n in range(8, 0, -1)]


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>",
        b"",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>',
        b'<urlset><!ENTITY a "b"></urlset>',
        b"<html><body><pre><urlset></pre></body></html>",
        b"No such file",
        b"https://user@/",
    ],
)
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        read_sitemap(body, url="https://s.example/sitemap.xml")


LISTING = b"""<html><body><nav><a href="/world/">Everything of the whole wide world</a></nav>
<div class="top"><h2><a href="/2026/bridge">The bridge over the river opens</a></h2>
<a href="/2026/bridge"><img src="x"></a></div>
<ul><li><a href="/2026/ferry">A ferry sails at dawn today</a></li>
<li><a href="/login">Log in</a></li>
<li><a href="https://elsewhere.example/long">An offer that you will not refuse</a></li>
<li><a href="/tag/river">All the news about the river</a></li></ul></body></html>"""


def test_a_listing_page_is_read_by_the_pattern_of_its_addresses() -> None:
    page = b"""<nav><a href="/2026/11/25/one">A</a></nav><a href="/about-us-and-all-of-ours">About
    the paper and its people</a><p><a href="/2026/11/24/two">B</a></p>"""
    reading = read_listing(page, url="https://l.example/", href=r"/\d{4}/\d\d/\d\d/")

    assert [entry.url for entry in reading.entries] == [
        "https://l.example/2026/11/25/one",
        "https://l.example/2026/11/24/two",
    ]
    with pytest.raises(FeedUnreadable, match=r"selectors\.href"):
        read_listing(page, url="https://l.example/", href=r"/news/")


def test_a_listing_page_gives_the_links_that_look_like_articles() -> None:
    reading = read_listing(LISTING, url="https://l.example/")

    assert [(entry.url, entry.headline) for entry in reading.entries] == [
        ("https://l.example/2026/bridge", "The bridge over the river opens"),
        ("https://l.example/2026/ferry", "A ferry sails at dawn today"),
    ]


def test_an_operators_selector_decides() -> None:
    reading = read_listing(LISTING, url="https://l.example/", links=".top")

    assert [entry.url for entry in reading.entries] == ["https://l.example/2026/bridge"]


@pytest.mark.parametrize("links", [".nothing", "a[", None])
def test_a_page_without_article_links_says_what_to_do(links: str | None) -> None:
    with pytest.raises(FeedUnreadable, match=r"selectors\.links"):
        read_listing(b"<p>no links</p>", url="https://l.example/", links=links)


NOWHERE = "http://xn--a/x"  # claims to be Punycode, and is none


def test_an_entry_without_a_usable_address_is_counted_and_costs_no_other() -> None:
    items = f"<item><link>{NOWHERE}</link></item><item><link>https://x.example/1</link></item>"
    listed = {"version": "https://jsonfeed.org/version/1.1",
              "items": [{"url": NOWHERE}, {"url": "https://x.example/1"}]}  # fmt: skip
    places = f"<url><loc>{NOWHERE}</loc></url><url><loc>https://x.example/1</loc></url>"
    readings = [
        read_feed(rss(items), url="https://x.example/"),
        read_feed(json.dumps(listed).encode(), url="https://x.example/"),
        read_sitemap(f"<urlset>{places}</urlset>".encode(), url="https://x.example/"),
    ]

    assert [[e.url for e in reading.entries] for reading in readings] == [
        ["https://x.example/1"]
    ] * 3
    assert [reading.unusable for reading in readings] == [1, 1, 1]


def test_an_entry_has_the_first_usable_of_its_addresses() -> None:
    items = f"<item><link>{NOWHERE}</link><guid>https://x.example/1</guid></item>"
    listed = {"items": [{"url": NOWHERE, "external_url": "https://x.example/1"}]}

    assert read_feed(rss(items), url="https://x.example/").entries[0].url == "https://x.example/1"
    (entry,) = read_feed(json.dumps(listed).encode(), url="https://x.example/").entries
    assert entry.url == "https://x.example/1"


def test_an_index_counts_the_sitemaps_without_a_usable_address() -> None:
    places = f"<sitemap><loc>{NOWHERE}</loc></sitemap><sitemap><loc>/s.xml</loc></sitemap>"
    index = f"<sitemapindex>{places}</sitemapindex>".encode()
    reading = read_sitemap(index, url="https://x.example/sitemap.xml")

    assert [child.url for child in reading.children] == ["https://x.example/s.xml"]
    assert reading.unusable == 1


@pytest.mark.parametrize("links", [None, "a"])
def test_a_listing_page_counts_links_without_a_usable_address(links: str | None) -> None:
    anchors = (f'<a href="{NOWHERE}">The dam above the town has burst</a>'
               '<a href="mailto:desk@x.example">Write to the desk of the paper</a>'
               '<a href="/2024/bread">Bread is dearer than ever before</a>')  # fmt: skip
    reading = read_listing(f"<body>{anchors}".encode(), url="https://x.example/", links=links)

    assert [entry.url for entry in reading.entries] == ["https://x.example/2024/bread"]
    assert reading.unusable == 1


def test_robots_names_only_sitemaps_with_a_usable_address() -> None:
    robots = f"Sitemap: {NOWHERE}\nSitemap: https://x.example/news.xml\n"

    assert sitemaps_of(robots, "https://x.example/") == ["https://x.example/news.xml"]


@pytest.mark.parametrize("menu", ['<div class="menu">', "<nav><div>", '<ul class="menu"><li>'])
def test_menus_without_end_are_left_out_in_time_by_their_length(menu: str) -> None:
    links = "".join(f'<a href="/{n}-town">The town has built wall {n}</a>' for n in range(3))
    hidden = f'{menu * 40_000}<a href="/4-town">The town has built wall 4</a>'

    with at_most_seconds(5):
        reading = read_listing(f"{links}{hidden}".encode(), url="https://a.example/")

    assert [entry.url[-6:] for entry in reading.entries] == ["0-town", "1-town", "2-town"]


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ('<base href="https://l.example/">', "https://l.example/news/1"),
        ('<base target="_top"><base href="../">', "https://l.example/ar/news/1"),
        ('<base href="data:text/plain,x">', "https://l.example/ar/world/news/1"),
    ],
)
def test_links_of_a_page_are_relative_to_its_base(base: str, address: str) -> None:
    page = f"""<head>{base}<link rel="alternate" type="application/rss+xml" href="news/1"></head>
    <h2><a href="news/1">The bridge over the river opens</a></h2>""".encode()

    url = "https://l.example/ar/world/index.html"

    assert [entry.url for entry in read_listing(page, url=url).entries] == [address]
    assert [feed.url for feed in on_page(page, url)] == [address]


def test_a_feed_of_commentary_is_no_feed_of_comments() -> None:
    page = b"""<link rel="alternate" type="application/rss+xml" href="/commentary.rss"
      title="Commentary"><link rel="alternate" type="application/rss+xml" href="/c/feed"
      title="Heron - Comments"><link rel="alternate" type="application/rss+xml"
      href="/comments/feed/">"""

    assert [feed.url for feed in on_page(page, "https://l.example/")] == [
        "https://l.example/commentary.rss"
    ]
