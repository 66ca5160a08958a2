"""What a text says that somebody said: its statements and its claims."""

from dataclasses import dataclass

from storage.records.claim import Claim
from storage.records.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """The statements and claims of one text, and the rules that found them."""

    statements: tuple[Statement, ...]
    claims: tuple[Claim, ...] = ()
    version: str = ""
