"""Bytes become entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed.

The only feedparser import. A `bozo` flag alone drops nothing: half of the world's feeds have one.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import feedparser

from crawler.errors import FeedUnreadable
from crawler.feeds import jsonfeed, xml
from crawler.feeds.bounds import Markup, bounded, cut, divided
from crawler.feeds.fields import entry_of, interval_of, title_of
from storage.records.model import FeedReading

_ROOT = re.compile(rb"<(?!\?|!)\s*(?:[\w.-]+:)?([\w.-]+)")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel", b"entry", b"item"}
_SNIFF = 8192  # bytes in which the root element has to begin
# What feedparser raises for markup that it does not expect. The limits of memory and time are the
# worker's.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    feedparser.exceptions.UndeclaredNamespace,
)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What feedparser made of a document."""

    feed: dict[str, Any]  # Any: feedparser is untyped
    entries: Sequence[dict[str, Any]]
    version: str
    reason: object = None  # why it is no feed, where it is none
    lost: int = 0  # entries on which feedparser fails


def read_feed(
    body: bytes, *, url: str, content_type: str | None = None, cap: int = 1000
) -> FeedReading:
    """Parse a feed. Raises FeedUnreadable, naming what was there instead."""
    document = xml.decoded(body, content_type)
    if document.startswith(b"{"):
        return jsonfeed.read(document, url=url, cap=cap)
    _refuse_pages(document)
    kept, over_cap = cut(bounded(xml.mend_references(document)), cap)
    parsed = _parse(kept, url)
    if not parsed.version and not parsed.entries and not _has_feed_root(document):
        raise FeedUnreadable(f"not a feed: {parsed.reason or 'no feed format is recognised'}")
    first = islice(parsed.entries, cap)
    read = [entry_of(fields, url, position) for position, fields in enumerate(first)]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        title=title_of(parsed.feed),
        format=parsed.version or "unknown",
        over_cap=over_cap + max(len(parsed.entries) - cap, 0),
        unusable=len(read) - len(usable) + parsed.lost,
        min_interval_seconds=interval_of(parsed.feed),
    )


def _refuse_pages(document: bytes) -> None:
    """Raise where a document is no XML feed: feedparser takes seconds for what is a page."""
    head = document[:_SNIFF]
    if b"<!entity" in head.lower():
        raise FeedUnreadable("a document type with entities: refused, it may expand without end")
    root = _root_of(_COMMENT.sub(b"", head))
    if root == b"html" or b"<!doctype html" in head.lower():
        raise FeedUnreadable('a web page, not a feed; use page = "URL" for a listing page')
    if root not in _FEED_ROOTS | {b"xml"}:
        found = (root or document[:40]).decode("utf-8", "replace")
        raise FeedUnreadable(f"not a feed: the document begins with {found!r}")


def _has_feed_root(document: bytes) -> bool:
    """Whether it calls itself a feed: then it is one without entries, in a rare dialect."""
    return _root_of(document[:_SNIFF]) in _FEED_ROOTS


def _root_of(head: bytes) -> bytes:
    """Return the name of the first element, without its prefix."""
    root = _ROOT.search(head)
    return root[1].lower() if root else b""


def _parse(markup: Markup, url: str) -> _Parsed:
    """Parse a whole feed, or where entries of it are lost, as many of them as can be."""
    whole: _Parsed | None = None
    reason: object = None
    try:
        whole = _call(markup.whole(markup.skeleton), url)
    except _FAILURES as error:
        reason = error
    if whole is not None and len(whole.entries) >= len(markup.entries):
        return whole
    head, entries = divided(markup)
    if not entries:
        raise FeedUnreadable(f"not a feed that can be read: {reason}")
    # An element of the feed that is never closed has swallowed entries, or feedparser failed.
    parts = _parse_in_parts(head, entries, url)
    if whole is None:
        return parts
    return replace(parts, feed=whole.feed, version=whole.version or parts.version)


def _parse_in_parts(head: bytes, entries: Sequence[bytes], url: str) -> _Parsed:
    """Parse entries by halves, until each that feedparser cannot read is alone, and is counted.

    This takes the time of the whole feed for each halving, so ten times as much for 1,000 entries.
    """
    try:
        parsed = _call(head + b"".join(entries), url)
    except _FAILURES:
        parsed = _Parsed({}, (), "")
    if len(parsed.entries) >= len(entries):
        return parsed
    if len(entries) == 1:
        return replace(parsed, lost=1)
    middle = len(entries) // 2
    first = _parse_in_parts(head, entries[:middle], url)
    second = _parse_in_parts(head, entries[middle:], url)
    return _Parsed(
        first.feed or second.feed,
        [*first.entries, *second.entries],
        first.version or second.version,
        lost=first.lost + second.lost,
    )


def _call(document: bytes, url: str) -> _Parsed:
    """Call feedparser, from memory only: a str or bytes argument may be opened as a path."""
    parsed = feedparser.parse(
        io.BytesIO(document),
        response_headers={
            "content-location": url,
            "content-type": "application/xml; charset=utf-8",
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    # Plain tables: feedparser's own answer for `published` where `updated` is missing.
    return _Parsed(
        feed=dict(parsed.get("feed", {})),
        entries=[dict(entry) for entry in parsed.get("entries", [])],
        version=parsed.get("version") or "",
        reason=parsed.get("bozo_exception"),
    )
