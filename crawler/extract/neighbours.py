"""Paragraphs of other articles on the page: those below, beside, and in the river of teasers.

Measured on 680 news pages: two thirds of the text that is taken wrongly is of another article.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from itertools import islice
from urllib.parse import urlsplit

from crawler.extract.blocks import Block, Element, Layout
from crawler.extract.weights import Place, size_of, sum_up

ANOTHER = "paragraph of another article"
TEASER = "teaser of another article"

# Thresholds chosen on the labelled pages of tests/extract/test_quality.py; sizes in letters.
_LEAST_PARAGRAPHS, _LEAST_SIZE = 3, 400  # of an <article> that is the page's own
_LINKED_TITLE = 0.8  # share of linked text in the title of a teaser
_SHORTEST_TITLE, _LONGEST_TITLE = 21, 249
_CARD_HEIGHT = 5  # elements from a paragraph up to its card
_MOST_IN_CARD = 12  # blocks
_MOST_IN_WHOLE = 6  # blocks of an <article>, <main> or <body> that is a card
_MOST_SUMMARIES = 2  # paragraphs of a card
_LEAST_CARDS = 3  # of one tag: fewer are no list of teasers
_LEAST_FLOW = 300
_WHOLES = frozenset({"article", "main", "body"})


def other_articles(
    layout: Layout, paragraphs: Sequence[Block], headline: Block | None
) -> dict[Block, str]:
    """Return the blocks below the headline in an <article> that does not hold it, with the reason.

    e.g. <article><h1>The headline</h1>…</article> <article><h2>The next one</h2>…</article>
    """
    own = None if headline is None else _article_around(headline.element)
    if headline is None or own is None:
        return {}
    inside = [block for block in paragraphs if own.holds(block.element)]
    if len(inside) < _LEAST_PARAGRAPHS or size_of(inside) < _LEAST_SIZE:
        return {}
    articles = _articles_around(layout.elements)
    others: dict[Block, str] = {}
    for block in layout.blocks[headline.order + 1 :]:
        article = articles[block.element.order]
        if article is None or own.holds(block.element):
            continue
        if not article.holds(headline.element):
            others[block] = ANOTHER
    return others


def teasers(
    layout: Layout, paragraphs: Sequence[Block], captions: Container[Element], host: str
) -> dict[Block, str]:
    """Return the paragraphs in cards of other articles, with the reason.

    A card is a small element with a title that links to the outlet and a line or two below it, one
    of several: <li><h3><a href="/b">Ferry sails again</a></h3><p>After a winter in dock.</p></li>.
    Lists of links to other sites are articles. Cards between paragraphs of the article stay: a list
    of the outlet's ten best pictures is an article too.
    """
    titles = [block for block in layout.blocks if _is_title(block, host)]
    if len(titles) < _LEAST_CARDS:
        return {}
    cards = _cards(layout, titles, paragraphs)
    if not cards:
        return {}
    free = [b for b in paragraphs if b not in cards and b.element not in captions]
    flow = _flow(free)
    if not flow:
        return {}
    first, last = flow[0].order, flow[-1].order
    return {block: TEASER for block in cards if not first < block.order < last}


def _article_around(element: Element) -> Element | None:
    """Return the innermost <article> around an element."""
    for around in element.ancestors():
        if around.tag == "article":
            return around
    return None


def _articles_around(elements: Iterable[Element]) -> list[Element | None]:
    """Return the innermost <article> around each element, by its order."""
    articles: list[Element | None] = []
    for element in elements:
        if element.tag == "article":
            articles.append(element)
        else:
            # Parents come first.
            around = element.parent
            articles.append(None if around is None else articles[around.order])
    return articles


def _is_title(block: Block, host: str) -> bool:
    """Whether a block is a title that links to an article of the same site."""
    if not _SHORTEST_TITLE <= block.size <= _LONGEST_TITLE or block.tag == "p":
        return False
    return block.link_density > _LINKED_TITLE and any(_is_own(link, host) for link in block.links)


def _is_own(link: str, host: str) -> bool:
    """Whether a link leads to the host; relative links do."""
    try:
        target = urlsplit(link).netloc
    except ValueError:
        return False
    return not target or target.lower().removeprefix("www.") == host.removeprefix("www.")


def _cards(layout: Layout, titles: Iterable[Block], paragraphs: Iterable[Block]) -> set[Block]:
    """Return the paragraphs in cards."""
    elements = layout.elements
    sizes = sum_up([(block, 1.0) for block in layout.blocks], elements)
    titled = sum_up([(block, 1.0) for block in titles], elements)
    found: dict[Element, list[Block]] = defaultdict(list)
    for block in paragraphs:
        card = _card_around(block.element, sizes, titled)
        if card is not None:
            found[card].append(block)
    tags = Counter(card.tag for card in found)
    return {
        block
        for card, inside in found.items()
        if tags[card.tag] >= _LEAST_CARDS and len(inside) <= _MOST_SUMMARIES
        for block in inside
    }


def _card_around(
    element: Element, sizes: Sequence[float], titled: Sequence[float]
) -> Element | None:
    """Return the first element around a paragraph with a title; `sizes` counts its blocks."""
    for around in islice(element.ancestors(), _CARD_HEIGHT):
        size = sizes[around.order]
        most = _MOST_IN_WHOLE if around.tag in _WHOLES else _MOST_IN_CARD
        if size > most or around.kind.body:
            return None
        if size > 1 and titled[around.order]:
            return around
    return None


def _flow(paragraphs: Iterable[Block]) -> list[Block]:
    """Return the paragraphs in the place where most of the text is; none where that is little."""
    places: dict[Place, list[Block]] = defaultdict(list)
    for block in paragraphs:
        places[block.place].append(block)
    largest = max(places.values(), key=size_of, default=[])
    return largest if size_of(largest) >= _LEAST_FLOW else []
