"""Which blocks of the article's element belong to it: each that is dropped has its reason.

Two tables of rules, applied in order: OBJECTIONS look at one block, LEFTOVERS at the text that is
left. The reasons are shown by `drawdown extract --explain`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler import text
from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element
from crawler.extract.container import SENTENCE_ENDS, Roles

# Lengths in characters, shares of linked text; tuned on the labelled pages of
# tests/extract/test_quality.py.
_LONGEST_HEADLINE = 250
_LONGEST_BYLINE = 100
_LONGEST_POINTER = 90
_LONGEST_LINK_LABEL = 20  # e.g. a linked name: a longer link alone is a headline
_POINTER_LINKED = 0.3
_ITEM_LINKED = 0.5
_CONTINUED_LINKED = 0.3
_ONLY_LINKS = 0.8
_LIST_LINKED = 0.5  # of a list that leads elsewhere
_SHORTEST_TEXT = 200  # of a body without one paragraph
_SHORTEST_REPEATED = 60  # a shorter line may be in an article twice, e.g. "Why?"
_LEAST_BLOCKS = 3  # that are left before a sign-off
_LEAST_OPENING = 2  # blocks between the first paragraph and the headline of another article
_BOXES = frozenset({"div", "section", "article", "span", "main", "header", "td", "th"})
_LINES = HEADINGS | {"li", "dd", "dt", "blockquote"}
_SUBHEADINGS = HEADINGS - {"h1"}
_LISTS = frozenset({"ul", "ol"})

OUTSIDE = "outside the article's element"
_TOO_SHORT = "too little text for an article"
_ENDS = "before the first paragraph or after the last"
_LINK_LIST = "list of links"
_ONLY_LINKED = "only links"
_POINTER = "leads elsewhere"
_LINKED = frozenset({_LINK_LIST, _ONLY_LINKED, _POINTER})


@dataclass(frozen=True, slots=True)
class Page:
    """What the rules know of a page besides the block."""

    roles: Roles
    headlines: frozenset[str]  # the ways the headline may be written, folded
    repeated: Mapping[int, int]  # orders of blocks -> earlier articles of the outlet with them


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
        return Selection(self.blocks, kept, {**self.dropped, **reasons})


class Objection(NamedTuple):
    """A rule that drops single blocks, with markup that it drops from an article."""

    reason: Callable[[Block, Page], str | None]
    example: str


class Leftover(NamedTuple):
    """A rule that drops blocks of the text that is left, with markup that it drops."""

    reasons: Callable[[Selection, Collection[str]], dict[Block, str]]
    example: str


def select(blocks: Sequence[Block], container: Element, page: Page) -> Selection:
    """Return the text inside the article's element."""
    kept: list[Block] = []
    dropped: dict[Block, str] = {}
    for block in blocks:
        reason = objection(block, page) if container.holds(block.element) else OUTSIDE
        if reason is None:
            kept.append(block)
        else:
            dropped[block] = reason
    selection = Selection(blocks, kept, dropped)
    return selection.without(_around_the_text(kept, page.roles))


def drop_leftovers(selection: Selection, captions: Collection[str]) -> Selection:
    """Drop what only shows once the rest is known: lists of links, sign-offs, empty headings."""
    for rule in LEFTOVERS:
        selection = selection.without(rule.reasons(selection, captions))
    return selection


def objection(block: Block, page: Page) -> str | None:
    """Return the reason that a block is not of the article, by the first rule that has one."""
    is_paragraph = block in page.roles.paragraphs
    for rule in OBJECTIONS if is_paragraph else _EVERY_OBJECTION:
        reason = rule.reason(block, page)
        if reason is not None:
            return reason
    return None


def _shown_before(block: Block, page: Page) -> str | None:
    pages = page.repeated.get(block.order)
    return f"stands on {pages} earlier articles" if pages else None


def _boilerplate(block: Block, page: Page) -> str | None:
    word = page.roles.believed.boilerplate.get(block.element)
    return None if word is None else f"furniture: {word}"


def _caption(block: Block, page: Page) -> str | None:
    return "caption" if block.element in page.roles.believed.captions else None


