"""Names by sound: one skeleton of consonants for a name in every script.

Lavrentiev, Лаврентьев, לברנטייב and لافرينتييف have the skeleton "lbrntb". A skeleton only
proposes: other words may share it, as Putin and Biden do, so a caller weighs or compares further.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache

from storage.words.consonants import consonants, script_of
from storage.words.forms import WORD
from storage.words.memo import Memo

SHORTEST = 3  # consonants: fewer are shared by too many words
_LONGEST = 40  # letters: a longer word is no name
_MOST_KNOWN = 100_000  # words of each language whose readings are cached
_APOSTROPHE = re.compile("['’‘ʼ`´]")
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a text that may be a name; `text[start:end]` is the name as it is written."""

    skeleton: str
    start: int
    end: int


def skeleton(word: str, language: str | None = None) -> str | None:
    """Return the consonants of a word by class; None if there are fewer than three.

    The language decides letters that several languages read differently: the German "j" is a
    vowel. Without one, the word is read as in English, Russian, Arabic or Hebrew, by its script.

    >>> skeleton("Lavrentiev"), skeleton("Лаврентьев"), skeleton("לברנטייב"), skeleton("Omar")
    ('lbrntb', 'lbrntb', 'lbrntb', None)
    """
    name = _longest_part(word)
    if _is_no_name(name):
        return None
    sounds = consonants(name, language)
    return sounds if len(sounds) >= SHORTEST else None


def readers_of(script: str) -> tuple[str | None, ...]:
    """Return the languages that read a letter of a script in a way of their own, and None."""
    return _READERS[script]


_READERS: dict[str, tuple[str | None, ...]] = {
    "latin": (None, "de", "tr", "ku"),
    "cyrillic": (None,),
    "arabic": (None, "fa", "ku"),
    "hebrew": (None,),
}


def skeletons(word: str) -> list[str]:
    """Return the possible skeletons of a word whose language is unknown, each once.

    >>> skeletons("Achmadow")
    ['smtb', 'kmtb']
    """
    name = _longest_part(word)
    script = script_of(name)
    found: list[str] = []
    for language in _READERS[script]:
        found += _possible(name, script, language)
    return list(dict.fromkeys(found))


def names(text: str, language: str | None) -> list[Name]:
    """Return the words of a text that may be names, in its order.

    In the Latin and the Cyrillic script these are the capitalised words, without those that the
    text also writes in lower case. The other scripts have no capitals: every word may be a name.
    A word has several entries if it can be read in several ways: with and without a clitic
    (ولافروف is "and Lavrov", or one name), or with a letter that has two sounds (the Russian х).
    """
    readings_of = readings(language)
    words = list(WORD.finditer(text))
    small = {match[0] for match in words if match[0].islower()}

    found = []
    for match in words:
        word = match[0]
        if may_be_name(word, small):
            found += _moved(readings_of[word], match.start())
    return found


def may_be_name(word: str, small: Set[str]) -> bool:
    """Return whether a word may be a name in a text with these words in lower case."""
    if word in small:
        return False
    lowered = word.lower()
    is_ordinary = lowered != word and lowered in small
    return not is_ordinary


def readings(language: str | None) -> Memo[list[Name]]:
    """Return the readings of the words of a language as names; those of the last are cached."""
    return _known(language or "")


@lru_cache(maxsize=64)
def _known(language: str) -> Memo[list[Name]]:
    return Memo(
        lambda word: _named_parts(word, language or None),
        _MOST_KNOWN,
    )


def _moved(readings: Iterable[Name], distance: int) -> list[Name]:
    """Return readings of a part of a text with their places in the whole text."""
    return [
        Name(
            reading.skeleton,
            reading.start + distance,
            reading.end + distance,
        )
        for reading in readings
    ]


def _named_parts(word: str, language: str | None) -> list[Name]:
    """Return the readings of the parts of a word that may be names.

    An apostrophe joins what is no part of the name: "l'Ukraine", "Suriye'den", "Lavrov's".
    """
    if len(word) > 2 * _LONGEST:
        return []
    script = script_of(word)
    if script in ("arabic", "hebrew"):
        return _readings(word, script, language)

    found = []
    for start, part in _parts(word):
        is_capitalised = part[:1].isupper()
        if is_capitalised:
            readings = _readings(part, script, language)
            found += _moved(readings, start)
    return found


