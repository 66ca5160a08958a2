"""A page as a tree, parsed once: what its head and scripts say is read first."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import text, urls
from crawler.extract.linked import read_linked
from crawler.text import charset
from crawler.text.sanity import readable

_NO_TEXT = ["script", "style", "svg", "button"]  # which headings may hold
# In one query, since each goes over the whole tree.
_TELLING = 'meta, title, h1, link[rel=canonical], script[type="application/ld+json"]'


@dataclass(slots=True)
class Document:
    """A parsed page with its claims about itself."""

    tree: LexborHTMLParser
    decoded: charset.Decoded
    url: str
    host: str = ""  # empty where the URL is none
    metas: dict[str, list[str]] = field(default_factory=dict)  # by lower-cased name
    jsonld: list[dict[str, Any]] = field(default_factory=list)  # articles; Any: their JSON
    types: set[str] = field(default_factory=set)  # of everything that JSON-LD describes
    language: str | None = None
    language_tag: str = ""  # as the page writes it
    title: str = ""
    headings: list[str] = field(default_factory=list)  # the <h1> elements
    canonical: str | None = None
    sites: frozenset[str] = frozenset()  # the letters of everything the site calls itself

    def meta(self, *names: str) -> str | None:
        """Return the first meta of these names that says something."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None


def parse(html: bytes, *, url: str, content_type: str | None = None) -> Document:
    """Parse a page; whatever the bytes are, there is a document."""
    decoded = charset.read(html, content_type)
    tree = LexborHTMLParser(readable(decoded.utf8), scripting=True)
    document = Document(tree=tree, decoded=decoded, url=url, host=_host(url))
    scripts: list[str] = []
    for node in tree.css(_TELLING):
        if node.tag == "script":
            scripts.append(node.text())
        else:
            _read_claim(document, node)
    linked = read_linked(scripts)
    document.jsonld, document.types = linked.articles, linked.types
    if tree.root is not None:
        document.language_tag = tree.root.attributes.get("lang") or ""
        document.language = text.primary_language(document.language_tag)
    return document


def _host(url: str) -> str:
    with suppress(ValueError):
        return urls.host_of(url)
    return ""


def _read_claim(document: Document, node: LexborNode) -> None:
    match node.tag:
        case "meta":
            _read_meta(document, node.attributes)
        case "h1":
            node.strip_tags(_NO_TEXT, recursive=False)
            if heading := text.tidy(node.text(separator=" ")):
                document.headings.append(heading)
        case "title":  # a later one is a picture's
            document.title = document.title or text.tidy(node.text())
        case "link":
            document.canonical = document.canonical or node.attributes.get("href")


def _read_meta(document: Document, attributes: dict[str, str | None]) -> None:
    name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
    value = attributes.get("content") or attributes.get("value")
    if name and value:
        document.metas.setdefault(name.lower(), []).append(text.tidy(value))
