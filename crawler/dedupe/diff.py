"""What differs between two texts, sentence by sentence and word by word."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from crawler.dedupe.alignment import is_short, matches
from crawler.dedupe.pairing import Gone, Sentence, read_sentences

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
        one = self.before.split()
        other = self.after.split()

        start = _common(one, other)
        end = _common(one[start:][::-1], other[start:][::-1])
        stop, stop_other = len(one) - end, len(other) - end

        spans = [
            Span("same", " ".join(one[:start])),
            *_word_spans(one[start:stop], other[start:stop_other]),
            Span("same", " ".join(one[stop:])),
        ]
        return [span for span in spans if span.text]


def _common(one: list[str], other: list[str]) -> int:
    """Return with how many words both begin."""
    for place, (word, other_word) in enumerate(zip(one, other, strict=False)):
        if word != other_word:
            return place
    return min(len(one), len(other))


def _word_spans(one: list[str], other: list[str]) -> Iterator[Span]:
    """Yield the words of both sides in one order; long sentences as one exchange."""
    if not is_short(one, other, most=_MOST_WORDS):
        yield Span("removed", " ".join(one))
        yield Span("added", " ".join(other))
        return

    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, low, high, start, stop in matcher.get_opcodes():
        if tag == "equal":
            yield Span("same", " ".join(one[low:high]))
        else:
            yield Span("removed", " ".join(one[low:high]))
            yield Span("added", " ".join(other[start:stop]))


def diff(before: Iterable[str], after: Iterable[str]) -> list[Edit]:
    """Return every sentence of two texts, in the order of the second.

    A sentence that only moved is the same, as is one that the other text contains elsewhere.
    """
    one = list(read_sentences(before))
    other = list(read_sentences(after))
    keys = [sentence.key for sentence in one]
    keys_other = [sentence.key for sentence in other]
    had, has = frozenset(keys), frozenset(keys_other)

    edits: list[Edit] = []
    low = start = 0  # behind the last sentence that both have
    for n, m in [*matches(keys, keys_other), (len(one), len(other))]:
        gone = [sentence for sentence in one[low:n] if sentence.key not in has]
        edits += _paired(gone, other[start:m], had)
        # One sentence where both match, none behind the end.
        edits += [Edit("same", sentence.text, sentence.text) for sentence in other[m : m + 1]]
        low, start = n + 1, m + 1
    return edits


def _paired(gone: Sequence[Sentence], come: Sequence[Sentence], had: Set[str]) -> Iterator[Edit]:
    """Pair the sentences that were edited; the others were removed or added."""
    left = Gone(gone)
    edits: list[Edit] = []

    for sentence in come:
        if sentence.key in had:
            edits.append(Edit("same", sentence.text, sentence.text))
            continue
        partner = left.take_partner(sentence)
        if partner is None:
            edits.append(Edit("added", after=sentence.text))
        else:
            edits.append(Edit("edited", partner.text, sentence.text))

    yield from (Edit("removed", before=sentence.text) for sentence in left.left())
    yield from edits
