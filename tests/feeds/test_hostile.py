"""Feeds, sitemaps and lists that are wrong somewhere lose that alone, in time by their length."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.config import opml
from crawler.errors import FeedUnreadable
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from storage.records.model import FeedReading
from tests.support.cpu import at_most_seconds

URL = "https://lantern.example/feed"
SYNDICATION = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
GOOD = "<item><title>The ferry sails</title><link>https://lantern.example/ferry</link></item>"


def read(item: str = "", channel: str = "") -> FeedReading:
    """Read a feed of a good item, and one with something odd in it."""
    odd = f"<item><link>https://lantern.example/odd</link>{item}</item>"
    feed = f'<rss version="2.0" {SYNDICATION}><channel>{channel}{GOOD}{odd}</channel></rss>'
    return read_feed(feed.encode(), url=URL)


def paths(reading: FeedReading) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in reading.entries]


@pytest.mark.parametrize(
    "channel",
    [
        "<ttl>²</ttl>",
        "<ttl>٣</ttl>",
        f"<ttl>{'9' * 5000}</ttl>",
        '<ttl unit="min">60</ttl>',
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>²</sy:updateFrequency>",
        f"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>{'9' * 400}"
        "</sy:updateFrequency>",
    ],
)
def test_a_requested_interval_that_is_no_number_is_none(channel: str) -> None:
    reading = read(channel=channel)

    assert paths(reading) == ["ferry", "odd"]
    assert reading.wish.seconds == 0


@pytest.mark.parametrize(
    "date", ["①②", "²", "9" * 400, "9" * 5000, "Mon, 99 Foo 99999 99:99:99 +9999", "9999-12-31"]
)
def test_a_date_that_cannot_be_is_none(date: str) -> None:
    reading = read(f"<pubDate>{date}</pubDate>")

    assert paths(reading) == ["ferry", "odd"]
    assert reading.entries[1].published is None


@pytest.mark.parametrize(
    "reference", ["&#99999999999999;", f"&#{'9' * 5000};", f"&#x{'f' * 5000};", "&#0;", "&#xD800;"]
)
def test_a_reference_to_no_character_costs_that_character(reference: str) -> None:
    reading = read(f"<title>Bridge {reference} opens</title>")

    assert reading.entries[1].headline == "Bridge \ufffd opens"


@pytest.mark.parametrize(
    "element",
    [
        "<authors>x</authors><author>Anna Berg</author>",
        '<authors a="b"/><author>Anna Berg</author>',
        '<links/><links a="b"/><author>Anna Berg</author>',
        '<published_parsed a="b"/><author_detail>x</author_detail><author>Anna Berg</author>',
    ],
)
def test_an_element_named_as_a_field_of_the_library_is_passed_over(element: str) -> None:
    reading = read(element)

    assert paths(reading) == ["ferry", "odd"]
    assert reading.entries[1].byline == ("Anna Berg",)


def test_an_entry_on_which_the_library_fails_costs_no_other() -> None:
    # A category that an image divides: feedparser looks for it in the image.
    failing = "<textInput/><textInput><category>x<image/></category></textInput>"
    reading = read(f"{failing}<image><category>y</category></image>{'<ttl>1</ttl>' * 3}")

    assert "ferry" in paths(reading)
    assert len(reading.entries) + reading.unusable == 2


def test_a_feed_is_read_by_halves_around_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    import feedparser

    whole = feedparser.parse

    def fails(stream: object, **options: object) -> object:
        body = stream.getvalue()  # type: ignore[attr-defined]  # a BytesIO
        if b"fails" in body:
            raise KeyError("fails")
        return whole(stream, **options)

    monkeypatch.setattr(feedparser, "parse", fails)
    items = "".join(
        f"<item><title>{'fails' if n in {3, 7} else n}</title>"
        f"<link>https://lantern.example/{n}</link></item>"
        for n in range(10)
    )
    feed = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    reading = read_feed(feed.encode(), url=URL)

    assert paths(reading) == ["0", "1", "2", "4", "5", "6", "8", "9"]
    assert reading.unusable == 2
    assert reading.format == "rss20"


KOREAN = "다리가 다시 열렸다"
CHINESE = "桥梁重新开放"
JAPANESE = "橋が再び開通した"


@pytest.mark.parametrize(
    ("encoding", "headline"),
    [
        ("euc-kr", KOREAN),
        ("gb2312", CHINESE),
        ("gbk", CHINESE),
        ("big5", "橋樑重新開放"),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("windows-1256", "فتح الجسر من جديد"),
        ("utf-16", JAPANESE),
    ],
)
def test_feeds_sitemaps_and_lists_are_read_in_any_encoding(encoding: str, headline: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    address = "https://lantern.example/1"
    item = f"<item><title>{headline}</title><link>{address}</link></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    places = f"<urlset><url><loc>{address}</loc><title>{headline}</title></url></urlset>"
    outlines = f'<opml><body><outline text="{headline}" xmlUrl="{address}"/></body></opml>'

    readings = [
        read_feed((declaration + feed).encode(encoding), url=URL),
        read_sitemap((declaration + places).encode(encoding), url=URL),
    ]
    listed = opml.read((declaration + outlines).encode(encoding))

    assert [reading.entries[0].headline for reading in readings] == [headline] * 2
    assert listed.outlets == [{"name": headline, "feed": [address]}]


@pytest.mark.parametrize(
    ("declared", "encoding", "headline"),
    [
        ("utf-8", "utf-8", KOREAN),
        ("euc-kr", "euc-kr", KOREAN),
        ("gb18030", "gb18030", CHINESE),
        ("windows-1251", "utf-8", JAPANESE),  # the declaration is wrong
        ("", "utf-8", JAPANESE),
    ],
)
def test_one_bad_byte_spoils_no_other_headline(declared: str, encoding: str, headline: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    item = "<item><title>{}</title><link>https://lantern.example/1</link></item>"
    bad = item.format("BAD").encode().replace(b"BAD", b"A\xff ")
    feed = item.format(headline).encode(encoding)
    body = declaration.encode() + b"<rss><channel>" + feed + bad + b"</channel></rss>"

    reading = read_feed(body, url=URL)

    assert [entry.headline for entry in reading.entries] == [headline, "A\ufffd"]


def test_a_meta_in_an_entry_says_nothing_of_the_feed() -> None:
    page = '<![CDATA[<meta charset="windows-1251"><p>x</p>]]>'
    body = f"<description>{page}</description><title>Zoë</title>"
    feed = f"<rss><channel><item><link>https://a.example/1</link>{body}</item></channel></rss>"

    reading = read_feed(feed.encode("latin-1"), url=URL, content_type="text/xml; charset=latin1")

    assert reading.entries[0].headline == "Zoë"


@pytest.mark.parametrize("wrong", ["\x08", "&#0;", "&nbsp;", "&", "&unknown;"])
def test_a_wrong_character_of_a_sitemap_costs_no_entry(wrong: str) -> None:
    places = f"""<url><loc>https://a.example/1?a=1</loc><title>a{wrong}b</title></url>
      <url><loc>https://a.example/2</loc></url>"""

    reading = read_sitemap(f"<urlset>{places}</urlset>".encode(), url=URL)

    assert [entry.url for entry in reading.entries] == [
        "https://a.example/1?a=1",
        "https://a.example/2",
    ]


