"""Which claims of names and tags are believed: boilerplate, captions and embeds of a page.

A claim is believed where the element contains little of the page's text. What is believed of an
element holds for all inside it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from crawler.extract.blocks import LINES, Element
from crawler.extract.vocabulary import BOXES, OVERLAYS, READERS_AND_COOKIES

# Shares of the page's paragraphs, tuned on the labelled pages of tests/extract/test_quality.py: an
# element with more contains the article, whatever its name claims.
_BOILERPLATE_SHARE = 0.35
_BOX_SHARE = 0.2
_OVERLAY_SHARE = 0.95
_EMBED_SHARE = 0.2
# All elements of one name together: a paywall's class may be on each paragraph.
_ALL_BOILERPLATE_SHARE = 0.6
# An element with more of the paragraphs is the text's own, and so are its lines.
_FLOW_SHARE = 0.5
# Of all text. Below so many characters captions are believed whatever their share.
_CAPTION_SHARE = 0.2
_LEAST_CAPTIONS = 1000
Claim = TypeVar("Claim")


@dataclass(frozen=True, slots=True)
class Claims:
    """What the names and tags of a page's elements claim, in document order."""

    boilerplate: Mapping[Element, str]  # with the word that claims it
    captions: frozenset[Element]
    embeds: Mapping[Element, str]  # "table" or "post"


@dataclass(frozen=True, slots=True)
class Believed:
    """What elements are, for themselves and for all inside them."""

    boilerplate: Mapping[Element, str]  # with the word that claims it
    captions: frozenset[Element]
    nameless: frozenset[Element]  # captions that only the picture beside them shows
    embeds: Mapping[Element, Element]  # with the outermost element of the table or post


def claims_of(elements: Iterable[Element]) -> Claims:
    """Return all that the names and tags of elements claim."""
    boilerplate: dict[Element, str] = {}
    captions: set[Element] = set()
    embeds: dict[Element, str] = {}
    for element in elements:
        if element.boilerplate is not None:
            boilerplate[element] = element.boilerplate
        if element.kind.caption:
            captions.add(element)
        if element.kind.embed is not None:
            embeds[element] = element.kind.embed
    return Claims(boilerplate, frozenset(captions), embeds)


def surest_claims_of(elements: Iterable[Element]) -> Claims:
    """Return only the claims that cannot be an article's: cookies and readers' comments.

    For a page where all the text has names of boilerplate, e.g. <div class="modal-popup">.
    """
    boilerplate = {
        element: word
        for element in elements
        if (word := element.kind.boilerplate) in READERS_AND_COOKIES and word is not None
    }
    return Claims(boilerplate, frozenset(), {})


def believed_captions(
    claims: Claims, elements: Sequence[Element], totals: Sequence[float]
) -> frozenset[Element]:
    """Return the elements that describe pictures; `totals` are characters below each element."""
    limit = max(_CAPTION_SHARE * totals[0], _LEAST_CAPTIONS)
    believed = {element for element in claims.captions if totals[element.order] <= limit}
    if not believed:
        return frozenset()
    captions: set[Element] = set()
    # Parents come first: they hand down what they are.
    for element in elements:
        if element.parent in captions:
            # A pull quote is set as a figure: <figure><blockquote>… is text.
            is_caption = element.tag != "blockquote"
        else:
            is_caption = element in believed
        if is_caption:
            captions.add(element)
    return frozenset(captions)


def believed_boilerplate(
    claims: Claims, elements: Sequence[Element], masses: Sequence[float]
) -> dict[Element, str]:
    """Return the elements that are no part of the article; `masses` are those of paragraphs."""
    whole = max(masses[0], 1.0)
    disbelieved = _disbelieved_words(claims.boilerplate, masses, whole)
    believed = {
        element: word
        for element, word in claims.boilerplate.items()
        if word not in disbelieved and not _is_line_of_text(element, masses, whole)
    }
    boilerplate = _handed_down(believed, elements)
    # The text directly in the root is judged block by block.
    boilerplate.pop(elements[0], None)
    return boilerplate


def believed_embeds(
    claims: Claims, elements: Sequence[Element], masses: Sequence[float]
) -> dict[Element, Element]:
    """Return the elements of tables and quoted posts, each with the outermost of its embed.

    A table with much of the text is none: it is there for the layout of the page.
    """
    limit = _EMBED_SHARE * max(masses[0], 1.0)
    believed = {element: element for element in claims.embeds if masses[element.order] <= limit}
    return _handed_down(believed, elements)


def _disbelieved_words(
    claims: Mapping[Element, str], masses: Sequence[float], whole: float
) -> set[str]:
    """Return the words whose elements contain too much of the page's paragraphs."""
    below: Counter[str] = Counter()
    disbelieved: set[str] = set()
    for element, word in claims.items():
        mass = masses[element.order]
        if mass > _share_allowed(word) * whole:
            disbelieved.add(word)
        around = None if element.parent is None else claims.get(element.parent)
        if word != around:
            below[word] += round(mass)
    for word, mass in below.items():
        if mass > _ALL_BOILERPLATE_SHARE * whole and word not in OVERLAYS:
            disbelieved.add(word)
    return disbelieved


def _share_allowed(word: str) -> float:
    if word in OVERLAYS:
        return _OVERLAY_SHARE
    return _BOX_SHARE if word in BOXES else _BOILERPLATE_SHARE


def _is_line_of_text(element: Element, masses: Sequence[float], whole: float) -> bool:
    """Whether an element is a line of the text itself, e.g. <p class="paywall" id="x-2f3a-ad">."""
    around = element.parent
    if around is None or element.tag not in LINES:
        return False
    return masses[around.order] > _FLOW_SHARE * whole


def _handed_down(
    believed: Mapping[Element, Claim], elements: Sequence[Element]
) -> dict[Element, Claim]:
    """Return a claim for each element inside those of `believed`; the outermost one counts."""
    every: dict[Element, Claim] = {}
    for element, claim in believed.items():
        if element not in every:
            inside = elements[element.order : element.end]
            every.update(dict.fromkeys(inside, claim))
    return every
