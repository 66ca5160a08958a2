"""Stores the statements of a text, in the transaction of its revision."""

import sqlite3
from collections.abc import Iterable, Sequence

from storage.records.statement import Statement
from storage.sqlite.values import clean, known, to_json
from storage.statements import names

_INSERT = """
    INSERT INTO statement (
        article_id, revision, position, paragraph, start, stop, kind, cue, speaker, name, how, via,
        rule, part_of, certainty, name_words, name_sounds, version, found_at)
    VALUES (
        :article_id, :revision, :position, :paragraph, :start, :stop, :kind, :cue, :speaker, :name,
        :how, :via, :rule, :part_of, :certainty, :name_words, :name_sounds, :version, :found_at)
"""
_READ = """
    INSERT INTO statement_reading (article_id, revision, version, read_at)
    VALUES (:article_id, :revision, :version, :at)
"""
# Copies of rows for the next revision of the same text, and where their new values come from.
_COPIED = ("statement", "claim")


def add(
    connection: sqlite3.Connection,
    article_id: int,
    revision: int,
    statements: Sequence[Statement],
    version: str,
) -> str:
    """Store what a text says; close what earlier rules found in it. Return the time of both.

    `version` names the rules. A text that has been read by them already stays as it is.
    """
    at = known.now()
    text = {"article_id": article_id, "revision": revision, "version": version, "at": at}
    for table in _COPIED:
        connection.execute(
            f"UPDATE {table} SET until = :at "  # noqa: S608 - our own tables
            "WHERE article_id = :article_id AND revision = :revision AND until IS NULL",
            text,
        )
    connection.execute(_READ, text)
    kept = _without_forgotten(connection, statements)
    rows = [_row(article_id, revision, i, statement) for i, statement in kept]
    connection.executemany(_INSERT, [row | {"version": version, "found_at": at} for row in rows])
    return at


def _without_forgotten(
    connection: sqlite3.Connection,
    statements: Iterable[Statement],
) -> list[tuple[int, Statement]]:
    """Return the statements to keep, each with its position."""
    hashes = names.forgotten(connection)
    return [
        (i, statement)
        for i, statement in enumerate(statements)
        if statement.name is None or not hashes or names.hash_of(statement.name) not in hashes
    ]


def _row(
    article_id: int,
    revision: int,
    position: int,
    statement: Statement,
) -> dict[str, object]:
    """Return a statement as columns; `clean` replaces what SQLite cannot bind."""
    name = None if statement.name is None else clean(statement.name)
    return {
        "article_id": article_id,
        "revision": revision,
        "position": position,
        "paragraph": statement.paragraph,
        "start": statement.start,
        "stop": statement.end,
        "kind": statement.kind.value,
        "cue": _span(statement.cue),
        "speaker": _span(statement.speaker),
        "name": name,
        "how": statement.how,
        "via": None if statement.via is None else clean(statement.via),
        "rule": statement.rule,
        "part_of": statement.group,
        "certainty": statement.certainty,
        "name_words": None if name is None else names.words_of(name),
        "name_sounds": None if name is None else names.sounds_of(name),
    }


def _span(span: object) -> str | None:
    return None if span is None else to_json(_numbers(span))


def _numbers(span: object) -> list[int]:
    """Return a span as [paragraph, start, end]."""
    return [getattr(span, name) for name in ("paragraph", "start", "end")]


def copy(connection: sqlite3.Connection, article_id: int, revision: int) -> None:
    """Give the next revision, which has the same text, the statements and claims of this one."""
    text = {"article_id": article_id, "revision": revision, "at": known.now()}
    for table in _COPIED:
        columns = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})")]
        named = ", ".join(name for name in columns if name != "id")
        changed = {"revision": "revision + 1", "found_at": ":at"}
        values = ", ".join(changed.get(name, name) for name in columns if name != "id")
        connection.execute(
            f"INSERT INTO {table} ({named}) SELECT {values} FROM {table} "  # noqa: S608 - our own
            "WHERE article_id = :article_id AND revision = :revision AND until IS NULL",
            text,
        )
    connection.execute(
        """
        INSERT INTO statement_reading (article_id, revision, version, read_at)
        SELECT article_id, revision + 1, version, :at FROM statement_reading
        WHERE article_id = :article_id AND revision = :revision
        ORDER BY read_at DESC LIMIT 1
        """,
        text,
    )


def forget_speaker(connection: sqlite3.Connection, name: str) -> int:
    """Remove all statements and claims of a speaker, and keep none from now on.

    Return how many there were. The texts of the articles stay.
    """
    connection.execute(
        "INSERT INTO forgotten_speaker (name_hash) VALUES (?) ON CONFLICT DO NOTHING",
        (names.hash_of(name),),
    )
    words = names.words_of(name)
    removed = 0
    connection.execute(
        """
        DELETE FROM opinion WHERE subject = 'statement' AND key IN (
            SELECT article_id || ':' || revision || ':' || paragraph || ':' || start || ':' || stop
            FROM statement WHERE name_words = :words)
        """,
        {"words": words},
    )
    for table in _COPIED:
        removed += connection.execute(
            f"DELETE FROM {table} WHERE name_words = ?",  # noqa: S608 - our own tables
            (words,),
        ).rowcount
    return removed
