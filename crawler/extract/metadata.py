"""What a page's head says: section, tags, image, address, site, language; each with its origin."""

from dataclasses import dataclass
from typing import Any

from crawler import text, urls
from crawler.extract.document import Document

_MOST_TAGS, _LONGEST_TAG = 50, 80


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the signal that gave it."""

    value: str | None = None
    origin: str = ""


def read(document: Document) -> dict[str, Found]:
    """Return the canonical URL, section, image and site name."""
    canonical = Found(document.canonical, "link") if document.canonical else Found()
    image = _meta(document, "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    return {
        "canonical_url": _address(document, canonical, _meta(document, "og:url")),
        "image": _address(document, image, _linked(document, "thumbnailUrl")),
        "section": _first(
            _meta(document, "article:section", "parsely-section", "section"),
            _linked(document, "articleSection"),
        ),
        "site_name": _first(
            _meta(document, "og:site_name", "application-name"),
            _linked(document, "publisher"),
        ),
    }


def read_language(document: Document) -> tuple[str | None, str]:
    """Return the language that a page claims and how; the text itself is asked later."""
    if document.language is not None:
        return document.language, "page"
    claimed = text.primary_language(document.meta("og:locale", "language", "content-language"))
    return claimed, "meta" if claimed else ""


def read_tags(document: Document) -> tuple[str, ...]:
    """Return the outlet's keywords."""
    claims = [*document.metas.get("article:tag", ()), *document.metas.get("news_keywords", ())]
    if not claims:
        for table in document.jsonld:
            keywords = table.get("keywords")
            claims += keywords if isinstance(keywords, list) else [keywords]
    claims = claims or document.metas.get("keywords", [])
    parts = [text.tidy(p) for c in claims if isinstance(c, str) for p in c.split(",")]
    return tuple(dict.fromkeys(p for p in parts if 1 < len(p) < _LONGEST_TAG))[:_MOST_TAGS]


def _first(*found: Found) -> Found:
    return next((f for f in found if f.value), Found())


def _meta(document: Document, *names: str) -> Found:
    value = document.meta(*names)
    return Found(value, "meta") if value else Found()


def _linked(document: Document, key: str) -> Found:
    for table in document.jsonld:
        if value := _string(table.get(key)):
            return Found(value, "json-ld")
    return Found()


def _address(document: Document, *claims: Found) -> Found:
    """Return the first claim that is a usable address."""
    for claim in claims:
        target = urls.absolute(claim.value, document.url) if claim.value else None
        if target is not None:
            return Found(target, claim.origin)
    return Found()


def _string(value: Any) -> str | None:
    """Return a JSON-LD value as text: itself, the first of a list, or the name of a thing."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return text.tidy(value) if isinstance(value, str) and value.strip() else None
