"""Whether a movement is denied: rules over the negations of its sentence.

A negation near a movement may deny something else: "whether invited or not, all forces are to
leave", "not only will they leave", "did not say when they leave". The words that tell them apart
belong to a language (denials.toml); which words negate, the topic file says (`negation`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.topic.movement import Movement
from crawler.topic.negation import Case, any_overlaps, cases_of
from crawler.topic.sentence import Sentence

LEAVING: Final = frozenset(["withdraw", "handover", "leave"])
_STAYING: Final = frozenset(["stay", "presence", "fate"])
_VERB_LAST: Final = frozenset(["tr", "az", "fa", "ku"])
# Windows are words between a negation and a movement, chosen on the labelled texts of the press.
_CLOSE: Final = 2  # "will not be leaving": nothing between says what is denied
_FAR: Final = 6  # "does not plan to let its troops leave"
_BEHIND: Final = 8  # "the pullout of the troops from the north was rejected"
_SOON: Final = 3  # "is not currently being planned"
# Of these a denial says something: "did not attack the troops that leave".
_OTHERS: Final = ("arrive", "strike", "civil", "elsewhere", "object", "enemy", "clause")
# Negation inside the verb: "ayrılmayacağız", "ناکشێنەوە".
_NEGATIVE: Final = {
    "tr": re.compile(r"m[ae]y[ae]c[ae][kğ]|m[ıiuü]yor|m[ae]z(?:$|l|s)|m[ae]d[ıi]|m[ae]yı[nz]"),
    "ku": re.compile(r"^(?:na|vena|derna)|^نا|^نە"),
    "fa": re.compile(r"^نمی|^نخواه|^نشو|^نکن"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A case, and whether the movement is denied."""

    name: str
    denies: bool
    fits: Callable[[Case], bool]
    example: str
    language: str = "en"


def is_denied(
    sentence: Sentence,
    movement: Movement,
) -> bool:
    """Whether a movement is denied or refused.

    >>> from crawler.topic.rules import judge, load
    >>> found = judge(load(), headline="US troops will not leave Syria", body=[], language="en")
    >>> found.evidence[0].is_denied
    True
    """
    if _is_negative(sentence, movement):
        return True
    return any(_denies(case) for case in cases_of(sentence, movement))


def spoken_of(
    sentence: Sentence,
    movements: Sequence[Movement],
) -> Movement:
    """Return the movement that a sentence is evidence of: the clearest.

    Where the clearest is a stay whose own words deny a departure ("no plans to withdraw"), it is
    that departure: it is what is denied.
    """
    clearest = movements[0]
    if clearest.kind not in _STAYING or not _holds_denial(sentence, clearest):
        return clearest
    leaving = (one for one in movements if one.kind in LEAVING)
    return next((one for one in leaving if is_denied(sentence, one)), clearest)


def _holds_denial(sentence: Sentence, stay: Movement) -> bool:
    hit = stay.around.movement
    is_negated = any_overlaps(hit, sentence.terms("negation"))
    return is_negated or _is_other_word(sentence, stay)


def _denies(case: Case) -> bool:
    rules = VERB_LAST_RULES if case.sentence.language in _VERB_LAST else RULES
    for rule in rules:
        if rule.fits(case):
            return rule.denies
    return False


def _is_negative(sentence: Sentence, movement: Movement) -> bool:
    """Whether the verb of a movement denies it: "ayrılmayacağız"."""
    pattern = _NEGATIVE.get(sentence.language)
    hit = movement.around.movement
    if pattern is None or _is_other_word(sentence, movement):
        return False
    for start, end in sentence.spans[hit.first : hit.after]:
        if pattern.search(sentence.text[start:end].lower()):
            return True
    return False


def _is_other_word(sentence: Sentence, movement: Movement) -> bool:
    """Whether a stay is the denial of a departure: "venakişe" stays, and denies no staying."""
    if movement.kind not in _STAYING:
        return False
    hit = movement.around.movement
    return any(any_overlaps(hit, sentence.terms(kind)) for kind in LEAVING)


def _is_other_term(case: Case) -> bool:
    """Whether the negation is a part of the movement's term: "no longer there" has withdrawn."""
    if not case.is_inside:
        return False
    if case.movement.kind in _STAYING:
        return case.hit.length > 1 or _is_other_word(case.sentence, case.movement)
    return case.negation.first == case.hit.first and case.negation.after < case.hit.after


def _is_undone(case: Case) -> bool:
    """Whether a refusal in two parts is denied: "schließt einen Abzug nicht aus"."""
    if not case.is_a("rejects"):
        return False
    near = range(case.negation.first, case.negation.after + _FAR)
    return case.has_within("undone", near)


def _is_inside(case: Case) -> bool:
    return case.is_inside


def _is_parted(case: Case) -> bool:
    """Whether another clause, thing or movement is between."""
    if case.is_parted or _is_joined(case):
        return True
    if case.movement.mover != "local" and case.names("local"):
        return True
    # "Will not stay but leave": what is denied is the other movement.
    other = LEAVING if case.movement.kind in _STAYING else ["stay"]
    return case.names(*_OTHERS, *other)


