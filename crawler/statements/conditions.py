"""The words of a condition: "after a political settlement", "as long as terrorism exists"."""

import re
from typing import Final

from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Sentence

_REACH: Final = 34  # words between a condition and its movement, as Sentence.distance counts them
_END = re.compile(r"[,;:،؛”“»\"]|\s[—–-]\s|[.!?؟]\s*$")
# "It is unclear if": asked, not set.
_ASKED: Final = re.compile(
    r"(\bas|unclear|whether|ask\w*|question\w*|unsure|know|unklar|fragt\w*|неясно|هل)\W*$",
    re.IGNORECASE,
)
_BEHIND: Final = frozenset(
    "sürece şartıyla koşuluyla olursa kadar sonra takdirde".split()  # Turkish
)
_DATE = re.compile(
    r"\s{0,3}(?:the\s{1,3})?(?:end|late|early|next|this|last|spring|summer|autumn|winter|ende|anfang|\d"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|fin|конца|نهاية)\b",
    re.IGNORECASE,
)
_LONGEST: Final = 200  # characters


def condition_of(sentence: Sentence, movement: Hit) -> str | None:
    """Return the words of the nearest condition of a movement; None where there is none."""
    best: Hit | None = None
    for hit in sentence.terms("condition"):
        if sentence.distance(hit, movement) > _REACH or not _is_set(sentence, hit):
            continue
        if best is None or sentence.distance(hit, movement) < sentence.distance(best, movement):
            best = hit
    if best is None:
        return None
    start, end = _extent(sentence, best)
    if start <= sentence.spans[movement.first][0] < end:
        end = sentence.spans[movement.first][0]
    if end <= sentence.spans[best.after - 1][1]:
        return None
    return sentence.text[start : min(end, start + _LONGEST)].strip()


def _extent(sentence: Sentence, condition: Hit) -> tuple[int, int]:
    """Return where the words of a condition begin and end, in characters.

    They end before a comma, and before "should" and "will" of the main clause: "the next step after
    a settlement should be …".
    """
    start = sentence.spans[condition.first][0]
    if start > 0 and sentence.text[start : start + 1].isalpha() and _is_behind(sentence, condition):
        return _begin(sentence, start), sentence.spans[condition.after - 1][1]
    least = sentence.spans[condition.after - 1][1]
    found = _END.search(sentence.text, least)
    end = found.start() if found else len(sentence.text)
    for concept in ("ought", "future"):
        for hit in sentence.terms(concept):
            begin = sentence.spans[hit.first][0]
            if begin > least:
                end = min(end, begin)
    return start, end


def clauses_in(sentence: Sentence) -> list[range]:
    """Return which words are a condition: what is wanted there is not what is claimed.

    "As long as the government wants, Iran stays": the government asks for nothing.
    """
    found = []
    for hit in sentence.terms("condition"):
        if not _is_set(sentence, hit):
            continue
        start, end = _extent(sentence, hit)
        words = [n for n, span in enumerate(sentence.spans) if start <= span[0] and span[1] <= end]
        if words:
            found.append(range(words[0], words[-1] + 1))
    return found


def _is_behind(sentence: Sentence, condition: Hit) -> bool:
    """Whether the word ends its clause, as in Turkish: "gerekli olduğu sürece"."""
    first = sentence.text[slice(*sentence.spans[condition.after - 1])].lower()
    return first in _BEHIND


def _begin(sentence: Sentence, start: int) -> int:
    """Return where a clause begins that ends with its condition: behind a comma."""
    before = [mark.end() for mark in _END.finditer(sentence.text, 0, start)]
    begin = before[-1] if before else 0
    while begin < start and not sentence.text[begin].isalnum():
        begin += 1
    return begin


def _is_set(sentence: Sentence, hit: Hit) -> bool:
    """Whether a condition is set: not asked ("unclear if"), and no date ("until March")."""
    if _is_asked(sentence, hit):
        return False
    return _DATE.match(sentence.text, sentence.spans[hit.after - 1][1]) is None


def _is_asked(sentence: Sentence, hit: Hit) -> bool:
    return _ASKED.search(sentence.text[: sentence.spans[hit.first][0]]) is not None
