"""A page as blocks of text, in reading order, each with the elements it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler import text
from crawler.extract import boilerplate
from crawler.extract.document import names_of

_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby
    s samp small span strike strong sub sup time tt u var wbr
    """.split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAK = "\u2028"  # stands for <br>; two of them part paragraphs, as pages without <p> write them
_PARAGRAPH_BREAK = re.compile("\u2028\\s*\u2028\\s*")
_MOST_DEPTH = 200  # deeper nesting is an accident or an attack, and is read no further


@dataclass(slots=True, eq=False)  # each is itself: comparing fields would climb to the root
class Element:
    """An element that holds blocks, with what is counted below it."""

    parent: "Element | None"
    tag: str
    names: str
    furniture: bool = False
    furniture_word: str | None = None  # the word in its names that says so
    caption: bool = False
    body: bool = False
    mass: float = 0.0  # of paragraphs, in characters
    total: float = 0.0  # of all text
    paragraphs: int = 0

    def ancestors(self) -> Iterator["Element"]:
        """Yield the element and everything around it, from inside out."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent


@dataclass(slots=True, eq=False)
class Block:
    """A run of text between two block boundaries."""

    text: str
    tag: str  # of the innermost element that is not inline
    element: Element
    link_chars: int = 0
    order: int = 0
    good: bool = False  # looks like a paragraph of an article

    @property
    def link_density(self) -> float:
        """Share of the text that stands inside links."""
        return self.link_chars / max(len(self.text), 1)


class _Walk:
    """Collects blocks; the text gathered so far waits in `parts` for the next boundary."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self._parts: list[str] = []
        self._link_chars = 0

    def enter(self, node: LexborNode, parent: Element | None, depth: int) -> None:
        tag = node.tag or ""
        names = names_of(node)
        word = boilerplate.furniture_word(names)
        element = Element(
            parent=parent, tag=tag, names=names,
            furniture=tag in {"aside", "form"} or word is not None, furniture_word=word,
            caption=tag in {"figure", "figcaption"} or boilerplate.is_caption(names),
            body=boilerplate.is_body(names),
        )  # fmt: skip
        self.elements.append(element)
        self._flush(parent)
        self._read(node, element, depth, linked=False)
        self._flush(element)

    def _read(self, node: LexborNode, element: Element, depth: int, *, linked: bool) -> None:
        child = node.first_child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                self._take(child.text_content or "", linked=linked)
            elif tag == "br":
                self._take(_BREAK, linked=False)
            elif tag in _INLINE and depth < _MOST_DEPTH:
                self._read(child, element, depth + 1, linked=linked or tag == "a")
            elif tag is not None and tag[0] not in "-_!#" and depth < _MOST_DEPTH:
                self.enter(child, element, depth + 1)
            child = child.next

    def _take(self, part: str, *, linked: bool) -> None:
        self._parts.append(part)
        if linked:
            self._link_chars += len(part.strip())

    def _flush(self, element: Element | None) -> None:
        if self._parts and element is not None:
            raw = "".join(self._parts)
            if raw and not raw.isspace():
                self._add(raw, element)
        self._parts.clear()
        self._link_chars = 0

    def _add(self, raw: str, element: Element) -> None:
        pieces = [text.paragraph(piece) for piece in _PARAGRAPH_BREAK.split(raw)]
        share = 1 / len(pieces)
        for piece in filter(None, pieces):
            self.blocks.append(
                Block(
                    text=piece, tag=element.tag, element=element,
                    link_chars=min(round(self._link_chars * share), len(piece)),
                    order=len(self.blocks),
                )
            )  # fmt: skip


def read_blocks(root: LexborNode) -> tuple[list[Block], list[Element]]:
    """Return the blocks below a node and the elements around them, in document order."""
    walk = _Walk()
    walk.enter(root, None, 0)
    return walk.blocks, walk.elements
