"""Compiles a query to SQL: text through the full-text index, fields through the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, product

from storage.search.analyser import as_initials, languages_of, may_be_initials, stems_of, words_of
from storage.search.conditions import condition_of
from storage.search.nodes import And, Field, Near, Node, Not, Or, Phrase, Sound, Word
from storage.sqlite.values import stamp
from storage.words.forms import fold

_FAR_FUTURE = "9999"  # sorts, as text, after every time in the store


@dataclass(slots=True)
class Compiled:
    """A condition in SQL over the aliases row, article, revision, source and verdict."""

    where: str
    match: str | None  # the FTS5 expression that every result matches, for ranking
    parameters: dict[str, object] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()  # to be marked in snippets
    as_of: str = _FAR_FUTURE  # rows stored later are ignored


def compile_query(node: Node, as_of: datetime | None = None) -> Compiled:
    """Compile a query on the corpus as it was known at `as_of`; by default as it is now."""
    parts = node.nodes if isinstance(node, And) else (node,)
    texts, excluded, conditions = _sorted_parts(parts)

    compiler = _Compiler()
    where = " AND ".join(map(compiler.condition, conditions))
    return Compiled(
        where=where or "1",
        match=_match(texts, excluded),
        parameters=compiler.parameters,
        stems=frozenset(_stems(node)),
        as_of=stamp(as_of) if as_of else _FAR_FUTURE,
    )


def match_of(node: Node) -> str | None:
    """Return the FTS5 expression of a query that the full-text index alone answers, else None."""
    return fts(node) if _is_text(node) else None


def _sorted_parts(
    parts: Sequence[Node],
) -> tuple[list[Node], list[Not], list[Node]]:
    """Return the text parts, the excluded text parts, and the conditions of a query.

    FTS5 can only exclude from what it found: without a text part, an excluded text is a condition.
    """
    texts: list[Node] = []
    excluded: list[Not] = []
    conditions: list[Node] = []
    has_text = any(map(_is_text, parts))

    for part in parts:
        if _is_text(part):
            texts.append(part)
        elif has_text and isinstance(part, Not) and _is_text(part.node):
            excluded.append(part)
        else:
            conditions.append(part)
    return texts, excluded, conditions


def _match(texts: Sequence[Node], excluded: Sequence[Not]) -> str | None:
    """Return the FTS5 expression of the text parts; None if there are none."""
    if not texts:
        return None
    match = " AND ".join(map(fts, texts))
    for part in excluded:
        match = f"({match}) NOT ({fts(part.node)})"
    return match


def _is_text(node: Node) -> bool:
    """Return whether the full-text index alone answers this part."""
    match node:
        case Word() | Sound() | Phrase() | Near():
            return True
        case And(nodes) | Or(nodes):
            return all(map(_is_text, nodes))
    return False


class _Compiler:
    """Turns the parts of a query into SQL conditions, and collects their parameters."""

    def __init__(self) -> None:
        self.parameters: dict[str, object] = {}

    def _bind(self, value: object) -> str:
        """Return the name of a new parameter with this value."""
        name = f"q{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def condition(self, node: Node) -> str:
        """Return the SQL of a node."""
        if _is_text(node):
            query = self._bind(fts(node))
            return f"row.id IN (SELECT rowid FROM search WHERE search MATCH {query})"  # noqa: S608 - a parameter's name
        match node:
            case Not(inner):
                return f"NOT ({self.condition(inner)})"
            case And(nodes):
                return _in_brackets(" AND ", map(self.condition, nodes))
            case Or(nodes):
                return _in_brackets(" OR ", map(self.condition, nodes))
            case Field():
                return condition_of(node, self._bind)
        raise TypeError(node)


def _in_brackets(operator: str, conditions: Iterable[str]) -> str:
    return "(" + operator.join(conditions) + ")"


def fts(node: Node) -> str:
    """Return an FTS5 expression; every string in it is quoted."""
    match node:
        case Word(text, is_prefix, column):
            return _in_column(_word(text, is_prefix), column)
        case Sound(text, spellings, column):
            expressions = [_word(name, is_prefix=False) for name in (text, *spellings)]
            return _in_column(_any_of(expressions), column)
        case Phrase(text, column):
            return _in_column(_phrase(text), column)
        case Near(parts, distance):
            return _near(parts, distance)
        case And(nodes):
            return _in_brackets(" AND ", map(fts, nodes))
        case Or(nodes):
            return _in_brackets(" OR ", map(fts, nodes))
    raise TypeError(node)


def _in_column(expression: str, column: str | None) -> str:
    return f"{column} : ({expression})" if column else expression


def _word(text: str, is_prefix: bool) -> str:
    """Return the possible stems of a word, one for each language of its script."""
    words = words_of(text)
    if len(words) != 1:
        return _phrase(text)
    if not is_prefix:
        return _alternatives(words[0])
    prefixes = [f"{_quoted(stem)}*" for stem in _prefixes(words[0])]
    return " OR ".join(prefixes)


def _prefixes(word: str) -> list[str]:
    """Return prefixes that cover the stem of every word with this prefix."""
    folded = fold(word)
    stems = stems_of(word, languages_of(word))
    shorter = filter(folded.startswith, stems)
    return list(dict.fromkeys([*shorter, folded]))


def _alternatives(word: str) -> str:
    stems = stems_of(word, languages_of(word))
    if len(stems) == 1:
        return _quoted(stems[0])
    return _in_brackets(" OR ", map(_quoted, stems))


def _phrase(text: str) -> str:
    """Return a phrase in each language of its script."""
    phrases = []
    for written in _readings(words_of(text)):
        phrases += [_stemmed(written, language) for language in languages_of(text)]
    return _any_of(map(_quoted, phrases))


def _readings(words: Sequence[str]) -> list[list[str]]:
    """Return the words as they are, and with those of two letters as initials if there are any.

    "un envoy" is the envoy of the United Nations, and two words of French.
    """
    if not any(map(may_be_initials, words)):
        return [list(words)]
    plain = [word.lower() if may_be_initials(word) else word for word in words]
    initials = [as_initials(word) if may_be_initials(word) else word for word in words]
    return [plain, initials]


def _near(parts: Sequence[Word | Phrase], distance: int) -> str:
    """Return a NEAR in each language, since FTS5 allows no alternatives inside one."""
    text = " ".join(part.text for part in parts)
    groups = []
    for written in product(*(_readings(words_of(part.text)) for part in parts)):
        for language in languages_of(text):
            pairs = zip(parts, written, strict=True)
            listed = " ".join(_near_member(part, words, language) for part, words in pairs)
            groups.append(f"NEAR({listed}, {distance})")
    return _any_of(groups)


def _near_member(part: Word | Phrase, words: Sequence[str], language: str) -> str:
    stems = _stemmed(words, language)
    quoted = _quoted(stems)
    is_prefix = isinstance(part, Word) and part.is_prefix
    return f"{quoted}*" if is_prefix else quoted


def _stemmed(words: Iterable[str], language: str) -> str:
    return " ".join(stems_of(word, [language])[0] for word in words)


def _any_of(expressions: Iterable[str]) -> str:
    """Join alternatives, each once."""
    return _in_brackets(" OR ", dict.fromkeys(expressions))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _stems(node: Node) -> list[str]:
    """Return the stems to mark in snippets: those that a query asks for, not the excluded ones."""
    match node:
        case Word(text, is_prefix=True):
            return _marked_prefixes(text)
        case Word(text) | Phrase(text):
            stems = _stems_of_all(words_of(text))
        case Sound(text, spellings):
            stems = _stems_of_all([*words_of(text), *spellings])
        case Near(nodes) | And(nodes) | Or(nodes):
            stems = list(map(_stems, nodes))
        case _:
            stems = []
    return list(chain.from_iterable(stems))


def _stems_of_all(words: Iterable[str]) -> list[list[str]]:
    return [stems_of(word, languages_of(word)) for word in words]


def _marked_prefixes(text: str) -> list[str]:
    words = words_of(text)
    if not words:
        return []
    return [f"{prefix}*" for prefix in _prefixes(words[0])]
