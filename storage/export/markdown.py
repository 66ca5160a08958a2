"""The corpus as Markdown for readers: each article with its outlet, address and date."""

import re
from collections.abc import Iterable
from typing import BinaryIO

from storage.records.model import CorpusArticle

# Control characters, which stores of earlier versions contain: they would control a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
# The start of a list: "- ", "1. ". The last character before the space is escaped.
_LEADING = re.compile(r"^(\s*)(?:(\d+)([.)])|([-+]))(?=\s)")


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they arrive; return their number."""
    count = 0
    for article in articles:
        out.write(_article(article).encode("utf-8", "replace"))
        count += 1
    return count


def _article(article: CorpusArticle) -> str:
    headline = _text(article.headline) or "Without a headline"
    address = article.url.replace(">", "%3E")
    parts = [
        f"# {headline}",
        f"{_facts(article)}  \n<{address}>",
    ]
    if article.standfirst:
        parts.append(f"**{_text(article.standfirst)}**")
    parts += map(_text, article.body)
    return "\n\n".join(parts) + "\n\n---\n\n"


def _facts(article: CorpusArticle) -> str:
    """Return the outlet, the byline, the date, the id and the original, on one line."""
    facts = [_text(article.source)]
    if article.byline:
        facts.append(_text(", ".join(article.byline)))
    facts.append(article.published.date().isoformat() if article.published else "undated")
    facts.append(f"article {article.id}")
    if article.duplicate_of:
        facts.append(f"copy of article {article.duplicate_of}")
    return " · ".join(facts)


def _text(text: str) -> str:
    """Return text that Markdown shows unchanged, on one line."""
    flat = " ".join(_CONTROLS.sub("", text).split())
    escaped = _SPECIAL.sub(r"\\\1", flat)
    return _LEADING.sub(r"\1\2\\\3\4", escaped)
