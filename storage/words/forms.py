"""The words of a text, and the forms in which each is compared with terms.

Folding makes spellings of one word equal: letter variants, hamzas and clitics of Arabic and
Persian, prefixes of Hebrew, suffixes after an apostrophe, the dotless i, yo, accents, digits. A
word is folded once and cached, since folding costs more than matching.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from storage.words.marks import stream_safe

# Combining marks of Latin, points of Hebrew, harakat of Arabic, and the tatweel.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640"
_QUOTES = "'’‘ʼ`´׳\"״"
# "U.S." is one word, as are "Suriye’den", "l’armée" and צה"ל.
WORD = re.compile(rf"[A-Z]\.(?:[A-Z]\.)+|\w+(?:[{_MARKS}{_QUOTES}]+\w+)*")
_APOSTROPHE = re.compile("['’‘ʼ`´]")
_QUOTE = re.compile(f"[.{_QUOTES}]")
_MARK = re.compile(f"[{_MARKS}]")
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០"  # of the scripts whose digits NFKC leaves as they are


def _digits() -> dict[str, str]:
    """Return the digits of other scripts, each with the one of ASCII: ٢٠٢٤ is 2024."""
    return {chr(ord(zero) + value): str(value) for zero in _ZEROS for value in range(10)}


# Letters that writers interchange, and letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {
        # Forms of alef, yeh and waw.
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        # Persian and Kurdish letters for Arabic ones.
        "ک": "ك",
        "ۀ": "ه",
        "ە": "ه",
        "ھ": "ه",
        "ہ": "ه",
        "ۂ": "ه",
        "ۃ": "ه",
        "ے": "ي",
        "ې": "ي",
        "ڪ": "ك",
        "ڤ": "ف",
        "ڕ": "ر",
        "ڵ": "ل",
        "ۆ": "و",
        "ێ": "ي",
        # Cyrillic and Latin letters.
        "ё": "е",
        "ı": "i",
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "ł": "l",
        "đ": "d",
        # Final letters of Hebrew.
        "ך": "כ",
        "ם": "מ",
        "ן": "נ",
        "ף": "פ",
        "ץ": "צ",
        # A hamza alone, which many leave out at the end of a word: "سماء".
        "ء": "",
    }
    | _digits()
)
# A hamza on either seat before a long u: "مسؤول" and "مسئول" are one word, as are the three
# spellings of "شؤون". After a long i it adds nothing: "شيء".
_HAMZA_BEFORE_U = re.compile("[ئءؤ]و")
_HAMZA_AFTER_I = re.compile("[يی][ئء]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_ARABIC_PARTICLES = (
    "وف",  # "and", "then"
    "بكلس",  # "by", "like", "to", "will"
)
_ARABIC_ARTICLES = ("ال", "لل")
_PERSIAN_PREFIXES = ("نمي", "مي")
_HEBREW_PREFIXES = "ושהבלמכ"  # "and", "that", "the", "in", "to", "from", "like"
_MOST_BARE = 3  # letters: a longer form may lose a prefix, and is still more than a particle
_MOST_HEBREW_PREFIXES = 3


def fold(word: str) -> str:
    """Return a word in the form in which terms are compared.

    >>> fold("Münbiç"), fold("إسرائيل"), fold("Ёлка"), fold("U.S.")
    ('munbic', 'اسراييل', 'елка', 'us')
    """
    folded = _QUOTE.sub("", word).lower()
    if folded.isascii():
        return folded
    # Letters first: decomposed, a yeh with its hamza would lose more than the hamza.
    folded = unicodedata.normalize("NFKC", stream_safe(folded))
    if _ARABIC.search(folded):
        folded = _HAMZA_AFTER_I.sub("ي", _HAMZA_BEFORE_U.sub("وو", folded))
    folded = folded.translate(_LETTERS)
    return _MARK.sub("", unicodedata.normalize("NFKD", folded))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a word: folded, and as it is written without quotation marks."""

    folded: str
    written: str


def forms(word: str) -> list[Form]:
    """Return the forms of a word: itself, and without the clitics of its script.

    >>> [form.folded for form in forms("والقوات")]
    ['والقوات', 'القوات', 'قوات']
    >>> [form.folded for form in forms("Suriye’den")]
    ['suriyeden', 'suriye', 'den']
    """
    parts = [part for part in _APOSTROPHE.split(word) if len(part) > 1]

    found: dict[str, Form] = {}
    for part in (word, *parts):
        written = _QUOTE.sub("", part)
        for folded in _without_clitics(fold(part)):
            form = Form(folded, written)
            found.setdefault(folded, form)
    return list(found.values())


def _without_clitics(folded: str) -> Iterator[str]:
    yield folded
    if _ARABIC.match(folded):
        yield from _without_arabic(folded)
    elif _HEBREW.match(folded):
        yield from _without_hebrew(folded)


def _without_arabic(folded: str) -> Iterator[str]:
    """Yield a word without its particles, the longest form first.

    Their order is: "and", "then"; "by", "like", "to", "will"; the article, alone or with "to" in
    it. Persian verbs lose mi- and nemi- instead.
    """
    shorter = {folded}
    for letters in _ARABIC_PARTICLES:
        shorter |= _without_particle(shorter, letters)
    shorter |= _without_article(shorter)

    for prefix in _PERSIAN_PREFIXES:
        stem = folded.removeprefix(prefix)
        if stem != folded and len(stem) > 1:
            shorter.add(stem)
            break

    shorter.discard(folded)
    yield from sorted(shorter, key=len, reverse=True)


def _without_particle(forms: set[str], letters: str) -> set[str]:
    """Return the longer forms that begin with one of these letters, without it."""
    shorter = set()
    for form in forms:
        has_particle = form[0] in letters
        if has_particle and len(form) > _MOST_BARE:
            shorter.add(form[1:])
    return shorter


def _without_article(forms: set[str]) -> set[str]:
    """Return the longer forms that begin with an article, without it."""
    shorter = set()
    for form in forms:
        has_article = form.startswith(_ARABIC_ARTICLES)
        if has_article and len(form) > _MOST_BARE + 1:
            shorter.add(form[2:])
    return shorter


def _without_hebrew(folded: str) -> Iterator[str]:
    """Yield a word without one, two, three of its prefixes: ve-, she- and ha- ("and that the")."""
    form = folded
    for _ in range(_MOST_HEBREW_PREFIXES):
        has_prefix = form[0] in _HEBREW_PREFIXES
        if not has_prefix or len(form) <= _MOST_BARE:
            return
        form = form[1:]
        yield form
