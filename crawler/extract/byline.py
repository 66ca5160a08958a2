"""Who wrote an article: persons in the byline, agencies in the credit."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborNode

from crawler import text
from crawler.extract.agencies import AGENCIES
from crawler.extract.blocks import Layout, Span
from crawler.extract.document import Document

# Words that lead to names, in the languages of the outlets; matched without regard to case.
_BY = re.compile(
    r"^(?:by|from|von|par|por|de|di|da|av|af|door|autor(?:in)?|auteur|автор|текст|بقلم"
    r"|کاتب|كتب|كتبت|نوشته|words|text|texte|story|written by|words by|text by|reported by"
    r"|posted by|authors?"
    r"|view all posts by|all articles by|by line|מאת|yazar|haber|foto|fotos)\b\s*:?\s*",
    re.I,
)
_BYLINE = re.compile(
    r"^(?:by|von|par|por|av|af|door|text by|written by|автор|بقلم|מאת|yazar)[\s:]+(\S.{2,90})$",
    re.I,
)
_AND = re.compile(
    r"(?:(?<!\s)\s+)?"
    r"(?:[,;|/•·、，&]|\s(?:and|und|et|y|e|ve|og|och|en|и|و|with|mit|avec|con)\s)\s*",
    re.I,
)
_NO_NAME = re.compile(
    r"://|www\.|@|[():<>{}\[\]?!\"]|\d|^[a-z]+[._][a-z._]+$"
    r"|\b(?:published|updated|share|follow|min read|minutes?|read more|subscribe|comments?"
    r"|image|getty|view all|bearbeiten|twitter|facebook|instagram|whatsapp|this author|homepage)\b",
    re.I,
)
_COLLECTIVE = re.compile(
    r"\.(?:com|org|net|de|co|fr|be|ch|at|tr|ru)\b|^(?-i:[A-Z]{1,5})$"
    r"|\b(?:staff|admin|administrator|editors?|editorial|redaktion|redaction|redazione|redacción|redação"
    r"|team|desk|newsroom|nachrichten\w*|wire|services?|reports?|agency|agencies|writers?"
    r"|correspondents?|contributors?|guest|online|news|press|media|shimbun|zeitung|magazine|times|tribune"
    r"|university|institute|school|journal|مراسل|وكالات|редакция|haber merkezi)\b",
    re.I,
)
_AFTER = re.compile(  # what follows a name: its role, its paper, its initials
    r"(?:(?<!\s)\s+)?"
    r"(?:[|–—•]|\s-\s|\(|,\s(?:\w+ ){0,4}(?:correspondent|reporter|editor|writer|columnist|staff"
    r"|contributor|bureau|chief|for ))(?s:.*)$|\s(?:기자|記者|特派員)$",
    re.I,
)
_METAS = (
    "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl",
    "dcterms.creator", "article:author_name", "cxenseparse:author",
)  # fmt: skip
_MARKED = "[rel=author], [itemprop=author], [class*=author i], [class*=byline i]"
_NAME_CLASS = re.compile(r"(?:author|byline)[-_]{0,2}name", re.I)
_MOST_MARKED, _MOST_LINKED = 40, 6
_ABOVE, _BELOW = 4, 10  # blocks around the headline in which a byline stands
_SIGNED = re.compile(
    r"^[^\W\d_a-zа-я][^\W\d_]*\.?[\s-][^\W\d_]['’.\w-]*(?:\s[^\W\d_]['’.\w-]*){0,4}$"
)
_MOST_NAMES, _LONGEST_CLAIM, _DEEPEST_CLAIM = 12, 300, 8


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors as persons, the agencies that the article credits, and how they were got."""

    names: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    origin: str = ""


