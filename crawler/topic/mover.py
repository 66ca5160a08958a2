"""Who moves: rules over the nearest actor, force and local term; the first that fits decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Near, Sentence

# A force without a country is near: "troops withdraw", "troops will soon leave".
_UNNAMED_SHARE = 0.5
# "The American withdrawal", "the withdrawal of American …"
_OWN = 1  # words


@dataclass(frozen=True, slots=True)
class Around:
    """A movement, and the nearest terms that may say who moves."""

    sentence: Sentence
    movement: Hit
    kind: str
    window: float  # words within which a mover is sought
    actor: Near
    force: Near
    local: Near

    @property
    def has_force(self) -> bool:
        """Whether a force is near."""
        return self.force.distance <= self.window

    @property
    def has_actor(self) -> bool:
        """Whether a country is near."""
        return self.actor.distance <= self.window


@dataclass(frozen=True, slots=True)
class Rule:
    """A case, and the mover that it means."""

    mover: str  # a factor of the table `strength`, and with m_ before it a weight
    fits: Callable[[Around], bool]
    example: str


def mover_of(found: Around) -> str:
    """Return who moves: foreign_force, foreign_own, foreign, unnamed, nobody or local."""
    rule = rule_for(found, RULES)
    return "nobody" if rule is None else rule.mover


def rule_for(
    found: Around,
    rules: Sequence[Rule],
) -> Rule | None:
    """Return the first rule that fits."""
    for rule in rules:
        if rule.fits(found):
            return rule
    return None


def around(
    sentence: Sentence,
    kind: str,
    movement: Hit,
    window: float,
) -> Around:
    """Return a movement with the nearest terms that may say who moves.

    `window` is the most words between a movement and its mover.
    """
    return Around(
        sentence=sentence,
        movement=movement,
        kind=kind,
        window=window,
        actor=sentence.nearest(movement, "actor"),
        force=sentence.nearest(movement, "force"),
        local=sentence.nearest_of(movement, _locals(sentence)),
    )


def _locals(sentence: Sentence) -> Sequence[Hit]:
    """Return the local terms, without those whom a foreign force fights.

    "American troops will stay to fight IS": who stays is not IS.
    """
    hits = sentence.terms("local")
    enemies = sentence.terms("enemy")
    is_fought = enemies and sentence.has("actor") and sentence.has("force")
    if not hits or not is_fought:
        return hits
    return [hit for hit in hits if not any(hit.is_inside(enemy) for enemy in enemies)]


def _is_local(around: Around) -> bool:
    """Whether a local term is nearer than any country; a handover names who gets the base."""
    if around.kind == "handover" or around.local.distance > around.window:
        return False
    return around.local.distance <= around.actor.distance and not _is_beside_its_force(around)


def _is_beside_its_force(around: Around) -> bool:
    """Whether the force of a country is right beside the movement: "American troops leave"."""
    if around.force.distance > 0 or not around.actor.is_found:
        return False
    force = around.force.hit
    return any(
        around.sentence.distance(force, actor) == 0 for actor in around.sentence.terms("actor")
    )


def _is_foreign_force(around: Around) -> bool:
    return around.has_actor and around.has_force


def _is_own(around: Around) -> bool:
    return around.actor.distance <= _OWN


def _is_foreign(around: Around) -> bool:
    return around.has_actor


def _is_force(around: Around) -> bool:
    return around.force.distance <= around.window * _UNNAMED_SHARE


def _is_nobody(around: Around) -> bool:
    return True


# Each example is judged by its rule in tests/topic/test_mover.py.
RULES = (
    Rule("local", _is_local, "Rebels withdraw from Syria as American troops advance"),
    Rule("foreign_force", _is_foreign_force, "American troops leave Syria"),
    Rule("foreign_own", _is_own, "The American withdrawal from Syria"),
    Rule("foreign", _is_foreign, "Moscow says it will not leave Syria"),
    Rule("unnamed", _is_force, "Troops withdraw from Syria"),
    Rule("nobody", _is_nobody, "The pullout from Syria"),
)
