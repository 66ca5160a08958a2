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


# Lines that change by themselves, each kind with an example.
_VOLATILE = re.compile(
    # "3 hours ago", "4 min read"
    r"\b\d+\s+(?:sec|min|hour|day|week)\w*\s+(?:ago|read)\b"
    # "Last updated on Tuesday"
    r"|^(?:last )?(?:updated|modified|published)\b"
    # "12 comments", "Shares: 48"
    r"|^\W*\d+\s*(?:comments?|shares?|views?|likes?|reads?)\b"
    r"|^\W*(?:comments?|shares?)\W*\d+\W*$"
    # "Read more: ..."
    r"|^(?:read more|related|more on this|most read|watch|listen|advertisement)\b"
    # "Sign up for our newsletter"
    r"|\b(?:newsletter|subscribe|sign up|download (?:our|the) app|follow us|push notifications?)\b"
    # "Monday, 3 March 2025 10:15 GMT": a date, or one word. No part takes back what the next one
    # could take, so each letter is read a few times and not as often as the line can be divided
    # among the parts.
    r"|^[\W\d]*+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day[\W\d]*+)?(?:[^\W\d]\w*+)?[\W\d]*+"
    r"(?:(?:am|pm|gmt|utc|est|edt|bst|cet)\W*+)?$",
    re.I,
)
# What an outlet writes where it corrects itself: "Correction: an earlier version of this article".
_CORRECTION = re.compile(
    r"\bcorrect(?:ion|s|ed)\b|\bclarification\b|\beditor.?s.? note\b"
    r"|\b(?:earlier|previous) version of th|\bkorrektur|\bberichtig|\brectificati|\bdüzeltme"
    r"|исправлен|поправка|تصحيح|تصويب|اصلاحیه|תיקון טעות|הבהרה",
    re.I,
)
# Words that say who said something: exchanging one changes the attribution.
_SAYS = re.compile(
    r"^(?:said|says|told|according|spokes\w+|announced|claimed|reported|sources?|officials?|by)$"
)
_NUMBER = re.compile(r"\d")
_MOST_PAIRS = 2500  # of words: where more are exchanged, it is not for their spelling
# Words that change nothing by themselves.
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
        if edit.kind != "same" and not _belongs_to_page(edit, common):
            found.update(_changes_of(edit, speller))

    return tuple(kind for kind in Change if kind in found)


def is_material(changes: Sequence[Change]) -> bool:
    """Whether something changed that a reader would call news."""
    return any(change is not Change.COSMETIC for change in changes)


def _belongs_to_page(edit: Edit, common: Set[int]) -> bool:
    """Whether a changed line is part of the page around the article: a counter, an invitation."""
    sides = [side for side in (edit.before, edit.after) if side]
    return all(_is_volatile(side) or line_hash(text.words(side)) in common for side in sides)


def _is_volatile(line: str) -> bool:
    return _VOLATILE.search(line) is not None


def _changes_of(edit: Edit, speller: Speller) -> Iterator[Change]:
    """Yield what one sentence that was removed, added or edited changed."""
    if edit.kind == "removed":
        yield Change.REMOVAL
    elif edit.kind == "added":
        yield Change.CORRECTION if _CORRECTION.search(edit.after) else Change.ADDITION
    else:
        yield from _changes_of_words(edit, speller)


def _changes_of_words(edit: Edit, speller: Speller) -> Iterator[Change]:
    """Yield what an edited sentence changed, by the words that only one side has."""
    removed = _words_of(edit, "removed")
    added = _words_of(edit, "added")

    if _numbers_differ(removed, added):
        yield Change.NUMBER

    lost, new = _without_respellings(removed, added, speller)
    if any(_names_a_speaker(word, edit) for word in lost + new):
        yield Change.ATTRIBUTION
    if _says_something(_without_numbers(new)):
        yield Change.ADDITION
    if _says_something(_without_numbers(lost)):
        yield Change.REMOVAL
    if not lost and not new:
        yield Change.COSMETIC


def _words_of(edit: Edit, kind: str) -> list[str]:
    """Return the words of an edited sentence that are in one side alone."""
    return [word for span in edit.spans() if span.kind == kind for word in span.text.split()]


def _numbers_differ(removed: list[str], added: list[str]) -> bool:
    """Whether a number is among the words, and they differ in more than their writing.

    "1,500" against "1 500" is the same words; "five" against "5" is not.
    """
    if not any(_NUMBER.search(word) for word in removed + added):
        return False
    return _folded(removed) != _folded(added)


def _folded(words: list[str]) -> list[str]:
    return [folded for word in words for folded in text.words(word)]


def _without_numbers(words: list[str]) -> list[str]:
    return [word for word in words if not _NUMBER.search(word)]


def _without_respellings(
    removed: list[str], added: list[str], speller: Speller
) -> tuple[list[str], list[str]]:
    """Leave out pairs of words that are two spellings of one ("colour", "color"), and small words.

    Each removed word takes the first added word that it may be.
    """
    lost, new = list(removed), list(added)
    if len(removed) * len(added) <= _MOST_PAIRS:
        spelled = [letters_of(word) for word in added]
        for word in removed:
            place = _place_of_respelling(letters_of(word), spelled, speller)
            if place is not None:
                lost.remove(word)
                del new[place]
                del spelled[place]

    return [word for word in lost if not _is_small(word)], [
        word for word in new if not _is_small(word)
    ]


def _place_of_respelling(letters: str, among: list[str], speller: Speller) -> int | None:
    places = (n for n, other in enumerate(among) if speller.is_respelled(letters, other))
    return next(places, None)


def _is_small(word: str) -> bool:
    return letters_of(word) in _SMALL


def _names_a_speaker(word: str, edit: Edit) -> bool:
    return _is_name(word, edit) or _SAYS.match(text.fold(word)) is not None


def _is_name(word: str, edit: Edit) -> bool:
    """Whether a word is written as a name, and does not only begin the sentence."""
    letters = word.strip("“”\"'‘’(),.;:!?")
    begins = edit.before.startswith(word) or edit.after.startswith(word)
    return letters[:1].isupper() and not begins


def _says_something(words: list[str]) -> bool:
    """Whether words carry meaning: two do, or a negation alone; one other word does not."""
    return len(words) > 1 or any(map(is_negation, words))
