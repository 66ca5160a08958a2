"""Which address an entry has, where a feed names several, an empty one, or one for all."""

from textwrap import dedent

import pytest

from crawler.feeds.parse import read_feed
from storage.records.model import FeedReading

HERON = "http://heron.example/rss/feed"


def rss(items: str, *, link: str = "http://heron.example/", names: str = "") -> bytes:
    channel = f"<title>Heron</title><link>{link}</link>{items}"
    return f'<rss version="2.0" {names}><channel>{channel}</channel></rss>'.encode()


def atom(entries: str, attributes: str = "") -> bytes:
    names = f'xmlns="http://www.w3.org/2005/Atom" {attributes}'
    return f"<feed {names}><title>Heron</title><id>urn:heron</id>{entries}</feed>".encode()


def urls_of(reading: FeedReading) -> list[str]:
    return [entry.url for entry in reading.entries]


ATOM_IN_RSS = 'xmlns:a="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize(
    "links",
    [
        '<link>/news/1</link><a:link rel="alternate" href="http://m.kite.example/1"/>',
        '<a:link href="http://m.kite.example/1"/><link>/news/1</link>',
        '<link>/news/1</link><a:link rel="enclosure">http://heron.example/1.jpg</a:link>',
        "<image><link>http://heron.example/pic</link></image><link>/news/1</link>",
        '<link> </link><a:link rel="alternate" href="/news/1"/>',
    ],
)
def test_the_own_link_of_an_rss_item_is_its_address(links: str) -> None:
    reading = read_feed(rss(f"<item>{links}</item>", names=ATOM_IN_RSS), url=HERON)

    assert urls_of(reading) == ["http://heron.example/news/1"]


@pytest.mark.parametrize(
    ("links", "address"),
    [
        ('<link href="/a"/><link href="/b"/>', "/a"),
        ('<link href="/a"/><link rel="enclosure">http://heron.example/a.jpg</link>', "/a"),
        ('<link href=""/><id>http://heron.example/by-id</id>', "/by-id"),
        ('<link type="application/json" href="/a.json"/><link type="text/html" href="/a"/>', "/a"),
        ('<link hreflang="sv" href="/sv/a"/><link hreflang="ar-SY" href="/ar/a"/>', "/ar/a"),
        ('<link hreflang="sv" href="/sv/a"/><link href="/a"/>', "/a"),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/>', "/a"),
    ],
)
def test_an_atom_entry_has_the_first_page_in_its_language(links: str, address: str) -> None:
    reading = read_feed(atom(f"<entry>{links}</entry>", 'xml:lang="ar"'), url=HERON)

    assert urls_of(reading) == [f"http://heron.example{address}"]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("www.heron.example/news/1", "http://www.heron.example/news/1"),
        ("heron.example/news/1", "http://heron.example/news/1"),
        ("m.heron.example:8080/1", "http://m.heron.example:8080/1"),
        ("http:/heron.example/news/1", "http://heron.example/news/1"),
        ("www.html", "http://heron.example/www.html"),
        ("a.html", "http://heron.example/a.html"),
    ],
)
def test_a_link_that_begins_with_a_host_is_no_path(link: str, address: str) -> None:
    reading = read_feed(rss(f"<item><link>{link}</link></item>"), url=HERON)

    assert urls_of(reading) == [address]


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (rss("<item><link>/news/1</link></item>"), "http://heron.example/news/1"),
        (
            rss("<item><link>news/1</link></item>", link="http://heron.example/ar/"),
            "http://heron.example/ar/news/1",
        ),
        (
            rss("<item><link>/news/1</link></item>", names='xml:base="http://kite.example/"'),
            "http://kite.example/news/1",
        ),
        (
            atom('<link href="http://heron.example/"/><entry><link href="/news/1"/></entry>'),
            "http://heron.example/news/1",
        ),
        (
            b'{"home_page_url": "http://heron.example/", "items": [{"url": "news/1?p=2"}]}',
            "http://heron.example/news/1?p=2",
        ),
    ],
)
def test_a_feed_of_another_host_has_its_articles_at_the_outlet(body: bytes, address: str) -> None:
    reading = read_feed(body, url="http://feeds.delivery.example/heron")

    assert urls_of(reading) == [address]


