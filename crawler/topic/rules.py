"""The rule that judges: sentences that speak of the topic, weighed by where they stand.

A sentence counts when it names a force or whose it is, and that it leaves or stays, and its place
is the topic's: named in the sentence, or in the headline or lead while the sentence names no other.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from crawler import text
from crawler.errors import TopicError
from crawler.topic.matcher import Concept, fold
from storage.model import Evidence, Verdict

_CONCEPTS = ("place", "force", "foreign", "leave", "stay", "other_place", "local")
_WEIGHTS = {"headline", "lead", "body", "relevant", "lead_sentences"}
_MOST_EVIDENCE = 8
_LONGEST_SENTENCE = 600  # characters; longer ones are lists, not sentences


@dataclass(frozen=True, slots=True)
class Topic:
    """A compiled topic file."""

    version: str
    concepts: dict[str, Concept]
    weights: dict[str, float]


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> Topic:
    """Read a topic file; without a path the shipped one. Raises TopicError."""
    where: Any = path or resources.files("crawler.topic") / "topics" / "syria-withdrawal.toml"
    try:
        table = tomllib.loads(where.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"{where}: cannot be used: {error}") from error
    _check(table, str(where))
    return Topic(
        version=f"{table['name']}-{table['version']}",
        concepts={name: Concept(table[name]) for name in _CONCEPTS},
        weights={name: float(value) for name, value in table["weights"].items()},
    )


def _check(table: dict[str, Any], where: str) -> None:
    """Refuse a topic file with anything unknown or missing."""
    expected = {"name", "version", "weights", *_CONCEPTS}
    mistakes = [f"unknown key {key!r}" for key in table.keys() - expected]
    mistakes += [f"{key!r} is missing" for key in sorted(expected - table.keys())]
    mistakes += [
        f"weights.{w} is missing" for w in sorted(_WEIGHTS - set(table.get("weights", {})))
    ]
    for name in _CONCEPTS:
        terms = table.get(name, {})
        if not isinstance(terms, dict) or not any(terms.values()):
            mistakes.append(f"[{name}] has no terms")
        elif any(not isinstance(t, str) or not t.strip("* ") for ts in terms.values() for t in ts):
            mistakes.append(f"[{name}] has a term without letters")
    if mistakes:
        raise TopicError(f"{where}: " + "; ".join(mistakes))


def judge(
    topic: Topic, *, headline: str, body: tuple[str, ...], standfirst: str | None = None
) -> Verdict:
    """Judge an article, with the sentences that speak for it as evidence."""
    concepts = topic.concepts
    if concepts["place"].find(fold(" ".join((headline, standfirst or "", *body)))) is None:
        return Verdict(relevant=False, score=0.0, topic_version=topic.version)
    found: list[Evidence] = []
    near = False  # whether the place was named in the headline or lead
    silence = 0  # sentences since the place was named last
    for place, sentence in _sentences(topic, headline, standfirst, body):
        folded = fold(sentence)
        here = concepts["place"].find(folded) is not None
        silence = 0 if here else silence + 1
        near = near or (here and place != "body")
        strength, terms = _strength(concepts, folded, here, near and silence <= 3)
        if strength:
            weight = round(strength * topic.weights[place], 3)
            found.append(Evidence(terms=terms, place=place, sentence=sentence, weight=weight))
    score = round(sum(evidence.weight for evidence in found), 3)
    strongest = sorted(found, key=lambda evidence: -evidence.weight)[:_MOST_EVIDENCE]
    return Verdict(
        relevant=score >= topic.weights["relevant"],
        score=score,
        evidence=tuple(strongest),
        topic_version=topic.version,
    )


def _sentences(
    topic: Topic, headline: str, standfirst: str | None, body: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield each sentence with its zone: headline, lead or body."""
    if headline:
        yield "headline", headline
    place = 0
    for paragraph in (standfirst or "", *body):
        for sentence in text.sentences(paragraph):
            yield (
                ("lead" if place < topic.weights["lead_sentences"] else "body"),
                sentence[:_LONGEST_SENTENCE],
            )
            place += 1


def _strength(
    concepts: dict[str, Concept], folded: str, here: bool, near: bool
) -> tuple[float, tuple[str, ...]]:
    """Return how clearly a sentence speaks of the topic, and the terms that do."""
    movement = concepts["leave"].find(folded)
    presence = None if movement else concepts["stay"].find(folded)
    if movement is None and presence is None:
        return 0.0, ()
    force, foreign = concepts["force"].find(folded), concepts["foreign"].find(folded)
    if foreign is None and (force is None or concepts["local"].find(folded)):
        return 0.0, ()
    if not here and (not near or concepts["other_place"].find(folded)):
        return 0.0, ()
    strength = 1.0 if movement else 0.6
    strength *= 1.0 if force and foreign else 0.6 if foreign else 0.5
    strength *= 1.0 if here else 0.7
    terms = [term for term in (movement, presence, force, foreign) if term]
    return strength, tuple(dict.fromkeys(terms))
