"""The body and only the body: which blocks of the article's element belong to it, and which not.

Each block that is dropped carries the reason that decided (`drawdown extract --explain`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract import standfirst, wording
from crawler.extract.blocks import Block, Element, Layout, Span
from crawler.extract.claims import Believed, claims_of, surest_claims_of
from crawler.extract.container import choose
from crawler.extract.leftovers import drop_leftovers
from crawler.extract.objections import Page
from crawler.extract.profile import expected_place
from crawler.extract.roles import Clues, Roles, roles_of
from crawler.extract.selection import Selection, select
from crawler.extract.site import repeated
from crawler.extract.walk import read_layout
from crawler.extract.weights import size_of
from storage.records.article import SiteProfile
from storage.records.model import Selectors

_CREDIT_LINES = 4  # at the beginning and at the end
_SHORTEST_CAPTION = 3  # characters
_SHORT_BODY = 400  # letters: the text of a page with less may be in a <footer>
_LONGER = 2  # times the other text, of one that is found there
_NOTHING = Selection((), (), {})
_NO_ROLES = Roles(frozenset(), frozenset(), Believed({}, frozenset(), frozenset(), {}), {})


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
    host: str,
    selectors: Selectors,
    site: SiteProfile,
) -> Body:
    """Return the body of a page whose headline may be written in these ways (folded)."""
    root = tree.body or tree.root
    if root is None:
        return Body()
    root = _narrowed(tree, root, selectors)
    facts = _Facts(headlines, host, site, has_selector=bool(selectors.body))
    body = _found(read_layout(root), facts)
    if size_of(body.kept) < _SHORT_BODY:
        other = _found(read_layout(root, with_footers=True), facts)
        if size_of(other.kept) >= _LONGER * max(size_of(body.kept), 1):
            return other
    return body


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a page besides its layout."""

    headlines: frozenset[str]  # the ways its headline may be written, folded
    host: str
    site: SiteProfile
    has_selector: bool  # the layout is that of the operator's element


def _found(layout: Layout, facts: _Facts) -> Body:
    """Return the body in a layout."""
    shown_before = repeated(facts.site, layout.blocks)
    clues = Clues(facts.headlines, frozenset(shown_before), facts.host)
    body = Body()
    # Where everything has names of boilerplate, the names say nothing: the second try ignores them.
    for read_claims in (claims_of, surest_claims_of):
        roles = roles_of(layout, read_claims(layout.elements), clues)
        if facts.has_selector:
            # Nothing is left to choose.
            container = layout.elements[0]
        else:
            container = choose(layout, roles, expected_place(facts.site))
        body = _read(layout, container, Page(roles, facts.headlines, shown_before))
        if body.kept:
            break
    return body


def _narrowed(tree: LexborHTMLParser, root: LexborNode, selectors: Selectors) -> LexborNode:
    """Apply an operator's selectors; one that is invalid or finds nothing changes nothing."""
    found = None
    try:
        if selectors.remove:
            # Out of the tree, so that neither text nor bylines are read from them.
            for node in tree.css(selectors.remove):
                node.decompose()
        if selectors.body:
            found = tree.css_first(selectors.body)
    except SelectolaxError:
        return root
    return root if found is None else found


def _read(layout: Layout, container: Element, page: Page) -> Body:
    """Divide the blocks into body, captions, standfirst and credit."""
    blocks, believed = layout.blocks, page.roles.believed
    selection = select(blocks, container, page)
    captions = _captions(blocks, selection.kept, believed)
    leading = standfirst.leading(selection.kept)
    if leading is not None:
        selection = selection.without({leading: "standfirst"})
    found = leading or standfirst.above(blocks, selection.kept, believed)
    selection = drop_leftovers(selection, captions)
    return Body(
        layout=layout,
        roles=page.roles,
        container=container,
        selection=selection,
        captions=captions,
        standfirst=None if found is None else found.text,
        credit=_credit(selection.kept),
    )


def _captions(
    blocks: Sequence[Block], kept: Sequence[Block], believed: Believed
) -> tuple[str, ...]:
    """Return the captions between the headline and the last paragraph, the lead picture's too."""
    if not kept:
        return ()
    first, last = kept[0].order, kept[-1].order
    headlines = [block.order for block in blocks[:first] if block.tag == "h1"]
    start = headlines[-1] if headlines else 0
    captions: dict[str, None] = {}
    # Up to the block after the last paragraph: a picture often ends an article.
    for block in blocks[start : last + 2]:
        is_caption = block.element in believed.captions
        if not is_caption or block.element in believed.boilerplate:
            continue
        if len(block.text) >= _SHORTEST_CAPTION:
            captions.setdefault(block.text)
    return tuple(captions)


def _credit(kept: Sequence[Block]) -> str | None:
    """Return the line that names the agency or the colleagues, e.g. "(Reuters)"."""
    for block in (*kept[:_CREDIT_LINES], *kept[-_CREDIT_LINES:]):
        if wording.is_credit(block.text):
            return block.text
    return None
