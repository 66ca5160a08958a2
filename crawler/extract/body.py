"""The body and only the body: which element holds it, and which of its blocks belong.

The headroom is in choosing the container (measured: the best of eight extractors per page reaches
0.987 F1, line filters alone add 0.02). So every element is weighed by how much of the page's
paragraphs it holds and how little else.
"""

from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler import text
from crawler.extract import boilerplate
from crawler.extract.blocks import HEADINGS, Block, Element, read_blocks
from storage.model import Selectors

_SENTENCE_ENDS = tuple(".!?…:;\"”»’')]؟。！？»")
_NAMED_FURNITURE_SHARE = 0.35  # an element named like furniture holds the article above this share
_ALL_FURNITURE_SHARE = 0.6  # … or all elements of its name together above this one
_COMMENT_SHARE = 0.8
_CAPTION_SHARE = 0.2
_LONGEST_HEADLINE = 250  # characters
_SUBHEADINGS = HEADINGS - {"h1"}
_NOT_PROSE = HEADINGS | {"figcaption", "figure", "th"}
_BODY_NAME_BONUS, _ARTICLE_BONUS = 1.12, 1.05


@dataclass(slots=True)
class Body:
    """What was found of an article's text."""

    paragraphs: list[str]
    captions: list[str]
    standfirst: str | None = None
    credit: str | None = None


def find_body(tree: LexborHTMLParser, headlines: set[str], selectors: Selectors) -> Body:
    """Find the body on a page whose headline may be written in these ways (folded)."""
    root = tree.body or tree.root
    if root is None:
        return Body([], [])
    root = _narrowed(tree, root, selectors)
    blocks, elements = read_blocks(root)
    _settle_captions(blocks, elements)
    _weigh(blocks, elements)
    _settle_furniture(blocks, elements)
    container = elements[0] if selectors.body else _choose(elements)
    return _select(blocks, container, headlines)


def _narrowed(tree: LexborHTMLParser, root: LexborNode, selectors: Selectors) -> LexborNode:
    """Apply an operator's selectors; one that is invalid or finds nothing changes nothing."""
    try:
        if selectors.remove:
            for node in tree.css(selectors.remove):
                node.decompose()
        found = tree.css_first(selectors.body) if selectors.body else None
    except SelectolaxError:
        return root
    return root if found is None else found


def _settle_captions(blocks: list[Block], elements: list[Element]) -> None:
    """Believe the names of captions only where little of the page's text stands below."""
    _weigh(blocks, elements)
    for element in elements:
        if element.caption and element.total > max(_CAPTION_SHARE * elements[0].total, 1000):
            element.caption = False
    for element in elements:  # parents come first: inherited downwards
        if element.parent is not None and element.parent.caption:
            element.caption = True


def _weigh(blocks: list[Block], elements: list[Element]) -> None:
    """Count paragraphs and other text below each element."""
    for element in elements:
        element.mass = element.total = 0.0
        element.paragraphs = 0
    for block in blocks:
        block.good = _is_paragraph(block)
        size = float(len(block.text))
        for element in block.element.ancestors():
            element.total += size
            if block.good:
                element.mass += size
                element.paragraphs += 1


def _is_paragraph(block: Block) -> bool:
    size = len(block.text)
    if block.tag in _NOT_PROSE:
        return False
    if size < 25 or block.link_density > 0.45 or block.element.caption:
        return False
    if boilerplate.is_pointer(block.text) or boilerplate.is_notice(block.text):
        return False
    if block.tag == "li":
        return size > 60 and block.link_density < 0.25
    return size > 80 or block.text.endswith(_SENTENCE_ENDS)


def _settle_furniture(blocks: list[Block], elements: list[Element]) -> None:
    """Believe a name of furniture only where little of the page's paragraphs stands below it.

    Counted over all elements of the name: a paywall's class may stand on each paragraph.
    """
    whole = max(elements[0].mass, 1.0)
    masses: Counter[str | None] = Counter()
    for element in elements:
        around = element.parent.furniture_word if element.parent is not None else None
        if element.furniture and element.furniture_word != around:
            masses[element.furniture_word] += round(element.mass)
    disbelieved = {
        element.furniture_word
        for element in elements
        if element.furniture and _holds_the_article(element, masses, whole)
    }
    for element in elements:
        if element.furniture_word in disbelieved:
            element.furniture = False
    for element in elements:  # parents come first: furniture is inherited downwards
        if element.parent is not None and element.parent.furniture:
            element.furniture = True
    _weigh([block for block in blocks if not block.element.furniture], elements)


def _holds_the_article(element: Element, masses: Counter[str | None], whole: float) -> bool:
    word = element.furniture_word
    limit = _COMMENT_SHARE if word and "comment" in word else _NAMED_FURNITURE_SHARE
    return element.mass > limit * whole or masses[word] > _ALL_FURNITURE_SHARE * whole


def _choose(elements: list[Element]) -> Element:
    """Return the element that holds most of the paragraphs and least of anything else."""
    whole = max(elements[0].mass, 1.0)
    best, best_score = elements[0], 0.0
    for element in elements:
        if element.furniture or element.mass < 0.2 * whole:
            continue
        recall, purity = element.mass / whole, element.mass / max(element.total, 1.0)
        score = 2 * recall * purity / (recall + purity)
        if element.body:
            score *= _BODY_NAME_BONUS
        elif element.tag == "article":
            score *= _ARTICLE_BONUS
        if score >= best_score:
            best, best_score = element, score
    return best


