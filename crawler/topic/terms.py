"""How a term is written: taken apart into what is compared with the words of a text.

A term is one or several words. A star ends or begins a word whose other letters are open
("troop*", "*abzug"); between words it leaves room for up to three others ("bring * home"), two
stars for up to eight. A word in capitals ("US") is found in capitals alone. "*-backed" is a
qualifier: it takes away the meaning of the word that it is joined to.
"""

import re
from dataclasses import dataclass
from typing import Final

from storage.words.forms import WORD, Form, fold

QUALIFIER: Final = "*-"
_STAR: Final = "*"
# The most words that a star between words leaves room for.
_GAPS = {
    # "bring * home" finds "bring our brave troops home".
    "*": 3,
    # German puts the end of a verb last: "zieh* ** ab", "ziehen ihre Truppen aus dem Norden ab".
    "**": 8,
}
# A hyphen parts words, as does the zero-width non-joiner inside Persian ones: "نیروهای‌شان".
_BETWEEN_WORDS = re.compile(r"[\s\u200c-]+")
# One letter and a star would match a tenth of all words.
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a term."""

    folded: str
    is_prefix: bool  # any ending: "troop*"
    is_suffix: bool  # any beginning: "*abzug"
    capitals: str | None  # as it has to be written: "US", which "tell us" is not

    def matches(
        self,
        form: Form,
    ) -> bool:
        """Whether a form of a word is this part."""
        if self.capitals is not None:
            return self._begins(form.written, self.capitals)
        if not self.is_suffix:
            return self._begins(form.folded, self.folded)
        if self.is_prefix:
            return self.folded in form.folded
        return form.folded.endswith(self.folded)

    def _begins(
        self,
        word: str,
        letters: str,
    ) -> bool:
        if self.is_prefix:
            return word.startswith(letters)
        return word == letters


Pieces = tuple[Part | int, ...]  # a number leaves room for at most so many other words


def parse(term: str) -> Pieces:
    """Take a term apart. Raises ValueError for what would match everything, or nothing.

    >>> [piece if isinstance(piece, int) else piece.folded for piece in parse("Bring * home")]
    ['bring', 3, 'home']
    """
    written = _BETWEEN_WORDS.split(term.strip())
    pieces = tuple(map(_piece, written))
    if isinstance(pieces[0], int) or isinstance(pieces[-1], int):
        raise ValueError("a term begins and ends with a word")
    return pieces


def _piece(written: str) -> Part | int:
    if written in _GAPS:
        return _GAPS[written]
    core = written.strip(_STAR)
    if WORD.fullmatch(core) is None:
        raise ValueError(f"{written!r} is no word: a star is at its beginning, its end or alone")
    if core != written and len(core) < _LEAST_LETTERS:
        raise ValueError("a word with a star needs two letters")
    # "A" begins an English sentence; two capitals are an abbreviation.
    is_capital = len(core) > 1 and core.isupper()
    return Part(
        folded=fold(core),
        is_prefix=written.endswith(_STAR),
        is_suffix=written.startswith(_STAR),
        capitals=core if is_capital else None,
    )
