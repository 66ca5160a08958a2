"""Which element contains the article: the one with most of the page's paragraphs and least else.

The headroom is in this choice (measured: the best of eight extractors for each page reaches 0.987
F1, filters of lines alone add 0.02). Each pass below returns a new set; none changes a block.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler import text
from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element, Layout
from crawler.extract.claims import (
    LINES,
    Believed,
    Claims,
    believed_boilerplate,
    believed_captions,
    believed_embeds,
)
from crawler.extract.site import place_of

SENTENCE_ENDS = tuple(".!?…:;\"”»’')]؟。！？»।」")
_NOT_PROSE = HEADINGS | {"figcaption", "figure", "th"}
# Characters and shares of linked text that make a block a paragraph; all shares, weights and
# bonuses of this file are tuned on the labelled pages of tests/extract/test_quality.py.
_SHORTEST_PARAGRAPH = 25
_SHORTEST_UNENDED = 80  # without the mark that ends a sentence
_SHORTEST_ITEM = 60  # of a list
_MOST_LINKED = 0.45
_MOST_LINKED_ITEM = 0.25
_PLAIN_LINKED = 0.3  # above it a short block is a link
_BODY_NAME_BONUS = 1.12  # e.g. <div class="article-body">
_ARTICLE_BONUS = 1.05  # <article>
_EXPECTED_BONUS = 1.25  # the place of the outlet's earlier articles
_MINOR_STYLE = 0.25  # of the mass of the page's main style of paragraph
_MINOR_WEIGHT = 0.5
_PLAIN_WEIGHT = 0.5  # short text without links: lists and tables of the article, or labels
_LEAST_SHARE = 0.2  # of the paragraphs, for an element to be a candidate


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a page before its text is weighed."""

    headlines: frozenset[str] = frozenset()  # the ways the headline may be written, folded
    repeated: frozenset[int] = frozenset()  # orders of blocks that earlier articles show too
    place: str | None = None  # of the outlet's earlier articles


@dataclass(frozen=True, slots=True)
class Roles:
    """What the blocks and elements of a page are."""

    paragraphs: frozenset[Block]  # look like paragraphs of an article
    main: frozenset[Block]  # in the elements where most of the page's paragraphs are
    believed: Believed


def choose(layout: Layout, claims: Claims, clues: Clues) -> tuple[Element, Roles]:
    """Return the element that contains the article, and what everything on the page is."""
    blocks, elements = layout.blocks, layout.elements
    parents = _parents(elements)
    paragraphs = [b for b in blocks if b.order not in clues.repeated and _is_paragraph(b)]

    # All text is weighed first, to see which claims are believed.
    totals = _sum_up([(block, block.size) for block in blocks], parents)
    captions = believed_captions(claims, elements, totals)
    prose = _outside(captions, paragraphs)
    masses = _sum_up(_weighed(prose, _main_places(prose)), parents)
    boilerplate = believed_boilerplate(claims, elements, masses)
    embeds = believed_embeds(claims, elements, masses)

    # Then the text that is left, to choose the element.
    left = _outside(boilerplate, blocks)
    headline = _order_of_headline(blocks, clues.headlines)
    paragraphs = _without_preamble(_outside(boilerplate, paragraphs), headline)
    prose = _outside(captions, paragraphs)
    main = _main_places(prose)
    roles = Roles(
        paragraphs=frozenset(paragraphs),
        main=frozenset([block for block in left if block.place in main]),
        believed=Believed(boilerplate, captions, embeds),
    )
    masses = _sum_up(_weighed(prose, main), parents)
    totals = _sum_up(_discounted(left, roles.paragraphs), parents)
    candidates = _candidates(elements, boilerplate, masses, totals)
    return _best(elements[0], candidates, clues.place), roles


def _is_paragraph(block: Block) -> bool:
    """Whether a block looks like prose: long or ending like a sentence, and hardly linked."""
    size = block.size
    if size < _SHORTEST_PARAGRAPH or block.link_density > _MOST_LINKED:
        return False
    if block.tag in _NOT_PROSE:
        return False
    if block.tag == "li":
        is_long = size > _SHORTEST_ITEM and block.link_density < _MOST_LINKED_ITEM
    else:
        is_long = size > _SHORTEST_UNENDED or block.text.endswith(SENTENCE_ENDS)
    return is_long and not wording.is_aside(block.text)


