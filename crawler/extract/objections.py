"""Rules that say of one block that it is not of the article, in the order in which they are asked.

The reasons are shown by `drawdown extract --explain`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crawler import text
from crawler.extract import notices, pointers, wording
from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.roles import Roles

# Characters and shares of linked text, tuned on the labelled pages of
# tests/extract/test_quality.py.
_LONGEST_HEADLINE = 250
_LONGEST_BYLINE = 100
_LONGEST_POINTER = 90
_LONGEST_LINK_LABEL = 20  # e.g. a linked name: a longer link alone is a headline
_POINTER_LINKED = 0.3
_ITEM_LINKED = 0.5
_ONLY_LINKS = 0.8
_BOXES = frozenset({"div", "section", "article", "span", "main", "header", "td", "th"})
_LINES = HEADINGS | {"li", "dd", "dt", "blockquote"}

ONLY_LINKS = "only links"
LEADS_ELSEWHERE = "leads elsewhere"


@dataclass(frozen=True, slots=True)
class Page:
    """The facts about a page that the rules need besides the block."""

    roles: Roles
    headlines: frozenset[str]  # the ways the headline may be written, folded
    repeated: Mapping[int, int]  # orders of blocks -> earlier articles of the outlet with them


class Objection(NamedTuple):
    """A rule that returns a reason to drop a block, with markup that it drops from an article."""

    reason: Callable[[Block, Page], str | None]
    example: str


def objection(block: Block, page: Page) -> str | None:
    """Return the reason that a block is not of the article, by the first rule that has one."""
    is_paragraph = block in page.roles.paragraphs
    rules = OBJECTIONS if is_paragraph else _EVERY_OBJECTION
    for rule in rules:
        reason = rule.reason(block, page)
        if reason is not None:
            return reason
    return None


def _shown_before(block: Block, page: Page) -> str | None:
    """Object to a block that earlier articles of the outlet show in the same place."""
    pages = page.repeated.get(block.order)
    if pages is None:
        return None
    return f"stands on {pages} earlier articles"


def _boilerplate(block: Block, page: Page) -> str | None:
    """Object to a block in an element that is named as no part of the article."""
    word = page.roles.believed.boilerplate.get(block.element)
    if word is None:
        return None
    return f"furniture: {word}"


def _another_article(block: Block, page: Page) -> str | None:
    """Object to a paragraph of another article on the page."""
    return page.roles.foreign.get(block)


def _caption(block: Block, page: Page) -> str | None:
    """Object to a block in an element that describes a picture."""
    if block.element in page.roles.believed.captions:
        return "caption"
    return None


def _embed(block: Block, page: Page) -> str | None:
    """Object to a block in a table or a quoted post: it is kept as an embed."""
    outermost = page.roles.believed.embeds.get(block.element)
    if outermost is None:
        return None
    return outermost.kind.embed


def _headline(block: Block, page: Page) -> str | None:
    """Object to the headline, which has a field of its own."""
    if len(block.text) >= _LONGEST_HEADLINE:
        return None
    if text.fold(block.text) in page.headlines:
        return "headline"
    return None


def _byline(block: Block, _: Page) -> str | None:
    """Object to the line of author and date, which have fields of their own."""
    # e.g. <h2>From Moscow to Tartus</h2>: a byline set as a heading is above the text anyway.
    if len(block.text) >= _LONGEST_BYLINE or block.tag in HEADINGS:
        return None
    if wording.is_byline(block.text):
        return "byline or date"
    return None


def _worded_caption(block: Block, _: Page) -> str | None:
    """Object to a caption that no element is named for."""
    if wording.is_caption(block.text):
        return "caption by its wording"
    return None


OBJECTIONS = (
    # Learned from earlier articles of the outlet: no markup alone shows it.
    Objection(
        _shown_before,
        "",
    ),
    Objection(
        _boilerplate,
        '<div class="related-stories"><p>The lighthouse is painted.</p></div>',
    ),
    # Only a whole page shows it.
    Objection(
        _another_article,
        "",
    ),
    Objection(
        _caption,
        "<figure><figcaption>The wall at low tide.</figcaption></figure>",
    ),
    Objection(
        _embed,
        "<table><tr><th>Year</th><td>1961</td></tr></table>",
    ),
    Objection(
        _headline,
        "<p>Sea wall to be mended</p>",
    ),
    Objection(
        _byline,
        "<p>By Ida Holm</p>",
    ),
    Objection(
        _worded_caption,
        "<p>Photo: Ana Sol / Harbour Post</p>",
    ),
)


def _pointer(block: Block, _: Page) -> str | None:
    """Object to a line that leads to another article."""
    if not pointers.is_pointer(block.text):
        return None
    # A longer line without links may be a sentence, e.g. "See the sea: it takes the wall …"
    is_short = len(block.text) < _LONGEST_POINTER
    if is_short or block.link_density > _POINTER_LINKED:
        return LEADS_ELSEWHERE
    return None


def _notice(block: Block, _: Page) -> str | None:
    """Object to a line about the outlet."""
    if notices.is_notice(block.text):
        return "notice"
    return None


def _long_heading(block: Block, _: Page) -> str | None:
    """Object to an <h1> that is too long for a headline.

    A shorter one may begin another article: that is decided once the text is known.
    """
    if block.tag == "h1" and len(block.text) >= _LONGEST_HEADLINE:
        return "headline of another article"
    return None


def _only_links(block: Block, _: Page) -> str | None:
    """Object to a line that is all link: the headline of another article, or a menu."""
    if block.tag == "h1" or block.link_density <= _ONLY_LINKS:
        return None
    if block.tag == "li" or len(block.text) > _LONGEST_LINK_LABEL:
        return ONLY_LINKS
    return None


def _label(block: Block, _: Page) -> str | None:
    """Object to a line that is only a label or a divider."""
    if block.tag != "h1" and wording.is_label(block.text):
        return "label"
    return None


def _stray(block: Block, page: Page) -> str | None:
    """Object to a short line in a place without paragraphs: a button, a credit.

    Measured: a twentieth of such lines were the article's.
    """
    if block in page.roles.main:
        return None
    around = block.element.parent
    if around is not None and around.tag in _LINES:
        return None
    if block.tag == "li":
        is_stray = block.link_density > _ITEM_LINKED
    else:
        is_stray = block.tag == "p" or block.tag in _BOXES
    return "stray line" if is_stray else None


# Asked of blocks that are no paragraphs.
OBJECTIONS_TO_LINES = (
    Objection(
        _pointer,
        '<p><a href="/b">READ MORE: What the wall cost in 1961</a></p>',
    ),
    Objection(
        _notice,
        "<div>Copyright 2026 Harbour Post</div>",
    ),
    Objection(
        _long_heading,
        f"<h1>{'The boats of the harbour are painted ' * 8}</h1>",
    ),
    Objection(
        _only_links,
        '<ul><li><a href="/d">The boats of the harbour</a></li></ul>',
    ),
    Objection(
        _label,
        "<div>Anzeige</div>",
    ),
    Objection(
        _stray,
        "<div>Save</div>",
    ),
)
_EVERY_OBJECTION = OBJECTIONS + OBJECTIONS_TO_LINES
