"""A listing page becomes entries: links that the operator's selectors name, or likely articles."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler import text, urls
from crawler.errors import FeedUnreadable
from crawler.text import charset
from crawler.text.sanity import readable
from storage.records.model import FeedEntry, FeedReading

_LEAST_HEADLINE = 15  # characters: shorter link texts are sections and buttons
# Page chrome by its elements, its ARIA role, and the class names of most systems.
_CHROME = "nav, footer, aside, [role=navigation], [class*=menu], [class*=breadcrumb]"
# `mailto:desk@paper.example`, `javascript:void(0)`: no article.
_FOREIGN = re.compile(r"^\s*+(?!https?:)[a-z][a-z0-9+.-]*:", re.I)
# `/tag/syria`, `/login`: lists and services of the site.
_SECTION = re.compile(
    r"/(?:tag|tags|topic|topics|category|categories|author|authors|search|page|login|about|contact"
    r"|privacy|terms|subscribe|newsletter)s?(?:/|$)",
    re.I,
)


def read_listing(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    links: str | None = None,
    href: str | None = None,
    cap: int = 1000,
) -> FeedReading:
    """Collect the article links of a page. Raises FeedUnreadable where it has none.

    `links` is the operator's selector, `href` a regular expression that addresses have to match:
    it outlives the names of classes.
    """
    page = charset.read(body, content_type)
    tree = LexborHTMLParser(readable(page.utf8))
    base = base_of(tree, url)
    is_selected = bool(links or href)
    anchors = _selected(tree, links or "a[href]") if is_selected else _likely(tree, url, base)
    pattern = re.compile(href or "")
    entries, unusable = _entries(anchors, url, base, pattern)
    if not entries:
        raise FeedUnreadable(
            f"{_nothing_found(links, href)} on this page; "
            "set selectors.links or selectors.href for it"
        )
    title = tree.css_first("title")
    return FeedReading(
        entries=tuple(entries[:cap]),
        title=text.tidy(title.text()) if title else None,
        format="page",
        over_cap=max(len(entries) - cap, 0),
        unusable=unusable,
    )


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return what the links of a page are resolved against (HTML, 2.4.3): its first `<base href>`.

    That may be relative itself; one that is no usable address is passed over.
    """
    base = tree.css_first("base[href]")
    if base is None:
        return url
    link = base.attributes.get("href") or ""
    return urls.absolute(link, url) or url


def _entries(
    anchors: Iterable[LexborNode],
    url: str,
    base: str,
    pattern: re.Pattern[str],
) -> tuple[list[FeedEntry], int]:
    """Return one entry for each address, and how many links have no usable address.

    Pages link an article twice, by its picture and by its headline: the longest text is kept.
    """
    headlines: dict[str, str] = {}  # by address, in the order of the page
    unusable = 0
    for anchor in anchors:
        link = anchor.attributes.get("href") or ""
        target = urls.absolute(link, base)
        if target is None:
            unusable += _FOREIGN.match(link) is None
            continue
        if target == url or pattern.search(target) is None:
            continue
        headline = text.tidy(anchor.text(separator=" "))
        headlines[target] = max(
            headlines.get(target, ""),
            headline,
            key=len,
        )
    entries: list[FeedEntry] = []
    for target, headline in headlines.items():
        entry = FeedEntry(
            url=target,
            headline=headline or None,
            position=len(entries),
        )
        entries.append(entry)
    return entries, unusable


def _nothing_found(links: str | None, href: str | None) -> str:
    if links or href:
        return f"selectors.links {links!r} and selectors.href {href!r} find no link"
    return "no link looks like an article"


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the anchors that a selector names, or that are inside what it names."""
    try:
        named = tree.css(selector)
    except SelectolaxError as error:
        raise FeedUnreadable(f"selectors.links is no CSS selector: {error}") from error
    anchors: list[LexborNode] = []
    for node in _outermost(named):
        anchors += [node] if node.tag == "a" else node.css("a[href]")
    return anchors


def _likely(
    tree: LexborHTMLParser,
    url: str,
    base: str,
) -> list[LexborNode]:
    """Return the links of this site with a headline's length, outside page chrome."""
    for chrome in _outermost(tree.css(_CHROME)):
        chrome.decompose()
    host = urls.host_of(url)
    likely: list[LexborNode] = []
    for anchor in tree.css("a[href]"):
        headline = text.tidy(anchor.text(separator=" "))
        if len(headline) < _LEAST_HEADLINE:
            continue
        link = anchor.attributes.get("href") or ""
        target = urls.absolute(link, base)
        # A link without a usable address is counted by the caller.
        if target is None or _may_be_article(target, host):
            likely.append(anchor)
    return likely


def _may_be_article(target: str, host: str) -> bool:
    """Whether an address is of the site, and of no section of it.

    `https://paper.example/2026/bridge` may be; `https://paper.example/tag/syria` may not.
    """
    _, _, rest = target.partition("://")
    _, _, path = rest.partition("/")
    if not path.strip("/"):
        return False
    if _SECTION.search("/" + path):
        return False
    own_host = urls.host_of(target)
    return urls.same_site(own_host, host)


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Return the nodes that are inside no other of them, in time by the size of the page."""
    kept: list[LexborNode] = []
    # Whether an element is one of the nodes or inside one; each is climbed from once.
    is_named = dict.fromkeys((node.mem_id for node in nodes), True)
    for node in nodes:
        above: list[int] = []
        parent = node.parent
        while parent is not None and parent.mem_id not in is_named:
            above.append(parent.mem_id)
            parent = parent.parent
        is_inside = parent is not None and is_named[parent.mem_id]
        is_named.update(dict.fromkeys(above, is_inside))
        if not is_inside:
            kept.append(node)
    return kept