def test_links_of_an_atom_feed_are_relative_to_the_feed_of_its_own_site() -> None:
    body = atom('<link href="http://heron.example/"/><entry><link href="1"/></entry>')

    assert urls_of(read_feed(body, url="http://heron.example/ar/feed")) == [
        "http://heron.example/ar/1"
    ]


@pytest.mark.parametrize(
    "body",
    [
        rss(
            "".join(
                f"<item><link>http://heron.example/</link><guid>http://heron.example/{n}</guid></item>"
                for n in (1, 2)
            )
        ),
        rss(
            "".join(
                f"<item><link>http://heron.example/news</link>"
                f"<guid>http://heron.example/{n}</guid></item>"
                for n in (1, 2)
            )
        ),
        atom(
            "".join(
                f'<entry><link href="/front"/><id>http://heron.example/{n}</id></entry>'
                for n in (1, 2)
            )
        ),
        b'{"items": [{"id": "http://heron.example/1", "url": "/"},'
        b' {"id": "http://heron.example/2", "url": "/"}]}',
    ],
)
def test_entries_of_one_link_have_the_addresses_of_their_identifiers(body: bytes) -> None:
    reading = read_feed(body, url=HERON)

    assert urls_of(reading) == ["http://heron.example/1", "http://heron.example/2"]


@pytest.mark.parametrize(
    "home", ["http://heron.example", "https://www.heron.example/?utm_source=rss", "/index.html"]
)
def test_a_single_entry_that_links_to_the_home_page_is_its_permalink(home: str) -> None:
    item = f"<item><link>{home}</link><guid>http://heron.example/1</guid></item>"

    assert urls_of(read_feed(rss(item), url=HERON)) == ["http://heron.example/1"]


def test_posts_of_one_live_page_keep_its_address() -> None:
    items = "".join(
        f"<item><link>http://heron.example/live</link>"
        f"<guid>http://heron.example/live#post-{n}</guid></item>"
        for n in (1, 2)
    )

    assert urls_of(read_feed(rss(items), url=HERON)) == ["http://heron.example/live"] * 2


def test_a_relative_permalink_is_the_address_of_an_item_without_a_link() -> None:
    reading = read_feed(rss("<item><guid>news/1</guid></item>"), url=HERON)

    assert urls_of(reading) == ["http://heron.example/news/1"]
    assert reading.unusable == 0


def test_an_identifier_that_is_no_address_is_counted_as_unusable() -> None:
    reading = read_feed(atom("<entry><id>tag:heron.example,2026:1</id></entry>"), url=HERON)

    assert (urls_of(reading), reading.unusable) == ([], 1)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("<![CDATA[Tin < 70, zinc > 3]]>", "Tin < 70, zinc > 3"),
        ("Growth &lt;5% and &gt;2%", "Growth <5% and >2%"),
        ("&lt;b&gt;Al&lt;/b&gt;-Nahr: U&lt;i&gt;N&lt;/i&gt; leaves", "Al-Nahr: UN leaves"),
        ("First&lt;br/&gt;second", "First second"),
        ("One&lt;!-- two --&gt; three", "One three"),
    ],
)
def test_a_title_loses_its_tags_and_nothing_else(title: str, headline: str) -> None:
    item = f"<item><title>{title}</title><link>/1</link></item>"

    reading = read_feed(rss(item), url=HERON)

    assert [entry.headline for entry in reading.entries] == [headline]


MEDIA = 'xmlns:m="http://search.yahoo.com/mrss/"'
CAPTION = "<m:content><m:title>Ferry</m:title><m:description>A ferry.</m:description></m:content>"
PICTURE = "<image><title>Ferry</title><description>A ferry.</description></image>"
OWN = "<title>They leave</title><link>/1</link><description>The last left.</description>"


@pytest.mark.parametrize("item", [CAPTION + OWN, OWN + CAPTION, PICTURE + OWN, OWN + PICTURE])
def test_the_texts_of_a_picture_are_not_those_of_its_item(item: str) -> None:
    (entry,) = read_feed(rss(f"<item>{item}</item>", names=MEDIA), url=HERON).entries

    assert (entry.headline, entry.summary, entry.content) == ("They leave", "The last left.", None)


def test_a_caption_is_the_summary_of_an_item_that_says_nothing_itself() -> None:
    item = f"<item><title>They leave</title><link>/1</link>{CAPTION}</item>"

    (entry,) = read_feed(rss(item, names=MEDIA), url=HERON).entries

    assert (entry.headline, entry.summary) == ("They leave", "A ferry.")


