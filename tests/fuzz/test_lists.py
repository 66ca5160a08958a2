"""Entries out are items in, or each that is missing is counted under its reason."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import strategies as st

from crawler import urls
from crawler.config import opml
from crawler.errors import FeedUnreadable
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from crawler.text import tidy
from storage.records.model import FeedReading
from tests.fuzz import documents
from tests.fuzz.documents import BASE, URL, Document, Item, Writer, xml_documents
from tests.fuzz.profiles import hold, in_lanes

CAP = 9
Reader = Callable[..., FeedReading]


def counted(reading: FeedReading) -> int:
    return len(reading.entries) + len(reading.children) + reading.unusable + reading.over_cap


def addresses_of(listed: tuple[Item, ...]) -> set[str]:
    """Return the addresses as they are stored: WHATWG syntax."""
    return {urls.normal(item.address) for item in listed if item.is_usable}


def check_whole(document: Document, read: Reader, cap: int) -> None:
    """Every item is read or counted; nothing is invented; what is named keeps its name."""
    reading = read(document.body, url=URL, content_type=document.content_type, cap=cap)
    usable = addresses_of(document.items)
    titles = {urls.normal(item.address): item.title for item in document.items if item.is_usable}
    found = {urls.normal(entry.url) for entry in reading.entries}
    found |= {urls.normal(child.url) for child in reading.children}

    assert counted(reading) == len(document.items), reading
    assert found <= usable
    if cap >= len(document.items):
        assert found == usable
    for entry in reading.entries:
        if entry.headline is not None:
            assert entry.headline == tidy(titles[urls.normal(entry.url)])


@in_lanes
@pytest.mark.parametrize(
    ("write", "read"),
    [
        (documents.rss, read_feed),
        (documents.rdf, read_feed),
        (documents.atom, read_feed),
        (documents.rss, read_sitemap),
        (documents.atom, read_sitemap),
        (documents.sitemap, read_sitemap),
        (documents.sitemap_index, read_sitemap),
    ],
    ids=lambda value: value.__name__,
)
def test_each_item_is_read_or_counted(write: Writer, read: Reader, examples: int) -> None:
    hold(examples, xml_documents(write), lambda one: check_whole(one, read, cap=100))


@in_lanes
@pytest.mark.parametrize("write", [documents.rss, documents.atom, documents.sitemap])
def test_what_is_over_the_cap_is_counted(write: Writer, examples: int) -> None:
    read = read_sitemap if write is documents.sitemap else read_feed
    hold(examples, xml_documents(write), lambda one: check_whole(one, read, cap=CAP))


@in_lanes
def test_each_item_of_a_json_feed_is_read_or_counted(examples: int) -> None:
    hold(examples, documents.json_feeds(), lambda one: check_whole(one, read_feed, cap=100))


@in_lanes
def test_each_line_of_a_text_sitemap_is_read_or_counted(examples: int) -> None:
    hold(examples, documents.text_sitemaps(), lambda one: check_whole(one, read_sitemap, cap=100))


@in_lanes
def test_each_outline_is_an_outlet_or_refused_with_its_reason(examples: int) -> None:
    def check(document: Document) -> None:
        listed = opml.read(document.body)
        found = {urls.normal(url) for outlet in listed.outlets for url in outlet["feed"]}

        assert len(found) + len(listed.refused) == len(document.items)
        assert found == addresses_of(document.items)

    hold(examples, xml_documents(documents.opml), check)


def cut(document: Document, share: float) -> bytes:
    """Return the beginning of a document, in whole characters."""
    encoding = document.style.encoding
    whole = document.body.decode(encoding)
    return whole[: int(len(whole) * share)].encode(encoding)


@in_lanes
@pytest.mark.parametrize("write", [documents.sitemap, documents.rss, documents.atom])
def test_of_a_list_that_is_cut_the_items_before_the_cut_are_read(
    write: Writer, examples: int
) -> None:
    """An item is whole where its end tag is there; no address may be half of one."""
    closing = {"sitemap": "</url>", "rss": "</item>", "atom": "</entry>"}[write.__name__]
    read = read_sitemap if write is documents.sitemap else read_feed

    def check(drawn: tuple[Document, float]) -> None:
        document, share = drawn
        beginning = cut(document, share)
        whole = beginning.decode(document.style.encoding).count(closing)
        try:
            reading = read(beginning, url=URL, content_type=document.content_type)
        except FeedUnreadable:
            assert whole == 0
            return

        found = {urls.normal(entry.url) for entry in reading.entries}
        assert found >= addresses_of(document.items[:whole])
        assert counted(reading) >= whole

    hold(examples, st.tuples(xml_documents(write), st.floats(0, 1)), check)


DAMAGES = st.sampled_from(
    [
        b"<", b">", b"&", b"</", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"\x00", b"\xff", b'"',
        b"</url>", b"<item>", b"<url>", b"&#0;", b"&#x110000;", b"<?", b"<!DOCTYPE x [", b"\xe2",
        b"{", b"<a:b>", b"\r", b"[" * 2000, b"<x>" * 2000, b"9" * 5000,
    ]
)  # fmt: skip
ANY = st.one_of(
    *(
        xml_documents(write)
        for write in (
            documents.rss, documents.rdf, documents.atom, documents.sitemap,
            documents.sitemap_index, documents.opml,
        )
    ),
    documents.json_feeds(),
    documents.text_sitemaps(),
)  # fmt: skip


@in_lanes
def test_no_damage_is_an_exception(examples: int) -> None:
    """Whatever is put into a list, it is read or refused with the reason."""

    def check(drawn: tuple[Document, list[tuple[float, bytes]]]) -> None:
        document, damages = drawn
        body = bytearray(document.body)
        for share, damage in damages:
            place = int(len(body) * share)
            body[place:place] = damage
        for read in (read_feed, read_sitemap):
            try:
                reading = read(bytes(body), url=URL, content_type=document.content_type)
            except FeedUnreadable:
                continue
            assert all(urls.host_of(entry.url) for entry in reading.entries)
        with suppress(FeedUnreadable):
            opml.read(bytes(body))

    damages = st.lists(st.tuples(st.floats(0, 1), DAMAGES), min_size=1, max_size=4)
    hold(examples, st.tuples(ANY, damages), check)


def test_the_addresses_of_the_generated_items_are_usable() -> None:
    """Else the properties above would hold for nothing."""
    assert urls.usable(f"{BASE}/ü/1") is not None
    assert urls.usable(Item("/1", "a", is_usable=False).address) is None


@pytest.mark.parametrize("begin", ["<![CDATA[", "<![<", "<![CD<ATA[", "<![if x]>", "<!["])
def test_a_section_that_is_none_costs_no_outline(begin: str) -> None:
    outline = f'<outline type="rss" text="Ferry" xmlUrl="{URL}">'
    listed = opml.read(f"<opml><body>{begin}>{outline}</body></opml>".encode())

    assert [outlet["feed"] for outlet in listed.outlets] == [[URL]]
