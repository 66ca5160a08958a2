"""Where an article is from, as it was known at a time: lists, revisions, pages, copies."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.articles.revisions import CHANGE
from storage.records.model import CorpusArticle
from storage.sqlite import corpus_view
from storage.sqlite.values import stamp

_FAR_FUTURE = "9999"  # sorts, as text, after every time in the store
Found = list[sqlite3.Row]


@dataclass(frozen=True, slots=True)
class Trail:
    """The rows of a provenance; nothing in them became known later than the text."""

    sightings: Found  # source, feed, url, first_seen
    revisions: Found  # number, change, fetched_at, status, url, page_digest, text_hash
    pages: Found  # revision, file, offset, length, digest
    copies: Found  # id, source, family, headline, url, kind, containment


def trail_of(
    connection: sqlite3.Connection,
    article: CorpusArticle,
    as_of: datetime | None,
) -> Trail:
    """Return the provenance of an article as it was known at a time; by default now."""
    asked = {
        "id": article.id,
        "revision": article.revision,
        "as_of": stamp(as_of) if as_of else _FAR_FUTURE,
    }
    return Trail(
        sightings=connection.execute(_SIGHTINGS, asked).fetchall(),
        revisions=connection.execute(_REVISIONS, asked).fetchall(),
        pages=connection.execute(_PAGES, asked).fetchall(),
        copies=connection.execute(_COPIES, asked).fetchall(),
    )


_SIGHTINGS = """
    SELECT source.name AS source, source.url AS feed, sighting.url, sighting.first_seen
    FROM sighting JOIN frontier_url ON frontier_url.id = sighting.frontier_id
                  JOIN source ON source.id = sighting.source_id
    WHERE frontier_url.article_id = :id AND sighting.first_seen <= :as_of
    ORDER BY sighting.id
"""
_REVISIONS = f"""
    SELECT number, {CHANGE} AS change, fetched_at, status, url, page_digest, text_hash
    FROM revision WHERE article_id = :id AND stored_at <= :as_of ORDER BY number
"""  # noqa: S608 - a constant
_PAGES = """
    SELECT revision, file, offset, length, digest FROM archived
    WHERE article_id = :id AND revision <= :revision ORDER BY id
"""
# Edges to the articles that this one repeats, and from those that repeat it.
_COPIES = f"""
    SELECT article.id, source.name AS source, {corpus_view.FAMILY} AS family, revision.headline,
           revision.language, coalesce(cited.url, revision.url) AS url, edge.kind,
           edge.containment, article.first_seen
    FROM (SELECT of AS other, kind, containment FROM relation
          WHERE article_id = :id AND found_at <= :as_of
          UNION ALL
          SELECT article_id, kind_back, containment FROM relation
          WHERE of = :id AND found_at <= :as_of) AS edge
    JOIN article ON article.id = edge.other
    JOIN source ON source.id = article.source_id
    JOIN revision ON revision.article_id = article.id AND revision.number = 1
        AND revision.stored_at <= :as_of
    LEFT JOIN cited ON cited.article_id = article.id AND cited.revision = 1
    ORDER BY article.declared_at, article.id
"""  # noqa: S608 - a constant
