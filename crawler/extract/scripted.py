"""The text that a page carries only as the state of its scripts, for the browser to show.

e.g. {"article": {"headline": "…", "body": [{"text": "…"}, {"text": "…"}]}} in
<script type="application/json" id="__NEXT_DATA__">, as Next.js writes it, and the like
"""

import json
from collections.abc import Iterator
from typing import Any

from crawler import text
from crawler.extract.document import Document

_STATES = 'script[type="application/json"]'
_MOST_STATES = 10  # scripts of a page
_LARGEST = 3_000_000  # characters of one
_MOST_VALUES = 200_000  # objects and lists that are looked at
_HEADLINES = ("headline", "title")
_BODIES = ("articleBody", "body", "bodyHtml", "content", "blocks", "paragraphs", "text", "html")
_TEXTS = ("text", "html", "content", "value", "paragraph")
_DEEPEST = 6  # levels from an article down to the text of a paragraph


def scripted_text(document: Document, headline: str) -> str:
    """Return the longest text of an object with the page's headline, HTML or lines; "" if none.

    Other objects of the state are other articles.
    """
    wanted = text.letters(headline)
    texts = [
        _text_of(table)
        for state in _states(document)
        for table in _objects(state)
        if wanted and wanted in _headlines_of(table)
    ]
    return max(texts, key=len, default="")


def _states(document: Document) -> Iterator[Any]:
    for node in document.tree.css(_STATES)[:_MOST_STATES]:
        written = node.text()
        if len(written) > _LARGEST:
            continue
        try:
            yield json.loads(written)
        except (ValueError, RecursionError):
            continue


def _objects(state: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects inside a state, without recursion: it may be nested at will."""
    waiting = [state]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _headlines_of(table: dict[str, Any]) -> set[str]:
    claims = [table.get(key) for key in _HEADLINES]
    return {text.letters(claim) for claim in claims if isinstance(claim, str)}


def _text_of(table: dict[str, Any]) -> str:
    """Return the longest of the fields that hold a body."""
    return max(("\n".join(_lines(table.get(key))) for key in _BODIES), key=len)


def _lines(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a body: of one string, or of paragraphs and the like."""
    if isinstance(value, str):
        yield value
    elif depth >= _DEEPEST:
        return
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item, depth + 1)
    elif isinstance(value, dict):
        # The first that there is: some say the same as text and as HTML.
        said = next((value[key] for key in _TEXTS if value.get(key)), None)
        yield from _lines(said, depth + 1)
