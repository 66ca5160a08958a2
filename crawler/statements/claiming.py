"""The claims of one sentence: who says whose forces leave or stay."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from crawler.statements.case import Case
from crawler.statements.conditions import condition_of
from crawler.statements.holder import Cue, Held, cues_in, holder_of
from crawler.statements.lists import LISTS, lists_in
from crawler.statements.owning import owners_of
from crawler.statements.said import Context, Said
from crawler.statements.stance import LEAVING, stance_of
from crawler.statements.voices import Scene, Voice, scene_of
from crawler.statements.whose import Owner
from crawler.statements.wordbook import forces
from crawler.topic.lexicon import Hit
from crawler.topic.movement import Binder, Movement
from crawler.topic.sentence import Sentence
from storage.records.claim import Stance

_ELSEWHERE: Final = 20  # words to another country, where the place is not named
_OF_FORCE: Final = 6  # words from "leave" to a force: "Mattis left" is no withdrawal
_OF_PLACE: Final = 3
_MOVER: Final = 5  # words from a person to what its own force does: "Trump to withdraw"
_ANSWERED: Final = 6


def claims_in(
    sentence: Sentence,
    language: str,
    binder: Binder,
    context: Context,
) -> list[Said]:
    """Return the claims of a sentence, one a force and direction, the clearest first."""
    movements = distinct(sentence, binder.bind(sentence, is_near=context.is_near))
    if not movements and not _may_list(sentence):
        return []
    scene = scene_of(sentence, language)
    found: list[Said] = []
    for movement in movements:
        found += _of_movement(scene, movement, context)
    found += lists_in(scene, context)
    claims = list(_unrepeated(found))
    context.note(claims)
    return claims


def _may_list(sentence: Sentence) -> bool:
    return any(sentence.has(concept) for concept in LISTS)


def distinct(sentence: Sentence, movements: Sequence[Movement]) -> list[Movement]:
    """Return the movements that count, one of those that share words.

    "Pull troops out of Syria" is three terms and one movement; "will not leave" is a stay.
    """
    usable = [one for one in movements if _counts(one) and _is_of_force(sentence, one)]
    usable.sort(key=lambda movement: (movement.kind != "stay", -movement.strength))
    kept: list[Movement] = []
    for movement in usable:
        hit = movement.around.movement
        if not any(_touch(hit, other.around.movement) for other in kept):
            kept.append(movement)
    kept.sort(key=lambda movement: -movement.strength)
    return kept


def _counts(movement: Movement) -> bool:
    """Whether a force moves; in "Israel's withdrawal, the Council said" no council is left."""
    if movement.counts:
        return True
    seen = movement.seen
    is_own = movement.mover.startswith("foreign") and movement.around.actor.distance <= 1
    is_here = seen.is_here or seen.is_near
    return seen.has_object and is_own and is_here and not seen.is_elsewhere


def _is_of_force(sentence: Sentence, movement: Movement) -> bool:
    """Whether a force moves here, not a person out of office, and not out of another country."""
    around = movement.around
    is_away = not movement.seen.is_here and not movement.place.is_found
    if is_away and sentence.nearest(around.movement, "elsewhere").distance <= _ELSEWHERE:
        return False
    if movement.kind != "leave" or around.force.distance <= _OF_FORCE:
        return True
    if movement.place.distance <= _OF_PLACE:
        return True
    oughts = ("ought", "asks", "negation", "undated")
    return any(sentence.nearest(around.movement, one).distance <= _OF_PLACE for one in oughts)


def _touch(one: Hit, other: Hit) -> bool:
    return one.first < other.after + 1 and other.first < one.after + 1


def _of_movement(
    scene: Scene,
    movement: Movement,
    context: Context,
) -> Iterator[Said]:
    sentence, voices = scene.sentence, scene.voices
    hit = movement.around.movement
    held = holder_of(scene, hit)
    rule = stance_of(Case(sentence, movement, held, scene.language))
    if rule is None or rule.stance is None:
        return
    owners = owners_of(scene, movement, held, rule.stance, context)
    voice = held.voice if held else _mover(voices, owners, hit)
    if voice is None and rule.stance is Stance.SHOULD_LEAVE:
        voice = _asking(voices, owners, hit)
    condition = condition_of(sentence, hit)
    cue = held.cue if held else None
    for owner in owners:
        yield Said(
            owner,
            rule.stance,
            rule.name,
            voice,
            hit,
            condition=condition,
            is_decision=cue is not None and cue.kind == "decides",
            cue=cue.hit if cue else None,
            is_guess=held is None,
        )
    if movement.kind in LEAVING and held is not None:
        yield from _answers(scene, held, rule.stance, owners, hit)


def _mover(
    voices: Sequence[Voice],
    owners: Sequence[Owner],
    movement: Hit,
) -> Voice | None:
    """Return the person who moves its own force: "Trump to withdraw troops"."""
    if not owners:
        return None
    for voice in reversed(voices):
        gap = movement.first - voice.after
        is_before = 0 <= gap <= _MOVER and not voice.is_object
        if is_before and voice.kind == "person" and voice.country == owners[0].force:
            return voice
    return None


def _asking(
    voices: Sequence[Voice],
    owners: Sequence[Owner],
    movement: Hit,
) -> Voice | None:
    """Return the country before what is demanded: "Damascus made the withdrawal a condition"."""
    asked = {owner.force for owner in owners}
    for voice in reversed(voices):
        is_state = voice.kind in ("country", "capital", "office") and voice.country not in asked
        if is_state and voice.after <= movement.first and not voice.is_object:
            return voice
    return None


def _answers(
    scene: Scene,
    held: Held,
    stance: Stance,
    owners: Sequence[Owner],
    movement: Hit,
) -> Iterator[Said]:
    """Yield the claim of who answers: "Iran rejects Putin's call"."""
    if held.cue is None or held.cue.kind not in ("calls", "asks", "decides", "says"):
        return
    answer = _answer(scene.sentence, held.cue)
    if answer is None:
        return
    before = [
        voice for voice in scene.voices if voice.after <= answer.hit.first and not voice.is_object
    ]
    if not before or before[-1] == held.voice:
        return
    voice = before[-1]
    if answer.hit.first - voice.after > _ANSWERED:
        return
    if held.cue.kind == "decides":
        for owner in owners:
            yield Said(owner, Stance.SHOULD_STAY, "opposed decision", voice, movement)
    elif voice.country in forces() and stance is Stance.SHOULD_LEAVE:
        assert voice.country is not None  # noqa: S101 - None is no force
        own = Owner(voice.country, None, "own")
        yield Said(own, Stance.STAYS, "rejected call", voice, movement)


def _answer(sentence: Sentence, cue: Cue) -> Cue | None:
    """Return the verb that answers what a cue says: it is before it."""
    wanted = "opposes" if cue.kind == "decides" else "rejects"
    found = [one for one in cues_in(sentence) if one.kind == wanted]
    return next((one for one in reversed(found) if one.hit.first < cue.hit.first), None)


def _unrepeated(found: Sequence[Said]) -> Iterator[Said]:
    """Yield each force and direction of a voice once; a list's word beats a movement's."""
    lists = [said for said in found if said.rule == "list"]
    ranked = sorted(found, key=lambda said: said.rule not in ("list", "exempt"))
    if lists:
        # "The withdrawal of foreign forces includes Iran": asked of all, as of Iran.
        stance = lists[0].stance
        ranked = [replace(one, stance=stance) if _is_all(one) else one for one in ranked]
    listed = {(said.owner.force) for said in ranked if said.rule in ("list", "exempt")}
    seen = set()
    for said in ranked:
        if said.rule not in ("list", "exempt") and said.owner.force in listed:
            continue
        key = said.owner.force, said.stance.leaves, said.voice.name if said.voice else None
        if key not in seen:
            seen.add(key)
            yield said


def _is_all(said: Said) -> bool:
    return said.owner.force == "foreign" and said.stance.leaves
