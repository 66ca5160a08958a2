"""The corpus as an Atom feed (RFC 4287): for readers and other crawlers."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from storage.records.model import CorpusArticle

# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>Drawdown</title>
<id>urn:drawdown:corpus</id>
"""


def write(articles: Iterable[CorpusArticle], out: BinaryIO) -> int:
    """Write articles as they come; return how many. The feed is as new as its first entry."""
    count = 0
    for article in articles:
        if not count:
            out.write(_HEAD.encode() + f"<updated>{_time(article.fetched_at)}</updated>\n".encode())
        out.write(_entry(article).encode("utf-8", "replace"))
        count += 1
    if not count:
        out.write(_HEAD.encode() + b"<updated>1970-01-01T00:00:00Z</updated>\n")
    out.write(b"</feed>\n")
    return count


def _entry(article: CorpusArticle) -> str:
    authors = article.byline or [article.source]
    updated = article.modified or article.published or article.fetched_at
    return "".join(
        (
            "<entry>",
            f"<id>urn:drawdown:article:{article.id}</id>",
            f"<title>{_text(article.headline)}</title>",
            f'<link rel="alternate" href={quoteattr(_FORBIDDEN.sub("", article.url))}/>',
            *(f"<author><name>{_text(name)}</name></author>" for name in authors),
            f"<updated>{_time(updated)}</updated>",
            f"<published>{_time(article.published)}</published>" if article.published else "",
            f"<source><title>{_text(article.source)}</title></source>",
            f"<summary>{_text(article.standfirst)}</summary>" if article.standfirst else "",
            f'<content type="text">{_text(chr(10).join(article.body))}</content>',
            "</entry>\n",
        )
    )


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
