"""Headline, byline, section, tags, image: each with where it was read."""

import re
from collections.abc import Iterable
from typing import Any

from crawler import text, urls
from crawler.extract.document import Document

_SITE_SUFFIX = re.compile(r"\s+(?:[|·•»«—–]|-|::)\s+[^|·•»«—–]{2,60}$")
_BY = re.compile(
    r"^(?:by|from|von|par|por|de|di|da|автор|текст|بقلم|نوشته|words|text|story|written by"
    r"|reported by|posted by|author)\b\s*:?\s*",
    re.I,
)
_AND = re.compile(r"\s*(?:[,;|/•·]|\s(?:and|und|et|y|e|ve|и|و|&|with)\s)\s*", re.I)
_NO_NAME = re.compile(
    r"https?:|@|^\d|\d{2}[:.]\d{2}|\b(?:19|20)\d\d\b"
    r"|^(?:staff|admin|editor|published|updated|share|follow|min read)\b",
    re.I,
)
_ROLE = re.compile(
    r"\s*(?:[,|–-]|\()\s*(?:\w+ ){0,4}"
    r"(?:correspondent|reporter|editor|writer|columnist|staff|contributor|bureau|chief)\b.*$",
    re.I,
)
_AUTHOR_METAS = (
    "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl",
    "dcterms.creator", "article:author_name",
)  # fmt: skip
_AUTHOR_SELECTORS = (
    "[rel=author]",
    "[itemprop=author] [itemprop=name]",
    "[itemprop=author]",
    "[class*=author-name i], [class*=authorname i], [class*=author_name i], "
    "[class*=byline-name i], [class*=byline__name i]",
    "[class*=byline i] a, [class*=author i] a",
    "[class*=byline i], .author, [class*=author i]",
)


def read_headline(document: Document) -> tuple[str, str, set[str]]:
    """Return the headline, how it was got, and the ways it may stand in the body (folded).

    The first h1 is right most often (0.75 to 0.91 exact); where a page has several, the one that
    the page's other claims agree with.
    """
    claims = [document.meta("og:title"), *(_string(t.get("headline")) for t in document.jsonld)]
    claims += [document.meta("twitter:title"), document.title]
    claimed = [text.tidy(c) for c in claims if c]
    headings = [h for h in (text.tidy(n.text(separator=" ")) for n in document.tree.css("h1")) if h]
    headline, how = _choose_headline(claimed, headings, bool(document.meta("og:title")))
    ways = (headline, *claimed, *map(_without_site, claimed))
    return headline, how, {text.fold(way) for way in ways if way}


def _choose_headline(
    claimed: list[str], headings: list[str], has_og_title: bool
) -> tuple[str, str]:
    for heading in headings:
        if any(_agree(heading, claim) for claim in claimed):
            return heading, "h1"
    if has_og_title:
        return _without_site(claimed[0]), "og:title"
    if headings and (len(headings[0]) > 12 or not claimed):
        return headings[0], "h1"
    return (_without_site(claimed[0]), "title") if claimed else ("", "")


def _without_site(title: str) -> str:
    stripped = _SITE_SUFFIX.sub("", title)
    return stripped if len(stripped) > 15 else title


def _agree(heading: str, claim: str) -> bool:
    """Whether two headlines say the same: most words of the heading stand in the claim."""
    if len(heading) < 8:
        return False
    words, others = set(text.words(heading)), set(text.words(claim))
    return bool(words) and len(words & others) >= 0.7 * len(words)


def read_byline(document: Document, headline: str) -> tuple[tuple[str, ...], str]:
    """Return the authors and how they were got."""
    for table in document.jsonld:
        if names := _names(_author_strings(table.get("author")), document, headline):
            return names, "json-ld"
    labelled = document.meta("twitter:label1") in {"Written by", "By"}
    metas = (*_AUTHOR_METAS, *(("twitter:data1",) if labelled else ()))
    for name in metas:
        if names := _names(document.metas.get(name, ()), document, headline):
            return names, "meta"
    for selector in _AUTHOR_SELECTORS:
        nodes = document.tree.css(selector)[:6]
        if names := _names((n.text(separator=" ") for n in nodes), document, headline):
            return names, "byline"
    return (), ""


def _author_strings(value: Any) -> list[str]:
    """Return the names in JSON-LD's author: a name, an object, or a list of these."""
    if isinstance(value, list):
        return [name for item in value for name in _author_strings(item)]
    if isinstance(value, dict):
        return _author_strings(value.get("name"))
    return [value] if isinstance(value, str) else []


def _names(claims: Iterable[str], document: Document, headline: str) -> tuple[str, ...]:
    site = text.fold(document.meta("og:site_name") or "")
    found: dict[str, str] = {}
    for claim in claims:
        cleaned = _ROLE.sub("", _BY.sub("", text.tidy(claim)))
        if len(cleaned) > 150 or cleaned == headline:
            continue
        for part in _AND.split(cleaned):
            name = _BY.sub("", part).strip(" .,;:|-–—")
            plausible = 2 < len(name) < 60 and len(name.split()) <= 6 and not _NO_NAME.search(name)
            if plausible and text.fold(name) != site:
                found.setdefault(text.fold(name), name.title() if name.isupper() else name)
    return tuple(found.values())[:10]


def read_section(document: Document) -> str | None:
    """Return the section of the outlet that carries the article."""
    stated = document.meta("article:section", "parsely-section", "section")
    return stated or next(
        (s for t in document.jsonld if (s := _string(t.get("articleSection")))), None
    )


def read_tags(document: Document) -> tuple[str, ...]:
    """Return the outlet's keywords."""
    claims = [*document.metas.get("article:tag", ()), *document.metas.get("news_keywords", ())]
    if not claims:
        for table in document.jsonld:
            keywords = table.get("keywords")
            claims += keywords if isinstance(keywords, list) else [keywords]
    claims = claims or document.metas.get("keywords", [])
    parts = [text.tidy(p) for c in claims if isinstance(c, str) for p in c.split(",")]
    return tuple(dict.fromkeys(p for p in parts if 1 < len(p) < 80))[:50]


def read_image(document: Document) -> str | None:
    """Return the address of the picture the outlet shows with the article."""
    claim = document.meta("og:image", "og:image:url", "twitter:image", "twitter:image:src")
    return urls.absolute(claim, document.url) if claim else None


def read_canonical(document: Document) -> str | None:
    """Return the address that the page gives as its own."""
    claim = document.canonical or document.meta("og:url")
    return urls.absolute(claim, document.url) if claim else None


def _string(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return text.tidy(value) if isinstance(value, str) and value.strip() else None
