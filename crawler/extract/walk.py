"""The one walk over the tree of a page, which divides it into blocks.

What it does for each node is done some thousand times a page: here speed decides the style.
"""

import re

from selectolax.lexbor import LexborNode

from crawler import text
from crawler.extract.blocks import LINES, Block, Element, Layout
from crawler.extract.vocabulary import kind_of

# Phrasing content of the HTML standard (and its old elements) that does not end a block.
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
    amp-timeago
    """.split()
)
# Skipped too, but counted: the words beside one may be its caption.
_PICTURES = frozenset({"img", "picture", "video", "object", "canvas"})
# A page without <p> divides its paragraphs by two <br>: one is kept as this character.
_BREAK = "\u2028"
_PARAGRAPH_BREAK = re.compile("\u2028\\s*\u2028\\s*")
# Deeper or larger is an accident or an attack; the largest news pages have a sixth of it.
_MOST_DEPTH = 200
_MOST_ELEMENTS = 20_000
_MOST_PHRASES = 20  # children of a custom element inside a sentence
_VISIBILITY = frozenset({"style", "hidden", "aria-hidden"})
# e.g. <div style="display: none">
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def read_layout(root: LexborNode, *, with_footers: bool = False) -> Layout:
    """Return the blocks below a node and the elements around them, in document order.

    The <footer> of a page never contains its article, but some templates put the text into the
    <footer> of an <article>: they are read where nothing else is found (`with_footers`).
    """
    walk = _Walk(_SKIPPED - {"footer"} if with_footers else _SKIPPED)
    walk.enter(root, root.tag or "", None, 0)
    return walk.layout


class _Walk:
    """Collects blocks; text is gathered in `parts` until the next boundary."""

    def __init__(self, skipped: frozenset[str]) -> None:
        self._skipped = skipped
        self.layout = Layout()
        self._parts: list[str] = []
        self._links: list[str] = []
        self._target: str | None = None  # of the link around the walk's position
        self._link_chars = 0

    def enter(self, node: LexborNode, tag: str, parent: Element | None, depth: int) -> None:
        """Read an element that is not inline, and all inside it."""
        if self._parts and parent is not None:
            self._flush(parent)
        elements = self.layout.elements
        if len(elements) >= _MOST_ELEMENTS:
            return
        attributes = node.attributes
        get = attributes.get
        element = Element(
            parent,
            kind_of(tag, get("class"), get("id"), get("role"), get("itemprop")),
            len(elements),
            is_hidden=not _VISIBILITY.isdisjoint(attributes) and _is_hidden(attributes),
        )
        elements.append(element)
        if len(elements) < _MOST_ELEMENTS:
            self._read(node, element, depth + 1)
        if self._parts:
            self._flush(element)
        element.end = len(elements)

    def _read(self, node: LexborNode, element: Element, depth: int) -> None:
        child = node.first_child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                self._read_text(child.text_content or "")
            elif tag == "br":
                self._parts.append(_BREAK)
            elif tag in _INLINE or (tag is not None and self._is_phrase(child, tag, element)):
                self._read_inline(child, tag, element, depth)
            elif tag in _PICTURES:
                element.pictures += 1
            elif depth < _MOST_DEPTH and tag is not None and self._is_read(tag):
                self.enter(child, tag, element, depth)
            child = child.next

    def _is_read(self, tag: str) -> bool:
        """Whether an element may contain text: a comment has the tag "-comment", and the like."""
        return tag not in self._skipped and tag[0] not in "-_!#"

    def _is_phrase(self, node: LexborNode, tag: str, parent: Element) -> bool:
        """Whether a custom element is part of a sentence, and no block of its own.

        e.g. <p>Talks on the <glossary-term>deconfliction</glossary-term> line went on.</p>
        """
        if "-" not in tag[1:] or tag in self._skipped:
            return False
        is_inside = bool(self._parts) or parent.kind.tag in LINES
        return is_inside and _is_phrasing(node)

    def _read_text(self, part: str) -> None:
        # White space before the first word of a block is layout of the source.
        if not self._parts and part.isspace():
            return
        self._parts.append(part)
        # Without white space, which a template may put inside a link.
        if self._target:
            self._link_chars += len(part.strip())

    def _read_inline(self, node: LexborNode, tag: str, element: Element, depth: int) -> None:
        if depth >= _MOST_DEPTH:
            return
        if tag == "a":
            self._read_link(node, element, depth)
            return
        if tag == "time" and (claim := node.attributes.get("datetime")):
            self.layout.times.append((len(self.layout.blocks), claim))
        self._read(node, element, depth + 1)

    def _read_link(self, node: LexborNode, element: Element, depth: int) -> None:
        around = self._target
        if target := node.attributes.get("href"):
            self._target = target
            self._links.append(target)
        self._read(node, element, depth + 1)
        self._target = around

    def _flush(self, element: Element) -> None:
        """Make blocks of the text gathered so far."""
        pieces = _pieces("".join(self._parts))
        self._parts.clear()
        blocks, links = self.layout.blocks, tuple(self._links)
        for piece in pieces:
            share = 0.0
            if links:
                share = min(self._link_chars / len(pieces) / len(piece), 1.0)
            blocks.append(Block(piece, element, len(blocks), share, links))
        if links:
            # A link may go on after the boundary, e.g. <a><h2>Title</h2><p>Summary</p></a>.
            self._links = [self._target] if self._target else []
            self._link_chars = 0


def _pieces(raw: str) -> list[str]:
    """Divide text at its empty lines into tidy paragraphs, none of them empty."""
    parts = _PARAGRAPH_BREAK.split(raw) if _BREAK in raw else [raw]
    return [tidied for part in parts if (tidied := text.paragraph(part))]


def _is_phrasing(node: LexborNode) -> bool:
    """Whether an element has nothing inside that ends a block."""
    child = node.first_child
    for _ in range(_MOST_PHRASES):
        if child is None:
            return True
        if child.tag != "-text" and child.tag not in _INLINE:
            return False
        child = child.next
    return False


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and _INVISIBLE.search(style) is not None
