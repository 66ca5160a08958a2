"""The terms of an article that are compared: words, names by sound, figures, things."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from crawler.stories.glossary import Terms as GlossaryTerms
from crawler.stories.glossary import glossary
from crawler.stories.named_days import named_days
from crawler.stories.report import Report
from storage.search import analyser
from storage.words import sound
from storage.words.forms import WORD, fold, forms
from storage.words.memo import Memo

# Words from the beginning: news says first what it is of. Measured on six labelled sets.
_LEAD = 80
_NAMED = 120
_BODY = 400
_HEADLINE_WEIGHT = 3
_LONGEST = 12_000  # characters that are read: more than 400 words of any language
_MOST_KNOWN = 100_000  # words of each language whose readings are cached
_FIGURE = re.compile(r"\d+(?:[.,\u066c\u00a0\u202f ]\d{3})*(?!\d)")
_THOUSAND = "thousand"


class Kind(IntEnum):
    """The kinds of terms; each is compared for itself."""

    HEAD = 0  # words of headline and lead, and pairs of them
    BODY = 1
    NAMES = 2
    FIGURES = 3  # numbers of two digits or more, and days
    THINGS = 4  # of the glossary


# Kinds whose terms belong to one language: their rarity is that in the articles of the language.
OF_A_LANGUAGE = (Kind.HEAD, Kind.BODY)
Counts = dict[str, float]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an article with their weights, by kind, and how its names are written."""

    language: str
    by_kind: Sequence[Counts]
    # How this article writes its names, by skeleton, and the words of its head, by "=" and stem.
    written: dict[str, str]


def terms_of(report: Report) -> Terms:
    """Return the terms of an article."""
    language = report.language or ""
    headline = report.headline[:_LONGEST]
    text = "\n".join(report.paragraphs)[:_LONGEST]
    title = analyser.words_of(headline)
    words = analyser.words_of(text)[:_BODY]
    opening = _opening(text, _NAMED)

    things = _things(title, words[:_NAMED], language)
    head = _head(title, words[:_LEAD], language)
    stem_of = analyser.stems_by_word(set(words), language)
    body = Counter(stem_of[word] for word in words)
    found, written = _names(headline, opening, language)
    for word, stem in analyser.stems_by_word([*title, *words[:_LEAD]], language).items():
        written.setdefault(f"={stem}", word)
    figures = _figures(f"{headline}\n{opening}", report)
    by_kind = (head, _damped(body), found, figures, things)
    return Terms(language, by_kind, written)


def _opening(text: str, words: int) -> str:
    """Return a text up to a number of words."""
    end = 0
    for count, match in enumerate(WORD.finditer(text), 1):
        end = match.end()
        if count == words:
            break
    return text[:end]


def _damped(counts: Counter[str]) -> Counts:
    return {term: count**0.5 for term, count in counts.items()}


def _head(title: Sequence[str], lead: Sequence[str], language: str) -> Counts:
    counts: Counter[str] = Counter()
    for words, weight in ((title, _HEADLINE_WEIGHT), (lead, 1)):
        stem_of = analyser.stems_by_word(set(words), language)
        stems = [stem_of[word] for word in words]
        for term in (*stems, *map(" ".join, pairwise(stems))):
            counts[term] += weight
    return _damped(counts)


def _names(headline: str, opening: str, language: str) -> tuple[Counts, dict[str, str]]:
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, weight in ((headline, 2), (opening, 1)):
        for name in sound.names(text, language or None):
            counts[name.skeleton] += weight
            written.setdefault(name.skeleton, text[name.start : name.end])
    return _damped(counts), written


def _figures(text: str, report: Report) -> Counts:
    found: Counts = {}
    terms = _glossary_terms(report.language or "")
    for match in _FIGURE.finditer(text):
        digits = "".join(str(unicodedata.decimal(c)) for c in match[0] if c.isdecimal())
        following = WORD.match(text, match.end() + 1)
        if following is not None and _THOUSAND in terms.of[following[0]].things:
            digits += "000"
        if len(digits) > 1:
            found[digits] = 1.0
    days = report.days
    written = days.first if days is not None and days.is_exact else None
    return found | dict.fromkeys(named_days(text, written), 1.0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a word may name: things, and the first words of longer terms."""

    forms: tuple[str, ...]
    things: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], str], ...]


class _GlossaryTerms:
    """The glossary of a language; the readings of the last words are cached."""

    def __init__(self, terms: GlossaryTerms):
        self._terms = terms
        self.of: Memo[_Reading] = Memo(self._read, _MOST_KNOWN)

    def _read(self, word: str) -> _Reading:
        found = tuple(form.folded for form in forms(word)) or (fold(word),)
        phrases = tuple(self._terms.starting(found))
        return _Reading(found, frozenset(self._terms.of(found)), phrases)


@lru_cache(maxsize=32)
def _glossary_terms(language: str) -> _GlossaryTerms:
    return _GlossaryTerms(glossary().terms(language))


def _things(title: Sequence[str], lead: Sequence[str], language: str) -> Counts:
    counts: Counter[str] = Counter()
    terms = _glossary_terms(language)
    for words, weight in ((title, _HEADLINE_WEIGHT), (lead, 1)):
        readings = [terms.of[word] for word in words]
        for at, reading in enumerate(readings):
            for thing in reading.things:
                counts[thing] += weight
            for rest, thing in reading.phrases:
                if _follows(rest, readings[at + 1 :]):
                    counts[thing] += weight
    return _damped(counts)


def _follows(rest: Sequence[str], readings: Sequence[_Reading]) -> bool:
    """Whether the next words are those of a term."""
    if len(readings) < len(rest):
        return False
    pairs: Iterable[tuple[str, _Reading]] = zip(rest, readings, strict=False)
    return all(any(form.startswith(part) for form in reading.forms) for part, reading in pairs)
