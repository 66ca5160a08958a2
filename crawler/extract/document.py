"""A page as a tree, parsed once: what scripts and metas say is read first, then dropped."""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import charset, text

# Never part of an article, dropped in C before any walk.
_DROPPED = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "video", "audio",
    "canvas", "button", "select", "textarea", "nav", "footer", "map", "dialog",
]  # fmt: skip
_MOST_JSONLD = 200_000  # characters of one block
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")


@dataclass(slots=True)
class Document:
    """A parsed page with its claims about itself."""

    tree: LexborHTMLParser
    url: str
    metas: dict[str, list[str]] = field(default_factory=dict)  # by lower-cased name
    jsonld: list[dict[str, Any]] = field(default_factory=list)  # articles; Any: their JSON
    language: str | None = None
    title: str = ""
    canonical: str | None = None

    def meta(self, *names: str) -> str | None:
        """Return the first meta of these names that says something."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None


def parse(html: bytes, *, url: str, content_type: str | None = None) -> Document:
    """Parse a page; whatever the bytes are, there is a document."""
    utf8 = charset.is_utf8(html, content_type)
    tree = LexborHTMLParser(html if utf8 else charset.decode(html, content_type), scripting=True)
    document = Document(tree=tree, url=url)
    _read_metas(document)
    document.jsonld = _read_jsonld(tree)
    root = tree.root
    if root is not None:
        document.language = text.primary_language(root.attributes.get("lang"))
    if (title := tree.css_first("title")) is not None:
        document.title = text.tidy(title.text())
    if (link := tree.css_first("link[rel=canonical][href]")) is not None:
        document.canonical = link.attributes.get("href")
    tree.strip_tags(_DROPPED, recursive=False)
    return document


def _read_metas(document: Document) -> None:
    for node in document.tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name:
            value = text.tidy(attributes.get("content") or "")
            document.metas.setdefault(name.lower(), []).append(value)


def _read_jsonld(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Return the article objects of every JSON-LD block, the most telling first."""
    found: list[dict[str, Any]] = []
    for node in tree.css('script[type="application/ld+json"]'):
        source = node.text()
        if not source or len(source) > _MOST_JSONLD:
            continue
        try:
            value = json.loads(source.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        _collect_articles(value, found, depth=0)
    return sorted(found, key=lambda table: "headline" not in table)


def _collect_articles(value: Any, found: list[dict[str, Any]], depth: int) -> None:
    if depth > 5:
        return
    if isinstance(value, list):
        for item in value:
            _collect_articles(item, found, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds):
            found.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                _collect_articles(value[key], found, depth + 1)


@lru_cache(maxsize=16384)
def _split_names(names: str) -> str:
    return " ".join(re.sub(r"([a-z])([A-Z])", r"\1-\2", names).lower().split())


def names_of(node: LexborNode) -> str:
    """Return an element's class, id and role in lower case, words divided by hyphens."""
    attributes = node.attributes
    parts = [
        attributes.get(key) or "" for key in ("class", "id", "role", "data-component", "itemprop")
    ]
    return _split_names(" ".join(filter(None, parts)))
