"""How much text the elements of a page contain, in characters."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence

from crawler.extract.blocks import Block, Element

# Tuned on the labelled pages of tests/extract/test_quality.py.
_MINOR_STYLE = 0.25  # of the mass of the page's main style of paragraph
_MINOR_WEIGHT = 0.5
_PLAIN_WEIGHT = 0.5  # short text without links: lists and tables of the article, or labels
_PLAIN_LINKED = 0.3  # share of linked text: above it a short block is a link

Place = tuple[str, str]  # the look of an element, and of the one around it
Weighed = Iterable[tuple[Block, float]]


def size_of(blocks: Iterable[Block]) -> int:
    """Return how much text blocks have, in letters of an alphabet."""
    return sum(block.size for block in blocks)


def outside(elements: Container[Element], blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks that are in none of the elements."""
    return [block for block in blocks if block.element not in elements]


def sum_up(weighed: Weighed, elements: Sequence[Element]) -> list[float]:
    """Return the weight of the blocks inside each element, by its order."""
    below = [0.0] * len(elements)
    for block, weight in weighed:
        below[block.element.order] += weight
    return with_descendants(below, elements)


def with_descendants(own: Iterable[float], elements: Sequence[Element]) -> list[float]:
    """Return the sum of each element and all inside it, given its own by its order."""
    below = list(own)
    # Children come after their parents, so each is complete when it is added to its parent.
    for element in reversed(elements):
        weight = below[element.order]
        if weight and element.parent is not None:
            below[element.parent.order] += weight
    return below


def sizes_by_place(blocks: Iterable[Block]) -> Counter[Place]:
    """Return how much text is in each place in the template."""
    sizes: Counter[Place] = Counter()
    for block in blocks:
        sizes[block.place] += block.size
    return sizes


def main_places(prose: Iterable[Block]) -> set[Place]:
    """Return the places in the template that have most of the page's paragraphs."""
    sizes = sizes_by_place(prose)
    largest = max(sizes.values(), default=0)
    least = max(_MINOR_STYLE * largest, 1)
    return {place for place, size in sizes.items() if size >= least}


def weigh_prose(prose: Iterable[Block], main: Container[Place]) -> Iterator[tuple[Block, float]]:
    """Weigh paragraphs, those of a minor style less.

    A page's few blurbs and notices differ in their elements from its article, and must not lift the
    choice to an element that contains both.
    """
    for block in prose:
        if block.place in main:
            yield block, block.size
        else:
            yield block, _MINOR_WEIGHT * block.size


def weigh_all(
    blocks: Iterable[Block], paragraphs: Container[Block]
) -> Iterator[tuple[Block, float]]:
    """Weigh all text, short lines without links less: they may be the article's."""
    for block in blocks:
        is_link = block.link_density > _PLAIN_LINKED
        if is_link or block in paragraphs:
            yield block, block.size
        else:
            yield block, _PLAIN_WEIGHT * block.size
