"""Who says whose forces leave, should leave, stay or have left, and under which condition.

PLOVER (RETREAT, withdraw) and CAMEO 087 code the event alone; a claim keeps whose word it is, in
which direction, and under which condition.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SURE: Final = 0.7  # from here on a claim is shown without a question mark


class Stance(StrEnum):
    """What is said of a force."""

    LEFT = "left"  # done
    LEAVING = "leaving"  # under way
    WILL_LEAVE = "will_leave"  # planned, decided, announced
    SHOULD_LEAVE = "should_leave"  # demanded, wanted
    STAYS = "stays"  # will stay, refuses, denies leaving, names no date
    SHOULD_STAY = "should_stay"  # somebody wants it to; criticism of leaving

    @property
    def leaves(self) -> bool:
        """Whether it points out of the country; the others point to staying."""
        return self not in (Stance.STAYS, Stance.SHOULD_STAY)


STANCES: Final = tuple(stance.value for stance in Stance)
FORCES: Final = (
    "us",
    "russia",
    "iran",
    "hezbollah",
    "turkey",
    "israel",
    "france",
    "uk",
    "coalition",
    "foreign",  # all of them
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A claim as a field of its article: `body[paragraph][start:end]` is its sentence."""

    sentence: str
    force: str
    stance: str  # of Stance
    speaker: str | None  # None: the article itself says so
    country: str | None  # for which the speaker speaks
    condition: str | None
    said_on: str | None  # an ISO day
    via: str | None
    certainty: float
    paragraph: int  # of the body; -1 is the headline
    start: int
    end: int

    @property
    def shown(self) -> str:
        """Who says what of whom, and the sentence; an unsure claim has a question mark."""
        who = self.speaker or "the article"
        mark = "" if self.certainty >= SURE else "?"
        stance = self.stance.replace("_", " ")
        return f"{who}: {self.force} {stance}{mark}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of one sentence about one force.

    `body[paragraph][start:end]` is the sentence; paragraph -1 is the headline.
    """

    paragraph: int
    start: int
    end: int
    force: str
    stance: Stance
    speaker: str | None = None  # None: the article itself says so
    speaker_span: tuple[int, int] | None = None  # in the paragraph
    speaker_how: str | None = None
    speaker_country: str | None = None
    speaker_role: str | None = None
    condition: str | None = None  # its words: "after a political settlement"
    is_decision: bool = False  # the sentence names whose decision it is
    via: str | None = None  # the outlet or agency that the article cites
    said_on: str | None = None  # an ISO day
    said_on_how: str | None = None  # which words name the day; None: the day of publication
    marks: tuple[
        tuple[str, int, int], ...
    ] = ()  # what decided: concept, start, end in the sentence
    rule: str = ""
    certainty: float = 0.0  # measured for the rule
    version: str = ""

    @property
    def is_conditional(self) -> bool:
        """Whether a condition is named."""
        return self.condition is not None

    @property
    def is_sure(self) -> bool:
        """Whether it is shown without a question mark."""
        return self.certainty >= SURE
