"""Terms found in text, whatever its script: one compiled pattern a concept.

Folding makes writings of one word equal: Arabic letter variants, vowel marks, ZWNJ, the dotless i,
yo, accents. Arabic and Hebrew words are found behind their prefixes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from crawler import text

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه",
        "ک": "ك", "ۀ": "ه", "\u200c": " ", "\u200d": "", "\u200e": "", "\u200f": "",
        "ё": "е", "ı": "i", "ş": "s", "ç": "c", "ğ": "g", "ö": "o", "ü": "u", "ä": "a",
        "’": "'", "‘": "'", "`": "'", "״": '"', "׳": "'", "‐": "-", "‑": "-", "–": "-",
        "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
    }
)  # fmt: skip
# "US-backed fighters" are not the US: a name that only qualifies others names nobody.
_QUALIFIES = r"(?!-(?:backed|mediated|brokered|allied|supported|sponsored|trained|made))"
_COUNTRY = re.compile(r"\bUS\b")  # in capitals; folded it would be the pronoun
_ACCENTS = re.compile("[\u0300-\u036f]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_HEBREW = re.compile("[\u0590-\u05ff]")
_ARABIC_PREFIX = "(?:[وف]?[بكلس]?(?:ال|ل)?)"
_HEBREW_PREFIX = "(?:[ושה]?[הבלמשכ]?ה?)"


def fold(value: str) -> str:
    """Return text in the form in which terms are compared."""
    folded = text.fold(_COUNTRY.sub("U.S.", value))
    if folded.isascii():
        return folded
    folded = folded.translate(_LETTERS)
    if folded.isascii():
        return folded
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", folded))


class Concept:
    """A set of terms that mean one thing."""

    def __init__(self, terms: Mapping[str, Iterable[str]]):
        unique = {term for listed in terms.values() for term in listed}
        ordered = sorted(unique, key=len, reverse=True)  # the longest match wins
        self._pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(_pattern_of, ordered))})")
        # Where none of these stands in a text no term does: a search in C, ten times as fast.
        self._stems = tuple({_stem_of(term) for term in unique})

    def find(self, folded: str) -> str | None:
        """Return the first term that stands in a folded text."""
        if not any(stem in folded for stem in self._stems):
            return None
        match = self._pattern.search(folded)
        return match[0].strip() if match else None


def _stem_of(term: str) -> str:
    """Return the characters with which every match of a term begins."""
    return re.split(r"[\s*-]", fold(term), maxsplit=1)[0]


@lru_cache(maxsize=4096)
def _pattern_of(term: str) -> str:
    folded = fold(term)
    body = re.escape(folded).replace(r"\ ", r"[\s-]+")
    # A star at the end is any ending, between words a few words.
    body = re.sub(r"(?:\[\\s-\]\+)\\\*(?:\[\\s-\]\+)", r"(?:\\s+\\w+){0,3}\\s+", body)
    body = body.replace(r"\*", r"\w*")
    prefix = ""
    if _ARABIC.match(folded):
        prefix = _ARABIC_PREFIX
    elif _HEBREW.match(folded):
        prefix = _HEBREW_PREFIX
    return rf"{prefix}{body}(?![^\W_]){_QUALIFIES}"