def _embed(block: Block, page: Page) -> str | None:
    outermost = page.roles.believed.embeds.get(block.element)
    return None if outermost is None else outermost.kind.embed


def _headline(block: Block, page: Page) -> str | None:
    if len(block.text) < _LONGEST_HEADLINE and text.fold(block.text) in page.headlines:
        return "headline"
    return None


def _byline(block: Block, _: Page) -> str | None:
    if len(block.text) < _LONGEST_BYLINE and wording.is_byline(block.text):
        return "byline or date"
    return None


def _worded_caption(block: Block, _: Page) -> str | None:
    return "caption by its wording" if wording.is_caption(block.text) else None


OBJECTIONS = (
    # Learned from earlier articles of the outlet: no markup alone shows it.
    Objection(_shown_before, ""),
    Objection(_boilerplate, '<div class="related-stories"><p>The lighthouse is painted.</p></div>'),
    Objection(_caption, "<figure><figcaption>The wall at low tide.</figcaption></figure>"),
    Objection(_embed, "<table><tr><th>Year</th><td>1961</td></tr></table>"),
    Objection(_headline, "<p>Sea wall to be mended</p>"),
    Objection(_byline, "<p>By Ida Holm</p>"),
    Objection(_worded_caption, "<p>Photo: Ana Sol / Harbour Post</p>"),
)


def _pointer(block: Block, _: Page) -> str | None:
    is_short = len(block.text) < _LONGEST_POINTER
    if wording.is_pointer(block.text) and (is_short or block.link_density > _POINTER_LINKED):
        return _POINTER
    return None


def _notice(block: Block, _: Page) -> str | None:
    return "notice" if wording.is_notice(block.text) else None


def _long_heading(block: Block, _: Page) -> str | None:
    # A shorter <h1> begins another article, or is none: `_around_the_text` decides.
    if block.tag == "h1" and len(block.text) >= _LONGEST_HEADLINE:
        return "headline of another article"
    return None


def _only_links(block: Block, _: Page) -> str | None:
    if block.tag == "h1" or block.link_density <= _ONLY_LINKS:
        return None
    if block.tag == "li" or len(block.text) > _LONGEST_LINK_LABEL:
        return _ONLY_LINKED
    return None


def _label(block: Block, _: Page) -> str | None:
    return "label" if block.tag != "h1" and wording.is_label(block.text) else None


def _stray(block: Block, page: Page) -> str | None:
    """Drop a short line in a place without paragraphs: a button, a credit.

    Measured: a twentieth of such lines were the article's.
    """
    around = block.element.parent
    if block in page.roles.main or (around is not None and around.tag in _LINES):
        return None
    is_linked_item = block.tag == "li" and block.link_density > _ITEM_LINKED
    if block.tag == "p" or block.tag in _BOXES or is_linked_item:
        return "stray line"
    return None


# Of blocks that are no paragraphs.
OBJECTIONS_TO_LINES = (
    Objection(_pointer, '<p><a href="/b">READ MORE: What the wall cost in 1961</a></p>'),
    Objection(_notice, "<div>Copyright 2026 Harbour Post</div>"),
    Objection(_long_heading, f"<h1>{'The boats of the harbour are painted ' * 8}</h1>"),
    Objection(_only_links, '<ul><li><a href="/d">The boats of the harbour</a></li></ul>'),
    Objection(_label, "<div>Anzeige</div>"),
    Objection(_stray, "<div>Save</div>"),
)
_EVERY_OBJECTION = OBJECTIONS + OBJECTIONS_TO_LINES


def _around_the_text(blocks: Sequence[Block], roles: Roles) -> dict[Block, str]:
    """Drop what is before the first paragraph and after the last: kickers, tags, teasers."""
    places = [place for place, block in enumerate(blocks) if block in roles.paragraphs]
    if not places:
        is_text = sum(len(block.text) for block in blocks) > _SHORTEST_TEXT
        return {} if is_text else dict.fromkeys(blocks, _TOO_SHORT)
    first, last = places[0], _last_place(blocks, places)
    while first > 0 and blocks[first - 1].element.kind.standfirst:
        first -= 1
    while last + 1 < len(blocks) and _continues(blocks[last + 1], blocks[last], roles):
        last += 1
    return dict.fromkeys((*blocks[:first], *blocks[last + 1 :]), _ENDS)


