"""The rule that judges: sentences that say who leaves or stays, weighed by their zone."""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, islice, repeat
from typing import NamedTuple, Protocol

from crawler import text
from crawler.topic.binding import Binder, Movement
from crawler.topic.file import ANY, Topic, load
from crawler.topic.language import contradicts, identify, likeliest
from crawler.topic.lexicon import MOVEMENTS, Lexicon, spans_of
from crawler.topic.sentence import Sentence
from storage.records.verdict import Evidence, Mark, Verdict

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
    spoken = _language_of(topic, language, headline, body)
    reader = _Reader(topic, topic.lexicon(spoken))
    reader.read_headline(headline)
    if standfirst:
        reader.read_standfirst(standfirst)
    for paragraph in _paragraphs(topic, body):
        reader.read_paragraph(paragraph)
    found = reader.found
    score = round(sum(evidence.weight for evidence in found), 3)
    # Sorting keeps the order of the text among equals.
    strongest = sorted(found, key=lambda evidence: -evidence.weight)
    return Verdict(
        relevant=score >= topic.thresholds["relevant"],
        score=score,
        evidence=tuple(strongest[:_MOST_EVIDENCE]),
        topic_version=topic.version,
    )


def _language_of(
    topic: Topic,
    language: str | None,
    headline: str,
    body: Sequence[str],
) -> str:
    """Return the language in which a text begins: the claimed one, unless it shows another."""
    sample = " ".join((headline, *body))
    claimed = text.primary_language(language)
    if claimed is not None and not contradicts(claimed, sample):
        return claimed
    return identify(sample) or claimed or likeliest(sample, topic.languages) or ANY


class _Paragraph(NamedTuple):
    """A paragraph of an article."""

    number: int | None  # in the body; None of the standfirst
    text: str
    sentences: Sequence[str] | None  # None where it was not divided yet
    zones: Iterable[str]  # of its sentences


class _Place(NamedTuple):
    """Where a sentence is."""

    zone: str
    number: int | None  # of its paragraph in the body
    start: int  # its first character, in its paragraph


def _paragraphs(topic: Topic, body: Sequence[str]) -> Iterator[_Paragraph]:
    """Yield the paragraphs of the body with the zones of their sentences.

    The first ones come divided into sentences: they are the lead, and all of a text that has few.
    """
    short = topic.zones["short_sentences"]
    in_lead = int(topic.zones["lead_sentences"])
    first = _divided(body, max(short, in_lead))
    count = sum(map(len, first))
    # A text of four sentences is a feed item: each counts nearly as much as a headline.
    lead = "short" if count <= short else "lead"
    zones = chain(repeat(lead, in_lead), repeat("body"))
    for number, paragraph in enumerate(body):
        if number < len(first):
            sentences = first[number]
            yield _Paragraph(number, paragraph, sentences, islice(zones, len(sentences)))
        else:
            yield _Paragraph(number, paragraph, None, repeat("body"))


def _divided(body: Sequence[str], enough: float) -> list[list[str]]:
    """Return the sentences of the first paragraphs, until there are more than enough."""
    first: list[list[str]] = []
    count = 0
    for paragraph in body:
        if count > enough:
            break
        sentences = text.sentences(paragraph)
        first.append(sentences)
        count += len(sentences)
    return first


