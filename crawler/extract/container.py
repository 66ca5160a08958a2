"""Which element holds the article: the one with most of the page's paragraphs and least else.

The headroom is in this choice (measured: the best of eight extractors per page reaches 0.987 F1,
line filters alone add 0.02). It also settles which names of furniture, captions and inserts are
believed: only where little of the page's paragraphs stands below.
"""

from collections import Counter
from dataclasses import dataclass

from crawler import text
from crawler.extract import boilerplate
from crawler.extract.blocks import HEADINGS, Block, Element
from crawler.extract.site import place_of
from crawler.extract.vocabulary import BOXES, OVERLAYS

SENTENCE_ENDS = tuple(".!?…:;\"”»’')]؟。！？»।」")
_NAMED_FURNITURE_SHARE = 0.35  # an element named like furniture holds the article above this share
_ALL_FURNITURE_SHARE = 0.6  # … or all elements of its name together above this one
_BOX_SHARE = 0.2
_INSERT_SHARE = 0.2
_OVERLAY_SHARE = 0.95
_CAPTION_SHARE = 0.2  # of all text
_LEAST_CAPTIONS = 1000  # characters: below it they are believed whatever their share
_NOT_PROSE = HEADINGS | {"figcaption", "figure", "th"}
_BODY_NAME_BONUS, _ARTICLE_BONUS = 1.12, 1.05
_EXPECTED_BONUS = 1.25  # of the place in which the outlet's articles stand
_MINOR_KIND = 0.25  # of the mass of the page's chief kind of paragraph
_MINOR_WEIGHT = 0.5
_PLAIN_WEIGHT = 0.5  # of short text without links: lists and tables of the article, or labels
_FLOW_SHARE = 0.5  # of the page's paragraphs: an element with more is the text's own
_LEAST_SHARE = 0.2
_LINES = HEADINGS | {"p", "li", "blockquote"}


