"""The articles that stories are made of: those on topic and near it, in the order they came."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from storage.records.story import READER
from storage.sqlite.values import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article with its first text, and what is known of its story."""

    article_id: int
    headline: str
    body: tuple[str, ...]
    language: str | None
    published: str | None  # as ISO 8601
    original: int | None  # the article of which it is a copy
    story_id: int | None  # of its open membership
    read_by: int | None  # the story that a reader chose
    founds: int  # the id of the story that it would found


class Waiting:
    """The articles without a story, in the order in which they were judged.

    Each verdict is looked at once. A caller that fails to store a story starts again with a new
    `Waiting`.
    """

    def __init__(self, near: float):
        self._near = near  # the probability from which an article is a near miss
        self._passed = 0  # the last verdict that was looked at

    def next(self, connection: sqlite3.Connection, *, most: int) -> list[Candidate]:
        """Return the next articles."""
        newest = connection.execute("SELECT coalesce(max(rowid), 0) FROM verdict").fetchone()[0]
        asked: dict[str, object] = {
            "passed": self._passed,
            "newest": newest,
            "near": self._near,
            "most": most,
        }
        places = connection.execute(_NEXT, asked).fetchall()
        self._passed = places[-1]["place"] if len(places) == most else newest
        ids = to_json([row["article_id"] for row in places])
        found = {one.article_id: one for one in _read(connection, _CHOSEN, {"ids": ids})}
        return [found[row["article_id"]] for row in places if row["article_id"] in found]


def chosen(connection: sqlite3.Connection, articles: Sequence[int]) -> list[Candidate]:
    """Return some articles, whether or not they have a story."""
    return _read(connection, _CHOSEN, {"ids": to_json(list(articles))})


def placed(connection: sqlite3.Connection, *, most: int) -> list[Candidate]:
    """Return the articles that got a story last, in the order in which they first got one."""
    return _read(connection, _PLACED, {"most": most})[::-1]


def everything(connection: sqlite3.Connection, near: float) -> list[Candidate]:
    """Return all articles that have a story or wait for one, in the order in which they came."""
    return _read(connection, _EVERYTHING, {"near": near, "most": -1})


def moved(connection: sqlite3.Connection, after: int) -> list[tuple[int, int, int]]:
    """Return what readers moved after a row: (row, article, story)."""
    rows = connection.execute(
        """
        SELECT id, article_id, story_id FROM story_member
        WHERE method = :reader AND until IS NULL AND id > :after ORDER BY id
        """,
        {"reader": READER, "after": after},
    )
    return [(row["id"], row["article_id"], row["story_id"]) for row in rows]


def newest_row(connection: sqlite3.Connection) -> int:
    """Return the newest row of memberships; 0 if there are none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM story_member").fetchone()[0])


def _read(connection: sqlite3.Connection, query: str, values: dict[str, object]) -> list[Candidate]:
    return [
        Candidate(
            article_id=row["article_id"],
            headline=row["headline"],
            body=msgspec.json.decode(row["body"], type=tuple[str, ...]),
            language=row["language"],
            published=row["published"],
            original=row["original"],
            story_id=row["story_id"],
            read_by=row["read_by"],
            founds=row["founds"],
        )
        for row in connection.execute(query, values)
    ]


# The first text: a later revision does not move an article. SQLite gives the id of the newest
# article again once that one is removed: its story may still have the id, so another is chosen.
_COLUMNS = """
    SELECT article.id AS article_id, revision.headline, revision.body, revision.language,
           revision.published, nullif(article.cluster_id, article.id) AS original,
           member.story_id,
           (SELECT json_extract(better, '$.story') FROM opinion
            WHERE subject = 'story_member' AND key = CAST(article.id AS TEXT)
              AND better IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1) AS read_by,
           CASE WHEN member.method = 'founded' THEN member.story_id
                WHEN EXISTS (SELECT 1 FROM story WHERE id = article.id)
                     AND NOT EXISTS (
                         SELECT 1 FROM story_member AS own
                         WHERE own.article_id = article.id AND own.story_id = article.id)
                THEN article.id + (SELECT max(id) FROM story) ELSE article.id END AS founds
    FROM article
    JOIN revision ON revision.article_id = article.id AND revision.number = 1
    LEFT JOIN story_member AS member ON member.article_id = article.id AND member.until IS NULL
"""
_NEAR = """
    EXISTS (SELECT 1 FROM verdict WHERE verdict.article_id = article.id
            AND (verdict.relevant OR verdict.probability >= :near)
            AND verdict.stored_at = (SELECT max(newest.stored_at) FROM verdict AS newest
                                     WHERE newest.article_id = article.id
                                       AND newest.revision = verdict.revision))
"""
_NEXT = f"""
    SELECT min(judged.rowid) AS place, article.id AS article_id
    FROM verdict AS judged JOIN article ON article.id = judged.article_id
    WHERE judged.rowid > :passed AND judged.rowid <= :newest
      AND (judged.relevant OR judged.probability >= :near) AND {_NEAR}
      AND NOT EXISTS (SELECT 1 FROM story_member
                      WHERE story_member.article_id = article.id AND until IS NULL)
    GROUP BY article.id ORDER BY place LIMIT :most
"""  # noqa: S608 - our own queries
_CHOSEN = f"{_COLUMNS} WHERE article.id IN (SELECT value FROM json_each(:ids))"  # noqa: S608
_FIRST = "(SELECT min(id) FROM story_member AS first WHERE first.article_id = article.id)"
_PLACED = f"{_COLUMNS} WHERE member.id IS NOT NULL ORDER BY {_FIRST} DESC LIMIT :most"
_EVERYTHING = f"""
    {_COLUMNS} WHERE member.id IS NOT NULL OR {_NEAR}
    ORDER BY coalesce({_FIRST}, 9e18), article.id LIMIT :most
"""
