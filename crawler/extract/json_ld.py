"""JSON-LD: a page's metadata in the vocabulary of schema.org, as the tables of its articles.

e.g. <script type="application/ld+json">{"@type": "NewsArticle", "headline": "Old ferry"}</script>
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_LARGEST = 200_000  # characters of one script: more is a whole archive, or an attack
_DEEPEST = 5  # levels; an article is described in the first two or three
# Where other objects are: "@graph" lists them (JSON-LD 1.1), "mainEntity" is what a page is about.
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
# e.g. NewsArticle, AnalysisNewsArticle, BlogPosting, Report
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")


@dataclass(frozen=True, slots=True)
class JsonLd:
    """What the JSON-LD of a page describes."""

    articles: tuple[dict[str, Any], ...]  # Any: their JSON
    types: frozenset[str]  # of all objects


def read_json_ld(scripts: Iterable[str]) -> JsonLd:
    """Return what scripts describe, articles with a headline first; broken scripts are skipped."""
    articles: list[dict[str, Any]] = []
    types: set[str] = set()
    described: dict[str, dict[str, Any]] = {}  # by @id
    for script in scripts:
        for table in _tables(_loaded(script)):
            _describe(table, described)
            named = _types_of(table)
            types |= named
            if any(_ARTICLE_TYPES.search(name) for name in named):
                articles.append(table)
    articles.sort(key=lambda table: "headline" not in table)
    resolved = [_with_people(article, described) for article in articles]
    return JsonLd(tuple(resolved), frozenset(types))


def _describe(table: dict[str, Any], described: dict[str, dict[str, Any]]) -> None:
    """Note an object by its identifier; one that only refers to another has no second key."""
    identifier = table.get("@id")
    if isinstance(identifier, str) and len(table) > 1:
        described.setdefault(identifier, table)


def _with_people(article: dict[str, Any], described: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return an article with authors and holders in place of references to them (JSON-LD 1.1, 3.3).

    e.g. {"author": {"@id": "#ida"}} beside {"@type": "Person", "@id": "#ida", "name": "Ida Holm"}
    """
    resolved = {}
    for role in ("author", "copyrightHolder"):
        named = article.get(role)
        if described and isinstance(named, dict | list):
            listed = named if isinstance(named, list) else [named]
            resolved[role] = [_resolved(item, described) for item in listed]
    return article | resolved if resolved else article


def _resolved(item: Any, described: dict[str, dict[str, Any]]) -> Any:
    """Return what a reference refers to; anything else as it is."""
    identifier = item.get("@id") if isinstance(item, dict) else None
    if not isinstance(identifier, str) or "name" in item:
        return item
    return described.get(identifier, item)


def _loaded(script: str) -> Any:
    """Return the JSON of a script; None where it is broken or too large."""
    if len(script) > _LARGEST:
        return None
    try:
        # Some sites end it like a statement of JavaScript, or break lines inside strings.
        return json.loads(script.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _tables(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield each object before those inside it."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _tables(item, depth + 1)
    if isinstance(value, dict):
        yield value
        for key in _NESTED:
            yield from _tables(value.get(key), depth + 1)


def _types_of(table: dict[str, Any]) -> set[str]:
    """Return an object's types, which may be one or a list."""
    types = table.get("@type")
    listed = types if isinstance(types, list) else [types]
    return {name for name in listed if isinstance(name, str)}
