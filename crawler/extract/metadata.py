"""What a page's head claims: section, tags, image, URL, site, language, with their provenance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler import text, urls
from crawler.extract.document import Document

# Of one article: pages with more list the topics of the whole site.
_MOST_TAGS = 50
_SHORTEST_TAG, _LONGEST_TAG = 2, 79  # characters: longer ones are sentences


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the claim that gave it."""

    value: str | None = None
    provenance: str = ""


def read(document: Document) -> dict[str, Found]:
    """Return the canonical URL, section, image and site name."""
    return {
        "canonical_url": _first_url(
            document,
            _found(document.canonical, "link"),
            _in_metas(document, "og:url"),
        ),
        "image": _first_url(
            document,
            _in_metas(document, "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
            _in_json_ld(document, "thumbnailUrl"),
        ),
        "section": _first(
            _in_metas(document, "article:section", "parsely-section", "section"),
            _in_json_ld(document, "articleSection"),
        ),
        "site_name": _first(
            _in_metas(document, "og:site_name", "application-name"),
            _in_json_ld(document, "publisher"),
        ),
    }


def read_language(document: Document) -> tuple[str | None, str]:
    """Return the language that a page claims and how; the text itself is asked later."""
    if document.language is not None:
        return document.language, "page"
    claim = document.meta("og:locale", "language", "content-language")
    language = text.primary_language(claim)
    return language, "meta" if language else ""


def read_tags(document: Document) -> tuple[str, ...]:
    """Return the outlet's keywords, each once."""
    tags: dict[str, None] = {}
    for claim in _tag_claims(document):
        for part in claim.split(","):
            tag = text.tidy(part)
            if _SHORTEST_TAG <= len(tag) <= _LONGEST_TAG:
                tags.setdefault(tag)
    return tuple(tags)[:_MOST_TAGS]


def _tag_claims(document: Document) -> Sequence[str]:
    """Return the claims of the surest kind that the page has; each may list several tags."""
    metas = document.metas
    tags, keywords = metas.get("article:tag", ()), metas.get("news_keywords", ())
    if tags or keywords:
        return (*tags, *keywords)
    stated = list(_keywords_in_json_ld(document))
    if stated:
        return [keyword for keyword in stated if isinstance(keyword, str)]
    # The least sure: on many sites it is the same on every page.
    return metas.get("keywords", ())


def _keywords_in_json_ld(document: Document) -> Iterator[Any]:
    """Yield the keywords of each article, which may be a list, or text with commas.

    None of an article without them: where JSON-LD describes the article, <meta name="keywords">
    is not asked unless the list there is empty.
    """
    for table in document.jsonld:
        keywords = table.get("keywords")
        if isinstance(keywords, list):
            yield from keywords
        else:
            yield keywords


def _first(*found: Found) -> Found:
    """Return the first claim that has a value."""
    return next((f for f in found if f.value), Found())


def _first_url(document: Document, *claims: Found) -> Found:
    """Return the first claim that is a usable URL, made absolute."""
    for claim in claims:
        target = urls.absolute(claim.value, document.url) if claim.value else None
        if target is not None:
            return Found(target, claim.provenance)
    return Found()


def _found(value: str | None, provenance: str) -> Found:
    return Found(value, provenance) if value else Found()


def _in_metas(document: Document, *names: str) -> Found:
    return _found(document.meta(*names), "meta")


def _in_json_ld(document: Document, key: str) -> Found:
    values = (_string(table.get(key)) for table in document.jsonld)
    return _found(next(filter(None, values), None), "json-ld")


def _string(value: Any) -> str | None:
    """Return a JSON-LD value as text: itself, the first of a list, or the name of a thing."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, str) and value.strip():
        return text.tidy(value)
    return None
