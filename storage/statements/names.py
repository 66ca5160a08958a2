"""The forms of a speaker's name by which he is found, and by which he is forgotten."""

import hashlib
import sqlite3

from storage.words.forms import fold
from storage.words.sound import skeletons


def words_of(name: str) -> str:
    """Return the folded words of a name between spaces, so that a whole word can be found.

    >>> words_of("Edda Brahm-Keller")
    ' edda brahm keller '
    """
    letters = "".join(c if c.isalnum() else " " for c in fold(name))
    return f" {' '.join(letters.split())} "


def sounds_of(name: str) -> str:
    """Return the skeletons of the words of a name: the same for Lavrov and Лавров."""
    found: list[str] = []
    for word in name.split():
        found += skeletons(word)
    return f" {' '.join(dict.fromkeys(found))} "


def hash_of(name: str) -> bytes:
    """Return what the store keeps of a forgotten name."""
    return hashlib.sha256(words_of(name).encode()).digest()


def is_among(hashes: frozenset[bytes], name: str | None) -> bool:
    """Whether a name is one of those that are not kept."""
    return bool(hashes) and name is not None and hash_of(name) in hashes


def forgotten(connection: sqlite3.Connection) -> frozenset[bytes]:
    """Return the hashes of the names that are not kept."""
    rows = connection.execute("SELECT name_hash FROM forgotten_speaker")
    return frozenset(row[0] for row in rows)
