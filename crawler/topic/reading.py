"""The sentences of an article in their order: where each is, and its concepts."""

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import chain, repeat
from typing import NamedTuple

from crawler import text
from crawler.topic.language import of_paragraph
from crawler.topic.lexicon import GROUPS, Lexicon
from crawler.topic.sentence import Sentence

_LONGEST = 800  # characters of a sentence; longer ones are lists
# Characters of a sentence, in the mean of the press: how many an undivided paragraph has.
_MEAN = 150


class Passage(NamedTuple):
    """A sentence, or a paragraph of the body in which nothing moves."""

    zone: str  # headline, standfirst, lead, short or body
    number: int | None  # of its paragraph in the body
    start: int  # its first character, in its paragraph
    sentences: int
    said: Set[str]  # concepts and groups of which a term may be in it
    is_near: bool  # whether the place was named shortly before
    sentence: Sentence | None  # None where it is not looked at closely

    @property
    def is_at_the_top(self) -> bool:
        """Whether it is headline, standfirst or lead."""
        return self.zone != "body"


class _Paragraph(NamedTuple):
    """A paragraph of an article, or its headline or standfirst."""

    zone: str  # of its first sentence
    number: int | None
    text: str
    words: Sequence[str]
    lexicon: Lexicon
    said: Set[str]


class Reader:
    """Reads the texts of an article: closely where something in them may move."""

    def __init__(
        self,
        *,
        lexicon_of: Callable[[str], Lexicon],
        language: str,
        lead_sentences: int,
        short_sentences: int,
        window: float,
    ):
        self._lexicon_of = lexicon_of
        self._language = language  # in which the article begins
        self._lead_sentences = lead_sentences
        self._short_sentences = short_sentences
        self._found: list[Passage] = []
        # A page may repeat one sentence ten thousand times: it is read once.
        self._sentences: dict[tuple[Lexicon, str], Sentence] = {}
        self._near = _Nearness(window)

    def read(
        self,
        headline: str,
        standfirst: str | None,
        body: Sequence[str],
    ) -> list[Passage]:
        """Return the passages of an article, the headline first; none where no place is named.

        Most articles of a stream do not name the place: their words are only looked up.
        """
        paragraphs = list(self._surveyed(headline, standfirst, body))
        if not any(map(_names_the_place, paragraphs)):
            return []
        first, zones = self._lead(body)
        for paragraph in paragraphs:
            number = paragraph.number
            if paragraph.zone == "headline":
                self._read_sentence(paragraph, "headline", paragraph.text, 0)
            elif number is None:
                sentences = text.sentences(paragraph.text)
                self._read_sentences(paragraph, sentences, repeat(paragraph.zone))
            elif number < len(first):
                self._read_sentences(paragraph, first[number], zones)
            else:
                self._read_paragraph(paragraph)
        return self._found

    def _surveyed(
        self,
        headline: str,
        standfirst: str | None,
        body: Sequence[str],
    ) -> Iterator[_Paragraph]:
        """Yield the paragraphs and the concepts of their words, each in its language."""
        if headline:
            yield self._survey("headline", None, headline)
        if standfirst:
            yield self._survey("standfirst", None, standfirst)
        for number, paragraph in enumerate(body):
            yield self._survey("body", number, paragraph)

    def _survey(
        self,
        zone: str,
        number: int | None,
        paragraph: str,
    ) -> _Paragraph:
        lexicon = self._lexicon_of(self._language)
        words = lexicon.words(paragraph)
        language = of_paragraph(words, paragraph, self._language)
        if language != self._language:
            lexicon = self._lexicon_of(language)
        return _Paragraph(zone, number, paragraph, words, lexicon, lexicon.says(words))

    def _lead(
        self,
        body: Sequence[str],
    ) -> tuple[list[list[str]], Iterator[str]]:
        """Return the sentences of the first paragraphs, and the zone of each.

        They are the lead, and all of a text that has few.
        """
        first = _divided(body, max(self._short_sentences, self._lead_sentences))
        count = sum(map(len, first))
        # A text of four sentences is a feed item: each counts nearly as much as a headline.
        lead = "short" if count <= self._short_sentences else "lead"
        return first, chain(repeat(lead, self._lead_sentences), repeat("body"))

    def _read_paragraph(
        self,
        paragraph: _Paragraph,
    ) -> None:
        """Read a paragraph of the body: sentence by sentence where something in it may move.

        Most paragraphs of a long text have no movement, and dividing costs as much as all the
        rest: their words are only counted.
        """
        is_of_place = "place" in paragraph.said or self._near.is_near
        if is_of_place and _may_move(paragraph.said):
            self._read_sentences(paragraph, text.sentences(paragraph.text), repeat("body"))
            return
        count = max(1, round(len(paragraph.text) / _MEAN))
        passage = Passage(
            "body", paragraph.number, 0, count, paragraph.said, self._near.is_near, None
        )
        self._found.append(passage)
        self._pass_over(passage, paragraph.words, paragraph.lexicon)

    def _read_sentences(
        self,
        paragraph: _Paragraph,
        sentences: Sequence[str],
        zones: Iterator[str],
    ) -> None:
        start = 0
        for sentence in sentences:
            # A sentence is found as it is, unless spaces were tidied inside it.
            start = max(start, paragraph.text.find(sentence, start))
            self._read_sentence(paragraph, next(zones), sentence, start)

    def _read_sentence(
        self,
        paragraph: _Paragraph,
        zone: str,
        sentence: str,
        start: int,
    ) -> None:
        sentence = sentence[:_LONGEST]
        lexicon = paragraph.lexicon
        words = lexicon.words(sentence)
        said: Set[str] = lexicon.says(words)
        read = None
        if said and (zone != "body" or _may_move(said)):
            key = lexicon, sentence
            read = self._sentences.get(key)
            if read is None:
                found = lexicon.find(sentence, words)
                read = self._sentences[key] = Sentence(sentence, found, lexicon.language)
            # Said may be more than is found: "bring" without its "home".
            said = _with_groups(read.concepts)
        passage = Passage(zone, paragraph.number, start, 1, said, self._near.is_near, read)
        self._found.append(passage)
        self._pass_over(passage, words, lexicon)

    def _pass_over(
        self,
        passage: Passage,
        words: Sequence[str],
        lexicon: Lexicon,
    ) -> None:
        last = lexicon.last(words, "place") if "place" in passage.said else None
        self._near.pass_over(len(words), last, is_at_the_top=passage.is_at_the_top)


