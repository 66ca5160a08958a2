"""The parts of a query, and the error of a malformed one."""

from dataclasses import dataclass
from datetime import datetime


class QueryError(ValueError):
    """A malformed query; the message names the position of the mistake."""

    def __init__(self, message: str, position: int):
        super().__init__(f"{message}, at character {position + 1}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in any of its forms; with `is_prefix` any word that begins with it."""

    text: str
    is_prefix: bool = False
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """A name, in any of its spellings in the corpus; they are filled in before a search."""

    text: str
    spellings: tuple[str, ...] = ()
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words, in their order."""

    text: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Words and phrases with at most `distance` words between them."""

    parts: "tuple[Word | Phrase, ...]"
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on a field."""

    name: str
    value: str
    day: datetime | None = None  # of dates: where the period begins
    until: datetime | None = None  # where it has ended


@dataclass(frozen=True, slots=True)
class Not:
    """All articles that `node` does not match."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """The articles that every node matches."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """The articles that any of the nodes matches."""

    nodes: "tuple[Node, ...]"


Node = Word | Sound | Phrase | Near | Field | Not | And | Or
