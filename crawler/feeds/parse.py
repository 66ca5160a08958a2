"""Bytes become entries: RSS 0.9x to 2.0, RDF, Atom and JSON Feed.

The only feedparser import. What feedparser must never see is kept from it here: pages, entity
declarations, more entries than the cap, character references that no character has. A `bozo` flag
alone drops nothing: half of the world's feeds have one.
"""

import calendar
import html
import io
import re
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import feedparser

from crawler import text, urls
from crawler.errors import FeedUnreadable
from crawler.feeds import jsonfeed
from crawler.text import charset
from storage.records.model import FeedEntry, FeedReading

_ROOT = re.compile(rb"<(?!\?|!)\s*(?:[\w.-]+:)?([\w.-]+)")
_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel", b"entry", b"item", b"xml"}
_ITEM = re.compile(rb"<(?:[\w.-]+:)?(item|entry)[\s>]", re.I)
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,12})|([0-9]{1,12}));")
_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?)(?<!\s)\s+encoding\s*=\s*[\"']([^\"']*)[\"']", re.I)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in the encodings of mainframes
_SNIFF = 8192  # bytes in which the root element has to begin
_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0}
_LONGEST_GUID, _LONGEST_CONTENT = 2048, 200_000  # characters
_MOST_TTL = 86400.0  # seconds; a longer wish is a template's default


