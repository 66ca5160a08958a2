"""Bytes become entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed.

The only feedparser import. A `bozo` flag alone drops nothing: half of the world's feeds have one.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import feedparser

from crawler.errors import FeedUnreadable
from crawler.feeds import jsonfeed, xml
from crawler.feeds.beginning import beginning_of, refuse_pages
from crawler.feeds.bounds import (
    Markup,
    bounded,
    cut,
    divided,
)
from crawler.feeds.dating import count_undated, locale_for
from crawler.feeds.fields import (
    claims_of,
    entry_of,
    language_of,
    published_of,
    title_of,
)
from crawler.feeds.links import channel_of, with_own_addresses
from crawler.feeds.marks import marked
from crawler.feeds.order import ends_of, is_oldest_first
from crawler.feeds.wishes import wish_of
from crawler.text import charset
from storage.records.model import FeedReading

_BASE = re.compile(rb"\sxml:base\s*+=")
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]", re.I)
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
_NO_DATE = (1970, 1, 1, 0, 0, 0, 3, 1, 0)


def _leave_dates(_: str) -> tuple[int, ...]:
    """Keep feedparser from reading dates: it fills in what is missing from today."""
    return _NO_DATE


feedparser.registerDateHandler(_leave_dates)


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
        return jsonfeed.read(
            document,
            url=url,
            cap=cap,
        )
    _refuse_unread(body, document, content_type)
    beginning = beginning_of(document)
    refuse_pages(document, beginning)
    markup = bounded(xml.mend_references(document))
    markup = replace(
        markup,
        skeleton=marked(markup.skeleton, is_rss=not beginning.is_atom),
    )
    is_reversed = _is_oldest_first(markup, cap)
    kept, over_cap = cut(
        markup,
        cap,
        is_oldest_first=is_reversed,
    )
    parsed = _parse(kept)
    if not parsed.version and not parsed.entries and not beginning.is_feed:
        raise FeedUnreadable(f"not a feed: {parsed.reason or 'no feed format is recognised'}")
    channel = channel_of(
        parsed.feed,
        url,
        is_rss=not beginning.is_atom,
        has_base=_BASE.search(kept.skeleton) is not None,
    )
    entries = parsed.entries[::-1] if is_reversed else parsed.entries
    claims = [claims_of(fields) for fields in entries[:cap]]
    channel = replace(
        channel,
        dates=locale_for(chain(*claims), language_of(parsed.feed)),
    )
    read = [entry_of(fields, channel, n) for n, fields in enumerate(entries[:cap])]
    usable = [entry for entry in read if entry is not None]
    return FeedReading(
        entries=with_own_addresses(usable, channel),
        title=title_of(parsed.feed),
        format=parsed.version or "unknown",
        over_cap=over_cap + max(len(entries) - cap, 0),
        unusable=len(read) - len(usable) + parsed.lost,
        undated=count_undated(claims, read),
        wish=wish_of(parsed.feed, kept.skeleton),
    )


def _is_oldest_first(markup: Markup, cap: int) -> bool:
    """Whether a feed that is longer than its cap lists its oldest entries first, by a sample."""
    if len(markup.entries) <= cap:
        return False
    head, entries = divided(markup)
    try:
        parsed = _call(head + b"".join(ends_of(entries)))
    except _FAILURES:
        return False
    claims = chain.from_iterable(map(claims_of, parsed.entries))
    locale = locale_for(claims, language_of(parsed.feed))
    return is_oldest_first([published_of(fields, locale) for fields in parsed.entries])


def _refuse_unread(
    body: bytes,
    document: bytes,
    content_type: str | None,
) -> None:
    """Raise where bytes contain entries that are none in the encoding they were read in."""
    if _ENTRY.search(document) or _ENTRY.search(body.replace(b"\0", b"")) is None:
        return
    decoded = charset.read_data(body, content_type)
    raise FeedUnreadable(f"its entries cannot be read in {decoded.charset} ({decoded.described})")


def _parse(markup: Markup) -> _Parsed:
    """Parse a whole feed, or where entries of it are lost, as many of them as can be."""
    whole: _Parsed | None = None
    reason: object = None
    try:
        whole = _call(markup.whole(markup.skeleton))
    except _FAILURES as error:
        reason = error
    if whole is not None and len(whole.entries) >= len(markup.entries):
        return whole
    head, entries = divided(markup)
    if not entries:
        raise FeedUnreadable(f"not a feed that can be read: {reason}")
    # An element of the feed that is never closed has swallowed entries, or feedparser failed.
    parts = _parse_in_parts(head, entries)
    if whole is None:
        return parts
    return replace(
        parts,
        feed=whole.feed,
        version=whole.version or parts.version,
    )


def _parse_in_parts(head: bytes, entries: Sequence[bytes]) -> _Parsed:
    """Parse entries by halves, until each that feedparser cannot read is alone, and is counted.

    This takes the time of the whole feed for each halving, so ten times as much for 1,000 entries.
    """
    try:
        parsed = _call(head + b"".join(entries))
    except _FAILURES:
        parsed = _Parsed({}, (), "")
    if len(parsed.entries) >= len(entries):
        return parsed
    if len(entries) == 1:
        return replace(parsed, lost=1)
    middle = len(entries) // 2
    first = _parse_in_parts(head, entries[:middle])
    second = _parse_in_parts(head, entries[middle:])
    return _Parsed(
        first.feed or second.feed,
        [*first.entries, *second.entries],
        first.version or second.version,
        lost=first.lost + second.lost,
    )


def _call(document: bytes) -> _Parsed:
    """Call feedparser, from memory only: a str or bytes argument may be opened as a path.

    It does not know the address of the feed: of what it resolves no base can be chosen later.
    """
    parsed = feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": "application/xml; charset=utf-8"},
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
