"""The statements of an article: quotations and reported speech, each with who said it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from crawler.statements.attribution import (
    Attribution,
    Surroundings,
    attribute,
    subject_of,
    surroundings,
)
from crawler.statements.cues import LANGUAGES, Cue, CueKind, Grammar, grammar
from crawler.statements.indirect import Reported, reported
from crawler.statements.people import People, text_of
from crawler.statements.tokens import Sentence, sentences_of
from crawler.statements.trust import VERSION, certainty
from storage.records.statement import HEADLINE, How, Span, Statement, StatementKind

# A few words between marks that nobody is said to say are a title, or irony: “massive resistance”.
_FEWEST_WORDS: Final = 4
_WORD = re.compile(r"\w+")
_MOST_NAMED: Final = 4
_SENTENCE_WORDS: Final = 5  # a quotation of fewer words is part of a sentence of the article


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who says a quotation: resolved, with the rule that found him."""

    rule: str
    cue: Span | None
    span: Span | None
    name: str | None
    how: How | None
    group: int
    via: str | None = None


@dataclass(slots=True)
class _Reader:
    """The state of one reading: who was named, and who spoke last in the paragraph."""

    grammar: Grammar
    people: People
    found: list[Statement] = field(default_factory=list)
    groups: int = 0
    last: _Speaker | None = None  # of the paragraph
    carried: _Speaker | None = None  # of a quotation that goes on in the next paragraph
    announced: _Speaker | None = None  # of the line before, which ends with a colon


def find_statements(
    headline: str,
    body: Sequence[str],
    language: str | None,
) -> tuple[Statement, ...]:
    """Return the statements of an article in their order, those of the headline first.

    A language without a grammar has none. Captions are not read.
    """
    if language not in LANGUAGES:
        return ()
    words = grammar(language)
    reader = _Reader(words, People(words))
    for number, paragraph in enumerate(body):
        _read_paragraph(reader, number, paragraph)
    in_body = reader.found
    # Last, since only the body has the whole name of "Putin"; shown first.
    reader.found, reader.last, reader.carried = [], None, None
    _read_paragraph(reader, HEADLINE, headline)
    return (*reader.found, *in_body)


def _read_paragraph(reader: _Reader, number: int, paragraph: str) -> None:
    reader.last = None
    for sentence in sentences_of(number, paragraph):
        cues = list(reader.grammar.cues(sentence.tokens))
        before = reader.last
        if cues or sentence.quotes:
            _read_sentence(reader, sentence, cues)
        reader.announced = _announced(reader, sentence, cues)
        reader.people.read(sentence)
        if reader.last is not None and reader.last is not before:
            is_known = reader.last.how is not None or _is_name(reader, reader.last.name)
            reader.people.spoke(reader.last.name if is_known else None, number)


def _is_name(reader: _Reader, name: str | None) -> bool:
    """Whether a speaker without a whole name is named all the same: "Brahm", "Tasnim".

    That is one word; in scripts without capitals, where no name is known for one, a few.
    """
    most = 1 if reader.grammar.has_capitals else _MOST_NAMED
    return name is not None and len(name.split()) <= most


def _read_sentence(reader: _Reader, sentence: Sentence, cues: list[Cue]) -> None:
    before = reader.last
    speakers: dict[tuple[int, int], _Speaker] = {}
    for around in surroundings(sentence, cues, reader.grammar):
        _read_quotation(reader, around, speakers)
    for report in reported(sentence, cues, reader.grammar):
        _add_report(reader, sentence, report, speakers)
    if reader.last is None:
        reader.last = before


def _read_quotation(
    reader: _Reader,
    around: Surroundings,
    speakers: dict[tuple[int, int], _Speaker],
) -> None:
    sentence, quote = around.sentence, around.quote
    found = attribute(around)
    speaker = _speaker(reader, sentence, found, speakers) or _continued(reader, sentence, quote)
    token = sentence.tokens[quote]
    assert token.quotation is not None  # noqa: S101 - it is one of the quotations
    words = len(_WORD.findall(token.text))
    is_name = token.is_short and _is_name_quoted(around, found)
    if (speaker is None and words < _FEWEST_WORDS) or is_name:
        return
    if speaker is not None:
        reader.last = speaker
    reader.carried = None if token.quotation.is_closed else speaker
    place = Span(sentence.paragraph, token.quotation.start, token.quotation.end)
    reader.found.append(_statement(reader, place, _kind(sentence, quote, found, words), speaker))


def _is_name_quoted(around: Surroundings, found: Attribution | None) -> bool:
    """Whether a few words between marks are a name, as press in most languages marks it.

    They are said where the verb of speech, "that" or a colon is beside them, or the verb describes:
    قناة "العربية" is none, قال "لن نغادر" is said. English marks no names.
    """
    grammar = around.grammar
    if grammar.language in ("en", "fr") or around.quote == 0:
        return False
    before = around.sentence.tokens[around.quote - 1]
    cue = found.cue if found is not None else None
    if cue is not None and (cue.kind is CueKind.CALL or cue.last == around.quote):
        return False
    return before.is_word and before.low not in grammar.that


