"""A claim of a sentence, and what the sentences before it said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.statements.voices import Voice
from crawler.statements.whose import Owner
from crawler.topic.lexicon import Hit
from storage.records.claim import Stance


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
