"""Who may speak in a sentence: persons, offices, capitals, countries and roles."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.statements.wordbook import FORCE, NAME, called, names
from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Sentence

_GENITIVE: Final = ("'s", "’s", "‘s", "s'", "s’")
# No voice is behind these: "a visit to Moscow", "a meeting with Assad".
_OBJECT_AFTER: Final = frozenset(
    "to in with at on near of for about into across between outside around against through mit in"
    " im zu nach aus bei vor à en dans avec chez au sur contre в во на с к из إلى في مع من به از در"
    " با".split()
)
_ARTICLES: Final = frozenset("the a an der die das ein eine dem den le la les un une l".split())
# A role does not reach over these.
_BORDERS: Final = frozenset(
    "by from that and or but is are was were has have had will would who which when as while than"
    " und oder ist war hat von dass et ou est a été que par и или что а по ve ki".split()
)
_DAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
    " july august september october november december lundi mardi mercredi jeudi vendredi samedi"
    " dimanche pazartesi salı çarşamba perşembe cuma cumartesi pazar".split()
)
_AWAY: Final = frozenset("from out aus von de du из от من از".split())
# These have a country and nobody who speaks: "a Russian move to".
_ABSTRACT: Final = frozenset(
    "move demand demands call position stance strategy explanation gains side people".split()
)
_MOST_BEFORE: Final = 3  # words of a role before its noun: "a senior Turkish official"
_FEWEST: Final = 2  # words of a name
_MOST_OF_NAME: Final = 4
# Of these scripts capitals show names; German writes every noun with one.
_WITHOUT_CAPITALS: Final = frozenset(["ar", "fa", "he", "de"])
_PERSONAL: Final = frozenset(["person", "unknown", "role", "office"])


@dataclass(frozen=True, slots=True)
class Voice:
    """Who may speak: the words from `first` to before `after`."""

    first: int
    after: int
    name: str
    kind: str  # person, office, capital, country, unknown (a name of no row) or role
    country: str | None = None
    role: str | None = None
    is_object: bool = False  # a word before it says that it does not act
    is_genitive: bool = False  # "Trump's decision"

    @property
    def is_personal(self) -> bool:
        """Whether it is a person or an office, not a country."""
        return self.kind in _PERSONAL


class Words:
    """The words of a sentence, as written and in small letters."""

    def __init__(self, sentence: Sentence):
        text = sentence.text
        self.written = [text[start:end] for start, end in sentence.spans]
        self.low = [word.lower() for word in self.written]
        self.text = text
        self.spans = sentence.spans

    def between(self, first: int, after: int) -> str:
        """Return the text of some words, and what is between them."""
        return self.text[self.spans[first][0] : self.spans[after - 1][1]]

    def gap(self, before: int, behind: int) -> str:
        """Return what is between two words."""
        return self.text[self.spans[before][1] : self.spans[behind][0]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with its words and who may speak in it."""

    sentence: Sentence
    words: Words
    voices: Sequence[Voice]
    language: str


def scene_of(sentence: Sentence, language: str) -> Scene:
    """Return a sentence with its words and voices."""
    words = Words(sentence)
    return Scene(sentence, words, voices_in(sentence, words, language), language)


def voices_in(sentence: Sentence, words: Words, language: str) -> list[Voice]:
    """Return who may speak, in the order of the sentence, none inside another."""
    found = [*_named(sentence, words), *_countries(sentence)]
    if language not in _WITHOUT_CAPITALS:
        found += _unknown(sentence, words, found)
    found += _roles(sentence, words, found)
    found.sort(key=lambda voice: (voice.first, -voice.after))
    kept: list[Voice] = []
    for voice in found:
        if not kept or voice.first >= kept[-1].after:
            kept.append(_seen(voice, words))
    return kept


def _seen(voice: Voice, words: Words) -> Voice:
    """Note what the words around a voice say of it."""
    before = _word_before(voice.first, words)
    last = words.written[voice.after - 1]
    return Voice(
        voice.first,
        voice.after,
        bare(voice.name),
        voice.kind,
        voice.country,
        voice.role,
        is_object=before in _OBJECT_AFTER or (not voice.is_personal and before in _AWAY),
        is_genitive=last.endswith(_GENITIVE) and len(last) > 2,
    )


def _word_before(first: int, words: Words) -> str:
    """Return the word before a voice, without its article: "of the Joint Chiefs" has "of"."""
    at = first - 1
    if at > 0 and words.low[at] in _ARTICLES:
        at -= 1
    return words.low[at] if at >= 0 else ""


def bare(name: str) -> str:
    """Return a name without the genitive at its end.

    >>> bare("Donald Trump’s")
    'Donald Trump'
    """
    for ending in ("'s", "’s", "‘s"):
        name = name.removesuffix(ending)
    return name.rstrip("'’.")


