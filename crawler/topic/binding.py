"""What a sentence says of the topic: who leaves or stays, where, and how clearly it is said.

Each movement is bound to the nearest mover and the nearest place of its sentence. A movement of a
local force, out of another country or out of a treaty does not belong to the topic.

The windows (settings ending in `_window`, in words) and the strengths are numbers of the topic
file: docs/topics.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.topic.lexicon import MOVEMENTS, Hit
from crawler.topic.mover import mover_of
from crawler.topic.sentence import Near, Sentence


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement or presence, bound to who moves and where."""

    kind: str  # withdraw, handover, leave or stay
    mover: str  # foreign, unnamed
    is_here: bool  # the sentence names the place
    strength: float  # 0 to 1
    is_asked: bool  # somebody calls for it
    is_denied: bool
    hits: tuple[Hit, ...]  # the terms that decided


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds the movements of sentences by the numbers of a topic file."""

    settings: Mapping[str, float]

    def bind(
        self,
        sentence: Sentence,
        *,
        is_near: bool,
    ) -> Movement | None:
        """Return the clearest movement of a sentence; None where it speaks of none.

        `is_near` says that the place was named in the headline or shortly before.
        """
        found = []
        for kind in MOVEMENTS:
            for hit in sentence.terms(kind):
                movement = self._bound(sentence, kind, hit, is_near=is_near)
                if movement is not None:
                    found.append(movement)
        # The first of equals: in the order of kinds, then of words.
        return max(found, key=lambda movement: movement.strength, default=None)

    def _bound(
        self,
        sentence: Sentence,
        kind: str,
        hit: Hit,
        *,
        is_near: bool,
    ) -> Movement | None:
        mover = mover_of(sentence, kind, hit, self.settings["mover_window"])
        if mover is None or self._has_other_object(sentence, hit):
            return None
        place = self._place(sentence, hit)
        if place is None:
            # The place is named, too far away to be bound, or was named shortly before.
            is_near = is_near or bool(sentence.terms("place"))
            if not is_near or self._is_elsewhere(sentence, hit):
                return None
        elif self._leaves_another(sentence, hit, place):
            return None
        return Movement(
            kind=kind,
            mover=mover.shown,
            is_here=place is not None,
            strength=self._strength(kind, mover.name, place),
            is_asked=self._has_beside(sentence, hit, "call"),
            is_denied=self._has_beside(sentence, hit, "negation"),
            hits=_deciding(hit, mover.hits, place),
        )

    def _strength(
        self,
        kind: str,
        mover: str,
        place: Near | None,
    ) -> float:
        strength = self.settings[kind] * self.settings[mover]
        if place is None:
            strength *= self.settings["context"]
        return strength

    def _has_beside(
        self,
        sentence: Sentence,
        movement: Hit,
        concept: str,
    ) -> bool:
        """Whether a term is close to a movement: "demands" or "not" before "withdraw"."""
        near = sentence.nearest(movement, concept)
        return near.distance <= self.settings["word_window"]

    def _has_other_object(
        self,
        sentence: Sentence,
        movement: Hit,
    ) -> bool:
        """Whether something else is left or withdrawn: a treaty, cash, a tournament.

        "The United States withdraws from the climate agreement" names no force and no place that
        is nearer.
        """
        thing = sentence.nearest(movement, "object")
        if thing.distance > self.settings["object_window"]:
            return False
        force = sentence.nearest(movement, "force")
        place = sentence.nearest(movement, "place")
        return thing.distance <= min(force.distance, place.distance)

    def _place(
        self,
        sentence: Sentence,
        movement: Hit,
    ) -> Near | None:
        """Return the nearest place of the topic; None where it is too far away."""
        place = sentence.nearest(movement, "place")
        return place if place.distance <= self.settings["place_window"] else None

    def _is_elsewhere(
        self,
        sentence: Sentence,
        movement: Hit,
    ) -> bool:
        """Whether a sentence without the place names another: "US troops leave Iraq"."""
        other = sentence.nearest(movement, "elsewhere")
        return other.distance <= self.settings["elsewhere_window"]

    def _leaves_another(
        self,
        sentence: Sentence,
        movement: Hit,
        place: Near,
    ) -> bool:
        """Whether another country is nearer: "US troops leave Iraq, months after Syria strikes".

        "US troops leave Iraq and Syria" leaves both.
        """
        other = sentence.nearest(movement, "elsewhere")
        if other.distance >= place.distance:
            return False
        return not sentence.are_listed(place.hit, other.hit)


def _deciding(
    movement: Hit,
    movers: Sequence[Hit],
    place: Near | None,
) -> tuple[Hit, ...]:
    if place is None:
        return (movement, *movers)
    return (movement, *movers, place.hit)
