"""Which blocks of the article's element are its text: every other block has its reason.

First `objections` to single blocks, then the ends of the text, last `leftovers` of the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.extract.blocks import Block, Element
from crawler.extract.objections import Page, objection
from crawler.extract.roles import SENTENCE_ENDS, Roles

OUTSIDE = "outside the article's element"
_TOO_SHORT = "too little text for an article"
_ENDS = "before the first paragraph or after the last"

_SHORTEST_TEXT = 200  # characters of a body without one paragraph
_CONTINUED_LINKED = 0.3  # share of linked text in a last line
_LEAST_WHOLE, _LEAST_WHOLE_SIZE = 4, 500  # paragraphs of a whole article, and their letters
_LEAST_OPENING = 2  # blocks between the first paragraph and the headline of another article


@dataclass(frozen=True, slots=True)
class Selection:
    """The text of an article, and why every other block of the page is no part of it."""

    blocks: Sequence[Block]  # of the page, by their order
    kept: Sequence[Block]
    dropped: Mapping[Block, str]  # with the reason

    def without(self, reasons: Mapping[Block, str]) -> "Selection":
        """Return the selection with more blocks dropped."""
        if not reasons:
            return self
        kept = [block for block in self.kept if block not in reasons]
        dropped = {**self.dropped, **reasons}
        return Selection(self.blocks, kept, dropped)


def select(blocks: Sequence[Block], container: Element, page: Page) -> Selection:
    """Return the text inside the article's element."""
    kept: list[Block] = []
    dropped: dict[Block, str] = {}
    for block in blocks:
        is_inside = container.holds(block.element)
        reason = objection(block, page) if is_inside else OUTSIDE
        if reason is None:
            kept.append(block)
        else:
            dropped[block] = reason
    selection = Selection(blocks, kept, dropped)
    return selection.without(_around_the_text(kept, page.roles))


def _around_the_text(blocks: Sequence[Block], roles: Roles) -> dict[Block, str]:
    """Drop what is before the first paragraph and after the last: kickers, tags, teasers."""
    places = [place for place, block in enumerate(blocks) if block in roles.paragraphs]
    if places:
        first = _first_place(blocks, places)
        last = _last_place(blocks, places, roles)
        outside = (*blocks[:first], *blocks[last + 1 :])
        return dict.fromkeys(outside, _ENDS)
    characters = sum(len(block.text) for block in blocks)
    if characters > _SHORTEST_TEXT:
        return {}
    return dict.fromkeys(blocks, _TOO_SHORT)


def _first_place(blocks: Sequence[Block], places: Sequence[int]) -> int:
    """Return where the text begins: with the standfirst above the first paragraph."""
    first = places[0]
    while first > 0 and blocks[first - 1].element.kind.standfirst:
        first -= 1
    return first


def _last_place(blocks: Sequence[Block], places: Sequence[int], roles: Roles) -> int:
    """Return where the text ends: with the short lines that go on after the last paragraph."""
    last = _last_paragraph(blocks, places, roles.headline)
    while last + 1 < len(blocks) and _continues(blocks[last + 1], blocks[last], roles):
        last += 1
    return last


def _last_paragraph(blocks: Sequence[Block], places: Sequence[int], headline: Block | None) -> int:
    """Return the place of the last paragraph; on a page that scrolls on, of the first article."""
    paragraphs = frozenset(places)
    # A text whose parts have <h1> headings has one over its first part too.
    opening = blocks[: places[0]]
    parts = {block.place for block in opening if block.tag == "h1" and block is not headline}
    first = blocks[places[0]]
    last = places[0]
    passed, size = 1, first.size
    for place in range(places[0] + 1, len(blocks)):
        block = blocks[place]
        if place in paragraphs:
            last, passed, size = place, passed + 1, size + block.size
        # A second <h1> right below the first paragraph is often the headline again.
        elif block.tag == "h1" and place > places[0] + _LEAST_OPENING:
            is_whole = passed >= _LEAST_WHOLE and size >= _LEAST_WHOLE_SIZE
            may_begin = is_whole and block.place not in parts
            if _begins_another(block.element, first.element, may_begin=may_begin):
                return last
    return last


def _begins_another(heading: Element, first: Element, *, may_begin: bool) -> bool:
    """Whether an <h1> is over another article, and not over a part of this one.

    Some texts have <h1> headings over their parts: another article begins where one may, or it has
    an <article> without the `first` paragraph.
    """
    around = heading.parent
    if around is None or around.holds(first):
        return False
    return may_begin or any(
        element.tag == "article" and not element.holds(first) for element in around.ancestors()
    )


def _continues(block: Block, before: Block, roles: Roles) -> bool:
    """Whether a short last line is still the article's: in its place, or a sentence; no link."""
    is_beside = block.element.parent is before.element.parent
    if not is_beside or block.tag != before.tag:
        return False
    if block.link_density >= _CONTINUED_LINKED:
        return False
    return block in roles.main or block.text.endswith(SENTENCE_ENDS)
