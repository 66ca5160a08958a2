"""A listing page becomes entries: the links that an operator's selector names, or that look it."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler import text, urls
from crawler.errors import FeedUnreadable
from crawler.text import charset
from crawler.text.sanity import readable
from storage.records.model import FeedEntry, FeedReading

_LEAST_HEADLINE = 15  # characters: shorter link texts are sections and buttons
_FURNITURE = "nav, footer, aside, [role=navigation], [class*=menu], [class*=breadcrumb]"
# mailto, javascript: no article.
_FOREIGN = re.compile(r"^\s*+(?!https?:)[a-z][a-z0-9+.-]*:", re.I)
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
    tree = LexborHTMLParser(readable(charset.read(body, content_type).utf8))
    found = _chosen(tree, links or "a[href]") if links or href else _likely(tree, url)
    entries: dict[str, FeedEntry] = {}
    unusable = 0
    for anchor in found:
        link = anchor.attributes.get("href") or ""
        target = urls.absolute(link, url)
        unusable += target is None and _FOREIGN.match(link) is None
        if target is None or target == url or (href and re.search(href, target) is None):
            continue
        headline = text.tidy(anchor.text(separator=" "))
        known = entries.get(target)
        if known is None or len(headline) > len(known.headline or ""):
            place = known.position if known else len(entries)
            entries[target] = FeedEntry(url=target, headline=headline or None, position=place)
    if not entries:
        why = "no link looks like an article"
        if links or href:
            why = f"selectors.links {links!r} and selectors.href {href!r} find no link"
        raise FeedUnreadable(f"{why} on this page; set selectors.links or selectors.href for it")
    title = tree.css_first("title")
    return FeedReading(
        entries=tuple(entries.values())[:cap],
        title=text.tidy(title.text()) if title else None,
        format="page",
        over_cap=max(len(entries) - cap, 0),
        unusable=unusable,
    )


def _chosen(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the anchors that a selector names, or that stand inside what it names."""
    try:
        named = tree.css(selector)
    except SelectolaxError as error:
        raise FeedUnreadable(f"selectors.links is no CSS selector: {error}") from error
    anchors: list[LexborNode] = []
    for node in named:
        anchors += [node] if node.tag == "a" else node.css("a[href]")
    return anchors


def _likely(tree: LexborHTMLParser, url: str) -> list[LexborNode]:
    """Return the links of this site with a headline's length, outside menus."""
    for furniture in _outermost(tree.css(_FURNITURE)):
        furniture.decompose()
    host = urls.host_of(url)
    likely: list[LexborNode] = []
    for anchor in tree.css("a[href]"):
        is_headline = len(text.tidy(anchor.text(separator=" "))) >= _LEAST_HEADLINE
        target = urls.absolute(anchor.attributes.get("href") or "", url)
        if is_headline and (target is None or _may_be_article(target, host)):
            likely.append(anchor)
    return likely


def _may_be_article(target: str, host: str) -> bool:
    path = target.split("://", 1)[1].partition("/")[2]
    is_deep = bool(path.strip("/")) and not _SECTION.search("/" + path)
    return is_deep and urls.same_site(urls.host_of(target), host)


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Return the nodes that stand inside no other: with those the others go."""
    kept: list[LexborNode] = []
    known = dict.fromkeys((node.mem_id for node in nodes), True)  # whether it is named or inside
    for node in nodes:
        above: list[int] = []
        around = node.parent
        while around is not None and around.mem_id not in known:
            above.append(around.mem_id)
            around = around.parent
        is_inside = around is not None and known[around.mem_id]
        known.update(dict.fromkeys(above, is_inside))
        if not is_inside:
            kept.append(node)
    return kept
