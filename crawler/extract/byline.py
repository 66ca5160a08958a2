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
from crawler.extract.names import divided, is_collective, is_signed, names_in

# A line that is nothing but a byline, e.g. <p>By Ida Holm</p>
_BYLINE = re.compile(
    r"^(?:(?:by|von|par|por|av|af|door|text by|written by|автор|بقلم|מאת|yazar)[\s:]+"
    # A word that news begins with too, e.g. "Haber: Ayşe Demir"
    r"|(?:haber|muhabir|yazan|autor(?:in)?|auteur|текст|корреспондент|نویسنده|گزارش|خبرنگار|کاتب"
    r"|كتبت?|إعداد|تقرير|כתב|nivîskar|nûçe)\s*:\s*)(\S.{2,90})$",
    re.I,
)
# Names of <meta>, lower case, with those of the large publishing systems.
_METAS = (
    "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl",
    "dcterms.creator", "article:author_name", "cxenseparse:author",
)  # fmt: skip
# Labels of Yoast SEO, e.g. <meta name="twitter:label1" content="Written by">: the name is in data1.
_LABELS = frozenset({"Written by", "By", "Verfasst von", "Écrit par"})
# What a name's element or one around it is called where the name signs another text.
_ELSEWHERE = re.compile(
    r"(?<![^\W_])(?:comments?|respond|disqus|related|recommended|more|teasers?|cards?|latest|popular"
    r"|trending|nav|navigation|prev|next)(?![^\W_])",
    re.I,
)
_MOST_AROUND = 5  # elements around a name, from inside out, whose names are read
_MARKED = "[rel=author], [itemprop=author], [class*=author i], [class*=byline i]"
_NAME_CLASS = re.compile(r"(?:author|byline)[-_]{0,2}name", re.I)
_MOST_MARKED, _MOST_LINKED, _MOST_LINKS = 40, 6, 4  # elements; a page of comments has hundreds
_ABOVE, _BELOW = 4, 10  # blocks around the headline in which a byline may be
_AFTER_TEXT = 4  # blocks from the last paragraph on
_DEPTH = 3  # elements, from inside out, whose names may claim it
_MOST_NAMES = 12  # of one article
_WHOLES = frozenset({"article", "main", "body", "html"})
_DEEPEST_CLAIM = 8  # levels of lists and objects in JSON-LD


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
        """The elements marked as the author's: one query, since each goes over the whole tree.

        Those of readers' comments, of cards and of links to the next article are other authors'.
        """
        marked = self.document.tree.css(_MARKED)[:_MOST_MARKED]
        return [node for node in marked if not _is_elsewhere(node)]

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


def read_byline(
    document: Document,
    body: Body,
    headline: str,
    sites: Set[str],
) -> Byline:
    """Return who signs an article: of the first claims with a person, by `SOURCES`.

    Where no person does, the desk or outlet that signs in their place. `sites` are the letters of
    the site's names.
    """
    agencies: dict[str, None] = {}
    collective = Byline()
    sites |= _organizations(document)
    for provenance, claims in _groups(Page(document, body)):
        signers = _sorted(names_in(claims, headline), sites)
        # An agency is credited even where a later claim names the person.
        agencies |= dict.fromkeys(signers.agencies)
        if signers.persons:
            return Byline(signers.persons, tuple(agencies), provenance)
        # Kept for the end: a later claim may name the person.
        if signers.collectives and not collective.names:
            collective = Byline(
                signers.collectives,
                provenance=f"{provenance}, no person",
            )
    return replace(collective, agencies=tuple(agencies))


def _organizations(document: Document) -> set[str]:
    """Return the letters of the organisations that JSON-LD names as authors."""
    found: set[str] = set()
    for table in document.jsonld:
        authors = table.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and "Organization" in str(author.get("@type")):
                found |= {text.letters(name) for name in _authors_of(author)}
    return found


