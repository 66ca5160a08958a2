"""What somebody said in the words of the article: `Qasemi said that Iran will stay`."""

from dataclasses import dataclass
from typing import Final

from crawler.statements import phrases
from crawler.statements.attribution import Attribution, subject_of
from crawler.statements.cues import Cue, CueKind, Grammar
from crawler.statements.tokens import Sentence

_FARTHEST_THAT: Final = 8  # tokens between a verb and its "that": "added late on Friday that"
_FEWEST_WORDS: Final = 3  # of what was said
_SIGNS: Final = ".,;:!?؟،؛…"
# Verbs that open a clause without "that" in English: "the minister said the troops …".
_BARE: Final = frozenset("said says claimed claims insisted insists added adds announced".split())
# "… he laughed." and "… the one reported." are no attributions of the clause before them.
_NO_INSERTION: Final = frozenset("laughed confirmed reported read asked began".split())
# "The plan has been criticized" says nothing of who did.
_PASSIVE: Final = frozenset("been be being is was are were harshly widely heavily sharply".split())
_LEAST_BEFORE: Final = 4  # words of a clause before its first comma; a name has fewer
_LONGEST_TURNED: Final = 8  # words of a subject behind its verb
_ENDS_TURNED: Final = (".", ",", "who", ";")
_CLAUSE_STARTS: Final = frozenset(
    "the a an he she it they we i there his her its their this these those some no all most".split()
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What was said, as tokens of a sentence, the last excluded."""

    first: int
    last: int
    attribution: Attribution


def reported(
    sentence: Sentence,
    cues: list[Cue],
    grammar: Grammar,
) -> list[Reported]:
    """Return what a sentence reports in its own words, with who said it."""
    found = []
    reached = 0
    for cue in cues:
        if cue.first < reached:
            continue
        report = _report(sentence, cue, cues, grammar)
        if report is not None:
            found.append(report)
            reached = max(reached, report.last)
    return found


def _report(
    sentence: Sentence,
    cue: Cue,
    cues: list[Cue],
    grammar: Grammar,
) -> Reported | None:
    if cue.kind is CueKind.FRAME:
        is_source = any(other.kind is CueKind.SAY for other in cues)
        return None if is_source else _framed(sentence, cue, grammar)
    if cue.kind is CueKind.CALL and grammar.language == "en" and not sentence.quotes:
        return _object(sentence, cue, cues, grammar)
    if cue.kind is not CueKind.SAY:
        return None
    turned = _turned(sentence, cue, grammar)
    if turned is not None:
        return turned
    clause = _clause(sentence, cue, grammar)
    if clause is None:
        return _inverted(sentence, cue, grammar)
    attribution = subject_of(sentence, cue, (0, clause), grammar, cues)
    is_joined = cue.first > 0 and sentence.tokens[cue.first - 1].low in grammar.joins
    if attribution.subject is None and not is_joined:
        return None
    return _within(sentence, clause, len(sentence.tokens), attribution, "that")


def _object(
    sentence: Sentence,
    cue: Cue,
    cues: list[Cue],
    grammar: Grammar,
) -> Reported | None:
    """Read what is demanded, refused or praised: `The council called for` **a new vote**."""
    is_passive = cue.first > 0 and sentence.tokens[cue.first - 1].low in _PASSIVE
    attribution = subject_of(sentence, cue, (0, len(sentence.tokens)), grammar, cues)
    if attribution.subject is None or is_passive:
        return None
    return _within(sentence, cue.last, len(sentence.tokens), attribution, "object")


def _clause(sentence: Sentence, cue: Cue, grammar: Grammar) -> int | None:
    """Return where the clause behind a verb begins; None if there is none."""
    tokens = sentence.tokens
    for at in range(cue.last, min(cue.last + _FARTHEST_THAT, len(tokens) - 1)):
        token = tokens[at]
        if token.quotation is not None:
            return None
        if token.low in grammar.that and token.text != ":":
            following = tokens[at + 1]
            return None if following.quotation is not None else at + 1
    if grammar.language != "en" or tokens[cue.first].low not in _BARE:
        return None
    if cue.last >= len(tokens) or not tokens[cue.last].is_word:
        return None
    following = tokens[cue.last]
    is_small = following.low in grammar.ends or following.low in grammar.skip
    return None if is_small and following.low not in _CLAUSE_STARTS else cue.last


def _inverted(sentence: Sentence, cue: Cue, grammar: Grammar) -> Reported | None:
    """Read `The troops will leave, Qasemi said.`"""
    tokens = sentence.tokens
    is_last = all(not token.is_word for token in tokens[cue.last :])
    is_inserted = cue.last < len(tokens) and tokens[cue.last].text == ","
    if sentence.quotes or not (is_last or is_inserted) or grammar.language != "en":
        return None
    comma = next((i for i in range(cue.first - 1, 0, -1) if tokens[i].text == ","), None)
    if comma is None or comma + 1 == cue.first:
        return None
    subject = phrases.between(sentence, comma + 1, cue.first, grammar)
    if subject is None or tokens[subject.first].low in grammar.starts:
        return None
    if subject.last != cue.first or tokens[cue.last - 1].low in _NO_INSERTION:
        return None
    found = Attribution("", cue, subject)
    is_begun = is_inserted and comma < len(tokens) - cue.last  # the longer part is what was said
    if is_begun:
        return _within(sentence, cue.last + 1, len(tokens), found, "inverted")
    return _within(sentence, 0, comma, found, "inverted")


def _turned(sentence: Sentence, cue: Cue, grammar: Grammar) -> Reported | None:
    """Read `The convoy carried pumps, said` **a coalition officer** `who asked …`.

    It is none if what is before the comma is a name with its appositive: `Brahm, the envoy, said
    the troops left.`
    """
    tokens = sentence.tokens
    is_english = grammar.language == "en" and not sentence.quotes
    if not is_english or cue.first < _LEAST_BEFORE or tokens[cue.first - 1].text != ",":
        return None
    opening = next(i for i, token in enumerate(tokens) if token.text == ",")
    subject = phrases.behind(sentence, cue.last, len(tokens), grammar)
    if opening < _LEAST_BEFORE or subject is None or subject.first != cue.last:
        return None
    is_end = subject.last == len(tokens) or tokens[subject.last].text in _ENDS_TURNED
    if not is_end or subject.last - subject.first > _LONGEST_TURNED:
        return None
    return _within(sentence, 0, cue.first, Attribution("", cue, subject), "inverted")


def _framed(sentence: Sentence, cue: Cue, grammar: Grammar) -> Reported | None:
    """Read `According to Tasnim, the troops will leave`, and the same turned round."""
    tokens = sentence.tokens
    subject = phrases.behind(sentence, cue.last, len(tokens), grammar)
    if subject is None:
        return None
    attribution = Attribution("", cue, subject)
    if cue.first > 1:
        return _within(sentence, 0, cue.first, attribution, "frame")
    comma = next(
        (i for i in range(subject.last, len(tokens)) if tokens[i].text in ",،"),
        None,
    )
    if comma is None:
        return None
    return _within(sentence, comma + 1, len(tokens), attribution, "frame")


def _within(
    sentence: Sentence,
    first: int,
    last: int,
    attribution: Attribution,
    rule: str,
) -> Reported | None:
    """Return what was said without the signs around it; None if it is too short."""
    tokens = sentence.tokens
    while last > first and tokens[last - 1].text in _SIGNS:
        last -= 1
    while first < last and tokens[first].text in _SIGNS:
        first += 1
    if sum(token.is_word or token.quotation is not None for token in tokens[first:last]) < (
        _FEWEST_WORDS
    ):
        return None
    found = Attribution(f"indirect: {rule}", attribution.cue, attribution.subject)
    return Reported(first, last, found)
