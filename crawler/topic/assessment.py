"""An article taken apart for the model: its judged sentences with their features."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler import text
from crawler.topic.features import Features, Said, features_of, features_of_text
from crawler.topic.file import ANY, Topic
from crawler.topic.language import contradicts, identify, likeliest
from crawler.topic.movement import Binder, Movement
from crawler.topic.reading import Passage, Reader

_ENOUGH = 400  # characters, as in language.py


@dataclass(frozen=True, slots=True)
class Assessed:
    """A sentence that may be of the topic."""

    said: Said
    features: Features


def assess(
    topic: Topic,
    *,
    headline: str,
    body: Sequence[str],
    standfirst: str | None = None,
    language: str | None = None,
) -> list[Assessed]:
    """Return the sentences of an article that may be of the topic, in their order.

    Terms of the text's language count: `language`, unless the text shows another. A paragraph in
    another language is read in its own.
    """
    reader = Reader(
        lexicon_of=topic.lexicon,
        language=_language_of(topic, language, headline, body),
        lead_sentences=int(topic.zones["lead_sentences"]),
        short_sentences=int(topic.zones["short_sentences"]),
        window=topic.settings["silence_window"],
    )
    passages = reader.read(headline, standfirst, body)
    if not passages:
        return []
    said = dict(_said(topic, passages))
    # What the text is about speaks for or against each of its sentences.
    shared = features_of_text(passages, said)
    return [Assessed(one, features_of(one) | shared) for one in said.values()]


def _language_of(
    topic: Topic,
    language: str | None,
    headline: str,
    body: Sequence[str],
) -> str:
    """Return the language in which a text begins: the claimed one, unless it shows another."""
    sample = _beginning((headline, *body))
    claimed = text.primary_language(language)
    if claimed is not None and not contradicts(claimed, sample):
        return claimed
    return identify(sample) or claimed or likeliest(sample, topic.languages) or ANY


def _beginning(texts: Sequence[str]) -> str:
    """Return the first texts, until there is enough to identify a language by."""
    found: list[str] = []
    length = 0
    for one in texts:
        found.append(one)
        length += len(one)
        if length > _ENOUGH:
            break
    return " ".join(found)


def _said(
    topic: Topic,
    passages: Sequence[Passage],
) -> Iterator[tuple[int, Said]]:
    """Yield the passages with a movement, by their number."""
    binder = Binder(topic.settings)
    # A sentence that is repeated is one object, and is bound once.
    bound: dict[tuple[int, bool], tuple[Movement, ...]] = {}
    # "The troops will withdraw" below a headline that names whose they are.
    head = passages[0].said if passages[0].zone == "headline" else frozenset[str]()
    first = next((n for n, one in enumerate(passages) if one.number is not None), -1)
    for number, passage in enumerate(passages):
        sentence = passage.sentence
        if sentence is None or not {"movement", "subject"} <= passage.said:
            continue
        # In the body only what is near the place is of the topic.
        if not (passage.is_at_the_top or passage.is_near or sentence.has("place")):
            continue
        key = id(sentence), passage.is_near
        if key not in bound:
            bound[key] = tuple(binder.bind(sentence, is_near=passage.is_near))
        movements = bound[key]
        if movements:
            yield (
                number,
                Said(
                    passage=passage,
                    sentence=sentence,
                    movements=movements,
                    is_first=number == first,
                    is_named_next=_is_named_next(passages, number),
                    before=head | (passages[number - 1].said if number else frozenset()),
                ),
            )


def _is_named_next(
    passages: Sequence[Passage],
    number: int,
) -> bool:
    """Whether the sentence after one at the top of a text names the place."""
    if number + 1 >= len(passages) or not passages[number].is_at_the_top:
        return False
    return "place" in passages[number + 1].said
