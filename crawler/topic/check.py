"""The mistakes of a topic file: each with its place, and all of them at once.

Not by pydantic, which checks sources.toml: every parser process reads the topic file, and none
needs pydantic otherwise. Importing it would take a fifth of the CPU with which one starts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.topic.terms import QUALIFIER, parse

ANY = "any"
# Each with terms of the shipped topic.
CONCEPTS = {
    "place": "where the topic happens",  # damascus
    "elsewhere": "other countries that forces leave",  # iraq*
    "force": "troops and what they have",  # troop*
    "actor": "whose forces are foreign there",  # american*
    "local": "forces and people of the place itself",  # rebels, civilian*, syrian army
    "withdraw": "words for the withdrawal of a force",  # withdraw*, pull out
    "handover": "words for giving a base to others",  # hand * over
    "leave": "words for leaving, that mean other things as well",  # leaves
    "stay": "words for staying",  # remain*
    "object": "what else is left or withdrawn",  # treaty, tournament
    "call": "words that ask for a movement",  # demand*
    "negation": "words that deny one",  # never
    "clause": "words that begin another clause",  # while
    "exclude": "phrases that mean something else",  # *-backed, left wing
}
NUMBERS = {
    "zones": "headline standfirst lead body lead_sentences short short_sentences fades".split(),
    "thresholds": "relevant review".split(),
    "windows": "mover place elsewhere object word silence".split(),
    "strength": (
        "withdraw handover leave stay foreign_force foreign_own foreign unnamed nobody context"
    ).split(),
}
# Without these nothing is ever found; the others refine what is.
_REQUIRED = ("place", "force", "actor", "withdraw")
_TEXTS = ("name", "version")
_LANGUAGE = re.compile("[a-z]{2,3}")  # an ISO 639 code, or `any`
# Windows are words of a sentence, and a sentence is cut at 800 characters.
_BELOW = 1000

Place = tuple[str, ...]  # keys from the top of the file, and last a term
Mistake = tuple[Place, str]


def mistakes_in(table: dict[str, Any]) -> Iterator[Mistake]:
    """Yield where a topic file is wrong, and what is right. Any: what a TOML file may hold."""
    known = {*_TEXTS, *NUMBERS, *CONCEPTS}
    for key in table.keys() - known:
        yield (key,), f"unknown key {key!r}; known are {', '.join(sorted(known))}"
    for key in _TEXTS:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            yield (key,), f"{key!r} is missing, or no text"
    for section, names in NUMBERS.items():
        yield from _number_mistakes(section, table.get(section), names)
    for concept, meaning in CONCEPTS.items():
        if concept in table:
            yield from _concept_mistakes(concept, table[concept])
        elif concept in _REQUIRED:
            yield (concept,), f"[{concept}] is missing: {meaning}"


def _number_mistakes(
    section: str,
    found: Any,
    names: Sequence[str],
) -> Iterator[Mistake]:
    """Any: what a TOML file may hold."""
    if not isinstance(found, dict):
        yield (section,), f"[{section}] is missing"
        return
    for name in found.keys() - set(names):
        known = ", ".join(names)
        yield (section, name), f"unknown key {name!r} in [{section}]; known are {known}"
    for name in names:
        if not _is_number(found.get(name)):
            yield (section, name), f"{section}.{name} is missing, or no number from 0 on"


def _is_number(value: Any) -> bool:
    """Any: what a TOML file may hold."""
    # A bool is an int of Python, and `review = true` no threshold.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < _BELOW


def _concept_mistakes(concept: str, found: Any) -> Iterator[Mistake]:
    """Any: what a TOML file may hold."""
    if not isinstance(found, dict) or not found:
        yield (concept,), f"[{concept}] has no terms: {CONCEPTS[concept]}"
        return
    for language, terms in found.items():
        place = (concept, language)
        if _LANGUAGE.fullmatch(language) is None:
            yield place, f"{language!r} is no language code, as en or any"
        elif not isinstance(terms, list) or not terms:
            yield place, f"[{concept}] {language} has no list of terms"
        else:
            yield from _term_mistakes(place, terms)


def _term_mistakes(place: Place, terms: Sequence[Any]) -> Iterator[Mistake]:
    """Any: what a TOML file may hold."""
    concept, language = place
    for term in terms:
        what = _wrong_with(term)
        if what is not None:
            yield (*place, str(term)), f"[{concept}] {language}: {term!r}: {what}"


def _wrong_with(term: Any) -> str | None:
    """Any: what a TOML file may hold."""
    if not isinstance(term, str):
        return "a term is text"
    try:
        parse(term.removeprefix(QUALIFIER))
    except ValueError as error:
        return str(error)
    return None


def line_of(text: str, place: Place) -> int:
    """Return the line of a key or term, as near as it is found (tomllib keeps none)."""
    lines = text.splitlines()
    found = 0
    for depth, name in enumerate(place):
        pattern = _pattern(name, is_term=depth == 2)
        for number in range(found, len(lines)):
            if pattern.match(lines[number]):
                found = number
                break
    return found + 1


def _pattern(name: str, *, is_term: bool) -> re.Pattern[str]:
    """Return what the line of a table or key (`[place]`, `en = `) or of a term looks like."""
    key = re.escape(name)
    if is_term:
        return re.compile(rf".*[\"']{key}[\"']")
    return re.compile(rf"\s*\[?\s*[\"']?{key}[\"']?\s*[\]=]")
