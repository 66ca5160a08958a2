"""The query grammar: words, "phrases", OR, -not, NEAR, prefix*, brackets and fields.

    withdraw* syria -iraq
    "withdrawal of troops" OR NEAR(troops leave, 5)
    lang:ar source:sana after:2024-12 (title:انسحاب OR verdict:on)

Words next to each other mean "and". A field is followed by a colon and its value, without a space.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.records.claims import MOST, number

_NEAR = 10  # words, where NEAR names none
_FARTHEST = 10_000  # words, in NEAR; FTS5 counts in 32 bits
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what SQLite cannot compare
_DEEPEST = 50  # brackets and minus signs inside one another
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()
      | (?P<close>\))
      | (?P<near>NEAR\s*\()
      | (?P<minus>-(?=\S))
      | (?P<field>[a-z_]+):(?=\S)
      | (?P<phrase>"[^"]*")
      | (?P<word>[^\s()"]+)
    )""",
    re.X,
)


class QueryError(ValueError):
    """A query that cannot be understood, and where."""

    def __init__(self, message: str, position: int):
        super().__init__(f"{message}, at character {position + 1}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in any of its forms; with `is_prefix` any that begins so."""

    text: str
    is_prefix: bool = False
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, in their order."""

    text: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Words and phrases that stand no more than so many words from each other."""

    parts: "tuple[Word | Phrase, ...]"
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on a field."""

    name: str
    value: str
    day: datetime | None = None  # of after and before


@dataclass(frozen=True, slots=True)
class Not:
    """Everything else."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: "tuple[Node, ...]"


Node = Word | Phrase | Near | Field | Not | And | Or

FIELDS = {
    "source": "the outlet's name holds this",
    "family": "whose the outlet is",
    "country": "ISO 3166 code of the outlet",
    "group": "the outlet's group in sources.toml",
    "lang": "ISO 639 code of the text",
    "author": "the byline holds this",
    "wire": "the agency that the text is from",
    "title": "in the headline",
    "after": "published on this day or later: 2024, 2024-12, 2024-12-08",
    "before": "published before this day",
    "verdict": "on or off",
    "duplicate": "yes, no, or the id of the original",
    "id": "the article's number",
}


def parse(query: str) -> Node:
    """Read a query. Raises QueryError with the position of what is wrong."""
    return _Parser(query).read()


class _Parser:
    def __init__(self, query: str):
        if odd := _NO_TEXT.search(query):
            raise QueryError("a character that no text has", odd.start())
        self._query = query
        self._tokens: list[tuple[str, str, int]] = []  # kind, text, place
        place = 0
        end = len(query.rstrip())
        while place < end:
            match = _TOKEN.match(query, place)
            if match is None:
                place += len(query[place:]) - len(query[place:].lstrip())
                raise QueryError("a quotation mark without its partner", place)
            kind = match.lastgroup or ""
            self._tokens.append((kind, match[kind], match.start(kind)))
            place = match.end()
        self._next = 0
        self._depth = 0

    def read(self) -> Node:
        if not self._tokens:
            raise QueryError("an empty query", 0)
        node = self._any()
        if self._next < len(self._tokens):
            raise QueryError("a closing bracket without its partner", self._tokens[self._next][2])
        return node

    def _peek(self) -> tuple[str, str, int]:
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return "end", "", len(self._query)

    def _take(self) -> tuple[str, str, int]:
        token = self._peek()
        self._next += 1
        return token

    def _any(self) -> Node:
        nodes = [self._all()]
        while self._peek()[:2] == ("word", "OR"):
            self._take()
            nodes.append(self._all())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _all(self) -> Node:
        nodes: list[Node] = []
        while True:
            kind, text, place = self._peek()
            if kind in ("end", "close") or (kind, text) == ("word", "OR"):
                break
            if (kind, text) == ("word", "AND"):
                self._take()
                continue
            nodes.append(self._one())
        if not nodes:
            raise QueryError("something is missing", place)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("too deep", self._peek()[2])
        node = self._read_one()
        self._depth -= 1
        return node

    def _read_one(self) -> Node:
        kind, text, place = self._take()
        match kind:
            case "minus":
                return Not(self._one())
            case "open":
                node = self._any()
                if self._take()[0] != "close":
                    raise QueryError("an opening bracket without its partner", place)
                return node
            case "near":
                return self._near(place)
            case "field":
                return self._field(text, place)
            case "phrase":
                return _phrase(text, place)
            case "word" if text == "NOT":
                return Not(self._one())
            case "word":
                return _word(text, place)
        raise QueryError("something is missing", place)

    def _near(self, place: int) -> Near:
        parts: list[Word | Phrase] = []
        distance = _NEAR
        while True:
            kind, text, here = self._take()
            if kind == "close":
                break
            if kind == "phrase":
                parts.append(_phrase(text, here))
            elif kind == "word" and (match := re.fullmatch(r",?([0-9]+)", text)) and parts:
                distance = _distance(match[1], here)
            elif kind == "word" and text != ",":
                parts.append(_word(text.rstrip(","), here))
            elif kind != "word":
                raise QueryError("NEAR holds words and phrases: NEAR(troops leave, 5)", here)
        if len(parts) < 2:
            raise QueryError("NEAR needs two words: NEAR(troops leave, 5)", place)
        return Near(tuple(parts), distance)

    def _field(self, name: str, place: int) -> Node:
        if name not in FIELDS:
            raise QueryError(f"no field {name!r}; there are {', '.join(FIELDS)}", place)
        kind, text, here = self._take()
        if kind not in ("word", "phrase", "field"):
            raise QueryError(f"{name}: needs a value", here)
        if name == "title":
            return (
                _phrase(text, here, "headline")
                if kind == "phrase"
                else _word(text, here, "headline")
            )
        return _checked(name, text.strip('"'), here)


def _word(text: str, place: int, column: str | None = None) -> Word:
    bare = text.rstrip("*")
    if not any(character.isalnum() for character in bare) or "*" in bare:
        raise QueryError(f"{text!r} is no word", place)
    return Word(bare, len(bare) < len(text), column)


def _phrase(text: str, place: int, column: str | None = None) -> Phrase:
    bare = text.strip('"')
    if not any(character.isalnum() for character in bare):
        raise QueryError("an empty phrase", place)
    return Phrase(bare, column)


def _checked(name: str, value: str, place: int) -> Field:
    """Return a condition whose value can be compared."""
    if name in ("after", "before"):
        return Field(name, value, _day(value, place))
    if name == "verdict" and value not in ("on", "off"):
        raise QueryError("verdict: is on or off", place)
    if name == "id" and number(value) is None:
        raise QueryError(f"id: is a number up to {MOST}", place)
    if name == "duplicate" and value not in ("yes", "no") and number(value) is None:
        raise QueryError(f"duplicate: is yes, no or a number up to {MOST}", place)
    return Field(name, value)


def _distance(digits: str, place: int) -> int:
    distance = number(digits)
    if distance is None or distance > _FARTHEST:
        raise QueryError(f"NEAR reaches over {_FARTHEST} words at most", place)
    return distance


def _day(value: str, place: int) -> datetime:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", value)
    try:
        if match is not None:
            day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise QueryError("no date: write 2024, 2024-12 or 2024-12-08", place) from None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # 0001-01-01T00:00+23:59 is a time of the year 0
        raise QueryError("no date between the years 1 and 9999 of UTC", place) from None