def _last_place(blocks: Sequence[Block], places: Sequence[int]) -> int:
    """Return where the last paragraph is: on a page that scrolls on, before the next article."""
    first = places[0]
    opening = blocks[first]
    for place, block in enumerate(blocks[first + 1 + _LEAST_OPENING :], first + 1 + _LEAST_OPENING):
        if _begins_another(block, opening):
            return max(earlier for earlier in places if earlier < place)
    return places[-1]


def _begins_another(block: Block, first: Block) -> bool:
    """Whether a heading is over another article, and not over a part of this one."""
    around = block.element.parent
    return block.tag == "h1" and around is not None and not around.holds(first.element)


def _continues(block: Block, before: Block, roles: Roles) -> bool:
    """Whether a short last line is still the article's: in its place, or a sentence; no link."""
    is_beside = block.element.parent is before.element.parent and block.tag == before.tag
    is_text = block in roles.main or block.text.endswith(SENTENCE_ENDS)
    return is_beside and is_text and block.link_density < _CONTINUED_LINKED


def _link_lists(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop lists of which more than half is links: other articles, inside the text or after it."""
    lists: dict[Element, list[Block]] = {}
    for block in selection.kept:
        around = next((e for e in block.element.ancestors() if e.tag in _LISTS), None)
        if around is not None:
            lists.setdefault(around, []).append(block)
    return {
        block: _LINK_LIST for items in lists.values() if _leads_elsewhere(items) for block in items
    }


def _leads_elsewhere(items: Sequence[Block]) -> bool:
    linked = sum(item.link_density * item.size for item in items)
    return linked > _LIST_LINKED * sum(item.size for item in items)


def _sign_offs(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop what the outlet says about itself and its people after the last paragraph."""
    last: dict[Block, str] = {}
    for block in reversed(selection.kept[_LEAST_BLOCKS:]):
        if not wording.is_sign_off(block.text):
            break
        last[block] = "about the author or the outlet"
    return last


def _empty_headings(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop headings with nothing below them but blocks that were dropped."""
    empty: dict[Block, str] = {}
    following: Block | None = None
    # From the end, since a heading over nothing but empty headings is empty too.
    for block in reversed(selection.kept):
        is_heading = block.tag in _SUBHEADINGS
        if is_heading and _is_empty(block, following, selection.without(empty)):
            empty[block] = "heading over nothing"
        else:
            following = block
    return empty


def _is_empty(heading: Block, following: Block | None, selection: Selection) -> bool:
    """Whether the text goes on without anything below a heading."""
    if following is None:
        return True
    below = selection.dropped.get(selection.blocks[heading.order + 1])
    is_over = following.tag in _SUBHEADINGS and following.tag <= heading.tag
    return below in _LINKED or (is_over and below is not None)


def _repeats(selection: Selection, captions: Collection[str]) -> dict[Block, str]:
    """Drop text that is in the body twice, or is a caption too."""
    seen = set(captions)
    repeated: dict[Block, str] = {}
    for block in selection.kept:
        if block.text in seen:
            repeated[block] = "repeated"
        elif len(block.text) > _SHORTEST_REPEATED:
            seen.add(block.text)
    return repeated


_TWICE = "The masons come from the mainland, with their own boats and their own stone."
LEFTOVERS = (
    Leftover(
        _link_lists,
        '<ul><li><h3><a href="/c">Storm of the century</a> in pictures</h3></li>'
        '<li><h3><a href="/d">The boats of the harbour</a>, painted</h3></li></ul>',
    ),
    Leftover(_sign_offs, "<p>Ida Holm is a reporter for the Harbour Post.</p>"),
    Leftover(
        _empty_headings,
        '<h3>In pictures</h3><p><a href="/c">The boats of the harbour, newly painted</a></p>',
    ),
    Leftover(_repeats, f"<p>{_TWICE}</p><p>{_TWICE}</p>"),
)
