"""Sitemaps as outlets write them: other fields, other formats, not quite XML, long indexes."""

import pytest

from crawler.errors import FeedUnreadable
from crawler.feeds.announced import in_robots, news_in_robots, sitemaps_of
from crawler.feeds.namedates import date_in
from crawler.feeds.sitemap import read_sitemap
from crawler.workers.jobs import SourceJob
from crawler.workers.read import _read_entries
from storage.records.model import FeedReading, SourceKind

URL = "https://dam.example/sitemap.xml"
IMAGE = 'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
VIDEO = 'xmlns:v="http://www.google.com/schemas/sitemap-video/1.1"'
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
OWN = (
    "<n:news><n:publication_date>2026-11-27T08:00:00Z</n:publication_date>"
    "<n:title>The dam holds</n:title></n:news>"
)
LOC = "<loc>https://dam.example/news/1</loc>"


def read(body: str, cap: int = 1000) -> FeedReading:
    return read_sitemap(body.encode(), url=URL, cap=cap)


def place(number: int, more: str = "") -> str:
    return f"<url><loc>https://dam.example/news/{number}</loc>{more}</url>"


def numbers(reading: FeedReading) -> list[int]:
    return [int(entry.url.rpartition("/")[2]) for entry in reading.entries]


@pytest.mark.parametrize(
    "fields",
    [
        f"<i:image><i:loc>/p.jpg</i:loc><i:title>A photo</i:title></i:image>{LOC}{OWN}",
        f"{LOC}<v:video><v:title>Old</v:title><v:publication_date>2019-01-01</v:publication_date>"
        f"</v:video>{OWN}",
        f"<v:video><v:loc>/clip</v:loc></v:video>{OWN}{LOC}",
        f"<i:loc>/p.jpg</i:loc><i:title>A photo</i:title>{OWN}{LOC}",
        f'<image xmlns="urn:pictures"><loc>/p.jpg</loc><title>A photo</title></image>{LOC}{OWN}',
        f"{LOC}{OWN}<i:image><i:loc>/p.jpg</i:loc></i:image><lastmod/>",
        f"{LOC}<n:title>The dam holds</n:title>"
        "<n:publication_date>2026-11-27T08:00:00Z</n:publication_date>",
        f'<x:alternate xmlns:x="urn:x"><x:loc>/ku</x:loc></x:alternate>{LOC}{OWN}',
    ],
)
def test_fields_of_pictures_and_clips_are_not_the_articles(fields: str) -> None:
    reading = read(f"<urlset {IMAGE} {VIDEO} {NEWS}><url>{fields}</url></urlset>")

    (entry,) = reading.entries
    assert (entry.url, entry.headline) == ("https://dam.example/news/1", "The dam holds")
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-11-27T08:00:00+00:00"


def both(more: str = "", before: str = "<urlset>", after: str = "</urlset>") -> str:
    """Return a sitemap of two places; `more` is in the first of them."""
    return f"{before}{place(1, more)}{place(2)}{after}"


CAPITALS = both().replace("url", "URL").replace("loc>", "Loc>")
PREFIXED = both().replace("<", "<s:").replace("<s:/", "</s:")


@pytest.mark.parametrize(
    "body",
    [
        both(before='\n \n<?xml version="1.0"?>\n<urlset>'),
        both("<news:news><news:title>T</news:title></news:news>"),
        both("<image:image><image:loc>/p</image:loc></image:image>"),
        both("<title>Bread &amp; salt & more&nbsp;&hellip;</title>"),
        both("<title>3 < 4</title>"),
        both("<title>a\x01b&#2;</title>", before="<urlset>\x0b"),
        both("<title><![CDATA[3 < 4 & 5]]></title><p:x/>"),
        both(after=""),
        both(after="")[:-6],
        f"{both(after='')[:-6]}<lastmod>2026-11-2",
        both("<title>An <b>open tag</title>"),
        both(before="<urlset xmlns=urn:x>"),
        both(before='<urlset xmlns:a="urn:a" xmlns:a="urn:a">'),
        both(after=f"<!-- {place(3)} --></urlset><p>cached</p>"),
        both(after="</urlset><urlset></urlset>"),
        both(before="<!DOCTYPE urlset SYSTEM 'sitemap.dtd'><urlset>"),
        both(before='Notice: no theme\n<?xml version="1.0"?><urlset>'),
        both(before="<br /><b>Warning</b>: old\n<urlset>"),
        CAPITALS,
        PREFIXED.replace("urlset>", "urlset xmlns:s='urn:s'>", 1),
        PREFIXED,
        PREFIXED.removesuffix("</s:urlset>"),
    ],
)
def test_a_sitemap_that_is_not_quite_xml_gives_every_address(body: str) -> None:
    reading = read(body)

    assert numbers(reading) == [1, 2]
    assert reading.unusable == 0


