"""The index of texts, made behind the crawl from the revisions that are not in it yet."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from storage.search.analyser import VERSION, analyse


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is to be indexed."""

    article_id: int
    revision: int
    language: str | None
    headline: str
    standfirst: str | None
    body: str
    stored_at: str = ""

    def stems(self) -> tuple[str, str, str]:
        """Return the columns of the index: half of what indexing costs, and needs no store."""
        body = msgspec.json.decode(self.body, type=list[str])
        parts = (self.headline, self.standfirst or "", "\n".join(body))
        headline, standfirst, stems = (" ".join(analyse(part, self.language)) for part in parts)
        return headline, standfirst, stems


Stemmed = tuple[Text, tuple[str, str, str]]


def lag(connection: sqlite3.Connection) -> int:
    """Return how many revisions are not in the index."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM revision WHERE change <> 'removed')"
        " - (SELECT count(*) FROM search_row WHERE analyser = :version)",
        {"version": VERSION},
    ).fetchone()
    return int(row[0])


class Waiting:
    """The texts that are not in the index yet, found without looking at all of them each time.

    First every text is passed by once; from then on those that have been stored since.
    """

    def __init__(self) -> None:
        self._passed: tuple[int, int] | None = (0, 0)
        self._since: str | None = None

    def next(self, connection: sqlite3.Connection, *, most: int) -> list[Text]:
        """Return the next texts; those that were returned before have to be in the index."""
        if self._since is None:
            newest = connection.execute("SELECT max(stored_at) FROM revision").fetchone()[0]
            self._since = newest or ""
        if self._passed is not None:
            article_id, revision = self._passed
            asked = {"article_id": article_id, "revision": revision, "most": most}
            texts = [Text(**dict(row)) for row in connection.execute(_PASSING, asked)]
            self._passed = (texts[-1].article_id, texts[-1].revision) if texts else None
            if texts:
                return texts
        asked_newer = {"since": self._since, "most": most}
        texts = [Text(**dict(row)) for row in connection.execute(_NEWER, asked_newer)]
        if texts:
            self._since = texts[-1].stored_at
        return texts


_WAITING = """
    SELECT revision.article_id, number AS revision, revision.language, headline, standfirst,
           body, revision.stored_at
    FROM revision LEFT JOIN search_row ON search_row.article_id = revision.article_id
                                      AND search_row.revision = number
    WHERE search_row.id IS NULL AND change <> 'removed'
"""
_PASSING = f"""{_WAITING} AND (revision.article_id, number) > (:article_id, :revision)
    ORDER BY revision.article_id, number LIMIT :most
"""
_NEWER = f"""{_WAITING} AND revision.stored_at >= :since
    ORDER BY revision.stored_at, revision.article_id, number LIMIT :most
"""


def advance(connection: sqlite3.Connection, *, most: int) -> int:
    """Put the next revisions into the index, of a small store; return how many there were."""
    forget_older_versions(connection)
    return add(connection, [(text, text.stems()) for text in Waiting().next(connection, most=most)])


def add(connection: sqlite3.Connection, texts: Sequence[Stemmed]) -> int:
    """Put texts into the index; return how many. What was forgotten meanwhile is left out."""
    for text, columns in texts:
        cursor = connection.execute(
            "INSERT INTO search_row"
            " (article_id, revision, stored_at, analyser, language, published)"
            " SELECT article_id, number, stored_at, :version, language, published FROM revision"
            " WHERE article_id = :id AND number = :number",
            {"id": text.article_id, "number": text.revision, "version": VERSION},
        )
        if cursor.rowcount:
            connection.execute(
                "INSERT INTO search (rowid, headline, standfirst, body) VALUES (?, ?, ?, ?)",
                (cursor.lastrowid, *columns),
            )
    return len(texts)


def forget_older_versions(connection: sqlite3.Connection) -> None:
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
        SELECT search_row.id, revision.article_id, number AS revision, revision.language, headline,
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
            (number, *Text(**columns).stems()),
        )
    connection.execute("DELETE FROM search_row WHERE article_id = :id", {"id": article_id})
