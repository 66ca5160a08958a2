"""The words of a date, and each meaning that one may have."""

import re
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass

from crawler.text.dates.locale import Locale
from crawler.text.dates.names import key, names

# A name is what no space, digit or mark divides: vowels of Indic scripts are no letters to Python.
_WORD = re.compile(r"[^\s\d,;:|/()\[\]<>_+-]+")
# They are between the parts of a date, and say nothing: "27 de marzo", "2026 m. lapkričio 27 d.".
_FILLERS = frozenset(
    "de d of the do da di del den der al le il el m г год года року р gada من في شهر ماه жылғы წლის"
    " . ' ’".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a date; a name of two words is one, as "كانون الثاني" is."""

    start: int
    end: int
    months: Mapping[int, set[str]]  # with the languages in which it is one
    weekdays: frozenset[int]  # 0 is Monday
    solar: int | None  # the month of the Solar Hijri calendar
    is_filler: bool

    @property
    def is_unknown(self) -> bool:
        """Whether it has no meaning in a date."""
        return not (self.months or self.weekdays or self.solar or self.is_filler)


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a folded text."""
    found = list(_WORD.finditer(text))
    keys = [key(match[0]) for match in found]
    at = 0
    while at < len(found):
        both = " ".join(keys[at : at + 2])
        is_pair = at + 1 < len(found) and _is_name(both)
        last = at + 1 if is_pair else at
        name = both if is_pair else keys[at]
        yield _word(name, found[at].start(), found[last].end())
        at = last + 1


def weekdays_of(words: Iterable[Word]) -> frozenset[int]:
    """Return the days of the week that words may name."""
    found: set[int] = set()
    for word in words:
        found |= word.weekdays
    return frozenset(found)


def months_of(words: Iterable[Word], locale: Locale) -> Mapping[int, set[str]]:
    """Return the months that words name, with the languages: of several words the one they share.

    "تشرين الثاني/نوفمبر" is one month in two names. "mar., 2 juin" is a Tuesday in June.
    """
    named = [word for word in words if word.months]
    shared = _shared(named)
    if not shared:
        shared = _shared([word for word in named if not word.weekdays])
    spoken = {
        month: languages for month, languages in shared.items() if locale.language in languages
    }
    return spoken or shared


def _is_name(word: str) -> bool:
    table = names()
    return word in table.months or word in table.weekdays


def _word(
    name: str,
    start: int,
    end: int,
) -> Word:
    table = names()
    months = table.months.get(name)
    if months is None:
        # "in", of Hebrew dates
        months = table.months.get(name.removeprefix("ב"), {})
    weekdays = table.weekdays.get(name, set())
    return Word(
        start=start,
        end=end,
        months=months,
        weekdays=frozenset(weekdays),
        solar=table.solar.get(name),
        is_filler=name in _FILLERS or not name,
    )


def _shared(words: Sequence[Word]) -> dict[int, set[str]]:
    if not words:
        return {}
    common = set(words[0].months)
    for word in words[1:]:
        common &= set(word.months)
    return {month: words[0].months[month] for month in common}
