"""The addresses to cite, of the texts whose address differs from the one that was fetched.

`cited` has a row for those alone. Texts from before it existed have none until `fill` has read
them once; a row of the article 0, which the migration leaves, says that this is still to be done.
"""

import sqlite3
from collections.abc import Callable

from storage.sqlite.values import clean

_WAITING = 0  # the article of the row that says so
_PART = 1000  # texts of one statement


def add(
    connection: sqlite3.Connection,
    article_id: int,
    revision: int,
    url: str,
    fetched: str,
) -> None:
    """Store the address of a text to cite, if it is another than the one that was fetched."""
    if url == fetched:
        return
    connection.execute(
        "INSERT INTO cited (article_id, revision, url) VALUES (:id, :revision, :url)",
        {"id": article_id, "revision": revision, "url": clean(url)},
    )


def repeat(connection: sqlite3.Connection, article_id: int, revision: int, of: int) -> None:
    """Give a revision the address of another one of its article."""
    connection.execute(
        """
        INSERT INTO cited (article_id, revision, url)
        SELECT article_id, :revision, url FROM cited WHERE article_id = :id AND revision = :of
        """,
        {"id": article_id, "revision": revision, "of": of},
    )


def fill(connection: sqlite3.Connection, citable: Callable[[str], str]) -> int:
    """Store the addresses of texts from before they were kept, once; return how many.

    `citable` takes the tracking out of an address. Only an address with parameters or a fragment
    can have any.
    """
    waiting = connection.execute("DELETE FROM cited WHERE article_id = :id", {"id": _WAITING})
    if not waiting.rowcount:
        return 0
    cursor = connection.execute(
        """
        SELECT article_id, number, url FROM revision
        WHERE url LIKE '%?%' OR url LIKE '%#%'
        """
    )
    found = 0
    while rows := cursor.fetchmany(_PART):
        addresses = []
        for row in rows:
            url = citable(row["url"])
            if url != row["url"]:
                addresses.append((row["article_id"], row["number"], clean(url)))
        connection.executemany(
            "INSERT OR IGNORE INTO cited (article_id, revision, url) VALUES (?, ?, ?)",
            addresses,
        )
        found += len(addresses)
    return found
