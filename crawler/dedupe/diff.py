"""What differs between two texts, sentence by sentence and word by word."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from crawler import text

_ALIKE = 0.5  # share of their words that two sentences have in common, to be one that was edited
_MOST_WORDS = 200  # of a sentence that is compared word by word

Kind = Literal["same", "added", "removed", "edited"]


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an edited sentence that are in both, or in one alone."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence of either text: `before` in the first, `after` in the second."""

    kind: Kind
    before: str = ""
    after: str = ""

    def spans(self) -> list[Span]:
        """Return the sentence word by word."""
        one, other = self.before.split()[:_MOST_WORDS], self.after.split()[:_MOST_WORDS]
        found: list[Span] = []
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        for tag, low, high, start, stop in matcher.get_opcodes():
            if tag == "equal":
                found.append(Span("same", " ".join(one[low:high])))
                continue
            if high > low:
                found.append(Span("removed", " ".join(one[low:high])))
            if stop > start:
                found.append(Span("added", " ".join(other[start:stop])))
        return found


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    key: str  # its words, by which it is told from others


def diff(before: Iterable[str], after: Iterable[str]) -> list[Edit]:
    """Return every sentence of two texts, in the order of the second; a moved one is the same."""
    one, other = list(_sentences(before)), list(_sentences(after))
    here = Counter(sentence.key for sentence in other)
    there = Counter(sentence.key for sentence in one)
    edits: list[Edit] = []
    matcher = SequenceMatcher(None, [s.key for s in one], [s.key for s in other], autojunk=False)
    for tag, low, high, start, stop in matcher.get_opcodes():
        if tag == "equal":
            edits += [Edit("same", s.text, s.text) for s in other[start:stop]]
            continue
        gone = [s for s in one[low:high] if not here[s.key]]
        edits += _paired(gone, other[start:stop], there)
    return edits


def _sentences(body: Iterable[str]) -> Iterator[_Sentence]:
    for paragraph in body:
        for sentence in text.sentences(paragraph):
            if key := " ".join(text.words(sentence)):
                yield _Sentence(sentence, key)


def _paired(
    gone: list[_Sentence], come: Sequence[_Sentence], there: Counter[str]
) -> Iterator[Edit]:
    """Pair the sentences that were edited; the others were removed or added."""
    left = list(gone)
    edits: list[Edit] = []
    for sentence in come:
        if there[sentence.key]:
            edits.append(Edit("same", sentence.text, sentence.text))
            continue
        partner = max(left, key=lambda other: _likeness(other, sentence), default=None)
        if partner is None or _likeness(partner, sentence) < _ALIKE:
            edits.append(Edit("added", after=sentence.text))
            continue
        left.remove(partner)
        edits.append(Edit("edited", partner.text, sentence.text))
    yield from (Edit("removed", before=sentence.text) for sentence in left)
    yield from edits


def _likeness(one: _Sentence, other: _Sentence) -> float:
    """Return the share of the words of two sentences that both have (Dice)."""
    a, b = Counter(one.key.split()), Counter(other.key.split())
    return 2 * (a & b).total() / (a.total() + b.total())
