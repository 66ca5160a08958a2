"""A page as a tree, parsed once, and the claims of its head and scripts."""

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
_NO_TEXT = ["script", "style", "svg", "button"]
# One query, since each goes over the whole tree.
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
    claims = tree.css(_CLAIMS)
    json_ld = read_json_ld([node.text() for node in claims if node.tag == "script"])
    metas = _metas(node for node in claims if node.tag == "meta")
    # A later <title> is a picture's.
    title = _first(text.tidy(node.text()) for node in claims if node.tag == "title")
    canonical = _first(node.attributes.get("href") for node in claims if node.tag == "link")
    language_tag = tree.root.attributes.get("lang") or "" if tree.root is not None else ""
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
        # Last, since it takes elements out of the tree.
        headings=[heading for node in claims if node.tag == "h1" if (heading := _heading(node))],
        canonical=canonical,
    )


def _host(url: str) -> str:
    with suppress(ValueError):
        return urls.host_of(url)
    return ""


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _heading(node: LexborNode) -> str:
    node.strip_tags(_NO_TEXT, recursive=False)
    return text.tidy(node.text(separator=" "))


def _metas(nodes: Iterable[LexborNode]) -> dict[str, list[str]]:
    """Return the values of <meta> elements by name, whichever attribute has it."""
    metas: dict[str, list[str]] = {}
    for node in nodes:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        value = attributes.get("content") or attributes.get("value")
        if name and value:
            metas.setdefault(name.lower(), []).append(text.tidy(value))
    return metas
