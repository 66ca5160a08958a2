"""The claims of an article: who says whose forces leave, should leave, stay or have left.

A claim is a suggestion with its sentence, never a fact. What is measured of it, and what it gets
wrong: docs/explanation/claims.md.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from crawler import text
from crawler.statements.certainty import certainty_of
from crawler.statements.claiming import claims_in
from crawler.statements.days import day_named
from crawler.statements.lists import LISTS
from crawler.statements.said import Context, Said
from crawler.statements.voices import Voice, scene_of
from crawler.statements.wordbook import FORCE, Name, Wordbook, digest, forces, names
from crawler.topic.file import Topic
from crawler.topic.language import of_paragraph
from crawler.topic.lexicon import Lexicon
from crawler.topic.movement import Binder
from crawler.topic.sentence import Sentence
from storage.records.claim import Claim
from storage.records.statement import HEADLINE, Statement, StatementKind

VERSION: Final = "1"
_FORCES: Final = frozenset(FORCE + force for force in forces())
_LONGEST: Final = 800  # characters of a sentence; longer ones are lists
_CAPTION: Final = 300  # characters; a longer paragraph is no caption
_OUTLET = r"(?:news agency|news site|agency|channel|newspaper|broadcaster|daily)"
_UNNAMED_OUTLET = re.compile(rf"the {_OUTLET}", re.IGNORECASE)
# "Lebanese AlMayadeen news agency": the name is the word before.
_NAMED_OUTLET = re.compile(rf"\b(?!The\b)([A-Z]\w+) {_OUTLET}\b")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
# "Putin (left) and Assad", "File photo", "(Reuters/A. Name)": a caption moves nobody.
_OF_CAPTION = re.compile(
    r"\((?:left|right|centre|center|[LRC]|links|rechts|à gauche|à droite|слева|справа|solda|sağda"
    r"|يسار|يمين|چپ|راست|משמאל|מימין)\)|\b(?:file photo|photo by|photo:|archivfoto|foto:"
    r"|crédit photo|фото:|fotoğraf:)|صورة أرشيفية|תצלום:|عکس:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Readable:
    """What of an article is read for claims."""

    headline: str
    body: Sequence[str]
    language: str | None = None
    published: date | None = None
    is_of_place: bool = False  # that it is about the place is known: a sentence alone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speaker:
    """What is known of who says a claim."""

    name: str | None = None
    span: tuple[int, int] | None = None  # in the paragraph
    how: str | None = None
    country: str | None = None
    role: str | None = None


class ClaimReader:
    """Reads the claims of articles with the movements of one topic."""

    def __init__(self, topic: Topic):
        self._topic = topic
        self._words = Wordbook(topic)
        self._binder = Binder(topic.settings)

    @property
    def version(self) -> str:
        """The rules with which claims are found: their version, those of the data, the topic."""
        return f"{VERSION}.{digest()}.{self._topic.version}"

    def find(
        self,
        article: Readable,
        statements: Sequence[Statement] = (),
    ) -> tuple[Claim, ...]:
        """Return the claims of an article in its order, those of the headline first.

        `statements` are its quotations: a movement inside one is its speaker's word. Captions are
        not read.
        """
        language = article.language or "en"
        reading = _Reading(self, article, language, statements)
        found: list[Claim] = []
        if article.headline:
            found += reading.paragraph(HEADLINE, article.headline)
        for number, paragraph in enumerate(article.body):
            found += reading.paragraph(number, paragraph)
        return tuple(found)

    def lexicon(self, language: str) -> Lexicon:
        """Return the words of a language."""
        return self._words.lexicon(language)

    @property
    def binder(self) -> Binder:
        """What binds movements to who moves and where."""
        return self._binder


class _Reading:
    """One reading of an article: what was said so far."""

    def __init__(
        self,
        reader: ClaimReader,
        article: Readable,
        language: str,
        statements: Sequence[Statement],
    ):
        self._reader = reader
        self._article = article
        self._language = language
        self._context = Context(is_near=article.is_of_place)
        self._statements: dict[int, list[Statement]] = {}
        for statement in statements:
            self._statements.setdefault(statement.paragraph, []).append(statement)

    def paragraph(self, number: int, paragraph: str) -> Iterator[Claim]:
        """Yield the claims of a paragraph."""
        lexicon = self._reader.lexicon(self._language)
        words = lexicon.words(paragraph)
        language = of_paragraph(words, paragraph, self._language)
        lexicon = self._reader.lexicon(language)
        said = lexicon.says(words)
        if "place" in said:
            self._context.is_near = True
        if not self._may_claim(said) or _is_caption(paragraph):
            return
        start = 0
        for sentence in text.sentences(paragraph):
            start = max(start, paragraph.find(sentence, start))
            read = sentence[:_LONGEST]
            words = lexicon.words(read)
            if self._may_claim(lexicon.says(words)):
                found = lexicon.find(read, words)
                for claim in claims_in(
                    Sentence(read, found), language, self._reader.binder, self._context
                ):
                    yield self._placed(number, start, read, claim)
            start += len(sentence)

    def _may_claim(self, said: Set[str]) -> bool:
        """Whether words of these concepts may be a claim: nearly all sentences may not."""
        is_movement = "movement" in said and "subject" in said
        return is_movement or not (said.isdisjoint(LISTS) or said.isdisjoint(_FORCES))

    def _placed(self, number: int, start: int, sentence: str, said: Said) -> Claim:
        """Return a claim with its place and its speaker."""
        spans = Sentence(sentence, ()).spans
        at = start + spans[said.movement.first][0]
        voice, statement = self._speaker(number, start, spans, at, said)
        day, words = day_named(sentence, self._language, self._article.published)
        marks = [(said.movement.concept, spans[said.movement.first][0],
                  spans[said.movement.after - 1][1])]  # fmt: skip
        if said.owner.hit is not None:
            hit = said.owner.hit
            marks.append((hit.concept, spans[hit.first][0], spans[hit.after - 1][1]))
        speaker = self._described(number, start, spans, voice, statement)
        return Claim(
            paragraph=number,
            start=start,
            end=start + len(sentence),
            force=said.owner.force,
            stance=said.stance,
            speaker=speaker.name,
            speaker_span=speaker.span,
            speaker_how=speaker.how,
            speaker_country=speaker.country,
            speaker_role=speaker.role,
            condition=said.condition,
            is_decision=said.is_decision,
            via=self._cited(number, statement),
            said_on=day,
            said_on_how=words,
            marks=tuple(sorted(marks, key=lambda mark: mark[1])),
            rule=f"{said.rule}, {said.owner.how}",
            certainty=certainty_of(said.rule, said.owner.how),
            version=self._reader.version,
        )

    def _described(
        self,
        number: int,
        start: int,
        spans: Sequence[tuple[int, int]],
        voice: Voice | None,
        statement: Statement | None,
    ) -> _Speaker:
        """Return what is known of a speaker: of a quotation, or of the sentence itself."""
        if statement is not None:
            return self._quoted(number, statement)
        if voice is None:
            return _Speaker()
        return _Speaker(
            name=voice.name,
            span=(start + spans[voice.first][0], start + spans[voice.after - 1][1]),
            how=voice.kind,
            country=voice.country,
            role=_role_of(voice, self._article.published),
        )

    def _cited(self, number: int, statement: Statement | None) -> str | None:
        """Return the outlet that is cited: "the news agency" is the one named before it."""
        if statement is None or statement.via is None:
            return None
        if number < 0 or not _UNNAMED_OUTLET.fullmatch(statement.via):
            return statement.via
        before = self._article.body[number][: statement.start]
        named = _NAMED_OUTLET.findall(before)
        return str(named[-1]) if named else statement.via

    def _quoted(self, number: int, statement: Statement) -> _Speaker:
        """Return the speaker of a quotation; a phrase without a name may name a country."""
        name = _whole(_ARTICLE.sub("", statement.name or ""))
        how = str(statement.how) if statement.how else None
        country = _country_of(name)
        if statement.how is None and name:
            country, how = self._state(name)
        written = statement.speaker
        is_here = written is not None and written.paragraph == number
        span = (written.start, written.end) if written is not None and is_here else None
        return _Speaker(name=name, span=span, how=how, country=country)

    def _state(self, phrase: str) -> tuple[str | None, str | None]:
        """Return for which country a phrase without a name speaks: "a Syrian official"."""
        lexicon = self._reader.lexicon(self._language)
        found = lexicon.find(phrase, lexicon.words(phrase))
        if not found:
            return None, None
        scene = scene_of(Sentence(phrase, found), self._language)
        country = next((voice.country for voice in scene.voices if voice.country), None)
        return country, None if country is None else "role"

    def _speaker(
        self,
        number: int,
        start: int,
        spans: Sequence[tuple[int, int]],
        at: int,
        said: Said,
    ) -> tuple[Voice | None, Statement | None]:
        """Return who says it: the voice inside a quotation, else the speaker of the quotation."""
        covering = [
            one
            for one in self._statements.get(number, ())
            if one.start <= at < one.end and one.name
        ]
        if not covering:
            return said.voice, None
        inner = min(covering, key=lambda one: one.end - one.start)
        if said.voice is not None and not said.is_guess:
            # "Qasemi said that Putin's call …": the inner voice is the nearer.
            places = [start + spans[said.voice.first][0]]
            if said.cue is not None:
                places.append(start + spans[said.cue.first][0])
            if all(inner.start <= place < inner.end for place in places):
                return said.voice, None
            # Of reported speech the phrase may be long: "Ankara on Sunday rejected".
            if inner.kind is StatementKind.INDIRECT and inner.how is None:
                return said.voice, None
        return None, inner


def _is_caption(paragraph: str) -> bool:
    return len(paragraph) <= _CAPTION and _OF_CAPTION.search(paragraph) is not None


def _role_of(voice: Voice, day: date | None) -> str | None:
    """Return what a speaker was on a day: Damascus speaks for another government since 2024."""
    rows = [row for row in names() if (row.name, row.kind) == (voice.name, voice.kind)]
    held = [row for row in rows if row.holds_on(day)]
    return held[0].office or None if len(held) == 1 else None


def _whole(name: str) -> str | None:
    """Return the name of a person of names.toml for a surname alone: "Trump"."""
    row = _person(name)
    if row is not None and len(name.split()) == 1:
        return row.name
    return name or None


def _person(name: str | None) -> Name | None:
    if not name:
        return None
    last = name.split()[-1].casefold()
    persons = (row for row in names() if row.kind == "person")
    return next((row for row in persons if row.name.split()[-1].casefold() == last), None)


def _country_of(name: str | None) -> str | None:
    """Return the country of a person of names.toml: "Vladimir Putin" is Russia's."""
    row = _person(name)
    return None if row is None else row.country
