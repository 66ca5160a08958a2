"""The weak relation "same headline, other text": computed when it is shown, and stored nowhere.

It joins no group and no cluster, and counts in no number: two desks that choose one headline have
not copied a text. Within a week it may be one agency's headline over two reports.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from storage.search.analyser import words_of
from storage.search.compile import fts
from storage.search.nodes import Phrase
from storage.words.forms import fold

_DAYS = 7  # between the two: after a week a headline returns by chance or habit
_FEWEST_WORDS = 4  # "Breaking news" and "War in Syria" are over many texts
_MOST = 200  # candidates, those of the nearest dates first


@dataclass(frozen=True, slots=True, kw_only=True)
class SameHeadline:
    """Another article with the headline of an article, within seven days, and another text."""

    id: int
    source: str
    language: str | None
    published: str | None  # as the store has it
    url_key: str


def same_headline(connection: sqlite3.Connection, article_id: int) -> list[SameHeadline]:
    """Return the articles with the headline of an article and another text, by their dates.

    Case, accents and punctuation do not matter. Copies are left out: they are relations of their
    own. Texts that are not in the index yet are not found.
    """
    row = connection.execute(_HEADLINE, {"id": article_id}).fetchone()
    words = _words(row["headline"]) if row is not None else []
    if len(words) < _FEWEST_WORDS:
        return []
    asked = {
        "id": article_id,
        "match": fts(Phrase(" ".join(words), "headline")),
        "days": _DAYS,
        "most": _MOST,
    }
    candidates = connection.execute(_CANDIDATES, asked)
    return list(_with_headline(candidates, words))


def _words(headline: str) -> list[str]:
    return list(map(fold, words_of(headline)))


def _with_headline(
    rows: sqlite3.Cursor,
    words: list[str],
) -> Iterator[SameHeadline]:
    """Yield the candidates whose headline has exactly these words; the index has only stems."""
    for row in rows:
        if _words(row["headline"]) != words:
            continue
        yield SameHeadline(
            id=row["id"],
            source=row["source"],
            language=row["language"],
            published=row["published"],
            url_key=row["url_key"],
        )


_HEADLINE = """
    SELECT headline FROM revision WHERE article_id = :id AND change <> 'removed'
    ORDER BY number DESC LIMIT 1
"""
_CANDIDATES = """
    SELECT article.id, source.name AS source, revision.language, revision.published,
           article.canonical_url AS url_key, revision.headline
    FROM search JOIN search_row AS row ON row.id = search.rowid
                JOIN article ON article.id = row.article_id
                JOIN source ON source.id = article.source_id
                JOIN revision ON revision.article_id = article.id AND number = row.revision
                JOIN article AS this ON this.id = :id
    WHERE search MATCH :match AND article.id <> this.id AND article.cluster_id <> this.cluster_id
      AND abs(julianday(article.declared_at) - julianday(this.declared_at)) <= :days
      AND NOT EXISTS (SELECT 1 FROM search_row AS later
                      WHERE later.article_id = article.id AND later.revision > row.revision)
    ORDER BY abs(julianday(article.declared_at) - julianday(this.declared_at)), article.id
    LIMIT :most
"""
