"""The mistakes of a topic file: each with its place, and all of them at once.

Not by pydantic, which checks sources.toml: every parser process reads the topic file, and none
needs pydantic otherwise. Importing it would take a fifth of the CPU with which one starts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.topic.features import MEANINGS
from crawler.topic.terms import QUALIFIER, parse

ANY = "any"
# Each with terms of the shipped topic.
CONCEPTS = {
    "place": "where the topic happens",  # damascus
    "elsewhere": "other countries that forces leave",  # iraq*
    "force": "troops and what they have",  # troop*
    "actor": "whose forces are foreign there",  # american*
    "local": "forces and people of the place itself",  # rebels, civilian*, syrian army
    "enemy": "those whom foreign forces fight; list them under local too",  # daesh, terrorist*
    "base": "what a force stays in",  # outpost*, airfield*
    "withdraw": "words for the withdrawal of a force",  # withdraw*, pull out
    "handover": "words for giving a base to others",  # hand * over
    "leave": "words for leaving, that mean other things as well",  # leaves
    "stay": "words for staying",  # remain*
    "presence": "words for being there, which say nothing of leaving",  # stationed
    "fate": "what becomes of a base or force",  # future of
    "talks": "talks and treaties about a base",  # lease
    "civil": "people who are no force",  # refugee*, embassy
    "arrive": "words for coming and attacking",  # deploy*, raid*
    "strike": "words for bombing and killing",  # airstrike*
    "duration": "words for how long",  # indefinitely
    "refuse": "words for not tolerating",  # illegal
    "after": "words before what has happened already",  # following
    "toward": "the place as a goal",  # to syria
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
        "withdraw handover leave stay fate talks presence "
        "foreign_force foreign_own foreign unnamed nobody local near absent object elsewhere"
    ).split(),
    "weights": list(MEANINGS),
    "calibration": "slope offset learnt_share share base".split(),
}
# Where a number may be below 0.
_SIGNED = frozenset(["weights", "calibration"])
# What is a share of all texts, or a probability.
_SHARES = frozenset(["learnt_share", "share", "base", "relevant", "review"])
# Where the weights come from, for people: texts.
_LEARNT = ("date", "texts")
# Without these nothing is ever found; the others refine what is.
_REQUIRED = ("place", "force", "actor", "withdraw")
_TEXTS = ("name", "version")
_LANGUAGE = re.compile("[a-z]{2,3}")  # an ISO 639 code, or `any`
# Windows are words of a sentence, and a sentence is cut at 800 characters.
_BELOW = 1000

Place = tuple[str, ...]  # keys from the top of the file, and last a term
Mistake = tuple[Place, str]


def mistakes_in(
    table: dict[str, Any],
) -> Iterator[Mistake]:
    """Yield where a topic file is wrong, and what is right. Any: what a TOML file may hold."""
    known = {*_TEXTS, *NUMBERS, *CONCEPTS, "learnt"}
    for key in table.keys() - known:
        yield (key,), f"unknown key {key!r}; known are {', '.join(sorted(known))}"
    for key in _TEXTS:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            yield (key,), f"{key!r} is missing, or no text"
    for section, names in NUMBERS.items():
        yield from _number_mistakes(section, table.get(section), names)
    yield from _learnt_mistakes(table.get("learnt"))
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
    least, said = (-_BELOW, "") if section in _SIGNED else (0, " from 0 on")
    for name in names:
        if name in _SHARES:
            if not _is_number(found.get(name), 0, 1) or not 0 < found[name] < 1:
                yield (section, name), f"{section}.{name} is missing, or not between 0 and 1"
        elif not _is_number(found.get(name), least, _BELOW):
            yield (section, name), f"{section}.{name} is missing, or no number{said}"


def _is_number(
    value: Any,
    least: float,
    below: float,
) -> bool:
    """Any: what a TOML file may hold."""
    # A bool is an int of Python, and `review = true` no threshold.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return least <= value < below


def _learnt_mistakes(found: Any) -> Iterator[Mistake]:
    """Yield what is wrong with the note of where the weights come from. Any: as above."""
    if not isinstance(found, dict):
        yield ("learnt",), "[learnt] is missing: the date and texts of the weights"
        return
    for name in found.keys() - set(_LEARNT):
        yield ("learnt", name), f"unknown key {name!r} in [learnt]; known are {', '.join(_LEARNT)}"
    for name in _LEARNT:
        if not isinstance(found.get(name), str):
            yield ("learnt", name), f"learnt.{name} is missing, or no text"


def _concept_mistakes(
    concept: str,
    found: Any,
) -> Iterator[Mistake]:
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


def _term_mistakes(
    place: Place,
    terms: Sequence[Any],
) -> Iterator[Mistake]:
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


def line_of(
    text: str,
    place: Place,
) -> int:
    """Return the line of a key or term, as near as it is found (tomllib keeps none)."""
    lines = text.splitlines()
    found = 0
    for depth, name in enumerate(place):
        # `withdraw` is a number of [strength] as well as a table.
        is_table = depth == 0 and len(place) > 1
        pattern = _pattern(name, is_table=is_table, is_term=depth == 2)
        for number in range(found, len(lines)):
            if pattern.match(lines[number]):
                found = number
                break
    return found + 1


def _pattern(
    name: str,
    *,
    is_table: bool,
    is_term: bool,
) -> re.Pattern[str]:
    """Return what the line of a table or key (`[place]`, `en = `) or of a term looks like."""
    key = re.escape(name)
    if is_term:
        return re.compile(rf".*[\"']{key}[\"']")
    if is_table:
        return re.compile(rf"\s*\[\s*[\"']?{key}[\"']?\s*\]")
    return re.compile(rf"\s*\[?\s*[\"']?{key}[\"']?\s*[\]=]")
