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
    for script in scripts:
        for table in _tables(_loaded(script)):
            named = _types_of(table)
            types |= named
            if any(_ARTICLE_TYPES.search(name) for name in named):
                articles.append(table)
    articles.sort(key=lambda table: "headline" not in table)
    return JsonLd(tuple(articles), frozenset(types))


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
