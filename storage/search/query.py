"""The query grammar: words, "phrases", OR, -not, NEAR, prefix*, brackets and fields.

    withdraw* syria -iraq
    "withdrawal of troops" OR NEAR(troops leave, 5)
    lang:ar source:sana after:2024-12 (title:انسحاب OR verdict:on)

Words next to each other mean "and". A field is followed by a colon and its value, without a space.
"""

import difflib
import re
from datetime import UTC, datetime

from storage.records.claims import number
from storage.search.fields import DATED, FIELDS, checked
from storage.search.nodes import And, Near, Node, Not, Or, Phrase, QueryError, Sound, Word

_NEAR = 10  # words, if NEAR gives no number; FTS5 has the same default
_FARTHEST = 10_000  # words, in NEAR; FTS5 counts in 32 bits
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # characters that SQLite cannot compare
_SIMILAR = 0.75  # of difflib: a misspelled field, and not any other word
_DEEPEST = 50  # nested brackets and minus signs; far from Python's limit of 1000 calls
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


# What follows the colon of a field: "http://paper.example/1" is one value, and so is "-7d".
_VALUE = re.compile(r"""(?P<phrase>"[^"]*")|(?P<word>(?!NEAR\s*\()[^\s()"]+)""")


# An address may contain brackets, which then close what they open: "(url:paper.example/a_(b))".
_ADDRESS = re.compile(r"""(?P<phrase>"[^"]*")|(?P<word>(?:[^\s()"]|\([^\s()"]*\))+)""")


def parse(query: str, now: datetime | None = None) -> Node:
    """Parse a query; relative dates count from `now`, by default the time of this call.

    Raises QueryError with the position of a mistake.
    """
    return _Parser(query, now or datetime.now(UTC)).read()


Token = tuple[str, str, int]  # kind, text, place
_OR = ("word", "OR")
_AND = ("word", "AND")
_NOT = ("word", "NOT")


def tokens_of(query: str) -> list[Token]:
    """Return the tokens of a query. Raises QueryError where none begins."""
    if odd := _NO_TEXT.search(query):
        raise QueryError("a character that no text has", odd.start())

    tokens: list[Token] = []
    place = 0
    end = len(query.rstrip())
    while place < end:
        is_value = bool(tokens) and tokens[-1][0] == "field"
        value_of = _ADDRESS if is_value and tokens[-1][1] == "url" else _VALUE
        match = value_of.match(query, place) if is_value else None
        match = match or _TOKEN.match(query, place)
        if match is None:
            rest = query[place:]
            place += len(rest) - len(rest.lstrip())
            raise QueryError(
                "a quotation mark without its partner",
                place,
            )
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind], match.start(kind)))
        place = match.end()
    return tokens


