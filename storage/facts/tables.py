"""The narrow tables that the columns are read from, as tuples of values."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from storage.facts.columns import Array

EVER = "9999"  # sorts, as text, after every time in the store
_MILLISECONDS, _MICROSECONDS, _DAY = 23, 26, 10  # characters of a time up to that unit
_ALL = "1"
SOME = "{} IN (SELECT value FROM json_each(:ids))"
NEVER = np.iinfo(np.int64).min
ARTICLES = f"""
    SELECT id, source_id, substr(first_seen, 1, {_DAY}), substr(declared_at, 1, {_MILLISECONDS}),
           cluster_id, wire
    FROM article WHERE {{chosen}} ORDER BY id
"""  # noqa: S608 - constants
TEXTS = f"""
    SELECT article_id, revision, id, substr(stored_at, 1, {_MICROSECONDS}), language,
           substr(published, 1, {_MILLISECONDS})
    FROM search_row WHERE {{chosen}} AND stored_at <= :until ORDER BY article_id, revision
"""  # noqa: S608
VERDICTS = f"""
    SELECT article_id, revision, substr(stored_at, 1, {_MICROSECONDS}), relevant, probability
    FROM verdict WHERE {{chosen}} AND stored_at <= :until ORDER BY article_id, revision, stored_at
"""  # noqa: S608
EDGES = f"""
    SELECT article_id, max(substr(found_at, 1, {_MICROSECONDS})) FROM relation
    WHERE {{chosen}} AND kind IN ('exact', 'near', 'syndicated', 'truncated')
      AND found_at <= :until GROUP BY article_id
"""  # noqa: S608
FIRST_STORED = f"""
    SELECT article_id, substr(stored_at, 1, {_MICROSECONDS}) FROM revision
    WHERE {{chosen}} AND number = 1 AND stored_at <= :until
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Chosen:
    """A store, the articles that are asked for, and the time."""

    connection: sqlite3.Connection
    asked: dict[str, str | None]

    def table(
        self,
        query: str,
        id: str,
        width: int,
    ) -> list[Sequence[Any]]:
        """Return the columns of a query, of the articles that are asked for."""
        chosen = _ALL if self.asked["ids"] is None else SOME.format(id)
        return self.of(
            query,
            chosen,
            self.asked,
            width,
        )

    def of(
        self,
        query: str,
        chosen: str,
        asked: dict[str, str | None],
        width: int,
    ) -> list[Sequence[Any]]:
        cursor = self.connection.cursor()
        cursor.row_factory = None  # plain tuples: a quarter faster
        found = cursor.execute(query.format(chosen=chosen), asked).fetchall()
        return list(zip(*found, strict=True)) or [()] * width


def times(texts: Sequence[str | None], unit: str) -> Array:
    """Return times of the store as whole numbers since 1970; of None the number of NaT."""
    return np.asarray(texts, f"datetime64[{unit}]").astype(np.int64)
