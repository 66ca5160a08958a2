"""Edges between texts, and the candidates that a new text has to be compared with."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from storage.articles.sketches import Sketch, SketchIndex, may_be_copy
from storage.records.model import Fingerprint, Relation
from storage.sqlite.values import from_column, known

LEAST_ALIKE = 0.2  # of the smaller sample: what related texts share at least
_MOST_CANDIDATES = 8
_WHOLE = 0.9  # of both texts
_MOST_COMPARED = 50  # copies that a late original is compared with: two milliseconds each


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier article that shares sampled shingles with a new one, without its text."""

    article_id: int
    outlet: str
    headline: str
    text_hash: str
    sketch: Sketch
    url: str
    published: datetime | None  # else when its URL was discovered


def candidates(
    connection: sqlite3.Connection,
    index: SketchIndex,
    fingerprint: Fingerprint,
    *,
    article_id: int | None = None,
) -> list[Candidate]:
    """Return the articles most like a text: an equal one first, then by shared shingles.

    `article_id` is the article itself, if it is compared again. Articles that share less than a
    fifth of the smaller sample are not related, and left out; so are those that wait to be
    compared again, since they will find this one.
    """
    found = []
    equal = _equal(connection, fingerprint.text_hash, article_id)
    if equal is not None:
        same = candidate(connection, equal)
        if same is not None:
            found.append(same)

    sketch = sketch_of(fingerprint)
    shared = index.sharing(sketch)
    for other in _most_alike(shared, 2 * _MOST_CANDIDATES):
        if other in (article_id, equal):
            continue
        alike = candidate(connection, other)
        if alike is None:
            continue
        if may_be_copy(sketch, alike.sketch, shared[other], LEAST_ALIKE):
            found.append(alike)
    return found[:_MOST_CANDIDATES]


def _equal(
    connection: sqlite3.Connection,
    text_hash: str,
    article_id: int | None,
) -> int | None:
    """Return the first other article with the same text."""
    row = connection.execute(
        """
        SELECT article_id FROM revision JOIN article ON article.id = article_id
        WHERE text_hash = :hash AND article_id IS NOT :id AND sketch_version > 0
        ORDER BY article_id LIMIT 1
        """,
        {"hash": text_hash, "id": article_id},
    ).fetchone()
    return None if row is None else row["article_id"]


def _most_alike(shared: dict[int, int], most: int) -> list[int]:
    """Return the articles that share most shingles; of equals, the earlier one first."""

    def order(article_id: int) -> tuple[int, int]:
        return -shared[article_id], article_id

    return sorted(shared, key=order)[:most]


def sketch_of(fingerprint: Fingerprint) -> Sketch:
    """Return the sampled shingles of a text."""
    return np.frombuffer(fingerprint.sketch, "<u8")


def candidate(
    connection: sqlite3.Connection,
    article_id: int,
) -> Candidate | None:
    """Return an article with its newest text; None if it was never committed."""
    row = connection.execute(_NEWEST, {"id": article_id}).fetchone()
    if row is None:
        return None
    return Candidate(
        article_id=article_id,
        outlet=row["outlet"],
        headline=row["headline"],
        text_hash=row["text_hash"],
        sketch=np.frombuffer(row["sketch"] or b"", "<u8"),
        url=row["url"],
        published=from_column(row["published"]),
    )


_NEWEST = """
    SELECT source.name AS outlet, headline, text_hash, sketch, revision.url,
           coalesce(published, first_seen) AS published
    FROM revision JOIN article ON article.id = revision.article_id
                  JOIN source ON source.id = article.source_id
    WHERE article_id = :id AND change <> 'removed' ORDER BY number DESC LIMIT 1
"""


def body_of(connection: sqlite3.Connection, article_id: int) -> tuple[str, ...]:
    """Return the newest text of an article."""
    row = connection.execute(
        """
        SELECT body FROM revision WHERE article_id = :id AND change <> 'removed'
        ORDER BY number DESC LIMIT 1
        """,
        {"id": article_id},
    ).fetchone()
    return msgspec.json.decode(row["body"], type=tuple[str, ...])


def of_article(
    connection: sqlite3.Connection,
    article_id: int,
) -> list[Relation]:
    """Return the relations of an article to earlier ones, the strongest first."""
    rows = connection.execute(
        """
        SELECT of, kind, kind_back, containment, forward, backward, coalesce(lead, 0.0) AS lead,
               similarity, method
        FROM relation WHERE article_id = :id ORDER BY containment DESC, of
        """,
        {"id": article_id},
    )
    return [msgspec.convert(dict(row), Relation) for row in rows]


def to_article(
    connection: sqlite3.Connection,
    article_id: int,
) -> list[Relation]:
    """Return how other texts repeat an article, the strongest first; `of` is the other text.

    An edge leads from the text that was stored later, which may be the original: each is read in
    both directions, and the caller knows which texts are copies.
    """
    rows = connection.execute(
        """
        SELECT article_id AS of, kind, kind_back, containment, forward, backward,
               coalesce(lead, 0.0) AS lead, similarity, method
        FROM relation WHERE relation.of = :id
        UNION ALL
        SELECT relation.of, kind_back, kind, containment, backward, forward,
               coalesce(lead, 0.0), similarity, method
        FROM relation WHERE article_id = :id
        ORDER BY containment DESC, 1
        """,
        {"id": article_id},
    )
    return [msgspec.convert(dict(row), Relation) for row in rows]