class _Reader:
    """Reads an article from above, and remembers how long the place has not been named."""

    def __init__(
        self,
        topic: Topic,
        lexicon: Lexicon,
    ):
        self.found: list[Evidence] = []
        self._topic = topic
        self._lexicon = lexicon
        self._binder = Binder(topic.settings)
        self._is_about = False  # whether headline, standfirst or lead name the place
        self._silence = float("inf")  # words since it was named

    def read_headline(self, headline: str) -> None:
        """Read the headline as one sentence."""
        self._read(_Place("headline", None, 0), headline[:_LONGEST])

    def read_standfirst(self, standfirst: str) -> None:
        """Read the standfirst; its sentences weigh the same."""
        self.read_paragraph(_Paragraph(None, standfirst, None, repeat("standfirst")))

    def read_paragraph(self, paragraph: _Paragraph) -> None:
        """Read a paragraph: sentence by sentence where something in it may move."""
        sentences = paragraph.sentences
        if sentences is None:
            # Most paragraphs of a long text have no movement, and dividing costs as much as all
            # the rest: their words are only counted.
            words = self._lexicon.words(paragraph.text)
            said = self._lexicon.says(words)
            if not _may_move(said):
                self._pass("body", words, said)
                return
            sentences = text.sentences(paragraph.text)
            if sentences == [paragraph.text] and len(paragraph.text) <= _LONGEST:
                place = _Place("body", paragraph.number, 0)
                self._read_words(place, paragraph.text, words, said)
                return
        start = 0
        for zone, sentence in zip(paragraph.zones, sentences, strict=False):
            # A sentence is found as it is, unless spaces were tidied inside it.
            start = max(start, paragraph.text.find(sentence, start))
            place = _Place(zone, paragraph.number, start)
            self._read(place, sentence[:_LONGEST])

    def _read(
        self,
        place: _Place,
        sentence: str,
    ) -> None:
        words = self._lexicon.words(sentence)
        self._read_words(place, sentence, words, self._lexicon.says(words))

    def _read_words(
        self,
        place: _Place,
        sentence: str,
        words: Sequence[str],
        said: Set[str],
    ) -> None:
        # Before the words pass: what this sentence names is known from the sentence itself.
        is_near = self._is_about and self._silence <= self._topic.settings["silence_window"]
        self._pass(place.zone, words, said)
        if not _may_move(said):
            return
        hits = self._lexicon.find(sentence, words)
        # Said may be more than is found: "bring" without its "home".
        if any(hit.concept in MOVEMENTS for hit in hits):
            read = Sentence(sentence, spans_of(sentence), hits)
            self._weigh(place, read, is_near=is_near)

    def _weigh(
        self,
        place: _Place,
        sentence: Sentence,
        *,
        is_near: bool,
    ) -> None:
        movement = self._binder.bind(sentence, is_near=is_near)
        if movement is None:
            return
        weight = self._weight_of(place) * movement.strength
        evidence = _evidence(sentence, movement, place, round(weight, 3))
        self.found.append(evidence)

    def _weight_of(self, place: _Place) -> float:
        """Return what a sentence weighs by its place."""
        zones = self._topic.zones
        weight = zones[place.zone]
        if place.zone != "body":
            return weight
        faded = zones["fades"] * (place.number or 0)
        return weight * max(0.0, 1 - faded)

    def _pass(
        self,
        zone: str,
        words: Sequence[str],
        said: Set[str],
    ) -> None:
        """Remember whether, and how many words ago, the place was named."""
        last = self._lexicon.last(words, "place") if "place" in said else None
        if last is None:
            self._silence += len(words)
            return
        self._silence = len(words) - 1 - last
        if zone != "body":
            self._is_about = True


def _may_move(said: Set[str]) -> bool:
    """Whether words that say this may be a sentence of the topic."""
    return "movement" in said and "subject" in said


def _evidence(
    sentence: Sentence,
    movement: Movement,
    place: _Place,
    weight: float,
) -> Evidence:
    marks = tuple(_marks(sentence, movement))
    terms = (sentence.text[mark.start : mark.end] for mark in marks)
    return Evidence(
        terms=tuple(dict.fromkeys(terms)),  # each once, in the order of the sentence
        place=place.zone,
        sentence=sentence.text,
        weight=weight,
        movement=movement.kind,
        mover=movement.mover,
        is_asked=movement.is_asked,
        is_denied=movement.is_denied,
        paragraph=place.number,
        start=place.start,
        marks=marks,
    )


def _marks(sentence: Sentence, movement: Movement) -> Iterator[Mark]:
    """Yield where the terms that decided are, in characters, in the order of the sentence."""
    for hit in sorted(movement.hits, key=lambda hit: hit.first):
        start, _ = sentence.spans[hit.first]
        _, end = sentence.spans[hit.after - 1]
        yield Mark(hit.concept, start, end)
