"""What a document begins with decides what it is, and nothing that is further in."""

import pytest

from crawler.errors import FeedUnreadable
from crawler.feeds.parse import read_feed

ITEM = "<item><title>T</title><link>http://a.example/1</link><description>{}</description></item>"
RSS = "<rss version='2.0'><channel><title>A</title>{}</channel></rss>"
PAGE = "<!DOCTYPE html><html><body><p>Letter of the day</p></body></html>"


@pytest.mark.parametrize(
    "document",
    [
        RSS.format(ITEM.format(f"<![CDATA[{PAGE}]]>")),
        RSS.format(ITEM.format("<![CDATA[<!ENTITY is a declaration of XML]]>")),
        f"<?xml version='1.0'?><!-- {PAGE} -->{RSS.format(ITEM.format('x'))}",
        f"<!-- {'-' * 20_000} -->\n{RSS.format(ITEM.format('x'))}",
        f"<?xml-stylesheet href='a.xsl'?>\n<!DOCTYPE rss>{RSS.format(ITEM.format('x'))}",
    ],
)
def test_a_page_inside_a_feed_is_content(document: str) -> None:
    reading = read_feed(document.encode(), url="http://a.example/feed")

    assert [entry.url for entry in reading.entries] == ["http://a.example/1"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (PAGE, "a web page"),
        (f"<!-- a --><?x y?>\n{PAGE}", "a web page"),
        ("<html><!-- <rss> --></html>", "a web page"),
        ("<!-- <rss> --><div><rss></div>", "begins with 'div'"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + RSS.format(""), "may expand without end"),
        ("<!-- <feed> -->\n<svg/>", "begins with 'svg'"),
    ],
)
def test_what_begins_as_something_else_is_refused(document: str, reason: str) -> None:
    with pytest.raises(FeedUnreadable, match=reason):
        read_feed(document.encode(), url="http://a.example/feed")


def test_entries_that_are_lost_in_decoding_are_no_empty_feed() -> None:
    """A mark of one order of bytes, and then the other."""
    body = b"\xfe\xff" + RSS.format(ITEM.format("x")).encode("utf-16-le")

    with pytest.raises(FeedUnreadable, match="its entries cannot be read in utf-16be"):
        read_feed(body, url="http://a.example/feed")


def test_a_mark_of_wide_characters_before_narrow_ones_is_none() -> None:
    body = b"\xff\xfe" + RSS.format(ITEM.format("x")).encode()

    assert len(read_feed(body, url="http://a.example/feed").entries) == 1
