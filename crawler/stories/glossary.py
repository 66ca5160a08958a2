"""The glossary: things of the domain in nine languages, so that two languages share words.

Its data, `glossary.toml`, is for analysts to edit: the beginnings of the words for each thing.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from storage.words.forms import fold

_WHOLE = "="  # before a term that is a whole word, not the beginning of one
_JOINT = "-"  # between the words of a term of several


@dataclass(slots=True)
class Terms:
    """The terms of one language, by the beginnings of their first words."""

    things: dict[str, set[str]] = field(default_factory=dict)  # of terms of one word
    whole: dict[str, set[str]] = field(default_factory=dict)  # of terms that are whole words
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # of beginnings, in letters

    def of(self, forms: Iterable[str]) -> set[str]:
        """Return the things that a word names, given its forms."""
        found: set[str] = set()
        for form in forms:
            found |= self.whole.get(form, set())
            for beginning in self._beginnings(form):
                found |= self.things.get(beginning, set())
        return found

    def starting(self, forms: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
        """Return the terms of several words that may start with a word: (the rest, the thing)."""
        found = []
        for form in forms:
            for beginning in self._beginnings(form):
                found += self.phrases.get(beginning, [])
        return found

    def _beginnings(self, form: str) -> Iterable[str]:
        return (form[:length] for length in self.lengths if length <= len(form))


class Glossary:
    """The terms of all languages, compiled from tables of TOML. Raises ValueError."""

    def __init__(self, tables: dict[str, dict[str, str]]):
        self.languages: dict[str, Terms] = {}
        for thing, by_language in tables.items():
            for language, written in by_language.items():
                terms = self.languages.setdefault(language, Terms())
                for term in written.split():
                    _add(terms, term, thing)
        for terms in self.languages.values():
            beginnings = terms.things.keys() | terms.phrases.keys()
            terms.lengths = tuple(sorted({len(beginning) for beginning in beginnings}))

    def terms(self, language: str) -> Terms:
        """Return the terms of a language; none for a language that the glossary lacks."""
        return self.languages.get(language) or Terms()


def _add(terms: Terms, term: str, thing: str) -> None:
    """Add a term: "convoy", "=base", or "white-house" of several words."""
    words = tuple(_folded(term.removeprefix(_WHOLE).split(_JOINT)))
    if not words:
        raise ValueError(f"glossary: {thing}: no letters in the term {term!r}")
    if len(words) > 1:
        terms.phrases.setdefault(words[0], []).append((words[1:], thing))
        return
    table = terms.whole if term.startswith(_WHOLE) else terms.things
    table.setdefault(words[0], set()).add(thing)


def _folded(words: Sequence[str]) -> Iterable[str]:
    return filter(None, map(fold, words))


@cache
def glossary() -> Glossary:
    """Return the glossary that comes with the program."""
    written = resources.files("crawler.stories").joinpath("glossary.toml").read_text("utf-8")
    tables = tomllib.loads(written)
    tables.pop("version")
    return Glossary(tables)
