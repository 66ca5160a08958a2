"""What a sitemap says of each article, or an index of each sitemap.

A document that is not well-formed is read place by place: a fault costs the place that it is in,
and a cut end the last one.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from crawler.errors import FeedUnreadable
from crawler.feeds import xml
from crawler.feeds.beginning import beginning_of

_ROOT = re.compile(rb"<(?:([\w.-]+):)?(urlset|sitemapindex)(?=[\s/>])[^<>]*+>?", re.I)
_SNIFF = 8192  # bytes in which it has to begin: warnings of a server's scripts come before some
_KINDS = {b"urlset": "url", b"sitemapindex": "sitemap"}
# Fields of a picture or a clip are never the page's, whatever their prefix and order are:
# http://www.google.com/schemas/sitemap-image/1.1, and -video.
_OF_MEDIA = re.compile(r"image|video", re.I)
_NEWS = "news"
Parser: TypeAlias = "ElementTree.XMLPullParser[Element]"  # typeshed alone has a parameter
_WRAPPER = "places"  # the element in which places are read again, with all prefixes declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A `<url>` or `<sitemap>`, as it is written; an empty text where nothing is said."""

    loc: str = ""
    title: str = ""
    published: str = ""  # <news:publication_date>
    modified: str = ""  # <lastmod>


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a document lists; `lost` counts the places that cannot be read."""

    places: list[Place]
    is_index: bool
    lost: int = 0


def read(document: bytes) -> Places:
    """Read the XML of a sitemap or an index. Raises FeedUnreadable."""
    root = beginning_of(document).root
    begin = _ROOT.search(document[:_SNIFF])
    if begin is None or root == b"html":
        shown = (root or document[:40]).decode("utf-8", "replace")
        raise FeedUnreadable(f"not a sitemap: the document begins with {shown!r}")
    kind = _KINDS[begin[2].lower()]
    is_index = kind == "sitemap"
    try:
        tree = xml.tree_of(document, "a sitemap")
    except FeedUnreadable as error:
        return _read_singly(document, kind, error)
    if _name(tree) not in ("urlset", "sitemapindex"):
        return _read_singly(document, kind, None)
    listed = [_place(child) for child in tree if _name(child) == kind]
    return Places(places=listed, is_index=is_index)


def _read_singly(document: bytes, kind: str, error: FeedUnreadable | None) -> Places:
    """Read each place of a document that is not well-formed. Raises FeedUnreadable for none."""
    mended = xml.mended(document)
    parts = list(_parts(mended, kind))
    if not parts and error is not None:
        raise error
    head = xml.opening(mended, _WRAPPER)
    elements = _elements(head, parts, kind)
    listed = [_place(element) for element in elements]
    with_address = [place for place in listed if place.loc]
    return Places(
        places=with_address,
        is_index=kind == "sitemap",
        lost=len(parts) - len(with_address),
    )


def _parts(document: bytes, kind: str) -> Iterator[bytes]:
    """Yield the markup of each place, up to its end or to where the next one begins."""
    begin = _ROOT.search(document)
    prefix = begin[1] + b":" if begin and begin[1] else b""
    name = re.escape(prefix) + kind.encode()
    opened = re.compile(rb"<%b(?=[\s>])" % name, re.I)
    closed = re.compile(rb"</%b\s*+>" % name, re.I)
    starts = [match.start() for match in opened.finditer(document)]
    ends = [*starts, len(document)][1:]
    for start, end in zip(starts, ends, strict=True):
        closing = closed.search(document, start, end)
        yield document[start : closing.end() if closing else end]


def _elements(head: bytes, parts: list[bytes], kind: str) -> Iterator[Element]:
    """Yield places, in time by their size: one that is not well-formed is parsed twice."""
    parser = _begun(head, "end")
    for part in parts:
        ended = [element for _, element in _events(parser, part)]
        # The place is the last that ends in its part, if it has an end.
        if ended and _name(ended[-1]) == kind:
            yield ended[-1]
            continue
        # It has a fault, or no end: the next one must not become a part of it.
        parser = _begun(head, "end")
        place = _element(head, part, kind)
        if place is not None:
            yield place


def _begun(head: bytes, *events: Literal["start", "end"]) -> Parser:
    """Return a parser that reports these events after a head."""
    parser: Parser = ElementTree.XMLPullParser(events)
    _events(parser, head)
    return parser


def _events(parser: Parser, markup: bytes) -> list[tuple[str, Element]]:
    """Feed a parser; return what happens there, or before a fault."""
    parser.feed(markup)
    found: list[tuple[str, Element]] = []
    with suppress(ElementTree.ParseError):
        # typeshed has the types of all events in one.
        for event in parser.read_events():
            found.append(cast(tuple[str, Element], event))  # noqa: PERF401 - up to the fault
    return found


def _element(head: bytes, part: bytes, kind: str) -> Element | None:
    """Return a place with those of its fields that are whole, None where it has none."""
    events = _events(_begun(head, "start", "end"), part)
    whole = {id(element) for event, element in events if event == "end"}
    for _, element in events:
        if _name(element) == kind:
            _prune(element, whole)
            return element
    return None


def _prune(element: Element, whole: set[int]) -> None:
    """Remove the fields that were cut off: half an address is another address."""
    for child in list(element):
        if id(child) in whole:
            continue
        if _name(child) == _NEWS:
            _prune(child, whole)
        else:
            element.remove(child)


def _place(element: Element) -> Place:
    """Return what an element says of its own page: the fields in it, and those of its news."""
    found: dict[str, str] = {}
    for child in element:
        if _name(child) == _NEWS:
            for field in child:
                _take(found, field)
        else:
            _take(found, child)
    return Place(
        loc=found.get("loc", ""),
        title=found.get("title", ""),
        published=found.get("publication_date", ""),
        modified=found.get("lastmod", ""),
    )


def _take(found: dict[str, str], field: Element) -> None:
    """Keep the first value of a field, whatever its namespace: many outlets have a wrong one."""
    space, _, name = str(field.tag).rpartition("}")
    if _OF_MEDIA.search(space):
        return
    value = "".join(field.itertext()).strip()
    if value:
        found.setdefault(name.lower(), value)


def _name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()
