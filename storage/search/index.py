"""The index of texts, made behind the crawl from the revisions that are not in it yet."""

import sqlite3
from dataclasses import dataclass

import msgspec

from storage.search.analyser import VERSION, analyse


@dataclass(frozen=True, slots=True)
class _Text:
    article_id: int
    revision: int
    language: str | None
    headline: str
    standfirst: str | None
    body: str


def lag(connection: sqlite3.Connection) -> int:
    """Return how many revisions are not in the index."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM revision WHERE change <> 'removed')"
        " - (SELECT count(*) FROM search_row WHERE analyser = :version)",
        {"version": VERSION},
    ).fetchone()
    return int(row[0])


def advance(connection: sqlite3.Connection, *, most: int) -> int:
    """Put the next revisions into the index; return how many there were."""
    _forget_older_versions(connection)
    rows = connection.execute(_WAITING, {"most": most}).fetchall()
    for row in rows:
        text = _Text(**dict(row))
        cursor = connection.execute(
            "INSERT INTO search_row (article_id, revision, stored_at, analyser)"
            " SELECT article_id, number, stored_at, :version FROM revision"
            " WHERE article_id = :id AND number = :number",
            {"id": text.article_id, "number": text.revision, "version": VERSION},
        )
        connection.execute(
            "INSERT INTO search (rowid, headline, standfirst, body) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, *_columns(text)),
        )
    return len(rows)


_WAITING = """
    SELECT revision.article_id, number AS revision, language, headline, standfirst, body
    FROM revision LEFT JOIN search_row ON search_row.article_id = revision.article_id
                                      AND search_row.revision = number
    WHERE search_row.id IS NULL AND change <> 'removed'
    ORDER BY revision.article_id, number LIMIT :most
"""


def _columns(text: _Text) -> tuple[str, str, str]:
    body = msgspec.json.decode(text.body, type=list[str])
    parts = (text.headline, text.standfirst or "", "\n".join(body))
    headline, standfirst, stems = (" ".join(analyse(part, text.language)) for part in parts)
    return headline, standfirst, stems


def _forget_older_versions(connection: sqlite3.Connection) -> None:
    """Begin the index anew where another analyser made it."""
    old = connection.execute(
        "SELECT 1 FROM search_row WHERE analyser <> :version LIMIT 1", {"version": VERSION}
    ).fetchone()
    if old is not None:
        connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        connection.execute("DELETE FROM search_row")


def remove(connection: sqlite3.Connection, article_id: int) -> None:
    """Take an article out of the index; its texts have to be there still."""
    rows = connection.execute(
        """
        SELECT search_row.id, revision.article_id, number AS revision, language, headline,
               standfirst, body
        FROM search_row JOIN revision ON revision.article_id = search_row.article_id
                                     AND number = search_row.revision
        WHERE search_row.article_id = :id
        """,
        {"id": article_id},
    ).fetchall()
    for row in rows:
        columns = dict(row)
        number = columns.pop("id")
        connection.execute(
            "INSERT INTO search (search, rowid, headline, standfirst, body)"
            " VALUES ('delete', ?, ?, ?, ?)",
            (number, *_columns(_Text(**columns))),
        )
    connection.execute("DELETE FROM search_row WHERE article_id = :id", {"id": article_id})
