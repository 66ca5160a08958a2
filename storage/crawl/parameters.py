"""Parameters of URLs: which of them proved to change nothing on a host, pair by pair."""

import sqlite3
from dataclasses import dataclass

from storage.sqlite.values import clean

_PROOFS = 3  # pairs with equal texts, and none with others, before a parameter is dropped
_MOST = 20  # addresses of one path that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """An article whose address differs from another's in its query alone."""

    article_id: int
    canonical_url: str
    text_hash: str
    words: int


def siblings(connection: sqlite3.Connection, canonical_url: str) -> list[Sibling]:
    """Return the articles that stand at the same host and path, under other queries."""
    base = canonical_url.partition("?")[0]
    rows = connection.execute(
        _SIBLINGS,
        {"base": clean(base), "url": clean(canonical_url), "most": _MOST},
    )
    return [
        Sibling(
            article_id=row["id"],
            canonical_url=row["canonical_url"],
            text_hash=row["text_hash"],
            words=row["word_count"],
        )
        for row in rows
    ]


_SIBLINGS = """
    SELECT article.id, canonical_url, text_hash, word_count
    FROM (SELECT id, canonical_url FROM article WHERE canonical_url = :base
          UNION ALL
          SELECT id, canonical_url FROM article
          WHERE canonical_url >= :base || '?' AND canonical_url < :base || '@') AS article
    JOIN revision ON revision.article_id = article.id AND number = 1
    WHERE canonical_url <> :url
    LIMIT :most
"""


def count(connection: sqlite3.Connection, host: str, name: str, *, is_same: bool) -> bool:
    """Count a pair of URLs that differ in a parameter; return whether it is dropped from now on."""
    row = connection.execute(
        """
        INSERT INTO url_parameter (host, name, same, differ) VALUES (:host, :name, :same, :differ)
        ON CONFLICT (host, name) DO UPDATE
            SET same = same + :same, differ = differ + :differ
        RETURNING same, differ
        """,
        {"host": host, "name": clean(name), "same": int(is_same), "differ": int(not is_same)},
    ).fetchone()
    return bool(row["same"] >= _PROOFS and row["differ"] == 0)


def learned(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return the parameters that mean nothing, by host."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(
        "SELECT host, name FROM url_parameter WHERE same >= :proofs AND differ = 0",
        {"proofs": _PROOFS},
    ):
        found.setdefault(row["host"], set()).add(row["name"])
    return {host: frozenset(names) for host, names in found.items()}
