"""In which direction a movement is meant: done, under way, planned, demanded, denied.

Rules in the order of trust; the first that fits decides. Each has an example that a test reads.
Windows are words as Sentence.distance counts them, chosen on the development half of the claims.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.statements.case import Case
from crawler.statements.conditions import clauses_in
from crawler.topic.lexicon import Hit
from storage.records.claim import Stance

LEAVING: Final = frozenset(["withdraw", "handover", "leave"])
STAYING: Final = frozenset(["stay", "presence"])
_VERB_LAST: Final = frozenset(["tr", "fa", "ku"])
_DENIED_AS: Final = 12
_UNTRUE: Final = 8
_BESIDE: Final = 2  # words between "not" and "confirm"
_DEMANDED: Final = 12
_SET_ASIDE: Final = 6  # words from "not" to the movement that is denied
_REJECTED: Final = 10
_NEGATED: Final = 4  # words between "not" and what it denies
_OUGHT: Final = 8
_JUDGED: Final = 7  # to "premature", "a mistake"
_TENSE: Final = 3  # to "will", "began", "completed"
_NEEDED: Final = 7
_UNDATED: Final = 10
_AGREED: Final = 9


# Negation inside the verb.
_NEGATIVE: Final = {
    "tr": re.compile(r"m[ae]y[ae]c[ae][kğ]|m[ıiuü]yor|m[ae]z(?:$|l|s)|m[ae]d[ıi]|m[ae]yı[nz]"),
    "ku": re.compile(r"^(?:na|ne|vena|der?na)|^نا|^نه|^نە"),
    "fa": re.compile(r"^نمی|^نخواه|^نشو|^نکن"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A case, and the stance that it means; None: no claim."""

    name: str
    stance: Stance | None
    fits: Callable[[Case], bool]
    example: str


def stance_of(case: Case) -> Rule | None:
    """Return the first rule that fits a movement; None where it makes no claim."""
    rules: Sequence[Rule] = ()
    if case.movement.kind in LEAVING:
        rules = LEAVING_RULES
    elif case.movement.kind in STAYING:
        rules = STAYING_RULES
    return next((rule for rule in rules if rule.fits(case)), None)


def _is_untrue(case: Case) -> bool:
    """Whether it is said not to be so: "rather than as the beginning of a withdrawal"."""
    return case.is_before("untrue", _DENIED_AS) or case.is_near("untrue", _UNTRUE)


def _is_unconfirmed(case: Case) -> bool:
    """Whether somebody does not confirm it, which says nothing: "did not confirm the departure"."""
    for hit in case.sentence.terms("confirms"):
        if case.sentence.distance(hit, case.hit) > _OUGHT:
            continue
        for negation in case.sentence.terms("negation"):
            if abs(negation.first - hit.first) <= _BESIDE:
                return True
    return False


def _is_set_aside(case: Case) -> bool:
    """Whether another movement is denied of it: "the handover did not mean a withdrawal"."""
    behind = [
        negation
        for negation in case.sentence.terms("negation")
        if negation.first > case.hit.first and case.sentence.distance(case.hit, negation) <= _TENSE
    ]
    if not behind:
        return False
    return any(
        0 < hit.first - behind[0].first <= _SET_ASIDE
        for kind in LEAVING
        for hit in case.sentence.terms(kind)
    )


def _is_supposed(case: Case) -> bool:
    """Whether the movement is the condition itself: "if the troops leave"."""
    inside = [clause for clause in clauses_in(case.sentence) if case.hit.first in clause]
    return bool(inside) and not _is_denied(case)


def _is_demanded(case: Case) -> bool:
    return case.is_near("demanded", _DEMANDED)


def _is_agreed_departure(case: Case) -> bool:
    """Whether it is said who may ask for it: "its departure would be by the request of"."""
    return case.is_near("agreed", 4) and case.is_near("future", 2) and case.cue != "decides"


def _is_undated(case: Case) -> bool:
    return case.is_near("undated", _UNDATED)


def _is_unwanted(case: Case) -> bool:
    """Whether somebody does not want it: "does not want the troops to leave"."""
    cue = case.held.cue if case.held else None
    if cue is None or cue.kind != "asks":
        return False
    answers = {hit.first for hit in case.sentence.terms("rejects")}
    near = [
        hit
        for hit in case.sentence.terms("negation")
        if hit.first < cue.hit.first and hit.first not in answers
    ]
    return any(cue.hit.first - hit.after <= 1 for hit in near)


