"""The stored robots.txt of an origin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.outcome import Outcome

RobotsVerdict = Literal["rules", "allow", "disallow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRecord:
    """The newest answer of an origin about its robots.txt."""

    origin: str
    fetched_at: datetime
    expires_at: datetime
    verdict: RobotsVerdict  # rules: those of `body`; allow or disallow: all URLs
    cause: Outcome | None = None  # why everything is disallowed
    body: str = ""
    detail: str = ""
