"""The kinds of changes that an outlet made to a text between two visits.

Sentences are compared, not whole texts: pages differ at every visit in lines that do not belong to
the article (docs/decisions/0006-duplicates.md).
"""

import re
from collections.abc import Iterator, Sequence, Set
from enum import StrEnum
from itertools import chain

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


# Lines that change without an edit, each kind with an example.
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
# Lines of outlets that correct themselves: "Correction: an earlier version of this article".
_CORRECTION = re.compile(
    r"\bcorrect(?:ion|s|ed)\b|\bclarification\b|\beditor.?s.? note\b"
    r"|\b(?:earlier|previous) version of th|\bkorrektur|\bberichtig|\brectificati|\bdüzeltme"
    r"|исправлен|поправка|تصحيح|تصويب|اصلاحیه|תיקון טעות|הבהרה",
    re.I,
)
# Words that attribute a statement: another word changes the attribution.
_SAYS = re.compile(
    r"^(?:said|says|told|according|spokes\w+|announced|claimed|reported|sources?|officials?|by)$"
)
_NUMBER = re.compile(r"\d")
_MOST_PAIRS = 2500  # of words: if more are replaced, their spelling is not the reason
# Words whose addition or removal alone is no change of content.
_SMALL = frozenset("a an the of in on at to for and or that with by as is was are were".split()) | {
    ""
}


def find_changes(
    headlines: tuple[str, str],
    bodies: tuple[Sequence[str], Sequence[str]],
    common: Set[int] = frozenset(),
) -> tuple[Change, ...]:
    """Return the kinds of change from the first text to the second; none if they are the same.

    `common` are hashes of lines that the outlet repeats. White space, case and punctuation are no
    change.
    """
    found: set[Change] = set()
    before, after = map(text.words, headlines)
    if before != after:
        found.add(Change.HEADLINE)

    speller = Speller()
    for edit in diff(*bodies):
        if edit.kind == "same" or _belongs_to_page(edit, common):
            continue
        found.update(_changes_of(edit, speller))

    return tuple(kind for kind in Change if kind in found)


def is_material(changes: Sequence[Change]) -> bool:
    """Return whether more than the spelling changed."""
    return any(change is not Change.COSMETIC for change in changes)


def _belongs_to_page(edit: Edit, common: Set[int]) -> bool:
    """Return whether a changed line is page chrome: a counter, an invitation to subscribe."""

    def is_chrome(line: str) -> bool:
        is_volatile = _VOLATILE.search(line) is not None
        return is_volatile or line_hash(text.words(line)) in common

    sides = filter(None, (edit.before, edit.after))
    return all(map(is_chrome, sides))


def _changes_of(edit: Edit, speller: Speller) -> Iterator[Change]:
    """Yield the kinds of change of one sentence that was removed, added or edited."""
    if edit.kind == "removed":
        yield Change.REMOVAL
    elif edit.kind == "added":
        is_correction = _CORRECTION.search(edit.after) is not None
        yield Change.CORRECTION if is_correction else Change.ADDITION
    else:
        yield from _changes_of_words(edit, speller)


def _changes_of_words(edit: Edit, speller: Speller) -> Iterator[Change]:
    """Yield the kinds of change of an edited sentence, by the words that only one side has."""
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
    """Return the removed or the added words of an edited sentence."""
    words: list[str] = []
    for span in edit.spans():
        if span.kind == kind:
            words += span.text.split()
    return words


def _numbers_differ(removed: list[str], added: list[str]) -> bool:
    """Return whether a number is among the words, and they differ in more than their spelling.

    "1,500" against "1 500" is the same words; "five" against "5" is not.
    """
    has_number = any(map(_NUMBER.search, removed + added))
    if not has_number:
        return False
    return _folded(removed) != _folded(added)


def _folded(words: list[str]) -> list[str]:
    return list(chain.from_iterable(map(text.words, words)))


def _without_numbers(words: list[str]) -> list[str]:
    return [word for word in words if not _NUMBER.search(word)]


def _without_respellings(
    removed: list[str], added: list[str], speller: Speller
) -> tuple[list[str], list[str]]:
    """Return the words without pairs of spellings ("colour", "color") and without small words.

    Each removed word is paired with the first added word that may be its spelling.
    """
    lost = list(removed)
    new = list(added)
    if len(removed) * len(added) <= _MOST_PAIRS:
        spelled = [letters_of(word) for word in added]
        for word in removed:
            place = _place_of_respelling(
                letters_of(word),
                spelled,
                speller,
            )
            if place is not None:
                lost.remove(word)
                del new[place]
                del spelled[place]

    return _without_small(lost), _without_small(new)


def _place_of_respelling(
    letters: str,
    among: list[str],
    speller: Speller,
) -> int | None:
    for place, other in enumerate(among):
        if speller.is_respelled(letters, other):
            return place
    return None


def _without_small(words: list[str]) -> list[str]:
    return [word for word in words if letters_of(word) not in _SMALL]


def _names_a_speaker(word: str, edit: Edit) -> bool:
    says = _SAYS.match(text.fold(word)) is not None
    return says or _is_name(word, edit)


def _is_name(word: str, edit: Edit) -> bool:
    """Return whether a word has a capital, and not only as the first word of the sentence."""
    letters = word.strip("“”\"'‘’(),.;:!?")
    begins = edit.before.startswith(word) or edit.after.startswith(word)
    return letters[:1].isupper() and not begins


def _says_something(words: list[str]) -> bool:
    """Return whether words have meaning: two words have, or one negation ("not")."""
    return len(words) > 1 or any(map(is_negation, words))
