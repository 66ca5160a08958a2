"""The corpus as an Atom feed (RFC 4287): for readers and other crawlers."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from storage.records.model import CorpusArticle

# Characters that XML 1.0 cannot contain (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>Drawdown</title>
<id>urn:drawdown:corpus</id>
"""


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they arrive; return their number.

    The feed has the time of its first entry; without entries, that of the epoch.
    """
    count = 0
    for article in articles:
        if count == 0:
            out.write(_head(time_of(article.fetched_at)))
        out.write(_entry(article).encode("utf-8", "replace"))
        count += 1
    if count == 0:
        out.write(_head("1970-01-01T00:00:00Z"))
    out.write(b"</feed>\n")
    return count


def _head(updated: str) -> bytes:
    return f"{_HEAD}<updated>{updated}</updated>\n".encode()


def _entry(article: CorpusArticle) -> str:
    address = clean(article.url)
    updated = article.modified or article.published or article.fetched_at
    parts = [
        "<entry>",
        f"<id>urn:drawdown:article:{article.id}</id>",
        f"<title>{written(article.headline)}</title>",
        f'<link rel="alternate" href={quoteattr(address)}/>',
    ]
    authors = article.byline or [article.source]  # an entry needs one
    parts += [f"<author><name>{written(name)}</name></author>" for name in authors]
    parts.append(f"<updated>{time_of(updated)}</updated>")
    if article.published:
        parts.append(f"<published>{time_of(article.published)}</published>")
    parts.append(f"<source><title>{written(article.source)}</title></source>")
    if article.standfirst:
        parts.append(f"<summary>{written(article.standfirst)}</summary>")

    body = "\n".join(article.body)
    parts.append(f'<content type="text">{written(body)}</content>')
    parts.append("</entry>\n")
    return "".join(parts)


def clean(text: str) -> str:
    """Return a text without the characters that XML cannot contain."""
    return _FORBIDDEN.sub("", text)


def written(text: str) -> str:
    """Return a text as the content of an element."""
    return escape(clean(text))


def time_of(moment: datetime) -> str:
    """Return a time as Atom writes it (RFC 3339)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
