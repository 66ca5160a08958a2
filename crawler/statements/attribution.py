"""Who says the quotations of a sentence: the rules, in the order of their trust."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from crawler.statements import phrases
from crawler.statements.cues import Cue, CueKind, Grammar
from crawler.statements.phrases import Phrase
from crawler.statements.tokens import Sentence

_FARTHEST_AFTER: Final = 26  # tokens between a quotation and its verb behind it
_FARTHEST_BEFORE: Final = 24  # tokens between a verb and its quotation behind it
_MOST_CUES: Final = 4  # before short quotations that are looked at
# "saying", "adding": the subject is that of the sentence, which begins with its verb.
_PARTICIPLE: Final = re.compile("(?:م|قائل|لافت).{0,40}(?:ا|ة)")
_LONGEST_LABEL: Final = 8  # tokens of a speaker before a colon: "Putin: “…”"
_CITED: Final = (CueKind.FRAME.value, CueKind.CITE.value)
_LOCATIVE: Final = ("de", "da", "deki", "daki", "den", "dan")
_LINKS: Final = ",،-–—―;"
_DASHES: Final = "—―–-"
_BREAKS: Final = ";؛"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a quotation: tokens of its sentence, and the rule that found them."""

    rule: str
    cue: Cue | None
    subject: Phrase | None  # None: the subject is left out, "… and said"
    via: Phrase | None = None  # who is cited for it: "according to CNN"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quotation of a sentence, and all that is between it and its neighbours."""

    sentence: Sentence
    grammar: Grammar
    quote: int  # which token
    left: int  # the first token behind the quotation before
    right: int  # the token of the quotation behind, or the end
    cues_before: tuple[Cue, ...]
    cues_after: tuple[Cue, ...]


def surroundings(
    sentence: Sentence,
    cues: list[Cue],
    grammar: Grammar,
) -> Iterator[Surroundings]:
    """Yield each quotation of a sentence with the cues beside it, in one pass over both."""
    borders = (-1, *sentence.quotes, len(sentence.tokens))
    parts: list[list[Cue]] = [[] for _ in borders[1:]]
    part = 0
    for cue in cues:
        while cue.first > borders[part + 1]:
            part += 1
        parts[part].append(cue)
    left = 0
    before: list[Cue] = []  # a short quotation, as the name of a channel, parts nothing
    for i, quote in enumerate(sentence.quotes):
        before = [*before[-_MOST_CUES:], *parts[i]]
        yield Surroundings(
            sentence=sentence,
            grammar=grammar,
            quote=quote,
            left=left,
            right=borders[i + 2],
            cues_before=tuple(before),
            cues_after=tuple(parts[i + 1]),
        )
        if not sentence.tokens[quote].is_short:
            left, before = quote + 1, []


def attribute(around: Surroundings) -> Attribution | None:
    """Return who says a quotation; None if nobody is named."""
    found = after = _after(around)
    if after is None or after.rule in _CITED:
        found = _before(around) or after or _signed(around) or _label(around)
    return None if found is None else _with_source(around, found)


def _with_source(around: Surroundings, found: Attribution) -> Attribution:
    """Add who is cited: `Qasemi said, according to` **CNN**; **the agency** `quoting him`."""
    subject = found.subject
    if subject is None or found.rule in _CITED:
        return found
    cues = (*around.cues_before, *around.cues_after)
    for cue in cues:
        if cue.kind is CueKind.CITE and subject.first < cue.first and cue.last < subject.last:
            speaker = Phrase(cue.last, subject.last)
            return replace(found, subject=speaker, via=Phrase(subject.first, cue.first))
    frame = next((cue for cue in cues if cue.kind is CueKind.FRAME), None)
    if frame is None:
        return found
    end = around.quote if frame.first < around.quote else around.right
    via = phrases.behind(around.sentence, frame.last, end, around.grammar)
    return replace(found, via=via)


def _after(around: Surroundings) -> Attribution | None:
    """Read what is behind a quotation: `“…,” Qasemi said`, `«…», — сказал Песков`."""
    tokens = around.sentence.tokens
    at = around.quote + 1
    while at < around.right and tokens[at].text in _LINKS:
        at += 1
    cue = around.cues_after[0] if around.cues_after else None
    if cue is None or cue.first - at > _FARTHEST_AFTER or not _is_linked(around):
        return None
    if any(token.text in _BREAKS for token in tokens[at : cue.first]):
        return None
    if cue.kind in (CueKind.FRAME, CueKind.CITE):
        is_beside = all(not token.is_word for token in tokens[at : cue.first])
        return _framed(around, cue, around.right) if is_beside else None
    return _spoken_after(around, cue)


