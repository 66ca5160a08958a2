"""Terms of a topic, compiled for the languages of a text, and found in one pass over its words.

A term is one or several words. A star ends or begins a word whose other letters are open
("troop*", "*abzug"); between words it stands for up to three others ("bring * home"). A word in
capitals ("US") is found in capitals alone; two stars stand for up to eight words. "*-backed" takes
away the meaning of the word that it is joined to.

What a word may mean is remembered, so a text costs a look-up a word, however many terms there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from storage.words import WORD, Form, fold, forms

_GAPS = {"*": 3, "**": 8}  # words that a star between words stands for at most
MOST_KNOWN = 50_000  # words whose meaning a lexicon remembers: some 9 MB
_STAR: Final = "*"
EXCLUDE = "exclude"
_HYPHENS = {"-", "\u2010", "\u2011"}
MOVEMENTS = ("withdraw", "handover", "leave", "stay")
GROUPS = {"movement": MOVEMENTS, "subject": ("actor", "force", "place")}
# A phrase of these is one thing: "Syrian army" is neither a place nor a force, but a local actor.
_WHOLE = frozenset([EXCLUDE, "local", "object", "elsewhere"])


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that was found: the words from `first` to before `after`."""

    concept: str
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a term."""

    folded: str
    begins: bool  # any ending
    ends: bool  # any beginning
    capitals: str | None  # as it has to be written

    def matches(self, form: Form) -> bool:
        if self.capitals is not None:
            return _is_prefix(self.capitals, form.written, exactly=not self.begins)
        if self.ends:
            return self.folded in form.folded if self.begins else form.folded.endswith(self.folded)
        return _is_prefix(self.folded, form.folded, exactly=not self.begins)


def _is_prefix(prefix: str, word: str, *, exactly: bool) -> bool:
    return word == prefix if exactly else word.startswith(prefix)


Pieces = tuple[_Part | int, ...]  # a number stands for so many other words at most


def parse(term: str) -> Pieces:
    """Take a term apart. Raises ValueError for what would match everything, or nothing."""
    pieces: list[_Part | int] = []
    for piece in re.split(r"[\s\u200c-]+", term.strip()):
        if piece in _GAPS:
            pieces.append(_GAPS[piece])
            continue
        core = piece.strip(_STAR)
        if WORD.fullmatch(core) is None:
            raise ValueError(
                f"{piece!r} is no word: a star stands at its beginning, its end or alone"
            )
        begins, ends = piece.endswith(_STAR), piece.startswith(_STAR)
        if (begins or ends) and len(core) < 2:
            raise ValueError("a word with a star needs two letters")
        is_capital = len(core) > 1 and core.isupper()
        pieces.append(_Part(fold(core), begins, ends, core if is_capital else None))
    if isinstance(pieces[0], int) or isinstance(pieces[-1], int):
        raise ValueError("a term begins and ends with a word")
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class _Term:
    concept: str
    steps: tuple[int, ...]  # the numbers of its parts; below 0 a gap


@dataclass(frozen=True, slots=True, eq=False)
class _Meaning:
    """What a word is by itself, which terms it may begin, and of which it may be a part.

    Compared by identity: nearly all words of a text share `_NOTHING`, so a set of the meanings of
    its words is small.
    """

    concepts: tuple[str, ...] = ()
    begins: tuple[_Term, ...] = ()
    parts: frozenset[int] = frozenset()
    is_qualifier: bool = False
    is_mark: bool = False  # whether it matters where no term has begun before it
    says: frozenset[str] = frozenset()  # concepts and groups of the terms that it is or begins


_NOTHING = _Meaning()


class Lexicon:
    """The terms of some languages, compiled: nothing that is asked changes an answer.

    Each method may be called with any words, in any order and from any thread. The meanings of the
    `most_known` words that were looked up last are remembered, since folding a word and comparing
    it with all terms costs some microseconds.
    """

    def __init__(self, concepts: Mapping[str, Iterable[str]], *, most_known: int = MOST_KNOWN):
        self._numbers: dict[_Part, int] = {}
        self._singles: dict[int, list[str]] = {}  # the concepts of a part that is a whole term
        self._begins: dict[int, list[_Term]] = {}
        self._qualifiers: set[str] = set()
        for concept, terms in concepts.items():
            for term in terms:
                if term.startswith("*-"):
                    self._qualifiers.add(fold(term[2:]))
                else:
                    self._add(concept, parse(term))
        self._by_inside = [part for part in self._numbers if part.ends]
        self._by_prefix: dict[str, list[_Part]] = {}
        for part in self._numbers:
            if not part.ends:
                self._by_prefix.setdefault(part.folded[:2], []).append(part)
        # The only way to a meaning: what the cache has dropped is looked up again.
        self._meaning = lru_cache(maxsize=most_known)(self._look_up)

    def _add(self, concept: str, pieces: Pieces) -> None:
        steps = tuple(
            -piece
            if isinstance(piece, int)
            else self._numbers.setdefault(piece, len(self._numbers))
            for piece in pieces
        )
        if len(steps) == 1:
            self._singles.setdefault(steps[0], []).append(concept)
        else:
            self._begins.setdefault(steps[0], []).append(_Term(concept, steps))

    def _look_up(self, word: str) -> _Meaning:
        """Compare a word with every term."""
        written = forms(word)
        found = sorted(
            {
                self._numbers[part]
                for form in written
                for part in chain(self._by_prefix.get(form.folded[:2], ()), self._by_inside)
                if part.matches(form)
            }
        )
        is_qualifier = any(form.folded in self._qualifiers for form in written)
        if not found and not is_qualifier:
            return _NOTHING
        concepts = dict.fromkeys(c for part in found for c in self._singles.get(part, ()))
        begins = tuple(term for part in found for term in self._begins.get(part, ()))
        said = {*concepts, *(term.concept for term in begins)}
        groups = {group for group, of in GROUPS.items() if not said.isdisjoint(of)}
        return _Meaning(
            concepts=tuple(concepts),
            begins=begins,
            parts=frozenset(found),
            is_qualifier=is_qualifier,
            is_mark=bool(said) or is_qualifier,
            says=frozenset(said | groups),
        )

    def words(self, text: str) -> list[str]:
        """Return the words of a text."""
        return WORD.findall(text)

    def says(self, words: Iterable[str]) -> frozenset[str]:
        """Return the concepts and groups of which a term may be among words: never one too few.

        "bring" alone says `withdraw` where "bring * home" is a term of it.
        """
        return frozenset().union(*(meaning.says for meaning in set(map(self._meaning, words))))

    def may_say(self, words: Iterable[str], name: str) -> bool:
        """Whether a term of a concept or group may be among words: never wrongly no."""
        return name in self.says(words)

    def last(self, words: Sequence[str], concept: str) -> int | None:
        """Return which word is the last that is a term of a concept by itself."""
        places = range(len(words) - 1, -1, -1)
        return next((n for n in places if concept in self._meaning(words[n]).concepts), None)

    def find(self, text: str, words: Sequence[str]) -> list[Hit]:
        """Return the terms in a text of these words, in their order."""
        meanings = list(map(self._meaning, words))
        marked = [n for n, meaning in enumerate(meanings) if meaning.is_mark]
        hits = [hit for n in marked for hit in _hits_at(n, meanings)]
        qualifiers = [n for n in marked if meanings[n].is_qualifier]
        if hits and qualifiers:
            spans = spans_of(text)
            joined = {n - 1 for n in qualifiers if n and _is_joined(text, spans, n)}
            hits = [hit for hit in hits if hit.after - 1 not in joined]
        return _unambiguous(hits)


def spans_of(sentence: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends, in characters."""
    return [match.span() for match in WORD.finditer(sentence)]