def _select(blocks: list[Block], container: Element, headlines: set[str]) -> Body:
    """Sort a container's blocks into body, captions, standfirst and credit."""
    body = Body([], [])
    inside = [b for b in blocks if container in b.element.ancestors() and not b.element.furniture]
    kept = _trim([b for b in inside if _belongs(b, headlines)])
    body.captions = _captions(blocks, kept)
    body.standfirst = _take_standfirst(kept) or _standfirst_above(blocks, kept)
    _drop_empty_headings(kept)
    for block in kept:
        if boilerplate.is_credit(block.text):
            body.credit = body.credit or block.text
    body.paragraphs = _without_repeats([b.text for b in kept], set(body.captions))
    return body


def _captions(blocks: list[Block], kept: list[Block]) -> list[str]:
    """Return the captions between the headline and the last paragraph, the lead picture's too."""
    if not kept:
        return []
    headline = max(
        (b.order for b in blocks if b.tag == "h1" and b.order < kept[0].order), default=0
    )
    found = [
        b.text
        for b in blocks
        if headline <= b.order <= kept[-1].order + 1
        and b.element.caption
        and not b.element.furniture
    ]
    return [t for t in dict.fromkeys(found) if len(t) > 2]


def _belongs(block: Block, headlines: set[str]) -> bool:
    if block.element.caption:
        return False
    if boilerplate.is_pointer(block.text) and (block.link_density > 0.3 or len(block.text) < 90):
        return False
    if boilerplate.is_notice(block.text) and not block.good:
        return False
    if text.fold(block.text) in headlines:
        return False
    if block.tag == "h1":
        return len(block.text) < _LONGEST_HEADLINE  # of another article: `_trim` ends there
    if block.link_density > 0.8 and (len(block.text) > 20 or block.tag == "li"):
        return False
    return not boilerplate.is_byline(block.text)


def _trim(blocks: list[Block]) -> list[Block]:
    """Cut what stands before the first paragraph and after the last: kickers, tags, teasers."""
    good = [place for place, block in enumerate(blocks) if block.good]
    if not good:
        return blocks if sum(len(b.text) for b in blocks) > 200 else []
    first, last = good[0], good[-1]
    next_article = next(
        (n for n, b in enumerate(blocks) if n > first + 2 and _begins_another(b, blocks[first])),
        None,
    )
    if next_article is not None:  # pages that scroll on without end have more articles below
        last = max(place for place in good if place < next_article)
    while first > 0 and boilerplate.is_standfirst(blocks[first - 1].element.names):
        first -= 1
    while last + 1 < len(blocks) and _continues(blocks[last + 1], blocks[last]):
        last += 1
    return blocks[first : last + 1]


def _begins_another(block: Block, first: Block) -> bool:
    """Whether a heading stands over another article, and not over a part of this one."""
    if block.tag != "h1" or block.element.parent is None:
        return False
    return block.element.parent not in first.element.ancestors()


def _continues(block: Block, before: Block) -> bool:
    """Whether a short last line is still the article: same element, a sentence, no link."""
    same_place = block.element.parent is before.element.parent and block.tag == before.tag
    return same_place and block.link_density < 0.3 and block.text.endswith(_SENTENCE_ENDS)


def _take_standfirst(blocks: list[Block]) -> str | None:
    """Take the leading blocks that are named as standfirst out of the body."""
    taken: list[str] = []
    while len(blocks) > 2 and _is_standfirst(blocks[0]):
        taken.append(blocks.pop(0).text)
    return " ".join(taken) or None


def _standfirst_above(blocks: list[Block], kept: list[Block]) -> str | None:
    """Find the standfirst between the headline and the body, outside the body's element."""
    if not kept:
        return None
    above = [b for b in blocks if b.order < kept[0].order]
    headline = next((n for n, b in enumerate(above) if b.tag == "h1"), None)
    for block in above[headline + 1 :] if headline is not None else ():
        plain = not (block.element.furniture or block.element.caption or block.link_density > 0.3)
        if plain and len(block.text) > 20 and _is_standfirst(block):
            return block.text
    return None


def _is_standfirst(block: Block) -> bool:
    named = any(
        boilerplate.is_standfirst(e.names) and e.paragraphs <= 3
        for e in block.element.ancestors()
        if e.names
    )
    return len(block.text) < 600 and (named or block.tag == "h2")


def _drop_empty_headings(blocks: list[Block]) -> None:
    """Drop headings under which nothing stands."""
    while blocks and blocks[-1].tag in _SUBHEADINGS:
        blocks.pop()


def _without_repeats(paragraphs: list[str], captions: set[str]) -> list[str]:
    seen: set[str] = set()
    kept: list[str] = []
    for paragraph in paragraphs:
        if paragraph in captions or (len(paragraph) > 60 and paragraph in seen):
            continue
        seen.add(paragraph)
        kept.append(paragraph)
    return kept