def _is_joined(case: Case) -> bool:
    """Whether Arabic or Hebrew "and" is joined to what is asked: "وطالب"."""
    for hit in case.sentence.terms("call"):
        start, _ = case.sentence.spans[hit.first]
        if hit.first in case.between and case.sentence.text[start] in "וو":
            return True
    return False


def _is_behind(case: Case) -> bool:
    return case.is_behind


def _is_refused(case: Case) -> bool:
    """Whether a verb refuses it: "denied reports of a withdrawal"."""
    is_near = case.gap <= _FAR and not case.has("asides")
    return is_near and case.is_a("rejects")


def _is_doubled(case: Case) -> bool:
    """Whether it is denied that it can be done without: "no peace without a withdrawal"."""
    if not case.is_a("governs"):
        return False
    shortly = range(case.negation.first - _FAR, case.negation.first)
    return any(one.first in shortly for one in case.others)


def _is_outdone(case: Case) -> bool:
    """Whether a nearer negation decides: of "no" in the same sentence."""
    return any(one.first in case.between for one in case.others)


def _is_governed(case: Case) -> bool:
    """Whether "no" denies it: "no American withdrawal", "no plan to leave"."""
    if not case.is_a("governs") or case.has("asides"):
        return False
    if case.gap <= 1:
        return True
    return case.gap <= _FAR and (case.has("plans") or case.names("force", "actor"))


def _is_of_another(case: Case) -> bool:
    return case.is_a("governs") or case.is_a("rejects")


def _is_close(case: Case) -> bool:
    return case.gap <= _CLOSE and not case.has("asides")


def _is_planned(case: Case) -> bool:
    """Whether a plan or permission is denied. A German verb may come last by itself."""
    is_last = case.sentence.language == "de" and not _is_noun(case)
    if case.gap > _FAR or case.has("asides"):
        return False
    return is_last or case.has("plans")


def _is_not_to_be(case: Case) -> bool:
    """Whether a movement that comes first is denied: "a withdrawal is not planned"."""
    if not _is_noun(case) or case.gap > _FAR or case.has("asides"):
        return False
    if case.is_a("rejects"):
        return True
    behind = range(case.negation.after, case.negation.after + _SOON)
    return case.has_within("happens", behind)


def _is_noun(case: Case) -> bool:
    return case.is_movement_a("nouns")


def _is_at_the_end(case: Case) -> bool:
    """Whether the verb behind it denies it: "çekilme planı yok", "خروج نیروها را رد کرد"."""
    if not case.is_behind or case.has("asides"):
        return False
    if case.is_a("rejects"):
        return case.gap <= _BEHIND
    return case.gap <= _SOON


def _is_never(case: Case) -> bool:
    """Whether an adverb before it denies it: "asla çekilmeyecek", "هیچ برنامه‌ای برای خروج"."""
    if case.is_behind or case.has("asides"):
        return False
    if case.is_a("rejects"):
        # "Tirkiye red dike ku …", and in the other languages: "the capital that refuses it".
        return case.sentence.language == "ku" and case.gap <= _FAR
    if case.gap <= _CLOSE:
        return True
    return case.gap <= _FAR and case.has("plans")


# Each example is judged by its rule in tests/topic/test_denial.py.
RULES: Final = (
    Rule("part of a term", False, _is_other_term, "US troops will no longer be in Syria"),
    Rule("undone", False, _is_undone, "Moskau schließt den Abzug aus Syrien nicht aus", "de"),
    Rule("inside", True, _is_inside, "Die Türkei zieht ihre Truppen nicht aus Syrien ab", "de"),
    Rule("parted", False, _is_parted, "Not invited by anyone, US troops leave Syria"),
    Rule("not to be", True, _is_not_to_be, "A withdrawal from Syria is not planned"),
    Rule("behind", False, _is_behind, "US troops leave Syria without a word"),
    Rule("outdone", False, _is_outdone, "Turkey cannot make peace without leaving Syria"),
    Rule("refused", True, _is_refused, "Turkey refuses to pull out of Syria"),
    Rule("doubled", False, _is_doubled, "No peace without the withdrawal of troops from Syria"),
    Rule("governed", True, _is_governed, "Turkey has no plans to leave Syria"),
    Rule("another's", False, _is_of_another, "No date for the withdrawal from Syria"),
    Rule("close", True, _is_close, "Turkish troops will not be leaving Syria"),
    Rule("planned", True, _is_planned, "Russia does not intend to let its troops leave Syria"),
)  # fmt: skip
VERB_LAST_RULES: Final = (
    Rule("inside", True, _is_inside, "Rûsya ji Sûriyê venakişe", "ku"),
    Rule("parted", False, _is_parted, "Hayır, Türkiye Suriye'den çekilecek", "tr"),
    Rule("at the end", True, _is_at_the_end, "Türkiye'nin Suriye'den çekilme planı yok", "tr"),
    Rule("never", True, _is_never, "Türkiye asla Suriye'den çekilmez", "tr"),
)  # fmt: skip
