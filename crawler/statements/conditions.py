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
_LONGEST: Final = 200  # characters


def condition_of(sentence: Sentence, movement: Hit) -> str | None:
    """Return the words of the nearest condition of a movement; None where there is none."""
    best: Hit | None = None
    for hit in sentence.terms("condition"):
        if sentence.distance(hit, movement) > _REACH or _is_asked(sentence, hit):
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
        if _is_asked(sentence, hit):
            continue
        _, end = _extent(sentence, hit)
        after = hit.after
        while after < len(sentence.spans) and sentence.spans[after][1] <= end:
            after += 1
        found.append(range(hit.first, after))
    return found


def _is_asked(sentence: Sentence, hit: Hit) -> bool:
    return _ASKED.search(sentence.text[: sentence.spans[hit.first][0]]) is not None
