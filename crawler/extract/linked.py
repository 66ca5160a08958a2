"""Structured data: what a page's JSON-LD says, as the tables of its articles."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_MOST = 200_000  # characters of one block
_DEEPEST = 5
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")


@dataclass(slots=True)
class Linked:
    """What JSON-LD describes."""

    articles: list[dict[str, Any]] = field(default_factory=list)  # Any: their JSON
    types: set[str] = field(default_factory=set)  # of everything


def read_linked(sources: Iterable[str]) -> Linked:
    """Return what blocks of JSON-LD say, the most telling article first; broken ones skipped."""
    linked = Linked()
    for source in sources:
        if not source or len(source) > _MOST:
            continue
        try:
            value = json.loads(source.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        _collect(value, linked, depth=0)
    linked.articles.sort(key=lambda table: "headline" not in table)
    return linked


def _collect(value: Any, linked: Linked, depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            _collect(item, linked, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        named = {kind for kind in kinds if isinstance(kind, str)}
        linked.types |= named
        if any(_ARTICLE_TYPES.search(kind) for kind in named):
            linked.articles.append(value)
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                _collect(value[key], linked, depth + 1)