def _is_joined(sentence: str, spans: Sequence[tuple[int, int]], number: int) -> bool:
    """Whether a hyphen joins a word to the one before it."""
    return sentence[spans[number - 1][1] : spans[number][0]] in _HYPHENS


def _hits_at(first: int, meanings: Sequence[_Meaning]) -> Iterator[Hit]:
    meaning = meanings[first]
    for concept in meaning.concepts:
        yield Hit(concept, first, first + 1)
    for term in meaning.begins:
        after = _end_of(term.steps, first, meanings)
        if after is not None:
            yield Hit(term.concept, first, after)


def _end_of(steps: Sequence[int], first: int, meanings: Sequence[_Meaning]) -> int | None:
    """Return after which word a term ends that begins at `first`; None where it does not."""
    place, gap = first + 1, 0
    for step in steps[1:]:
        if step < 0:
            gap = -step
            continue
        last = min(place + gap, len(meanings) - 1)
        while place <= last and step not in meanings[place].parts:
            place += 1
        if place > last:
            return None
        place, gap = place + 1, 0
    return place


def _unambiguous(hits: list[Hit]) -> list[Hit]:
    """Leave out terms inside a longer one that means one thing, and what is excluded."""
    whole = [hit for hit in hits if hit.concept in _WHOLE]
    if not whole:
        return hits
    return [
        hit
        for hit in hits
        if hit.concept != EXCLUDE
        and not any(
            other.first <= hit.first and hit.after <= other.after
            and (other.after - other.first > hit.after - hit.first or other.concept == EXCLUDE)
            for other in whole
        )
    ]  # fmt: skip
