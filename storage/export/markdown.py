"""The corpus as Markdown, to be read: one article after another, with where each came from."""

import re
from collections.abc import Iterable
from typing import BinaryIO

from storage.records.model import CorpusArticle

# Stores of earlier versions contain them; a terminal that shows the file would obey.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they come; return how many."""
    count = 0
    for article in articles:
        out.write(_article(article).encode("utf-8", "replace"))
        count += 1
    return count


def _article(article: CorpusArticle) -> str:
    published = article.published.date().isoformat() if article.published else "undated"
    byline = f" · {_text(', '.join(article.byline))}" if article.byline else ""
    copy = f" · copy of article {article.duplicate_of}" if article.duplicate_of else ""
    parts = [
        f"# {_text(article.headline) or 'Without a headline'}",
        f"{_text(article.source)}{byline} · {published} · article {article.id}{copy}  \n"
        f"<{article.url.replace('>', '%3E')}>",
    ]
    parts += [f"**{_text(article.standfirst)}**"] if article.standfirst else []
    parts += map(_text, article.body)
    return "\n\n".join(parts) + "\n\n---\n\n"


def _text(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(_CONTROLS.sub("", text).split()))
    return _LEADING.sub(
        lambda m: f"{m[1]}\\{m[2]}" if len(m[2]) == 1 else f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", flat
    )
