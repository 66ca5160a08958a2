"""Pairs of an old sentence and the new one that it was edited to.

A new sentence is compared only with those that share its rarer words, so that the time grows with
the length of the texts and not with its square.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler import text

_ALIKE = 0.5  # share of their words that two versions of a sentence have in common
_COMMON = 40  # sentences: a word in more of them hardly distinguishes them
_MOST_COMPARED = 8  # sentences in which common words are counted too


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, with the features that are compared."""

    text: str
    key: str  # its words: equal keys are the same sentence
    words: Counter[str]
    size: int  # number of its words


def read_sentences(body: Iterable[str]) -> Iterator[Sentence]:
    """Yield the sentences of a text that have words."""
    for paragraph in body:
        for sentence in text.sentences(paragraph):
            if words := text.words(sentence):
                yield Sentence(
                    sentence,
                    " ".join(words),
                    Counter(words),
                    len(words),
                )


@dataclass(slots=True)
class Gone:
    """Sentences that only the old text has; each is paired at most once."""

    _sentences: Sequence[Sentence]
    _places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _paired: list[bool] = field(default_factory=list)
    _next: int = 0  # the place after the sentence that was paired last

    def __post_init__(self) -> None:
        self._paired = [False] * len(self._sentences)
        for place, sentence in enumerate(self._sentences):
            for word in sentence.words:
                self._places[word].append(place)

    def take_partner(self, new: Sentence) -> Sentence | None:
        """Return the old sentence that is most like a new one; of equals, the first."""
        shared, common = self._shared_words(new)
        if common:
            shared = self._with_common(shared, new, common)

        best = -1
        best_likeness = 0.0
        for place, words in sorted(shared.items()):
            likeness = self._likeness(new, place, words)
            if likeness > best_likeness:
                best, best_likeness = place, likeness
        if best_likeness < _ALIKE:
            return None

        self._paired[best] = True
        self._next = best + 1
        return self._sentences[best]

    def _shared_words(
        self,
        new: Sentence,
    ) -> tuple[Counter[int], list[str]]:
        """Count the words that each sentence shares with a new one; return the common words."""
        shared: Counter[int] = Counter()
        common: list[str] = []
        for word, times in new.words.items():
            places = self._places.get(word, ())
            if len(places) > _COMMON:
                common.append(word)
                continue
            for place in places:
                if self._paired[place]:
                    continue
                times_old = self._sentences[place].words[word]
                shared[place] += min(times, times_old)
        return shared, common

    def left(self) -> Iterator[Sentence]:
        """Yield the sentences that were not paired."""
        pairs = zip(self._sentences, self._paired, strict=True)
        return (sentence for sentence, is_paired in pairs if not is_paired)

    def _with_common(
        self,
        shared: Counter[int],
        new: Sentence,
        common: list[str],
    ) -> Counter[int]:
        """Count the common words too, in the most alike sentences and in those that come next.

        An outlet that edits a list ("The ministry said ...", ten times) keeps its order.
        """
        likely = [place for place, _ in shared.most_common(_MOST_COMPARED)]
        following = range(
            self._next,
            min(self._next + _MOST_COMPARED, len(self._sentences)),
        )
        likely += [place for place in following if not self._paired[place]]

        counted: Counter[int] = Counter()
        for place in likely:
            words = self._sentences[place].words
            counted[place] = shared[place]
            for word in common:
                counted[place] += min(new.words[word], words[word])
        return counted

    def _likeness(self, new: Sentence, place: int, shared: int) -> float:
        """Return the share of the words of two sentences that both have (Dice 1945)."""
        both = new.size + self._sentences[place].size
        return 2 * shared / both
