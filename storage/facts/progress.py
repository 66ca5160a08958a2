"""Up to which rows of a store some columns are, and which articles have changed since."""

import sqlite3
from dataclasses import dataclass
from typing import Self


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Progress:
    """The newest rows that were read. Where older ones have gone, all has to be read again."""

    revision: str  # `stored_at` of the newest
    verdict: str
    relation: str  # `found_at` of the newest
    relations: int  # how many there are: a comparison of all articles deletes them
    row: int  # the newest of the index
    analyser: int  # the version that made it: another one numbers the rows again
    forgetting: int  # the newest removal of articles

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Self:
        """Return how far a store is."""
        row = connection.execute(_NEWEST).fetchone()
        return cls(**{name: row[name] for name in cls.__slots__})

    def changed(self, connection: sqlite3.Connection) -> list[int] | None:
        """Return the articles with newer rows; None where rows have gone."""
        now = Progress.of(connection)
        if self._is_cut(connection, now):
            return None
        asked = {name: getattr(self, name) for name in Progress.__slots__}
        return [row[0] for row in connection.execute(_CHANGED, asked)]

    def _is_cut(
        self,
        connection: sqlite3.Connection,
        now: "Progress",
    ) -> bool:
        kept = connection.execute(
            "SELECT count(*) FROM relation WHERE found_at <= :until", {"until": self.relation}
        ).fetchone()[0]
        return (
            now.forgetting != self.forgetting
            or now.analyser != self.analyser
            or now.row < self.row
            or kept != self.relations
        )


_NEWEST = """
    SELECT (SELECT coalesce(max(stored_at), '') FROM revision) AS revision,
           (SELECT coalesce(max(stored_at), '') FROM verdict) AS verdict,
           (SELECT coalesce(max(found_at), '') FROM relation) AS relation,
           (SELECT count(*) FROM relation) AS relations,
           (SELECT coalesce(max(id), 0) FROM search_row) AS "row",
           coalesce((SELECT analyser FROM search_row ORDER BY id LIMIT 1), 0) AS analyser,
           (SELECT coalesce(max(id), 0) FROM forgetting) AS forgetting
"""
_CHANGED = """
    SELECT article_id FROM search_row WHERE id > :row
    UNION SELECT article_id FROM revision WHERE stored_at > :revision
    UNION SELECT article_id FROM verdict WHERE stored_at > :verdict
    UNION SELECT article_id FROM relation WHERE found_at > :relation
    UNION SELECT of FROM relation WHERE found_at > :relation
"""
