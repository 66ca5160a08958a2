"""The words by which claims are read: those of the topic, of forces, names and stances.

All are found in one pass over a sentence, by a lexicon as the topic has (crawler/topic/lexicon.py).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from crawler.text.toml import read_toml
from crawler.topic.file import ANY, Topic
from crawler.topic.lexicon import Lexicon

FORCE: Final = "force:"  # begins the concept of a force: "force:us"
NAME: Final = "name:"  # begins the concept of a row of names.toml: "name:17"
# Forces of no country.
NO_COUNTRY: Final = frozenset(["coalition", "foreign"])
# What a country is called that speaks: "Syria urges", "says Russia".
_CALLED: Final = {
    "us": "United States",
    "russia": "Russia",
    "iran": "Iran",
    "hezbollah": "Hezbollah",
    "turkey": "Turkey",
    "israel": "Israel",
    "france": "France",
    "uk": "United Kingdom",
    "coalition": "coalition",
}
_FILES: Final = ("forces", "names", "stances")
_DIGEST_BYTES: Final = 4  # as of a topic
_KINDS: Final = ("person", "office", "capital", "country", "base")
_NOT_TERMS: Final = frozenset(["name", "country", "office", "from", "until"])
# Terms of the topic that claims read otherwise.
_UNREAD: Final = frozenset(["call", "strike", "civil", "toward", "duration", "refuse", "after"])


@dataclass(frozen=True, slots=True)
class Name:
    """A person, office, capital, country or base: for whom it speaks, or whose it is."""

    name: str
    kind: str  # person, office, capital, country or base
    country: str  # a force, or another country
    office: str  # what a person was, which government a capital speaks for
    since: date | None
    until: date | None

    def holds_on(self, day: date | None) -> bool:
        """Whether it was so on a day; without a day it may have been."""
        if day is None:
            return True
        is_begun = self.since is None or self.since <= day
        return is_begun and (self.until is None or day < self.until)


class Wordbook:
    """The lexicons of a topic with the words of claims, one a language."""

    def __init__(self, topic: Topic):
        self._topic = topic
        self._lexicons: dict[str, Lexicon] = {}

    def lexicon(self, language: str) -> Lexicon:
        """Return the words of a language, with those of all."""
        own = language if language in self._topic.languages else ANY
        found = self._lexicons.get(own)
        if found is None:
            found = self._lexicons[own] = self._compile(own)
        return found

    def _compile(self, language: str) -> Lexicon:
        concepts: dict[str, tuple[str, ...]] = {}
        for concept, listed in self._topic.terms.items():
            if concept not in _UNREAD:
                concepts[concept] = _of(listed, language)
        for force, listed in tables()["forces"].items():
            concepts[FORCE + force] = _of(listed, language)
        for concept, listed in tables()["stances"].items():
            # "Flown out" is a withdrawal beside those of the topic.
            concepts[concept] = (*concepts.get(concept, ()), *_of(listed, language))
        for number, row in enumerate(_rows()):
            concepts[f"{NAME}{number}"] = _of(row, language)
        return Lexicon(concepts, most_known=self._topic.most_known)


def _of(listed: Mapping[str, Any], language: str) -> tuple[str, ...]:
    return (*listed.get(ANY, ()), *listed.get(language, ()))


def _written(name: str) -> str:
    file = resources.files("crawler.statements") / f"{name}.toml"
    return str(file.read_text("utf-8"))


@lru_cache(maxsize=1)
def digest() -> str:
    """Return what tells two edits of the files apart: it is in the version of every claim."""
    written = "".join(map(_written, _FILES))
    return hashlib.blake2b(written.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@lru_cache(maxsize=1)
def tables() -> dict[str, dict[str, Any]]:
    """Return the tables of forces.toml, names.toml and stances.toml, without their versions."""
    found = {}
    for name in _FILES:
        table = read_toml(_written(name))
        found[name] = {key: value for key, value in table.items() if key != "version"}
    return found


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, Any], ...]:
    return tuple(row for kind in _KINDS for row in tables()["names"][kind])


@lru_cache(maxsize=1)
def names() -> tuple[Name, ...]:
    """Return the rows of names.toml; the concept of a row is `NAME` and its place here."""
    found = []
    for kind in _KINDS:
        for row in tables()["names"][kind]:
            name = Name(
                name=row["name"],
                kind=kind,
                country=row["country"],
                office=row.get("office", ""),
                since=row.get("from"),
                until=row.get("until"),
            )
            found.append(name)
    return tuple(found)


@lru_cache(maxsize=1)
def forces() -> tuple[str, ...]:
    """Return the forces, in the order of forces.toml."""
    return tuple(tables()["forces"])


def called(country: str) -> str:
    """Return what a country is called that speaks.

    >>> called("us")
    'United States'
    """
    return _CALLED.get(country, country)
