"""A page as a tree, parsed once, and the claims of its head and scripts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import text, urls
from crawler.extract.json_ld import read_json_ld
from crawler.text import charset
from crawler.text.sanity import readable

# What headings may hold besides text, e.g. <h1>Old ferry <button>Share</button></h1>
_NO_TEXT = ["script", "style", "svg", "button", "small"]
# One query, since each goes over the whole tree.
_MOST_HEADINGS = 200  # of the first rank; no page that is an article has a tenth of it
_CLAIMS = 'meta, title, h1, link[rel=canonical], script[type="application/ld+json"]'


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page with its claims about itself."""

    tree: LexborHTMLParser
    decoded: charset.Decoded
    url: str
    host: str  # empty where the URL has none
    metas: Mapping[str, Sequence[str]]  # by lower-cased name
    jsonld: Sequence[dict[str, Any]]  # articles; Any: their JSON
    types: frozenset[str]  # of all objects in its JSON-LD
    language: str | None
    language_tag: str  # as the page writes it
    title: str
    headings: Sequence[str]  # the <h1> elements
    canonical: str | None

    def meta(self, *names: str) -> str | None:
        """Return the first meta of these names that is not empty."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None


def parse(html: bytes, *, url: str, content_type: str | None = None) -> Document:
    """Parse a page; whatever the bytes are, there is a document."""
    decoded = charset.read(html, content_type)
    tree = LexborHTMLParser(readable(decoded.utf8), scripting=True)
    nodes = _nodes_by_tag(tree)
    json_ld = read_json_ld(node.text() for node in nodes["script"])
    metas = _metas(nodes["meta"])
    # A later <title> is a picture's.
    title = _first(text.tidy(node.text()) for node in nodes["title"])
    canonical = _first(_attribute(node, "href") for node in nodes["link"])
    language_tag = _attribute(tree.root, "lang")
    # Last, since it takes elements out of the tree.
    headings = [_heading(node) for node in nodes["h1"][:_MOST_HEADINGS]]
    return Document(
        tree=tree,
        decoded=decoded,
        url=url,
        host=_host(url),
        metas=metas,
        jsonld=json_ld.articles,
        types=json_ld.types,
        language=text.primary_language(language_tag),
        language_tag=language_tag,
        title=title or "",
        headings=list(filter(None, headings)),
        canonical=canonical,
    )


def _nodes_by_tag(tree: LexborHTMLParser) -> Mapping[str, list[LexborNode]]:
    """Return the elements with claims, in document order."""
    nodes: defaultdict[str, list[LexborNode]] = defaultdict(list)
    for node in tree.css(_CLAIMS):
        nodes[node.tag or ""].append(node)
    return nodes


def _host(url: str) -> str:
    """Return the host of a URL, empty where it has none."""
    with suppress(ValueError):
        return urls.host_of(url)
    return ""


def _first(values: Iterable[str]) -> str | None:
    """Return the first value that is not empty."""
    return next(filter(None, values), None)


def _attribute(node: LexborNode | None, name: str) -> str:
    """Return the value of an attribute, empty where there is none."""
    if node is None:
        return ""
    return node.attributes.get(name) or ""


def _heading(node: LexborNode) -> str:
    node.strip_tags(_NO_TEXT, recursive=False)
    return text.tidy(node.text(separator=" "))


def _metas(nodes: Iterable[LexborNode]) -> dict[str, list[str]]:
    """Return the values of <meta> elements by name, whichever attribute has it."""
    metas: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes:
        attributes = node.attributes
        name = _first_of(attributes, "property", "name", "itemprop")
        value = _first_of(attributes, "content", "value")
        if name and value:
            metas[name.lower()].append(text.tidy(value))
    return dict(metas)


def _first_of(attributes: Mapping[str, str | None], *names: str) -> str:
    """Return the first of some attributes that is not empty."""
    for name in names:
        value = attributes.get(name)
        if value:
            return value
    return ""