def _is_opposed(case: Case) -> bool:
    cue = case.held.cue if case.held else None
    if cue is None or cue.kind != "opposes":
        return False
    return case.sentence.distance(cue.hit, case.hit) <= _JUDGED


def _is_needed_for(case: Case) -> bool:
    """Whether nothing else is to be without it: "no normalization without a withdrawal"."""
    without = [hit for hit in case.sentence.terms("without") if hit.first < case.hit.first]
    if not any(case.sentence.distance(hit, case.hit) <= _NEGATED for hit in without):
        return False
    return any(
        hit.first < without[-1].first and hit.first != without[-1].first
        for hit in case.sentence.terms("negation")
    )


def _is_negative(case: Case) -> bool:
    """Whether the words of the movement deny it: "ayrılmayacağız", "ناکشێتەوە"."""
    pattern = _NEGATIVE.get(case.language)
    if pattern is None:
        return False
    spans = case.sentence.spans[case.hit.first : case.hit.after]
    return any(pattern.search(case.sentence.text[start:end].lower()) for start, end in spans)


def _is_denied(case: Case) -> bool:
    """Whether it is denied, behind the verb that speaks: "said it will not leave"."""
    if _is_negative(case):
        return True
    cue = case.held.cue if case.held else None
    answers = {hit.first for hit in case.sentence.terms("rejects")}
    for hit in case.sentence.terms("negation"):
        if hit.first in answers or _is_only(case, hit):
            continue
        if hit.first >= case.hit.first:
            if case.language in _VERB_LAST and hit.first - case.hit.after <= 1:
                return True
            continue
        if cue is not None and cue.kind in ("asks", "calls") and hit.first < cue.hit.first:
            continue
        if case.sentence.distance(hit, case.hit) <= _NEGATED:
            return True
    return False


def _is_only(case: Case, negation: Hit) -> bool:
    """Whether it denies nothing: "not only"."""
    if negation.after >= len(case.sentence.spans):
        return False
    start, end = case.sentence.spans[negation.after]
    return case.sentence.text[start:end].lower() in ("only", "nur", "seulement", "только")


def _is_rejected(case: Case) -> bool:
    """Whether it is rejected, with nobody's call or plan between: "denied a withdrawal"."""
    if case.cue == "rejects":
        return True
    for hit in case.sentence.terms("rejects"):
        is_before = hit.first < case.hit.first
        if is_before and case.sentence.distance(hit, case.hit) <= _REJECTED:
            between = range(hit.first + 1, case.hit.first)
            kinds = ("calls", "asks", "decides", "says")
            others = [one for kind in kinds for one in case.sentence.terms(kind)]
            return not any(one.first in between for one in others)
    return False


def _is_asked(case: Case) -> bool:
    return case.cue in ("asks", "calls")


def _ought(case: Case) -> bool:
    if case.language in _VERB_LAST or case.language in ("ar", "he"):
        return case.is_near("ought", _OUGHT)
    return case.is_before("ought", _OUGHT) or case.is_said_by("ought")


def _is_asked_by_nobody(case: Case) -> bool:
    """Whether it is asked for, by somebody who is not named."""
    if case.cue in ("decides", "rejects"):
        return False
    if case.language in _VERB_LAST:
        return case.is_near("asks", _OUGHT)
    return case.is_before("asks", _TENSE + 1)


def _is_judged(case: Case) -> bool:
    return case.held is not None and case.cue != "decides" and case.is_near("opposes", _JUDGED)


def _is_future(case: Case) -> bool:
    return case.is_said_by("future") or case.is_before("future", _TENSE)


def _is_decided(case: Case) -> bool:
    is_by = case.cue == "decides" and not case.is_said_by("done")
    return is_by or case.is_before("decides", _TENSE)


def _is_done(case: Case) -> bool:
    return case.is_said_by("done") or case.is_near("done", _TENSE - 1)


def _is_doing(case: Case) -> bool:
    return case.is_said_by("doing") or case.is_near("doing", _TENSE)


def _is_handover(case: Case) -> bool:
    return case.movement.kind == "handover"


def _always(case: Case) -> bool:
    return True


