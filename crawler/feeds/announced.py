"""The feeds and sitemaps that an outlet announces, and the paths where most outlets have one."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
    page = charset.read(body, content_type)
    tree = LexborHTMLParser(readable(page.utf8))
    base = base_of(tree, url)
    found = _linked(tree, base)
    if tree.css_first("link[rel~='https://api.w.org/']") is not None:
        usual_path = urls.absolute("/feed/", url) or url
        found.append(Announced(usual_path, SourceKind.FEED, "WordPress"))
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
        if not _has_type_of_feeds(link):
            continue
        title = link.attributes.get("title") or ""
        feed = _feed_at(link, base, title, "link on the page")
        if feed is not None and not _is_of_wordpress(feed.url):
            found.append(feed)
    return found


def _has_type_of_feeds(link: LexborNode) -> bool:
    written = link.attributes.get("type") or ""
    media_type, _, _parameters = written.partition(";")
    return media_type.strip().lower() in _TYPES


def _is_of_wordpress(address: str) -> bool:
    """Whether an address is WordPress' API or oEmbed, announced by the types of feeds."""
    return "/wp-json/" in address or "oembed" in address


def _feed_at(
    element: LexborNode,
    base: str,
    title: str,
    found_by: str,
) -> Announced | None:
    """Return the feed that an element leads to, unless its address is none, or of comments."""
    link = element.attributes.get("href") or ""
    address = urls.absolute(link, base)
    if address is None or _is_of_comments(address, title):
        return None
    return Announced(
        url=address,
        kind=SourceKind.FEED,
        found_by=found_by,
        title=text.tidy(title) or None,
    )


def _mentioned(tree: LexborHTMLParser, base: str) -> list[Announced]:
    """Return the anchors that look as if they led to a feed of this site: `<a href="/rss">`."""
    found: list[Announced] = []
    for anchor in tree.css("a[href]"):
        title = anchor.text(separator=" ")
        feed = _feed_at(anchor, base, title, "named on the page")
        if feed is None:
            continue
        # Without the host: `https://feeds.paper.example/` has no feed in its name.
        path = feed.url.split("/", 3)[-1]
        if _LOOKS_LIKE_A_FEED.search(path) is not None:
            found.append(feed)
    return found


def _is_of_comments(address: str, title: str) -> bool:
    """Whether a feed is of readers' comments: `/comments/feed/`, and not `/commentary/feed/`."""
    return _OF_COMMENTS.search(f"{address} {title}") is not None


def _unique(found: list[Announced]) -> list[Announced]:
    by_url: dict[str, Announced] = {}
    for feed in found:
        by_url.setdefault(feed.url, feed)
    return list(by_url.values())[:_MOST_ANNOUNCED]
