"""Whether an article is on topic, and the sentences that say so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A term in a sentence, in characters of it."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that speaks for a verdict."""

    terms: tuple[str, ...]
    place: str  # headline, standfirst, lead, body, or short: the lead of a text of few sentences
    sentence: str
    weight: float  # its share of the score
    probability: float | None = None  # that it alone is reason enough; None: an older version
    reasons: tuple[str, ...] = ()  # what spoke most for it, or against it: "a withdrawal +0.4"
    # withdraw, handover, leave, stay, fate, talks or presence; empty: the rule of an older version
    movement: str = ""
    mover: str = ""  # foreign, unnamed or local
    is_asked: bool = False  # somebody calls for the movement
    is_denied: bool = False  # it is denied or refused
    paragraph: int | None = None  # of the body, from 0
    start: int = 0  # where the sentence begins in its paragraph, in characters
    marks: tuple[Mark, ...] = ()  # where the terms stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an article is on topic, and why."""

    relevant: bool
    probability: float | None = None  # that it is on topic; None: judged before there was one
    score: float  # the sum of the weights of its sentences
    evidence: tuple[Evidence, ...] = ()
    topic_version: str = ""
