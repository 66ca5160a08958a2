"""Who wrote an article: persons in the byline, agencies in the credit."""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from crawler import text
from crawler.extract.agencies import AGENCIES
from crawler.extract.blocks import Block
from crawler.extract.body import Body
from crawler.extract.document import Document

# Words before names, in the languages of the outlets, e.g. "By Ida Holm", "Von Ida Holm".
_BY = re.compile(
    r"^(?:by|from|von|par|por|de|di|da|av|af|door|autor(?:in)?|auteur|автор|текст|بقلم"
    r"|کاتب|كتب|كتبت|نوشته|words|text|texte|story|written by|words by|text by|reported by"
    r"|posted by|authors?"
    r"|view all posts by|all articles by|by line|מאת|yazar|haber|foto|fotos)\b\s*:?\s*",
    re.I,
)
# A line that is nothing but a byline, e.g. <p>By Ida Holm</p>
_BYLINE = re.compile(
    r"^(?:by|von|par|por|av|af|door|text by|written by|автор|بقلم|מאת|yazar)[\s:]+(\S.{2,90})$",
    re.I,
)
# Between names, e.g. "Ida Holm and Per Lund"
_AND = re.compile(
    r"(?:(?<!\s)\s+)?"
    r"(?:[,;|/•·、，&]|\s(?:and|und|et|y|e|ve|og|och|en|и|و|with|mit|avec|con)\s)\s*",
    re.I,
)
# What no name contains, e.g. "Published today", "www.outlet.example"
_NO_NAME = re.compile(
    r"://|www\.|@|[():<>{}\[\]?!\"]|\d|^[a-z]+[._][a-z._]+$"
    r"|\b(?:published|updated|share|follow|min read|minutes?|read more|subscribe|comments?"
    r"|image|getty|view all|bearbeiten|twitter|facebook|instagram|whatsapp|this author|homepage)\b",
    re.I,
)
# Who signs in place of a person, e.g. "Post Staff", "outlet.com", "BBC"
_COLLECTIVE = re.compile(
    r"\.(?:com|org|net|de|co|fr|be|ch|at|tr|ru)\b|^(?-i:[A-Z]{1,5})$"
    r"|\b(?:staff|admin|administrator|editors?|editorial|redaktion|redaction|redazione|redacción|redação"
    r"|team|desk|newsroom|nachrichten\w*|wire|services?|reports?|agency|agencies|writers?"
    r"|correspondents?|contributors?|guest|online|news|press|media|shimbun|zeitung|magazine|times|tribune"
    r"|university|institute|school|journal|مراسل|وكالات|редакция|haber merkezi)\b",
    re.I,
)
# What follows a name, e.g. "Ida Holm, Middle East correspondent", "Ida Holm | Harbour Post"
_AFTER = re.compile(
    r"(?:(?<!\s)\s+)?"
    r"(?:[|–—•]|\s-\s|\(|,\s(?:\w+ ){0,4}(?:correspondent|reporter|editor|writer|columnist|staff"
    r"|contributor|bureau|chief|for ))(?s:.*)$|\s(?:기자|記者|特派員)$",
    re.I,
)
# Names of <meta>, lower case, with those of the large publishing systems.
_METAS = (
    "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl",
    "dcterms.creator", "article:author_name", "cxenseparse:author",
)  # fmt: skip
# Labels of Yoast SEO, e.g. <meta name="twitter:label1" content="Written by">: the name is in data1.
_LABELS = frozenset({"Written by", "By", "Verfasst von", "Écrit par"})
_MARKED = "[rel=author], [itemprop=author], [class*=author i], [class*=byline i]"
_NAME_CLASS = re.compile(r"(?:author|byline)[-_]{0,2}name", re.I)
# Two to six words, each with a capital, e.g. "Ida B. van Holm"
_SIGNED = re.compile(
    r"^[^\W\d_a-zа-я][^\W\d_]*\.?[\s-][^\W\d_]['’.\w-]*(?:\s[^\W\d_]['’.\w-]*){0,4}$"
)
_MOST_MARKED, _MOST_LINKED, _MOST_LINKS = 40, 6, 4  # elements; a page of comments has hundreds
_ABOVE, _BELOW = 4, 10  # blocks around the headline in which a byline may be
_AFTER_TEXT = 4  # blocks from the last paragraph on
_DEPTH = 3  # elements, from inside out, whose names may claim it
_MOST_NAMES = 12
_LONGEST_CLAIM, _DEEPEST_CLAIM = 300, 8
_SHORTEST_NAME, _LONGEST_NAME = 2, 59  # characters
_MOST_WORDS = 6
_EDGES = " .,;:|-–—"


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors as persons, the agencies that the article credits, and their provenance."""

    names: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    provenance: str = ""


@dataclass(frozen=True)
class Page:
    """Where a byline is looked for."""

    document: Document
    body: Body

    @cached_property
    def marked(self) -> list[LexborNode]:
        """The elements marked as the author's: one query, since each goes over the whole tree."""
        return self.document.tree.css(_MARKED)[:_MOST_MARKED]

    @cached_property
    def around(self) -> list[Block]:
        """The blocks around the headline, and those after the text."""
        blocks, span = self.body.layout.blocks, self.body.span
        above = blocks[max(span.headline - _ABOVE, 0) : span.headline + _BELOW]
        return above + blocks[span.last : span.last + _AFTER_TEXT]


