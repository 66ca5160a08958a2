"""The claims of one sentence: who says whose forces leave or stay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from crawler.statements import whose
from crawler.statements.conditions import condition_of
from crawler.statements.holder import Cue, Held, cues_in, holder_of
from crawler.statements.stance import LEAVING, Case, stance_of
from crawler.statements.voices import Scene, Voice, scene_of
from crawler.statements.whose import Owner
from crawler.statements.wordbook import forces
from crawler.topic.lexicon import Hit
from crawler.topic.movement import Binder, Movement
from crawler.topic.sentence import Sentence
from storage.records.claim import Stance

_CLEAR_VOICE: Final = 5  # words to a named force, from which a decider's own country is likelier
LISTS: Final = ("refers", "exempts", "meant")  # what a list that refers back begins or ends with
_ELSEWHERE: Final = 20  # words to another country, where the place is not named
_OF_FORCE: Final = 6  # words from "leave" to a force: "Mattis left" is no withdrawal
_OF_PLACE: Final = 3
_MOVER: Final = 5  # words from a person to what its own force does: "Trump to withdraw"
_ANSWERED: Final = 6
_LIST_REACH: Final = 14  # words from "includes" to the first of its list


@dataclass(frozen=True, slots=True)
class Said:
    """A claim of a sentence, before it is placed in its article."""

    owner: Owner
    stance: Stance
    rule: str
    voice: Voice | None
    movement: Hit
    condition: str | None = None
    is_decision: bool = False
    cue: Hit | None = None  # what the voice does
    is_guess: bool = False  # nothing says that the voice speaks


@dataclass(slots=True)
class Context:
    """What the sentences before said: for "the troops", and for lists that refer back."""

    forces: list[str] = field(default_factory=list)  # of the last claim
    stance: Stance | None = None
    is_near: bool = False  # the place was named

    def note(self, claims: Sequence[Said]) -> None:
        """Remember the claims of a sentence, if it has any."""
        if claims:
            self.forces = [claim.owner.force for claim in claims]
            self.stance = claims[0].stance


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
    found += _of_list(scene, context)
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
    owners = _owners(scene, movement, held, rule.stance, context)
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


def _owners(
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


def _of_list(scene: Scene, context: Context) -> Iterator[Said]:
    """Yield what a list says that refers back: "this includes the American and Iranian"."""
    sentence = scene.sentence
    exempts = sentence.terms("exempts")
    countries = [
        one for one in whose.candidates(sentence, scene.words) if one.concept != "force:foreign"
    ]
    for hit in exempts or (*sentence.terms("refers"), *sentence.terms("meant")):
        listed = _listed(hit, countries)
        if not listed or sentence.distance(hit, listed[0]) > _LIST_REACH:
            continue
        if not _is_about_all(sentence, hit, context, is_exempt=bool(exempts)):
            continue
        held = holder_of(scene, hit)
        chain = [listed[0], *whose.enumeration(sentence, scene.words, listed[0], listed)]
        for one in chain:
            yield Said(
                Owner(one.concept.removeprefix("force:"), one, "listed"),
                Stance.STAYS if exempts else _referred(context),
                "exempt" if exempts else "list",
                held.voice if held else None,
                hit,
                cue=held.cue.hit if held and held.cue else None,
            )


def _listed(list_word: Hit, countries: Sequence[Hit]) -> list[Hit]:
    """Return the forces that a word lists: those behind "includes", before "are meant"."""
    if list_word.concept == "meant":
        return [one for one in countries if one.after <= list_word.first]
    return [one for one in countries if one.first >= list_word.after]


def _is_about_all(
    sentence: Sentence,
    list_word: Hit,
    context: Context,
    *,
    is_exempt: bool,
) -> bool:
    """Whether a list continues a claim about all foreign forces, or what somebody called for."""
    moves = any(sentence.has(kind) for kind in (*LEAVING, "presence", "calls"))
    if not moves and not context.forces:
        return False
    if sentence.nearest(list_word, "untrue").distance <= _ANSWERED:
        return False
    is_of_all = "foreign" in context.forces or sentence.has("force:foreign")
    return is_exempt or is_of_all or sentence.has("calls")


def _referred(context: Context) -> Stance:
    """Return the stance that a list continues: what is done or under way, else a demand."""
    is_done = context.stance in (Stance.LEFT, Stance.LEAVING)
    if context.stance is not None and is_done and "foreign" in context.forces:
        return context.stance
    return Stance.SHOULD_LEAVE


def _is_all(said: Said) -> bool:
    return said.owner.force == "foreign" and said.stance.leaves


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
