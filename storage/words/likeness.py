"""Whether two words may be spellings of one name: skeletons propose, sounds and vowels decide."""

import difflib
import re
from collections.abc import Iterator

from storage.words.consonants import agree, classes_of, gaps_of, script_of, sounds_of, spelled
from storage.words.sound import SHORTEST, readers_of, spellings_of

_LONG = 4  # consonants: three are shared by too many words to leave the vowels out
_LEAST_LIKENESS = 0.65  # of letters: Poutine is Putin (0.83), Paton and Patten are not (0.60, 0.55)
_WITHOUT_VOWELS = ("arabic", "hebrew")

_LATIN_OF = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufie", strict=True)),
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ю": "iu",
        "я": "ia",
        "ё": "e",
        "ь": "",
        "ъ": "",
        "ı": "i",
        # Letters of one sound, as in Qamishli and Kamyshly.
        "q": "k",
        "w": "v",
        "y": "i",
    }
)


def is_one_name(asked: str, found: str) -> bool:
    """Return whether two words may be one name, in whatever scripts.

    Their consonants have to sound alike. In two scripts that write vowels the letters have to be
    alike, too. The Arabic and the Hebrew script write long vowels alone: those of a short name
    have to be vowels of the other one, at the same place.

    >>> is_one_name("Putin", "Путин"), is_one_name("Putin", "Paton"), is_one_name("Putin", "Biden")
    (True, False, False)
    >>> is_one_name("Putin", "بوتين"), is_one_name("Putin", "بطن")  # the second is "belly"
    (True, False)
    """
    length = _shared_length(asked, found)
    if length == 0:
        return False
    one_lacks_vowels = script_of(asked) in _WITHOUT_VOWELS
    other_lacks_vowels = script_of(found) in _WITHOUT_VOWELS
    if one_lacks_vowels and other_lacks_vowels:
        return True
    if one_lacks_vowels or other_lacks_vowels:
        written, full = (asked, found) if one_lacks_vowels else (found, asked)
        return length >= _LONG or _has_vowels_of(written, full)
    return _likeness(asked, found) >= _LEAST_LIKENESS


def _shared_length(one: str, other: str) -> int:
    """Return the number of consonants in which two words agree, in any language; else 0."""
    others = set(_readings(other))
    for sounds in _readings(one):
        classes = classes_of(sounds)
        for other_sounds in others:
            is_alike = classes_of(other_sounds) == classes and agree(sounds, other_sounds)
            if is_alike:
                return len(classes)
    return 0


def _readings(word: str) -> Iterator[str]:
    """Yield the sounds of a word in each language of its script."""
    script = script_of(word)
    for language in readers_of(script):
        for spelling in spellings_of(word, script, language):
            yield sounds_of(spelling, language)


def _likeness(one: str, other: str) -> float:
    """Return how alike two words are in Latin letters, from 0 to 1."""
    return difflib.SequenceMatcher(
        None,
        spelled(one).translate(_LATIN_OF),
        spelled(other).translate(_LATIN_OF),
        autojunk=False,
    ).ratio()


# A long vowel as it is written, and the letters of other scripts that it may be.
_LONG_VOWELS = {
    "ا": "aeoаоэя",
    "א": "aeoаоэя",
    "و": "ouоую",
    "ו": "ouоую",
    "ي": "ieyиеыйё",
    "ی": "ieyиеыйё",
    "י": "ieyиеыйё",
}
_DIPHTHONG = re.compile("[اא](?=[يیוי])")  # the "ai" of بايدن is the i of Biden
_FULL_VOWELS = re.compile("[aeiouyаеёиоуыэюя]")
_OFTEN_UNWRITTEN = set("aeаеэ")  # Haftar is written "hftr" in both scripts


def _has_vowels_of(written: str, full: str) -> bool:
    """Return whether each long vowel of a word is a vowel of the other one at the same place.

    A word without any needs another one whose vowels may all be short. What is before the first
    consonant does not matter: the letter there may be silent.
    """
    _, *gaps = gaps_of(written)
    _, *other_gaps = gaps_of(full)
    if len(gaps) != len(other_gaps):  # another language reads it as the name
        return False
    longs = [_longs_in(gap) for gap in gaps]
    if not any(longs):
        vowels = _FULL_VOWELS.findall("".join(other_gaps))
        return _OFTEN_UNWRITTEN.issuperset(vowels)
    return all(map(_are_in, longs, other_gaps))


def looks_like_name(word: str) -> bool:
    """Return whether a word of a script without capitals has the form of a foreign name.

    It has four consonants, or three with two long vowels between and after them: بوتين is one,
    قوات ("forces") is none. Foreign names have their vowels written, most other words have not.

    >>> looks_like_name("بوتين"), looks_like_name("قوات")
    (True, False)
    """
    length = len(classes_of(sounds_of(word)))
    _, *gaps = gaps_of(word)
    written_out = [gap for gap in gaps if _longs_in(gap)]
    return length >= _LONG or (length == SHORTEST and len(written_out) > 1)


def _longs_in(gap: str) -> list[str]:
    letters = _DIPHTHONG.sub("", gap)
    return [letter for letter in letters if letter in _LONG_VOWELS]


def _are_in(longs: list[str], gap: str) -> bool:
    return all(set(_LONG_VOWELS[long]) & set(gap) for long in longs)