class Source(NamedTuple):
    """Claims of a page about its authors, in groups that count alone, with a page that has one."""

    provenance: str
    groups: Callable[[Page], Iterable[Iterable[str]]]
    example: str


class _Signers(NamedTuple):
    """The names in a group of claims, without repetition."""

    persons: tuple[str, ...]
    collectives: tuple[str, ...]
    agencies: tuple[str, ...]


def read_byline(document: Document, body: Body, headline: str, sites: Set[str]) -> Byline:
    """Return who signs an article: of the first claims with a person, by `SOURCES`.

    Where no person does, the desk or outlet that signs in their place. `sites` are the letters of
    the site's names.
    """
    agencies: dict[str, None] = {}
    collective = Byline()
    for provenance, claims in _groups(Page(document, body)):
        signers = _sorted(_names(claims, headline), sites)
        agencies |= dict.fromkeys(signers.agencies)
        if signers.persons:
            return Byline(signers.persons, tuple(agencies), provenance)
        if signers.collectives and not collective.names:
            collective = Byline(signers.collectives, provenance=f"{provenance}, no person")
    return replace(collective, agencies=tuple(agencies))


def _groups(page: Page) -> Iterator[tuple[str, Iterable[str]]]:
    for source in SOURCES:
        for claims in source.groups(page):
            yield source.provenance, claims


def _sorted(names: Iterable[str], sites: Set[str]) -> _Signers:
    """Divide names into persons, collectives and agencies."""
    persons: dict[str, str] = {}
    collectives: dict[str, str] = {}
    agencies: dict[str, None] = {}
    for name in names:
        folded = text.fold(name)
        if folded in AGENCIES:
            agencies.setdefault(name)
        elif _COLLECTIVE.search(name) or text.letters(name) in sites:
            collectives.setdefault(folded, name)
        else:
            persons.setdefault(folded, name)
    return _Signers(
        tuple(persons.values())[:_MOST_NAMES],
        tuple(collectives.values())[:_MOST_NAMES],
        tuple(agencies),
    )


def _in_json_ld(page: Page) -> Iterator[list[str]]:
    return (_names_in(table.get("author")) for table in page.document.jsonld)


def _in_metas(page: Page) -> Iterator[Iterable[str]]:
    return (page.document.metas.get(name, ()) for name in _METAS)


def _in_labelled_meta(page: Page) -> Iterator[Iterable[str]]:
    if page.document.meta("twitter:label1") in _LABELS:
        yield page.document.metas.get("twitter:data1", ())


def _in_author_links(page: Page) -> Iterator[list[str]]:
    yield [_said(n) for n in page.marked if "author" in (n.attributes.get("rel") or "").split()]


def _in_microdata(page: Page) -> Iterator[list[str]]:
    people = [node for node in page.marked if node.attributes.get("itemprop") == "author"]
    yield [_said(node.css_first("[itemprop=name]") or node) for node in people]