@pytest.mark.parametrize(
    ("end", "lost"),
    [
        ("<url><loc>https://dam.example/news/3", 1),
        ("<url><loc>https://dam.example/news/3</l", 1),
        ("<url>", 1),
        ("<url><loc>https://dam.example/news/3</lok></url></urlset>", 1),
        ("<url><lastmod>2026-11-27</lastmod></url></urlset>", 1),
        ("<ur", 0),
    ],
)
def test_an_address_that_is_cut_is_counted_and_not_guessed(end: str, lost: int) -> None:
    reading = read(f"<urlset>{place(1)}{place(2)}{end}")

    assert numbers(reading) == [1, 2]
    assert reading.unusable == lost


def test_a_title_that_is_cut_is_left_out() -> None:
    reading = read(f"<urlset><url>{LOC}<n:news><n:title>The dam ho")

    assert [(entry.url, entry.headline) for entry in reading.entries] == [
        ("https://dam.example/news/1", None)
    ]


def test_entities_of_a_document_type_are_not_expanded() -> None:
    body = both("<title>&a;</title>", before='<!DOCTYPE u [<!ENTITY a "aaaa">]><urlset>')

    assert [entry.headline for entry in read(body).entries] == ["&a;", None]


TEXT = "https://dam.example/news/1\r\n\r\n  https://dam.example/news/2  \nsee below\n/news/3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_sitemap_has_an_address_a_line(encoding: str) -> None:
    reading = read_sitemap(TEXT.encode(encoding), url=URL)

    assert (numbers(reading), reading.format, reading.unusable) == ([1, 2], "text", 2)


@pytest.mark.parametrize(
    ("body", "format_name"),
    [
        ("<rss version='2.0'><channel><item><link>{}</link></item></channel></rss>", "rss20"),
        (
            "<?xml version='1.0'?><!-- a --><feed xmlns='http://www.w3.org/2005/Atom'>"
            "<entry><link href='{}'/></entry></feed>",
            "atom10",
        ),
        ('{{"version": "https://jsonfeed.org/version/1", "items": [{{"url": "{}"}}]}}', "json1"),
    ],
)
def test_a_feed_is_a_sitemap_too(body: str, format_name: str) -> None:
    reading = read(body.format("https://dam.example/news/1"))

    assert (numbers(reading), reading.format) == ([1], format_name)


@pytest.mark.parametrize("body", ["not found", "ftp://dam.example/1", "<html><urlset></html>"])
def test_what_is_no_sitemap_says_what_it_is(body: str) -> None:
    with pytest.raises(FeedUnreadable, match="begins with"):
        read(body)


def test_the_charset_that_the_server_says_is_used() -> None:
    body = place(1, "<title>Der Damm h\xe4lt</title>").encode("latin-1")
    job = SourceJob(
        kind=SourceKind.SITEMAP, body=b"<urlset>" + body + b"</urlset>", url=URL,
        content_type="application/xml; charset=iso-8859-1", cap=10,
    )  # fmt: skip

    assert [entry.headline for entry in _read_entries(job).entries] == ["Der Damm hält"]


def test_a_cap_keeps_both_ends_of_a_list_without_dates() -> None:
    listed = "".join(map(place, range(9)))
    dated = place(20, "<lastmod>2026-11-20</lastmod>") + place(21, "<lastmod>2026-11-21</lastmod>")

    assert numbers(read(f"<urlset>{listed}</urlset>", cap=5)) == [0, 1, 2, 7, 8]
    assert numbers(read(f"<urlset>{listed}{dated}</urlset>", cap=5)) == [21, 20, 0, 1, 8]
    assert numbers(read(f"<urlset>{listed}{dated}</urlset>", cap=1)) == [21]
    assert read(f"<urlset>{listed}</urlset>", cap=5).over_cap == 4


