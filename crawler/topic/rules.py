"""The rule that judges: sentences that say who leaves or stays, weighed by where they stand."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import Protocol

from crawler import text
from crawler.topic.binding import Binder, Movement
from crawler.topic.file import ANY, Topic, load
from crawler.topic.language import identify, likeliest
from crawler.topic.lexicon import MOVEMENTS, Lexicon, spans_of
from crawler.topic.sentence import Sentence
from storage.verdict import Evidence, Mark, Verdict

__all__ = ["Topic", "judge", "judge_article", "load"]

_MOST_EVIDENCE = 12
_LONGEST = 800  # characters of a sentence; longer ones are lists


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


def judge_article(topic: Topic, article: Readable) -> Verdict:
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
    """Judge an article, with the sentences that speak for it as evidence.

    Terms of the text's language count: `language` where it is known, else what the text shows.
    """
    known = _language_of(topic, language, headline, body)
    reader = _Reader(topic, topic.lexicon(known))
    reader.read("headline", None, headline[:_LONGEST], 0)
    if standfirst:
        reader.read_paragraph(None, standfirst, None, repeat("standfirst"))
    for number, paragraph, sentences, zones in _paragraphs(topic, body):
        reader.read_paragraph(number, paragraph, sentences, zones)
    score = round(sum(evidence.weight for evidence in reader.found), 3)
    strongest = sorted(reader.found, key=lambda evidence: -evidence.weight)[:_MOST_EVIDENCE]
    return Verdict(
        relevant=score >= topic.thresholds["relevant"],
        score=score,
        evidence=tuple(strongest),
        topic_version=topic.version,
    )


def _language_of(topic: Topic, language: str | None, headline: str, body: Sequence[str]) -> str:
    known = text.primary_language(language)
    if known is None:
        sample = " ".join((headline, *body))
        known = identify(sample) or likeliest(sample, topic.languages)
    return known or ANY


def _paragraphs(
    topic: Topic, body: Sequence[str]
) -> Iterator[tuple[int, str, list[str] | None, Iterator[str]]]:
    """Yield the paragraphs of the body with the zones of their sentences.

    The first ones come divided into sentences: they are the lead, and all of a text that has few.
    """
    first: list[list[str]] = []
    count, short = 0, topic.zones["short_sentences"]
    enough = max(short, topic.zones["lead_sentences"])
    for paragraph in body:
        if count > enough:
            break
        first.append(text.sentences(paragraph))
        count += len(first[-1])
    lead = "short" if count <= short else "lead"
    zones = chain(repeat(lead, int(topic.zones["lead_sentences"])), repeat("body"))
    for number, paragraph in enumerate(body):
        if number < len(first):
            yield number, paragraph, first[number], islice(zones, len(first[number]))
        else:
            yield number, paragraph, None, repeat("body")


@dataclass(slots=True)
class _Reader:
    """Reads an article from above, and remembers how long the place has not been named."""

    topic: Topic
    lexicon: Lexicon
    found: list[Evidence] = field(default_factory=list)
    _is_about: bool = False  # whether headline, standfirst or lead name the place
    _silence: float = float("inf")  # words since it was named

    def read_paragraph(
        self,
        number: int | None,
        paragraph: str,
        sentences: Sequence[str] | None,
        zones: Iterable[str],
    ) -> None:
        """Read a paragraph: sentence by sentence where something in it may move."""
        if sentences is None:
            words = self.lexicon.words(paragraph)
            said = self.lexicon.says(words)
            if not _may_move(said):
                self._pass("body", words, said)
                return
            sentences = text.sentences(paragraph)
            if sentences == [paragraph] and len(paragraph) <= _LONGEST:
                self._read_words("body", number, paragraph, 0, words)
                return
        start = 0
        for zone, sentence in zip(zones, sentences, strict=False):
            start = max(start, paragraph.find(sentence, start))
            self.read(zone, number, sentence[:_LONGEST], start)

    def read(self, zone: str, number: int | None, sentence: str, start: int) -> None:
        """Read a sentence that begins at a character of its paragraph."""
        self._read_words(zone, number, sentence, start, self.lexicon.words(sentence))

    def _read_words(
        self, zone: str, number: int | None, sentence: str, start: int, words: Sequence[str]
    ) -> None:
        said = self.lexicon.says(words)
        is_near = self._is_about and self._silence <= self.topic.settings["silence_window"]
        self._pass(zone, words, said)
        if not _may_move(said):
            return
        hits = self.lexicon.find(sentence, words)
        if not any(hit.concept in MOVEMENTS for hit in hits):
            return
        bound = Sentence(sentence, spans_of(sentence), hits)
        movement = Binder(self.topic.settings).bind(bound, is_near=is_near)
        if movement is not None:
            weight = round(self._zone_weight(zone, number) * movement.strength, 3)
            self.found.append(_evidence(bound, movement, zone, weight, number, start))

    def _zone_weight(self, zone: str, number: int | None) -> float:
        zones = self.topic.zones
        if zone != "body":
            return zones[zone]
        return zones[zone] * max(0.0, 1 - zones["fades"] * (number or 0))

    def _pass(self, zone: str, words: Sequence[str], said: Set[str]) -> None:
        """Remember whether, and how many words ago, the place was named."""
        last = self.lexicon.last(words, "place") if "place" in said else None
        if last is None:
            self._silence += len(words)
            return
        self._silence = len(words) - 1 - last
        self._is_about = self._is_about or zone != "body"


def _may_move(said: Set[str]) -> bool:
    """Whether words that say this may be a sentence of the topic."""
    return "movement" in said and "subject" in said


def _evidence(
    sentence: Sentence,
    movement: Movement,
    zone: str,
    weight: float,
    number: int | None,
    start: int,
) -> Evidence:
    hits = sorted(movement.hits, key=lambda hit: hit.first)
    marks = [
        Mark(hit.concept, sentence.spans[hit.first][0], sentence.spans[hit.after - 1][1])
        for hit in hits
    ]
    return Evidence(
        terms=tuple(dict.fromkeys(sentence.text[mark.start : mark.end] for mark in marks)),
        place=zone,
        sentence=sentence.text,
        weight=weight,
        movement=movement.kind,
        mover=movement.mover,
        is_asked=movement.is_asked,
        is_denied=movement.is_denied,
        paragraph=number,
        start=start,
        marks=tuple(marks),
    )
