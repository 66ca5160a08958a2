"""The words beside a picture in an element without a telling name: its caption."""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element, Layout
from crawler.extract.weights import (
    Place,
    outside,
    sizes_by_place,
    sum_up,
    with_descendants,
)

# Thresholds chosen on the labelled pages of tests/extract/test_quality.py; sizes in letters.
_LONGEST = 400
_MOST_LINKED = 0.5
_MINOR_STYLE = 0.2  # of the size of the page's main place: above it a place is the text's
_HEIGHT = 3  # elements from the words up to the one with the picture
_MOST_AROUND = 3  # blocks in that element
# A list of things with a picture each, a quotation, a table: no captions.
_BARRIERS = frozenset({"li", "blockquote", "td"})


def beside_pictures(
    layout: Layout,
    paragraphs: Collection[Block],
    captions: Collection[Element],
    sizes: Sequence[float],
) -> frozenset[Element]:
    """Return the elements whose words describe the picture next to them.

    `sizes` are those of the text in each element, by its order.

    e.g. <div class="lead"><img src="wall.jpg"><div>The wall at low tide.</div></div>
    """
    if not any(element.pictures for element in layout.elements):
        return frozenset()
    inside = _around(layout, sizes)
    major = _major_places(paragraphs, captions)
    return frozenset(
        block.element
        for block in layout.blocks
        if _may_describe(block, captions)
        and not _is_text(block, paragraphs, major)
        and _has_picture(block.element, inside)
    )


def _may_describe(block: Block, captions: Collection[Element]) -> bool:
    """Whether a block is short and plain enough for a caption."""
    if block.size > _LONGEST or block.link_density > _MOST_LINKED:
        return False
    if block.tag in HEADINGS or block.element in captions:
        return False
    # The author's portrait has a name and a date next to it.
    return not wording.is_byline(block.text)


def _is_text(block: Block, paragraphs: Collection[Block], major: Collection[Place]) -> bool:
    """Whether a block is a paragraph like those of the article, or a plain <p>."""
    if block not in paragraphs:
        return False
    is_plain = block.tag == "p" and not block.element.kind.names
    return is_plain or block.place in major


def _major_places(paragraphs: Collection[Block], captions: Collection[Element]) -> set[Place]:
    """Return the places with a good part of the page's paragraphs."""
    sizes = sizes_by_place(outside(captions, paragraphs))
    largest = max(sizes.values(), default=0)
    return {place for place, size in sizes.items() if size > _MINOR_STYLE * largest}


class _Around(NamedTuple):
    """What is inside each element, by its order."""

    blocks: Sequence[float]
    sizes: Sequence[float]
    pictures: Sequence[float]


def _around(layout: Layout, sizes: Sequence[float]) -> _Around:
    elements = layout.elements
    return _Around(
        blocks=sum_up([(block, 1) for block in layout.blocks], elements),
        sizes=sizes,
        pictures=with_descendants([element.pictures for element in elements], elements),
    )


def _has_picture(element: Element, inside: _Around) -> bool:
    """Whether a small element around the words holds a picture too."""
    for around in islice(element.ancestors(), _HEIGHT):
        order = around.order
        if around.tag in _BARRIERS or inside.blocks[order] > _MOST_AROUND:
            return False
        if inside.sizes[order] > _LONGEST:
            return False
        if inside.pictures[order]:
            return True
    return False