def index(*children: str) -> list[str]:
    named = (child.partition(" ") for child in children)
    listed = "".join(
        f"<sitemap><loc>/{name}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</sitemap>"
        for name, _, date in named
    )
    reading = read(f"<sitemapindex>{listed}</sitemapindex>")
    return [child.url.removeprefix("https://dam.example/") for child in reading.children]


def test_the_sitemap_that_changed_last_is_first_by_its_instant() -> None:
    """As texts the first of these would be the latest."""
    assert index("a 2026-11-27T23:30:00+09:00", "b 2026-11-27T16:00:00Z", "c 2026-11-26", "d") == [
        "b",
        "a",
        "c",
        "d",
    ]


def test_without_that_the_dates_in_names_decide_and_then_both_ends() -> None:
    same = "2026-11-27T10:00:00Z"

    assert index(*(f"s-2026-{month:02}.xml" for month in (1, 11, 9))) == [
        "s-2026-11.xml", "s-2026-09.xml", "s-2026-01.xml",
    ]  # fmt: skip
    assert index(*(f"{name} {same}" for name in ("post", "page", "tag", "author"))) == [
        "post", "author", "page", "tag",
    ]  # fmt: skip
    assert index("1.xml", "2.xml", "3.xml", "4.xml", "5.xml")[:3] == ["1.xml", "5.xml", "2.xml"]


def test_an_index_names_each_sitemap_once_and_never_itself() -> None:
    assert index("a", "sitemap.xml", "a", "b") == ["a", "b"]


def test_an_index_that_is_cut_loses_the_last_sitemap_and_counts_it() -> None:
    reading = read("<sitemapindex><sitemap><loc>/a?x&y</loc></sitemap><sitemap><loc>/b")

    assert [child.url for child in reading.children] == ["https://dam.example/a?x&y"]
    assert reading.unusable == 1


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("sitemap-2026-11.xml", "2026-11-01"),
        ("sitemap_202611.xml", "2026-11-01"),
        ("20261127.xml", "2026-11-27"),
        ("2026/11/27/map.xml", "2026-11-27"),
        ("map.xml?yyyy=2026&mm=11&dd=7", "2026-11-07"),
        ("map.xml?yyyy=2026%26mm=11", "2026-11-01"),
        ("november-2026.xml", "2026-11-01"),
        ("2026_nov.xml", "2026-11-01"),
        ("11-2026.xml", "2026-11-01"),
        ("archive-2026.xml", "2026-01-01"),
        ("map-2026-02-30.xml", None),
        ("market.xml", None),
        ("sitemap12.xml", None),
        ("sitemap-1200.xml", None),
        ("sitemap.xml?id=320261127", None),
    ],
)
def test_a_name_tells_the_date_of_its_sitemap(name: str, day: str | None) -> None:
    found = date_in(f"https://2019.dam.example/{name}")

    assert (found and found.date().isoformat()) == day


ROBOTS = (
    "\ufeffSitemap: /first.xml\r\nUser-agent: *\rDisallow: /x\rsitemap : <https://dam.example/a.txt>\n"
    "  SITE-MAP:/b.xml # all\nNositemap: /c.xml\n#Sitemap: /d.xml\nSitemap: /first.xml"
)


def test_robots_names_sitemaps_on_lines_of_any_kind() -> None:
    assert sitemaps_of(ROBOTS, "https://dam.example/") == [
        f"https://dam.example/{name}" for name in ("first.xml", "a.txt", "b.xml")
    ]


def test_robots_without_news_sitemaps_offers_the_others() -> None:
    news = ROBOTS + "\nSitemap: /news.xml"

    assert [one.url for one in in_robots(news, URL)] == ["https://dam.example/news.xml"]
    assert [one.url for one in in_robots(ROBOTS, URL)] == sitemaps_of(ROBOTS, URL)
    assert news_in_robots(ROBOTS, URL) == []
