"""What an article repeats: compared against the whole corpus, inside the writer's transaction."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

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

_KEPT = 1000  # texts of the newest articles, ready to be compared: about 20 MB


class Copies:
    """The candidate index of a run, and the texts that were compared last."""

    def __init__(self, index: SketchIndex):
        self._index = index
        self._texts: OrderedDict[int, Comparable] = OrderedDict()

    def find(
        self,
        connection: Connection,
        new: Comparable,
        found: Fingerprint,
        article_id: int | None = None,
    ) -> list[Relation]:
        """Return what a text repeats, the strongest relation first."""
        listed = relations.candidates(connection, self._index, found, article_id=article_id)
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
        if relations.keep_sketch(connection, article_id, found, related):
            self._index.add(article_id, relations.sketch_of(found))
        self._remember(article_id, new)

    def _text_of(self, connection: Connection, candidate: Candidate) -> Comparable:
        known = self._texts.get(candidate.article_id)
        if known is not None and known.text_hash == candidate.text_hash:
            self._texts.move_to_end(candidate.article_id)
            return known
        _, read = of_stored(connection, candidate.article_id, candidate)
        self._remember(candidate.article_id, read)
        return read

    def _remember(self, article_id: int, text: Comparable) -> None:
        self._texts[article_id] = text
        self._texts.move_to_end(article_id)
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)


def of_stored(
    connection: Connection, article_id: int, stored: Candidate | Waiting
) -> tuple[Fingerprint, Comparable]:
    """Return the newest text of a stored article: its fingerprint, and the text to compare."""
    body = relations.body_of(connection, article_id)
    site = profiles.of(connection, urls.host_of(stored.url))
    return Comparable.of_body(
        body,
        common=site.common_lines,
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
