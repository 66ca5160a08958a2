"""Which article a page is, by its URL, its claimed canonical URL and the texts of its siblings."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from sqlite3 import Connection
from urllib.parse import unquote

from crawler import urls
from crawler.dedupe.likeness import Comparable, compare
from storage.articles import articles, relations
from storage.crawl import parameters
from storage.records.model import Page, PageReading
from storage.sqlite.database import Database

_WORD = re.compile(r"[^\W_]{3,}")
_LEAST_WORDS = 20  # of equal texts under one path, which are one article
_SAME_TEXT = 0.5  # containment of the stored text in the text that claims to be it
_ALIKE_WORDS = 0.5  # of the shorter path, that two URLs of one article have in common

Learned = Mapping[str, Set[str]]  # by host: parameters that proved to change nothing


class LearnedParameters(dict[str, frozenset[str]]):
    """Parameters of URLs that proved to change nothing, by host."""

    def learn(self, host: str, parameter: str) -> None:
        """Drop a parameter of a host's URLs from now on."""
        self[host] = self.get(host, frozenset()) | {parameter}


@dataclass(frozen=True, slots=True)
class ParameterVote:
    """Two URLs that differ in one parameter, and whether their texts are equal."""

    host: str
    parameter: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """The canonical URL of a page, and the article that is stored under it, if any."""

    url: str
    article_id: int | None = None
    via: str = "canonical"
    votes: tuple[ParameterVote, ...] = ()  # to be counted when the decision is stored


def is_home(url: str) -> bool:
    """Whether an address is its host's home page."""
    return "/" not in urls.canonicalize(url).removeprefix("https://")


@dataclass(frozen=True, slots=True)
class ClaimedText:
    """The text of the article that is stored under the URL that a page claims."""

    article_id: int
    text: Comparable


async def read_claimed(
    database: Database, page: Page, reading: PageReading, learned: Learned
) -> ClaimedText | None:
    """Return the stored text that a page may be, ready to be compared; None where it claims none.

    Before the page is decided on: to fingerprint a long text takes longer than a transaction may.
    Raises StorageError.
    """
    claimed = _claimed_url(page, reading, learned)
    if claimed is None or claimed == urls.canonicalize(page.url, learned):
        return None
    stored = await database.read(_stored_body, claimed)
    if stored is None:
        return None
    article_id, body = stored
    _, text = await asyncio.to_thread(Comparable.of_body, body)
    return ClaimedText(article_id, text)


def _stored_body(connection: Connection, url: str) -> tuple[int, tuple[str, ...]] | None:
    known = articles.find(connection, url)
    return None if known is None else (known, relations.body_of(connection, known))


def identify(
    connection: Connection,
    page: Page,
    reading: PageReading,
    new: Comparable,
    learned: Learned,
    *,
    read: ClaimedText | None = None,
) -> Identity:
    """Return which article a page is; reads the store and writes nothing.

    The canonical URL that the page claims comes first, if it is plausible: some templates claim
    one address for every page. `read` is the text under it, where it was stored already.
    """
    own = urls.canonicalize(page.url, learned)
    claimed = _claimed_url(page, reading, learned)
    if claimed is not None and claimed != own:
        known = articles.find(connection, claimed)
        if known is None:
            is_plausible = _have_words_in_common(own, claimed)
        else:
            is_plausible = _is_same_text(_claimed_text(connection, known, read), new)
        if is_plausible:
            return Identity(claimed, known)

    known = articles.find(connection, own)
    if known is not None:
        return Identity(own, known)
    return _among_siblings(connection, own, new)


def _claimed_url(page: Page, reading: PageReading, learned: Learned) -> str | None:
    """Return the canonical URL that a page claims; None for another site's or a home page's."""
    claim = reading.article.canonical_url if reading.article else None
    if claim is None or not urls.same_site(urls.host_of(claim), urls.host_of(page.url)):
        return None
    return None if is_home(claim) else urls.canonicalize(claim, learned)


def cited_url(page: Page, reading: PageReading, learned: Learned) -> str:
    """Return the address of a page to open and to cite, without tracking.

    It is the canonical one that the page claims, if that may name this article: some templates
    claim one address for every page, or the one of another outlet. Else the final address.
    """
    claim = reading.article.canonical_url if reading.article else None
    claimed = _claimed_url(page, reading, learned)
    if claim is None or claimed is None:
        return urls.citable(page.url, learned)
    own = urls.canonicalize(page.url, learned)
    is_plausible = claimed == own or _have_words_in_common(own, claimed)
    return urls.citable(claim if is_plausible else page.url, learned)


def _have_words_in_common(one: str, other: str) -> bool:
    """Whether two URLs may name one article.

    The last parts of their paths share half of their words and numbers, as
    `/2026/03/returns-to-homs` and `/amp/returns-to-homs` do; or one of them has none to compare.
    """
    a, b = _words_of_path(one), _words_of_path(other)
    if not a or not b:
        return True
    return len(a & b) >= _ALIKE_WORDS * min(len(a), len(b))


def _words_of_path(url: str) -> set[str]:
    path = url.partition("?")[0].split("/")[3:]
    return set(_WORD.findall(unquote(path[-1]).lower())) if path else set()


def _claimed_text(connection: Connection, known: int, read: ClaimedText | None) -> Comparable:
    """Return the text of a stored article; reads it now where it was stored a moment ago."""
    if read is not None and read.article_id == known:
        return read.text
    _, text = Comparable.of_body(relations.body_of(connection, known))
    return text


def _is_same_text(stored: Comparable, new: Comparable) -> bool:
    if stored.text_hash == new.text_hash:
        return True
    return compare(stored, new).containment > _SAME_TEXT


def _among_siblings(connection: Connection, own: str, new: Comparable) -> Identity:
    """Return the article under the same path whose text is equal, if there is one.

    Each sibling whose URL differs in a single parameter gives a vote: a parameter is dropped once
    three pairs had equal texts, and none had different ones.
    """
    same: int | None = None
    votes: list[ParameterVote] = []
    mine = urls.parameters(own)
    host = own.split("/")[2]

    for sibling in parameters.siblings(connection, own):
        name = _only_difference(mine, urls.parameters(sibling.canonical_url))
        if name is None or sibling.words < _LEAST_WORDS:
            continue
        is_same = sibling.text_hash == new.text_hash
        votes.append(ParameterVote(host, name, is_same))
        if is_same and same is None:
            same = sibling.article_id
    return Identity(own, same, "parameter", tuple(votes))


def _only_difference(one: dict[str, str], other: dict[str, str]) -> str | None:
    names = {name for name, _ in one.items() ^ other.items()}
    return names.pop() if len(names) == 1 else None


def count_votes(
    connection: Connection, votes: Sequence[ParameterVote]
) -> tuple[tuple[str, str], ...]:
    """Store votes; return host and name of each parameter that is dropped from now on."""
    return tuple(
        (vote.host, vote.parameter)
        for vote in votes
        if parameters.count(connection, vote.host, vote.parameter, is_same=vote.is_same)
    )


def aliases(page: Page, identity: Identity, learned: Learned) -> Iterator[tuple[str, str]]:
    """Yield the other addresses that led to the article, each with how it did."""
    if identity.via == "parameter" and identity.article_id is not None:
        yield identity.url, identity.via
    led = [(page.requested_url, "entry")]
    led += [(url, "redirect") for url in (*page.redirects, page.url)]
    for url, via in led:
        canonical = urls.canonicalize(url, learned)
        if canonical != identity.url:
            yield canonical, via
