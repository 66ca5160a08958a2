"""Whose force moves: the nearest country, and those listed beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.statements.voices import Voice, Words
from crawler.statements.wordbook import FORCE, NAME, forces, names
from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Sentence

_REACH: Final = 14  # words, as Sentence.distance counts them
_NEAR: Final = 6
_BONUS: Final = 6  # "US troops": a country right beside a force is as good as six words nearer
_LISTED: Final = 2  # words between two of an enumeration
_AND: Final = frozenset(
    "and or und oder sowie et ou и или та و أو یا ve veya û an או along as well with y e the l des"
    " de d les le la avec mit any also der die das".split()
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose force moves, and how clearly the sentence says it."""

    force: str
    hit: Hit | None
    how: str  # named, listed, own, base, voice or context
    distance: float = 0.0


def named(
    sentence: Sentence,
    words: Words,
    movement: Hit,
    taken: Sequence[Hit] = (),
) -> list[Owner]:
    """Return the forces that a sentence names for a movement, the nearest and those beside it.

    `taken` are hits that are somebody who speaks, and are left out where another is named.
    """
    found = candidates(sentence, words)
    likely = [one for one in found if not _is_taken(one, taken)]
    ranked = sorted(likely, key=lambda hit: _cost(sentence, movement, hit))
    if not ranked or _cost(sentence, movement, ranked[0]) > _REACH:
        return []
    best = ranked[0]
    chain = enumeration(sentence, words, best, likely)
    cost = _cost(sentence, movement, best)
    owners = [Owner(_force(best), best, "named", cost)]
    for hit in chain:
        if _force(hit) not in {owner.force for owner in owners}:
            owners.append(Owner(_force(hit), hit, "listed", cost))
    return _without_all(owners)


def _without_all(owners: list[Owner]) -> list[Owner]:
    """Return the countries of an enumeration without the word for all of them.

    "Occupying forces of the US and Turkey" are two, not all.
    """
    countries = [owner for owner in owners if owner.force != "foreign"]
    return countries or owners


def candidates(sentence: Sentence, words: Words) -> list[Hit]:
    """Return the terms of forces, without those of somebody's office: "Russian President"."""
    offices = {hit.first for hit in sentence.terms("office")}
    found: dict[int, Hit] = {}
    for force in forces():
        for hit in sentence.terms(FORCE + force):
            known = found.get(hit.first)
            if known is None or hit.length > known.length:
                found[hit.first] = hit
    rows = [found[first] for first in sorted(found)]
    return [hit for hit in rows if not _is_of_office(hit, offices, words)]


def _is_of_office(hit: Hit, offices: set[int], words: Words) -> bool:
    is_beside = hit.after in offices and not words.gap(hit.after - 1, hit.after).strip(" -")
    # Arabic, Persian and Hebrew put the office first: "مقام آمریکایی".
    is_behind = hit.first - 1 in offices and words.text[words.spans[hit.first][0]] > "\u0590"
    return is_beside or is_behind


def _is_taken(hit: Hit, taken: Sequence[Hit]) -> bool:
    return any(hit.first < other.after and other.first < hit.after for other in taken)


def _cost(sentence: Sentence, movement: Hit, hit: Hit) -> float:
    distance: float = sentence.distance(movement, hit)
    if distance == 0 and hit.first < movement.first:  # "the U.S. withdrawal"
        return -_BONUS - 1
    beside = any(sentence.distance(hit, force) <= 1 for force in sentence.terms("force"))
    if beside and distance <= 1 and hit.first > movement.first:
        return -_BONUS - 2  # "Iran withdraws Hezbollah forces"
    return distance - _BONUS if beside else distance


def enumeration(
    sentence: Sentence,
    words: Words,
    start: Hit,
    among: Sequence[Hit],
) -> Iterator[Hit]:
    """Yield what is listed with a force, on both sides: "US, French and Turkish forces"."""
    ordered = sorted(among, key=lambda hit: hit.first)
    at = ordered.index(start)
    for step in (-1, 1):
        here, other = at, at + step
        while 0 <= other < len(ordered) and _are_listed(
            sentence, words, ordered[min(here, other)], ordered[max(here, other)]
        ):
            yield ordered[other]
            here, other = other, other + step


def _are_listed(
    sentence: Sentence,
    words: Words,
    one: Hit,
    other: Hit,
) -> bool:
    """Whether only commas, "and" and a word of a force are between two terms."""
    between = range(one.after, other.first)
    if not between and "force:foreign" in (one.concept, other.concept):
        return True  # "Turkish 'occupying forces'"
    force = {n for hit in sentence.terms("force") for n in range(hit.first, hit.after)}
    inner = [n for n in between if n not in force and words.low[n] not in _AND]
    if inner or len(between) > _LISTED + 1:
        return False
    gaps = words.text[words.spans[one.after - 1][1] : words.spans[other.first][0]]
    is_joined = any(words.low[n] in _AND for n in between)
    # Arabic and Hebrew join "and" to the word: "والفرنسية".
    begin = words.low[other.first][:1]
    return is_joined or begin in ("و", "ו") or "," in gaps or "،" in gaps


def of_base(sentence: Sentence, movement: Hit) -> Owner | None:
    """Return whose base is named: Hmeimim is Russia's. Weak: only where no force is named."""
    best: Owner | None = None
    for concept, hit in _rows(sentence, "base"):
        distance = sentence.distance(movement, hit)
        if distance <= _REACH and (best is None or distance < best.distance):
            country = names()[int(concept.removeprefix(NAME))].country
            best = Owner(country, hit, "base", distance)
    return best


def of_voice(voices: Sequence[Voice], movement: Hit) -> Owner | None:
    """Return the force of the nearest person: "Trump's Syria withdrawal" is an American one."""
    near = sorted(voices, key=lambda voice: abs(voice.first - movement.first))
    for voice in near:
        if voice.country in forces() and voice.kind != "country":
            assert voice.country is not None  # noqa: S101 - None is no force
            return Owner(voice.country, None, "voice", abs(voice.first - movement.first))
    return None


def has_own(sentence: Sentence, movement: Hit) -> bool:
    """Whether it is the speaker's own: "our troops", "we stay"."""
    return any(sentence.distance(movement, hit) <= _NEAR for hit in sentence.terms("own"))


def _rows(sentence: Sentence, kind: str) -> Iterator[tuple[str, Hit]]:
    for concept in sorted(sentence.concepts):
        if concept.startswith(NAME) and names()[int(concept.removeprefix(NAME))].kind == kind:
            for hit in sentence.terms(concept):
                yield concept, hit


def _force(hit: Hit) -> str:
    return hit.concept.removeprefix(FORCE)