def test_a_long_number_and_half_a_character_of_a_json_feed_cost_nothing() -> None:
    items = '{"id": %s, "url": "/1", "title": "One"}, {"id": "\\ud800", "url": "/2"}' % ("9" * 5000)

    reading = read_feed(f'{{"items": [{items}]}}'.encode(), url=URL)

    assert paths(reading) == ["1", "2"]
    assert reading.entries[0].guid == "9" * 2048
    assert reading.entries[1].guid == "\ufffd"


DEEP = 60_000
SLOW = {
    "a word as an author": f"<author>{'a' * 400_000}</author>",
    "a word of references": f"<author>{'a&#97;' * DEEP}</author>",
    "a word of sections": f"<author>{'a<![CDATA[a]]>' * DEEP}</author>",
    "authors in authors": f"<author>{('a' * 190 + '<author>b</author>') * 500}</author>",
    "attributes": "<x " + " ".join(f'a{n}="1"' for n in range(DEEP)) + "/>",
    "attributes of a title": "<title " + " ".join(f'a{n}=">"' for n in range(DEEP)) + "/>",
    "categories": "".join(f"<category>{n}</category>" for n in range(20_000)),
    "bases": '<x xml:base="abc/">' * 6000,
    "white space": '<content type="xhtml" xmlns="http://www.w3.org/2005/Atom">'
    f"{'&#32;<!-- -->' * DEEP}x</content>",
}


