"""Claims in the order of days: repeats as one line, and beside each line what contradicts it.

Nothing is netted, scored or called true: a contradiction is two lines of another direction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from storage.records.claim import Stance
from storage.statements import names
from storage.statements.claims import StoredClaim
from storage.words.consonants import script_of
from storage.words.sound import skeletons

# How long a statement is repeated: the window of a story is ten days (its first days and reports).
_REPEATED: Final = timedelta(days=10)
# A contradiction is a live one for so long; an older one counts while nobody has answered it.
_LIVE: Final = timedelta(days=30)
# Of these the last word is a name: "Sergei Lavrov", "Лавров", "Lavrov".
_NAMED: Final = frozenset(["person", "unknown", "named", "surname of", "role of"])
_STATES: Final = frozenset(["country", "capital", "office", "role"])
_PRONOUN: Final = "pronoun"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a claim, to be compared with others."""

    words: str  # the last name, folded; a state; or the words of a role
    script: str | None = None
    sounds: frozenset[str] = frozenset()  # of a name

    def is_same(self, other: "Speaker | None") -> bool:
        """Whether both are one: by the letters, and in two scripts by the sound.

        In one script too many names share their consonants: Putin and Biden do.
        """
        if other is None:
            return False
        if self.words == other.words:
            return True
        return self.script != other.script and bool(self.sounds & other.sounds)


def is_same(one: Speaker | None, other: Speaker | None) -> bool:
    """Whether two claims have the same speaker; those of nobody have the article's voice."""
    return other is None if one is None else one.is_same(other)


@dataclass(frozen=True, slots=True)
class Other:
    """Another line that a line is shown beside."""

    number: int
    day: str
    stance: Stance
    speaker: str | None


@dataclass(slots=True)
class Line:
    """One statement about one force, however often it is repeated."""

    number: int
    force: str
    stance: Stance
    voice: Speaker | None  # None: the articles say it themselves
    claims: list[StoredClaim] = field(default_factory=list)
    against: list[Other] = field(default_factory=list)  # what contradicts it
    changed: Other | None = None  # what the same speaker said before, in the other direction

    @property
    def day(self) -> str:
        """The first day on which it was said."""
        return min(claim.day for claim in self.claims)

    @property
    def speaker(self) -> str | None:
        """The longest form of the speaker's name; None: the articles say it themselves."""
        found = [claim.name for claim in self.claims if claim.name]
        return max(found, key=lambda name: (len(name), name), default=None)

    @property
    def country(self) -> str | None:
        """The country that the speaker speaks for, where it is known."""
        return next((claim.country for claim in self.claims if claim.country), None)

    @property
    def first(self) -> StoredClaim:
        """The claim that is shown: sure before unsure, then the earliest."""
        ranked = sorted(self.claims, key=lambda claim: (not claim.is_sure, claim.day, claim.id))
        return ranked[0]

    @property
    def condition(self) -> str | None:
        """The words of its condition, if any report has one."""
        shown = self.first.condition
        return shown or next((claim.condition for claim in self.claims if claim.condition), None)

    @property
    def is_sure(self) -> bool:
        """Whether it is shown without a question mark."""
        return any(claim.is_sure for claim in self.claims)

    @property
    def articles(self) -> list[int]:
        """The articles that have it."""
        return sorted({claim.article_id for claim in self.claims})

    @property
    def houses(self) -> int:
        """How many families carry it."""
        return len({claim.family for claim in self.claims})

    @property
    def texts(self) -> int:
        """How many independent texts carry it: copies once, those of one agency once."""
        owners = {claim.article_id: claim.wire or claim.family for claim in self.claims}
        roots = {claim.duplicate_of or claim.article_id for claim in self.claims}
        return len({owners.get(root, f"article {root}") for root in roots})


def timeline(claims: Iterable[StoredClaim]) -> list[Line]:
    """Return the lines of claims, grouped by force, the newest last."""
    ordered = sorted(claims, key=lambda claim: (claim.force, claim.day, claim.article_id, claim.id))
    lines: list[Line] = []
    for claim in ordered:
        line = _repeated(lines, claim)
        if line is None:
            line = Line(len(lines) + 1, claim.force, claim.stance, speaker_of(claim))
            lines.append(line)
        line.claims.append(claim)
    for one, other in _pairs(lines):
        one.against.append(_other(other))
        other.against.append(_other(one))
    for line in lines:
        before = _before(line, lines)
        line.changed = None if before is None else _other(before)
    return lines


def contradictions(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Return each pair of lines that contradict one another once, the earlier first."""
    by_number = {line.number: line for line in lines}
    pairs = []
    for line in lines:
        later = [other.number for other in line.against if other.number > line.number]
        pairs += [(line, by_number[number]) for number in later]
    return pairs


def speaker_of(claim: StoredClaim) -> Speaker | None:
    """Return who says a claim; None where nobody is named.

    Who has no name speaks for a country, if one is known: "Damascus", "Syria" and "a Syrian
    official" are one voice.
    """
    if claim.name is None or not claim.name.split():
        return None
    if claim.how in _STATES and claim.country is not None:
        return Speaker(f"state {claim.country}")
    is_named = claim.how in _NAMED or (claim.how or "").startswith(_PRONOUN)
    if not is_named:
        return Speaker(names.words_of(claim.name).strip())
    return spoken(claim.name.split()[-1])


def spoken(word: str) -> Speaker:
    """Return a word of a name, to be compared as it is written and as it sounds."""
    words = names.words_of(word).strip()
    return Speaker(words, script_of(words), frozenset(skeletons(words)))


def _repeated(lines: Sequence[Line], claim: StoredClaim) -> Line | None:
    """Return the line that a claim repeats: the same speaker, force and stance, days apart."""
    voice = speaker_of(claim)
    for line in reversed(lines):
        if line.force != claim.force:
            return None
        is_repeated = line.stance is claim.stance and is_same(line.voice, voice)
        if is_repeated and _days(line.day, claim.day) <= _REPEATED:
            return line
    return None


def _pairs(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Yield what contradicts what: another speaker, the same force, the other direction.

    Within 30 days; of a line that nobody answered in these days the first answer that came later.
    """
    for at, line in enumerate(lines):
        is_answered = False
        for other in lines[at + 1 :]:
            is_live = other.force == line.force and _days(line.day, other.day) <= _LIVE
            if other.force != line.force or (is_answered and not is_live):
                break
            if _opposes(line, other):
                is_answered = True
                yield line, other


def _opposes(line: Line, other: Line) -> bool:
    if line.voice is None or other.voice is None or line.voice.is_same(other.voice):
        return False
    return line.stance.leaves is not other.stance.leaves


def _before(line: Line, lines: Sequence[Line]) -> Line | None:
    """Return the last line of the same speaker before, if it has the other direction."""
    if line.voice is None:
        return None
    same = [
        other
        for other in lines
        if other.force == line.force and line.voice.is_same(other.voice) and other.day < line.day
    ]
    if not same:
        return None
    last = max(same, key=lambda other: (other.day, other.number))
    return last if last.stance.leaves is not line.stance.leaves else None


def _other(line: Line) -> Other:
    return Other(line.number, line.day, line.stance, line.speaker)


def _days(one: str, other: str) -> timedelta:
    return abs(date.fromisoformat(one) - date.fromisoformat(other))
