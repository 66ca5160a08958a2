"""Archived texts that wait to be extracted again, and the outcome (`reprocess --extract`)."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from storage.archive.places import Place
from storage.articles.revisions import text_columns
from storage.records.article import Article
from storage.sqlite.values import clean, known

Outcome = Literal["equal", "differs", "refused", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A text whose page is in the archive."""

    article_id: int
    revision: int
    change: str
    outlet: str
    place: Place
    body: tuple[str, ...]  # as it is stored
    before: tuple[str, ...]  # the text of the revision before


_ARCHIVED = """
    SELECT revision.article_id, revision.number AS revision, revision.change, source.name AS outlet,
           file, offset, length, revision.body, previous.body AS before
    FROM revision
    JOIN article ON article.id = revision.article_id
    JOIN source ON source.id = article.source_id
    JOIN archived ON archived.id = (
        SELECT max(id) FROM archived AS page
        WHERE page.article_id = revision.article_id AND page.digest = revision.page_digest)
    LEFT JOIN revision AS previous
        ON previous.article_id = revision.article_id AND previous.number = revision.number - 1
"""

_WAITING = f"""{_ARCHIVED}
    WHERE revision.number = (SELECT max(number) FROM revision AS newest
                             WHERE newest.article_id = revision.article_id)
      AND revision.extractor_version <> :version
      AND NOT EXISTS (SELECT 1 FROM reread
                      WHERE reread.article_id = revision.article_id
                        AND reread.revision = revision.number
                        AND reread.extractor_version = :version)
"""  # noqa: S608 - our own query


def count_waiting(connection: sqlite3.Connection, version: str) -> int:
    """Return how many archived newest texts this version of the extractor has not read."""
    query = f"SELECT count(*) FROM ({_WAITING})"  # noqa: S608 - our own query
    return int(connection.execute(query, {"version": version}).fetchone()[0])


def waiting(
    connection: sqlite3.Connection, version: str, *, after: int, most: int
) -> list[Archived]:
    """Return newest texts that this version has not read, of the articles after an id."""
    rows = connection.execute(
        f"{_WAITING} AND revision.article_id > :after ORDER BY revision.article_id LIMIT :most",
        {"version": version, "after": after, "most": most},
    )
    return [_archived(row) for row in rows]


def read_by(connection: sqlite3.Connection, version: str) -> Iterator[Archived]:
    """Yield every text that this version extracted when its page was fetched, by article."""
    query = f"""{_ARCHIVED}
        WHERE revision.extractor_version = :version AND revision.change <> 'removed'
          AND archived.revision = revision.number ORDER BY revision.article_id, revision.number
    """
    for row in connection.execute(query, {"version": version}):
        yield _archived(row)


def _archived(row: sqlite3.Row) -> Archived:
    return Archived(
        article_id=row["article_id"],
        revision=row["revision"],
        change=row["change"],
        outlet=row["outlet"],
        place=Place(
            row["file"],
            row["offset"],
            row["length"],
        ),
        body=_paragraphs(row["body"]),
        before=_paragraphs(row["before"] or "[]"),
    )


def _paragraphs(column: str) -> tuple[str, ...]:
    return msgspec.json.decode(column, type=tuple[str, ...])


def record(
    connection: sqlite3.Connection,
    text: Archived,
    version: str,
    outcome: Outcome,
    *,
    detail: str = "",
    new_revision: int | None = None,
) -> None:
    """Record the outcome of extracting a text again."""
    connection.execute(
        """
        INSERT INTO reread (article_id, revision, extractor_version, at, outcome, detail,
                            new_revision)
        VALUES (:article_id, :revision, :version, :at, :outcome, :detail, :new_revision)
        """,
        {
            "article_id": text.article_id,
            "revision": text.revision,
            "version": version,
            "at": known.now(),
            "outcome": outcome,
            "detail": clean(detail),
            "new_revision": new_revision,
        },
    )


def differences(
    connection: sqlite3.Connection,
    text: Archived,
    article: Article,
) -> list[str]:
    """Return the fields in which an article differs from the stored text."""
    row = connection.execute(
        "SELECT * FROM revision WHERE article_id = :id AND number = :number",
        {"id": text.article_id, "number": text.revision},
    ).fetchone()
    columns = text_columns(article)
    columns.pop("extractor_version")
    changed = []
    for name, value in columns.items():
        stored = clean(value) if isinstance(value, str) else value
        if row[name] != stored:
            changed.append(name)
    return changed
