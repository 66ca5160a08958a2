"""Whether two words are two spellings of one, at a cost that a text cannot raise."""

import re
from difflib import SequenceMatcher

from crawler import text

_LEAST = 4  # letters: shorter words are too much like others
_LONGEST = 40  # letters: what is longer is no word, but an address or a run of signs
_TYPO = 0.7  # letters that two spellings of a word have in common
_EFFORT = 100_000  # for one text: thousands of words that differ; some two seconds at most
_WHOLE = 10  # times the effort of a look at which letters there are: a comparison in their order
_NUMBER = re.compile(r"\d")
_NEGATION = frozenset("not no never none nor neither without cannot cant wont didnt isnt".split())


def letters_of(word: str) -> str:
    """Return the folded letters and digits of a word."""
    return "".join(text.words(word))


def is_negation(word: str) -> bool:
    """Whether a word says that something is not so."""
    return letters_of(word) in _NEGATION


class Speller:
    """Compares the words of one text with those of another.

    Comparing letters takes the square of a word's length. So long words are two words unless they
    are equal, and so is every pair once the effort is used up, which no rewritten article does.
    """

    def __init__(self) -> None:
        self._effort = _EFFORT

    def is_respelled(self, one: str, other: str) -> bool:
        """Whether two folded words are one, spelled in two ways; numbers and negations never."""
        if one == other:
            return True
        short, long = sorted((len(one), len(other)))
        if short < _LEAST or long > _LONGEST or 2 * short < _TYPO * (short + long):
            return False
        if self._effort <= 0 or _NUMBER.search(one + other) or {one, other} & _NEGATION:
            return False
        self._effort -= 1
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if matcher.quick_ratio() < _TYPO:
            return False
        self._effort -= _WHOLE
        return matcher.ratio() >= _TYPO
