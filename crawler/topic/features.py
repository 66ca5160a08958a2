"""What of a sentence, and of the text around it, speaks for the topic: values for the weights.

A feature is a name and a value, 1 unless said otherwise; what has the value 0 is left out. Each has
a weight in the table `weights` of the topic file, and words with which a verdict explains itself.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from crawler.topic.lexicon import Hit
from crawler.topic.movement import Movement
from crawler.topic.reading import Passage
from crawler.topic.sentence import Near, Sentence

Features = dict[str, float]

# By name: what it means, in the words of an explanation.
MEANINGS = {
    "bias": "every sentence begins here",
    "z_headline": "it is the headline",
    "z_short": "it is one of few sentences",
    "z_lead": "it is in the lead",
    "z_body": "it is in the body",
    "k_withdraw": "a withdrawal",
    "k_handover": "a handover",
    "k_leave": "somebody leaves",
    "k_stay": "somebody stays",
    "k_fate": "the future of a base or force",
    "k_talks": "talks about a base",
    "k_presence": "a presence",
    "m_foreign_force": "a foreign force is named",
    "m_foreign_own": "a foreign country is named beside it",
    "m_foreign": "a foreign country is named",
    "m_unnamed": "a force of no country is named",
    "m_nobody": "nobody is named",
    "m_local": "a local force or civilians are nearer",
    "p_here": "the place is named",
    "p_context": "the place was named before",
    "p_after": "the place is named in the next sentence",
    "p_none": "the place is not named",
    "p_toward": "the place is the goal",
    "else_nearer": "another country is nearer",
    "object": "something else is left",
    "c_actor": "the country is close",
    "c_force": "the force is close",
    "c_place": "the place is close",
    "c_local": "a local force or civilians are close",
    "civil": "civilians are named",
    "arrive": "a force arrives or attacks",
    "local_any": "a local force is named",
    "duration": "it says how long",
    "call": "somebody asks for it",
    "n_moves": "more movements",
    "second_kind": "a movement of another kind",
    "here_x_force": "a foreign force leaves the place",
    "actor_first": "the country comes before the movement",
    "background": "it is what something else follows",
    "arrive_leave": "who leaves has just come",
    "leave_noforce": "no force leaves",
    "leave_asked": "a country is asked to leave, or refuses to",
    "mover_context": "a country was named before, not here",
    "force_context": "a force was named before",
    "first_sent": "the first sentence",
    "body_weak": "in the body, somebody leaves or stays",
    "body_presence": "in the body, a presence",
    "head_place": "the headline names the place",
    "no_title": "there is no headline",
    "density": "many sentences of the text have a movement",
    "text_elsewhere": "the text begins with another country",
    "text_civil": "civilians are named all over the text",
    "text_strike": "strikes are named all over the text",
    "share_else": "other countries are named all over the text",
    "share_force": "forces of a country are named all over the text",
    "lead_strike": "the text begins with a strike",
}
_WEAK = ("leave", "stay", "fate")
_LEAVING = ("withdraw", "handover", "leave")
_FOREIGN = ("foreign", "foreign_own")
# From so many words on, closeness counts nothing.
_FAR = 40
# Words in which closeness falls to a half.
_HALF = 3
_MOST_MOVES = 3  # that are counted in a sentence, and in what a text has at least
_AFTER = 8  # words from "after" to what is background
_BESIDE = 8  # words to a word of asking or refusing
# Shares of sentences from which a text is about something else: docs/topics.md says how chosen.
_CIVIL_SHARE = 0.3
_STRIKE_SHARE = 0.4
_BEGINNING = 3  # sentences, the headline among them
_LEAD_STRIKE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A passage with its movements, and those around it."""

    passage: Passage
    sentence: Sentence
    movements: Sequence[Movement]  # at least one, the clearest first
    is_first: bool  # the first sentence of the body
    is_named_next: bool  # the next sentence names the place
    before: Set[str]  # concepts in the headline and in the sentence before


def features_of(said: Said) -> Features:
    """Return the features of a sentence by itself."""
    movement = said.movements[0]
    found = {"bias": 1.0, _zone(said.passage): 1.0}
    found["k_" + movement.kind] = 1.0
    found["m_" + movement.mover] = 1.0
    for name in _of_place(said, movement):
        found[name] = 1.0
    for name in _of_words(said, movement):
        found[name] = 1.0
    for name in _of_mover(said, movement):
        found[name] = 1.0
    found.update(_closeness(movement))
    # "They will leave Syria, and the base goes to the army": two movements are clearer than one.
    clear = [other for other in said.movements if other.is_clear]
    found["n_moves"] = min(len(clear), _MOST_MOVES) / _MOST_MOVES
    if any(other.kind != movement.kind for other in clear):
        found["second_kind"] = 1.0
    return found


def _zone(passage: Passage) -> str:
    zone = "lead" if passage.zone == "standfirst" else passage.zone
    return "z_" + zone


