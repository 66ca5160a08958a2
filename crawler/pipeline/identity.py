"""Which article a page is: its address, its own claim, and the addresses that lead to it."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from sqlite3 import Connection
from urllib.parse import unquote

from crawler import urls
from crawler.dedupe.likeness import Comparable, compare
from storage.articles import articles, relations
from storage.crawl import parameters
from storage.records.model import Page, PageReading

_WORD = re.compile(r"[^\W_]{3,}")
_LEAST_WORDS = 20  # of equal texts under one path, which are one article
_SAME_TEXT = 0.5  # containment of the text that is known in the text that claims to be it

Learned = Mapping[str, Set[str]]


@dataclass(frozen=True, slots=True)
class Identity:
    """The canonical URL of a page, and the article that stands under it, if there is one."""

    url: str
    article_id: int | None = None
    via: str = "canonical"
    learned: tuple[tuple[str, str], ...] = field(default=())  # host and parameter, newly dropped


def is_home(url: str) -> bool:
    """Whether an address is its host's home page."""
    return "/" not in urls.canonicalize(url).removeprefix("https://")


def identify(
    connection: Connection, page: Page, reading: PageReading, new: Comparable, learned: Learned
) -> Identity:
    """Return which article a page is.

    The page's own claim comes first, but only where it may be true: templates exist that claim one
    address for every page.
    """
    own = urls.canonicalize(page.url, learned)
    claimed = _claimed(page, reading, learned) or own
    known = articles.find(connection, claimed)
    if claimed != own:
        believed = _alike(own, claimed) if known is None else _is_same_text(connection, known, new)
        if believed:
            return Identity(claimed, known)
        known = articles.find(connection, own)
    if known is not None:
        return Identity(own, known)
    return _among_siblings(connection, own, new)


def _claimed(page: Page, reading: PageReading, learned: Learned) -> str | None:
    """Return the canonical URL that a page claims; None for another site's or a home page's."""
    claim = reading.article.canonical_url if reading.article else None
    if claim is None or not urls.same_site(urls.host_of(claim), urls.host_of(page.url)):
        return None
    return None if is_home(claim) else urls.canonicalize(claim, learned)


def _alike(one: str, other: str) -> bool:
    """Whether two addresses may name one article: words or a number in common, or none to tell."""
    a, b = _words(one), _words(other)
    return not a or not b or len(a & b) >= 0.5 * min(len(a), len(b))


def _words(url: str) -> set[str]:
    path = url.partition("?")[0].split("/")[3:]
    return set(_WORD.findall(unquote(path[-1]).lower())) if path else set()


def _is_same_text(connection: Connection, article_id: int, new: Comparable) -> bool:
    body = relations.body_of(connection, article_id)
    _, known = Comparable.of_body(body)
    return known.text_hash == new.text_hash or compare(known, new).containment > _SAME_TEXT


def _among_siblings(connection: Connection, own: str, new: Comparable) -> Identity:
    """Learn from the articles under the same path: equal texts are one article.

    A parameter in which alone their addresses differ means nothing, where that holds three times
    and never fails.
    """
    same: int | None = None
    learned: list[tuple[str, str]] = []
    mine = urls.parameters(own)
    for sibling in parameters.siblings(connection, own):
        name = _only_difference(mine, urls.parameters(sibling.canonical_url))
        if name is None or sibling.words < _LEAST_WORDS:
            continue
        is_same = sibling.text_hash == new.text_hash
        host = own.split("/")[2]
        if parameters.count(connection, host, name, is_same=is_same):
            learned.append((host, name))
        if is_same and same is None:
            same = sibling.article_id
    return Identity(own, same, "parameter", tuple(learned))


def _only_difference(one: dict[str, str], other: dict[str, str]) -> str | None:
    names = {name for name, _ in one.items() ^ other.items()}
    return names.pop() if len(names) == 1 else None


def aliases(page: Page, identity: Identity, learned: Learned) -> Iterator[tuple[str, str]]:
    """Yield the other addresses that led here, each with how."""
    led = [(page.requested_url, "entry")]
    led += [(url, "redirect") for url in (*page.redirects, page.url)]
    if identity.via == "parameter" and identity.article_id is not None:
        yield identity.url, identity.via
    for url, via in led:
        canonical = urls.canonicalize(url, learned)
        if canonical != identity.url:
            yield canonical, via
