"""The words of a paragraph in sentences; each quotation is one token, whatever it says."""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.statements.marks import Quotation, find_quotations

# "al-Assad’s", "U.S.", "D-Wis.", "10,000": one word each.
_TOKEN = re.compile(
    r"(?:[A-Z]\.){2,}|\d+(?:[.,]\d+)+|\w[\w\u200c\u0300-\u036f\u064b-\u0652]*"
    r"(?:[-’'׳\"״‘\u2011](?=\w)[\w\u200c\u064b-\u0652]+)*|[^\w\s]"
)
_ENDS: Final = ".!?؟。…"
_GENITIVE = re.compile(r"[’'‘]s$|s[’']$")
# A full stop after these ends no sentence. Initials and single letters are looked at apart.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt adm sen rep gov st vs no jr sr rev hon pres sec del"
    " cmdr brig ambassador dept inc corp ltd co d-n.y d r jan feb aug sept oct nov dec wash calif"
    " fla wis mich mass conn ariz ill pa va ga bzw usw ca vgl nr г гг им т д п св ул акад проф"
    " vb dr av doç yrd м mme mlle d-calif r-ky r-wis d-wis r-ariz r-s.c d-mass".split()
)
# Vowel signs of Arabic, which are written or not: قائلاً, قائلًا, قائلا.
HARAKAT: Final = dict.fromkeys(range(0x064B, 0x0653))
_SHORT: Final = 3  # words: a quotation of so many may be a name, as "Fox News"
_MOST_TOKENS: Final = 250  # of a sentence: what is longer is a list, or no prose


class Token(NamedTuple):
    """A word, a sign, or a whole quotation, in characters of the paragraph.

    A tuple, since an article has a thousand of them and a frozen dataclass takes three times as
    long to make.
    """

    text: str
    low: str
    start: int
    end: int
    is_word: bool  # of the article: not a sign, and not a quotation
    is_capital: bool  # it begins with a capital letter
    quotation: Quotation | None = None

    @property
    def is_short(self) -> bool:
        """Whether it is a quotation of a few words, which may be a name: قناة "العربية"."""
        return self.quotation is not None and len(self.text.split()) <= _SHORT


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph."""

    paragraph: int
    tokens: tuple[Token, ...]
    quotes: tuple[int, ...] = field(default=())  # which tokens are quotations


def sentences_of(paragraph: int, text: str) -> list[Sentence]:
    """Return the sentences of a paragraph, each quotation as one token."""
    tokens = _tokens(text)
    sentences: list[Sentence] = []
    first = 0
    for i, token in enumerate(tokens):
        if token.text not in _ENDS and i - first < _MOST_TOKENS:
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        is_end = _ends_sentence(text, token, tokens[i - 1] if i else None, following)
        if is_end or i - first >= _MOST_TOKENS:
            sentences.append(_sentence(paragraph, tokens[first : i + 1]))
            first = i + 1
    if first < len(tokens):
        sentences.append(_sentence(paragraph, tokens[first:]))
    return sentences


def _sentence(paragraph: int, tokens: list[Token]) -> Sentence:
    quotes = tuple(i for i, token in enumerate(tokens) if token.quotation is not None)
    return Sentence(paragraph, tuple(tokens), quotes)


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    for quotation in find_quotations(text):
        tokens += _words(text, at, quotation.outer_start)
        start, end = quotation.outer_start, quotation.outer_end
        tokens.append(Token(text[start:end], "", start, end, False, False, quotation))
        at = end
    tokens += _words(text, at, len(text))
    return tokens


def _words(text: str, start: int, end: int) -> list[Token]:
    tokens = []
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        first = word[0]
        at, behind = match.span()
        low = word.lower()
        if not word.isascii():
            low = low.translate(HARAKAT)
        tokens.append(Token(word, low, at, behind, first.isalnum(), first.isupper()))
    return tokens


def _ends_sentence(
    text: str,
    token: Token,
    before: Token | None,
    after: Token | None,
) -> bool:
    """Whether a sentence ends behind a token.

    A quotation ends none, since `“Go!” Putin said` is one sentence; whether what follows belongs to
    it is asked where the attribution is read.
    """
    if after is None:
        return True
    if token.quotation is not None:
        return False
    if after.quotation is None and (after.text[0].islower() or not after.is_word):
        return False
    return token.text != "." or not _is_abbreviation(text, token, before)


def _is_abbreviation(text: str, stop: Token, before: Token | None) -> bool:
    if before is None or before.end != stop.start or before.quotation is not None:
        return False
    is_initial = len(before.text) == 1 and before.is_capital
    return is_initial or before.low in _ABBREVIATIONS


def is_genitive(word: str) -> bool:
    """Whether a word is in the English genitive.

    >>> is_genitive("Putin’s"), is_genitive("Hamas")
    (True, False)
    """
    return _GENITIVE.search(word) is not None