def copies_of(connection: sqlite3.Connection, article_id: int) -> list[int]:
    """Return the articles whose original an article is, in the order of their ids."""
    rows = connection.execute(
        """
        SELECT article.id FROM article JOIN corpus ON corpus.id = article.id
        WHERE article.cluster_id = (SELECT cluster_id FROM article WHERE id = :id)
          AND corpus.duplicate_of = :id
        ORDER BY article.id
        """,
        {"id": article_id},
    )
    return [row["id"] for row in rows]


def exact_original(connection: sqlite3.Connection, article_id: int) -> int | None:
    """Return the earlier article that an article repeats word for word; None without one."""
    row = connection.execute(
        "SELECT of FROM relation WHERE article_id = :id AND kind = 'exact' ORDER BY of LIMIT 1",
        {"id": article_id},
    ).fetchone()
    return None if row is None else int(row["of"])


def keep_sketch(
    connection: sqlite3.Connection,
    article_id: int,
    fingerprint: Fingerprint,
    found: Sequence[Relation],
) -> bool:
    """Store the sketch of a text, unless its original is found instead; return whether it is.

    A text that is almost the whole of its original shares shingles with the same other texts.
    """
    leads = not any(map(_is_whole_copy, found))
    connection.execute(
        "UPDATE article SET sketch = :sketch, sketch_version = :version WHERE id = :id",
        {
            "id": article_id,
            "sketch": fingerprint.sketch if leads else None,
            "version": fingerprint.sketch_version,
        },
    )
    return leads


def _is_whole_copy(relation: Relation) -> bool:
    is_whole = min(relation.forward, relation.backward) >= _WHOLE
    return relation.kind.is_copy and is_whole


def is_copy(connection: sqlite3.Connection, article_id: int) -> bool:
    """Return whether an article repeats another one."""
    row = connection.execute(
        "SELECT 1 FROM article WHERE id = :id AND cluster_id <> id", {"id": article_id}
    ).fetchone()
    return row is not None


def link(
    connection: sqlite3.Connection,
    article_id: int,
    relations: Sequence[Relation],
) -> None:
    """Store the relations of an article; a copy joins the cluster, any related text the group.

    The first relation is the strongest. An article that is in a cluster stays in it. Two articles
    have one edge, which starts at the one that was first found to repeat the other.
    """
    for relation in relations:
        add_edge(connection, article_id, relation)
    if not relations:
        return
    joined = {"id": article_id, "of": relations[0].of}
    connection.execute(_JOIN_GROUP, joined)
    if relations[0].kind.is_copy:
        connection.execute(_JOIN_CLUSTER, joined)


def add_edge(connection: sqlite3.Connection, article_id: int, relation: Relation) -> None:
    """Store how an article repeats another one, unless an edge between them is there already."""
    columns = {
        "article_id": article_id,
        "found_at": known.now(),
        **{name: getattr(relation, name) for name in _FIGURES},
        "kind": relation.kind.value,
        "kind_back": relation.kind_back.value,
    }
    connection.execute(_INSERT, columns)


def unrelated_to_original(connection: sqlite3.Connection, article_id: int) -> list[int]:
    """Return the articles that an article of a cluster has yet to be compared with.

    For a copy that is the original; for the original those of its copies without an edge to it,
    the newest of them where there are many.
    """
    row = connection.execute(
        """
        SELECT id FROM article WHERE cluster_id = (SELECT cluster_id FROM article WHERE id = :id)
        ORDER BY declared_at, id LIMIT 1
        """,
        {"id": article_id},
    ).fetchone()
    rows = connection.execute(
        """
        SELECT other.id FROM article JOIN article AS other ON other.cluster_id = article.cluster_id
        WHERE article.id = :id AND other.id <> :id AND (:original = :id OR other.id = :original)
          AND NOT EXISTS (SELECT 1 FROM relation WHERE article_id = :id AND of = other.id)
          AND NOT EXISTS (SELECT 1 FROM relation WHERE article_id = other.id AND of = :id)
        ORDER BY other.id DESC LIMIT :most
        """,
        {"id": article_id, "original": row["id"], "most": _MOST_COMPARED},
    )
    return [row["id"] for row in rows]


_FIGURES = ("of", "containment", "forward", "backward", "lead", "similarity", "method")
_INSERT = """
    INSERT INTO relation (article_id, of, kind, kind_back, containment, forward, backward, lead,
                          similarity, method, found_at)
    SELECT :article_id, :of, :kind, :kind_back, :containment, :forward, :backward, :lead,
           :similarity, :method, :found_at
    WHERE NOT EXISTS (SELECT 1 FROM relation WHERE article_id = :of AND of = :article_id)
    ON CONFLICT DO NOTHING
"""
_JOIN_GROUP = """
    UPDATE article SET group_id = (SELECT group_id FROM article WHERE id = :of)
    WHERE id = :id AND group_id = id
"""
_JOIN_CLUSTER = """
    UPDATE article SET cluster_id = (SELECT cluster_id FROM article WHERE id = :of)
    WHERE id = :id AND cluster_id = id
"""
