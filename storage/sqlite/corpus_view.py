"""The corpus as it was known at a time: the rows of the view `corpus`, without what came later.

What the store learns has the time at which it did (`stored_at`, `found_at`), set by the one writer,
so what was known at a time stays the same. Names and families of outlets are those of today.
"""

import sqlite3
from datetime import datetime

from storage.sqlite.values import from_column

_COPIES = "('exact', 'near', 'syndicated', 'truncated')"


def _known(article: str) -> str:
    return f"""EXISTS (SELECT 1 FROM revision AS first WHERE first.article_id = {article}.id
        AND first.number = 1 AND first.stored_at <= :as_of)"""  # noqa: S608 - names of this file


def _linked(article: str, root: str, kinds: str = "") -> str:
    """Whether an article belonged to its cluster or group: as its first one, or by an edge."""
    kind = f" AND link.kind IN {kinds}" if kinds else ""
    return f"""({article}.id = {article}.{root} OR EXISTS (
        SELECT 1 FROM relation AS link WHERE link.article_id = {article}.id
        AND link.found_at <= :as_of{kind}))"""  # noqa: S608 - names of this file


_MEMBER = f"""
    FROM article AS member WHERE (member.cluster_id = article.cluster_id
                                  OR member.id = article.cluster_id)
      AND {_known("member")} AND {_linked("member", "cluster_id", _COPIES)}
"""
_IN_CLUSTER = _linked("article", "cluster_id", _COPIES)
_GROUPED = f"""
    FROM article AS member JOIN source AS publisher ON publisher.id = member.source_id
    WHERE member.group_id = article.group_id AND {_known("member")}
      AND {_linked("member", "group_id")}
"""
_IN_GROUP = _linked("article", "group_id")

ORIGINAL = f"""CASE WHEN {_IN_CLUSTER}
    THEN (SELECT member.id {_MEMBER} ORDER BY member.declared_at, member.id LIMIT 1)
    ELSE article.id END"""

NEWEST = """revision.number = (SELECT max(number) FROM revision AS newest
    WHERE newest.article_id = article.id AND newest.stored_at <= :as_of)"""
EVERY = "revision.stored_at <= :as_of"

# The columns of the view `corpus`, in its order; {revision} is NEWEST or EVERY, {chosen} limits the
# articles.
SELECT = f"""
SELECT
    article.id AS id, revision.url AS url, article.canonical_url AS canonical_url,
    source.name AS source, source.family AS family,
    revision.headline, revision.standfirst, revision.byline, revision.published,
    revision.published_zone, revision.modified, revision.language, revision.body,
    revision.captions, revision.inserts, revision.credit, article.wire, revision.section,
    revision.tags, revision.image, revision.site_name, revision.access, revision.charset,
    revision.word_count,
    article.first_seen AS first_seen, original.declared_at AS first_published,
    revision.fetched_at AS fetched_at, verdict.relevant, verdict.score, verdict.evidence,
    nullif(original.id, article.id) AS duplicate_of,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.kind, back.kind_back) END AS duplicate_kind,
    CASE WHEN original.id <> article.id
        THEN coalesce(edge.containment, back.containment) END AS containment,
    CASE WHEN {_IN_CLUSTER}
        THEN (SELECT member.id {_MEMBER} ORDER BY member.first_seen, member.id LIMIT 1)
        ELSE article.id END AS seen_first,
    CASE WHEN {_IN_GROUP} THEN article.group_id ELSE article.id END AS group_id,
    CASE WHEN {_IN_GROUP} THEN (SELECT count(DISTINCT publisher.family) {_GROUPED})
        ELSE 1 END AS outlets,
    CASE WHEN {_IN_GROUP}
        THEN (SELECT count(DISTINCT coalesce(member.wire, publisher.family)) {_GROUPED}
              AND NOT ({_linked("member", "cluster_id", _COPIES)}
                       AND member.cluster_id <> member.id))
        ELSE 1 END AS independent_texts,
    revision.number AS revision, revision.extractor_version, verdict.topic_version
FROM article
JOIN source ON source.id = article.source_id
JOIN revision ON revision.article_id = article.id AND {{revision}}
JOIN verdict ON verdict.article_id = article.id AND verdict.revision = revision.number
    AND verdict.stored_at = (
        SELECT max(newest.stored_at) FROM verdict AS newest
        WHERE newest.article_id = article.id AND newest.revision = revision.number
          AND newest.stored_at <= :as_of)
JOIN article AS original ON original.id = {ORIGINAL}
LEFT JOIN relation AS edge ON edge.article_id = article.id AND edge.kind IN {_COPIES}
    AND edge.found_at <= :as_of
LEFT JOIN relation AS back ON edge.article_id IS NULL AND back.article_id = original.id
    AND back.kind IN {_COPIES} AND back.found_at <= :as_of
WHERE {{chosen}}
"""  # noqa: S608 - constants of this file


def settled(connection: sqlite3.Connection) -> datetime | None:
    """Return the latest time of which everything is known: that of the newest row."""
    row = connection.execute(
        """
        SELECT max(newest) FROM (
            SELECT max(stored_at) AS newest FROM revision
            UNION ALL SELECT max(stored_at) FROM verdict
            UNION ALL SELECT max(found_at) FROM relation)
        """
    ).fetchone()
    return from_column(row[0])


# Articles of which something became known after a time.
CHANGED = """
    article.id IN (SELECT article_id FROM revision WHERE stored_at > :since AND stored_at <= :as_of
                   UNION SELECT article_id FROM verdict
                   WHERE stored_at > :since AND stored_at <= :as_of
                   UNION SELECT article_id FROM relation
                   WHERE found_at > :since AND found_at <= :as_of
                   UNION SELECT of FROM relation WHERE found_at > :since AND found_at <= :as_of)
"""