def _named(sentence: Sentence, words: Words) -> Iterator[Voice]:
    """Yield the rows of names.toml, with the words of a name around them."""
    rows = names()
    for concept in sorted(sentence.concepts):
        if not concept.startswith(NAME):
            continue
        row = rows[int(concept.removeprefix(NAME))]
        if row.kind == "base":
            continue
        for hit in sentence.terms(concept):
            first = _begin_of_name(hit.first, words) if row.kind == "person" else hit.first
            yield Voice(first, hit.after, row.name, row.kind, row.country, row.office or None)


def _begin_of_name(first: int, words: Words) -> int:
    """Return the first word of a name: of "President Donald Trump", "President"."""
    least = max(0, first - _MOST_OF_NAME)
    while first > least and _is_capital(words.written[first - 1]):
        if words.gap(first - 1, first).strip(" .") or words.low[first - 1] in _ARTICLES:
            break
        if words.written[first - 1].endswith(_GENITIVE[:3]):
            break
        first -= 1
    return first


def _countries(sentence: Sentence) -> Iterator[Voice]:
    for concept in sorted(sentence.concepts):
        country = concept.removeprefix(FORCE)
        if country == concept or country == "foreign":
            continue
        for hit in sentence.terms(concept):
            yield Voice(hit.first, hit.after, called(country), "country", country)


def _unknown(sentence: Sentence, words: Words, found: list[Voice]) -> Iterator[Voice]:
    """Yield runs of two or more capitalised words that nothing else is: "Raja Krishnamoorthi"."""
    taken = {n for voice in found for n in range(voice.first, voice.after)}
    taken |= {n for hit in _things(sentence) for n in range(hit.first, hit.after)}
    first = None
    shouted = sum(map(_is_capital, words.written)) > len(words.written) * 0.7
    for at in range(len(words.written) + 1):
        is_name = at < len(words.written) and at not in taken and _is_of_name(words, at)
        if is_name and first is not None and words.gap(at - 1, at).strip(" ."):
            yield from _as_name(first, at, words, taken)
            first = at
        elif is_name and first is None:
            first = at
        elif not is_name and first is not None:
            # In a headline in Title Case every word has a capital.
            if not shouted:
                yield from _as_name(first, at, words, taken)
            first = None


def _as_name(
    first: int,
    after: int,
    words: Words,
    taken: Container[int],
) -> Iterator[Voice]:
    # "The Syrian Arab Republic" is no person.
    is_of_place = first - 1 in taken and not words.gap(first - 1, first).strip()
    if is_of_place and after - first == _FEWEST:
        return
    if _FEWEST <= after - first <= _MOST_OF_NAME + 1:
        yield Voice(first, after, words.between(first, after), "unknown")


def _things(sentence: Sentence) -> Iterator[Hit]:
    for concept in ("place", "elsewhere", "force", "local", "enemy"):
        yield from sentence.terms(concept)


def _roles(sentence: Sentence, words: Words, found: list[Voice]) -> Iterator[Voice]:
    """Yield roles without a name: "a Syrian official", "the president's"."""
    starts = {voice.first for voice in found if voice.kind in ("person", "unknown")}
    covered = {
        n for voice in found if voice.kind != "country" for n in range(voice.first, voice.after)
    }
    cues = {hit.first for name in ("says", "asks", "decides") for hit in sentence.terms(name)}
    for hit in sentence.terms("office"):
        last = hit.after
        if hit.first in covered or last in starts:
            continue
        first = hit.first
        while first > max(0, hit.first - _MOST_BEFORE):
            before = first - 1
            is_border = words.gap(before, first).strip() or before in cues or before in covered
            if is_border or not _is_of_role(sentence, words, before):
                break
            first = before
        while first < hit.first and words.low[first] in _ARTICLES:
            first += 1
        country = _country_in(sentence, first, last)
        if words.low[last - 1] in _ABSTRACT:
            continue
        yield Voice(first, last, words.between(first, last), "role", country)


def _is_of_role(sentence: Sentence, words: Words, at: int) -> bool:
    word = words.low[at]
    return word not in _OBJECT_AFTER and word not in _BORDERS


def _country_in(sentence: Sentence, first: int, after: int) -> str | None:
    for concept in sorted(sentence.concepts):
        for hit in sentence.terms(concept):
            if not first <= hit.first < after:
                continue
            if concept.startswith(FORCE) and concept != FORCE + "foreign":
                return concept.removeprefix(FORCE)
            if concept.startswith(NAME):
                return names()[int(concept.removeprefix(NAME))].country
    return None


def _is_of_name(words: Words, at: int) -> bool:
    """Whether a word may be one of a name: "On Thursday" is none."""
    is_small = words.low[at] in _OBJECT_AFTER or words.low[at] in _BORDERS
    return _is_capital(words.written[at]) and not is_small and words.low[at] not in _DAYS


def _is_capital(word: str) -> bool:
    return word[0].isupper()