class Weights:
    """How much text stands below each element, by its order: paragraphs, and all."""

    def __init__(self, elements: list[Element]):
        self._parents = [e.parent.order if e.parent is not None else -1 for e in elements]
        self.mass = [0.0] * len(elements)
        self.total = [0.0] * len(elements)

    def sum_up(self) -> None:
        """Give each element what stands in those it holds."""
        mass, total, parents = self.mass, self.total, self._parents
        for order in range(len(parents) - 1, 0, -1):  # children come after their parents
            if total[order]:
                parent = parents[order]
                mass[parent] += mass[order]
                total[parent] += total[order]


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a page before its text is weighed."""

    headlines: frozenset[str] = frozenset()  # the ways the headline may be written, folded
    repeated: frozenset[int] = frozenset()  # orders of blocks that stand on other articles too
    place: str | None = None  # where the outlet's articles stand


def choose(blocks: list[Block], elements: list[Element], clues: Clues) -> Element:
    """Return the element that holds the article, after settling what is furniture and caption."""
    for block in blocks:
        block.good = block.order not in clues.repeated and _is_paragraph(block)
    everything = Weights(elements)
    for block in blocks:
        everything.total[block.element.order] += block.size
    everything.sum_up()
    _settle_captions(elements, everything.total)
    _settle_names(elements, _weigh(blocks, elements).mass)
    _settle_preamble(blocks, clues.headlines)
    return _best(elements, _weigh(blocks, elements), clues.place)


def _is_paragraph(block: Block) -> bool:
    size, tag = block.size, block.element.kind.tag
    if size < 25 or block.link_density > 0.45 or tag in _NOT_PROSE:
        return False
    if tag == "li":
        return size > 60 and block.link_density < 0.25 and not boilerplate.is_aside(block.text)
    if size > 80 or block.text.endswith(SENTENCE_ENDS):
        return not boilerplate.is_aside(block.text)
    return False


def _settle_captions(elements: list[Element], total: list[float]) -> None:
    limit = max(_CAPTION_SHARE * total[0], _LEAST_CAPTIONS)
    for element in elements:  # parents come first: inherited downwards
        if element.caption and total[element.order] > limit:
            element.caption = False
        elif element.parent is not None and element.parent.caption:
            element.caption = element.kind.tag != "blockquote"  # pull quotes are set as figures


def _weigh(blocks: list[Block], elements: list[Element]) -> Weights:
    """Count what is not believed to be furniture.

    Paragraphs of a minor kind weigh less: a page's few blurbs and notices differ in their elements
    from its article, and must not lift the choice to an element that holds both.
    """
    weights = Weights(elements)
    counted = [block for block in blocks if not block.element.left_out]
    kinds: Counter[tuple[str, str]] = Counter()
    for block in counted:
        if block.good and not block.element.caption:
            kinds[block.place] += block.size
    least = max(_MINOR_KIND * max(kinds.values(), default=0), 1)
    for block in counted:
        element, size = block.element, block.size
        block.chief = kinds[block.place] >= least
        plain = not block.good and block.link_density <= 0.3
        weights.total[element.order] += _PLAIN_WEIGHT * size if plain else size
        if block.good and not element.caption:
            weights.mass[element.order] += size if block.chief else _MINOR_WEIGHT * size
    weights.sum_up()
    return weights


def _settle_names(elements: list[Element], mass: list[float]) -> None:
    """Believe a name only where little of the page's paragraphs stands below it.

    Counted over all elements of the name: a paywall's class may stand on each paragraph.
    """
    whole = max(mass[0], 1.0)
    disbelieved = _disbelieved(elements, mass, whole)
    for element in elements:  # parents come first: what is believed is inherited downwards
        around = element.parent
        if element.furniture in disbelieved:
            element.furniture = None
        if element.insert and mass[element.order] > _INSERT_SHARE * whole:
            element.insert = None  # a table that lays the page out
        if around is None:
            continue
        if element.kind.tag in _LINES and mass[around.order] > _FLOW_SHARE * whole:
            element.furniture = None  # a line of the text itself, whatever a script calls it
        element.furniture = around.furniture or element.furniture
        element.insert = around.insert or element.insert
        element.left_out = element.furniture is not None


def _disbelieved(elements: list[Element], mass: list[float], whole: float) -> set[str | None]:
    """Return the names of furniture that too much of the page's paragraphs stands below."""
    below: Counter[str] = Counter()
    disbelieved: set[str | None] = set()
    for element in elements:
        word, held = element.furniture, mass[element.order]
        if word is None:
            continue
        if element.parent is None or word != element.parent.furniture:
            below[word] += round(held)
        if held > _share_allowed(word) * whole:
            disbelieved.add(word)
    most = _ALL_FURNITURE_SHARE * whole
    return disbelieved | {w for w, held in below.items() if held > most and w not in OVERLAYS}


def _share_allowed(word: str) -> float:
    if word in OVERLAYS:
        return _OVERLAY_SHARE
    return _BOX_SHARE if word in BOXES else _NAMED_FURNITURE_SHARE


def _settle_preamble(blocks: list[Block], headlines: frozenset[str]) -> None:
    """Disbelieve paragraphs above the headline, where most of them stand below it."""
    place = next((b.order for b in blocks if b.tag == "h1" and text.fold(b.text) in headlines), 0)
    above = [b for b in blocks[:place] if b.good and not b.element.left_out]
    below = [b for b in blocks[place:] if b.good and not b.element.left_out]
    if sum(b.size for b in above) < sum(b.size for b in below):
        for block in above:
            block.good = False


def _best(elements: list[Element], weights: Weights, expected: str | None) -> Element:
    whole = max(weights.mass[0], 1.0)
    best, best_score = elements[0], 0.0
    for element, mass, total in zip(elements, weights.mass, weights.total, strict=True):
        if element.left_out or mass < _LEAST_SHARE * whole:
            continue
        recall, purity = mass / whole, mass / max(total, 1.0)
        score = 2 * recall * purity / (recall + purity)
        if element.kind.body:
            score *= _BODY_NAME_BONUS
        elif element.kind.tag == "article":
            score *= _ARTICLE_BONUS
        if expected is not None and place_of(element) == expected:
            score *= _EXPECTED_BONUS
        if score >= best_score:
            best, best_score = element, score
    while best.kind.tag in _LINES and best.parent is not None:
        best = best.parent  # a page of one paragraph, with its lines around it
    return best
