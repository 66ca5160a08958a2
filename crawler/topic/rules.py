"""The verdict on an article: how likely it is on topic, and the sentences that say so."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from crawler.topic.assessment import Assessed, assess
from crawler.topic.denial import is_denied, spoken_of
from crawler.topic.file import Topic, load
from crawler.topic.movement import Movement
from crawler.topic.sentence import Sentence
from storage.records.verdict import Evidence, Mark, Verdict

__all__ = ["Topic", "judge", "judge_article", "load"]

_MOST_EVIDENCE = 12
# A sentence that is less likely is no evidence, unless it is the likeliest of its text.
_LEAST = 0.05


class Readable(Protocol):
    """What has the texts of an article."""

    @property
    def headline(self) -> str: ...
    @property
    def standfirst(self) -> str | None: ...
    @property
    def body(self) -> Sequence[str]: ...
    @property
    def language(self) -> str | None: ...


def judge_article(
    topic: Topic,
    article: Readable,
) -> Verdict:
    """Judge an article by its texts, in its language."""
    return judge(
        topic,
        headline=article.headline,
        standfirst=article.standfirst,
        body=article.body,
        language=article.language,
    )


def judge(
    topic: Topic,
    *,
    headline: str,
    body: Sequence[str],
    standfirst: str | None = None,
    language: str | None = None,
) -> Verdict:
    """Judge an article, with the sentences that decided as evidence, the likeliest first.

    `language` is what its page claims; what the text shows counts more.
    """
    assessed = assess(
        topic,
        headline=headline,
        standfirst=standfirst,
        body=body,
        language=language,
    )
    likely = [topic.model.probability_of(one.features) for one in assessed]
    probability = round(topic.model.joined(likely), 4)
    # Decided by the rounded one, so that what is shown agrees with the verdict.
    relevant = probability >= topic.thresholds["relevant"]
    evidence = []
    # Sorting keeps the order of the text among equals.
    ranked = sorted(zip(likely, assessed, strict=True), key=lambda pair: -pair[0])
    for number, (chance, one) in enumerate(ranked[:_MOST_EVIDENCE]):
        if chance >= _LEAST or not number:
            evidence.append(_evidence(topic, one, chance, for_it=relevant))
    weights = (_weight_of(topic, one) for one in assessed)
    return Verdict(
        relevant=relevant,
        probability=probability,
        score=round(sum(weights), 3),
        evidence=tuple(evidence),
        topic_version=topic.version,
    )


def _weight_of(
    topic: Topic,
    one: Assessed,
) -> float:
    """Return what a sentence adds to the score: its strength, weighed by its place."""
    movement = one.said.movements[0]
    # A local force, a treaty or another country adds nothing to the score.
    if not movement.counts:
        return 0.0
    passage = one.said.passage
    weight = topic.zones[passage.zone] * movement.strength
    if passage.zone == "body":
        faded = topic.zones["fades"] * (passage.number or 0)
        weight *= max(0.0, 1 - faded)
    return round(weight, 3)


def _evidence(
    topic: Topic,
    one: Assessed,
    probability: float,
    *,
    for_it: bool,
) -> Evidence:
    passage, sentence = one.said.passage, one.said.sentence
    movement = spoken_of(sentence, one.said.movements)
    marks = tuple(_marks(sentence, movement))
    terms = (sentence.text[mark.start : mark.end] for mark in marks)
    return Evidence(
        terms=tuple(dict.fromkeys(terms)),  # each once, in the order of the sentence
        place=passage.zone,
        sentence=sentence.text,
        weight=_weight_of(topic, one),
        probability=round(probability, 4),
        reasons=topic.model.reasons(one.features, for_it=for_it),
        movement=movement.kind,
        mover=_shown(movement),
        is_asked=_is_asked(topic, sentence, movement),
        is_denied=is_denied(sentence, movement),
        paragraph=passage.number,
        start=passage.start,
        marks=marks,
    )


def _shown(movement: Movement) -> str:
    """Return who moves, as evidence calls it: foreign, unnamed or local."""
    if movement.mover.startswith("foreign"):
        return "foreign"
    return "local" if movement.mover == "local" else "unnamed"


def _is_asked(
    topic: Topic,
    sentence: Sentence,
    movement: Movement,
) -> bool:
    """Whether a word that asks is close to a movement: "demands" before "withdraw"."""
    near = sentence.nearest(movement.around.movement, "call")
    return near.distance <= topic.settings["word_window"]


def _marks(
    sentence: Sentence,
    movement: Movement,
) -> Iterator[Mark]:
    """Yield where the terms that decided are, in characters, in the order of the sentence."""
    for hit in sorted(movement.hits, key=lambda hit: hit.first):
        start, _ = sentence.spans[hit.first]
        _, end = sentence.spans[hit.after - 1]
        yield Mark(hit.concept, start, end)
