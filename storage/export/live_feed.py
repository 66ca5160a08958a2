"""A feed of the newest articles of a query as one document (Atom, RFC 4287)."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from storage.export.atom import clean, time_of, written
from storage.records.model import CorpusArticle

_EPOCH = "1970-01-01T00:00:00Z"  # the time of a feed without entries: RFC 4287 requires one


def document(
    articles: Sequence[CorpusArticle],
    *,
    name: str,
    description: str | None,
) -> bytes:
    """Return a feed with these articles, in their order.

    Its id and those of its entries stay the same for ever. An entry has the time at which its
    newest text was fetched, and the feed that of its newest entry, so equal articles make equal
    bytes.
    """
    times = [_updated(article) for article in articles]
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{written(description or name)}</title>",
        f"<id>urn:drawdown:query:{quote(name)}</id>",
        f"<updated>{time_of(max(times)) if times else _EPOCH}</updated>",
        "<generator>Drawdown</generator>",
        *map(_entry, articles),
        "</feed>\n",
    ]
    return "\n".join(parts).encode("utf-8", "replace")


def _updated(article: CorpusArticle) -> datetime:
    return article.fetched_at


def _entry(article: CorpusArticle) -> str:
    language = f" xml:lang={quoteattr(article.language)}" if article.language else ""
    parts = [
        f"<entry{language}>",
        f"<id>urn:drawdown:article:{article.id}</id>",
        f"<title>{written(article.headline)}</title>",
        f'<link rel="alternate" href={quoteattr(clean(article.url))}/>',
        f"<updated>{time_of(_updated(article))}</updated>",
    ]
    if article.published:
        parts.append(f"<published>{time_of(article.published)}</published>")
    authors = article.byline or [article.source]  # an entry needs one
    parts += [f"<author><name>{written(author)}</name></author>" for author in authors]
    parts.append(f'<category term={quoteattr(clean(article.source))} label="source"/>')
    summary = article.standfirst or next(iter(article.body), "")
    if summary:
        parts.append(f"<summary>{written(summary)}</summary>")
    parts.append("</entry>")
    return "\n".join(parts)
