"""The role of each block of a page: a paragraph of an article, or not, and what is around it.

Each pass below returns a new collection; none changes a block.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler import text
from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element, Layout
from crawler.extract.claims import (
    Believed,
    Claims,
    believed_boilerplate,
    believed_captions,
    believed_embeds,
)
from crawler.extract.neighbours import other_articles, teasers
from crawler.extract.pictures import beside_pictures
from crawler.extract.weights import main_places, outside, size_of, sum_up, weigh_prose

SENTENCE_ENDS = tuple(".!?…:;\"”»’')]؟。！？»।」")
_STOPS = tuple(".!?…。！？؟।۔")
_NOT_PROSE = HEADINGS | {"figcaption", "figure", "th"}
# Characters, and shares of linked text, of a paragraph; tuned on the labelled pages of
# tests/extract/test_quality.py.
_SHORTEST_PARAGRAPH = 25
_SHORTEST_UNENDED = 80  # without the mark that ends a sentence
_SHORTEST_ITEM = 60  # of a list
_MOST_LINKED = 0.45
_MOST_LINKED_ITEM = 0.25
_WHOLE_LINK = 0.8
_LEAST_OWN = 250  # below the headline, in an element that is the article's whatever its name


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a page before its text is weighed."""

    headlines: frozenset[str] = frozenset()  # the ways the headline may be written, folded
    repeated: frozenset[int] = frozenset()  # orders of blocks that earlier articles show too
    host: str = ""  # of the page's address


@dataclass(frozen=True, slots=True)
class Roles:
    """What the blocks and elements of a page are."""

    paragraphs: frozenset[Block]  # look like paragraphs of the article
    main: frozenset[Block]  # in the elements where most of the page's paragraphs are
    believed: Believed
    foreign: Mapping[Block, str]  # paragraphs of other articles, with the reason
    headline: Block | None = None  # the first <h1> that repeats it


def roles_of(layout: Layout, claims: Claims, clues: Clues) -> Roles:
    """Return the roles of all blocks of a page."""
    blocks = layout.blocks
    headline = _headline(blocks, clues.headlines)
    sizes = sum_up([(block, block.size) for block in blocks], layout.elements)
    captions = believed_captions(claims, layout.elements, sizes)
    paragraphs = [block for block in blocks if _is_paragraph(block)]
    paragraphs = _with_linked(blocks, paragraphs)
    paragraphs = [block for block in paragraphs if block.order not in clues.repeated]
    foreign = _foreign(layout, paragraphs, captions, headline, clues.host)
    paragraphs = [block for block in paragraphs if block not in foreign]
    nameless = beside_pictures(layout, frozenset(paragraphs), captions, sizes)
    claims = _without_own(claims, layout, paragraphs, headline)
    believed = _believed(layout, claims, paragraphs, captions, nameless)
    paragraphs = outside(believed.boilerplate, paragraphs)
    if headline is not None:
        paragraphs = _without_preamble(paragraphs, headline.order)
    places = main_places(outside(believed.captions, paragraphs))
    left = outside(believed.boilerplate, blocks)
    return Roles(
        paragraphs=frozenset(paragraphs),
        main=frozenset([block for block in left if block.place in places]),
        believed=believed,
        foreign=foreign,
        headline=headline,
    )


def _foreign(
    layout: Layout,
    paragraphs: Sequence[Block],
    captions: Container[Element],
    headline: Block | None,
    host: str,
) -> dict[Block, str]:
    """Return the paragraphs of other articles on the page, with the reason."""
    others = other_articles(layout, paragraphs, headline)
    left = [block for block in paragraphs if block not in others]
    return others | teasers(layout, left, captions, host)


def _without_own(
    claims: Claims,
    layout: Layout,
    paragraphs: Iterable[Block],
    headline: Block | None,
) -> Claims:
    """Leave out the claims of elements that hold the headline and the text below it.

    e.g. <article class="status"><h1>The headline</h1>…: no element of that name is left out, but
    others inside this one are.
    """
    if headline is None:
        return claims
    below = [(block, block.size) for block in paragraphs if block.order > headline.order]
    sizes = sum_up(below, layout.elements)
    boilerplate = dict(claims.boilerplate)
    for around in headline.element.ancestors():
        if sizes[around.order] >= _LEAST_OWN:
            boilerplate.pop(around, None)
    return replace(claims, boilerplate=boilerplate)


def _believed(
    layout: Layout,
    claims: Claims,
    paragraphs: Iterable[Block],
    named: frozenset[Element],
    nameless: frozenset[Element],
) -> Believed:
    """Return the claims that hold, by how much of the page's prose they concern."""
    elements = layout.elements
    captions = named | nameless
    prose = outside(captions, paragraphs)
    masses = sum_up(weigh_prose(prose, main_places(prose)), elements)
    return Believed(
        boilerplate=believed_boilerplate(claims, elements, masses),
        captions=captions,
        nameless=nameless,
        embeds=believed_embeds(claims, elements, masses),
    )


def _is_paragraph(block: Block) -> bool:
    """Whether a block looks like prose: long or ending like a sentence, and hardly linked."""
    size, linked = block.size, block.link_density
    if size < _SHORTEST_PARAGRAPH or linked > _MOST_LINKED:
        return False
    if block.tag in _NOT_PROSE:
        return False
    if block.tag == "li":
        is_long = size > _SHORTEST_ITEM and linked < _MOST_LINKED_ITEM
    else:
        is_long = size > _SHORTEST_UNENDED or block.text.endswith(SENTENCE_ENDS)
    return is_long and not wording.is_aside(block.text)


def _with_linked(blocks: Sequence[Block], paragraphs: Sequence[Block]) -> list[Block]:
    """Add the sentences that are mostly link, right beside paragraphs of the same element.

    e.g. <p>…</p> <p><a href="/live">A spokesman said that both sides had agreed.</a></p> <p>…</p>
    """
    firm = frozenset(paragraphs)
    return [block for block in blocks if block in firm or _is_linked_sentence(block, blocks, firm)]


def _is_linked_sentence(block: Block, blocks: Sequence[Block], firm: Container[Block]) -> bool:
    if block.tag != "p" or block.link_density <= _MOST_LINKED or block.size < _SHORTEST_UNENDED:
        return False
    if not block.text.endswith(_STOPS) or wording.is_aside(block.text):
        return False
    beside = (
        *blocks[max(block.order - 1, 0) : block.order],
        *blocks[block.order + 1 : block.order + 2],
    )
    in_flow = [
        other
        for other in beside
        if other in firm and other.element.parent is block.element.parent and other.tag == "p"
    ]
    # A whole link at an end of the text leads elsewhere: between two paragraphs it is one.
    needed = 2 if block.link_density > _WHOLE_LINK else 1
    return len(in_flow) >= needed


def _headline(blocks: Iterable[Block], headlines: Container[str]) -> Block | None:
    """Return the first <h1> that repeats the headline."""
    for block in blocks:
        if block.tag == "h1" and text.fold(block.text) in headlines:
            return block
    return None


def _without_preamble(paragraphs: list[Block], headline: int) -> list[Block]:
    """Leave out paragraphs above the headline, where most of the text is below it.

    e.g. the notice "You are reading a free article." at the top of a page
    """
    above = [block for block in paragraphs if block.order < headline]
    below = [block for block in paragraphs if block.order >= headline]
    is_preamble = size_of(above) < size_of(below)
    return below if is_preamble else paragraphs
