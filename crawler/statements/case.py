"""A movement in its sentence, with whose claim it is: what the rules of stances look at."""

from dataclasses import dataclass

from crawler.statements.conditions import clauses_in
from crawler.statements.holder import Held
from crawler.topic.lexicon import Hit
from crawler.topic.movement import Movement
from crawler.topic.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Case:
    """A movement in its sentence, with whose claim it is."""

    sentence: Sentence
    movement: Movement
    held: Held | None
    language: str

    @property
    def hit(self) -> Hit:
        """The words of the movement."""
        return self.movement.around.movement

    @property
    def cue(self) -> str:
        """What the speaker does: asks, decides, …; empty where nobody does anything."""
        return self.held.cue.kind if self.held and self.held.cue else ""

    def is_near(self, concept: str, words: float) -> bool:
        """Whether a term is close, on either side or inside."""
        clauses = [one for one in clauses_in(self.sentence) if self.hit.first not in one]
        hits = [
            hit
            for hit in self.sentence.terms(concept)
            if not any(hit.first in clause for clause in clauses)
        ]
        return self.sentence.nearest_of(self.hit, hits).distance <= words

    def is_before(self, concept: str, words: float) -> bool:
        """Whether a term is close before the movement."""
        return any(
            hit.first < self.hit.first and self.sentence.distance(hit, self.hit) <= words
            for hit in self.sentence.terms(concept)
        )

    def is_said_by(self, concept: str) -> bool:
        """Whether the words of the movement say it themselves: "withdrew" is done."""
        return any(_overlap(hit, self.hit) for hit in self.sentence.terms(concept))


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first < other.after and other.first < one.after