def read_feed(
    body: bytes, *, url: str, content_type: str | None = None, cap: int = 1000
) -> FeedReading:
    """Parse a feed. Raises FeedUnreadable, with what stood there instead."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return jsonfeed.read(body, url=url, cap=cap)
    if b"\0" not in body[:4] and not body.startswith((b"\xfe\xff", b"\xff\xfe", _EBCDIC)):
        _refuse_pages(body)
    raw, over_cap = _cut(_repair(body), cap)
    parsed = _parse(raw, url, content_type)
    entries = parsed.get("entries", [])
    if not parsed.get("version") and not entries and not _has_feed_root(raw):
        reason = parsed.get("bozo_exception") or "no feed format is recognised"
        raise FeedUnreadable(f"not a feed: {reason}")
    read = [_entry(entry, url, place) for place, entry in enumerate(islice(entries, cap))]
    usable = tuple(entry for entry in read if entry is not None)
    return FeedReading(
        entries=usable,
        title=text.tidy(parsed.get("feed", {}).get("title") or "") or None,
        format=parsed.get("version") or "unknown",
        over_cap=over_cap + max(len(entries) - cap, 0),
        unusable=len(read) - len(usable),
        min_interval_seconds=_wished_interval(parsed.get("feed", {})),
    )


def _refuse_pages(body: bytes) -> None:
    """Raise where the bytes are no XML feed: feedparser takes seconds for what is a page."""
    head = body[:_SNIFF]
    if b"<!entity" in head.lower():
        raise FeedUnreadable("a document type with entities: refused, it may expand without end")
    root = _ROOT.search(re.sub(rb"<!--.*?-->", b"", head, flags=re.S))
    name = root[1].lower() if root else b""
    if name == b"html" or b"<!doctype html" in head.lower():
        raise FeedUnreadable('a web page, not a feed; use page = "URL" for a listing page')
    if name not in _FEED_ROOTS:
        what = name.decode("ascii", "replace") or body[:40].decode("ascii", "replace")
        raise FeedUnreadable(f"not a feed: the document begins with {what!r}")


def _has_feed_root(body: bytes) -> bool:
    """Whether it calls itself a feed: then it is one without entries, in a rare dialect."""
    root = _ROOT.search(body[:_SNIFF])
    return root is not None and root[1].lower() in _FEED_ROOTS - {b"xml"}


def _repair(body: bytes) -> bytes:
    """Mend character references that are no character, and encodings that are no encoding."""
    body = _REFERENCE.sub(_mend_reference, _join_surrogates(body))
    declared = _DECLARED.match(body[:200])
    if declared and charset.codec_for(declared[2].decode("ascii", "replace")) is None:
        body = declared[1] + body[declared.end() :]
    return body


_SURROGATE_PAIR = re.compile(
    rb"&#(?:x(d[89ab][0-9a-f]{2})|(5[5-6]\d{3}));&#(?:x(d[c-f][0-9a-f]{2})|(5[6-7]\d{3}));", re.I
)


def _join_surrogates(body: bytes) -> bytes:
    def join(match: re.Match[bytes]) -> bytes:
        high = int(match[1], 16) if match[1] else int(match[2])
        low = int(match[3], 16) if match[3] else int(match[4])
        if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
            return match[0]
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))

    return _SURROGATE_PAIR.sub(join, body)


def _mend_reference(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    is_character = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return match[0] if is_character else b"&#65533;"


def _cut(body: bytes, cap: int) -> tuple[bytes, int]:
    """Cut a feed after its first `cap` entries (newest first by custom); count the rest."""
    starts = [match.start() for match in islice(_ITEM.finditer(body), cap, None)]
    if not starts:
        return body, 0
    kept = body[: starts[0]]
    closing = b"</channel></rss>" if re.search(rb"<rss[\s>]", kept[:_SNIFF], re.I) else b""
    return kept + closing, len(starts)


def _parse(body: bytes, url: str, content_type: str | None) -> Any:
    """Call feedparser, from memory only: a str or bytes argument may be opened as a path.

    Any: feedparser is untyped.
    """
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        RuntimeError,
    ) as error:
        raise FeedUnreadable(f"not a feed that can be read: {error}") from error


def _entry(entry: Any, base: str, place: int) -> FeedEntry | None:
    url = _link(entry, base)
    if url is None:
        return None
    contents = [c.get("value") or "" for c in entry.get("content", [])]
    return FeedEntry(
        url=url,
        guid=(entry.get("id") or "")[:_LONGEST_GUID] or None,
        headline=text.tidy(_plain(entry.get("title"))) or None,
        published=_moment(entry, "published") or _moment(entry, "updated"),
        modified=_moment(entry, "updated"),
        summary=text.tidy(_plain(entry.get("summary")))[:2000] or None,
        byline=tuple(
            filter(None, (text.tidy(a.get("name") or "") for a in entry.get("authors", [])))
        ),
        content=max(contents, key=len, default="")[:_LONGEST_CONTENT] or None,
        position=place,
    )


def _link(entry: Any, base: str) -> str | None:
    candidates = [entry.get("feedburner_origlink"), entry.get("link")]
    candidates += [
        link.get("href") for link in entry.get("links", []) if link.get("rel") == "alternate"
    ]
    if str(entry.get("id", "")).startswith(("http://", "https://")):
        candidates.append(entry["id"])
    resolved = (urls.absolute(c, base) for c in candidates if c)
    return next((url for url in resolved if url is not None), None)


_TAG = re.compile(r"<[^<>]*>")


def _plain(value: str | None) -> str:
    """Drop the tags of a short HTML fragment (feedparser has decoded its entities once)."""
    if not value or not ("<" in value or "&" in value):
        return value or ""
    return html.unescape(_TAG.sub(" ", value))


def _moment(entry: Any, name: str) -> datetime | None:
    """Return a date within what a newspaper's can be; feedparser has converted it to UTC.

    By dict.get, since feedparser's own gives `published` where `updated` is missing.
    """
    claimed = str(dict.get(entry, name) or "").strip()
    if claimed.isdigit():  # seconds since 1970, which feedparser takes for something else
        seconds = int(claimed[:11])
        return datetime.fromtimestamp(seconds, UTC) if 3e8 < seconds < 4e9 else None
    parsed = dict.get(entry, f"{name}_parsed")
    if parsed is None or not 1970 < parsed.tm_year < 2100:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None


def _wished_interval(feed: Any) -> float:
    """Return the seconds that a feed asks to be left alone: ttl or sy:updatePeriod."""
    wished = 0.0
    if str(feed.get("ttl", "")).strip().isdigit():
        wished = int(feed["ttl"]) * 60.0
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0.0)
    frequency = str(feed.get("sy_updatefrequency", "1")).strip()
    if period and frequency.isdigit() and int(frequency) > 0:
        wished = max(wished, period / int(frequency))
    return min(wished, _MOST_TTL)
