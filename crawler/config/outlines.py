"""The outlines of an OPML file, in whatever markup a program wrote them.

What is XML is read as XML. Much of what programs and people write is not quite that: names in
lower case, attributes without quotes or given twice, tags that are never closed. It is read as
browsers read HTML, which takes all of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from crawler.errors import FeedUnreadable
from crawler.feeds import xml

NAMESPACE = "urn:drawdown:opml:1"  # of our own attributes
_OUTLINE = "outline"
# A bare `&`, which browsers may take for a reference: `?a=1&copy=2`.
_BEGINNING = re.compile(r"<outline\b", re.I)
# Addresses that a browser hands to a reader: `feed://paper.example/rss`, `feed:https://…`.
_FEED_SCHEME = re.compile(
    r"\Afeed:(?://)?(?=https?:)|\Afeed(?=://)",
    re.I,
)
_BARE = re.compile(r"&(?!#?\w{1,32};)")


@dataclass(frozen=True, slots=True)
class Outline:
    """An element of a list, with its attributes by their names in lower case."""

    attributes: Mapping[str, str]
    folder: str = ""  # the name of the outline around it
    own: Mapping[str, str] = field(default_factory=dict)  # the attributes of our namespace

    @property
    def name(self) -> str:
        """The title of the outline."""
        return self.attributes.get("title") or self.attributes.get("text") or ""

    @property
    def url(self) -> str:
        """The address of a feed; empty if the outline is a folder.

        Some programs write `url`, which OPML 2.0 has for links.
        """
        url = self.attributes.get("xmlurl", "")
        if not url and self.is_feed:
            url = self.attributes.get("url", "")
        return _FEED_SCHEME.sub(_without_feed, url.strip(), count=1)

    @property
    def is_feed(self) -> bool:
        """Whether the outline is a feed, and no folder."""
        kind = self.attributes.get("type", "")
        return "xmlurl" in self.attributes or kind.lower() == "rss"


def _without_feed(scheme: re.Match[str]) -> str:
    return "" if ":" in scheme[0] else "http"


def outlines(data: bytes) -> tuple[list[Outline], int]:
    """Return the outlines of a list in their order, and how many more cannot be read.

    Raises FeedUnreadable.
    """
    try:
        return list(_of_tree(xml.tree(data, "OPML"))), 0
    except FeedUnreadable:
        document = xml.decoded(data).decode("utf-8", "replace")
        found = _of_markup(document)
        if not found:
            raise
        begun = len(_BEGINNING.findall(document))
        return found, max(begun - len(found), 0)


def _of_tree(root: ET.Element) -> Iterator[Outline]:
    """Yield the outlines of a document. Raises FeedUnreadable if it is no list.

    A list of what waits replaces recursion: folders may be nested deeper than Python's stack.
    """
    if _local(root.tag) != "opml":
        raise FeedUnreadable(f"not OPML: it begins with {_local(root.tag)!r}")
    waiting = [(root, "")]
    has_body = False
    while waiting:
        element, folder = waiting.pop()
        name = _local(element.tag)
        has_body = has_body or name in {"body", _OUTLINE}
        if name == _OUTLINE:
            outline = _of_element(element, folder)
            yield outline
            folder = outline.name
        waiting += [(child, folder) for child in reversed(element)]
    if not has_body:
        raise FeedUnreadable("not OPML: it has no body")


def _local(name: str) -> str:
    """Return a name without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def _of_element(element: ET.Element, folder: str) -> Outline:
    attributes: dict[str, str] = {}
    own: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name.startswith(f"{{{NAMESPACE}}}"):
            own[_local(name)] = value
        elif not name.startswith("{"):
            attributes.setdefault(name.lower(), value)
    return Outline(attributes, folder, own)


def _of_markup(document: str) -> list[Outline]:
    """Return the outlines of what is not quite XML."""
    reader = _Reader()
    reader.feed(_BARE.sub("&amp;", document))
    reader.close()
    return reader.found


Attributes = list[tuple[str, str | None]]  # as HTMLParser has them


class _Reader(HTMLParser):
    """Collects outlines from markup of any kind."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Outline] = []
        self._folders: list[str] = []
        self._prefixes: set[str] = set()  # of our namespace

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Take an outline that contains others, or should have been closed."""
        outline = self._take(tag, attrs)
        if outline is not None:
            self._folders.append("" if outline.is_feed else outline.name)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Take an outline that contains none: `<outline … />`."""
        self._take(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Leave a folder."""
        if tag == _OUTLINE and self._folders:
            self._folders.pop()

    def parse_marked_section(self, i: int, report: bool | int = 1) -> int:
        """Pass over `<![`, as browsers do: the library raises an error for unknown sections."""
        return self.parse_bogus_comment(i)

    def _take(self, tag: str, attrs: Attributes) -> Outline | None:
        attributes: dict[str, str] = {}
        for name, value in attrs:  # in lower case; of two the first counts
            attributes.setdefault(name, value or "")
        self._add_prefixes(attributes)
        if tag != _OUTLINE:
            return None

        folder = self._folders[-1] if self._folders else ""
        outline = Outline(attributes, folder, self._own(attributes))
        self.found.append(outline)
        return outline

    def _add_prefixes(self, attributes: Mapping[str, str]) -> None:
        """Note the prefixes that a tag declares for our namespace."""
        for name, value in attributes.items():
            is_declaration = name.startswith("xmlns:")
            if is_declaration and value == NAMESPACE:
                self._prefixes.add(name.removeprefix("xmlns:"))

    def _own(self, attributes: Mapping[str, str]) -> dict[str, str]:
        own: dict[str, str] = {}
        for name, value in attributes.items():
            prefix, _, local = name.partition(":")
            if local and prefix in self._prefixes:
                own[local] = value
        return own
