"""What a sentence says of the topic: who leaves or stays, and where.

Each term of a movement is bound to the nearest mover and the nearest place. How clear that is, is
its strength: it chooses the movement that speaks for the sentence. What the sentence means for the
article, learnt weights say (features.py).

The windows (settings ending in `_window`, in words) and the strengths are numbers of the topic
file: docs/topics.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.topic.lexicon import MOVEMENTS, Hit
from crawler.topic.mover import Around, around, mover_of
from crawler.topic.sentence import Near, Sentence

# "The future" and "the agreement" are of the topic where a base or force is meant.
_FATE_WINDOW = 5  # words to a base, a force or a word of presence
_TALKS_WINDOW = 6  # words to a base
_CLEAR = 0.3  # strength from which a movement counts: a presence without a country has less


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a movement is, and what else may be meant."""

    is_here: bool  # the sentence names the place
    is_near: bool  # the place was named shortly before, or is far away in the sentence
    is_elsewhere: bool  # another country is nearer
    has_object: bool  # something else is left: a treaty, cash


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A movement, stay or presence, bound to who moves and where."""

    kind: str  # of MOVEMENTS
    mover: str  # foreign_force, foreign_own, foreign, unnamed, nobody or local
    around: Around  # its term and the nearest others
    place: Near
    seen: Seen
    strength: float  # 0 to 1

    @property
    def is_clear(self) -> bool:
        """Whether it counts among the movements of a text."""
        return self.strength >= _CLEAR

    @property
    def counts(self) -> bool:
        """Whether a foreign force moves, or nobody is named, in or out of the place."""
        seen = self.seen
        is_other = seen.is_elsewhere or seen.has_object or self.mover == "local"
        return not is_other and (seen.is_here or seen.is_near)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The terms that decided."""
        deciding = [self.around.movement]
        if self.mover in ("foreign_force", "unnamed"):
            deciding.append(self.around.force.hit)
        if self.mover.startswith("foreign"):
            deciding.append(self.around.actor.hit)
        if self.mover == "local":
            deciding.append(self.around.local.hit)
        if self.seen.is_here:
            deciding.append(self.place.hit)
        return tuple(deciding)


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds the movements of sentences by the numbers of a topic file."""

    settings: Mapping[str, float]

    def bind(
        self,
        sentence: Sentence,
        *,
        is_near: bool,
    ) -> list[Movement]:
        """Return the movements of a sentence, the clearest first.

        Of equals the first in the order of kinds, then of words. `is_near` says that the place was
        named in the headline or shortly before.
        """
        found = []
        for kind, hit in _movements(sentence):
            found.append(self._bound(sentence, kind, hit, is_near=is_near))
        found.sort(key=lambda movement: -movement.strength)
        return found

    def _bound(
        self,
        sentence: Sentence,
        kind: str,
        hit: Hit,
        *,
        is_near: bool,
    ) -> Movement:
        near = around(sentence, kind, hit, self.settings["mover_window"])
        place = sentence.nearest(hit, "place")
        is_here = place.distance <= self.settings["place_window"]
        is_near = not is_here and (is_near or place.is_found)
        seen = Seen(
            is_here=is_here,
            is_near=is_near,
            is_elsewhere=self._is_elsewhere(sentence, hit, place),
            has_object=self._has_object(sentence, near, place),
        )
        mover = mover_of(near)
        return Movement(
            kind=kind,
            mover=mover,
            around=near,
            place=place,
            seen=seen,
            strength=self._strength(kind, mover, seen),
        )

    def _strength(
        self,
        kind: str,
        mover: str,
        seen: Seen,
    ) -> float:
        settings = self.settings
        strength = settings[kind] * settings[mover]
        if seen.is_near:
            strength *= settings["near"]
        elif not seen.is_here:
            strength *= settings["absent"]
        if seen.has_object:
            strength *= settings["object"]
        if seen.is_elsewhere:
            strength *= settings["elsewhere"]
        return strength

    def _is_elsewhere(
        self,
        sentence: Sentence,
        hit: Hit,
        place: Near,
    ) -> bool:
        """Whether another country is nearer: "US troops leave Iraq, months after Syria strikes".

        "US troops leave Iraq and Syria" leaves both.
        """
        other = sentence.nearest(hit, "elsewhere")
        if not place.is_found:
            return other.distance <= self.settings["elsewhere_window"]
        if other.distance >= place.distance:
            return False
        return not sentence.are_listed(place.hit, other.hit)

    def _has_object(
        self,
        sentence: Sentence,
        near: Around,
        place: Near,
    ) -> bool:
        """Whether something else is left or withdrawn: a treaty, cash, a tournament.

        "The United States withdraws from the climate agreement" names no force and no place that
        is nearer.
        """
        thing = sentence.nearest(near.movement, "object")
        if thing.distance > self.settings["object_window"]:
            return False
        return thing.distance <= min(near.force.distance, place.distance)


def _movements(sentence: Sentence) -> Iterator[tuple[str, Hit]]:
    """Yield the terms of movements, each word of a kind once."""
    for kind in MOVEMENTS:
        last = -1
        for hit in sentence.terms(kind):
            # "Pull" and "pull out" are one movement.
            if hit.first != last and _is_meant(sentence, kind, hit):
                last = hit.first
                yield kind, hit


def _is_meant(
    sentence: Sentence,
    kind: str,
    hit: Hit,
) -> bool:
    """Whether "future" or "agreement" is that of a base: "the fate of the base at Tartus"."""
    if kind == "fate":
        return _is_beside(sentence, hit, ("base", "force", "presence"), _FATE_WINDOW)
    if kind == "talks":
        return _is_beside(sentence, hit, ("base",), _TALKS_WINDOW)
    return True


def _is_beside(
    sentence: Sentence,
    hit: Hit,
    concepts: Sequence[str],
    window: int,
) -> bool:
    return any(sentence.nearest(hit, concept).distance <= window for concept in concepts)