def _outside(elements: Container[Element], blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if block.element not in elements]


def _parents(elements: Iterable[Element]) -> list[int]:
    """Return the order of the parent of each element; -1 for the root."""
    return [-1 if e.parent is None else e.parent.order for e in elements]


def _sum_up(weighed: Iterable[tuple[Block, float]], parents: Sequence[int]) -> list[float]:
    """Return the weight of the blocks inside each element, by its order."""
    below = [0.0] * len(parents)
    for block, weight in weighed:
        below[block.element.order] += weight
    # Children come after their parents, so each is complete when it is added to its parent.
    for order in range(len(parents) - 1, 0, -1):
        if below[order]:
            below[parents[order]] += below[order]
    return below


def _main_places(prose: Iterable[Block]) -> set[tuple[str, str]]:
    """Return the places in the template that have most of the page's paragraphs."""
    sizes: Counter[tuple[str, str]] = Counter()
    for block in prose:
        sizes[block.place] += block.size
    least = max(_MINOR_STYLE * max(sizes.values(), default=0), 1)
    return {place for place, size in sizes.items() if size >= least}


def _weighed(prose: Iterable[Block], main: Container[tuple[str, str]]) -> list[tuple[Block, float]]:
    """Weigh paragraphs, those of a minor style less.

    A page's few blurbs and notices differ in their elements from its article, and must not lift the
    choice to an element that contains both.
    """
    return [
        (block, block.size if block.place in main else _MINOR_WEIGHT * block.size)
        for block in prose
    ]


def _discounted(blocks: Iterable[Block], paragraphs: Container[Block]) -> list[tuple[Block, float]]:
    """Weigh all text, short lines without links less: they may be the article's."""
    weighed = []
    for block in blocks:
        is_plain = block.link_density <= _PLAIN_LINKED and block not in paragraphs
        weighed.append((block, _PLAIN_WEIGHT * block.size if is_plain else block.size))
    return weighed


def _order_of_headline(blocks: Iterable[Block], headlines: Container[str]) -> int:
    """Return the order of the <h1> that repeats the headline; 0 where there is none."""
    for block in blocks:
        if block.tag == "h1" and text.fold(block.text) in headlines:
            return block.order
    return 0


def _without_preamble(paragraphs: list[Block], headline: int) -> list[Block]:
    """Leave out paragraphs above the headline, where most of the text is below it."""
    above = [block for block in paragraphs if block.order < headline]
    below = [block for block in paragraphs if block.order >= headline]
    if sum(block.size for block in above) < sum(block.size for block in below):
        return below
    return paragraphs


class _Candidate(NamedTuple):
    """An element that may contain the article, and how well it covers the paragraphs."""

    element: Element
    recall: float  # share of the page's paragraphs inside it
    purity: float  # share of paragraphs in its text


def _candidates(
    elements: Iterable[Element],
    boilerplate: Container[Element],
    masses: Sequence[float],
    totals: Sequence[float],
) -> list[_Candidate]:
    whole = max(masses[0], 1.0)
    least = _LEAST_SHARE * whole
    found = []
    for element, mass, total in zip(elements, masses, totals, strict=True):
        if mass >= least and element not in boilerplate:
            found.append(_Candidate(element, mass / whole, mass / max(total, 1.0)))
    return found


def _best(root: Element, candidates: Iterable[_Candidate], expected: str | None) -> Element:
    """Return the element with the highest score, the innermost of equals."""
    best, best_score = root, 0.0
    for candidate in candidates:
        score = _score(candidate, expected)
        if score >= best_score:
            best, best_score = candidate.element, score
    # A page of one paragraph: the lines around it belong to the article too.
    while best.tag in LINES and best.parent is not None:
        best = best.parent
    return best


def _score(candidate: _Candidate, expected: str | None) -> float:
    """Return the F1 of the paragraphs inside an element, with the bonus of its name and place."""
    element, recall, purity = candidate
    score = 2 * recall * purity / (recall + purity)
    if element.kind.body:
        score *= _BODY_NAME_BONUS
    elif element.tag == "article":
        score *= _ARTICLE_BONUS
    if expected is not None and place_of(element) == expected:
        score *= _EXPECTED_BONUS
    return score
