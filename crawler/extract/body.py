"""The body and only the body: which blocks of the article's element belong to it, and which not.

Each block that is left out carries the signal that decided (`drawdown extract --explain`).
"""

from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract import boilerplate
from crawler.extract.blocks import HEADINGS, Block, Element, Layout, Span, read_layout
from crawler.extract.container import Clues, choose
from crawler.extract.profile import expected_place
from crawler.extract.selection import drop_leftovers, select
from crawler.extract.site import repeated
from storage.records.article import SiteProfile
from storage.records.model import Selectors

OUTSIDE = "outside the article's element"
_STANDFIRST_DEPTH = 3  # elements, from inside out, whose names may say so
_LONGEST_STANDFIRST = 600  # characters
_CREDIT_LINES = 4  # at the beginning and at the end


@dataclass(slots=True)
class Body:
    """What was found of an article's text."""

    layout: Layout = field(default_factory=Layout)
    container: Element | None = None  # that holds the article
    kept: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    standfirst: str | None = None
    credit: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The text, in reading order."""
        return [block.text for block in self.kept]

    @property
    def span(self) -> Span:
        """Where the article stands; around the first heading where there is no text."""
        headings = [b.order for b in self.layout.blocks if b.tag == "h1"]
        if not self.kept:
            alone = headings[0] if headings else 0
            return Span(alone, alone, alone)
        first, last = self.kept[0].order, self.kept[-1].order
        headline = max((order for order in headings if order < first), default=first)
        return Span(headline, first, last)


def find_body(
    tree: LexborHTMLParser,
    headlines: frozenset[str],
    *,
    selectors: Selectors,
    site: SiteProfile,
) -> Body:
    """Find the body on a page whose headline may be written in these ways (folded)."""
    root = tree.body or tree.root
    if root is None:
        return Body()
    layout = read_layout(_narrowed(tree, root, selectors))
    known = repeated(site, layout.blocks)
    clues = Clues(headlines, frozenset(known), expected_place(site))
    for _ in range(2):
        container = choose(layout.blocks, layout.elements, clues)
        container = layout.elements[0] if selectors.body else container
        body = _select(layout, container, headlines, known)
        if body.kept:
            break
        for element in layout.elements:  # everything is named like furniture: so no name says it
            element.forget_names()
    return body


def _narrowed(tree: LexborHTMLParser, root: LexborNode, selectors: Selectors) -> LexborNode:
    """Apply an operator's selectors; one that is invalid or finds nothing changes nothing."""
    try:
        if selectors.remove:
            for node in tree.css(selectors.remove):
                node.decompose()
        found = tree.css_first(selectors.body) if selectors.body else None
    except SelectolaxError:
        return root
    return root if found is None else found


def _select(
    layout: Layout, container: Element, headlines: frozenset[str], known: dict[int, int]
) -> Body:
    """Sort the blocks into body, captions, standfirst and credit."""
    blocks = layout.blocks
    for block in blocks:
        block.dropped = OUTSIDE
    inside = [b for b in blocks if container.holds(b.element)]
    kept = select(inside, headlines, known)
    body = Body(layout=layout, container=container, kept=kept, captions=_captions(blocks, kept))
    body.standfirst = _take_standfirst(kept) or _standfirst_above(blocks, kept)
    drop_leftovers(blocks, kept, body.captions)
    edges = (*kept[:_CREDIT_LINES], *kept[-_CREDIT_LINES:])
    body.credit = next((b.text for b in edges if boilerplate.is_credit(b.text)), None)
    return body


def _captions(blocks: list[Block], kept: list[Block]) -> list[str]:
    """Return the captions between the headline and the last paragraph, the lead picture's too."""
    if not kept:
        return []
    first, last = kept[0].order, kept[-1].order
    headline = max((b.order for b in blocks[:first] if b.tag == "h1"), default=0)
    span = blocks[headline : last + 2]
    found = [b.text for b in span if b.element.caption and not b.element.left_out]
    return [t for t in dict.fromkeys(found) if len(t) > 2]


def _take_standfirst(kept: list[Block]) -> str | None:
    """Take the leading block that is named as standfirst out of the body.

    One in the same element as the next paragraph is the article's first (measured: all of 21).
    """
    if len(kept) < 3 or kept[0].tag in HEADINGS or not _is_standfirst(kept[0], kept[1]):
        return None
    if kept[0].element.parent is kept[1].element.parent:
        return None
    kept[0].dropped = "standfirst"
    return kept.pop(0).text


def _standfirst_above(blocks: list[Block], kept: list[Block]) -> str | None:
    """Find the standfirst between the headline and the body, outside the body's element."""
    if not kept:
        return None
    above = blocks[: kept[0].order]
    headline = next((n for n, b in enumerate(above) if b.tag == "h1"), None)
    for block in above[headline + 1 :] if headline is not None else ():
        plain = not (block.element.left_out or block.element.caption or block.link_density > 0.3)
        if plain and len(block.text) > 20 and _is_standfirst(block, kept[0]):
            return block.text
    return None


def _is_standfirst(block: Block, following: Block) -> bool:
    """Whether a block is named so, by an element that does not hold the next paragraph too."""
    around = islice(block.element.ancestors(), _STANDFIRST_DEPTH)
    apart = [e for e in around if not e.holds(following.element)]
    named = any(e.kind.standfirst for e in apart)
    return len(block.text) < _LONGEST_STANDFIRST and (named or block.tag == "h2")
