"""Which of the sentences that are gone became which of the new ones.

Every new sentence is compared with those alone that share its rarer words, so that the time grows
with the length of the texts and not with its square.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler import text

_ALIKE = 0.5  # share of their words that two sentences have in common, to be one that was edited
_COMMON = 40  # sentences: a word that more of them have tells little of any
_MOST_COMPARED = 8  # sentences, where common words were left out of account


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and what of it is compared."""

    text: str
    key: str  # its words: equal keys are the same sentence
    words: Counter[str]
    size: int  # of its words


def read_sentences(body: Iterable[str]) -> Iterator[Sentence]:
    """Yield the sentences of a text that have words."""
    for paragraph in body:
        for sentence in text.sentences(paragraph):
            if words := text.words(sentence):
                yield Sentence(sentence, " ".join(words), Counter(words), len(words))


@dataclass(slots=True)
class Gone:
    """Sentences that are no longer there, each to be paired once."""

    _sentences: Sequence[Sentence]
    _places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _paired: list[bool] = field(default_factory=list)
    _next: int = 0  # behind the sentence that was paired last

    def __post_init__(self) -> None:
        self._paired = [False] * len(self._sentences)
        for place, sentence in enumerate(self._sentences):
            for word in sentence.words:
                self._places[word].append(place)

    def take_partner(self, new: Sentence) -> Sentence | None:
        """Return the sentence that became a new one, the first of those that are most like it."""
        shared, common = self._shared_words(new)
        if common:
            shared = self._with_common(shared, new, common)

        best, best_likeness = -1, 0.0
        for place, words in sorted(shared.items()):
            likeness = self._likeness(new, place, words)
            if likeness > best_likeness:
                best, best_likeness = place, likeness
        if best_likeness < _ALIKE:
            return None

        self._paired[best] = True
        self._next = best + 1
        return self._sentences[best]

    def _shared_words(self, new: Sentence) -> tuple[Counter[int], list[str]]:
        """Count the words that each sentence shares with a new one; return the common words."""
        shared: Counter[int] = Counter()
        common: list[str] = []
        for word, times in new.words.items():
            places = self._places.get(word, ())
            if len(places) > _COMMON:
                common.append(word)
                continue
            for place in places:
                if not self._paired[place]:
                    shared[place] += min(times, self._sentences[place].words[word])
        return shared, common

    def left(self) -> Iterator[Sentence]:
        """Yield the sentences that became none."""
        pairs = zip(self._sentences, self._paired, strict=True)
        return (sentence for sentence, is_paired in pairs if not is_paired)

    def _with_common(self, shared: Counter[int], new: Sentence, common: list[str]) -> Counter[int]:
        """Count the common words too, in the likeliest sentences and those that come next.

        An outlet that edits a list ("The ministry said ...", ten times) keeps its order.
        """
        likely = [place for place, _ in shared.most_common(_MOST_COMPARED)]
        following = range(self._next, min(self._next + _MOST_COMPARED, len(self._sentences)))
        likely += [place for place in following if not self._paired[place]]

        counted: Counter[int] = Counter()
        for place in likely:
            words = self._sentences[place].words
            counted[place] = shared[place] + sum(min(new.words[w], words[w]) for w in common)
        return counted

    def _likeness(self, new: Sentence, place: int, shared: int) -> float:
        """Return the share of the words of two sentences that both have (Dice)."""
        return 2 * shared / (new.size + self._sentences[place].size)
