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
    weight: float
    movement: str = ""  # withdraw, handover, leave or stay; empty: the rule of an older version
    mover: str = ""  # foreign or unnamed
    is_asked: bool = False  # somebody calls for the movement
    is_denied: bool = False  # it is denied or refused
    paragraph: int | None = None  # of the body, from 0
    start: int = 0  # where the sentence begins in its paragraph, in characters
    marks: tuple[Mark, ...] = ()  # where the terms stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an article is on topic, and why."""

    relevant: bool
    score: float
    evidence: tuple[Evidence, ...] = ()
    topic_version: str = ""
