"""Who says the quotations of a sentence: the rules, in the order of their trust."""

from dataclasses import dataclass, replace
from typing import Final

from crawler.statements import phrases
from crawler.statements.cues import Cue, CueKind, Grammar
from crawler.statements.phrases import Phrase
from crawler.statements.tokens import Sentence

_FARTHEST_AFTER: Final = 26  # tokens between a quotation and its verb behind it
_FARTHEST_BEFORE: Final = 24  # tokens between a verb and its quotation behind it
_LONGEST_LABEL: Final = 8  # tokens of a speaker before a colon: "Putin: “…”"
_CITED: Final = (CueKind.FRAME.value, CueKind.CITE.value)
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


def attribute(
    sentence: Sentence,
    quote: int,
    cues: list[Cue],
    grammar: Grammar,
) -> Attribution | None:
    """Return who says a quotation (a token of the sentence); None if nobody is named."""
    after = _after(sentence, quote, cues, grammar)
    if after is None or after.rule in _CITED:
        before = _before(sentence, quote, cues, grammar)
        found = before or after or _signed(sentence, quote, grammar)
        found = found or _label(sentence, quote, grammar)
    else:
        found = after
    return None if found is None else _with_source(sentence, found, cues, grammar)


def _with_source(
    sentence: Sentence,
    found: Attribution,
    cues: list[Cue],
    grammar: Grammar,
) -> Attribution:
    """Add who is cited: `Qasemi said, according to` **CNN**; **the agency** `quoting him`."""
    subject = found.subject
    if subject is None or found.rule in _CITED:
        return found
    for cue in cues:
        if cue.kind is CueKind.CITE and subject.first < cue.first and cue.last < subject.last:
            speaker = Phrase(cue.last, subject.last)
            return replace(found, subject=speaker, via=Phrase(subject.first, cue.first))
    frame = next((cue for cue in cues if cue.kind is CueKind.FRAME), None)
    if frame is None:
        return found
    return replace(found, via=phrases.behind(sentence, frame.last, len(sentence.tokens), grammar))


def _bounds(sentence: Sentence, quote: int) -> tuple[int, int]:
    """Return the tokens between which the words around a quotation lie."""
    at = sentence.quotes.index(quote)
    left = sentence.quotes[at - 1] + 1 if at else 0
    is_last = at + 1 == len(sentence.quotes)
    right = len(sentence.tokens) if is_last else sentence.quotes[at + 1]
    return left, right


def _after(
    sentence: Sentence,
    quote: int,
    cues: list[Cue],
    grammar: Grammar,
) -> Attribution | None:
    """Read what is behind a quotation: `“…,” Qasemi said`, `«…», — сказал Песков`."""
    tokens = sentence.tokens
    _, right = _bounds(sentence, quote)
    at = quote + 1
    while at < right and tokens[at].text in _LINKS:
        at += 1
    if at >= right or not _is_linked(sentence, quote):
        return None
    cue = next((cue for cue in cues if at <= cue.first < right), None)
    if cue is None or cue.first - at > _FARTHEST_AFTER:
        return None
    if any(token.text in _BREAKS for token in tokens[at : cue.first]):
        return None
    if cue.kind in (CueKind.FRAME, CueKind.CITE):
        is_beside = all(not token.is_word for token in tokens[at : cue.first])
        return _framed(sentence, cue, right, grammar) if is_beside else None
    return _spoken_after(sentence, quote, cue, grammar)


def _is_linked(sentence: Sentence, quote: int) -> bool:
    """Whether what is behind a quotation belongs to it.

    It does not if the quotation ends with a full stop: `“We go.” The minister said that …`. A
    comma, a dash or a small letter behind the mark says that the sentence goes on.
    """
    token = sentence.tokens[quote]
    following = sentence.tokens[quote + 1]
    assert token.quotation is not None  # noqa: S101 - the caller names a quotation
    inner = token.text[token.quotation.start - token.start : token.quotation.end - token.start]
    if not inner.endswith("."):
        return True
    return following.text in _LINKS or following.text[0].islower()


def _spoken_after(
    sentence: Sentence,
    quote: int,
    cue: Cue,
    grammar: Grammar,
) -> Attribution | None:
    _, right = _bounds(sentence, quote)
    at = quote + 1
    is_open = all(
        not token.is_word or token.low in grammar.skip for token in sentence.tokens[at : cue.first]
    )
    if is_open:
        if grammar.is_subject_first and sentence.quotes[0] > 0:
            first = phrases.between(sentence, 0, sentence.quotes[0], grammar)
            if first is not None:
                return Attribution("around: subject first", cue, _cut(sentence, first, grammar))
        subject = phrases.behind(sentence, cue.last, right, grammar)
        if subject is not None:
            return Attribution("after: verb subject", cue, subject)
        return None
    subject = phrases.between(sentence, at, cue.first, grammar)
    if subject is not None and not _is_opening(sentence, subject, grammar):
        return Attribution("after: subject verb", cue, subject)
    if grammar.is_verb_first:
        subject = phrases.behind(sentence, cue.last, right, grammar)
        if subject is not None:
            return Attribution("after: verb subject", cue, subject)
    return None