class _Parser:
    """A recursive descent parser; each method reads one rule of the grammar."""

    def __init__(self, query: str, now: datetime):
        self._now = now
        self._end: Token = ("end", "", len(query))
        self._tokens = tokens_of(query)
        self._next = 0
        self._depth = 0

    def read(self) -> Node:
        if not self._tokens:
            raise QueryError("an empty query", 0)
        node = self._any()
        kind, _, place = self._peek()
        if kind != "end":
            raise QueryError(
                "a closing bracket without its partner",
                place,
            )
        return node

    def _peek(self) -> Token:
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return self._end

    def _take(self) -> Token:
        token = self._peek()
        self._next += 1
        return token

    def _any(self) -> Node:
        """Read alternatives: a OR b."""
        nodes = [self._all()]
        while self._peek()[:2] == _OR:
            self._take()
            nodes.append(self._all())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _all(self) -> Node:
        """Read parts that all have to match: a b, or a AND b."""
        nodes: list[Node] = []
        while True:
            kind, text, place = self._peek()
            if kind in ("end", "close"):
                break
            if (kind, text) == _OR:
                break
            if (kind, text) == _AND:
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
        if kind == "minus" or (kind, text) == _NOT:
            return Not(self._one())
        match kind:
            case "open":
                return self._bracket(place)
            case "near":
                return self._near(place)
            case "field":
                return self._field(text, place)
            case "phrase":
                return _phrase(text, place)
            case "word":
                return _word(text, place)
        raise QueryError("something is missing", place)

    def _bracket(self, place: int) -> Node:
        """Read a query and its closing bracket."""
        node = self._any()
        kind, _, _ = self._take()
        if kind != "close":
            raise QueryError(
                "an opening bracket without its partner",
                place,
            )
        return node

    def _near(self, place: int) -> Near:
        """Read the words and phrases of NEAR, its distance and its closing bracket."""
        parts: list[Word | Phrase] = []
        distance = _NEAR
        while True:
            kind, text, here = self._take()
            if kind == "close":
                break
            given = _DISTANCE.fullmatch(text) if parts and kind == "word" else None
            if given is not None:
                distance = _distance(given[1], here)
            else:
                parts += _near_parts(kind, text, here)

        if len(parts) < 2:
            raise QueryError(
                "NEAR needs two words: NEAR(troops leave, 5)",
                place,
            )
        return Near(tuple(parts), distance)

    def _field(self, name: str, place: int) -> Node:
        if name not in FIELDS:
            raise QueryError(_no_field(name), place)

        kind, text, here = self._take()
        is_negative = text.startswith("-") and name not in DATED
        if kind not in ("word", "phrase") or is_negative:
            raise QueryError(f"{name}: needs a value", here)
        if name == "sound":
            return _sound(text, here)
        if name != "title":
            return checked(name, text.strip('"'), here, self._now)
        if kind == "phrase":
            return _phrase(text, here, "headline")
        return _word(text, here, "headline")


def _no_field(name: str) -> str:
    names = ", ".join(FIELDS)
    nearest = difflib.get_close_matches(name, FIELDS, n=1, cutoff=_SIMILAR)
    guess = f"did you mean {nearest[0]}:? " if nearest else ""
    return f"no field {name!r}; {guess}there are {names}"


_DISTANCE = re.compile(r",?([0-9]+)")


def _near_parts(kind: str, text: str, place: int) -> list[Word | Phrase]:
    """Return the word or phrase of a token in NEAR; nothing of a comma."""
    if kind == "phrase":
        return [_phrase(text, place)]
    if kind != "word":
        raise QueryError(
            "NEAR holds words and phrases: NEAR(troops leave, 5)",
            place,
        )
    if text == ",":
        return []
    return [_word(text.rstrip(","), place)]


def _has_letter(text: str) -> bool:
    """Return whether a text contains a letter or a digit."""
    return any(map(str.isalnum, text))


def _word(text: str, place: int, column: str | None = None) -> Word:
    bare = text.rstrip("*")
    if not _has_letter(bare) or "*" in bare:
        raise QueryError(f"{text!r} is no word", place)
    is_prefix = len(bare) < len(text)
    return Word(bare, is_prefix, column)


def _sound(text: str, place: int) -> Node:
    """Return a name by its sound; one of several words has to have all of them."""
    parts = text.strip('"').split()
    if not any(map(_has_letter, parts)) or "*" in text:
        raise QueryError(f"sound: needs a name, and {text!r} is none", place)
    sounds = tuple(Sound(part) for part in parts if _has_letter(part))
    return sounds[0] if len(sounds) == 1 else And(sounds)


def _phrase(text: str, place: int, column: str | None = None) -> Phrase:
    bare = text.strip('"')
    if not _has_letter(bare):
        raise QueryError("an empty phrase", place)
    return Phrase(bare, column)


def _distance(digits: str, place: int) -> int:
    distance = number(digits)
    if distance is None or distance > _FARTHEST:
        raise QueryError(
            f"NEAR reaches over {_FARTHEST} words at most",
            place,
        )
    return distance
