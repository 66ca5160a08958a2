"""What differs between two texts, sentence by sentence and word by word."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from crawler import text

_ALIKE = 0.5  # share of their words that two sentences have in common, to be one that was edited
_MOST_WORDS = 200  # compared one by one: the time grows with the square

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
        one, other = self.before.split(), self.after.split()
        start = _common(one, other)
        end = _common(one[start:][::-1], other[start:][::-1])
        gone, come = one[start : len(one) - end], other[start : len(other) - end]
        spans = [
            Span("same", " ".join(one[:start])),
            *_word_spans(gone, come),
            Span("same", " ".join(one[len(one) - end :])),
        ]
        return [span for span in spans if span.text]


def _common(one: list[str], other: list[str]) -> int:
    """Return with how many words both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _word_spans(one: list[str], other: list[str]) -> Iterator[Span]:
    if max(len(one), len(other)) > _MOST_WORDS:
        yield Span("removed", " ".join(one))
        yield Span("added", " ".join(other))
        return
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, low, high, start, stop in matcher.get_opcodes():
        if tag == "equal":
            yield Span("same", " ".join(one[low:high]))
            continue
        yield Span("removed", " ".join(one[low:high]))
        yield Span("added", " ".join(other[start:stop]))


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    key: str  # its words, by which it is told from others
    words: Counter[str]


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
            if words := text.words(sentence):
                yield _Sentence(sentence, " ".join(words), Counter(words))


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
    both = one.words.total() + other.words.total()
    return 2 * (one.words & other.words).total() / both