def _in_named_elements(page: Page) -> Iterator[Iterable[str]]:
    named = [n for n in page.marked if _NAME_CLASS.search(n.attributes.get("class") or "")]
    yield filter(_is_signed, map(_said, named))


def _in_links_of_bylines(page: Page) -> Iterator[Iterable[str]]:
    links: list[LexborNode] = []
    for node in page.marked:
        links += [node] if node.tag == "a" else node.css("a")[:_MOST_LINKS]
    yield filter(_is_signed, map(_said, links[:_MOST_LINKED]))


def _in_named_blocks(page: Page) -> Iterator[list[str]]:
    yield [
        name
        for block in page.around
        if any(e.kind.author for e in islice(block.element.ancestors(), _DEPTH))
        for name in _AND.split(_BY.sub("", block.text))
        if _is_signed(name)
    ]


def _in_lines(page: Page) -> Iterator[list[str]]:
    matches = (_BYLINE.match(block.text) for block in page.around)
    claims = [match[1] for match in matches if match is not None]
    yield [name for claim in claims for name in _AND.split(claim) if _is_signed(name)]


def _said(node: LexborNode) -> str:
    return text.tidy(node.text(separator=" "))


def _is_signed(claim: str) -> bool:
    """Whether words of the page look like a person's name."""
    name = _AFTER.sub("", _BY.sub("", claim)).strip(" .,:")
    return _SIGNED.fullmatch(name) is not None


def _names_in(author: Any, depth: int = 0) -> list[str]:
    """Return the names in JSON-LD's author: a name, an object, or a list of these.

    Deeper than `_DEEPEST_CLAIM` no author is nested, and none is read.
    """
    if isinstance(author, str):
        return [author]
    if depth >= _DEEPEST_CLAIM:
        return []
    if isinstance(author, list):
        return [name for item in author for name in _names_in(item, depth + 1)]
    if isinstance(author, dict):
        return _names_in(author.get("name"), depth + 1)
    return []


def _names(claims: Iterable[str], headline: str) -> Iterator[str]:
    """Divide claims into the names they contain."""
    for claim in claims:
        cleaned = _BY.sub("", text.tidy(claim))
        # e.g. article:author is often the address of a profile.
        if len(cleaned) > _LONGEST_CLAIM or cleaned == headline or "://" in cleaned:
            continue
        for part in _AND.split(cleaned):
            name = _BY.sub("", _AFTER.sub("", part)).strip(_EDGES)
            if _is_name(name):
                is_shouted = name.isupper() and " " in name
                yield name.title() if is_shouted else name


def _is_name(name: str) -> bool:
    has_length = _SHORTEST_NAME <= len(name) <= _LONGEST_NAME
    return has_length and len(name.split()) <= _MOST_WORDS and not _NO_NAME.search(name)


# Claims for machines first, then what a reader sees.
SOURCES = (
    Source(
        "json-ld",
        _in_json_ld,
        '<script type="application/ld+json">'
        '{"@type": "NewsArticle", "author": {"name": "Ida Holm"}}</script>',
    ),
    Source("meta", _in_metas, '<meta name="author" content="Ida Holm">'),
    Source(
        "meta",
        _in_labelled_meta,
        '<meta name="twitter:label1" content="Written by">'
        '<meta name="twitter:data1" content="Ida Holm">',
    ),
    Source("microdata", _in_author_links, '<a rel="author" href="/ida">Ida Holm</a>'),
    Source(
        "microdata",
        _in_microdata,
        '<div itemprop="author">Written on the quay by <b itemprop="name">Ida Holm</b></div>',
    ),
    Source("byline", _in_named_elements, '<span class="author-name">Ida Holm</span>'),
    Source("byline", _in_links_of_bylines, '<p class="byline">On the quay: <a>Ida Holm</a></p>'),
    Source("byline", _in_named_blocks, '<h1>Old ferry</h1><p class="auteur">Ida Holm</p>'),
    Source("page text", _in_lines, "<h1>Old ferry</h1><p>By Ida Holm</p>"),
)