def _of_place(
    said: Said,
    movement: Movement,
) -> Iterator[str]:
    """Yield what is known of the place: "from Syria", "to Syria", "from Iraq"."""
    seen = movement.seen
    if seen.is_here:
        yield "p_here"
    elif seen.is_near:
        yield "p_context"
    elif said.is_named_next:
        yield "p_after"
    else:
        yield "p_none"
    if seen.is_elsewhere:
        yield "else_nearer"
    if seen.has_object:
        yield "object"
    goals = said.sentence.terms("toward")
    places = said.sentence.terms("place")
    if goals and places and all(_is_in(place, goals) for place in places):
        yield "p_toward"


def _is_in(
    hit: Hit,
    others: Sequence[Hit],
) -> bool:
    return any(hit.is_inside(other) for other in others)


def _of_words(
    said: Said,
    movement: Movement,
) -> Iterator[str]:
    """Yield what else the sentence names: civilians, an attack, "as long as needed"."""
    for concept in ("civil", "arrive", "duration", "call"):
        if said.sentence.has(concept):
            yield concept
    if said.sentence.has("local"):
        yield "local_any"
    if said.is_first:
        yield "first_sent"
    if said.passage.zone == "body":
        if movement.kind in _WEAK:
            yield "body_weak"
        if movement.kind == "presence":
            yield "body_presence"


def _of_mover(
    said: Said,
    movement: Movement,
) -> Iterator[str]:
    """Yield how clearly a foreign force moves."""
    around = movement.around
    is_leaving = movement.kind in _LEAVING
    if is_leaving and movement.seen.is_here and movement.mover == "foreign_force":
        yield "here_x_force"
    if around.actor.is_found and around.actor.hit.first < around.movement.first:
        yield "actor_first"
    if is_leaving and said.sentence.has("arrive"):
        yield "arrive_leave"
    if _is_background(said.sentence, around.movement):
        yield "background"
    is_country = movement.mover in _FOREIGN
    if is_country and movement.kind == "leave":
        yield "leave_noforce"
        if movement.seen.is_here and _is_asked(said.sentence, movement):
            yield "leave_asked"
    if is_country and "force" in said.before:
        yield "force_context"
    # Presence and talks are no moves: somebody unnamed is always present.
    is_nobody = movement.mover in ("unnamed", "nobody")
    is_move = movement.kind not in ("presence", "fate", "talks")
    if is_nobody and is_move and not said.sentence.has("local") and "actor" in said.before:
        yield "mover_context"


def _is_background(
    sentence: Sentence,
    movement: Hit,
) -> bool:
    """Whether something follows a movement: "resigned three days after the withdrawal"."""
    for hit in sentence.terms("after"):
        if hit.first < movement.first and sentence.distance(hit, movement) <= _AFTER:
            return True
    return False


def _is_asked(
    sentence: Sentence,
    movement: Movement,
) -> bool:
    """Whether a country is asked to leave, or refuses: "Iran has to leave", "will not leave"."""
    if sentence.has("civil"):
        return False
    if sentence.has("refuse"):
        return True
    hit = movement.around.movement
    for concept in ("negation", "call"):
        if sentence.nearest(hit, concept).distance <= _BESIDE:
            return True
    return False


def _closeness(movement: Movement) -> Iterator[tuple[str, float]]:
    """Yield how close the nearest terms are: 1 side by side, a half three words away."""
    around = movement.around
    for name, near in (
        ("c_actor", around.actor),
        ("c_force", around.force),
        ("c_place", movement.place),
        ("c_local", around.local),
    ):
        value = _close(near)
        if value:
            yield name, value


def _close(near: Near) -> float:
    if near.distance >= _FAR:
        return 0.0
    return 1 / (1 + near.distance / _HALF)


def features_of_text(
    passages: Sequence[Passage],
    said: Mapping[int, Said],
) -> Features:
    """Return the features that all sentences of a text share; `said` by number of passage."""
    found: Features = {}
    headline = passages[0] if passages and passages[0].zone == "headline" else None
    if headline is None:
        found["no_title"] = 1.0
    elif "place" in headline.said:
        found["head_place"] = 1.0
    count = sum(passage.sentences for passage in passages)
    # In a text of one sentence that sentence is not all that a text of ten would say.
    least = max(_MOST_MOVES, count)
    clear = sum(one.movements[0].is_clear for one in said.values())
    found["density"] = min(1.0, 2 * clear / least)
    found["share_else"] = _count(passages, "elsewhere") / least
    found["share_force"] = _count(passages, "force", "actor") / least
    if _count(passages, "civil") > _CIVIL_SHARE * count:
        found["text_civil"] = 1.0
    if _count(passages, "strike") > _STRIKE_SHARE * count:
        found["text_strike"] = 1.0
    if any("strike" in passage.said for passage in passages[:_LEAD_STRIKE]):
        found["lead_strike"] = 1.0
    if any(_is_elsewhere(said[n]) for n in range(_BEGINNING) if n in said):
        found["text_elsewhere"] = 1.0
    return {name: value for name, value in found.items() if value}


def _count(
    passages: Sequence[Passage],
    *concepts: str,
) -> int:
    return sum(passage.said.issuperset(concepts) for passage in passages)  # type: ignore[attr-defined]


def _is_elsewhere(said: Said) -> bool:
    movement = said.movements[0]
    is_move = movement.kind in _LEAVING and movement.mover != "local"
    return is_move and movement.seen.is_elsewhere