def _groups(page: Page) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield every group of claims with its provenance, the surest first."""
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
        elif is_collective(name) or text.letters(name) in sites:
            collectives.setdefault(folded, name)
        else:
            persons.setdefault(folded, name)
    return _Signers(
        tuple(persons.values())[:_MOST_NAMES],
        tuple(collectives.values())[:_MOST_NAMES],
        tuple(agencies),
    )


def _in_json_ld(page: Page) -> Iterator[Iterable[str]]:
    """The authors of each article that JSON-LD describes."""
    for table in page.document.jsonld:
        yield _authors_of(table.get("author"))


def _in_metas(page: Page) -> Iterator[Iterable[str]]:
    """The <meta> elements that are named for authors."""
    for name in _METAS:
        yield page.document.metas.get(name, ())


def _in_labelled_meta(page: Page) -> Iterator[Iterable[str]]:
    """The second of two <meta> elements, of which the first is a label."""
    if page.document.meta("twitter:label1") in _LABELS:
        yield page.document.metas.get("twitter:data1", ())


def _in_author_links(page: Page) -> Iterator[Iterable[str]]:
    """The links to an author's page, by the link type of the HTML standard."""
    yield [_said(node) for node in page.marked if "author" in _attribute(node, "rel").split()]


def _in_microdata(page: Page) -> Iterator[Iterable[str]]:
    """The authors in schema.org's vocabulary: a name, or an object with one."""
    names = []
    for node in page.marked:
        if _attribute(node, "itemprop") == "author":
            inner = node.css_first("[itemprop=name]")
            names.append(_said(inner or node))
    yield names


def _in_named_elements(page: Page) -> Iterator[Iterable[str]]:
    """The elements with a class for the name of an author."""
    names = [_said(node) for node in page.marked if _NAME_CLASS.search(_attribute(node, "class"))]
    yield filter(is_signed, names)


def _in_links_of_bylines(page: Page) -> Iterator[Iterable[str]]:
    """The links inside bylines: mostly to the author's page."""
    links: list[LexborNode] = []
    for node in page.marked:
        links += [node] if node.tag == "a" else node.css("a")[:_MOST_LINKS]
    names = map(_said, links[:_MOST_LINKED])
    yield filter(is_signed, names)


def _in_named_blocks(page: Page) -> Iterator[Iterable[str]]:
    """The lines near the headline that are named as bylines, e.g. <p class="auteur">."""
    names: list[str] = []
    for block in page.around:
        around = list(islice(block.element.ancestors(), _DEPTH))
        is_elsewhere = any(_ELSEWHERE.search(element.kind.names) for element in around)
        if not is_elsewhere and any(element.kind.author for element in around):
            names += divided(block.text)
    yield filter(is_signed, names)


def _in_lines(page: Page) -> Iterator[Iterable[str]]:
    """The lines near the headline that are written as bylines, e.g. "By Ida Holm"."""
    names: list[str] = []
    for block in page.around:
        match = _BYLINE.match(block.text)
        if match is not None:
            names += divided(match[1])
    yield filter(is_signed, names)


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a name's element, or one close around it, is named as no part of the article."""
    around: LexborNode | None = node
    for _ in range(_MOST_AROUND):
        if around is None or around.tag in _WHOLES:
            return False
        names = f"{_attribute(around, 'class')} {_attribute(around, 'id')}"
        if _ELSEWHERE.search(names):
            return True
        around = around.parent
    return False


def _said(node: LexborNode) -> str:
    return text.tidy(node.text(separator=" "))


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _authors_of(author: Any, depth: int = 0) -> list[str]:
    """Return the names in JSON-LD's author: a name, an object, or a list of these.

    Deeper than `_DEEPEST_CLAIM` no author is nested, and none is read.
    """
    if isinstance(author, str):
        return [author]
    if depth >= _DEEPEST_CLAIM:
        return []
    if isinstance(author, dict):
        return _authors_of(author.get("name") or _full_name(author), depth + 1)
    names: list[str] = []
    if isinstance(author, list):
        for item in author:
            names += _authors_of(item, depth + 1)
    return names


def _full_name(person: dict[str, Any]) -> str:
    """Return the name of a schema.org Person that is given in parts."""
    parts = (person.get("givenName"), person.get("familyName"))
    return " ".join(part for part in parts if isinstance(part, str))


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