LEAVING_RULES: Final = (
    Rule("untrue", None, _is_untrue, "Reports that Russia withdraws from Syria are untrue"),
    Rule("agreed", None, _is_agreed_departure,
         "Its departure from Syria would be by the request of the government"),
    Rule("unconfirmed", None, _is_unconfirmed, "Tehran did not confirm the departure from Syria"),
    Rule("set aside", None, _is_set_aside,
         "The Turkish pullback in Syria does not mean that the troops leave"),
    Rule("supposed", None, _is_supposed, "If the American troops leave Syria, the camp is alone"),
    Rule("undated", Stance.STAYS, _is_undated, "Ankara gives no date for leaving Syria"),
    Rule("unwanted", Stance.SHOULD_STAY, _is_unwanted,
         "The general does not want the American troops to leave Syria"),
    Rule("opposed", Stance.SHOULD_STAY, _is_opposed,
         "The senator opposed the American withdrawal from Syria"),
    Rule("needed for", Stance.SHOULD_LEAVE, _is_needed_for,
         "There is no peace without a withdrawal of Turkish troops from Syria"),
    Rule("denied", Stance.STAYS, _is_denied, "Russian troops will never depart Syria"),
    Rule("rejected", Stance.STAYS, _is_rejected, "Turkey rejects a withdrawal from Syria"),
    Rule("asked", Stance.SHOULD_LEAVE, _is_asked, "Syria urges Turkish troops to leave"),
    Rule("ought", Stance.SHOULD_LEAVE, _ought, "Foreign troops must leave Syria"),
    Rule("demanded", Stance.SHOULD_LEAVE, _is_demanded,
         "Damascus made the withdrawal of Turkish troops from Syria a condition for talks"),
    Rule("judged", Stance.SHOULD_STAY, _is_judged,
         "A precipitous American withdrawal from Syria is a mistake, the senator said"),
    Rule("future", Stance.WILL_LEAVE, _is_future, "American troops will leave Syria"),
    Rule("decided", Stance.WILL_LEAVE, _is_decided, "Biden announced the withdrawal from Syria"),
    Rule("wanted", Stance.SHOULD_LEAVE, _is_asked_by_nobody,
         "It demanded the withdrawal of Turkish troops from Syria"),
    Rule("done", Stance.LEFT, _is_done, "The last American soldiers have left Syria"),
    Rule("doing", Stance.LEAVING, _is_doing, "American troops begin their withdrawal from Syria"),
    Rule("handed over", Stance.LEFT, _is_handover, "US army transfers the base at Tanf"),
    Rule("expected", Stance.WILL_LEAVE, _always, "The American withdrawal from Syria"),
)  # fmt: skip


def _is_presence(case: Case) -> bool:
    return case.movement.kind == "presence"


def _is_illegal(case: Case) -> bool:
    """Whether it ought to end: "illegal", not the "should" of "should become permanent"."""
    is_ought = _is_presence(case) and case.is_near("ought", _OUGHT)
    return is_ought and not case.is_near("needed", _NEEDED)


def _is_needed(case: Case) -> bool:
    cue = case.held.cue if case.held else None
    is_asked = cue is not None and cue.kind in ("asks", "calls")
    if cue is not None and is_asked and case.sentence.distance(cue.hit, case.hit) <= _NEEDED:
        return True
    return case.is_near("needed", _NEEDED)


def _is_not_kept(case: Case) -> bool:
    """Whether it will not stay: a "not" before it that is no part of "will not leave"."""
    if case.movement.kind != "stay" or case.is_said_by("negation") or _says_leaving(case):
        return False
    return case.is_before("negation", 1)


def _says_leaving(case: Case) -> bool:
    return any(case.is_said_by(kind) for kind in LEAVING)


def _is_agreed(case: Case) -> bool:
    return case.is_near("agreed", _AGREED)


def _is_stay(case: Case) -> bool:
    return case.movement.kind == "stay"


STAYING_RULES: Final = (
    Rule("untrue", None, _is_untrue, "Reports that Russia stays in Syria are untrue"),
    Rule("not kept", Stance.WILL_LEAVE, _is_not_kept, "American troops will not stay in Syria"),
    Rule("illegal", Stance.SHOULD_LEAVE, _is_illegal,
         "Damascus fights the illegal Turkish presence in Syria"),
    Rule("needed", Stance.SHOULD_STAY, _is_needed, "The American presence in Syria is necessary"),
    Rule("agreed", Stance.STAYS, _is_agreed,
         "The Russian presence in Syria is at the request of the government"),
    Rule("kept", Stance.STAYS, _is_stay, "Israel will stay on Mount Hermon"),
)  # fmt: skip
