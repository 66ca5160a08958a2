"""The layout of a page: its blocks of text in reading order, and the elements around them.

Facts only. Which blocks belong to the article is decided in container.py and selection.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.extract.vocabulary import Kind

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LINES = HEADINGS | {"p", "li", "blockquote"}
# Chinese, Japanese and Korean: one character says as much as two letters of an alphabet.
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDE_PREFIX = 20  # characters that are searched for a wide one


class Element:
    """An element that contains blocks, and the claims of its tag and names (`kind`)."""

    __slots__ = ("boilerplate", "end", "kind", "order", "parent", "pictures")

    def __init__(self, parent: "Element | None", kind: Kind, order: int, *, is_hidden: bool):
        self.parent = parent
        self.kind = kind
        # Its position in the document: descendants have the orders up to `end`.
        self.order = order
        self.end = order + 1
        # The word that claims it is no part of the article; "hidden" by style or attribute.
        self.boilerplate = "hidden" if is_hidden else kind.boilerplate
        self.pictures = 0  # and films: directly in it, not in an element inside

    @property
    def tag(self) -> str:
        """The tag's name."""
        return self.kind.tag

    @property
    def place(self) -> tuple[str, str]:
        """Where it is in its template: its look, and its parent's."""
        around = "" if self.parent is None else self.parent.kind.look
        return self.kind.look, around

    def ancestors(self) -> Iterator["Element"]:
        """Yield the element and everything around it, from inside out."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def holds(self, other: "Element") -> bool:
        """Whether another element is this one or is inside it."""
        return self.order <= other.order < self.end


class Block:
    """A run of text between two block boundaries."""

    __slots__ = ("element", "link_density", "links", "order", "place", "size", "text")

    def __init__(
        self,
        text: str,
        element: Element,
        order: int,
        link_density: float,
        links: tuple[str, ...],
    ):
        self.text = text
        self.element = element  # the innermost that is not inline
        self.order = order  # its position among the blocks
        self.place = element.place
        self.link_density = link_density  # share of the text inside links, 0 to 1
        self.links = links  # as the page writes them
        self.size = len(text)  # in letters of an alphabet
        if not text.isascii() and _WIDE.search(text, 0, _WIDE_PREFIX):
            self.size *= 2

    @property
    def tag(self) -> str:
        """The tag of the innermost element that is not inline."""
        return self.element.kind.tag


class Span(NamedTuple):
    """The extent of an article, in orders of blocks."""

    headline: int
    first: int  # of its paragraphs
    last: int


@dataclass(slots=True)
class Layout:
    """A page as blocks and elements, both in document order."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    # Of each <time datetime=…>: the order of the block that follows, and its claim.
    times: list[tuple[int, str]] = field(default_factory=list)
