"""Recognizes two spellings of one word, at a cost that is bounded for each text."""

import re
from difflib import SequenceMatcher

from crawler import text

_LEAST_LETTERS = 4  # shorter words are too similar to others
_MOST_LETTERS = 40  # longer ones are no words, but addresses or runs of signs
_TYPO = 0.7  # share of the letters that two spellings of a word have in common
_EFFORT = 100_000  # for one text: thousands of different words; two seconds at most
_ORDERED_EFFORT = 10  # of comparing letters in their order; comparing them as a set is 1
_NUMBER = re.compile(r"\d")
_NEGATION = frozenset("not no never none nor neither without cannot cant wont didnt isnt".split())


def letters_of(word: str) -> str:
    """Return the folded letters and digits of a word."""
    return "".join(text.words(word))


def is_negation(word: str) -> bool:
    """Return whether a word negates a statement."""
    return letters_of(word) in _NEGATION


class Speller:
    """Compares the words of one text with those of another.

    The time of comparing letters grows with the square of a word's length. So two long words are
    different unless they are equal; so is every pair once the effort is used up, which is more
    than any rewritten article needs.
    """

    def __init__(self) -> None:
        self._effort = _EFFORT

    def is_respelled(self, one: str, other: str) -> bool:
        """Return whether two folded words are spellings of one; numbers and negations never are."""
        if one == other:
            return True
        if not _may_be_respelled(one, other):
            return False
        if self._effort <= 0:
            return False

        self._effort -= 1
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if matcher.quick_ratio() < _TYPO:
            return False
        self._effort -= _ORDERED_EFFORT
        return matcher.ratio() >= _TYPO


def _may_be_respelled(one: str, other: str) -> bool:
    """Return whether two words are worth a comparison of their letters."""
    short, long = sorted((len(one), len(other)))
    if short < _LEAST_LETTERS or long > _MOST_LETTERS:
        return False
    # `ratio` is at most this, if the longer word has every letter of the shorter one.
    best_ratio = 2 * short / (short + long)
    if best_ratio < _TYPO:
        return False
    return not _has_meaning(one) and not _has_meaning(other)


def _has_meaning(word: str) -> bool:
    """Return whether another spelling is another statement: "5" is not "6", "not" is not "now"."""
    return word in _NEGATION or _NUMBER.search(word) is not None
