"""Whose claim a movement is: who asks, decides, denies or says it in the same sentence.

Of several verbs the nearest that has a subject counts: "Paul urged Trump to stick with his plans to
pull out" is Trump's plan. Figures of each rule: docs/explanation/claims.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.statements.conditions import clauses_in
from crawler.statements.voices import Scene, Voice, Words
from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Sentence

CUES: Final = ("asks", "decides", "rejects", "opposes", "calls", "says")
_REACH: Final = 26  # words between a cue and its movement
_SUBJECT: Final = 10  # words between a subject and its cue
_PERSON: Final = 14  # and a person, where a country is nearer
_OF_ANOTHER: Final = 4  # words from "Trump's" to a verb of speech that has another subject
_BY: Final = 2  # words from "the decision by" to who decides
_LABEL: Final = 6  # words before the colon of "Katz: we stay"
# Turkish, Persian and Kurdish put the verb last, and the subject first.
_VERB_LAST: Final = frozenset(["tr", "fa", "ku"])
# In these a verb may be before its subject: "قال بوتين", "сказал Путин".
_VERB_FIRST: Final = frozenset(["ar", "he", "ru", "de", "fr", "es", "it", "pt", "uk"])
_PRONOUNS: Final = frozenset(
    "he she they er sie il elle ils он она они הוא היא הם او وی ew wî wê".split()
)
_AGENTS: Final = frozenset(["by", "from", "von", "de", "par"])
_JOINS: Final = frozenset(["and", "und", "et", "и", "و", "ve", "û", "but"])


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says that somebody asks, decides, denies or says something."""

    kind: str  # of CUES
    hit: Hit


@dataclass(frozen=True, slots=True)
class Held:
    """Whose claim a movement is, and what says so."""

    voice: Voice
    rule: str
    cue: Cue | None = None


def cues_in(sentence: Sentence) -> list[Cue]:
    """Return the cues of a sentence in their order, one at a word."""
    found: dict[int, Cue] = {}
    oughts = {hit.first for hit in sentence.terms("ought")}
    for kind in CUES:
        for hit in sentence.terms(kind):
            is_ought = kind == "asks" and hit.first in oughts
            if not is_ought and hit.first not in found:
                found[hit.first] = Cue(kind, hit)
    return [found[first] for first in sorted(found)]


def holder_of(scene: Scene, movement: Hit) -> Held | None:
    """Return whose claim a movement is; None where the sentence names nobody."""
    sentence = scene.sentence
    clauses = [words for words in clauses_in(sentence) if movement.first not in words]
    cues = [
        cue
        for cue in cues_in(sentence)
        if not _overlaps(cue.hit, movement)
        and not any(cue.hit.first in clause for clause in clauses)
    ]
    held = _by_cue_before(scene, movement, cues)
    if held is None and scene.language in _VERB_LAST:
        held = _by_verb_last(movement, scene.voices, cues)
    held = held or _by_label(scene.words, movement, scene.voices)
    return held or _by_cue_behind(movement, scene.voices, cues)


def _by_cue_before(
    scene: Scene,
    movement: Hit,
    cues: Sequence[Cue],
) -> Held | None:
    """Find the nearest cue before a movement that has a subject: "Syria urges … to leave"."""
    for cue in reversed(cues):
        if cue.hit.first > movement.first or movement.first - cue.hit.after > _REACH:
            continue
        voice = _by(scene.words, cue, scene.voices)
        if voice is not None:
            return Held(voice, f"by: {cue.kind}", cue)
        voice = _subject(scene.words, cue, scene.voices)
        if voice is not None:
            return Held(voice, f"subject of {cue.kind}", cue)
        if scene.language in _VERB_FIRST:
            voice = _behind(cue, scene.voices, movement)
            if voice is not None:
                return Held(voice, f"behind {cue.kind}", cue)
    return None


