"""What a document begins with: this decides what it is, and never words further in.

A newsletter has a whole web page in its first entry.
"""

import re
from dataclasses import dataclass

from crawler.errors import FeedUnreadable

_PROLOG = re.compile(
    rb"\A(?:\s++|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[<>]*+(?:\[.*?\]\s*+)?>)*+",
    re.I | re.S,
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_ROOT = re.compile(rb"<(?!\?|!)\s*(?:[\w.-]+:)?([\w.-]+)")
_SNIFF = 8192  # bytes after the prolog in which the root element has to begin
_ATOM_ROOTS = {b"feed", b"entry"}
_FEED_ROOTS = _ATOM_ROOTS | {b"rss", b"rdf", b"channel", b"item"}


@dataclass(frozen=True, slots=True)
class Beginning:
    """The name of the root element, and the markup that is before it."""

    root: bytes  # lower case, without its prefix; empty where there is no element
    prolog: bytes  # lower case, without comments

    @property
    def is_feed(self) -> bool:
        """Whether a document calls itself a feed, of whatever format."""
        return self.root in _FEED_ROOTS

    @property
    def is_atom(self) -> bool:
        """Whether it calls itself Atom."""
        return self.root in _ATOM_ROOTS


def beginning_of(document: bytes) -> Beginning:
    """Return what a document begins with."""
    prolog = _PROLOG.match(document)
    end = prolog.end() if prolog else 0
    root = _ROOT.search(document, end, end + _SNIFF)
    if root is None:
        return Beginning(b"", _without_comments(document[:end]))
    before = document[: root.start()]
    return Beginning(root[1].lower(), _without_comments(before))


def _without_comments(prolog: bytes) -> bytes:
    return _COMMENT.sub(b"", prolog).lower()


def refuse_pages(document: bytes, beginning: Beginning) -> None:
    """Raise FeedUnreadable where a document is no XML feed: feedparser takes seconds for a page."""
    if b"<!entity" in beginning.prolog:
        raise FeedUnreadable("a document type with entities: refused, it may expand without end")
    if beginning.root == b"html" or b"<!doctype html" in beginning.prolog:
        raise FeedUnreadable('a web page, not a feed; use page = "URL" for a listing page')
    if not beginning.is_feed and beginning.root != b"xml":
        found = beginning.root or document[:40]
        shown = found.decode("utf-8", "replace")
        raise FeedUnreadable(f"not a feed: the document begins with {shown!r}")