@pytest.mark.parametrize("element", SLOW.values(), ids=SLOW)
def test_a_feed_is_read_in_time_by_its_length(element: str) -> None:
    with at_most_seconds(8):
        reading = read(element)

    assert paths(reading) == ["ferry", "odd"]


def test_namespaces_without_end_are_refused() -> None:
    with pytest.raises(FeedUnreadable, match="declares 3000 namespaces"):
        read("".join(f'<x xmlns:a{n}="urn:{n}"/>' for n in range(2999)))


# What a feed may be made of: right, odd, and broken.
ODD_TEXTS = [
    "²", "9" * 400, "&#0;", "&#x110000;", "&nbsp;", "]]>", "<![CDATA[<p>x]]>",
    "2026-11-28T10:00:00Z", "Sat, 28 Nov 2026 10:00:00 GMT", "https://x.example/1", "http://[::1",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(ODD_TEXTS))
NAMES = st.sampled_from(
    "title link guid pubDate dc:date updated author authors links tags category ttl content source "
    "description content:encoded media:content enclosure image textInput published_parsed x "
    "items entries id summary svg body sy:updateFrequency feedburner:origLink "
    "loc lastmod news:title news:publication_date".split()
)
ATTRIBUTES = st.sampled_from(
    ["", ' href="/a"', ' type="xhtml"', ' rel="alternate"', ' a="b"', ' xml:base="x/"', " broken"]
)


@st.composite
def elements(draw: st.DrawFn) -> str:
    name, attributes = draw(NAMES), draw(ATTRIBUTES)
    inner = draw(st.lists(st.one_of(TEXTS, elements()), max_size=3))
    closing = draw(st.sampled_from([f"</{name}>"] * 9 + [""]))
    return f"<{name}{attributes}>{''.join(inner)}{closing}"


ITEMS = st.lists(st.lists(elements(), max_size=4).map("".join), max_size=4)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "gb18030", "windows-1251"])
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:news="urn:n" '
    f'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" {SYNDICATION}'
)


@settings(deadline=None, max_examples=150)
@given(channel=elements(), items=ITEMS, encoding=ENCODINGS, cap=st.integers(1, 5))
def test_each_entry_of_any_feed_is_read_or_counted(
    channel: str, items: list[str], encoding: str, cap: int
) -> None:
    inner = "".join(f"<item>{item}</item>" for item in items)
    feed = f'<rss version="2.0" {NAMESPACES}><channel>{channel}{inner}</channel></rss>'
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{feed}'
    try:
        reading = read_feed(declared.encode(encoding, "replace"), url=URL, cap=cap)
    except FeedUnreadable:
        return

    counted = len(reading.entries) + reading.unusable + reading.over_cap
    assert len(reading.entries) <= cap
    # What a section or a comment that is never closed contains is no entry for anybody.
    assert counted == len(items) or "<!" in feed.replace("<![CDATA[<p>x]]>", "")


@settings(deadline=None, max_examples=150)
@given(places=ITEMS, encoding=ENCODINGS)
def test_each_place_of_any_sitemap_is_read_or_counted(places: list[str], encoding: str) -> None:
    inner = "".join(f"<url>{place}</url>" for place in places)
    body = f'<?xml version="1.0" encoding="{encoding}"?><urlset {NAMESPACES}>{inner}</urlset>'
    try:
        reading = read_sitemap(body.encode(encoding, "replace"), url=URL)
    except FeedUnreadable:
        return

    assert len(reading.entries) + reading.unusable == len(places)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
JSON_KEYS = st.sampled_from(
    "id url external_url title content_html summary date_published authors author".split()
)


@settings(deadline=None, max_examples=150)
@given(items=st.lists(st.dictionaries(JSON_KEYS, VALUES, max_size=5) | VALUES, max_size=5))
def test_each_item_of_any_json_feed_is_read_or_counted(items: list[object]) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    reading = read_feed(body.encode(), url=URL)

    assert len(reading.entries) + reading.unusable == len(items)


@settings(deadline=None, max_examples=150)
@given(
    body=st.binary(max_size=300),
    start=st.sampled_from([b"", b"<rss>", b"<urlset>", b"{", b"<feed"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, start: bytes) -> None:
    for reader in (read_feed, read_sitemap):
        try:
            reader(start + body, url=URL)
        except FeedUnreadable:
            continue