def _kind(
    sentence: Sentence,
    quote: int,
    found: Attribution | None,
    words: int,
) -> StatementKind:
    """Tell a sentence of the speaker from a few of his words: said that it is a “mere step”."""
    before = sentence.tokens[quote - 1] if quote else None
    is_inside = before is not None and before.is_word
    is_called = found is not None and found.cue is not None and found.cue.kind is CueKind.CALL
    if is_called or (is_inside and words < _SENTENCE_WORDS):
        return StatementKind.MIXED
    return StatementKind.DIRECT


def _speaker(
    reader: _Reader,
    sentence: Sentence,
    found: Attribution | None,
    speakers: dict[tuple[int, int], _Speaker],
) -> _Speaker | None:
    """Resolve who is named; a subject that is left out is the one before it in the sentence."""
    if found is None:
        return None
    cue = _span(sentence, found.cue.first, found.cue.last) if found.cue is not None else None
    if found.subject is None:
        prior = next(reversed(speakers.values()), None)
        if prior is None:
            return _unnamed(reader, sentence, found, cue)
        return replace(prior, rule=found.rule, cue=cue)
    key = (found.subject.first, found.subject.last)
    if key in speakers:
        prior = speakers[key]
        return replace(prior, rule=found.rule, cue=cue)
    subject = sentence.tokens[found.subject.first : found.subject.last]
    if subject[-1].low in reader.grammar.own:
        return None  # the voice of the outlet: "we explained that …"
    name, how = reader.people.who(sentence, found.subject)
    if name is not None and how is None and not reader.people.is_somebody(sentence, found.subject):
        return None  # "to the public, said": these words name nobody
    span = _span(sentence, found.subject.first, found.subject.last)
    via = None if found.via is None else text_of(sentence, found.via)
    speaker = _Speaker(found.rule, cue, span, name, how, reader.groups, via)
    reader.groups += 1
    speakers[key] = speaker
    return speaker


def _announced(reader: _Reader, sentence: Sentence, cues: list[Cue]) -> _Speaker | None:
    """Return who speaks in the next line: `Brahm added:`."""
    said = [cue for cue in cues if cue.kind is CueKind.SAY]
    if sentence.tokens[-1].text != ":" or not said:
        return None
    bounds = (0, len(sentence.tokens))
    found = subject_of(sentence, said[-1], bounds, reader.grammar, cues)
    return _speaker(reader, sentence, replace(found, rule="line before"), {})


def _unnamed(
    reader: _Reader,
    sentence: Sentence,
    found: Attribution,
    cue: Span | None,
) -> _Speaker | None:
    """Return who spoke last, where a verb has no subject of its own."""
    name, how = reader.people.unnamed(sentence.paragraph)
    if name is None:
        return None
    reader.groups += 1
    return _Speaker(found.rule, cue, None, name, how, reader.groups - 1)


def _continued(reader: _Reader, sentence: Sentence, quote: int) -> _Speaker | None:
    """Return who goes on speaking: `“We go,” Qasemi said. “Others stay.”`"""
    is_alone = all(not token.is_word for token in sentence.tokens)
    if reader.announced is not None and quote == 0:
        return reader.announced
    if reader.carried is not None and quote == 0:
        return replace(reader.carried, rule="carried")
    if is_alone and reader.last is not None:
        return replace(reader.last, rule="continued")
    return None


def _add_report(
    reader: _Reader,
    sentence: Sentence,
    report: Reported,
    speakers: dict[tuple[int, int], _Speaker],
) -> None:
    speaker = _speaker(reader, sentence, report.attribution, speakers)
    if speaker is None:
        return
    reader.last = speaker
    place = _span(sentence, report.first, report.last)
    reader.found.append(_statement(reader, place, StatementKind.INDIRECT, speaker))


def _statement(
    reader: _Reader,
    place: Span,
    kind: StatementKind,
    speaker: _Speaker | None,
) -> Statement:
    """Return a record; without a speaker it is a group of its own."""
    if speaker is None:
        reader.groups += 1
        return Statement(
            paragraph=place.paragraph,
            start=place.start,
            end=place.end,
            kind=kind,
            group=reader.groups - 1,
            version=VERSION,
        )
    return Statement(
        paragraph=place.paragraph,
        start=place.start,
        end=place.end,
        kind=kind,
        cue=speaker.cue,
        speaker=speaker.span,
        name=speaker.name,
        how=speaker.how,
        via=speaker.via,
        rule=speaker.rule,
        group=speaker.group,
        certainty=certainty(reader.grammar.language, speaker.rule, speaker.how),
        version=VERSION,
    )


def _span(sentence: Sentence, first: int, last: int) -> Span:
    tokens = sentence.tokens
    return Span(sentence.paragraph, tokens[first].start, tokens[last - 1].end)
