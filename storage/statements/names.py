"""The forms of a speaker's name by which he is found, and by which he is forgotten."""

import hashlib
import sqlite3
from collections.abc import Callable

from storage.words.consonants import script_of
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
    """Return the skeletons of the words of a name, each behind its script.

    >>> sounds_of("Лавров")
    ' cyrillic:lbrb '
    """
    found = [
        f"{script_of(word)}:{skeleton}" for word in name.split() for skeleton in skeletons(word)
    ]
    return f" {' '.join(dict.fromkeys(found))} "


def condition(table: str, name: str, bind: Callable[[object], str]) -> str:
    """Return the SQL condition that a row's speaker has all words of a name.

    A word is found as it is written, and by its sound in other scripts: in one script too many
    names share their consonants, as Putin and Biden do.
    """
    words = words_of(name).split()
    is_sounded = any(map(skeletons, words))
    parts = [_word_condition(table, word, is_sounded, bind) for word in words]
    return f"({' AND '.join(parts)})" if parts else "0"


def _word_condition(
    table: str,
    word: str,
    is_sounded: bool,
    bind: Callable[[object], str],
) -> str:
    """Return the condition of one word; beside a longer one, "Li" is any word of another script."""
    written = bind(f" {word} ")
    options = [f"instr({table}.name_words, {written}) > 0"]
    own = script_of(word)
    sounds = skeletons(word)
    if is_sounded and not sounds:
        options.append(f"instr({table}.name_sounds, {bind(f' {own}:')}) = 0")
    for skeleton in sounds:
        for script in _SCRIPTS:
            if script != own:
                sound = bind(f" {script}:{skeleton} ")
                options.append(f"instr({table}.name_sounds, {sound}) > 0")
    return f"({' OR '.join(options)})"


_SCRIPTS = ("latin", "cyrillic", "arabic", "hebrew")


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
