"""The differences of two texts, sentence by sentence and word by word."""

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
    """Words of an edited sentence that are in both texts, or only in one."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence that is in one text or in both: `before` in the first, `after` in the second."""

    kind: Kind
    before: str = ""
    after: str = ""

    def spans(self) -> list[Span]:
        """Return the words of both versions of the sentence, in one order."""
        one = self.before.split()
        other = self.after.split()

        start = _common(one, other)
        rest = one[start:]
        rest_other = other[start:]
        end = _common(rest[::-1], rest_other[::-1])
        stop = len(one) - end
        stop_other = len(other) - end

        spans = [
            Span("same", " ".join(one[:start])),
            *_word_spans(one[start:stop], other[start:stop_other]),
            Span("same", " ".join(one[stop:])),
        ]
        return [span for span in spans if span.text]


def _common(one: list[str], other: list[str]) -> int:
    """Return the number of equal words at the beginnings of both."""
    count = 0
    for word, other_word in zip(one, other, strict=False):
        if word != other_word:
            break
        count += 1
    return count


def _word_spans(one: list[str], other: list[str]) -> Iterator[Span]:
    """Yield the words of both sides in one order; a long sentence is replaced as a whole."""
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
    had = frozenset(keys)
    has = frozenset(keys_other)
    ends = (len(one), len(other))

    edits: list[Edit] = []
    low = start = 0  # after the last sentence that both have
    for n, m in [*matches(keys, keys_other), ends]:
        gone = [sentence for sentence in one[low:n] if sentence.key not in has]
        edits += _paired(gone, other[start:m], had)
        if (n, m) != ends:
            edits.append(_same(other[m]))
        low = n + 1
        start = m + 1
    return edits


def _same(sentence: Sentence) -> Edit:
    return Edit("same", sentence.text, sentence.text)


def _paired(
    gone: Sequence[Sentence],
    come: Sequence[Sentence],
    had: Set[str],
) -> Iterator[Edit]:
    """Pair the sentences that were edited; the others were removed or added."""
    left = Gone(gone)
    edits: list[Edit] = []

    for sentence in come:
        if sentence.key in had:
            edits.append(_same(sentence))
            continue
        partner = left.take_partner(sentence)
        if partner is None:
            edits.append(Edit("added", after=sentence.text))
        else:
            edits.append(Edit("edited", partner.text, sentence.text))

    for sentence in left.left():
        yield Edit("removed", before=sentence.text)
    yield from edits
