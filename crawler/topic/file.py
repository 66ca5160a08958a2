"""Topic files: what an analyst writes, checked word by word and compiled.

A topic file is TOML: `name`, `version`, tables of numbers (`zones`, `thresholds`, `windows`,
`strength`) and one table a concept, with terms by language; `any` holds in every language.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from crawler.errors import TopicError
from crawler.topic.lexicon import MOST_KNOWN, Lexicon
from crawler.topic.terms import parse

CONCEPTS = {
    "place": "where the topic happens",
    "elsewhere": "other countries that forces leave",
    "force": "troops and what they have",
    "actor": "whose forces are foreign there",
    "local": "forces and people of the place itself",
    "withdraw": "words for the withdrawal of a force",
    "handover": "words for giving a base to others",
    "leave": "words for leaving, that mean other things as well",
    "stay": "words for staying",
    "object": "what else is left or withdrawn",
    "call": "words that ask for a movement",
    "negation": "words that deny one",
    "clause": "words that begin another clause",
    "exclude": "phrases that mean something else",
}
_REQUIRED = ("place", "force", "actor", "withdraw")
NUMBERS = {
    "zones": "headline standfirst lead body lead_sentences short short_sentences fades".split(),
    "thresholds": "relevant review".split(),
    "windows": "mover place elsewhere object word silence".split(),
    "strength": (
        "withdraw handover leave stay foreign_force foreign_own foreign unnamed nobody context"
    ).split(),
}
ANY = "any"


@dataclass(frozen=True, slots=True)
class Topic:
    """A compiled topic file."""

    version: str  # name, version and a digest of the file: an edit is another version
    languages: frozenset[str]
    terms: dict[str, dict[str, tuple[str, ...]]]  # by concept and language
    zones: dict[str, float]
    thresholds: dict[str, float]
    settings: dict[str, float]
    most_known: int = MOST_KNOWN  # words whose meaning is remembered, of each language
    _lexicons: dict[str, Lexicon] = field(default_factory=dict, init=False)

    def lexicon(self, language: str) -> Lexicon:
        """Return the terms of a language, with those of `any`."""
        # Pages claim any language: all that have no terms share one lexicon, or memory would grow.
        name = language if language in self.languages else ANY
        known = self._lexicons.get(name)
        if known is None:
            known = self._lexicons[name] = Lexicon(
                {
                    concept: [*listed.get(ANY, ()), *listed.get(name, ())]
                    for concept, listed in self.terms.items()
                },
                most_known=self.most_known,
            )
        return known


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> Topic:
    """Read a topic file; without a path the shipped one. Raises TopicError."""
    where: Any = path or resources.files("crawler.topic") / "topics" / "syria-withdrawal.toml"
    try:
        text = where.read_text("utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"{where}: cannot be used: {error}") from error
    mistakes = [f"{where}:{_line_of(text, place)}: {what}" for place, what in _mistakes(table)]
    if mistakes:
        raise TopicError("\n".join(mistakes))
    return _compile(table, hashlib.blake2b(text.encode(), digest_size=4).hexdigest())


def _compile(table: dict[str, Any], digest: str) -> Topic:
    terms = {
        concept: {language: tuple(listed) for language, listed in table.get(concept, {}).items()}
        for concept in CONCEPTS
    }
    windows = {f"{name}_window": float(value) for name, value in table["windows"].items()}
    strength = {name: float(value) for name, value in table["strength"].items()}
    return Topic(
        version=f"{table['name']}-{table['version']}.{digest}",
        languages=frozenset(lang for ts in terms.values() for lang in ts) - {ANY},
        terms=terms,
        zones={name: float(value) for name, value in table["zones"].items()},
        thresholds={name: float(value) for name, value in table["thresholds"].items()},
        settings=windows | strength,
    )


Mistake = tuple[tuple[str, ...], str]


def _mistakes(table: dict[str, Any]) -> Iterator[Mistake]:
    """Yield where a topic file is wrong, and what is right."""
    known = {"name", "version", *NUMBERS, *CONCEPTS}
    for key in table.keys() - known:
        yield (key,), f"unknown key {key!r}; known are {', '.join(sorted(known))}"
    for key in ("name", "version"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield (key,), f"{key!r} is missing, or no text"
    for section, names in NUMBERS.items():
        yield from _number_mistakes(section, table.get(section), names)
    for concept in CONCEPTS:
        if concept in table:
            yield from _term_mistakes(concept, table[concept])
        elif concept in _REQUIRED:
            yield (concept,), f"[{concept}] is missing: {CONCEPTS[concept]}"


def _number_mistakes(section: str, found: Any, names: list[str]) -> Iterator[Mistake]:
    """Any: what a TOML file may hold."""
    if not isinstance(found, dict):
        yield (section,), f"[{section}] is missing"
        return
    for name in found.keys() - set(names):
        yield (section, name), f"unknown key {name!r} in [{section}]; known are {', '.join(names)}"
    for name in names:
        value = found.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
            yield (section, name), f"{section}.{name} is missing, or no number from 0 on"


def _term_mistakes(concept: str, found: Any) -> Iterator[Mistake]:
    """Any: what a TOML file may hold."""
    if not isinstance(found, dict) or not found:
        yield (concept,), f"[{concept}] has no terms: {CONCEPTS[concept]}"
        return
    for language, terms in found.items():
        if re.fullmatch(r"[a-z]{2,3}", language) is None:
            yield (concept, language), f"{language!r} is no language code, as en or any"
        elif not isinstance(terms, list) or not terms:
            yield (concept, language), f"[{concept}] {language} has no list of terms"
        else:
            for term in terms:
                if (what := _wrong_with(term)) is not None:
                    yield (
                        (concept, language, str(term)),
                        f"[{concept}] {language}: {term!r}: {what}",
                    )


def _wrong_with(term: Any) -> str | None:
    """Any: what a TOML file may hold."""
    if not isinstance(term, str):
        return "a term is text"
    try:
        parse(term.removeprefix("*-"))
    except ValueError as error:
        return str(error)
    return None


def _line_of(text: str, place: tuple[str, ...]) -> int:
    """Return the line of a key or term, as near as it is found (tomllib keeps none)."""
    lines = text.splitlines()
    start = 0
    for depth, name in enumerate(place):
        key = re.escape(name)
        pattern = rf"\s*\[?\s*[\"']?{key}[\"']?\s*[\]=]" if depth < 2 else rf".*[\"']{key}[\"']"
        found = (n for n in range(start, len(lines)) if re.match(pattern, lines[n]))
        start = next(found, start)
    return start + 1
