"""The examples of the page on what the web sends: each kind is read by the code that reads it."""

from collections.abc import Callable

from crawler.config import opml
from crawler.config.outlet import Outlet
from crawler.errors import FeedUnreadable
from crawler.feeds.announced import sitemaps_of
from crawler.feeds.listing import read_listing
from crawler.feeds.parse import read_feed
from crawler.feeds.sitemap import read_sitemap
from crawler.fetch.http import cookies
from crawler.fetch.http.decoding import BodyDecoder, BodyError
from crawler.fetch.http.head import mended
from crawler.text import charset, dates
from crawler.urls.address import address_of
from storage.records.model import FeedReading

URL = "https://paper.example/feed"
AT = address_of("https://paper.example/news/1")
_RSS = "<rss version='2.0'><channel>{}</channel></rss>"
_ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>"
_BREAK = " ⏎ "  # of lines within a cell of a table


def _shown(reading: FeedReading) -> str:
    """Return address, headline and date of each entry, the sitemaps of an index, and the loss."""
    found = []
    for entry in reading.entries:
        date = entry.published or entry.modified
        shown = f"{date:%Y-%m-%dT%H:%MZ}" if date else None
        found.append(", ".join(filter(None, (entry.url, entry.headline, shown))))
    found += [child.url for child in reading.children]
    if reading.unusable:
        found.append(f"{reading.unusable} counted")
    return "; ".join(found)


def _list(read: Callable[..., FeedReading], template: str = "{}") -> Callable[[str], str]:
    def reader(example: str) -> str:
        body = template.replace("{}", example.replace(_BREAK, "\n")).encode()
        try:
            return _shown(read(body, url=URL))
        except FeedUnreadable:
            return "refused"

    return reader


def _robots(example: str) -> str:
    return "; ".join(sitemaps_of(example.replace(_BREAK, "\n"), URL))


def _headers(example: str) -> str:
    written = example.replace(_BREAK, "\r\n")
    head = f"HTTP/1.1 200 OK\r\n{written}\r\n\r\n"
    lines = mended(head.encode()).decode().split("\r\n")
    return _BREAK.join(filter(None, lines[1:]))


def _coding(example: str) -> str:
    """Return how a body of plain text ends under a coding."""
    try:
        decoder = BodyDecoder(example, 100)
        decoder.feed(b"text")
        return decoder.finish().decode()
    except BodyError as error:
        return error.outcome.value


def _cookie(example: str) -> str:
    held = cookies.after((), AT, [(b"Set-Cookie", example.encode())], 0)
    sent = [line.decode() for _, line in cookies.header_for(held, AT)]
    return "; ".join(sent) or "nothing"


def _source(example: str) -> str:
    (source,) = Outlet.model_validate({"name": "Paper", "feed": example}).sources()
    user = source.credentials.user if source.credentials else "nobody"
    return f"{source.url}, as {user}"


def _opml(example: str) -> str:
    listed = opml.read(f"<opml version='2.0'><body>{example}</body></opml>".encode())
    feeds = [f"{outlet['name']}: {', '.join(outlet['feed'])}" for outlet in listed.outlets]
    return "; ".join([*feeds, *(f"{len(listed.refused)} refused" for _ in listed.refused[:1])])


def _date(example: str) -> str:
    found = dates.instant(example)
    return f"{found:%Y-%m-%dT%H:%M:%SZ}" if found else "none"


def _bytes(example: str) -> str:
    body = example.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
    return charset.read_data(body).text


READERS: dict[str, Callable[[str], str]] = {
    "RSS item": _list(read_feed, _RSS.format("<item>{}</item>")),
    "Atom entry": _list(read_feed, _ATOM.format("<entry>{}</entry>")),
    "feed": _list(read_feed),
    "sitemap": _list(read_sitemap),
    "listing page": _list(read_listing),
    "robots.txt": _robots,
    "headers": _headers,
    "Content-Encoding": _coding,
    "Set-Cookie": _cookie,
    "source": _source,
    "OPML": _opml,
    "date": _date,
    "bytes": _bytes,
}
