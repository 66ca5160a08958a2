"""A page as blocks of text, in reading order, each with the elements it stands in.

The one walk over the tree: what it does for each node is done some thousand times a page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler import text
from crawler.extract.vocabulary import READERS_AND_COOKIES, Kind, kind_of

_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby
    s samp small span strike strong sub sup time tt u var wbr
    """.split()
)
# Elements whose content is never part of an article, and those that have none.
_SKIPPED = frozenset(
    """
    script style noscript template svg math iframe object embed video audio canvas button select
    textarea nav footer map dialog img source input picture track param meta link head title
    """.split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAK = "\u2028"  # stands for <br>; two of them part paragraphs, as pages without <p> write them
_PARAGRAPH_BREAK = re.compile("\u2028\\s*\u2028\\s*")
_MOST_DEPTH = 200  # deeper nesting is an accident or an attack, and is read no further
_MOST_ELEMENTS = 30_000  # a page of a million is an accident or an attack too
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Chinese, Japanese, Korean
_VISIBILITY = frozenset({"style", "hidden", "aria-hidden"})
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


class Element:
    """An element that holds blocks. `container` says what of it is furniture, caption, insert."""

    __slots__ = ("caption", "end", "furniture", "insert", "kind", "left_out", "order", "parent")

    def __init__(self, parent: "Element | None", kind: Kind, order: int):
        self.parent = parent
        self.kind = kind
        self.order = order  # in the document; its descendants follow it …
        self.end = order + 1  # … up to here
        self.furniture = kind.furniture  # what says that it is no part of the article …
        self.left_out = False  # … where that is believed
        self.caption = kind.caption
        self.insert = kind.insert  # "table" or "post": stands between the paragraphs

    @property
    def tag(self) -> str:
        """The tag's name."""
        return self.kind.tag

    def forget_names(self) -> None:
        """Put aside what names and tags say, but that cookies and comments are no article."""
        word = self.kind.furniture
        self.furniture = word if word in READERS_AND_COOKIES else None
        self.left_out, self.caption, self.insert = False, False, None

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in its template: its look, and its parent's."""
        return self.kind.look, self.parent.kind.look if self.parent is not None else ""

    def ancestors(self) -> Iterator["Element"]:
        """Yield the element and everything around it, from inside out."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def holds(self, other: "Element") -> bool:
        """Whether another element is this one or stands in it."""
        return self.order <= other.order < self.end


class Block:
    """A run of text between two block boundaries."""

    __slots__ = ("chief", "dropped", "element", "good", "link_density", "links", "order", "place",
                 "size", "text")  # fmt: skip

    def __init__(self, text: str, element: Element, order: int, link_density: float,
                 links: tuple[str, ...]):  # fmt: skip
        self.text = text
        self.element = element  # the innermost that is not inline
        self.order = order
        self.place = element.place
        self.link_density = link_density  # share of the text that stands inside links
        self.links = links  # as the page writes them
        self.size = len(text)  # its letters; those that stand for a word count twice
        if not text.isascii() and _WIDE.search(text, 0, 20):
            self.size *= 2
        self.good = False  # looks like a paragraph of an article
        self.chief = False  # stands where most of the page's paragraphs stand
        self.dropped: str | None = None  # the signal by which it was left out

    @property
    def tag(self) -> str:
        """The tag of the innermost element that is not inline."""
        return self.element.kind.tag


class Span(NamedTuple):
    """Where an article stands, in orders of blocks."""

    headline: int
    first: int  # of its paragraphs
    last: int


@dataclass(slots=True)
class Layout:
    """A page as it was read."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)  # <time>: the next block, its claim


class _Walk:
    """Collects blocks; the text gathered so far waits in `parts` for the next boundary."""

    def __init__(self) -> None:
        self.layout = Layout()
        self._parts: list[str] = []
        self._links: list[str] = []
        self._target: str | None = None  # of the link that the walk stands in
        self._link_chars = 0

    def enter(self, node: LexborNode, tag: str, parent: Element | None, depth: int) -> None:
        """Read an element that is not inline, and what stands in it."""
        if self._parts and parent is not None:
            self._flush(parent)
        attributes = node.attributes
        get = attributes.get
        kind = kind_of(tag, get("class"), get("id"), get("role"), get("itemprop"))
        elements = self.layout.elements
        element = Element(parent, kind, len(elements))
        if not _VISIBILITY.isdisjoint(attributes) and _is_hidden(attributes):
            element.furniture = "hidden"
        elements.append(element)
        if len(elements) < _MOST_ELEMENTS:
            self._read(node, element, depth + 1)
        if self._parts:
            self._flush(element)
        element.end = len(elements)

    def _read(self, node: LexborNode, element: Element, depth: int) -> None:
        parts = self._parts
        child = node.first_child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                part = child.text_content or ""
                if parts or not part.isspace():
                    parts.append(part)
                    if self._target:
                        self._link_chars += len(part.strip())
            elif tag == "br":
                parts.append(_BREAK)
            elif tag in _INLINE:
                self._read_inline(child, tag, element, depth)
            elif depth >= _MOST_DEPTH or tag in _SKIPPED or tag is None or tag[0] in "-_!#":
                pass
            else:
                self.enter(child, tag, element, depth)
            child = child.next

    def _read_inline(self, node: LexborNode, tag: str, element: Element, depth: int) -> None:
        if depth >= _MOST_DEPTH:
            return
        if tag == "a":
            around = self._target
            if target := node.attributes.get("href"):
                self._target = target
                self._links.append(target)
            self._read(node, element, depth + 1)
            self._target = around
            return
        if tag == "time" and (claim := node.attributes.get("datetime")):
            self.layout.times.append((len(self.layout.blocks), claim))
        self._read(node, element, depth + 1)

    def _flush(self, element: Element) -> None:
        raw = "".join(self._parts)
        self._parts.clear()
        parted = _PARAGRAPH_BREAK.split(raw) if _BREAK in raw else [raw]
        pieces = [tidied for piece in parted if (tidied := text.paragraph(piece))]
        blocks, links = self.layout.blocks, tuple(self._links)
        for piece in pieces:
            if piece:
                share = min(self._link_chars / len(pieces) / len(piece), 1.0) if links else 0.0
                blocks.append(Block(piece, element, len(blocks), share, links))
        if links:  # a link may go on after the boundary
            self._links = [self._target] if self._target else []
            self._link_chars = 0


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and _INVISIBLE.search(style) is not None


def read_layout(root: LexborNode) -> Layout:
    """Return the blocks below a node and the elements around them, in document order."""
    walk = _Walk()
    walk.enter(root, root.tag or "", None, 0)
    return walk.layout
