"""The terms of a topic, compiled for one language, and found in one pass over a text's words.

What a word may mean is remembered, so a text costs a look-up a word, however many terms there are.
How a term is written: terms.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from crawler.topic.terms import QUALIFIER, Part, Pieces, parse
from storage.words.forms import WORD, fold, forms
from storage.words.memo import Memo

MOST_KNOWN = 50_000  # words whose meaning a lexicon remembers: some 9 MB
EXCLUDE = "exclude"
# In the order in which one of two equals speaks for a sentence.
MOVEMENTS = ("withdraw", "handover", "leave", "stay", "fate", "talks", "presence")
GROUPS = {
    "movement": MOVEMENTS,
    "subject": ("actor", "force", "place"),
}
# A phrase of these is one thing: "Syrian army" is neither a place nor a force, but a local actor.
_WHOLE = frozenset([EXCLUDE, "local", "object", "elsewhere"])
# A term that begins with one of these is found by its next word: nearly every sentence has them.
_COMMON = frozenset(
    map(
        fold,
        "the a in to of on no not out for as will za не в на по из до no le la en de ne pas il au "
        "im in zu nicht so لا لن من في إلى على به از در تا نه לא את bi ji لە بۆ".split(),
    )
)
# The last is the non-breaking hyphen, which typesetters use in "US‑backed".
_HYPHENS = {"-", "\u2010", "\u2011"}


class Hit(NamedTuple):
    """A term that was found: the words from `first` to before `after`."""

    concept: str
    first: int
    after: int

    @property
    def length(self) -> int:
        """How many words it has."""
        return self.after - self.first

    def is_inside(
        self,
        other: "Hit",
    ) -> bool:
        """Whether all its words are words of another term."""
        return other.first <= self.first and self.after <= other.after


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of several words."""

    concept: str
    steps: tuple[int, ...]  # the numbers of its parts; below 0 a gap of so many words
    before: tuple[int, ...] = ()  # parts right before the word by which it is found


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
_said_by = attrgetter("says")
_first = attrgetter("first")


class Lexicon:
    """The terms of a language, compiled: nothing that is asked changes an answer.

    Each method may be called with any words, in any order and from any thread. The meanings of the
    `most_known` words that were looked up last are remembered, since folding a word and comparing
    it with all terms costs some microseconds.
    """

    def __init__(
        self,
        concepts: Mapping[str, Iterable[str]],
        *,
        most_known: int = MOST_KNOWN,
        language: str = "",
    ):
        self.language = language  # whose terms these are
        self._numbers: dict[Part, int] = {}
        self._singles: dict[int, list[str]] = {}  # the concepts of a part that is a whole term
        self._begins: dict[int, list[_Term]] = {}  # the longer terms that a part begins
        self._qualifiers: set[str] = set()
        for concept, terms in concepts.items():
            for term in terms:
                self._add(concept, term)
        # A word is compared only with the parts that begin with its first two letters, and with
        # those that may be anywhere in it: some dozen of two thousand.
        self._by_inside: list[Part] = []
        self._by_prefix: dict[str, list[Part]] = {}
        for part in self._numbers:
            self._index(part)
        # The only way to a meaning: what the memo has dropped is looked up again.
        self._meaning = Memo(self._look_up, most_known).__getitem__

    def _add(
        self,
        concept: str,
        term: str,
    ) -> None:
        if term.startswith(QUALIFIER):
            self._qualifiers.add(fold(term.removeprefix(QUALIFIER)))
            return
        pieces = parse(term)
        steps = self._steps(pieces)
        if len(steps) == 1:
            self._singles.setdefault(steps[0], []).append(concept)
        else:
            found_by = _first_telling(pieces)
            begun = self._begins.setdefault(steps[found_by], [])
            begun.append(_Term(concept, steps[found_by:], steps[:found_by]))

    def _steps(
        self,
        pieces: Pieces,
    ) -> tuple[int, ...]:
        steps = []
        for piece in pieces:
            if isinstance(piece, int):
                steps.append(-piece)
            else:
                number = self._numbers.setdefault(piece, len(self._numbers))
                steps.append(number)
        return tuple(steps)

    def _index(
        self,
        part: Part,
    ) -> None:
        if part.is_suffix:
            self._by_inside.append(part)
        else:
            begin = part.folded[:2]
            self._by_prefix.setdefault(begin, []).append(part)

    def _look_up(
        self,
        word: str,
    ) -> _Meaning:
        """Compare a word with every term."""
        written = forms(word)
        parts = set()
        for form in written:
            likely = self._by_prefix.get(form.folded[:2], ())
            for part in chain(likely, self._by_inside):
                if part.matches(form):
                    parts.add(self._numbers[part])
        is_qualifier = any(form.folded in self._qualifiers for form in written)
        if not parts and not is_qualifier:
            return _NOTHING
        return self._meaning_of(sorted(parts), is_qualifier=is_qualifier)

    def _meaning_of(
        self,
        parts: Sequence[int],
        *,
        is_qualifier: bool,
    ) -> _Meaning:
        concepts: list[str] = []
        begins: list[_Term] = []
        for part in parts:
            concepts += self._singles.get(part, ())
            begins += self._begins.get(part, ())
        said = {*concepts, *(term.concept for term in begins)}
        for group, members in GROUPS.items():
            if not said.isdisjoint(members):
                said.add(group)
        return _Meaning(
            # Two terms may be the same concept: "syria" and "syria*".
            concepts=tuple(dict.fromkeys(concepts)),
            begins=tuple(begins),
            parts=frozenset(parts),
            is_qualifier=is_qualifier,
            is_mark=bool(said) or is_qualifier,
            says=frozenset(said),
        )

    def words(
        self,
        text: str,
    ) -> list[str]:
        """Return the words of a text."""
        return WORD.findall(text)

    def says(
        self,
        words: Iterable[str],
    ) -> frozenset[str]:
        """Return the concepts and groups of which a term may be among words: never one too few.

        "bring" alone says `withdraw` where "bring * home" is a term of it.
        """
        meanings = set(map(self._meaning, words))
        return frozenset().union(*map(_said_by, meanings))

    def may_say(
        self,
        words: Iterable[str],
        name: str,
    ) -> bool:
        """Whether a term of a concept or group may be among words: never wrongly no."""
        return name in self.says(words)

    def last(
        self,
        words: Sequence[str],
        concept: str,
    ) -> int | None:
        """Return which word is the last that is a term of a concept by itself."""
        for number in range(len(words) - 1, -1, -1):
            if concept in self._meaning(words[number]).concepts:
                return number
        return None

    def find(
        self,
        text: str,
        words: Sequence[str],
    ) -> list[Hit]:
        """Return the terms in a text of these words, in their order."""
        meanings = list(map(self._meaning, words))
        marked = [n for n, meaning in enumerate(meanings) if meaning.is_mark]
        hits: list[Hit] = []
        for n in marked:
            _add_hits_at(n, meanings, hits)
        qualifiers = [n for n in marked if meanings[n].is_qualifier]
        if hits and qualifiers:
            hits = _unqualified(text, hits, qualifiers)
        # "Out of the base" is found by its last word and begins two words before.
        hits.sort(key=_first)
        return _unambiguous(hits)


