"""What outlets changed in their articles lately, the newest change first."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import msgspec

from storage.sqlite.values import stamp

Kind = Literal["headline", "number", "attribution", "addition", "removal", "correction",
               "cosmetic", "removed"]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
_LATEST = "9999"  # sorts, as text, after every time in the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A revision that the outlet made: what kinds of change it has, and when we saw it."""

    id: int  # of the article
    revision: int
    fetched_at: datetime
    source: str
    url: str
    headline: str  # of the revision
    language: str | None
    changes: tuple[str, ...]
    relevant: bool
    stored_at: str  # a place in the list: `Wish.before` continues after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which changes are asked for."""

    since: datetime | None = None  # seen at this time or later
    before: str | None = None  # only those after this place in the list
    kind: Kind | None = None
    source: str | None = None  # the outlet's name
    is_everything: bool = False  # also off topic, and changes of spaces and signs alone


def changed(connection: sqlite3.Connection, wish: Wish) -> Iterator[Changed]:
    """Yield changes, the newest first. What a later extractor read differently is none."""
    rows = connection.execute(
        _CHANGED,
        {
            "since": stamp(wish.since) if wish.since else "",
            "before": wish.before or _LATEST,
            "kind": wish.kind,
            "source": wish.source,
            "everything": wish.is_everything,
        },
    )
    for row in rows:
        yield _changed(row)


def _changed(row: sqlite3.Row) -> Changed:
    return Changed(
        id=row["article_id"],
        revision=row["number"],
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        source=row["source"],
        url=row["url"],
        headline=row["headline"],
        language=row["language"],
        changes=msgspec.json.decode(row["changes"], type=tuple[str, ...]),
        relevant=bool(row["relevant"]),
        stored_at=row["stored_at"],
    )


_CHANGED = """
    SELECT revision.article_id, number, fetched_at, revision.stored_at, source.name AS source,
           revision.url, headline, language, changes, verdict.relevant
    FROM revision INDEXED BY revision_later
    JOIN article ON article.id = revision.article_id JOIN source ON source.id = article.source_id
    JOIN verdict ON verdict.article_id = revision.article_id AND verdict.revision = number
        AND verdict.stored_at = (SELECT max(stored_at) FROM verdict AS newest
            WHERE newest.article_id = revision.article_id AND newest.revision = number)
    WHERE number > 1 AND revision.stored_at >= :since AND revision.stored_at < :before
      AND changes <> '["reread"]'
      AND (:everything OR verdict.relevant = 1)
      AND (:everything OR changes <> '["cosmetic"]' OR :kind = 'cosmetic')
      AND (:kind IS NULL OR EXISTS (SELECT 1 FROM json_each(changes) WHERE value = :kind))
      AND (:source IS NULL OR source.name = :source)
    ORDER BY revision.stored_at DESC
"""
