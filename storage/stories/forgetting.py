"""Removes what stories say of an article or a person."""

import sqlite3
from typing import Final

import msgspec

from storage.sqlite.values import to_json
from storage.words.sound import skeleton

# A reason names words of two articles: without one of them it is removed, the membership stays.
REMOVALS: Final = (
    "DELETE FROM story_member WHERE article_id = :id",
    "DELETE FROM story_title WHERE article_id = :id",
    "DELETE FROM story_hint WHERE found_by = :id OR (kind = 'move' AND a = :id)",
    "UPDATE story_member SET reason = NULL WHERE json_extract(reason, '$.other') = :id",
    "UPDATE story_hint SET reason = NULL WHERE json_extract(reason, '$.other') = :id",
)
_TABLES: Final = ("story_member", "story_hint")


def forget_name(connection: sqlite3.Connection, name: str) -> None:
    """Remove a person's name from the reasons of stories, in every script."""
    words = {word.casefold() for word in name.split()}
    sounds = {sound for sound in map(skeleton, name.split()) if sound is not None}

    def is_of_person(shown: str) -> bool:
        parts = shown.replace("(", " ").replace(")", " ").split()
        return any(part.casefold() in words or skeleton(part) in sounds for part in parts)

    for table in _TABLES:
        rows = connection.execute(
            f"SELECT id, reason FROM {table} WHERE reason IS NOT NULL"  # noqa: S608 - our tables
        ).fetchall()
        for row in rows:
            reason = msgspec.json.decode(row["reason"])
            kept = reason | {
                kind: [shown for shown in reason[kind] if not is_of_person(shown)]
                for kind in ("names", "words")
            }
            if kept != reason:
                connection.execute(
                    f"UPDATE {table} SET reason = ? WHERE id = ?",  # noqa: S608 - our tables
                    (to_json(kept), row["id"]),
                )
