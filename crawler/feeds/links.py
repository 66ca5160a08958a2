"""Which address an entry has: feeds name several, leave some empty, or give all entries one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler import text, urls
from crawler.text.dates import NOWHERE, Locale
from storage.records.model import FeedEntry

Fields = Mapping[str, Any]  # Any: feedparser is untyped

# RFC 4287, 4.2.7.2: a relation may be written as an address.
_REGISTRY = "http://www.iana.org/assignments/relation/"
_HTML = {"text/html", "application/xhtml+xml"}
_ADDRESS = re.compile(r"https?://|www\.|/", re.I)
# Set by `marks.py`: the address of this link is an attribute, and not the text of the element.
BY_ATTRIBUTE = "drawdown-attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What the addresses and dates of entries are read with."""

    base: str  # that relative links are resolved against
    home: str | None = None  # the page that the feed is about
    language: str | None = None  # ISO 639
    is_rss: bool = False
    dates: Locale = NOWHERE  # how it writes them


def channel_of(feed: Fields, url: str, *, is_rss: bool, has_base: bool) -> Channel:
    """Return how the links of a feed are read, from its own fields and its address.

    `has_base` says that the document has an `xml:base`, which feedparser applies.
    """
    own = Channel(base=url, is_rss=is_rss)
    home = _first_usable(_alternates(feed, own), url)
    return Channel(
        base=url if has_base else base_of(url, home, is_rss=is_rss),
        home=home,
        language=text.primary_language(string(feed, "language")),
        is_rss=is_rss,
    )


def base_of(url: str, home: str | None, *, is_rss: bool) -> str:
    """Return the base of relative links: the feed's home page, or its own address.

    RSS names no base, and other readers take the channel's link. Atom takes the document (RFC 4287,
    2), but a feed that a service of another site delivers has no articles beside it:
    `/news/1` of https://feeds.example/paper is an article of https://paper.example/.
    """
    if home is None:
        return url
    is_delivered = not urls.same_site(urls.host_of(url), urls.host_of(home))
    return home if is_rss or is_delivered else url


def address_of(fields: Fields, channel: Channel) -> str | None:
    """Return the address of an entry; None where it has none that can be used."""
    return _first_usable(_candidates(fields, channel), channel.base)


def guid_address(guid: str, base: str) -> str | None:
    """Return the address that an identifier is, if it is one: `tag:paper.example,2026:1` is none.

    RSS 2.0: a <guid> is an address unless it says isPermaLink="false"; feeds often err in that.
    """
    return urls.absolute(guid, base) if _ADDRESS.match(guid) else None


def with_own_addresses(entries: Sequence[FeedEntry], channel: Channel) -> tuple[FeedEntry, ...]:
    """Return entries of which those that share one link have the address in their identifier.

    Every item links to https://paper.example/, and its guid is https://paper.example/news/1.
    """
    shared = Counter(_page_of(entry.url) for entry in entries)
    if channel.home is not None:
        # No article: an item that alone links to it shares it, too.
        shared[_page_of(channel.home)] += 1
    return tuple(
        entry if shared[_page_of(entry.url)] == 1 else _with_own_address(entry, channel)
        for entry in entries
    )


def _with_own_address(entry: FeedEntry, channel: Channel) -> FeedEntry:
    own = guid_address(entry.guid or "", channel.base)
    # `https://paper.example/live#post-7` is a part of its page.
    if own is None or _page_of(own) == _page_of(entry.url):
        return entry
    return replace(entry, url=own)


def string(fields: Fields, name: str) -> str:
    """Return a field as text; empty where feedparser has something else of that name."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def tables(fields: Fields, name: str) -> list[Fields]:
    """Return a field as a list of tables; empty where it is none."""
    value = fields.get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


def _page_of(url: str) -> str:
    """Return an address without its fragment, and without a last slash."""
    return url.partition("#")[0].rstrip("/")


def _candidates(fields: Fields, channel: Channel) -> Iterator[str]:
    """Yield the addresses that an entry names, the most reliable first."""
    yield string(fields, "feedburner_origlink")  # the link is then one that counts readers
    yield from _alternates(fields, channel)
    guid = string(fields, "id")
    if _ADDRESS.match(guid):
        yield guid
    if channel.is_rss and not tables(fields, "links"):
        yield string(fields, "link")  # a permalink that is relative: `<guid>news/1</guid>`


def _alternates(fields: Fields, channel: Channel) -> list[str]:
    """Return the links to the entry itself, the best first; of equal ones in their order.

    feedparser keeps the last one, and the text of a link whose relation leads elsewhere.
    """
    detail = fields.get("title_detail")
    said = string(detail, "language") if isinstance(detail, dict) else ""
    language = text.primary_language(said) or channel.language
    # RFC 4287, 4.2.7.2: the other relations lead to no article.
    links = [link for link in tables(fields, "links") if _is_alternate(link)]
    links.sort(key=lambda link: _rank(link, language, channel))
    return [string(link, "href") for link in links]


def _is_alternate(link: Fields) -> bool:
    relation = string(link, "rel").strip().lower()
    return relation.removeprefix(_REGISTRY) == "alternate"


def _rank(link: Fields, language: str | None, channel: Channel) -> tuple[bool, bool, bool]:
    """Return what speaks against a link: it is foreign to RSS, no page, in another language."""
    is_foreign = channel.is_rss and BY_ATTRIBUTE in link
    media_type = string(link, "type").strip().lower()
    its_language = text.primary_language(string(link, "hreflang"))
    is_known = language is not None and its_language is not None
    is_other_language = is_known and its_language != language
    return is_foreign, media_type not in _HTML, is_other_language


def _first_usable(candidates: Iterable[str], base: str) -> str | None:
    # An empty address would be that of the feed.
    found = (urls.absolute(candidate, base) for candidate in candidates if candidate.strip())
    return next(filter(None, found), None)
