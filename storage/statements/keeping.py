"""Stores the statements of a text, in the transaction of its revision."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from storage.records.claim import Claim
from storage.records.sayings import Sayings
from storage.records.statement import Span, Statement
from storage.sqlite.values import clean, known, to_json
from storage.statements import names

TABLES: Final = ("statement", "claim")
_READ = """
    INSERT INTO statement_reading (article_id, revision, version, read_at)
    VALUES (:article_id, :revision, :version, :found_at)
"""


def add(
    connection: sqlite3.Connection,
    article_id: int,
    revision: int,
    sayings: Sayings,
) -> None:
    """Store what a text says that somebody said; close what earlier rules found in it."""
    text: dict[str, object] = {
        "article_id": article_id,
        "revision": revision,
        "version": sayings.version,
        "found_at": known.now(),
    }
    for table in TABLES:
        connection.execute(
            f"UPDATE {table} SET until = :found_at "  # noqa: S608 - our own tables
            "WHERE article_id = :article_id AND revision = :revision AND until IS NULL",
            text,
        )
    connection.execute(_READ, text)
    hashes = names.forgotten(connection)
    for position, statement in enumerate(sayings.statements):
        if not names.is_among(hashes, statement.name):
            row = text | _statement(statement) | {"position": position}
            connection.execute(_insert("statement", row), row)
    for position, claim in enumerate(sayings.claims):
        if not names.is_among(hashes, claim.speaker):
            row = text | _claim(claim) | {"position": position}
            connection.execute(_insert("claim", row), row)


def _insert(table: str, row: Mapping[str, object]) -> str:
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608 - our own names


def _statement(statement: Statement) -> dict[str, object]:
    """Return a statement as columns."""
    return {
        "paragraph": statement.paragraph,
        "start": statement.start,
        "stop": statement.end,
        "kind": statement.kind.value,
        "cue": _span(statement.cue),
        "speaker": _span(statement.speaker),
        "how": statement.how,
        "via": _cleaned(statement.via),
        "rule": statement.rule,
        "part_of": statement.group,
        "certainty": statement.certainty,
        **_name(statement.name),
    }


def _claim(claim: Claim) -> dict[str, object]:
    """Return a claim as columns."""
    span = claim.speaker_span
    return {
        "paragraph": claim.paragraph,
        "start": claim.start,
        "stop": claim.end,
        "force": claim.force,
        "stance": claim.stance.value,
        "is_conditional": int(claim.is_conditional),
        "condition": _cleaned(claim.condition),
        "speaker": None if span is None else to_json(span),
        "how": claim.speaker_how,
        "country": claim.speaker_country,
        "role": _cleaned(claim.speaker_role),
        "is_decision": int(claim.is_decision),
        "via": _cleaned(claim.via),
        "said_on": claim.said_on,
        "said_on_how": _cleaned(claim.said_on_how),
        "marks": to_json(claim.marks),
        "rule": claim.rule,
        "certainty": claim.certainty,
        **_name(claim.speaker),
    }


def _name(name: str | None) -> dict[str, object]:
    """Return a name with the forms by which it is found."""
    if name is None:
        return {"name": None, "name_words": None, "name_sounds": None}
    shown = clean(name)
    return {
        "name": shown,
        "name_words": names.words_of(shown),
        "name_sounds": names.sounds_of(shown),
    }


def _cleaned(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _span(span: Span | None) -> str | None:
    return None if span is None else to_json([span.paragraph, span.start, span.end])


def copy(connection: sqlite3.Connection, article_id: int, revision: int) -> None:
    """Give the next revision, which has the same text, the statements and claims of this one."""
    text = {"article_id": article_id, "revision": revision, "at": known.now()}
    for table in TABLES:
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
    for table in TABLES:
        removed += connection.execute(
            f"DELETE FROM {table} WHERE name_words = ?",  # noqa: S608 - our own tables
            (words,),
        ).rowcount
    return removed