def _is_linked(around: Surroundings) -> bool:
    """Whether what is behind a quotation belongs to it.

    It does not if the quotation ends with a full stop: `“We go.” The minister said that …`. A
    comma, a dash or a small letter behind the mark says that the sentence goes on.
    """
    token = around.sentence.tokens[around.quote]
    following = around.sentence.tokens[around.quote + 1]
    assert token.quotation is not None  # noqa: S101 - the caller names a quotation
    last = token.text[token.quotation.end - token.start - 1]
    return last != "." or following.text in _LINKS or following.text[0].islower()


def _spoken_after(around: Surroundings, cue: Cue) -> Attribution | None:
    """Read a verb behind a quotation, with its subject before or behind it."""
    sentence, grammar = around.sentence, around.grammar
    between = sentence.tokens[around.quote + 1 : cue.first]
    if all(not token.is_word or token.low in grammar.skip for token in between):
        return _verb_first(around, cue)
    subject = phrases.between(sentence, around.quote + 1, cue.first, grammar)
    if subject is not None and not _is_opening(sentence, subject, grammar):
        return Attribution("after: subject verb", cue, subject)
    if grammar.is_verb_first:
        subject = phrases.behind(sentence, cue.last, around.right, grammar)
        if subject is not None:
            return Attribution("after: verb subject", cue, subject)
    return None


def _verb_first(around: Surroundings, cue: Cue) -> Attribution | None:
    """Read a verb beside a quotation: its subject is behind it, or begins the sentence."""
    sentence, grammar = around.sentence, around.grammar
    if grammar.is_subject_first and around.quote > 0:
        subject = _first_subject(sentence, 0, sentence.quotes[0], grammar)
        if subject is not None:
            return Attribution("around: subject first", cue, subject)
    if sentence.tokens[cue.first].low.rpartition("-")[2] in grammar.pronouns:
        return Attribution("after: verb subject", cue, Phrase(cue.first, cue.first + 1))
    subject = phrases.behind(sentence, cue.last, around.right, grammar)
    if subject is not None and not grammar.is_subject_first:
        return Attribution("after: verb subject", cue, subject)
    return Attribution("after: subject left out", cue, None)


def _first_subject(
    sentence: Sentence,
    left: int,
    end: int,
    grammar: Grammar,
) -> Phrase | None:
    """Return the noun phrase that begins a sentence whose verb is at its end."""
    whole = phrases.between(sentence, left, end, grammar)
    if whole is None or _is_opening(sentence, whole, grammar):
        return None
    if grammar.language == "tr":
        near = _beside(sentence, left, end, grammar)
        named = near or phrases.first_of(sentence, whole.first, end, grammar)
        return None if named is None or _has_case(sentence, named) else named
    return phrases.behind(sentence, whole.first, whole.last, grammar) or whole


def _beside(sentence: Sentence, left: int, end: int, grammar: Grammar) -> Phrase | None:
    """Return the name beside a Turkish quotation: `…açıklayan Cumhurbaşkanı` **Erdoğan, “**."""
    tokens = sentence.tokens
    last = end
    while last > left and tokens[last - 1].text in ",:":
        last -= 1
    first = last
    while first > left and (tokens[first - 1].is_capital or tokens[first - 1].low in grammar.roles):
        first -= 1
    return Phrase(first, last) if first < last and tokens[last - 1].is_capital else None


