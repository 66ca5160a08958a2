"""Which blocks of the article's element belong to it: each that is left out carries the reason."""

from crawler import text
from crawler.extract import boilerplate
from crawler.extract.blocks import HEADINGS, Block, Element
from crawler.extract.container import SENTENCE_ENDS

_LONGEST_HEADLINE = 250  # characters
_LONGEST_BYLINE, _LONGEST_POINTER = 100, 90
_BOXES = frozenset({"div", "section", "article", "span", "main", "header", "td", "th"})
_LINES = HEADINGS | {"li", "dd", "dt", "blockquote"}
_LINK_LIST = 0.5  # of a list that leads elsewhere
_LINKED = frozenset({"list of links", "only links", "leads elsewhere"})
_SUBHEADINGS = HEADINGS - {"h1"}
_LEAST_TEXT = 200  # characters of a body without one whole paragraph
_LEAST_BLOCKS = 3  # that a sign-off may leave


def select(inside: list[Block], headlines: frozenset[str], repeated: dict[int, int]) -> list[Block]:
    """Return the blocks of the article's element that are its text."""
    for block in inside:
        pages = repeated.get(block.order)
        known = f"stands on {pages} earlier articles" if pages else None
        block.dropped = known or _objection(block, headlines)
    return _trimmed([block for block in inside if not block.dropped])


def drop_leftovers(blocks: list[Block], kept: list[Block], captions: list[str]) -> None:
    """Drop what only shows once the rest is known: lists of links, sign-offs, empty headings."""
    _drop_link_lists(kept)
    _drop_tail(kept)
    _drop_empty_headings(blocks, kept)
    _drop_repeats(kept, captions)


def _objection(block: Block, headlines: frozenset[str]) -> str | None:
    """Return the signal that says a block is not of the article."""
    element = block.element
    if element.left_out:
        return f"furniture: {element.furniture}"
    if element.caption:
        return "caption"
    if element.insert:
        return element.insert
    return _objection_to_text(block, headlines)


def _objection_to_text(block: Block, headlines: frozenset[str]) -> str | None:
    size, wording = len(block.text), block.text
    if size < _LONGEST_HEADLINE and text.fold(wording) in headlines:
        return "headline"
    if size < _LONGEST_BYLINE and boilerplate.is_byline(wording):
        return "byline or date"
    if boilerplate.is_caption(wording):
        return "caption by its wording"
    return None if block.good else _objection_to_line(block)


def _objection_to_line(block: Block) -> str | None:
    """Return the signal against a block that is no paragraph."""
    size, wording = len(block.text), block.text
    if boilerplate.is_pointer(wording) and (block.link_density > 0.3 or size < _LONGEST_POINTER):
        return "leads elsewhere"
    if boilerplate.is_notice(wording):
        return "notice"
    if block.tag == "h1":  # of another article: `_trimmed` ends there
        return None if size < _LONGEST_HEADLINE else "headline of another article"
    if block.link_density > 0.8 and (size > 20 or block.tag == "li"):
        return "only links"
    if boilerplate.is_label(wording):
        return "label"
    return "stray line" if _is_stray(block) else None


def _is_stray(block: Block) -> bool:
    """Whether a short line stands where no paragraph of the page does: a button, a credit.

    Measured: of such lines a twentieth were the article's.
    """
    around = block.element.parent
    if block.good or block.chief or (around is not None and around.tag in _LINES):
        return False
    return (
        block.tag == "p" or block.tag in _BOXES or (block.tag == "li" and block.link_density > 0.5)
    )


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Cut what stands before the first paragraph and after the last: kickers, tags, teasers."""
    good = [place for place, block in enumerate(blocks) if block.good]
    if not good:
        return blocks if sum(len(b.text) for b in blocks) > _LEAST_TEXT else []
    first, last = good[0], good[-1]
    next_article = next(
        (n for n, b in enumerate(blocks) if n > first + 2 and _begins_another(b, blocks[first])),
        None,
    )
    if next_article is not None:  # pages that scroll on without end have more articles below
        last = max(place for place in good if place < next_article)
    while first > 0 and blocks[first - 1].element.kind.standfirst:
        first -= 1
    while last + 1 < len(blocks) and _continues(blocks[last + 1], blocks[last]):
        last += 1
    for block in (*blocks[:first], *blocks[last + 1 :]):
        block.dropped = "before the first paragraph or after the last"
    return blocks[first : last + 1]


def _begins_another(block: Block, first: Block) -> bool:
    """Whether a heading stands over another article, and not over a part of this one."""
    around = block.element.parent
    return block.tag == "h1" and around is not None and not around.holds(first.element)


def _continues(block: Block, before: Block) -> bool:
    """Whether a short last line is still the article's: in its place, or a sentence; no link."""
    is_beside = block.element.parent is before.element.parent and block.tag == before.tag
    is_text = block.chief or block.text.endswith(SENTENCE_ENDS)
    return is_beside and is_text and block.link_density < 0.3


def _drop_link_lists(kept: list[Block]) -> None:
    """Drop lists of which more than half is links: other articles, inside the text or after it."""
    lists: dict[Element, list[Block]] = {}
    for block in kept:
        place = next((e for e in block.element.ancestors() if e.tag in {"ul", "ol"}), None)
        if place is not None:
            lists.setdefault(place, []).append(block)
    for items in lists.values():
        if sum(b.link_density * b.size for b in items) > _LINK_LIST * sum(b.size for b in items):
            for block in items:
                block.dropped = "list of links"
    kept[:] = [block for block in kept if not block.dropped]


def _drop_tail(kept: list[Block]) -> None:
    """Drop what the outlet says of itself and its people after the last paragraph."""
    while len(kept) > _LEAST_BLOCKS and boilerplate.is_sign_off(kept[-1].text):
        kept.pop().dropped = "about the author or the outlet"


def _drop_empty_headings(blocks: list[Block], kept: list[Block]) -> None:
    """Drop headings under which nothing stands but what was dropped."""
    following: Block | None = None
    for block in reversed(list(kept)):
        if block.tag in _SUBHEADINGS and _is_empty(block, following, blocks):
            block.dropped = "heading over nothing"
            kept.remove(block)
        else:
            following = block


def _is_empty(heading: Block, following: Block | None, blocks: list[Block]) -> bool:
    if following is None:
        return True
    below = blocks[heading.order + 1]
    is_over = following.tag in _SUBHEADINGS and following.tag <= heading.tag
    return below.dropped in _LINKED or (is_over and below.dropped is not None)


def _drop_repeats(kept: list[Block], captions: list[str]) -> None:
    """Drop what stands in the body twice, and captions that stand in a paragraph as well."""
    seen = set(captions)
    for block in list(kept):
        if block.text in seen:
            block.dropped = "repeated"
            kept.remove(block)
        elif len(block.text) > 60:
            seen.add(block.text)
