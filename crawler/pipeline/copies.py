"""What an article repeats: compared against the whole corpus, inside the writer's transaction.

The texts that it is compared with are read and fingerprinted before: that takes up to a second for
a long one, and everybody else waits for the writer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from sqlite3 import Connection
from typing import TypeVar

from crawler import urls
from crawler.dedupe import near
from crawler.dedupe.likeness import Comparable
from storage.articles import relations
from storage.articles.relations import Candidate
from storage.articles.reprocessing import Waiting
from storage.articles.sketches import SketchIndex
from storage.crawl import profiles
from storage.records.article import Article
from storage.records.model import Fingerprint, Relation
from storage.sqlite.database import Database

T = TypeVar("T")

_KEPT = 1000  # texts of the newest articles, ready to be compared: about 20 MB


class TextsNeeded(Exception):
    """Texts have to be read before a new one can be compared with them."""

    def __init__(self, candidates: Sequence[Candidate]):
        super().__init__([candidate.article_id for candidate in candidates])
        self.candidates = candidates


class Copies:
    """The candidate index of a run, and the texts that were compared last.

    Where it `defers`, texts are read outside of the transaction: see `write_compared`.
    """

    def __init__(self, index: SketchIndex, *, defers: bool = False):
        self._index = index
        self._defers = defers
        self._texts: OrderedDict[int, Comparable] = OrderedDict()

    def find(
        self,
        connection: Connection,
        new: Comparable,
        found: Fingerprint,
        article_id: int | None = None,
    ) -> list[Relation]:
        """Return what a text repeats, the strongest relation first. Raises TextsNeeded."""
        listed = relations.candidates(connection, self._index, found, article_id=article_id)
        unread = [one for one in listed if self._known_text(one) is None]
        if unread and self._defers:
            raise TextsNeeded(unread)
        return near.relate(new, [(c.article_id, self._text_of(connection, c)) for c in listed])

    def keep(
        self,
        connection: Connection,
        article_id: int,
        new: Comparable,
        found: Fingerprint,
        related: Sequence[Relation],
    ) -> None:
        """Record what a stored article repeats, and let later articles find it.

        If the transaction is rolled back, the stale entry does no harm: candidates are read from
        the store, and their text hash has to agree.
        """
        relations.link(connection, article_id, related)
        if related and related[0].kind.is_copy:
            self._relate_to_original(connection, article_id, new)
        if relations.keep_sketch(connection, article_id, found, related):
            self._index.add(article_id, relations.sketch_of(found))
        self._remember(article_id, new)

    def _relate_to_original(
        self,
        connection: Connection,
        article_id: int,
        new: Comparable,
    ) -> None:
        """Record how a copy and the original of its cluster repeat each other.

        It was found by the text it is most like, which may be another copy. Where the new article
        is the original itself, as it was published first, the copies are compared with it.
        """
        for other_id in relations.unrelated_to_original(connection, article_id):
            other = relations.candidate(connection, other_id)
            if other is None:
                continue
            for relation in near.relate(new, [(other_id, self._text_of(connection, other))]):
                relations.add_edge(connection, article_id, relation)

    @contextmanager
    def knowing(self, texts: Sequence[tuple[int, Comparable]]) -> Iterator[None]:
        """Compare with texts that were read, by article.

        One that is missing nevertheless, since its article was revised meanwhile, is read at once.
        """
        for article_id, text in texts:
            self._remember(article_id, text)
        before, self._defers = self._defers, False
        try:
            yield
        finally:
            self._defers = before

    def _text_of(self, connection: Connection, candidate: Candidate) -> Comparable:
        known = self._known_text(candidate)
        if known is not None:
            self._texts.move_to_end(candidate.article_id)
            return known
        _, read = of_stored(connection, candidate.article_id, candidate)
        self._remember(candidate.article_id, read)
        return read

    def _known_text(self, candidate: Candidate) -> Comparable | None:
        known = self._texts.get(candidate.article_id)
        is_newest = known is not None and known.text_hash == candidate.text_hash
        return known if is_newest else None

    def _remember(self, article_id: int, text: Comparable) -> None:
        self._texts[article_id] = text
        self._texts.move_to_end(article_id)
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)


async def write_compared(
    database: Database, copies: Copies, change: Callable[[Connection], T]
) -> T:
    """Apply a change that compares a text, in one transaction.

    Texts that are not in memory are read and fingerprinted first; the change is begun again then.
    Raises StorageError.
    """
    try:
        return await database.write(change)
    except TextsNeeded as needed:
        stored = await database.read(_stored_texts, needed.candidates)
    texts = await asyncio.to_thread(_fingerprinted, stored)

    def change_knowing(connection: Connection) -> T:
        with copies.knowing(texts):
            return change(connection)

    return await database.write(change_knowing)


_Read = tuple[tuple[str, ...], Set[int]]  # the text of an article, and the lines of its outlet


def _stored_texts(
    connection: Connection, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, _Read]]:
    return [(one, _stored_text(connection, one.article_id, one)) for one in candidates]


def _stored_text(connection: Connection, article_id: int, stored: Candidate | Waiting) -> _Read:
    site = profiles.of(connection, urls.host_of(stored.url))
    return relations.body_of(connection, article_id), site.common_lines


def _fingerprinted(
    stored: Sequence[tuple[Candidate, _Read]],
) -> list[tuple[int, Comparable]]:
    return [(one.article_id, _comparable(one, read)[1]) for one, read in stored]


def of_stored(
    connection: Connection, article_id: int, stored: Candidate | Waiting
) -> tuple[Fingerprint, Comparable]:
    """Return the newest text of a stored article: its fingerprint, and the text to compare."""
    return _comparable(stored, _stored_text(connection, article_id, stored))


def _comparable(stored: Candidate | Waiting, read: _Read) -> tuple[Fingerprint, Comparable]:
    body, common = read
    return Comparable.of_body(
        body,
        common=common,
        outlet=stored.outlet,
        headline=stored.headline,
        published=stored.published,
    )


def of_article(
    found: Fingerprint, article: Article, outlet: str, first_seen: datetime | None
) -> Comparable:
    """Make an article that was just read ready to be compared."""
    return Comparable.read(
        found,
        article.body,
        outlet=outlet,
        headline=article.headline,
        published=article.published or first_seen,
    )
