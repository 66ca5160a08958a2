"""The feeds and sitemaps that an outlet announces, and the paths where most outlets have one."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler import text, urls
from crawler.feeds.listing import base_of
from crawler.text import charset
from crawler.text.sanity import readable
from storage.records.model import SourceKind

# RFC 4287 and 8259, the RSS Advisory Board's autodiscovery, and jsonfeed.org/version/1.1.
_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
    "application/json", "text/xml", "application/xml",
}  # fmt: skip
_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:^|[/._-])(?:feeds?|rss\d*|atom|rdf)(?:$|[/._-])|[?&](?:feed|format|type)=(?:rss|atom)",
    re.I,
)
_OF_COMMENTS = re.compile(r"(?<![^\W_])comments?(?![^\W_])", re.I)
# The paths of the usual systems: WordPress, Drupal, Ghost, Hugo, Jekyll, Joomla, Arc.
_USUAL = (
    "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json",
    "/arc/outboundfeeds/rss/",
)  # fmt: skip
# RFC 9309, 2.2.4: such a line belongs to no group of agents. Some write `Site-map`, as in Google's
# parser of robots.txt (github.com/google/robotstxt, kSitemap and its typos).
_SITEMAP = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.I | re.M)
_MOST_ANNOUNCED = 20  # addresses of one page


@dataclass(frozen=True, slots=True)
class Announced:
    """An address that may be a feed or sitemap, and how it was found."""

    url: str
    kind: SourceKind
    found_by: str  # as it is shown to the operator
    title: str | None = None


def on_page(body: bytes, url: str, content_type: str | None = None) -> list[Announced]:
    """Return what a page names as its feeds, the most reliable first."""
    tree = LexborHTMLParser(readable(charset.read(body, content_type).utf8))
    base = base_of(tree, url)
    found = _linked(tree, base)
    if tree.css_first("link[rel~='https://api.w.org/']") is not None:
        found.append(Announced(urls.absolute("/feed/", url) or url, SourceKind.FEED, "WordPress"))
    return _unique(found + _mentioned(tree, base))


def usual(url: str) -> list[Announced]:
    """Return the paths at which most systems have a feed."""
    found = [urls.absolute(path, url) for path in _USUAL]
    usable = filter(None, found)
    return [Announced(address, SourceKind.FEED, "usual path") for address in usable]


def sitemaps_of(robots: str, url: str) -> list[str]:
    """Return the sitemaps that the robots.txt at an address names, each once."""
    found = (urls.absolute(named, url) for named in _named(robots))
    return list(dict.fromkeys(address for address in found if address is not None))


def in_robots(robots: str, url: str) -> list[Announced]:
    """Return the news sitemaps that robots.txt names, else the others, the first of them.

    An index of others leads to its newest; news sitemaps list the last two days, and no more.
    """
    news = news_in_robots(robots, url)
    return news or _in_robots(_named(robots), url)


def news_in_robots(robots: str, url: str) -> list[Announced]:
    """Return the news sitemaps that robots.txt names; others hold the whole past."""
    named = [one for one in _named(robots) if "news" in one.lower()]
    found = _in_robots(named, url)
    return [one for one in found if "news" in urlsplit(one.url).path.lower()]


def _in_robots(named: list[str], url: str) -> list[Announced]:
    # Some files name 10,000 sitemaps: the first are read.
    found = (urls.absolute(one, url) for one in named[: 10 * _MOST_ANNOUNCED])
    usable = filter(None, found)
    return _unique([Announced(one, SourceKind.SITEMAP, "robots.txt") for one in usable])


def _named(robots: str) -> list[str]:
    """Return what the lines of a robots.txt name as sitemaps, whatever ends its lines."""
    lines = robots.removeprefix("\ufeff").replace("\r", "\n")
    return [named.strip("<>\"'") for named in _SITEMAP.findall(lines)]


def _linked(tree: LexborHTMLParser, base: str) -> list[Announced]:
    """Return the feeds of `<link rel=alternate>`; those of comments hold no articles."""
    found: list[Announced] = []
    for link in tree.css("link[rel~=alternate][href]"):
        media_type = (link.attributes.get("type") or "").partition(";")[0]
        address = urls.absolute(link.attributes.get("href") or "", base)
        if address is None or media_type.strip().lower() not in _TYPES:
            continue
        # WordPress announces its API and oEmbed by the types of feeds.
        if "/wp-json/" in address or "oembed" in address:
            continue
        title = text.tidy(link.attributes.get("title") or "") or None
        if not _is_of_comments(address, title):
            found.append(Announced(address, SourceKind.FEED, "link on the page", title))
    return found


def _mentioned(tree: LexborHTMLParser, base: str) -> list[Announced]:
    """Return the anchors that look as if they led to a feed of this site: `<a href="/rss">`."""
    found: list[Announced] = []
    for anchor in tree.css("a[href]"):
        address = urls.absolute(anchor.attributes.get("href") or "", base)
        if address is None:
            continue
        # Without the host: `https://feeds.paper.example/` has no feed in its name.
        if _LOOKS_LIKE_A_FEED.search(address.split("/", 3)[-1]) is None:
            continue
        title = text.tidy(anchor.text(separator=" ")) or None
        if not _is_of_comments(address, title):
            found.append(Announced(address, SourceKind.FEED, "named on the page", title))
    return found


def _is_of_comments(address: str, title: str | None) -> bool:
    """Whether a feed is of readers' comments: `/comments/feed/`, and not `/commentary/feed/`."""
    return _OF_COMMENTS.search(f"{address} {title or ''}") is not None


def _unique(found: list[Announced]) -> list[Announced]:
    by_url: dict[str, Announced] = {}
    for feed in found:
        by_url.setdefault(feed.url, feed)
    return list(by_url.values())[:_MOST_ANNOUNCED]