def _subject(
    words: Words,
    cue: Cue,
    voices: Sequence[Voice],
) -> Voice | None:
    """Return the subject of a cue: the nearest voice before it that can act."""
    before = [voice for voice in voices if voice.after <= cue.hit.first and not voice.is_object]
    if not before:
        return None
    nearest = before[-1]
    if _is_pronoun(words, cue):
        return next((one for one in before if one.is_personal and not one.is_genitive), None)
    if _is_appositive(words, before):
        return before[-2]
    if cue.hit.first and words.low[cue.hit.first - 1] in _JOINS:
        return _first(before)
    gap = cue.hit.first - nearest.after
    is_of_another = nearest.is_genitive and gap > _OF_ANOTHER and cue.kind == "says"
    if gap > _SUBJECT or is_of_another:
        return _person_before(before, cue)
    if not nearest.is_personal and gap > 1:
        return _person_before(before, cue) or nearest
    return nearest


def _first(before: Sequence[Voice]) -> Voice | None:
    """Return the subject of joined verbs: "Assad criticized Turkey … and demanded"."""
    found = [voice for voice in before if not voice.is_genitive]
    persons = [voice for voice in found if voice.is_personal]
    return next(iter(persons or found), None)


def _is_pronoun(words: Words, cue: Cue) -> bool:
    before = words.low[max(0, cue.hit.first - 2) : cue.hit.first]
    return any(word in _PRONOUNS for word in before)


def _is_appositive(words: Words, before: Sequence[Voice]) -> bool:
    """Whether the last voice explains the one before it: "Inhofe, an Oklahoma Republican, said"."""
    if len(before) < 2 or not before[-2].is_personal or before[-2].is_genitive:
        return False
    gap = words.text[words.spans[before[-2].after - 1][1] : words.spans[before[-1].first][0]]
    return gap.strip() in (", a", ", an", ", the", ",", ", der", ", die", ", le", ", la")


def _person_before(before: Sequence[Voice], cue: Cue) -> Voice | None:
    for voice in reversed(before):
        if voice.is_personal and not voice.is_genitive:
            return voice if cue.hit.first - voice.after <= _PERSON else None
    return None


def _behind(cue: Cue, voices: Sequence[Voice], movement: Hit) -> Voice | None:
    for voice in voices:
        if cue.hit.after <= voice.first <= cue.hit.after + 1 and voice.after <= movement.first:
            return voice
    return None


def _by(words: Words, cue: Cue, voices: Sequence[Voice]) -> Voice | None:
    """Find "the decision by the Trump administration"."""
    if cue.kind not in ("decides", "asks", "calls"):
        return None
    for voice in voices:
        gap = range(cue.hit.after, voice.first)
        if 0 < len(gap) <= _BY and words.low[gap[0]] in _AGENTS:
            return voice
    return None


def _by_verb_last(
    movement: Hit,
    voices: Sequence[Voice],
    cues: Sequence[Cue],
) -> Held | None:
    """Find the first voice of a sentence whose verb is behind: "Suriye … istedi"."""
    behind = [cue for cue in cues if cue.hit.first >= movement.first]
    first = [voice for voice in voices if voice.after <= movement.first]
    if not behind or not first:
        return None
    return Held(first[0], f"first, verb last: {behind[0].kind}", behind[0])


def _by_label(words: Words, movement: Hit, voices: Sequence[Voice]) -> Held | None:
    """Find who is before a colon: "Katz: we stay"."""
    for voice in voices:
        if voice.after > _LABEL or voice.after >= len(words.low) or voice.after > movement.first:
            return None
        # "Withdrawal from Syria: …", "Syria: …" name the matter, and nobody who speaks.
        if voice.is_object or (voice.kind == "country" and voice.country == "syria"):
            continue
        if ":" in words.gap(voice.after - 1, voice.after):
            return Held(voice, "colon")
    return None


def _by_cue_behind(
    movement: Hit,
    voices: Sequence[Voice],
    cues: Sequence[Cue],
) -> Held | None:
    """Find who is behind a movement: "…, minister says", "…, says Lindsey Graham"."""
    for cue in cues:
        if cue.kind != "says" or cue.hit.first < movement.after:
            continue
        beside = [
            voice
            for voice in voices
            if voice.first >= movement.after
            and not voice.is_object
            and (0 <= cue.hit.first - voice.after <= 1 or 0 <= voice.first - cue.hit.after <= 1)
        ]
        if beside:
            return Held(beside[0], "said behind", cue)
    return None


def _overlaps(one: Hit, other: Hit) -> bool:
    return one.first < other.after and other.first < one.after
