"""The provenance of an article: sightings, revisions, attempts and copies (`drawdown show`)."""

import sqlite3
from typing import Any

import msgspec

from storage.articles.revisions import CHANGE
from storage.sqlite import corpus_view


def trace(connection: sqlite3.Connection, article_id: int) -> dict[str, Any]:
    """Return every record of the provenance of an article, as JSON values.

    Any: each list has the columns of its table, named in docs/corpus.md.
    """
    parameters = {"id": article_id}
    return {
        "sightings": _rows(connection, _SIGHTINGS, parameters),
        "revisions": _rows(connection, _REVISIONS, parameters),
        "attempts": _rows(connection, _ATTEMPTS, parameters),
        "aliases": _rows(connection, _ALIASES, parameters),
        "copies": _rows(connection, _COPIES, parameters),
        "relations": _rows(connection, _RELATIONS, parameters),
        "archived": _rows(connection, _ARCHIVED, parameters),
    }


def _rows(
    connection: sqlite3.Connection, query: str, parameters: dict[str, int]
) -> list[dict[str, Any]]:
    rows = [dict(row) for row in connection.execute(query, parameters)]
    for row in rows:
        for name in _JSON_COLUMNS & row.keys():
            row[name] = msgspec.json.decode(row[name])
    return rows


_JSON_COLUMNS = {"redirects", "headers", "origins", "changes"}


_SIGHTINGS = """
    SELECT source.name AS source, source.url AS feed, sighting.url, guid, headline, published,
           modified, position, sighting.first_seen
    FROM sighting JOIN frontier_url ON frontier_url.id = sighting.frontier_id
                  JOIN source ON source.id = sighting.source_id
    WHERE frontier_url.article_id = :id ORDER BY sighting.id
"""
_REVISIONS = f"""
    SELECT number, {CHANGE} AS change, changes, fetched_at, url, redirects, status, address,
           headers, page_digest, headline, published_claim, origins, extractor_version
    FROM revision WHERE article_id = :id ORDER BY number
"""  # noqa: S608 - a constant
_ATTEMPTS = """
    SELECT at, attempt.outcome, status, attempt.detail, wire_bytes, duration_ms
    FROM attempt LEFT JOIN frontier_url ON frontier_url.id = attempt.frontier_id
    WHERE attempt.article_id = :id OR frontier_url.article_id = :id ORDER BY attempt.id
"""
_ARCHIVED = """
    SELECT revision, file, offset, length, digest FROM archived WHERE article_id = :id ORDER BY id
"""
_ALIASES = "SELECT canonical_url, via FROM url_alias WHERE article_id = :id ORDER BY canonical_url"
_COPIES = f"""
    SELECT article.id, source.name AS source, {corpus_view.FAMILY} AS family, revision.headline,
           coalesce(cited.url, revision.url) AS url, article.canonical_url AS url_key,
           revision.published, article.first_seen, article.wire,
           relation.of, relation.kind, relation.containment, relation.forward, relation.backward,
           relation.lead, relation.similarity, relation.method
    FROM article JOIN source ON source.id = article.source_id
                 JOIN revision ON revision.article_id = article.id AND revision.number = 1
                 LEFT JOIN cited ON cited.article_id = article.id AND cited.revision = 1
                 LEFT JOIN relation ON relation.article_id = article.id AND relation.of = (
                     SELECT edge.of FROM relation AS edge WHERE edge.article_id = article.id
                       AND edge.kind IN ('exact', 'near', 'syndicated', 'truncated')
                     ORDER BY edge.of <> :id, edge.containment DESC, edge.of LIMIT 1)
    WHERE article.id <> :id
      AND article.cluster_id = (SELECT cluster_id FROM article WHERE id = :id)
    ORDER BY article.declared_at, article.id
"""  # noqa: S608 - a constant
# Edges to and from an article: "of" if it is the later text, "in" if the other one is.
_RELATIONS = """
    SELECT relation.kind, 'of' AS way, other.id, source.name AS source,
           other.canonical_url AS url_key, containment, forward, backward, lead, similarity,
           method, found_at
    FROM relation JOIN article AS other ON other.id = relation.of
                  JOIN source ON source.id = other.source_id
    WHERE relation.article_id = :id
    UNION ALL
    SELECT kind_back, 'in', other.id, source.name, other.canonical_url, containment,
           backward, forward, lead, similarity, method, found_at
    FROM relation JOIN article AS other ON other.id = relation.article_id
                  JOIN source ON source.id = other.source_id
    WHERE relation.of = :id
    ORDER BY containment DESC, 3
"""
