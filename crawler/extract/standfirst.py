"""The standfirst: the paragraph under the headline, apart from the body."""

from collections.abc import Iterable, Sequence
from itertools import dropwhile, islice

from crawler import text
from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.claims import Believed
from crawler.extract.document import Document

_DEPTH = 3  # elements, from inside out, whose names may claim it
_SHORTEST, _LONGEST = 21, 599  # characters
_MOST_LINKED = 0.3  # share of its text
_LEAST_BLOCKS = 3  # of a body with a standfirst
# A description that a script cut is not the outlet's standfirst.
_CUT = ("...", "…", "[&hellip;]")
_COMPARED = 60  # characters of a description that are compared with the body
_OPENING = 200  # characters after its length in which a description may begin in the body


def leading(kept: Sequence[Block]) -> Block | None:
    """Return the first block of the body, if it is named as a standfirst.

    One in the same element as the next paragraph is the article's first (measured: all of 21).
    """
    if len(kept) < _LEAST_BLOCKS:
        return None
    first, following = kept[0], kept[1]
    if first.tag in HEADINGS or first.element.parent is following.element.parent:
        return None
    if _is_standfirst(first, following):
        return first
    return None


def above(blocks: Sequence[Block], kept: Sequence[Block], believed: Believed) -> Block | None:
    """Return the standfirst between the headline and the body, outside the body's element."""
    if not kept:
        return None
    first = kept[0]
    for block in _below_headline(blocks[: first.order]):
        if _is_plain(block, believed) and _is_standfirst(block, first):
            return block
    return None


def described(document: Document, paragraphs: Iterable[str], headline: str) -> str | None:
    """Return the page's own description, unless it is the beginning of the body.

    e.g. <meta name="description" content="The sea has waited long enough.">
    """
    claim = document.meta("og:description", "description", "twitter:description")
    if not claim or claim == headline or claim.endswith(_CUT):
        return None
    opening = text.fold(" ".join(paragraphs)[: len(claim) + _OPENING])
    if text.fold(claim)[:_COMPARED] in opening:
        return None
    return claim


def _below_headline(blocks: Iterable[Block]) -> Iterable[Block]:
    """Return the blocks after the first <h1>; none where there is no <h1>."""
    from_headline = dropwhile(lambda block: block.tag != "h1", blocks)
    return islice(from_headline, 1, None)


def _is_plain(block: Block, believed: Believed) -> bool:
    """Whether a block may be text of the article, though it is outside the body's element."""
    element = block.element
    if element in believed.boilerplate:
        return False
    if element in believed.captions and element not in believed.nameless:
        return False
    return len(block.text) >= _SHORTEST and block.link_density <= _MOST_LINKED


def _is_standfirst(block: Block, following: Block) -> bool:
    """Whether a block is named so, by an element that does not hold the next paragraph too."""
    if len(block.text) > _LONGEST:
        return False
    if block.tag == "h2":
        return True
    for element in islice(block.element.ancestors(), _DEPTH):
        if element.kind.standfirst and not element.holds(following.element):
            return True
    return False