def _is_opening(sentence: Sentence, phrase: Phrase, grammar: Grammar) -> bool:
    """Whether a phrase begins like no subject: "in a statement", "is what they"."""
    first = sentence.tokens[phrase.first]
    return first.low in grammar.starts or first.low in grammar.skip


def _cut(sentence: Sentence, phrase: Phrase, grammar: Grammar) -> Phrase:
    """Return the first noun phrase of what is before a quotation."""
    cut = phrases.behind(sentence, phrase.first, phrase.last, grammar)
    return cut or phrase


def _framed(
    sentence: Sentence,
    cue: Cue,
    right: int,
    grammar: Grammar,
) -> Attribution | None:
    subject = phrases.behind(sentence, cue.last, right, grammar)
    if subject is None:
        return None
    return Attribution(cue.kind.value, cue, subject)


def _before(
    sentence: Sentence,
    quote: int,
    cues: list[Cue],
    grammar: Grammar,
) -> Attribution | None:
    """Read what is before a quotation: `Qasemi said that “…”`."""
    left, _ = _bounds(sentence, quote)
    near = [cue for cue in cues if left <= cue.first and cue.last <= quote]
    if not near or quote - near[-1].last > _FARTHEST_BEFORE:
        return None
    cue = near[-1]
    if cue.kind in (CueKind.FRAME, CueKind.CITE):
        said = [cue for cue in near if cue.kind is CueKind.SAY]
        framed = _framed(sentence, cue, quote, grammar)
        if framed is not None and (cue.kind is CueKind.CITE or not said):
            return framed
        cue = said[-1] if said else cue
    return subject_of(sentence, cue, (left, quote), grammar)


def subject_of(
    sentence: Sentence,
    cue: Cue,
    bounds: tuple[int, int],
    grammar: Grammar,
) -> Attribution | None:
    """Return who is the subject of a verb, looked for between two tokens."""
    left, right = bounds
    if grammar.language == "en" and sentence.tokens[cue.first].low.endswith("ing"):
        main = phrases.first_of(sentence, left, cue.first, grammar)
        return Attribution("before: participle", cue, main)
    if grammar.is_subject_first:
        first = phrases.between(sentence, left, cue.first, grammar)
        if first is not None:
            return Attribution("before: subject verb", cue, _cut(sentence, first, grammar))
    prior = phrases.before(sentence, cue.first, left, grammar)
    is_opened = prior is not None and sentence.tokens[prior.first].low in grammar.starts
    if prior is not None and not (grammar.is_verb_first and is_opened):
        return Attribution("before: subject verb", cue, prior)
    subject = phrases.behind(sentence, cue.last, right, grammar)
    if subject is not None and grammar.is_verb_first:
        return Attribution("before: verb subject", cue, subject)
    return Attribution("before: subject left out", cue, None)


def _label(sentence: Sentence, quote: int, grammar: Grammar) -> Attribution | None:
    """Read a speaker before a colon: `Putin: “…”`."""
    left, _ = _bounds(sentence, quote)
    is_short = 0 < quote - left <= _LONGEST_LABEL
    if not is_short or sentence.tokens[quote - 1].text != ":":
        return None
    subject = phrases.between(sentence, left, quote, grammar)
    if subject is None or subject.first > left or _is_opening(sentence, subject, grammar):
        return None
    return Attribution("colon", None, subject)


def _signed(sentence: Sentence, quote: int, grammar: Grammar) -> Attribution | None:
    """Read a name behind a dash, as letters of readers are signed: `“…” — Edda Brahm`."""
    tokens = sentence.tokens
    if quote + 1 >= len(tokens) or tokens[quote + 1].text not in _DASHES:
        return None
    name = phrases.behind(sentence, quote + 2, len(tokens), grammar)
    if name is None or name.first != quote + 2 or name.last - name.first > _LONGEST_LABEL:
        return None
    is_all = all(not token.is_word for token in tokens[name.last :])
    is_name = all(token.is_capital or not token.is_word for token in tokens[name.first : name.last])
    return Attribution("signed", None, name) if is_all and is_name else None
