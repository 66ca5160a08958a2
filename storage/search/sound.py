"""Names by sound in a query: the spellings of a name that the corpus has, in every script."""

import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from storage.search.analyser import languages_of, stems_of
from storage.search.compile import fts
from storage.search.nodes import And, Node, Not, Or, Sound, Word
from storage.words.consonants import script_of
from storage.words.forms import WORD
from storage.words.likeness import is_one_name, looks_like_name
from storage.words.memo import Memo
from storage.words.sound import may_be_name, readings, skeletons

_BETWEEN = "|"  # a skeleton and a spelling; the tokenizer of the table takes it as a letter
_AFTER = "}"  # the character after it
_FRONT = 1000  # characters: about the headline and 120 words, where names are introduced
_LONG = 4  # consonants
_MOST_KNOWN = 100_000  # words of each language whose names are cached
_MOST_CANDIDATES = 500  # spellings with the skeleton, the most frequent first
_MOST_SPELLINGS = 24  # of a name in a query: ten languages, with some inflections
_WITHOUT_CAPITALS = ("arabic", "hebrew")


def tokens_of(text: str, language: str | None) -> str:
    """Return the names of a text as the index contains them.

    Scripts without capitals do not show what is a name: there a word with three consonants counts
    at the front of a text alone, since most words have three.
    """
    tokens_by_word = _known(language or "")
    words = dict.fromkeys(WORD.findall(text))
    small = {word for word in words if word.islower()}
    front = text[:_FRONT]
    first = set(WORD.findall(front))

    found: dict[str, None] = {}
    for word in words:
        if not may_be_name(word, small):
            continue
        always, in_front = tokens_by_word[word]
        found.update(always)
        if word in first:
            found.update(in_front)
    return " ".join(found)


_Tokens = tuple[dict[str, None], dict[str, None]]  # always, and at the front of a text


@lru_cache(maxsize=64)
def _known(language: str) -> Memo[_Tokens]:
    tokens_of_word = partial(_tokens_of_word, language or None)
    return Memo(tokens_of_word, _MOST_KNOWN)


def _tokens_of_word(language: str | None, word: str) -> _Tokens:
    always: dict[str, None] = {}
    in_front: dict[str, None] = {}
    for name in readings(language)[word]:
        part = word[name.start : name.end]
        written = _written(part)
        token = f"{name.skeleton}{_BETWEEN}{written}"
        is_short = len(name.skeleton) < _LONG
        is_doubtful = is_short and script_of(written) in _WITHOUT_CAPITALS
        tokens = in_front if is_doubtful else always
        tokens[token] = None
    return always, in_front


def _written(word: str) -> str:
    """Return a word in lower case, without marks and quotation marks."""
    composed = unicodedata.normalize("NFKC", word).lower()
    return "".join(filter(str.isalnum, composed))


@dataclass(frozen=True, slots=True)
class Heard:
    """A spelling that was searched by its sound, and how many articles have it."""

    asked: str
    spelling: str
    articles: int


def heard(connection: sqlite3.Connection, node: Node) -> list[Heard]:
    """Return the spellings in a query that `resolve` has added, the most frequent first."""
    found: list[Heard] = []
    for sound in _sounds(node):
        for spelling in sound.spellings:
            articles = _count(connection, spelling)
            shown = _shown(spelling)
            found.append(Heard(sound.text, shown, articles))
    return sorted(found, key=lambda one: -one.articles)


def _count(connection: sqlite3.Connection, spelling: str) -> int:
    expression = fts(Word(spelling))
    row = connection.execute(_COUNT, (expression,)).fetchone()
    return int(row[0])


_COUNT = """
    SELECT count(DISTINCT article_id) FROM search JOIN search_row ON search_row.id = search.rowid
    WHERE search MATCH ?
"""


def _shown(spelling: str) -> str:
    return spelling[:1].upper() + spelling[1:]


def _sounds(node: Node) -> list[Sound]:
    match node:
        case Sound():
            return [node]
        case Not(inner):
            return _sounds(inner)
        case And(nodes) | Or(nodes):
            return [sound for part in nodes for sound in _sounds(part)]
    return []


def resolve(
    connection: sqlite3.Connection,
    node: Node,
    *,
    is_automatic: bool = False,
) -> Node:
    """Return a query in which each `sound:` has its spellings in the corpus.

    With `is_automatic` the words that look like names have theirs, too; not the excluded ones.
    """
    spell = partial(spellings, connection)
    return _resolved(node, spell, is_automatic)


def _resolved(
    node: Node,
    spell: Callable[[str], tuple[str, ...]],
    is_automatic: bool,
) -> Node:
    match node:
        case Sound():
            found = spell(node.text)
            return replace(node, spellings=found)
        case Word(text, is_prefix, column) if is_automatic and not is_prefix:
            found = _other_names(text, spell)
            return Sound(text, found, column) if found else node
        case Not(inner):
            excluded = _resolved(inner, spell, is_automatic=False)
            return Not(excluded)
        case And(nodes) | Or(nodes):
            parts = [_resolved(part, spell, is_automatic) for part in nodes]
            return replace(node, nodes=tuple(parts))
    return node


def _other_names(
    word: str,
    spell: Callable[[str], tuple[str, ...]],
) -> tuple[str, ...]:
    """Return the spellings of a word of a query, if it is capitalised.

    In a script without capitals the form of a word decides. It is searched in other scripts
    alone: in its own, most words that sound alike are its forms with other clitics.
    """
    script = script_of(word)
    if script not in _WITHOUT_CAPITALS:
        return spell(word) if word[:1].isupper() else ()
    if not looks_like_name(word):
        return ()
    others = [spelling for spelling in spell(word) if script_of(spelling) != script]
    return tuple(others)


def spellings(connection: sqlite3.Connection, word: str) -> tuple[str, ...]:
    """Return the other spellings of a name in the corpus, the most frequent first.

    A spelling that is found with the word itself, or with one before it, is left out.
    """
    known = _stems(word)
    found: list[str] = []
    for candidate in _candidates(connection, word):
        stems = _stems(candidate)
        is_found_already = stems <= known
        if is_found_already or not is_one_name(word, candidate):
            continue
        known |= stems
        found.append(candidate)
    return tuple(found[:_MOST_SPELLINGS])


def _stems(word: str) -> set[str]:
    languages = languages_of(word)
    return set(stems_of(word, languages))


def _candidates(connection: sqlite3.Connection, word: str) -> list[str]:
    """Return the words of the corpus with a skeleton of a word, the most frequent first."""
    by_count: dict[str, int] = {}
    for skeleton in skeletons(word):
        bounds = (
            f"{skeleton}{_BETWEEN}",
            f"{skeleton}{_AFTER}",
            _MOST_CANDIDATES,
        )
        for term, count in connection.execute(_TERMS, bounds):
            _, _, spelling = term.partition(_BETWEEN)
            before = by_count.get(spelling, 0)
            by_count[spelling] = max(count, before)

    def order(spelling: str) -> tuple[int, str]:
        return -by_count[spelling], spelling

    return sorted(by_count, key=order)


_TERMS = """
    SELECT term, doc FROM search_name_term WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?
"""
