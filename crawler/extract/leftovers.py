"""Rules for the text that is left: blocks that only the rest of the text shows to be none of it.

e.g. a heading is dropped when everything below it was.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from crawler import text
from crawler.extract import wording
from crawler.extract.blocks import HEADINGS, Block, Element
from crawler.extract.objections import LEADS_ELSEWHERE, ONLY_LINKS
from crawler.extract.selection import Selection

_LIST_LINKED = 0.5  # share of linked text in a list that leads elsewhere
_SHORTEST_REPEATED = 60  # characters: a shorter line may be in an article twice, e.g. "Why?"
_BYLINE = 100  # characters: a line with a name that is longer is no byline
_LEAST_BLOCKS = 3  # that are left before a sign-off
_WHOLE_SHARE = 0.3  # of the other text, in a block that may repeat it
_SAID_AGAIN = 0.7  # of its sentences are in other blocks
_SUBHEADINGS = HEADINGS - {"h1"}
_LISTS = frozenset({"ul", "ol"})
_LINK_LIST = "list of links"
_LINKED = frozenset({_LINK_LIST, ONLY_LINKS, LEADS_ELSEWHERE})


class Leftover(NamedTuple):
    """A rule that drops blocks of the text that is left, with markup that it drops.

    It is given the captions of the article too.
    """

    reasons: Callable[[Selection, Collection[str]], dict[Block, str]]
    example: str


def drop_leftovers(selection: Selection, captions: Collection[str]) -> Selection:
    """Return the selection without leftovers, by each rule in turn."""
    for rule in LEFTOVERS:
        reasons = rule.reasons(selection, captions)
        selection = selection.without(reasons)
    return selection


def _link_lists(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop lists of which more than half is links: other articles, inside the text or after it."""
    dropped: dict[Block, str] = {}
    for items in _lists(selection.kept):
        if _leads_elsewhere(items):
            dropped |= dict.fromkeys(items, _LINK_LIST)
    return dropped


def _lists(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """Return the blocks of each list, by its innermost <ul> or <ol>."""
    lists: dict[Element, list[Block]] = {}
    for block in blocks:
        for element in block.element.ancestors():
            if element.tag in _LISTS:
                lists.setdefault(element, []).append(block)
                break
    return lists.values()


def _leads_elsewhere(items: Sequence[Block]) -> bool:
    linked = sum(item.link_density * item.size for item in items)
    return linked > _LIST_LINKED * sum(item.size for item in items)


def _sign_offs(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop what the outlet says about itself and its people after the last paragraph."""
    dropped: dict[Block, str] = {}
    for block in reversed(selection.kept[_LEAST_BLOCKS:]):
        # Only at the end: inside the text such a sentence is news.
        if not wording.is_sign_off(block.text) and not _is_of_signer(block, selection):
            break
        dropped[block] = "about the author or the outlet"
    return dropped


def _is_of_signer(block: Block, selection: Selection) -> bool:
    """Whether a paragraph describes a person whom the page names outside of its text."""
    name = wording.person_described(block.text)
    if name is None:
        return False
    return any(name in line.text and len(line.text) < _BYLINE for line in selection.dropped)


def _empty_headings(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop headings with nothing below them but blocks that were dropped."""
    empty: dict[Block, str] = {}
    following: Block | None = None
    # From the end, since a heading over nothing but empty headings is empty too.
    for block in reversed(selection.kept):
        if block.tag not in _SUBHEADINGS:
            following = block
            continue
        reason = _reason_below(block, selection, empty)
        if _is_empty(block, following, reason):
            empty[block] = "heading over nothing"
        else:
            following = block
    return empty


def _reason_below(
    heading: Block,
    selection: Selection,
    empty: Mapping[Block, str],
) -> str | None:
    """Return why the block right below a heading was dropped; None where it is text, or nothing."""
    for below in selection.blocks[heading.order + 1 : heading.order + 2]:
        return empty.get(below) or selection.dropped.get(below)
    return None


def _is_empty(heading: Block, following: Block | None, reason: str | None) -> bool:
    """Whether the text goes on without anything below a heading.

    `following` is the next block of the text, `reason` that of the block right below, if dropped.
    """
    if following is None or reason in _LINKED:
        return True
    # e.g. <h2>Comments</h2> <p>(dropped)</p> <h2>The next part</h2>
    is_over = following.tag in _SUBHEADINGS and following.tag <= heading.tag
    return is_over and reason is not None


def _repeats(selection: Selection, captions: Collection[str]) -> dict[Block, str]:
    """Drop text that is in the body twice, or is a caption too."""
    seen = set(captions)
    dropped: dict[Block, str] = {}
    for block in selection.kept:
        if block.text in seen:
            dropped[block] = "repeated"
        elif len(block.text) > _SHORTEST_REPEATED:
            seen.add(block.text)
    return dropped


def _whole_again(selection: Selection, _: Collection[str]) -> dict[Block, str]:
    """Drop a block that says the text once more, as one paragraph for a widget or a search engine.

    Only the largest block is looked at: it is as large as the paragraphs that it repeats.
    """
    if len(selection.kept) < _LEAST_BLOCKS:
        return {}
    largest = max(selection.kept, key=lambda block: block.size)
    others = [block for block in selection.kept if block is not largest]
    if largest.size < _WHOLE_SHARE * sum(block.size for block in others):
        return {}
    said = {line for block in others for line in text.sentences(block.text)}
    sentences = text.sentences(largest.text)
    again = sum(len(line) for line in sentences if line in said)
    if again < _SAID_AGAIN * sum(map(len, sentences)):
        return {}
    return {largest: "the text once more"}


_TWICE = "The masons come from the mainland, with their own boats and their own stone."
_PARTS = (
    "The quarry closed when its last boat was sold, and nobody has cut stone there since then.",
    "The council found nine tonnes of it in the yard of a church, and bought them for the wall.",
    "The priest was asked what he would do without his stone, and said that he would look at the "
    "sea instead.",
)
LEFTOVERS = (
    Leftover(
        _link_lists,
        '<ul><li><h3><a href="/c">Storm of the century</a> in pictures</h3></li>'
        '<li><h3><a href="/d">The boats of the harbour</a>, painted</h3></li></ul>',
    ),
    Leftover(
        _sign_offs,
        "<p>Ida Holm is a reporter for the Harbour Post.</p>",
    ),
    Leftover(
        _empty_headings,
        '<h3>In pictures</h3><p><a href="/c">The boats of the harbour, newly painted</a></p>',
    ),
    Leftover(
        _whole_again,
        f"<div>{' '.join(_PARTS)}</div><p>{'</p><p>'.join(_PARTS)}</p>",
    ),
    Leftover(
        _repeats,
        f"<p>{_TWICE}</p><p>{_TWICE}</p>",
    ),
)