def oldest_first(count: int) -> bytes:
    return rss(
        "".join(
            f"<item><link>/{n}</link><pubDate>{n:02} Nov 2026 10:00:00 GMT</pubDate></item>"
            for n in range(1, count + 1)
        )
    )


def test_of_a_feed_that_lists_the_oldest_first_the_newest_are_taken() -> None:
    reading = read_feed(oldest_first(25), url=HERON, cap=3)

    assert [url.rpartition("/")[2] for url in urls_of(reading)] == ["25", "24", "23"]
    assert [entry.position for entry in reading.entries] == [0, 1, 2]
    assert reading.over_cap == 22


def test_an_old_entry_at_the_top_does_not_turn_a_feed_around() -> None:
    pinned = "<item><link>/pinned</link><pubDate>01 Jan 2020 10:00:00 GMT</pubDate></item>"
    newest_first = "".join(
        f"<item><link>/{n}</link><pubDate>{n:02} Nov 2026 10:00:00 GMT</pubDate></item>"
        for n in range(25, 0, -1)
    )

    reading = read_feed(rss(pinned + newest_first), url=HERON, cap=3)

    assert [url.rpartition("/")[2] for url in urls_of(reading)] == ["pinned", "25", "24"]


def test_a_json_feed_that_lists_the_oldest_first_gives_its_newest() -> None:
    items = ",".join(
        f'{{"url": "/{n}", "date_published": "2026-11-{n:02}T10:00:00Z"}}' for n in range(1, 6)
    )

    reading = read_feed(f'{{"items": [{items}]}}'.encode(), url=HERON, cap=2)

    assert urls_of(reading) == ["http://heron.example/5", "http://heron.example/4"]
    assert reading.over_cap == 3


def json_feed(*items: str) -> FeedReading:
    return read_feed(f'{{"title": "Heron", "items": [{",".join(items)}]}}'.encode(), url=HERON)


def test_control_characters_in_json_cost_nothing() -> None:
    reading = json_feed('{"url": "/1", "content_html": "<p>One\n\ttwo\x01</p>"}')

    assert urls_of(reading) == ["http://heron.example/1"]


def test_what_is_nested_too_deep_in_json_costs_itself_alone() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    reading = json_feed(
        '{"url": "/1"}', f'{{"url": "/2", "_more": {deep}, "title": "T"}}', '{"url": "/3"}'
    )

    assert [entry.url[-2:] for entry in reading.entries] == ["/1", "/2", "/3"]
    assert (reading.entries[1].headline, reading.unusable) == ("T", 0)


def test_an_item_that_is_no_json_is_counted_and_the_others_are_read() -> None:
    reading = json_feed(
        '{"url": "/1"}', '{"url": "/2", "title": "They "left" [at} last"}', '{"url": "/3"}'
    )

    assert [entry.url[-2:] for entry in reading.entries] == ["/1", "/3"]
    assert reading.unusable == 1
    assert reading.title == "Heron"


def test_a_json_feed_that_is_cut_off_gives_the_items_before_its_end() -> None:
    body = b'{"title": "Heron", "items": [{"url": "/1"}, {"url": "/2"}, {"url": "/3", "tit'

    reading = read_feed(body, url=HERON)

    assert (len(reading.entries), reading.unusable) == (2, 1)


def test_an_identifier_of_json_is_an_address_only_where_it_is_written_as_one() -> None:
    assert json_feed('{"id": "1", "title": "T"}').unusable == 1


def test_hours_and_days_on_which_nothing_comes_are_read() -> None:
    body = rss(
        dedent("""
        <ttl>90</ttl>
        <skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour><hour>77</hour></skipHours>
        <skipDays><day>Saturday</day><day>sunday</day><day>Someday</day></skipDays>
        """)
    )

    wish = read_feed(body, url=HERON).wish

    assert (wish.seconds, wish.named) == (5400.0, "ttl")
    assert (wish.skipped_hours, wish.skipped_days) == ((0, 23), (5, 6))


def test_a_feed_that_skips_every_hour_and_day_asks_for_nothing() -> None:
    hours = "".join(f"<hour>{n}</hour>" for n in range(24))

    wish = read_feed(rss(f"<skipHours>{hours}</skipHours>"), url=HERON).wish

    assert wish.skipped_hours == ()
