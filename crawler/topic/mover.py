"""Who moves: rules over the nearest actor, force and local term; the first that fits decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Near, Sentence

# "Stays" and "remains" are said of much: who stays has to be twice as near as who withdraws.
_STAY_SHARE = 0.5
# A country alone is far from most that leaves: "leaves" alone is said of ministers and gas, too.
_LEAVE_SHARE = 0.5
# A force without a country: "troops withdraw" is clear from afar, "troops leave" side by side.
_UNNAMED_SHARE = 0.5
_UNNAMED_LEAVES = 2  # words
# "The American withdrawal", "the withdrawal of American …"
_OWN = 1  # words


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves, and the terms that say so."""

    name: str  # a factor of the table `strength`: foreign_force, foreign_own, foreign, unnamed …
    hits: tuple[Hit, ...]

    @property
    def shown(self) -> str:
        """What evidence calls it: foreign or unnamed."""
        return "foreign" if self.name.startswith("foreign") else "unnamed"


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
        """Whether a country is near; where it leaves without a force, it has to be nearer."""
        is_weak = self.kind == "leave" and not self.has_force
        window = self.window * _LEAVE_SHARE if is_weak else self.window
        return self.actor.distance <= window

    @property
    def has_local(self) -> bool:
        """Whether a local term is near that may move; a handover names those who get the base."""
        return self.local.distance <= self.window and self.kind != "handover"


@dataclass(frozen=True, slots=True)
class Rule:
    """A case, and the mover that it means; None where the movement does not count."""

    mover: str | None
    fits: Callable[[Around], bool]
    example: str
    deciding: tuple[str, ...] = ()  # the concepts whose nearest terms are evidence


def mover_of(
    sentence: Sentence,
    kind: str,
    movement: Hit,
    window: float,
) -> Mover | None:
    """Return who moves; None where a local force does, or nobody is named.

    `window` is the most words between a movement and its mover.
    """
    found = around(sentence, kind, movement, window)
    rule = rule_for(found, RULES)
    if rule is None or rule.mover is None:
        return None
    terms = {"actor": found.actor, "force": found.force}
    hits = [terms[concept].hit for concept in rule.deciding]
    return Mover(rule.mover, tuple(hits))


def rule_for(found: Around, rules: Sequence[Rule]) -> Rule | None:
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
    """Return a movement with the nearest terms that may say who moves."""
    return Around(
        sentence=sentence,
        movement=movement,
        kind=kind,
        window=window * _STAY_SHARE if kind == "stay" else window,
        actor=sentence.nearest(movement, "actor"),
        force=sentence.nearest(movement, "force"),
        local=sentence.nearest(movement, "local"),
    )


def _belongs_to_an_actor(around: Around) -> bool:
    """Whether the country only says whose the local term is."""
    is_alone = around.has_local and not around.has_force
    if not is_alone or not around.actor.is_found:
        return False
    return around.sentence.distance(around.local.hit, around.actor.hit) == 0


def _is_civil(around: Around) -> bool:
    """Whether civilians leave or stay; a force side by side with the word would be meant."""
    is_weak = around.kind in ("leave", "stay")
    return around.has_local and is_weak and around.force.distance > 1


def _is_local(around: Around) -> bool:
    return around.has_local and around.local.distance <= around.actor.distance


def _is_foreign_force(around: Around) -> bool:
    return around.has_actor and around.has_force


def _is_own(around: Around) -> bool:
    is_clear = around.kind in ("withdraw", "handover")
    return is_clear and around.has_actor and around.actor.distance <= _OWN


def _is_foreign(around: Around) -> bool:
    return around.has_actor


def _needs_a_country(around: Around) -> bool:
    """Whether only a country would make it foreign: everybody stays somewhere."""
    return around.kind in ("handover", "stay") or around.local.is_found


def _is_force(around: Around) -> bool:
    if around.kind == "withdraw":
        return around.force.distance <= around.window * _UNNAMED_SHARE
    return around.force.distance <= _UNNAMED_LEAVES


def _is_withdrawal_from_the_place(around: Around) -> bool:
    is_withdrawal = around.kind == "withdraw"
    return is_withdrawal and around.sentence.follows_at_once(around.movement, "place")


# Each example is judged by its rule in tests/topic/test_mover.py.
RULES = (
    # Local forces and civilians.
    Rule(None, _belongs_to_an_actor, "Withdrawal of Iran's ambassador from Syria"),
    Rule(None, _is_civil, "Families of Americans leave Syria"),
    Rule(None, _is_local, "Rebels withdraw from Syria as American troops advance"),
    # Foreign forces.
    Rule("foreign_force", _is_foreign_force, "American troops leave Syria", ("force", "actor")),
    Rule("foreign_own", _is_own, "The American withdrawal from Syria", ("actor",)),
    Rule("foreign", _is_foreign, "Moscow says it will not leave Syria", ("actor",)),
    # Nobody is named.
    Rule(None, _needs_a_country, "Troops stay in Syria"),
    Rule("unnamed", _is_force, "Troops withdraw from Syria", ("force",)),
    Rule("nobody", _is_withdrawal_from_the_place, "The pullout from Syria"),
)
