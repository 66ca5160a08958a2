"""One analyser for texts and queries: words, folded and stemmed by their language.

The index holds what this makes of a text, so that every store finds the same. Stems of the
languages that are watched are by Snowball or by light rules; only equality of stems counts, they
need not be words. Texts in other languages are found by the forms that stand in them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from storage.words.forms import WORD, fold
from storage.words.memo import Memo

VERSION = 1  # another analyser makes another index
_SNOWBALL = {
    "ar": "arabic", "de": "german", "en": "english", "fa": "persian", "fr": "french",
    "ru": "russian", "tr": "turkish",
}  # fmt: skip
_OTHER = ""  # a language that is none of these, or unknown: its words are folded alone
_APOSTROPHE = re.compile("['’‘ʼ`´]")
_SCRIPTS = (
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ku", _OTHER)),
    (re.compile("[\u0400-\u04ff]"), ("ru", _OTHER)),
    (re.compile("[\u0590-\u05ff]"), ("he", _OTHER)),
    (re.compile("[a-zA-Z\u00c0-\u024f]"), ("en", "de", "fr", "tr", "ku", _OTHER)),
)
_PERSIAN_ENDINGS = frozenset(["ها", "های", "هایی", "می", "نمی"])
_MOST_KNOWN = 200_000  # words whose stem is remembered, of each language


class _Stems:
    """The stems of a language, of `most_known` words remembered."""

    def __init__(self, language: str, most_known: int = _MOST_KNOWN):
        self.of = Memo(self._stem, most_known).__getitem__
        self._language = language
        name = _SNOWBALL.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None

    def _stem(self, word: str) -> str:
        bare = _bare(word, self._language)
        if self._language == "he":
            return _hebrew(fold(bare))
        if self._language == "ku":
            return _kurdish(fold(bare))
        if self._stemmer is None:
            return fold(bare)
        if self._language in ("ar", "fa"):
            return self._stemmer.stemWord(_light_arabic(fold(bare))) or fold(bare)
        return fold(self._stemmer.stemWord(bare.lower())) or fold(bare)


@lru_cache(maxsize=64)
def _stems(language: str) -> _Stems:
    return _Stems(language)


def analyse(text: str, language: str | None) -> list[str]:
    """Return the stems of a text, in its order."""
    return list(map(_stems(language or _OTHER).of, words_of(text)))


def words_of(text: str) -> list[str]:
    """Return the words of a text, without Persian endings that are written apart."""
    words = WORD.findall(text)
    if "\u200c" not in text:
        return words
    return [word for word in words if word not in _PERSIAN_ENDINGS]


def stems_by_word(words: Iterable[str], language: str | None) -> dict[str, str]:
    """Return the stem of each word."""
    stem_of = _stems(language or _OTHER).of
    return {word: stem_of(word) for word in words}


def languages_of(word: str) -> tuple[str, ...]:
    """Return the languages that a word of a query may be of, by its script."""
    for pattern, languages in _SCRIPTS:
        if pattern.search(word):
            return languages
    return (_OTHER,)


def stems_of(word: str, languages: Iterable[str]) -> list[str]:
    """Return what a word may be in the index, each once."""
    return list(dict.fromkeys(_stems(language).of(word) for language in languages))


def _bare(word: str, language: str) -> str:
    """Return a word without what an apostrophe joins to it: an ending, or an article before it."""
    parts = _APOSTROPHE.split(word)
    if len(parts) == 1:
        return word
    if language in ("fr", "it"):
        return parts[-1] or word
    if language in ("tr", "ku"):
        return parts[0] or word
    return parts[0] if len(parts[-1]) < 3 and len(parts[0]) > 1 else "".join(parts)


_ARABIC_PREFIX = re.compile(r"^(?:[وف]?(?:ال|بال|كال|فال|لل)|[وفبلك](?=.{4}))")


def _light_arabic(word: str) -> str:
    """Take away and, then, the article and the prepositions before it."""
    bare = _ARABIC_PREFIX.sub("", word)
    return bare if len(bare) > 2 else word


_HEBREW_SUFFIX = re.compile(r"(?:ותיהמ|ותיהנ|ותיה|ותיו|ותינו|יהמ|יהנ|יות|ימ|ות|יה|יו|ית|ה|ת|י)$")


def _hebrew(word: str) -> str:
    """Take away and, that, the, in, to, from, like, up to three; and an ending."""
    for number in range(3):
        is_prefix = word[0] in ("ושהבלמכ" if number == 0 else "שהבלמכ")
        if not is_prefix or len(word) < (3 if word[0] == "ה" else 4):
            break
        word = word[1:]
    bare = _HEBREW_SUFFIX.sub("", word)
    return bare if len(bare) > 1 else word


_KURDISH_SUFFIX = re.compile(
    r"(?:ekan|ekani|ekanin|yeye|eyen|eyan|yen|yan|eke|ek|en|an|in|eye|ye|ya|yi|e|a|i"
    r"|هكانيان|هكاني|هكان|هكهي|هكه|اني|ان|يك|هي|ه|ي)$"
)


def _kurdish(word: str) -> str:
    bare = _KURDISH_SUFFIX.sub("", word)
    return bare if len(bare) > 2 else word