def _has_case(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether a Turkish phrase has a suffix that no subject has: "TBMM'deki", "Bölgede"."""
    last = sentence.tokens[phrase.last - 1].low
    return "'" in last or "’" in last or last.endswith(_LOCATIVE)


def _is_opening(sentence: Sentence, phrase: Phrase, grammar: Grammar) -> bool:
    """Whether a phrase begins like no subject: "in a statement", "is what they"."""
    first = sentence.tokens[phrase.first]
    return first.low in grammar.starts or first.low in grammar.skip


def _framed(around: Surroundings, cue: Cue, end: int) -> Attribution | None:
    subject = phrases.behind(around.sentence, cue.last, end, around.grammar)
    return None if subject is None else Attribution(cue.kind.value, cue, subject)


def _before(around: Surroundings) -> Attribution | None:
    """Read what is before a quotation: `Qasemi said that “…”`."""
    near = around.cues_before
    if not near or around.quote - near[-1].last > _FARTHEST_BEFORE:
        return None
    cue = near[-1]
    if cue.kind in (CueKind.FRAME, CueKind.CITE):
        said = [cue for cue in near if cue.kind is CueKind.SAY]
        framed = _framed(around, cue, around.quote)
        if framed is not None and (cue.kind is CueKind.CITE or not said):
            return framed
        cue = said[-1] if said else cue
    bounds = (around.left, around.quote)
    found = subject_of(around.sentence, cue, bounds, around.grammar, near)
    if found.subject is not None or len(near) < 2:  # "Trump added, saying: …"
        return found
    earlier = subject_of(around.sentence, near[-2], bounds, around.grammar, near)
    return replace(found, subject=earlier.subject)


def subject_of(
    sentence: Sentence,
    cue: Cue,
    bounds: tuple[int, int],
    grammar: Grammar,
    cues: Sequence[Cue],
) -> Attribution:
    """Return who is the subject of a verb, looked for between two tokens.

    `cues` are those of the sentence: a phrase that contains another verb of speech is no subject,
    as in "he said and called it".
    """
    left, right = bounds
    if grammar.language == "ar" and _PARTICIPLE.fullmatch(sentence.tokens[cue.first].low):
        is_far = cue.first - left > _FARTHEST_BEFORE
        first = None if is_far else phrases.behind(sentence, left + 1, cue.first, grammar)
        return Attribution("before: participle", cue, first if len(cues) < 2 else None)
    if grammar.language == "en" and sentence.tokens[cue.first].low.endswith("ing"):
        main = phrases.first_of(sentence, left, cue.first, grammar)
        return Attribution("before: participle", cue, main)
    prior = _prior(sentence, cue, left, grammar)
    if prior is not None and any(_is_within(other, prior) for other in cues):
        return Attribution("before: subject left out", cue, None)
    is_opened = prior is not None and _is_opening(sentence, prior, grammar)
    if prior is not None and not (grammar.is_verb_first and is_opened):
        return Attribution("before: subject verb", cue, prior)
    is_joined = cue.first > 0 and sentence.tokens[cue.first - 1].low in grammar.joins
    subject = phrases.behind(sentence, cue.last, right, grammar)
    if subject is not None and grammar.is_verb_first and not is_joined:
        return Attribution("before: verb subject", cue, subject)
    return Attribution("before: subject left out", cue, None)


def _prior(sentence: Sentence, cue: Cue, left: int, grammar: Grammar) -> Phrase | None:
    """Return the subject before a verb: beside it, or at the beginning of the sentence."""
    if grammar.is_subject_first:
        first = _first_subject(sentence, left, cue.first, grammar)
        if first is not None:
            return first
    return phrases.before(sentence, cue.first, left, grammar)


def _is_within(cue: Cue, phrase: Phrase) -> bool:
    is_verb = cue.kind in (CueKind.SAY, CueKind.CALL)
    return is_verb and phrase.first <= cue.first and cue.last <= phrase.last


def _label(around: Surroundings) -> Attribution | None:
    """Read a speaker before a colon: `Putin: “…”`."""
    sentence, quote = around.sentence, around.quote
    is_short = 0 < quote - around.left <= _LONGEST_LABEL
    if not is_short or sentence.tokens[quote - 1].text != ":":
        return None
    subject = phrases.between(sentence, around.left, quote, around.grammar)
    if subject is None or subject.first > around.left:
        return None
    is_opening = _is_opening(sentence, subject, around.grammar)
    return None if is_opening else Attribution("colon", None, subject)


def _signed(around: Surroundings) -> Attribution | None:
    """Read a name behind a dash, as letters of readers are signed: `“…” — Edda Brahm`."""
    tokens, at = around.sentence.tokens, around.quote + 1
    if at >= len(tokens) or tokens[at].text not in _DASHES:
        return None
    name = phrases.behind(around.sentence, at + 1, len(tokens), around.grammar)
    if name is None or name.first != at + 1 or name.last - name.first > _LONGEST_LABEL:
        return None
    is_all = all(not token.is_word for token in tokens[name.last :])
    is_name = all(token.is_capital or not token.is_word for token in tokens[name.first : name.last])
    return Attribution("signed", None, name) if is_all and is_name else None
