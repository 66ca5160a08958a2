"""Normal text, words and sentences: what every stage means by them."""

import re
import unicodedata
from functools import lru_cache

from storage.sqlite import values
from storage.words.marks import stream_safe

_SPACE = re.compile(r"\s+")
# White space of HTML, and the control characters that Python takes for white space.
_HTML_SPACE = re.compile(r"[\t-\r\x1c-\x1f \x85\u2028]+")
# Control characters (a terminal obeys them), direction marks, and what has no width.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff]"
)
_FEW = 256  # characters, whose marks are sorted in less time than a search for them takes
_MARKS = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_NO_LETTER = re.compile(r"[\W_]+")
_DOTTED_I = "i\u0307"  # what lower() makes of the Turkish capital İ
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`]")
# Scripts that write no spaces between words: each character is a token.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNSPACED_CHARACTER = re.compile(rf"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_SENTENCE_END = re.compile(r"(?<=[.!?؟。…])[\"'”’»)\]]*\s+(?=[^\s\da-zа-яё])|(?<=[。！？])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-ZА-Я]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Sen|Rep|Gov|St|vs|No|U\.S|U\.N"
    r"|U\.K|a\.m|p\.m|bzw|z\.B|d\.h|M|MM|г|гг|им|т\.е|vb))\.$"
)

_LONGEST_ABBREVIATION = 12  # characters, with those before it


def tidy(text: str) -> str:
    """Return NFC text with each run of white space as one space and nothing invisible.

    >>> tidy(" a\\u00a0 b\\n")
    'a b'
    """
    return _plain(text) if text.isascii() else _SPACE.sub(" ", _visible(text)).strip()


def paragraph(text: str) -> str:
    """Return NFC text as a browser shows it: like `tidy`, but no-break spaces stay.

    >>> paragraph(" 5\\u00a0km \\n")
    '5\\xa0km'
    """
    return _plain(text) if text.isascii() else _HTML_SPACE.sub(" ", _visible(text)).strip()


def _plain(text: str) -> str:
    """Tidy ASCII text."""
    tidied = " ".join(text.split())
    if tidied.isprintable():
        return tidied
    return " ".join(_INVISIBLE.sub("", text).split())


def _visible(text: str) -> str:
    shown = values.without_surrogates(_INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", stream_safe(shown))


def fold(text: str) -> str:
    """Return text for comparison: NFKC, lower case, without vowel marks and tatweel."""
    if text.isascii():
        return text.lower()
    safe = text if len(text) < _FEW else stream_safe(text)
    return _MARKS.sub("", unicodedata.normalize("NFKC", safe).lower())


def lowered(text: str) -> str:
    """Return text in lower case, the Turkish capital İ as one letter.

    >>> lowered("İLGİLİ")
    'ilgili'
    """
    lower = text.lower()
    return lower.replace(_DOTTED_I, "i") if _DOTTED_I in lower else lower


def letters(text: str) -> str:
    """Return the folded letters and digits of a text, to tell whether two names are one.

    >>> letters("Al-Jazeera English")
    'aljazeeraenglish'
    """
    return _NO_LETTER.sub("", fold(text))


def words(text: str) -> list[str]:
    """Return the folded words of a text; apostrophes do not divide one.

    >>> words("Putin’s “call”")
    ['putins', 'call']
    """
    return _WORD.findall(_APOSTROPHES.sub("", fold(text)))


def count_words(text: str) -> int:
    """Return how many words spaces divide a text into; an unspaced script has one a character.

    >>> count_words("well-known facts"), count_words("東京 news")
    (2, 3)
    """
    if text.isascii() or not (characters := _UNSPACED_CHARACTER.findall(text)):
        return len(text.split())
    return len(characters) + len(_UNSPACED_CHARACTER.sub(" ", text).split())


def sentences(text: str) -> list[str]:
    """Divide a text into sentences; initials and the usual abbreviations do not end one."""
    found: list[str] = []
    carried: list[str] = []  # the parts of a sentence that goes on
    end = ""  # its last letters
    for part in map(str.strip, _SENTENCE_END.split(text)):
        if not part:
            continue
        carried.append(part)
        end = f"{end} {part}"[-_LONGEST_ABBREVIATION:]
        if _ABBREVIATION.search(end) is None:
            found.append(" ".join(carried))
            carried, end = [], ""
    if carried:
        found.append(" ".join(carried))
    return found


# Codes of one language, and of its two written forms where the press is read as one.
_ONE_NAME = {"iw": "he", "in": "id", "ji": "yi", "kmr": "ku", "ckb": "ku", "nb": "no", "nn": "no"}


@lru_cache(maxsize=4096)
def primary_language(tag: str | None) -> str | None:
    """Return the language of a BCP 47 tag, or None where it is no tag.

    >>> primary_language("en-US"), primary_language("iw")
    ('en', 'he')
    """
    match = re.match(r"([a-zA-Z]{2,3})(?:[-_].*)?$", (tag or "").strip())
    if match is None:
        return None
    language = match[1].lower()
    return _ONE_NAME.get(language, language)
