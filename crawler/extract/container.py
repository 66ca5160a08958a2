"""Which element contains the article: the one with most of the page's paragraphs and least else.

The headroom is in this choice (measured: the best of eight extractors for each page reaches 0.987
F1, filters of lines alone add 0.02).
"""

from collections.abc import Iterator
from typing import NamedTuple

from crawler.extract.blocks import LINES, Block, Element, Layout
from crawler.extract.roles import Roles
from crawler.extract.site import place_of
from crawler.extract.weights import main_places, outside, sum_up, weigh_all, weigh_prose

# Factors of a candidate's score, tuned on the labelled pages of tests/extract/test_quality.py.
_BODY_NAME_BONUS = 1.12  # e.g. <div class="article-body">
_ARTICLE_BONUS = 1.05  # <article>
_EXPECTED_BONUS = 1.25  # the place of the outlet's earlier articles
_MOST_PARTS = 20  # of one body
_LEAST_SHARE = 0.2  # of the page's paragraphs, in a candidate


class _Candidate(NamedTuple):
    """An element that may contain the article, and how well it covers the paragraphs."""

    element: Element
    recall: float  # share of the page's paragraphs inside it
    purity: float  # share of paragraphs in its text


def choose(layout: Layout, roles: Roles, expected: str | None) -> Element:
    """Return the element with the highest score, the innermost of equals.

    `expected` is the place of the outlet's earlier articles.
    """
    best, best_score = layout.elements[0], 0.0
    for candidate in _candidates(layout, roles):
        score = _score(candidate, expected)
        if score >= best_score:
            best, best_score = candidate.element, score
    best = _with_siblings(best, layout, roles)
    # A page of one paragraph: the lines around it belong to the article too.
    while best.tag in LINES and best.parent is not None:
        best = best.parent
    return best


def _with_siblings(best: Element, layout: Layout, roles: Roles) -> Element:
    """Return the element around a body that goes on in a sibling of the same name.

    e.g. <div class="story-body part-1">…</div> <aside>…</aside> <div class="story-body part-2">…
    """
    around = best.parent
    if around is None or not best.kind.body:
        return best
    places = {block.place[0] for block in _inside(best, layout, roles)}
    siblings = [
        element
        for element in layout.elements[around.order : around.end]
        if element.parent is around and element is not best and _is_alike(element, best)
    ]
    for sibling in siblings[:_MOST_PARTS]:
        inside = _inside(sibling, layout, roles)
        if inside and all(block.place[0] in places for block in inside):
            return around
    return best


def _inside(element: Element, layout: Layout, roles: Roles) -> list[Block]:
    """Return the paragraphs inside an element."""
    return [
        block
        for block in layout.blocks
        if block in roles.paragraphs and element.holds(block.element)
    ]


def _is_alike(element: Element, other: Element) -> bool:
    """Whether two elements are parts of one body: by tag, and by the first of their classes."""
    if element.tag != other.tag or not element.kind.body:
        return False
    return element.kind.names.split()[:1] == other.kind.names.split()[:1]


def _candidates(layout: Layout, roles: Roles) -> Iterator[_Candidate]:
    """Yield the elements with enough of the page's paragraphs."""
    elements, boilerplate = layout.elements, roles.believed.boilerplate
    left = outside(boilerplate, layout.blocks)
    paragraphs = [block for block in left if block in roles.paragraphs]
    prose = outside(roles.believed.captions, paragraphs)
    masses = sum_up(weigh_prose(prose, main_places(prose)), elements)
    totals = sum_up(weigh_all(left, roles.paragraphs), elements)
    whole = max(masses[0], 1.0)
    for element, mass, total in zip(elements, masses, totals, strict=True):
        if mass >= _LEAST_SHARE * whole and element not in boilerplate:
            recall, purity = mass / whole, mass / max(total, 1.0)
            yield _Candidate(element, recall, purity)


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