def _parts(word: str) -> list[tuple[int, str]]:
    """Return the parts of a word between apostrophes, each with its place."""
    parts = []
    start = 0
    for part in _APOSTROPHE.split(word):
        parts.append((start, part))
        start += len(part) + 1
    return parts


def _longest_part(word: str) -> str:
    """Return the name in a word: "Ukraine" of "l'Ukraine". Hebrew writes sounds with the sign."""
    if script_of(word) == "hebrew":
        return word
    parts = _APOSTROPHE.split(word)
    return max(parts, key=len)


def _readings(
    word: str,
    script: str,
    language: str | None,
) -> list[Name]:
    """Return the ways to read a word as a name: the whole word first, each skeleton once."""
    found: dict[str, Name] = {}
    for start, end in _spans(word, script, language):
        name = word[start:end]
        for sounds in _possible(name, script, language):
            reading = Name(sounds, start, end)
            found.setdefault(sounds, reading)
    return list(found.values())


def _possible(
    name: str,
    script: str,
    language: str | None,
) -> list[str]:
    """Return the skeletons of a name: another one for a letter that has two sounds."""
    if _is_no_name(name):
        return []
    found = []
    for spelling in spellings_of(name, script, language):
        sounds = consonants(spelling, language)
        if len(sounds) >= SHORTEST:
            found.append(sounds)
    return found


def _is_no_name(word: str) -> bool:
    is_too_long = len(word) > _LONGEST
    return is_too_long or _HAS_DIGIT.search(word) is not None


# Letters of two sounds, and a letter for the other sound.
_TWO_SOUNDS = {
    "latin": ("[gG](?=[eiEI])", "j"),  # the one of Gerasimov, and the one of Kissinger
    "cyrillic": ("[хХ]", ""),  # the h of Хафтар has no class, the kh of Хан has one
    "hebrew": ("ח", "כ"),  # likewise
    "arabic fa": ("و", "ف"),  # the u of پوتین, and the v of مدودف
}


def spellings_of(
    name: str,
    script: str,
    language: str | None,
) -> list[str]:
    """Return a name, and how it would be written if such a letter had its other sound."""
    pair = _TWO_SOUNDS.get(f"{script} {language}") or _TWO_SOUNDS.get(script)
    if pair is None:
        return [name]
    letter, other = pair
    respelled = re.sub(letter, other, name)
    return [name, respelled]


_PARTICLES = re.compile("[بكلس]")  # "by", "like", "to", "will"
_AND = re.compile("[وف]")  # "and", "then"
_ARTICLE = re.compile("ال|لل")  # alone, and with "to" in it
_HEBREW = re.compile("[ושהבלמכ]")  # "and", "that", "the", "in", "to", "from", "like"
# Clitics before a word, in their order, by script and language. Persian and Sorani write
# theirs apart.
_PREFIXES = {
    "arabic": (_AND, _PARTICLES, _ARTICLE),
    "arabic fa": (_ARTICLE,),
    "arabic ku": (),
    "hebrew": (_HEBREW, _HEBREW, _HEBREW),
}
# Endings that add a consonant.
_SUFFIXES = {
    "arabic ku": re.compile("(?:ەکانی?|ەکەی?|ێکی?|یش|دا|ان|ەوە)$"),  # "the", "a", "also", "in"
    "cyrillic": re.compile("(?:[оеы]м|ами|ях|ах)$", re.I),  # Путиным is Путин
    "latin de": re.compile("s$", re.I),  # Lawrows is "of Lawrow"
}
_SHORTEST_NAME = 3  # letters that remain without a clitic


def _spans(
    word: str,
    script: str,
    language: str | None,
) -> list[tuple[int, int]]:
    """Return the place of a word, and those without one, two, three clitics and its ending."""
    kind = f"{script} {language}"
    prefixes = _PREFIXES.get(kind, _PREFIXES.get(script, ()))
    start = 0
    end = len(word)
    spans = [(start, end)]
    for clitic in prefixes:
        match = clitic.match(word, start)
        if match is not None and end - match.end() >= _SHORTEST_NAME:
            start = match.end()
            spans.append((start, end))

    suffix = _SUFFIXES.get(kind) or _SUFFIXES.get(script)
    match = suffix.search(word) if suffix else None
    if match is not None and match.start() - start >= _SHORTEST_NAME:
        spans.append((start, match.start()))
    return spans
