"""What an outlet changed between two visits, and of which kind the changes are.

Sentences are compared as sets and not texts as a whole: pages differ at every visit in what is no
part of the article (docs/decisions/0006-duplicates.md).
"""

import re
from collections.abc import Iterator, Sequence, Set
from enum import StrEnum

from crawler import text
from crawler.dedupe.diff import Edit, diff
from crawler.dedupe.shingles import line_hash
from crawler.dedupe.spelling import Speller, is_negation, letters_of


class Change(StrEnum):
    """A kind of change; a revision has one or several."""

    HEADLINE = "headline"
    NUMBER = "number"
    ATTRIBUTION = "attribution"  # a name, or who is said to have said it
    ADDITION = "addition"
    REMOVAL = "removal"
    CORRECTION = "correction"  # the outlet says that it corrected the text
    COSMETIC = "cosmetic"  # spelling and the like


# Lines that change by themselves: counters, times, invitations.
_VOLATILE = re.compile(
    r"\b\d+\s+(?:sec|min|hour|day|week)\w*\s+(?:ago|read)\b"
    r"|^(?:last )?(?:updated|modified|published)\b"
    r"|^\W*\d+\s*(?:comments?|shares?|views?|likes?|reads?)\b|^\W*(?:comments?|shares?)\W*\d+\W*$"
    r"|^(?:read more|related|more on this|most read|watch|listen|advertisement)\b"
    r"|\b(?:newsletter|subscribe|sign up|download (?:our|the) app|follow us|push notifications?)\b"
    # A date, or one word: no part takes back what the next one could take, so each letter is read
    # a few times and not as often as the line can be divided among the parts.
    r"|^[\W\d]*+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day[\W\d]*+)?(?:[^\W\d]\w*+)?[\W\d]*+"
    r"(?:(?:am|pm|gmt|utc|est|edt|bst|cet)\W*+)?$",
    re.I,
)
_CORRECTION = re.compile(
    r"\bcorrect(?:ion|s|ed)\b|\bclarification\b|\beditor.?s.? note\b"
    r"|\b(?:earlier|previous) version of th|\bkorrektur|\bberichtig|\brectificati|\bdüzeltme"
    r"|исправлен|поправка|تصحيح|تصويب|اصلاحیه|תיקון טעות|הבהרה",
    re.I,
)
_SAYS = re.compile(
    r"^(?:said|says|told|according|spokes\w+|announced|claimed|reported|sources?|officials?|by)$"
)
_NUMBER = re.compile(r"\d")
_MOST_PAIRS = 2500  # of words; where more are exchanged it is not for their spelling
_SMALL = frozenset("a an the of in on at to for and or that with by as is was are were".split()) | {
    ""
}


def find_changes(
    headlines: tuple[str, str],
    bodies: tuple[Sequence[str], Sequence[str]],
    common: Set[int] = frozenset(),
) -> tuple[Change, ...]:
    """Return the kinds of change from the first text to the second; none where it is the same.

    `common` are the lines of the outlet. White space, case and punctuation are no change.
    """
    found: set[Change] = set()
    if text.words(headlines[0]) != text.words(headlines[1]):
        found.add(Change.HEADLINE)
    speller = Speller()
    for edit in diff(*bodies):
        if edit.kind != "same" and not _is_outlets(edit, common):
            found.update(_kinds(edit, speller))
    return tuple(kind for kind in Change if kind in found)


def is_material(changes: Sequence[Change]) -> bool:
    """Whether something changed that a reader would call news."""
    return any(change is not Change.COSMETIC for change in changes)


def _is_outlets(edit: Edit, common: Set[int]) -> bool:
    """Whether a line belongs to the page around the article."""
    sides = [side for side in (edit.before, edit.after) if side]
    return all(
        _VOLATILE.search(side) is not None or line_hash(text.words(side)) in common
        for side in sides
    )


def _kinds(edit: Edit, speller: Speller) -> Iterator[Change]:
    if edit.kind == "removed":
        yield Change.REMOVAL
    elif edit.kind == "added":
        yield Change.CORRECTION if _CORRECTION.search(edit.after) else Change.ADDITION
    else:
        yield from _word_kinds(edit, speller)


def _word_kinds(edit: Edit, speller: Speller) -> Iterator[Change]:
    """Tell what an edited sentence changed, from the words that only one side has."""
    spans = edit.spans()
    gone = [w for s in spans if s.kind == "removed" for w in s.text.split()]
    come = [w for s in spans if s.kind == "added" for w in s.text.split()]
    if any(map(_NUMBER.search, gone + come)) and _folded(gone) != _folded(come):
        yield Change.NUMBER
    lost, new = _unmatched(gone, come, speller)
    if any(_is_name(word, edit) or _SAYS.match(text.fold(word)) for word in lost + new):
        yield Change.ATTRIBUTION
    rest = [[w for w in side if not _NUMBER.search(w)] for side in (lost, new)]
    if len(_weighty(rest[1])) > 0:
        yield Change.ADDITION
    if len(_weighty(rest[0])) > 0:
        yield Change.REMOVAL
    if not lost and not new:
        yield Change.COSMETIC


def _folded(words: list[str]) -> list[str]:
    return [folded for word in words for folded in text.words(word)]


def _unmatched(gone: list[str], come: list[str], speller: Speller) -> tuple[list[str], list[str]]:
    """Leave out words that are two spellings of one, and small words."""
    lost, new = list(gone), list(come)
    if len(gone) * len(come) <= _MOST_PAIRS:
        folded = [letters_of(word) for word in come]
        for word in gone:
            letters = letters_of(word)
            like = (n for n, other in enumerate(folded) if speller.is_respelled(letters, other))
            if (place := next(like, None)) is not None:
                lost.remove(word)
                del new[place], folded[place]
    return [w for w in lost if not _is_small(w)], [w for w in new if not _is_small(w)]


def _is_small(word: str) -> bool:
    return letters_of(word) in _SMALL


def _is_name(word: str, edit: Edit) -> bool:
    """Whether a word is written as a name, and does not only begin the sentence."""
    letters = word.strip("“”\"'‘’(),.;:!?")
    begins = edit.before.startswith(word) or edit.after.startswith(word)
    return letters[:1].isupper() and not begins


def _weighty(words: list[str]) -> list[str]:
    """Return the words that say something: a negation alone does, one other word does not."""
    return words if len(words) > 1 or any(map(is_negation, words)) else []
