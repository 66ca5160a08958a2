"""Edges between copies, and the candidates that a new text has to be compared with."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import pack, unpack

import msgspec

from storage.model import Duplicate, Fingerprint
from storage.values import required, to_json

LEAST_ALIKE = 0.2  # share of the smaller sample that a copy shares at least
STOP_POSTINGS = 60  # a shingle in more articles than this is a phrase of the language: passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier article that shares sampled shingles with a new one."""

    article_id: int
    source: str
    text_hash: str
    body: tuple[str, ...]


def candidates(
    connection: sqlite3.Connection, fingerprint: Fingerprint, *, limit: int = 8
) -> list[Candidate]:
    """Return the earlier articles most like a text: an equal one first, then by shared shingles.

    Left out is what shares less than a fifth of the smaller sample: it is no copy.
    """
    equal = connection.execute(
        """
        SELECT article_id FROM revision WHERE text_hash = :hash ORDER BY article_id LIMIT 1
        """,
        {"hash": fingerprint.text_hash},
    ).fetchall()
    sharing = connection.execute(
        _SHARING,
        {"sketch": to_json(fingerprint.sketch), "stop": STOP_POSTINGS, "limit": 4 * limit},
    ).fetchall()
    alike = [row for row in sharing if _may_be_copy(fingerprint, row)][:limit]
    found = dict.fromkeys(row["article_id"] for row in (*equal, *alike))
    return [_candidate(connection, article_id) for article_id in found]


_SHARING = """
    WITH asked AS (SELECT value AS hash FROM json_each(:sketch)),
    rare AS (
        SELECT asked.hash FROM asked
        WHERE (SELECT count(*) FROM (
            SELECT 1 FROM shingle WHERE shingle.hash = asked.hash LIMIT :stop + 1)) <= :stop
    ),
    sharing AS (
        SELECT article_id, count(*) AS shared FROM shingle JOIN rare ON rare.hash = shingle.hash
        GROUP BY article_id ORDER BY shared DESC, article_id LIMIT :limit
    )
    SELECT sharing.article_id, shared, revision.sketch FROM sharing
    JOIN revision ON revision.article_id = sharing.article_id AND number = 1
    ORDER BY shared DESC, sharing.article_id
"""


def _may_be_copy(fingerprint: Fingerprint, row: sqlite3.Row) -> bool:
    """Estimate the containment from the hashes below which both samples are complete."""
    other = unpack_sketch(row["sketch"])
    one = [_unsigned(value) for value in fingerprint.sketch]
    two = [_unsigned(value) for value in other]
    complete = min(one[-1], two[-1])
    smaller = min(sum(v <= complete for v in one), sum(v <= complete for v in two))
    return bool(row["shared"] >= LEAST_ALIKE * smaller)


def _unsigned(value: int) -> int:
    return value & 0xFFFFFFFFFFFFFFFF


def _candidate(connection: sqlite3.Connection, article_id: int) -> Candidate:
    row = connection.execute(
        """
        SELECT text_hash, body, source.name AS source
        FROM revision JOIN article ON article.id = revision.article_id
                      JOIN source ON source.id = article.source_id
        WHERE article_id = :id AND number = 1
        """,
        {"id": article_id},
    ).fetchone()
    return Candidate(
        article_id=article_id,
        source=row["source"],
        text_hash=row["text_hash"],
        body=tuple(msgspec.json.decode(row["body"], type=list[str])),
    )


Compare = Callable[[Sequence[Candidate]], Duplicate | None]


def is_copy(connection: sqlite3.Connection, article_id: int) -> bool:
    """Whether an article repeats another one."""
    row = connection.execute(
        "SELECT 1 FROM duplicate WHERE article_id = :id", {"id": article_id}
    ).fetchone()
    return row is not None


def link(
    connection: sqlite3.Connection, article_id: int, duplicate: Duplicate, now: datetime
) -> None:
    """Record that an article repeats another one, and let it join that one's cluster."""
    connection.execute(
        """
        INSERT INTO duplicate (article_id, of, kind, kind_back, containment, forward, backward,
                               similarity, method, found_at)
        VALUES (:article_id, :of, :kind, :kind_back, :containment, :forward, :backward, :similarity,
                :method, :now)
        ON CONFLICT DO NOTHING
        """,
        {
            "article_id": article_id,
            "of": duplicate.of,
            "kind": duplicate.kind.value,
            "kind_back": duplicate.kind_back.value,
            "containment": duplicate.containment,
            "forward": duplicate.forward,
            "backward": duplicate.backward,
            "similarity": duplicate.similarity,
            "method": duplicate.method,
            "now": required(now),
        },
    )
    connection.execute(
        """
        UPDATE article SET cluster_id = (SELECT cluster_id FROM article WHERE id = :of)
        WHERE id = :id
        """,
        {"id": article_id, "of": duplicate.of},
    )


def index(connection: sqlite3.Connection, article_id: int, fingerprint: Fingerprint) -> None:
    """Let later articles find this one."""
    connection.executemany(
        "INSERT INTO shingle (hash, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(value, article_id) for value in fingerprint.sketch],
    )


def pack_sketch(fingerprint: Fingerprint) -> bytes:
    """Write a sketch as little-endian signed 64-bit integers."""
    return pack(f"<{len(fingerprint.sketch)}q", *fingerprint.sketch)


def unpack_sketch(blob: bytes) -> tuple[int, ...]:
    """Read what `pack_sketch` wrote."""
    return unpack(f"<{len(blob) // 8}q", blob)
