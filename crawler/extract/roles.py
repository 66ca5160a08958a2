"""The role of each block of a page: a paragraph of an article, or not, and what is around it.

Each pass below returns a new collection; none changes a block.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from crawler import text
from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Layout
from crawler.extract.claims import (
    Believed,
    Claims,
    believed_boilerplate,
    believed_captions,
    believed_embeds,
)
from crawler.extract.weights import main_places, outside, size_of, sum_up, weigh_prose

SENTENCE_ENDS = tuple(".!?…:;\"”»’')]؟。！？»।」")
_NOT_PROSE = HEADINGS | {"figcaption", "figure", "th"}
# Characters, and shares of linked text, of a paragraph; tuned on the labelled pages of
# tests/extract/test_quality.py.
_SHORTEST_PARAGRAPH = 25
_SHORTEST_UNENDED = 80  # without the mark that ends a sentence
_SHORTEST_ITEM = 60  # of a list
_MOST_LINKED = 0.45
_MOST_LINKED_ITEM = 0.25


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a page before its text is weighed."""

    headlines: frozenset[str] = frozenset()  # the ways the headline may be written, folded
    repeated: frozenset[int] = frozenset()  # orders of blocks that earlier articles show too


@dataclass(frozen=True, slots=True)
class Roles:
    """What the blocks and elements of a page are."""

    paragraphs: frozenset[Block]  # look like paragraphs of an article
    main: frozenset[Block]  # in the elements where most of the page's paragraphs are
    believed: Believed


def roles_of(layout: Layout, claims: Claims, clues: Clues) -> Roles:
    """Return the roles of all blocks of a page."""
    blocks = layout.blocks
    new = [block for block in blocks if block.order not in clues.repeated]
    paragraphs = [block for block in new if _is_paragraph(block)]
    believed = _believed(layout, claims, paragraphs)
    paragraphs = outside(believed.boilerplate, paragraphs)
    paragraphs = _without_preamble(paragraphs, _order_of_headline(blocks, clues.headlines))
    places = main_places(outside(believed.captions, paragraphs))
    left = outside(believed.boilerplate, blocks)
    return Roles(
        paragraphs=frozenset(paragraphs),
        main=frozenset([block for block in left if block.place in places]),
        believed=believed,
    )


def _believed(layout: Layout, claims: Claims, paragraphs: Iterable[Block]) -> Believed:
    """Return the claims that hold: all text is weighed, to see how much of it they concern."""
    elements = layout.elements
    totals = sum_up([(block, block.size) for block in layout.blocks], elements)
    captions = believed_captions(claims, elements, totals)
    prose = outside(captions, paragraphs)
    masses = sum_up(weigh_prose(prose, main_places(prose)), elements)
    return Believed(
        boilerplate=believed_boilerplate(claims, elements, masses),
        captions=captions,
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


def _order_of_headline(blocks: Iterable[Block], headlines: Container[str]) -> int:
    """Return the order of the <h1> that repeats the headline; 0 where there is none."""
    for block in blocks:
        if block.tag == "h1" and text.fold(block.text) in headlines:
            return block.order
    return 0


def _without_preamble(paragraphs: list[Block], headline: int) -> list[Block]:
    """Leave out paragraphs above the headline, where most of the text is below it.

    e.g. the notice "You are reading a free article." at the top of a page
    """
    above = [block for block in paragraphs if block.order < headline]
    below = [block for block in paragraphs if block.order >= headline]
    is_preamble = size_of(above) < size_of(below)
    return below if is_preamble else paragraphs
