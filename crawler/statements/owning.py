"""Whose force a claim is about: named, the speaker's own, a base's, a person's, or as before."""

from collections.abc import Sequence
from typing import Final

from crawler.statements import whose
from crawler.statements.holder import Held
from crawler.statements.said import Context
from crawler.statements.voices import Scene, Voice
from crawler.statements.whose import Owner
from crawler.statements.wordbook import forces
from crawler.topic.lexicon import Hit
from crawler.topic.movement import Movement
from crawler.topic.sentence import Sentence
from storage.records.claim import Stance

_CLEAR_VOICE: Final = 5  # words to a named force, from which a decider's own country is likelier
_OF_PLACE: Final = 3


def owners_of(
    scene: Scene,
    movement: Movement,
    held: Held | None,
    stance: Stance,
    context: Context,
) -> list[Owner]:
    """Return whose force moves: named, the speaker's own, a base's, a person's, or as before."""
    hit = movement.around.movement
    taken = _taken(held)
    owners = whose.named(scene.sentence, scene.words, hit, taken)
    own = _of_speaker(scene, movement, held, stance, owners)
    if own is not None:
        return [own]
    if not owners and taken and (stance is not Stance.SHOULD_LEAVE or not _speaks(held)):
        owners = whose.named(scene.sentence, scene.words, hit)
    if owners:
        return owners
    unnamed = whose.of_base(scene.sentence, hit) or _of_person(scene.voices, held, stance, hit)
    if unnamed is not None:
        return [unnamed]
    return [Owner(force, None, "context") for force in context.forces]


def _taken(held: Held | None) -> list[Hit]:
    """Return the words of who speaks: they name no force, unless a country only labels."""
    if held is None or (held.voice.kind == "country" and not _speaks(held)):
        return []
    return [Hit("", held.voice.first, held.voice.after)]


def _of_speaker(
    scene: Scene,
    movement: Movement,
    held: Held | None,
    stance: Stance,
    owners: Sequence[Owner],
) -> Owner | None:
    """Return the speaker's own force: "our troops", or nothing nearer is named."""
    if held is None or held.voice.country not in forces() or stance is Stance.SHOULD_LEAVE:
        return None
    assert held.voice.country is not None  # noqa: S101 - None is no force
    hit = movement.around.movement
    is_far = not owners or owners[0].distance > _CLEAR_VOICE
    if movement.kind == "presence":
        is_far = is_far and whose.has_own(scene.sentence, hit)
    if is_far or _is_own_decision(scene.sentence, held, owners, hit):
        return Owner(held.voice.country, None, "own")
    return None


def _of_person(
    voices: Sequence[Voice],
    held: Held | None,
    stance: Stance,
    movement: Hit,
) -> Owner | None:
    """Return the force of a person's country; who asks does not ask for the own one."""
    if stance is not Stance.SHOULD_LEAVE:
        return whose.of_voice(voices, movement)
    others = [voice for voice in voices if voice.is_personal and (not held or voice != held.voice)]
    person = whose.of_voice(others, movement)
    if person is not None and _speaks(held) and person.distance <= _CLEAR_VOICE:
        return person
    return None


def _is_own_decision(
    sentence: Sentence,
    held: Held,
    owners: Sequence[Owner],
    movement: Hit,
) -> bool:
    """Whether somebody decides for the own force, and who is named is no part of it.

    "An attack on coalition forces since Trump announced the withdrawal": Trump's troops leave.
    """
    named = owners[0].hit if owners else None
    if held.cue is None or held.cue.kind != "decides" or named is None:
        return False
    is_between = held.voice.after <= named.first < movement.first
    return not is_between and sentence.distance(named, movement) > _OF_PLACE


def _speaks(held: Held | None) -> bool:
    return held is not None and held.cue is not None
