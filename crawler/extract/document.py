"""A page as a tree, parsed once: what scripts and metas say is read first, then dropped."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler import charset, text, urls
from crawler.extract.sanity import flattened

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
    decoded: charset.Decoded
    url: str
    metas: dict[str, list[str]] = field(default_factory=dict)  # by lower-cased name
    jsonld: list[dict[str, Any]] = field(default_factory=list)  # articles; Any: their JSON
    types: set[str] = field(default_factory=set)  # of everything that JSON-LD describes
    language: str | None = None
    language_tag: str = ""  # as the page writes it
    title: str = ""
    canonical: str | None = None
    sites: frozenset[str] = frozenset()  # the letters of everything the site calls itself
    host: str = ""  # empty where the URL is none

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
    tree = LexborHTMLParser(flattened(decoded.utf8), scripting=True)
    document = Document(tree=tree, decoded=decoded, url=url, host=_host(url))
    _read_metas(document)
    document.jsonld = _read_jsonld(tree, document.types)
    root = tree.root
    if root is not None:
        document.language_tag = root.attributes.get("lang") or ""
        document.language = text.primary_language(document.language_tag)
    if (title := tree.css_first("title")) is not None:
        document.title = text.tidy(title.text())
    if (link := tree.css_first("link[rel=canonical][href]")) is not None:
        document.canonical = link.attributes.get("href")
    tree.strip_tags(_DROPPED, recursive=False)
    return document


def _host(url: str) -> str:
    with suppress(ValueError):
        return urls.host_of(url)
    return ""


def _read_metas(document: Document) -> None:
    for node in document.tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name:
            value = text.tidy(attributes.get("content") or "")
            document.metas.setdefault(name.lower(), []).append(value)


def _read_jsonld(tree: LexborHTMLParser, types: set[str]) -> list[dict[str, Any]]:
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
        _collect_articles(value, found, types, depth=0)
    return sorted(found, key=lambda table: "headline" not in table)


def _collect_articles(value: Any, found: list[dict[str, Any]], types: set[str], depth: int) -> None:
    if depth > 5:
        return
    if isinstance(value, list):
        for item in value:
            _collect_articles(item, found, types, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        named = {kind for kind in kinds if isinstance(kind, str)}
        types |= named
        if any(_ARTICLE_TYPES.search(kind) for kind in named):
            found.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                _collect_articles(value[key], found, types, depth + 1)
