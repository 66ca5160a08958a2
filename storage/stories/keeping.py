"""Stores the stories of articles: a change closes a row and opens another."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from storage.records.story import READER, Placed, StoryHint
from storage.sqlite.values import clean, known, to_json


def add(connection: sqlite3.Connection, placed: Sequence[Placed]) -> None:
    """Store the stories of articles that have none.

    Articles that are removed, or got a story meanwhile, are skipped.
    """
    now = known.now()
    for one in placed:
        if _is_waiting(connection, one.article_id):
            _open(connection, one, now)


def replace(connection: sqlite3.Connection, placed: Sequence[Placed]) -> int:
    """Store the stories of all articles again; return how many articles changed their story.

    A row that says the same stays as it is. One transaction: a reader sees the old, or the new.
    """
    now = known.now()
    open_rows = connection.execute(
        "SELECT article_id, story_id, method, score FROM story_member WHERE until IS NULL"
    ).fetchall()
    before = {
        row["article_id"]: (row["story_id"], row["method"], row["score"]) for row in open_rows
    }
    changed = 0
    for one in placed:
        known_before = before.get(one.article_id)
        if known_before == (one.story_id, one.method, one.score):
            continue
        changed += known_before is None or known_before[0] != one.story_id
        _close(connection, one.article_id, now)
        _open(connection, one, now, with_hints=False)
    _replace_hints(connection, placed, now)
    return changed


def move(connection: sqlite3.Connection, articles: Iterable[int], story_id: int) -> int:
    """Move articles to a story as a reader decided; return how many moved.

    The decision is stored as an opinion, which later runs respect.
    """
    now = known.now()
    moved = 0
    for article_id in articles:
        if story_of(connection, article_id) == story_id:
            continue
        connection.execute(
            """
            INSERT INTO opinion (subject, key, article_id, verdict, better, at)
            VALUES ('story_member', :key, :article_id, 'wrong', :better, :at)
            """,
            {
                "key": str(article_id),
                "article_id": article_id,
                "better": to_json({"story": story_id}),
                "at": now,
            },
        )
        _close(connection, article_id, now)
        _open(connection, Placed(article_id, story_id, READER), now)
        moved += 1
    _close_hints(connection, now)
    return moved


def free_id(connection: sqlite3.Connection, article_id: int) -> int:
    """Return the id of a new story that begins with an article: its own, or a higher one."""
    row = connection.execute(
        """
        SELECT CASE WHEN EXISTS (SELECT 1 FROM story WHERE id = :id)
                    THEN :id + (SELECT max(id) FROM story) ELSE :id END
        """,
        {"id": article_id},
    )
    return int(row.fetchone()[0])


def story_of(connection: sqlite3.Connection, article_id: int) -> int | None:
    """Return the story of an article; None if it has none."""
    row = connection.execute(
        "SELECT story_id FROM story_member WHERE article_id = ? AND until IS NULL", (article_id,)
    ).fetchone()
    return None if row is None else int(row["story_id"])


def members(connection: sqlite3.Connection, story_id: int) -> list[int]:
    """Return the articles of a story, in the order in which they came."""
    rows = connection.execute(
        "SELECT article_id FROM story_member WHERE story_id = ? AND until IS NULL"
        " ORDER BY article_id",
        (story_id,),
    )
    return [row["article_id"] for row in rows]


def name(connection: sqlite3.Connection, titles: Mapping[int, int]) -> None:
    """Store which article's headline names each story, where that has changed."""
    now = known.now()
    for story_id, article_id in titles.items():
        row = connection.execute(
            "SELECT article_id FROM story_title WHERE story_id = ? AND until IS NULL", (story_id,)
        ).fetchone()
        if row is not None and row["article_id"] == article_id:
            continue
        connection.execute(
            "UPDATE story_title SET until = ? WHERE story_id = ? AND until IS NULL",
            (now, story_id),
        )
        connection.execute(
            "INSERT INTO story_title (story_id, article_id, found_at)"
            " SELECT ?, id, ? FROM article WHERE id = ?",
            (story_id, now, article_id),
        )


def _is_waiting(connection: sqlite3.Connection, article_id: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM article WHERE id = :id AND NOT EXISTS (SELECT 1 FROM story_member"
        " WHERE article_id = :id AND until IS NULL)",
        {"id": article_id},
    ).fetchone()
    return row is not None


def _open(
    connection: sqlite3.Connection,
    one: Placed,
    now: str,
    *,
    with_hints: bool = True,
) -> None:
    connection.execute(
        "INSERT INTO story (id, founded_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (one.story_id, now),
    )
    connection.execute(
        """
        INSERT INTO story_member (article_id, story_id, method, score, reason, found_at)
        VALUES (:article_id, :story_id, :method, :score, :reason, :now)
        """,
        {
            "article_id": one.article_id,
            "story_id": one.story_id,
            "method": one.method,
            "score": one.score,
            "reason": _json(one.reason),
            "now": now,
        },
    )
    if with_hints:
        for hint in one.hints:
            _open_hint(connection, hint, one.article_id, now)


def _close(connection: sqlite3.Connection, article_id: int, now: str) -> None:
    connection.execute(
        "UPDATE story_member SET until = ? WHERE article_id = ? AND until IS NULL",
        (now, article_id),
    )


def _open_hint(
    connection: sqlite3.Connection,
    hint: StoryHint,
    found_by: int,
    now: str,
) -> None:
    connection.execute(
        """
        INSERT INTO story_hint (kind, a, b, score, reason, found_by, found_at)
        SELECT :kind, :a, :b, :score, :reason, :found_by, :now
        WHERE NOT EXISTS (SELECT 1 FROM story_hint WHERE kind = :kind AND a = :a AND b = :b
                          AND until IS NULL)
        """,
        {
            "kind": hint.kind,
            "a": hint.a,
            "b": hint.b,
            "score": hint.score,
            "reason": _json(hint.reason),
            "found_by": found_by,
            "now": now,
        },
    )


def _replace_hints(connection: sqlite3.Connection, placed: Sequence[Placed], now: str) -> None:
    wanted = {(h.kind, h.a, h.b): (h, one.article_id) for one in placed for h in one.hints}
    rows = connection.execute("SELECT id, kind, a, b FROM story_hint WHERE until IS NULL")
    for row in rows.fetchall():
        if (row["kind"], row["a"], row["b"]) not in wanted:
            connection.execute("UPDATE story_hint SET until = ? WHERE id = ?", (now, row["id"]))
    for hint, found_by in wanted.values():
        _open_hint(connection, hint, found_by, now)
    _close_hints(connection, now)


def _close_hints(connection: sqlite3.Connection, now: str) -> None:
    """Close the suggestions that readers have followed."""
    connection.execute(
        """
        UPDATE story_hint SET until = :now
        WHERE until IS NULL AND (
            kind = 'move' AND b = (SELECT story_id FROM story_member
                                   WHERE article_id = a AND until IS NULL)
            OR kind = 'merge' AND (
                NOT EXISTS (SELECT 1 FROM story_member WHERE story_id = a AND until IS NULL)
                OR NOT EXISTS (SELECT 1 FROM story_member WHERE story_id = b AND until IS NULL)))
        """,
        {"now": now},
    )


def _json(reason: object) -> str | None:
    return None if reason is None else clean(to_json(reason))
