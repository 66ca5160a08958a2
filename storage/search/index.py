"""The full-text index; a background task adds the revisions that it does not contain yet."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from storage.search.analyser import VERSION, analyse
from storage.search.sound import tokens_of
from storage.sqlite.values import to_json

Columns = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to index."""

    article_id: int
    revision: int
    language: str | None
    headline: str
    standfirst: str | None
    body: str

    def stems(self) -> Columns:
        """Return the columns of the index: headline, standfirst and body; the last are the names.

        This is half of the cost of indexing, and needs no store: it may run in any thread.
        """
        paragraphs = msgspec.json.decode(self.body, type=list[str])
        standfirst = self.standfirst or ""
        body = "\n".join(paragraphs)
        whole = f"{self.headline}\n{standfirst}\n{body}"
        return (
            self._stemmed(self.headline),
            self._stemmed(standfirst),
            self._stemmed(body),
            tokens_of(whole, self.language),
        )

    def _stemmed(self, part: str) -> str:
        return " ".join(analyse(part, self.language))


Stemmed = tuple[Text, Columns]


def lag(connection: sqlite3.Connection) -> int:
    """Return how many revisions are not in the index."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM revision)"
        " - (SELECT count(*) FROM search_row WHERE analyser = :version)",
        {"version": VERSION},
    ).fetchone()
    return int(row[0])


class Waiting:
    """The texts that are not in the index yet; each is returned once.

    They are read in the order in which they were stored, so that no row is read twice. A caller
    that fails to index a text starts again with a new `Waiting`.
    """

    def __init__(self) -> None:
        self._last_place = 0

    def next(
        self,
        connection: sqlite3.Connection,
        *,
        most: int,
    ) -> list[Text]:
        """Return the next texts."""
        asked = {"passed": self._last_place, "most": most}
        rows = connection.execute(_WAITING, asked).fetchall()
        if rows:
            self._last_place = rows[-1]["place"]

        texts = []
        for row in rows:
            columns = {name: row[name] for name in Text.__slots__}
            texts.append(Text(**columns))
        return texts


_WAITING = """
    SELECT revision.rowid AS place, revision.article_id, number AS revision, revision.language,
           headline, standfirst, body
    FROM revision LEFT JOIN search_row ON search_row.article_id = revision.article_id
                                      AND search_row.revision = number
    WHERE revision.rowid > :passed AND search_row.id IS NULL
    ORDER BY revision.rowid LIMIT :most
"""


def advance(connection: sqlite3.Connection, *, most: int) -> int:
    """Add up to `most` revisions to the index of a small store; return their number."""
    forget_older_versions(connection)
    texts = Waiting().next(connection, most=most)
    stemmed = [(text, text.stems()) for text in texts]
    return add(connection, stemmed)


def add(connection: sqlite3.Connection, texts: Sequence[Stemmed]) -> int:
    """Add texts to the index; return how many. Texts removed from the store meanwhile are skipped.

    One statement for all, so that other threads run while SQLite works.
    """
    rows = [(text.article_id, text.revision, *columns) for text, columns in texts]
    asked = {"texts": to_json(rows), "version": VERSION}
    connection.execute(_ADD_ROWS, asked)
    connection.execute(_ADD_NAMES, asked)
    return connection.execute(_ADD_TEXTS, asked).rowcount


_TEXTS = """json_each(:texts) AS text
    JOIN {table} AS row ON row.article_id = json_extract(text.value, '$[0]')
                       AND row.{number} = json_extract(text.value, '$[1]')
"""
_ADD_ROWS = f"""
    INSERT INTO search_row (article_id, revision, stored_at, analyser, language, published)
    SELECT article_id, number, stored_at, :version, language, published
    FROM {_TEXTS.format(table="revision", number="number")}
"""  # noqa: S608 - constants
_ADD_TEXTS = f"""
    INSERT INTO search (rowid, headline, standfirst, body)
    SELECT row.id, json_extract(text.value, '$[2]'), json_extract(text.value, '$[3]'),
           json_extract(text.value, '$[4]')
    FROM {_TEXTS.format(table="search_row", number="revision")}
"""  # noqa: S608 - constants
_ADD_NAMES = f"""
    INSERT INTO search_name (rowid, names)
    SELECT row.id, json_extract(text.value, '$[5]')
    FROM {_TEXTS.format(table="search_row", number="revision")}
"""  # noqa: S608 - constants


def forget_older_versions(connection: sqlite3.Connection) -> None:
    """Empty the index if another version of the analyser made it, so that it is built again."""
    old = connection.execute(
        "SELECT 1 FROM search_row WHERE analyser <> :version LIMIT 1", {"version": VERSION}
    ).fetchone()
    if old is not None:
        connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        connection.execute("INSERT INTO search_name (search_name) VALUES ('delete-all')")
        connection.execute("DELETE FROM search_row")


def remove(connection: sqlite3.Connection, article_id: int) -> None:
    """Remove an article from the index, while its texts are still stored.

    FTS5 deletes a row of an index without content only if it gets the row's text. The stems of an
    older analyser are not known any more: such an index is emptied, and built again later.
    """
    forget_older_versions(connection)
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
        *stems, names = Text(**columns).stems()
        connection.execute(
            "INSERT INTO search (search, rowid, headline, standfirst, body)"
            " VALUES ('delete', ?, ?, ?, ?)",
            (number, *stems),
        )
        connection.execute(
            "INSERT INTO search_name (search_name, rowid, names) VALUES ('delete', ?, ?)",
            (number, names),
        )
    connection.execute(
        "DELETE FROM search_row WHERE article_id = :id",
        {"id": article_id},
    )
