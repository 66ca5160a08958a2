"""The story of an article, as it is stored."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoryHint:
    """A suggestion: to merge stories `a` and `b`, or to move article `a` to story `b`."""

    kind: str
    a: int
    b: int
    score: float
    reason: dict[str, Any] | None  # JSON values


@dataclass(frozen=True, slots=True)
class Placed:
    """Which story an article is in, how it came there, and why."""

    article_id: int
    story_id: int  # of its first article
    method: str  # founded, joined, unsure, copy, reader
    score: float | None = None  # log-odds
    reason: dict[str, Any] | None = None  # JSON values
    hints: tuple[StoryHint, ...] = ()


READER = "reader"  # the method of an article that a reader moved
FOUNDED = "founded"
UNSURE = "unsure"
