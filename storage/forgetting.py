"""Articles that are removed on demand: text, revisions, index and edges go, a hash stays."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storage.archive import removal
from storage.articles import labels
from storage.crawl import forgotten
from storage.records.outcome import Outcome
from storage.search import index
from storage.sqlite import upgrade
from storage.sqlite.database import Database
from storage.sqlite.values import known, to_json
from storage.statements import keeping, names
from storage.stories import forgetting as stories
from storage.words.forms import fold

What = Literal["article", "source", "author", "speaker"]
_MARK = "forgotten:"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a removal came to."""

    articles: int
    canonical_urls: tuple[str, ...]  # of the articles, for what is kept beside the store
    orphans: int  # articles that wait to be compared again, since their original is gone


def of_source(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the articles of an outlet, by its exact name."""
    rows = connection.execute(
        "SELECT article.id FROM article JOIN source ON source.id = source_id WHERE name = :name",
        {"name": name},
    )
    return [row["id"] for row in rows]


def of_author(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the articles that a person signed in any revision; case and accents do not matter."""
    connection.create_function("folded", 1, lambda value: fold(value or ""), deterministic=True)
    rows = connection.execute(
        """
        SELECT DISTINCT article_id FROM revision, json_each(revision.byline)
        WHERE folded(json_each.value) = :name ORDER BY article_id
        """,
        {"name": fold(name)},
    )
    return [row["article_id"] for row in rows]


def addresses_of(connection: sqlite3.Connection, article_ids: Sequence[int]) -> list[str]:
    """Return every address that led to some articles, as it stood in feeds and pages."""
    rows = connection.execute(
        """
        WITH ids AS (SELECT value AS id FROM json_each(:ids))
        SELECT url FROM frontier_url WHERE article_id IN ids AND url <> ''
        UNION SELECT sighting.url FROM sighting JOIN frontier_url ON frontier_url.id = frontier_id
              WHERE article_id IN ids
        UNION SELECT url FROM revision WHERE article_id IN ids
        """,
        {"ids": to_json(list(article_ids))},
    )
    return [row["url"] for row in rows]


def forget(
    connection: sqlite3.Connection, article_ids: Sequence[int], what: What, reason: str
) -> Forgotten:
    """Remove articles with everything that was said of them."""
    urls = []
    for article_id in article_ids:
        row = connection.execute(
            "SELECT canonical_url FROM article WHERE id = :id", {"id": article_id}
        ).fetchone()
        urls.append(row["canonical_url"])
        _remember_addresses(connection, article_id)
        _orphan_copies(connection, article_id)
        index.remove(connection, article_id)
        for statement in _REMOVALS:
            connection.execute(statement, {"id": article_id})
        _empty_frontier(connection, article_id)
        connection.execute("DELETE FROM article WHERE id = :id", {"id": article_id})
    connection.execute(
        "INSERT INTO forgetting (at, what, articles, reason) VALUES (?, ?, ?, ?)",
        (known.now(), what, len(urls), reason),
    )
    orphans = connection.execute("SELECT count(*) FROM article WHERE sketch_version < 0")
    return Forgotten(len(urls), tuple(urls), int(orphans.fetchone()[0]))


def forget_speaker(connection: sqlite3.Connection, name: str, reason: str) -> int:
    """Remove what a person is said to have said, and keep none of it from now on.

    The articles stay, with their texts. Return how many statements and claims were removed.
    """
    articles = connection.execute(
        "SELECT count(DISTINCT article_id) FROM statement WHERE name_words = ?",
        (names.words_of(name),),
    ).fetchone()[0]
    removed = keeping.forget_speaker(connection, name)
    stories.forget_name(connection, name)
    connection.execute(
        "INSERT INTO forgetting (at, what, articles, reason) VALUES (?, 'speaker', ?, ?)",
        (known.now(), articles, reason),
    )
    return removed


def _remember_addresses(connection: sqlite3.Connection, article_id: int) -> None:
    rows = connection.execute(
        """
        SELECT canonical_url FROM article WHERE id = :id
        UNION SELECT canonical_url FROM url_alias WHERE article_id = :id
        UNION SELECT canonical_url FROM frontier_url WHERE article_id = :id
        """,
        {"id": article_id},
    ).fetchall()
    connection.executemany(
        "INSERT INTO forgotten (url_hash) VALUES (?) ON CONFLICT DO NOTHING",
        [(forgotten.hash_of(row["canonical_url"]),) for row in rows],
    )


def _orphan_copies(connection: sqlite3.Connection, article_id: int) -> None:
    """Let the articles that were linked through this one wait to be compared again."""
    connection.execute(
        """
        UPDATE article SET cluster_id = id, group_id = id, sketch_version = -1
        WHERE id <> :id AND (cluster_id = :id OR group_id = :id
                             OR id IN (SELECT article_id FROM relation WHERE of = :id))
        """,
        {"id": article_id},
    )
    connection.execute(
        """
        DELETE FROM relation WHERE article_id IN (SELECT id FROM article WHERE sketch_version = -1)
        """
    )


_FRONTIER = "SELECT id FROM frontier_url WHERE article_id = :id"
_REMOVALS = (
    "DELETE FROM statement WHERE article_id = :id",
    "DELETE FROM claim WHERE article_id = :id",
    "DELETE FROM statement_reading WHERE article_id = :id",
    "DELETE FROM opinion WHERE article_id = :id",
    *stories.REMOVALS,
    "DELETE FROM verdict WHERE article_id = :id",
    "DELETE FROM reread WHERE article_id = :id",
    "DELETE FROM cited WHERE article_id = :id",
    "DELETE FROM rights WHERE article_id = :id",
    "DELETE FROM revision WHERE article_id = :id",
    "DELETE FROM relation WHERE article_id = :id OR of = :id",
    "DELETE FROM shingle WHERE article_id = :id",
    "DELETE FROM url_alias WHERE article_id = :id",
    "DELETE FROM revisit WHERE article_id = :id",
    "DELETE FROM alert_item WHERE article_id = :id",
    f"DELETE FROM sighting WHERE frontier_id IN ({_FRONTIER})",  # noqa: S608 - our own query
    f"DELETE FROM attempt WHERE article_id = :id OR frontier_id IN ({_FRONTIER})",  # noqa: S608
)


def _empty_frontier(connection: sqlite3.Connection, article_id: int) -> None:
    """Keep each discovered address as one that was counted, and nothing of it but its hash."""
    rows = connection.execute(
        "SELECT id, canonical_url FROM frontier_url WHERE article_id = :id", {"id": article_id}
    ).fetchall()
    for row in rows:
        connection.execute(
            """
            UPDATE frontier_url SET canonical_url = :mark, url = '', entry = '{}', detail = NULL,
                                    article_id = NULL, outcome = :outcome
            WHERE id = :id
            """,
            {
                "id": row["id"],
                "mark": _MARK + forgotten.hash_of(row["canonical_url"]),
                "outcome": Outcome.FORGOTTEN.value,
            },
        )


async def finish(database: Database) -> bool:
    """Finish a removal, also one that was interrupted; return False where a reader prevents it.

    Whatever is left of it is removed: archive files, labels, copies of the store from before an
    upgrade, and pages of the database that are free. Raises StorageError, OSError.
    """
    store = database.path
    if not removal.list_for(store).is_file():
        return True
    await database.read(_remove_files, store)
    if not await database.vacuum():
        return False
    removal.list_for(store).unlink(missing_ok=True)
    return True


def _remove_files(connection: sqlite3.Connection, store: Path) -> None:
    removal.delete(connection, store)
    labels.drop(labels.file_for(store), lambda url: forgotten.is_forgotten(connection, url))
    for copy in upgrade.copies_of(store):
        copy.unlink(missing_ok=True)
