"""A query becomes SQL: text through the index, fields through the tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.search.analyser import languages_of, stems_of, words_of
from storage.search.query import And, Field, Near, Node, Not, Or, Phrase, Word
from storage.sqlite import corpus_view
from storage.sqlite.values import required, stamp
from storage.words.forms import fold

_EVER = "9999"


@dataclass(slots=True)
class Compiled:
    """A condition in SQL over the aliases row, article, revision and source; what ranks it."""

    where: str
    match: str | None  # the part that every result holds, for ranking
    parameters: dict[str, object] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()  # what is marked in snippets
    as_of: str = _EVER  # what became known later is not there


def compile_query(node: Node, as_of: datetime | None = None) -> Compiled:
    """Turn a query into SQL, on the corpus as it was known at a time; else now."""
    compiler = _Compiler()
    parts = node.nodes if isinstance(node, And) else (node,)
    texts = [part for part in parts if _is_text(part)]
    match = " AND ".join(_fts(part) for part in texts) or None
    without = [part for part in parts if texts and isinstance(part, Not) and _is_text(part.node)]
    for part in without:
        match = f"({match}) NOT ({_fts(part.node)})"
    left = [part for part in parts if part not in texts and part not in without]
    others = [compiler.condition(part) for part in left]
    where = " AND ".join(others) or "1"
    known = stamp(as_of) if as_of else _EVER
    return Compiled(where, match, compiler.parameters, frozenset(_stems(node)), known)


def _is_text(node: Node) -> bool:
    """Whether the index alone answers."""
    match node:
        case Word() | Phrase() | Near():
            return True
        case And(nodes) | Or(nodes):
            return all(map(_is_text, nodes))
    return False


class _Compiler:
    def __init__(self) -> None:
        self.parameters: dict[str, object] = {}

    def _name(self, value: object) -> str:
        name = f"q{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def condition(self, node: Node) -> str:
        """Return the SQL of a node."""
        if _is_text(node):
            asked = self._name(_fts(node))
            return f"row.id IN (SELECT rowid FROM search WHERE search MATCH {asked})"  # noqa: S608 - a parameter's name
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
        value = fold(node.value) if node.day is None else required(node.day)
        match node.name:
            case "source" | "family" | "group":
                column = {"source": "name", "family": "family", "group": "grouping"}[node.name]
                return f"instr(folded(source.{column}), {self._name(value)}) > 0"
            case "country":
                return f"source.country = {self._name(node.value.upper())}"
            case "lang":
                return f"row.language = {self._name(node.value.lower())}"
            case "author":
                return f"instr(folded(revision.byline), {self._name(value)}) > 0"
            case "wire":
                return f"folded(article.wire) = {self._name(value)}"
            case "after":
                return f"row.published >= {self._name(value)}"
            case "before":
                return f"row.published < {self._name(value)}"
            case "verdict":
                return f"verdict.relevant = {self._name(int(node.value == 'on'))}"
            case "id":
                return f"article.id = {self._name(int(node.value))}"
            case "duplicate":
                return self._duplicate(node.value)
        raise ValueError(node.name)

    def _duplicate(self, value: str) -> str:
        if value == "no":
            return f"article.id = {_ORIGINAL}"
        if value == "yes":
            return f"article.id <> {_ORIGINAL}"
        original = self._name(int(value))
        return f"(article.id <> {original} AND {_ORIGINAL} = {original})"


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
    """Return the stems that a word may have, one for each language of its script."""
    words = words_of(text)
    if len(words) != 1:
        return _phrase(text)
    if is_prefix:
        return " OR ".join(f"{_quoted(stem)}*" for stem in _prefixes(words[0]))
    return _alternatives(words[0])


def _prefixes(word: str) -> list[str]:
    """Return with what the stems of every word begin that begins so."""
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
    languages = languages_of(text)
    phrases = [" ".join(stems_of(word, [lang])[0] for word in words) for lang in languages]
    distinct = list(dict.fromkeys(phrases))
    return "(" + " OR ".join(map(_quoted, distinct)) + ")"


def _near(parts: Sequence[Word | Phrase], distance: int) -> str:
    """Return a NEAR in each language: its parts may hold no alternatives."""
    languages = languages_of(" ".join(part.text for part in parts))
    groups = []
    for language in languages:
        found = []
        for part in parts:
            stems = [stems_of(word, [language])[0] for word in words_of(part.text)]
            star = "*" if isinstance(part, Word) and part.is_prefix else ""
            found.append(_quoted(" ".join(stems)) + star)
        groups.append(f"NEAR({' '.join(found)}, {distance})")
    return "(" + " OR ".join(dict.fromkeys(groups)) + ")"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _stems(node: Node) -> list[str]:
    """Return the stems that a query asks for, to be marked; not those it excludes."""
    match node:
        case Word(text, is_prefix, _):
            words = words_of(text)
            if is_prefix and words:
                return [f"{prefix}*" for prefix in _prefixes(words[0])]
            return [stem for word in words for stem in stems_of(word, languages_of(word))]
        case Phrase(text, _):
            return [s for word in words_of(text) for s in stems_of(word, languages_of(word))]
        case Near(parts, _):
            return [stem for part in parts for stem in _stems(part)]
        case And(nodes) | Or(nodes):
            return [stem for inner in nodes for stem in _stems(inner)]
    return []
