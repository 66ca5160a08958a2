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


def channel_of(
    feed: Fields,
    url: str,
    *,
    is_rss: bool,
    has_base: bool,
) -> Channel:
    """Return how the links of a feed are read, from its own fields and its address.

    `has_base` says that the document has an `xml:base`, which feedparser applies.
    """
    own = Channel(base=url, is_rss=is_rss)
    home = _first_usable(_alternates(feed, own), url)
    base = url
    if not has_base:
        base = base_of(url, home, is_rss=is_rss)
    language = string(feed, "language")
    return Channel(
        base=base,
        home=home,
        language=text.primary_language(language),
        is_rss=is_rss,
    )


def base_of(
    url: str,
    home: str | None,
    *,
    is_rss: bool,
) -> str:
    """Return the base of relative links: the feed's home page, or its own address.

    RSS names no base, and other readers take the channel's link. Atom takes the document (RFC 4287,
    2), but a feed that a service of another site delivers has no articles beside it:
    `/news/1` of https://feeds.example/paper is an article of https://paper.example/.
    """
    if home is None:
        return url
    own_host = urls.host_of(url)
    home_host = urls.host_of(home)
    is_own = urls.same_site(own_host, home_host)
    if is_own and not is_rss:
        return url
    return home


def address_of(fields: Fields, channel: Channel) -> str | None:
    """Return the address of an entry; None where it has none that can be used."""
    candidates = _candidates(fields, channel)
    return _first_usable(candidates, channel.base)


def guid_address(guid: str, base: str) -> str | None:
    """Return the address that an identifier is, if it is one: `tag:paper.example,2026:1` is none.

    RSS 2.0: a <guid> is an address unless it says isPermaLink="false"; feeds often err in that.
    """
    if _ADDRESS.match(guid) is None:
        return None
    return urls.absolute(guid, base)


def with_own_addresses(
    entries: Sequence[FeedEntry],
    channel: Channel,
) -> tuple[FeedEntry, ...]:
    """Return entries of which those that share one link have the address in their identifier.

    Every item links to https://paper.example/, and its guid is https://paper.example/news/1.
    """
    pages = [urls.canonicalize(entry.url) for entry in entries]
    shared = Counter(pages)
    if channel.home is not None:
        # No article: an item that alone links to it shares it, too.
        home = urls.canonicalize(channel.home)
        shared[home] += 1
    entries_after: list[FeedEntry] = []
    for entry, page in zip(entries, pages, strict=True):
        is_shared = shared[page] > 1
        entries_after.append(_with_own_address(entry, channel) if is_shared else entry)
    return tuple(entries_after)


def _with_own_address(entry: FeedEntry, channel: Channel) -> FeedEntry:
    own = guid_address(entry.guid or "", channel.base)
    if own is None:
        return entry
    # `https://paper.example/live#post-7` is a part of its page.
    if urls.canonicalize(own) == urls.canonicalize(entry.url):
        return entry
    return replace(entry, url=own)


def string(fields: Fields, name: str) -> str:
    """Return a field as text; empty where feedparser has something else of that name."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    return ""


def tables(fields: Fields, name: str) -> list[Fields]:
    """Return a field as a list of tables; empty where it is none."""
    value = fields.get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]


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
    language = _language_of(fields) or channel.language
    # RFC 4287, 4.2.7.2: the other relations lead to no article.
    links = tables(fields, "links")
    alternates = [link for link in links if _is_alternate(link)]
    alternates.sort(key=lambda link: _rank(link, language, channel))
    return [string(link, "href") for link in alternates]


def _language_of(fields: Fields) -> str | None:
    """Return the language of an entry, which feedparser keeps with its title."""
    detail = fields.get("title_detail")
    if not isinstance(detail, dict):
        return None
    said = string(detail, "language")
    return text.primary_language(said)


def _is_alternate(link: Fields) -> bool:
    relation = string(link, "rel")
    name = relation.strip().lower().removeprefix(_REGISTRY)
    return name == "alternate"


def _rank(
    link: Fields,
    language: str | None,
    channel: Channel,
) -> tuple[bool, bool, bool]:
    """Return what speaks against a link: it is foreign to RSS, no page, in another language."""
    is_foreign = channel.is_rss and BY_ATTRIBUTE in link
    media_type = string(link, "type")
    is_page = media_type.strip().lower() in _HTML
    hreflang = string(link, "hreflang")
    its_language = text.primary_language(hreflang) or language
    is_other_language = language is not None and its_language != language
    return is_foreign, not is_page, is_other_language


def _first_usable(candidates: Iterable[str], base: str) -> str | None:
    for candidate in candidates:
        # An empty address would be that of the feed.
        if not candidate.strip():
            continue
        url = urls.absolute(candidate, base)
        if url is not None:
            return url
    return None