def read_byline(document: Document, headline: str, layout: Layout, span: Span) -> Byline:
    """Return who signs an article: first the claims for machines, then what a reader sees.

    Where no person does, the desk or outlet that signs in their place.
    """
    agencies: dict[str, None] = {}
    collective = Byline()
    for origin, claims in _sources(document, layout, span):
        persons: dict[str, str] = {}
        others: dict[str, str] = {}
        for name in _names(claims, headline):
            if text.fold(name) in AGENCIES:
                agencies.setdefault(name)
            elif _COLLECTIVE.search(name) or text.letters(name) in document.sites:
                others.setdefault(text.fold(name), name)
            else:
                persons.setdefault(text.fold(name), name)
        if persons:
            return Byline(tuple(persons.values())[:_MOST_NAMES], tuple(agencies), origin)
        if others and not collective.names:
            collective = Byline(tuple(others.values())[:_MOST_NAMES], origin=f"{origin}, no person")
    return replace(collective, agencies=tuple(agencies))


def _sources(document: Document, layout: Layout, span: Span) -> Iterator[tuple[str, Iterable[str]]]:
    for table in document.jsonld:
        yield "json-ld", _linked(table.get("author"))
    labelled = document.meta("twitter:label1") in {"Written by", "By", "Verfasst von", "Écrit par"}
    for name in (*_METAS, *(("twitter:data1",) if labelled else ())):
        yield "meta", document.metas.get(name, ())
    yield from _marked(document.tree.css(_MARKED)[:_MOST_MARKED])
    low = span.headline
    above, below = layout.blocks[max(low - _ABOVE, 0) : low + _BELOW], layout.blocks[span.last :]
    around = above + below[:_ABOVE]
    named = [b for b in around if any(e.kind.author for e in islice(b.element.ancestors(), 3))]
    yield "byline", [n for b in named for n in _AND.split(_BY.sub("", b.text)) if _is_signed(n)]
    written = [m[1] for b in around if (m := _BYLINE.match(b.text)) is not None]
    yield "page text", [n for claim in written for n in _AND.split(claim) if _is_signed(n)]


def _marked(nodes: list[LexborNode]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield what elements marked as the author's say, those marked for machines first."""
    attributes = [(node, node.attributes) for node in nodes]
    yield "microdata", [_said(n) for n, a in attributes if "author" in (a.get("rel") or "").split()]
    people = [node for node, a in attributes if a.get("itemprop") == "author"]
    yield "microdata", [_said(node.css_first("[itemprop=name]") or node) for node in people]
    named = [_said(n) for n, a in attributes if _NAME_CLASS.search(a.get("class") or "")]
    yield "byline", filter(_is_signed, named)
    linked = [link for node in nodes for link in ([node] if node.tag == "a" else node.css("a")[:4])]
    yield "byline", filter(_is_signed, map(_said, linked[:_MOST_LINKED]))


def _said(node: LexborNode) -> str:
    return text.tidy(node.text(separator=" "))


def _is_signed(claim: str) -> bool:
    """Whether words of the page look like a person's name: two to six, each with a capital."""
    return _SIGNED.fullmatch(_AFTER.sub("", _BY.sub("", claim)).strip(" .,:")) is not None


def _linked(value: Any, depth: int = 0) -> list[str]:
    """Return the names in JSON-LD's author: a name, an object, or a list of these.

    What is nested deeper than an author ever is names none.
    """
    if isinstance(value, str):
        return [value]
    if depth < _DEEPEST_CLAIM and isinstance(value, list):
        return [name for item in value for name in _linked(item, depth + 1)]
    if depth < _DEEPEST_CLAIM and isinstance(value, dict):
        return _linked(value.get("name"), depth + 1)
    return []


def _names(claims: Iterable[str], headline: str) -> Iterator[str]:
    """Divide claims into the names they hold."""
    for claim in claims:
        cleaned = _BY.sub("", text.tidy(claim))
        if len(cleaned) > _LONGEST_CLAIM or cleaned == headline or "://" in cleaned:
            continue
        for part in _AND.split(cleaned):
            name = _BY.sub("", _AFTER.sub("", part)).strip(" .,;:|-–—")
            if 1 < len(name) < 60 and len(name.split()) <= 6 and not _NO_NAME.search(name):
                yield name.title() if name.isupper() and " " in name else name
