"""One analyser for texts and queries: words, folded and stemmed by their language.

The index contains the stems, so that every store finds the same. Snowball or light rules stem the
languages that are watched; only equality of stems counts, they need not be words. In other
languages a word is found in the forms that the text contains.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from storage.words.forms import WORD, fold
from storage.words.marks import stream_safe
from storage.words.memo import Memo

VERSION = 3  # of the analyser: another one needs another index
_SNOWBALL = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "fa": "persian",
    "fr": "french",
    "ru": "russian",
    "tr": "turkish",
}
_OTHER = ""  # an unknown language, or one without a stemmer: its words are only folded
# Two capitals are a name of initials, "US" as "U.S.", and never the word of the same letters: the
# pronoun "us", French "un" and "eu", Turkish "üsten", whose stem is "us", too.
_INITIALS = re.compile(r"[A-Z]\.?[A-Z]\.?")
_TWO_LETTERS = re.compile(r"[a-zA-Z]{2}")
# Words of two letters in a query all in capitals: "LEAVE IN MAY" asks for no initials.
_SMALL_WORDS = frozenset(
    "am an as at be by do du de en er es et go he if im in is it la le me my no of on or sa so to "
    "up we zu".split()
)
_OF_INITIALS = "\u02d1"  # behind their stem; the tokenizer takes it as a letter
_APOSTROPHE = re.compile("['’‘ʼ`´]")
# The possible languages of a word by a letter in it: of the Arabic, the Cyrillic, the Hebrew and
# the Latin script.
_SCRIPTS = {
    "[\u0600-\u06ff]": ("ar", "fa", "ku", _OTHER),
    "[\u0400-\u04ff]": ("ru", _OTHER),
    "[\u0590-\u05ff]": ("he", _OTHER),
    "[a-zA-Z\u00c0-\u024f]": ("en", "de", "fr", "tr", "ku", _OTHER),
}
_PERSIAN_ENDINGS = frozenset(["ها", "های", "هایی", "می", "نمی"])
_MOST_KNOWN = 200_000  # words of each language whose stem is cached


class _Stems:
    """The stems of a language; those of the last `most_known` words are cached."""

    def __init__(self, language: str, most_known: int = _MOST_KNOWN):
        self.of = Memo(self._stem, most_known).__getitem__
        self._language = language

        name = _SNOWBALL.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None

    def _stem(self, word: str) -> str:
        bare = _without_joined(_composed(word), self._language)
        folded = fold(bare)
        if _INITIALS.fullmatch(bare):
            return folded + _OF_INITIALS
        strip_affixes = _LIGHT_RULES.get(self._language)
        if strip_affixes is not None:
            folded_stem = strip_affixes(folded)
            if self._stemmer is None:
                return folded_stem
            return self._stemmer.stemWord(folded_stem) or folded

        if self._stemmer is None:
            return folded
        return fold(self._stemmer.stemWord(bare.lower())) or folded


def _composed(word: str) -> str:
    """Return a word in the letters that the stemmers know.

    Fullwidth letters, ligatures and the forms of the Arabic script for print become plain letters,
    and marks join theirs.
    """
    if word.isascii():
        return word
    return unicodedata.normalize("NFKC", stream_safe(word))


@lru_cache(maxsize=64)
def _stems(language: str) -> _Stems:
    return _Stems(language)


def analyse(text: str, language: str | None) -> list[str]:
    """Return the stems of a text, in its order."""
    return list(map(_stems(language or _OTHER).of, words_of(text)))


def words_of(text: str) -> list[str]:
    """Return the words of a text, without Persian endings that are written apart."""
    words = WORD.findall(text)
    has_joiner = "\u200c" in text  # Persian joins such an ending with it
    if not has_joiner:
        return words
    return [word for word in words if word not in _PERSIAN_ENDINGS]


def stems_by_word(
    words: Iterable[str],
    language: str | None,
) -> dict[str, str]:
    """Return the stem of each word."""
    stem_of = _stems(language or _OTHER).of
    return {word: stem_of(word) for word in words}


def languages_of(word: str) -> tuple[str, ...]:
    """Return the possible languages of a word of a query, by its script."""
    written = _composed(word)
    for letters, languages in _SCRIPTS.items():
        if re.search(letters, written):
            return languages
    return (_OTHER,)


# Spellings of one name that no rule of letters makes equal.
_SAME_NAMES = {
    "سوريا": "سورية",  # the ending of the state's own name, and the one of most newspapers
    "سورية": "سوريا",
}


def stems_of(word: str, languages: Iterable[str]) -> list[str]:
    """Return the possible stems of a word in the index, each once.

    Two small letters may be initials, too, since people write a query so: "un envoy".
    """
    spellings = [word]
    if word in _SAME_NAMES:
        spellings.append(_SAME_NAMES[word])
    if may_be_initials(word):
        spellings = [word.lower(), as_initials(word)]
    stems = [_stems(language).of(spelling) for spelling in spellings for language in languages]
    return list(dict.fromkeys(stems))


def may_be_initials(word: str) -> bool:
    """Whether a word of a query may be initials, and may be a word as well.

    >>> may_be_initials("un"), may_be_initials("UN"), may_be_initials("IN"), may_be_initials("une")
    (True, False, True, False)
    """
    if _TWO_LETTERS.fullmatch(word) is None:
        return False
    return not _INITIALS.fullmatch(word) or word.lower() in _SMALL_WORDS


def as_initials(word: str) -> str:
    """Return a word of two letters as initials.

    >>> as_initials("un")
    'U.N.'
    """
    return "".join(f"{letter}." for letter in word.upper())


# Languages in which an apostrophe joins an article before a word: "l'armée".
_WITH_JOINED_ARTICLES = ("fr", "it")
# Languages in which it joins an ending to a name: "Suriye'den".
_WITH_JOINED_ENDINGS = ("tr", "ku")


def _without_joined(word: str, language: str) -> str:
    """Return a word without the article or the ending that an apostrophe joins to it."""
    parts = _APOSTROPHE.split(word)
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return word
    if language in _WITH_JOINED_ARTICLES:
        return last or word
    if language in _WITH_JOINED_ENDINGS:
        return first or word

    # "Syria's" loses its ending; "O'Brien" is one name.
    is_ending = len(last) < 3
    is_whole_word = len(first) > 1
    if is_ending and is_whole_word:
        return first
    return "".join(parts)


_ARABIC_PREFIX = re.compile(r"^(?:[وف]?(?:ال|بال|كال|فال|لل)|[وفبلك](?=.{4}))")


def _light_arabic(word: str) -> str:
    """Remove "and", "then", the article, and prepositions before it: والقوات is قوات."""
    bare = _ARABIC_PREFIX.sub("", word)
    return bare if len(bare) > 2 else word


_HEBREW_FIRST_PREFIXES = "ושהבלמכ"
_HEBREW_INNER_PREFIXES = "שהבלמכ"  # "and" is never inside
_HEBREW_SUFFIX = re.compile(r"(?:ותיהמ|ותיהנ|ותיה|ותיו|ותינו|יהמ|יהנ|יות|ימ|ות|יה|יו|ית|ה|ת|י)$")


def _hebrew(word: str) -> str:
    """Remove up to three of "and", "that", "the", "in", "to", "from", "like"; and an ending."""
    prefixes = _HEBREW_FIRST_PREFIXES
    for _ in range(3):
        # The article "the" is the most frequent prefix, and is removed from short words too.
        least_length = 3 if word.startswith("ה") else 4
        if len(word) < least_length or word[0] not in prefixes:
            break
        word = word[1:]
        prefixes = _HEBREW_INNER_PREFIXES

    bare = _HEBREW_SUFFIX.sub("", word)
    return bare if len(bare) > 1 else word


_KURDISH_SUFFIX = re.compile(
    r"(?:ekan|ekani|ekanin|yeye|eyen|eyan|yen|yan|eke|ek|en|an|in|eye|ye|ya|yi|e|a|i"
    r"|هكانيان|هكاني|هكان|هكهي|هكه|اني|ان|يك|هي|ه|ي)$"
)


def _kurdish(word: str) -> str:
    """Remove an ending of Kurmanji or Sorani."""
    bare = _KURDISH_SUFFIX.sub("", word)
    return bare if len(bare) > 2 else word


# Rules that remove affixes of a folded word, in place of Snowball's or before them.
_LIGHT_RULES = {
    "ar": _light_arabic,
    "fa": _light_arabic,
    "he": _hebrew,
    "ku": _kurdish,
}
