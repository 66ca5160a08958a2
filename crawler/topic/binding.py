"""What a sentence says of the topic: who leaves or stays, where, and how clearly it is said.

Each movement is bound to the nearest mover and the nearest place of its sentence; what divides
clauses makes everything behind it far. A movement of a local force, out of another country
or out of a treaty is none of the topic's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.topic.lexicon import MOVEMENTS, Hit

_DIVIDES = re.compile(r"[,;:—–()«»،؛]|\.\.\.|…")
_CLAUSE = 4  # words that a mark between clauses counts as
_FAR = {",": 2, "،": 2, ":": 1}  # unless it divides less: "Ankara: our soldiers stay"
# What a movement may begin or end with and does not mean: "coming home" leaves no home.
_OUTSIDE = frozenset(["object", "local", "elsewhere"])
_SIDE_BY_SIDE = 3  # words between two terms of one enumeration, or of "the pullout from Syria"


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement or presence, bound to who moves and where."""

    kind: str  # withdraw, leave or stay
    mover: str  # foreign, unnamed
    is_here: bool  # the place stands in the sentence
    strength: float  # 0 to 1
    is_asked: bool  # somebody calls for it
    is_denied: bool
    hits: tuple[Hit, ...]  # what decided


class Sentence:
    """The words of a sentence and the terms in them."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]], hits: Iterable[Hit]):
        self.text = text
        self.spans = spans
        self.hits: dict[str, list[Hit]] = {}
        for hit in hits:
            self.hits.setdefault(hit.concept, []).append(hit)
        divided = [(m.start(), _FAR.get(m[0], _CLAUSE)) for m in _DIVIDES.finditer(text)]
        divided += [(spans[hit.first][0], _CLAUSE) for hit in self.hits.get("clause", ())]
        self._divided = sorted(divided)

    def distance(self, one: Hit, other: Hit) -> int:
        """Return how far apart two terms are, in words; 0 side by side."""
        first, last = sorted((one, other), key=lambda hit: hit.first)
        between = max(0, last.first - first.after)
        low, high = self.spans[first.after - 1][1], self.spans[last.first][0]
        return between + sum(far for place, far in self._divided if low <= place < high)

    def nearest(self, movement: Hit, concept: str, behind: int = 0) -> tuple[float, Hit | None]:
        """Return the term of a concept that is nearest to a movement, and how far it is.

        `behind` is added for what follows the movement.
        """
        found: tuple[float, Hit | None] = (float("inf"), None)
        for hit in self.hits.get(concept, ()):
            ends = hit.first == movement.first or hit.after == movement.after
            if concept in _OUTSIDE and ends:
                continue
            far = self.distance(movement, hit) + (behind if hit.first > movement.first else 0)
            if far < found[0]:
                found = far, hit
        return found


def bind(sentence: Sentence, settings: Mapping[str, float], *, is_near: bool) -> Movement | None:
    """Return the clearest movement of a sentence; None where it speaks of none.

    `is_near` says that the place was named in the headline or shortly before.
    """
    found = [
        movement
        for kind in MOVEMENTS
        for hit in sentence.hits.get(kind, ())
        if (movement := _bound(sentence, kind, hit, settings, is_near=is_near)) is not None
    ]
    return max(found, key=lambda movement: movement.strength, default=None)


def _bound(
    sentence: Sentence, kind: str, hit: Hit, settings: Mapping[str, float], *, is_near: bool
) -> Movement | None:
    mover = _mover(sentence, kind, hit, settings)
    if mover is None or _has_other_object(sentence, hit, settings):
        return None
    is_elsewhere, place = _place(sentence, hit, settings)
    is_near = is_near or "place" in sentence.hits
    if is_elsewhere or (place is None and not is_near):
        return None
    name, hits = mover
    return Movement(
        kind=kind,
        mover="foreign" if name.startswith("foreign") else "unnamed",
        is_here=place is not None,
        strength=settings[kind] * settings[name] * (settings["context"] if place is None else 1),
        is_asked=sentence.nearest(hit, "call")[0] <= settings["word_window"],
        is_denied=sentence.nearest(hit, "negation")[0] <= settings["word_window"],
        hits=(hit, *hits, *([place] if place else ())),
    )


def _mover(
    sentence: Sentence, kind: str, hit: Hit, settings: Mapping[str, float]
) -> tuple[str, tuple[Hit, ...]] | None:
    """Return who moves and what says so; None where a local force does, or nobody is named."""
    window = settings["mover_window"] * (0.5 if kind == "stay" else 1)
    to_actor, actor = sentence.nearest(hit, "actor")
    to_force, force = sentence.nearest(hit, "force")
    to_local, local = sentence.nearest(hit, "local")
    is_force = force is not None and to_force <= window
    if local is not None and to_local <= window and kind != "handover":
        # "Iran's ambassador": the country only says whose he is.
        is_whose = actor is not None and not is_force and sentence.distance(local, actor) == 0
        is_civil = kind in ("leave", "stay") and to_force > 1
        if is_whose or is_civil or to_local <= to_actor:
            return None
    if actor is not None and to_actor <= (window if is_force or kind != "leave" else window / 2):
        if force is not None and is_force:
            return "foreign_force", (force, actor)
        return _alone(kind, to_actor), (actor,)
    if kind not in ("withdraw", "leave") or local is not None:
        return None
    if force is not None and to_force <= (window / 2 if kind == "withdraw" else 2):
        return "unnamed", (force,)
    return ("nobody", ()) if kind == "withdraw" and _is_withdrawal_from(sentence, hit) else None


def _alone(kind: str, far: float) -> str:
    """Tell "the American withdrawal" from a country that stands somewhere near."""
    return "foreign_own" if kind in ("withdraw", "handover") and far <= 1 else "foreign"


def _is_withdrawal_from(sentence: Sentence, hit: Hit) -> bool:
    """Whether the place follows at once: "the pullout from Syria" needs nobody to be named."""
    return any(
        0 <= place.first - hit.after < _SIDE_BY_SIDE for place in sentence.hits.get("place", ())
    )


def _has_other_object(sentence: Sentence, hit: Hit, settings: Mapping[str, float]) -> bool:
    """Whether something else is left or withdrawn: a treaty, cash, a tournament."""
    to_object, _ = sentence.nearest(hit, "object")
    if to_object > settings["object_window"]:
        return False
    to_force, _ = sentence.nearest(hit, "force")
    to_place, _ = sentence.nearest(hit, "place")
    return to_object <= min(to_force, to_place)


def _place(sentence: Sentence, hit: Hit, settings: Mapping[str, float]) -> tuple[bool, Hit | None]:
    """Return whether a movement is bound to another country, and else its place if one is named."""
    to_place, place = sentence.nearest(hit, "place")
    to_other, other = sentence.nearest(hit, "elsewhere")
    if place is None or to_place > settings["place_window"]:
        return to_other <= settings["elsewhere_window"], None
    if other is None or to_place <= to_other or _are_listed(sentence, place, other):
        return False, place
    return True, None


def _are_listed(sentence: Sentence, one: Hit, other: Hit) -> bool:
    """Whether two places stand in one enumeration."""
    first, last = sorted((one, other), key=lambda hit: hit.first)
    divided = any(first.after <= c.first < last.first for c in sentence.hits.get("clause", ()))
    return last.first - first.after < _SIDE_BY_SIDE and not divided