def _first_telling(pieces: Pieces) -> int:
    """Return which piece of a term it is found by: the first that is not a common word.

    The first of all where a gap comes before, or where all are common.
    """
    for number, piece in enumerate(pieces):
        if isinstance(piece, int):
            break
        if piece.is_prefix or piece.folded not in _COMMON:
            return number
    return 0


def spans_of(sentence: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends, in characters."""
    return [match.span() for match in WORD.finditer(sentence)]


def _add_hits_at(
    first: int,
    meanings: Sequence[_Meaning],
    hits: list[Hit],
) -> None:
    """Add the terms that a word is or begins."""
    meaning = meanings[first]
    hits += [Hit(concept, first, first + 1) for concept in meaning.concepts]
    for term in meaning.begins:
        begin = first - len(term.before)
        if term.before and not _is_preceded(term.before, begin, meanings):
            continue
        after = _end_of(term.steps, first, meanings)
        if after is not None:
            hits.append(Hit(term.concept, begin, after))


def _is_preceded(
    before: Sequence[int],
    begin: int,
    meanings: Sequence[_Meaning],
) -> bool:
    if begin < 0:
        return False
    return all(part in meanings[number].parts for number, part in enumerate(before, begin))


def _end_of(
    steps: Sequence[int],
    first: int,
    meanings: Sequence[_Meaning],
) -> int | None:
    """Return after which word a term ends that begins at `first`; None where it does not.

    Each part is the first word that fits: "bring * home" ends at the nearest "home".
    """
    place = first + 1
    gap = 0
    for step in steps[1:]:
        if step < 0:
            gap = -step
            continue
        last = min(place + gap, len(meanings) - 1)
        while place <= last and step not in meanings[place].parts:
            place += 1
        if place > last:
            return None
        place += 1
        gap = 0
    return place


def _unqualified(
    text: str,
    hits: list[Hit],
    qualifiers: Sequence[int],
) -> list[Hit]:
    """Leave out terms that a qualifier is joined to: "US" in "US-backed", not in "US backed"."""
    spans = spans_of(text)
    joined = set()
    for number in qualifiers:
        if number and _is_joined(text, spans, number):
            joined.add(number - 1)
    return [hit for hit in hits if hit.after - 1 not in joined]


def _is_joined(
    sentence: str,
    spans: Sequence[tuple[int, int]],
    number: int,
) -> bool:
    """Whether a hyphen joins a word to the one before it."""
    _, end = spans[number - 1]
    begin, _ = spans[number]
    return sentence[end:begin] in _HYPHENS


def _unambiguous(hits: list[Hit]) -> list[Hit]:
    """Leave out terms inside a longer one that means one thing, and what is excluded."""
    phrases = [hit for hit in hits if hit.concept in _WHOLE and _is_phrase(hit)]
    if not phrases:
        return hits
    return [hit for hit in hits if not _is_hidden(hit, phrases)]


def _is_phrase(hit: Hit) -> bool:
    # A single word hides nothing, unless it is excluded.
    return hit.after - hit.first > 1 or hit.concept == EXCLUDE


def _is_hidden(
    hit: Hit,
    phrases: Iterable[Hit],
) -> bool:
    """Whether a phrase takes the meaning of a term: "left" in the excluded "left wing"."""
    if hit.concept == EXCLUDE:
        return True
    return any(hit.is_inside(other) and _outweighs(other, hit) for other in phrases)


def _outweighs(
    phrase: Hit,
    hit: Hit,
) -> bool:
    # "Syrian army" outweighs "Syrian". An exclusion outweighs even a term of the same length.
    return phrase.length > hit.length or phrase.concept == EXCLUDE
