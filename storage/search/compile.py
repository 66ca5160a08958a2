"""Compiles a query to SQL: text through the full-text index, fields through the tables."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.search.analyser import languages_of, stems_of, words_of
from storage.search.query import And, Field, Near, Node, Not, Or, Phrase, Word
from storage.sqlite import corpus_view
from storage.sqlite.values import required, stamp
from storage.words.forms import fold

_EVER = "9999"  # later than every time of the store, as text


@dataclass(slots=True)
class Compiled:
    """A condition in SQL over the aliases row, article, revision, source and verdict."""

    where: str
    match: str | None  # the FTS5 expression that every result matches, for ranking
    parameters: dict[str, object] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()  # marked in snippets
    as_of: str = _EVER  # rows that became known later do not exist


def compile_query(node: Node, as_of: datetime | None = None) -> Compiled:
    """Compile a query on the corpus as it was known at a time; else now."""
    compiler = _Compiler()
    parts = node.nodes if isinstance(node, And) else (node,)
    texts = [part for part in parts if _is_text(part)]
    excluded = [part for part in parts if texts and _is_excluded_text(part)]
    conditions = [part for part in parts if part not in texts and part not in excluded]
    return Compiled(
        where=" AND ".join(map(compiler.condition, conditions)) or "1",
        match=_match(texts, excluded),
        parameters=compiler.parameters,
        stems=frozenset(_stems(node)),
        as_of=stamp(as_of) if as_of else _EVER,
    )


def _match(texts: Sequence[Node], excluded: Sequence[Node]) -> str | None:
    """Return the FTS5 expression of the text parts; None if there are none."""
    if not texts:
        return None
    match = " AND ".join(map(_fts, texts))
    for part in excluded:
        assert isinstance(part, Not)  # noqa: S101 - `_is_excluded_text` chose it
        match = f"({match}) NOT ({_fts(part.node)})"
    return match


def _is_text(node: Node) -> bool:
    """Return whether the index alone answers."""
    match node:
        case Word() | Phrase() | Near():
            return True
        case And(nodes) | Or(nodes):
            return all(map(_is_text, nodes))
    return False


def _is_excluded_text(node: Node) -> bool:
    return isinstance(node, Not) and _is_text(node.node)


class _Compiler:
    """Turns the parts of a query into conditions, and collects their parameters."""

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
            query = self._bind(_fts(node))
            return f"row.id IN (SELECT rowid FROM search WHERE search MATCH {query})"  # noqa: S608 - a parameter's name
        match node:
            case Not(inner):
                return f"NOT ({self.condition(inner)})"
            case And(nodes):
                return "(" + " AND ".join(map(self.condition, nodes)) + ")"
            case Or(nodes):
                return "(" + " OR ".join(map(self.condition, nodes)) + ")"
            case Field():
                return self._field(node)
        raise TypeError(node)

    def _field(self, node: Field) -> str:
        if node.name == "duplicate":
            return self._duplicate(node.value)
        condition, value_of = _FIELDS[node.name]
        return condition.format(self._bind(value_of(node)))

    def _duplicate(self, value: str) -> str:
        if value == "no":
            return f"article.id = {_ORIGINAL}"
        if value == "yes":
            return f"article.id <> {_ORIGINAL}"
        original = self._bind(int(value))
        return f"(article.id <> {original} AND {_ORIGINAL} = {original})"


def _folded(node: Field) -> str:
    return fold(node.value)


def _time(node: Field) -> str:
    assert node.day is not None  # noqa: S101 - the parser reads it
    return required(node.day)


# Field: the condition with its parameter in braces, and the parameter's value.
_FIELDS: dict[str, tuple[str, Callable[[Field], object]]] = {
    "source": ("instr(folded(source.name), {}) > 0", _folded),
    "family": ("instr(folded(source.family), {}) > 0", _folded),
    "group": ("instr(folded(source.grouping), {}) > 0", _folded),
    "author": ("instr(folded(revision.byline), {}) > 0", _folded),
    "wire": ("folded(article.wire) = {}", _folded),
    "country": ("source.country = {}", lambda node: node.value.upper()),
    "lang": ("row.language = {}", lambda node: node.value.lower()),
    "after": ("row.published >= {}", _time),
    "before": ("row.published < {}", _time),
    "verdict": ("verdict.relevant = {}", lambda node: int(node.value == "on")),
    "id": ("article.id = {}", lambda node: int(node.value)),
}
_ORIGINAL = f"({corpus_view.ORIGINAL})"


def _fts(node: Node) -> str:
    """Return an FTS5 expression; every string in it is quoted."""
    match node:
        case Word(text, is_prefix, column):
            return _in_column(_word(text, is_prefix), column)
        case Phrase(text, column):
            return _in_column(_phrase(text), column)
        case Near(parts, distance):
            return _near(parts, distance)
        case And(nodes):
            return "(" + " AND ".join(map(_fts, nodes)) + ")"
        case Or(nodes):
            return "(" + " OR ".join(map(_fts, nodes)) + ")"
    raise TypeError(node)


def _in_column(expression: str, column: str | None) -> str:
    return f"{column} : ({expression})" if column else expression


def _word(text: str, is_prefix: bool) -> str:
    """Return the possible stems of a word, one for each language of its script."""
    words = words_of(text)
    if len(words) != 1:
        return _phrase(text)
    if is_prefix:
        return " OR ".join(f"{_quoted(stem)}*" for stem in _prefixes(words[0]))
    return _alternatives(words[0])


def _prefixes(word: str) -> list[str]:
    """Return prefixes that cover the stem of every word with this prefix."""
    folded = fold(word)
    stems = stems_of(word, languages_of(word))
    shorter = [stem for stem in stems if folded.startswith(stem)]
    return list(dict.fromkeys([*shorter, folded]))


def _alternatives(word: str) -> str:
    stems = stems_of(word, languages_of(word))
    return "(" + " OR ".join(map(_quoted, stems)) + ")" if len(stems) > 1 else _quoted(stems[0])


def _phrase(text: str) -> str:
    """Return a phrase in each language of its script."""
    words = words_of(text)
    phrases = [_stemmed(words, language) for language in languages_of(text)]
    return _any_of(map(_quoted, phrases))


def _near(parts: Sequence[Word | Phrase], distance: int) -> str:
    """Return a NEAR in each language, since FTS5 allows no alternatives inside one."""
    groups = []
    for language in languages_of(" ".join(part.text for part in parts)):
        members = " ".join(_near_member(part, language) for part in parts)
        groups.append(f"NEAR({members}, {distance})")
    return _any_of(groups)


def _near_member(part: Word | Phrase, language: str) -> str:
    quoted = _quoted(_stemmed(words_of(part.text), language))
    is_prefix = isinstance(part, Word) and part.is_prefix
    return f"{quoted}*" if is_prefix else quoted


def _stemmed(words: Iterable[str], language: str) -> str:
    return " ".join(stems_of(word, [language])[0] for word in words)


def _any_of(expressions: Iterable[str]) -> str:
    """Join alternatives, each once."""
    return "(" + " OR ".join(dict.fromkeys(expressions)) + ")"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _stems(node: Node) -> list[str]:
    """Return the stems that a query asks for, to be marked; not those that it excludes."""
    match node:
        case Word(text, is_prefix=True):
            words = words_of(text)
            return [f"{prefix}*" for prefix in _prefixes(words[0])] if words else []
        case Word(text) | Phrase(text):
            return [stem for word in words_of(text) for stem in stems_of(word, languages_of(word))]
        case Near(nodes) | And(nodes) | Or(nodes):
            return [stem for inner in nodes for stem in _stems(inner)]
    return []