class _Nearness:
    """Remembers whether, and how many words ago, the place was named."""

    def __init__(self, window: float):
        self._window = window  # words for which it may be unnamed
        self._is_about = False  # whether headline, standfirst or lead name the place
        self._silence = float("inf")  # words since it was named

    @property
    def is_near(self) -> bool:
        return self._is_about and self._silence <= self._window

    def pass_over(
        self,
        words: int,
        last_place: int | None,
        *,
        is_at_the_top: bool,
    ) -> None:
        if last_place is None:
            self._silence += words
            return
        self._silence = words - 1 - last_place
        self._is_about = self._is_about or is_at_the_top


def _divided(
    body: Sequence[str],
    enough: float,
) -> list[list[str]]:
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


def _names_the_place(paragraph: _Paragraph) -> bool:
    """Whether a term of the place is in a paragraph, and not only its first word: "ras"."""
    if "place" not in paragraph.said:
        return False
    hits = paragraph.lexicon.find(paragraph.text, paragraph.words)
    return any(hit.concept == "place" for hit in hits)


def _may_move(said: Set[str]) -> bool:
    """Whether words that say this may be a sentence of the topic."""
    return "movement" in said and "subject" in said


def _with_groups(said: Set[str]) -> Set[str]:
    groups = {name for name, members in GROUPS.items() if not said.isdisjoint(members)}
    return said | groups
