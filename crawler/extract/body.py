"""The body and only the body: which blocks of the article's element belong to it, and which not.

Each block that is dropped carries the reason that decided (`drawdown extract --explain`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element, Layout, Span
from crawler.extract.claims import Believed, claims_of, surest_claims_of
from crawler.extract.container import Clues, Roles, choose
from crawler.extract.profile import expected_place
from crawler.extract.selection import Page, Selection, drop_leftovers, select
from crawler.extract.site import repeated
from crawler.extract.walk import read_layout
from storage.records.article import SiteProfile
from storage.records.model import Selectors

_STANDFIRST_DEPTH = 3  # elements, from inside out, whose names may claim it
_SHORTEST_STANDFIRST = 20  # characters
_LONGEST_STANDFIRST = 600
_STANDFIRST_LINKED = 0.3
_LEAST_BLOCKS = 3  # of a body with a standfirst
_CREDIT_LINES = 4  # at the beginning and at the end
_SHORTEST_CAPTION = 3  # characters
_NOTHING = Selection((), (), {})
_NO_ROLES = Roles(frozenset(), frozenset(), Believed({}, frozenset(), {}))


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, and how it was found."""

    layout: Layout = field(default_factory=Layout)
    roles: Roles = _NO_ROLES
    container: Element | None = None  # contains the article
    selection: Selection = _NOTHING
    captions: tuple[str, ...] = ()
    standfirst: str | None = None
    credit: str | None = None

    @property
    def kept(self) -> Sequence[Block]:
        """The blocks of the text, in reading order."""
        return self.selection.kept

    @property
    def paragraphs(self) -> list[str]:
        """The text, in reading order."""
        return [block.text for block in self.kept]

    @property
    def span(self) -> Span:
        """The extent of the article; the first heading where there is no text."""
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
    shown_before = repeated(site, layout.blocks)
    clues = Clues(headlines, frozenset(shown_before), expected_place(site))
    body = Body()
    # Where everything has names of boilerplate, the names say nothing: the second try ignores them.
    for read_claims in (claims_of, surest_claims_of):
        container, roles = choose(layout, read_claims(layout.elements), clues)
        if selectors.body:
            container = layout.elements[0]
        page = Page(roles, headlines, shown_before)
        body = _read(layout, container, page)
        if body.kept:
            break
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


def _read(layout: Layout, container: Element, page: Page) -> Body:
    """Divide the blocks into body, captions, standfirst and credit."""
    selection = select(layout.blocks, container, page)
    captions = _captions(layout.blocks, selection.kept, page.roles.believed)
    leading = _leading_standfirst(selection.kept)
    if leading is not None:
        selection = selection.without({leading: "standfirst"})
    standfirst = leading or _standfirst_above(layout.blocks, selection.kept, page.roles.believed)
    selection = drop_leftovers(selection, captions)
    return Body(
        layout=layout,
        roles=page.roles,
        container=container,
        selection=selection,
        captions=captions,
        standfirst=None if standfirst is None else standfirst.text,
        credit=_credit(selection.kept),
    )


def _captions(
    blocks: Sequence[Block], kept: Sequence[Block], believed: Believed
) -> tuple[str, ...]:
    """Return the captions between the headline and the last paragraph, the lead picture's too."""
    if not kept:
        return ()
    first, last = kept[0].order, kept[-1].order
    headlines = (block.order for block in blocks[:first] if block.tag == "h1")
    found = [
        block.text
        for block in blocks[max(headlines, default=0) : last + 2]
        if block.element in believed.captions and block.element not in believed.boilerplate
    ]
    return tuple(text for text in dict.fromkeys(found) if len(text) >= _SHORTEST_CAPTION)


def _leading_standfirst(kept: Sequence[Block]) -> Block | None:
    """Return the leading block of the body, if it is named as a standfirst.

    One in the same element as the next paragraph is the article's first (measured: all of 21).
    """
    if len(kept) < _LEAST_BLOCKS or kept[0].tag in HEADINGS:
        return None
    leading, following = kept[0], kept[1]
    if leading.element.parent is following.element.parent:
        return None
    return leading if _is_standfirst(leading, following) else None


def _standfirst_above(
    blocks: Sequence[Block], kept: Sequence[Block], believed: Believed
) -> Block | None:
    """Return the standfirst between the headline and the body, outside the body's element."""
    if not kept:
        return None
    above = iter(blocks[: kept[0].order])
    # Those up to the headline are passed over; without a headline there is no standfirst.
    for block in above:
        if block.tag == "h1":
            break
    for block in above:
        if _is_plain(block, believed) and _is_standfirst(block, kept[0]):
            return block
    return None


def _is_plain(block: Block, believed: Believed) -> bool:
    """Whether a block may be text of the article, though it is outside the body's element."""
    if block.element in believed.boilerplate or block.element in believed.captions:
        return False
    return len(block.text) > _SHORTEST_STANDFIRST and block.link_density <= _STANDFIRST_LINKED


def _is_standfirst(block: Block, following: Block) -> bool:
    """Whether a block is named so, by an element that does not hold the next paragraph too."""
    if len(block.text) >= _LONGEST_STANDFIRST:
        return False
    around = islice(block.element.ancestors(), _STANDFIRST_DEPTH)
    apart = [element for element in around if not element.holds(following.element)]
    return block.tag == "h2" or any(element.kind.standfirst for element in apart)


def _credit(kept: Sequence[Block]) -> str | None:
    """Return the line that names the agency or the colleagues, e.g. "(Reuters)"."""
    for block in (*kept[:_CREDIT_LINES], *kept[-_CREDIT_LINES:]):
        if wording.is_credit(block.text):
            return block.text
    return None
