"""Topic files: what an analyst writes, checked word by word and compiled.

A topic file is TOML: `name`, `version`, tables of numbers (`zones`, `thresholds`, `windows`,
`strength`, `weights`, `calibration`), where the weights come from (`learnt`), and one table a
concept, with terms by language; `any` holds in every language.
How it is checked: check.py. What it means: docs/topics.md.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from crawler.errors import TopicError
from crawler.text.toml import read_text as read_toml_text
from crawler.text.toml import read_toml
from crawler.text.toml_syntax import TomlMistake
from crawler.topic.check import ANY, CONCEPTS, line_of, mistakes_in
from crawler.topic.lexicon import MOST_KNOWN, Lexicon
from crawler.topic.probability import Model

__all__ = ["ANY", "CONCEPTS", "Topic", "load"]

# Bytes that tell two edits of one version apart; they are in every verdict.
_DIGEST_BYTES = 4
TermsByLanguage = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Topic:
    """A compiled topic file."""

    version: str  # name, version and a digest of the file: an edit is another version
    languages: frozenset[str]
    terms: dict[str, TermsByLanguage]  # by concept
    zones: dict[str, float]
    thresholds: dict[str, float]
    settings: dict[str, float]  # windows and strengths
    model: Model  # weights and calibration
    most_known: int = MOST_KNOWN  # words whose meaning is remembered, of each language
    _lexicons: dict[str, Lexicon] = field(default_factory=dict, init=False)

    def lexicon(
        self,
        language: str,
    ) -> Lexicon:
        """Return the terms of a language, with those of `any`."""
        # Pages claim any language: all that have no terms share one lexicon, or memory would grow.
        name = language if language in self.languages else ANY
        known = self._lexicons.get(name)
        if known is None:
            known = self._compile(name)
            self._lexicons[name] = known
        return known

    def _compile(
        self,
        language: str,
    ) -> Lexicon:
        concepts = {}
        for concept, listed in self.terms.items():
            shared = listed.get(ANY, ())
            own = listed.get(language, ())
            concepts[concept] = [*shared, *own]
        return Lexicon(concepts, most_known=self.most_known, language=language)


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> Topic:
    """Read a topic file; without a path the shipped one. Raises TopicError with every mistake."""
    where = _place_of(path)
    text = read_text(path)
    try:
        table = read_toml(text)
    except TomlMistake as mistake:
        raise _unusable(where, mistake) from None
    mistakes = []
    for place, what in mistakes_in(table):
        mistakes.append(f"{where}:{line_of(text, place)}: {what}")
    if mistakes:
        raise TopicError("\n".join(mistakes))
    digest = hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES)
    return _compile(table, digest.hexdigest())


def read_text(path: Path | None = None) -> str:
    """Return a topic file as it is written; without a path the shipped one. Raises TopicError."""
    where = _place_of(path)
    try:
        return str(where.read_text("utf-8")) if path is None else read_toml_text(path)
    except OSError as error:
        raise TopicError(f"{where}: cannot be used: {error.strerror or error}") from error
    except TomlMistake as mistake:
        raise _unusable(where, mistake) from None


def _unusable(where: Path, mistake: TomlMistake) -> TopicError:
    """Return that a file is no TOML, with the line where there is one."""
    place = where if mistake.line is None else f"{where}:{mistake.line}"
    return TopicError(f"{place}: cannot be used: {mistake}")


def _place_of(path: Path | None) -> Any:
    """Return the file of a topic. Any: a Path, or a file of the package."""
    return path or resources.files("crawler.topic") / "topics" / "syria-withdrawal.toml"


def _compile(
    table: Mapping[str, Any],
    digest: str,
) -> Topic:
    """Make a topic of a table without mistakes."""
    terms = {}
    languages = set()
    for concept in CONCEPTS:
        listed = table.get(concept, {})
        languages.update(listed)
        terms[concept] = _terms(listed)
    settings = _numbers(table["strength"])
    for name, words in _numbers(table["windows"]).items():
        # "place" is a window, and a concept as well.
        settings[f"{name}_window"] = words
    return Topic(
        version=f"{table['name']}-{table['version']}.{digest}",
        languages=frozenset(languages - {ANY}),
        terms=terms,
        zones=_numbers(table["zones"]),
        thresholds=_numbers(table["thresholds"]),
        settings=settings,
        model=Model(_numbers(table["weights"]), _numbers(table["calibration"])),
    )


def _terms(
    found: Mapping[str, list[str]],
) -> TermsByLanguage:
    return {language: tuple(terms) for language, terms in found.items()}


def _numbers(
    found: Mapping[str, Any],
) -> dict[str, float]:
    return {name: float(value) for name, value in found.items()}
