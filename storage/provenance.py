"""Where an article came from: sightings, revisions, attempts and copies, for `drawdown show`."""

import sqlite3
from typing import Any

import msgspec


def trace(connection: sqlite3.Connection, article_id: int) -> dict[str, Any]:
    """Return every record that leads to an article, as plain values ready for JSON.

    Any: each list has the columns of its table, named in docs/corpus.md.
    """
    parameters = {"id": article_id}
    return {
        "sightings": _rows(connection, _SIGHTINGS, parameters),
        "revisions": _rows(connection, _REVISIONS, parameters),
        "attempts": _rows(connection, _ATTEMPTS, parameters),
        "aliases": _rows(connection, _ALIASES, parameters),
        "copies": _rows(connection, _COPIES, parameters),
    }


def _rows(
    connection: sqlite3.Connection, query: str, parameters: dict[str, int]
) -> list[dict[str, Any]]:
    rows = [dict(row) for row in connection.execute(query, parameters)]
    for row in rows:
        for name in ("redirects", "headers", "origins"):
            if name in row:
                row[name] = msgspec.json.decode(row[name])
    return rows


_SIGHTINGS = """
    SELECT source.name AS source, source.url AS feed, sighting.url, guid, headline, published,
           modified, position, sighting.first_seen
    FROM sighting JOIN frontier_url ON frontier_url.id = sighting.frontier_id
                  JOIN source ON source.id = sighting.source_id
    WHERE frontier_url.article_id = :id ORDER BY sighting.id
"""
_REVISIONS = """
    SELECT number, change, fetched_at, url, redirects, status, address, headers, page_digest,
           headline, published_claim, origins, extractor_version
    FROM revision WHERE article_id = :id ORDER BY number
"""
_ATTEMPTS = """
    SELECT at, attempt.outcome, status, attempt.detail, wire_bytes, duration_ms
    FROM attempt LEFT JOIN frontier_url ON frontier_url.id = attempt.frontier_id
    WHERE attempt.article_id = :id OR frontier_url.article_id = :id ORDER BY attempt.id
"""
_ALIASES = "SELECT canonical_url, via FROM url_alias WHERE article_id = :id ORDER BY canonical_url"
_COPIES = """
    SELECT corpus.id, corpus.source, corpus.headline, corpus.canonical_url, corpus.published,
           duplicate.of, duplicate.kind, duplicate.containment, duplicate.forward,
           duplicate.backward, duplicate.similarity, duplicate.method
    FROM article JOIN corpus ON corpus.id = article.id
                 LEFT JOIN duplicate ON duplicate.article_id = article.id
    WHERE article.id <> :id
      AND article.cluster_id = (SELECT cluster_id FROM article WHERE id = :id)
    ORDER BY corpus.id
"""
