"""Where the quotations of a paragraph begin and end, by their marks, in nine languages.

A mark opens or closes by what is beside it: „so“ in German, “so” in English, ”so” and ’so’ where
an editor mistyped. Time is linear in the length of the paragraph.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_DOUBLE: Final = '“”„‟"״〝〞＂'
_ANGLE: Final = "«»"
_SINGLE: Final = "‘’‚'‹›"
_MARK = re.compile(f"''|``|[{_DOUBLE}{_ANGLE}{_SINGLE}]")
_ALWAYS_OPEN: Final = "„‟〝"
# A single mark is an apostrophe as well: "the forces’ base". What it opens holds at least this
# many characters, and a space. (Measured for the prototype on English news.)
_LEAST_SINGLE: Final = 15
_MOST_TRIES: Final = 8  # closing marks that are looked at for one opening mark
_SPACES: Final = " \t\u00a0\u202f\u2009"
_BEFORE_OPENING: Final = _SPACES + "([{-–—/:;,.…،؛>="
_AFTER_CLOSING: Final = _SPACES + ")]}–—/:;,،؛?!؟。"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: where it is with its marks, and where without."""

    outer_start: int
    outer_end: int
    start: int
    end: int
    is_closed: bool  # False: no mark closes it, it runs to the end of its paragraph


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark, and whether it can open or close a quotation at its place."""

    start: int
    end: int
    family: str
    opens: bool
    closes: bool


def find_quotations(paragraph: str) -> list[Quotation]:
    """Return the quotations of a paragraph in their order; those within another are left out.

    >>> text = "“We go,” he said."
    >>> [text[q.start : q.end] for q in find_quotations(text)]
    ['We go,']
    """
    marks = _marks_of(paragraph)
    if not marks:
        return []
    closers = [i for i, mark in enumerate(marks) if mark.family == "single" and mark.closes]
    found: list[Quotation] = []
    at = 0
    while at < len(marks):
        mark = marks[at]
        closing = None
        if mark.opens:
            closing = _closing(paragraph, marks, at, closers)
        if closing is None:
            at += 1
            continue
        found.append(_quotation(paragraph, mark, marks[closing] if closing < len(marks) else None))
        at = closing + 1
    return [quotation for quotation in found if quotation.start < quotation.end]


def _quotation(paragraph: str, opening: _Mark, closing: _Mark | None) -> Quotation:
    """Return a quotation without the white space within its marks (« so » in French)."""
    start = opening.end
    end = closing.start if closing is not None else len(paragraph)
    outer_end = closing.end if closing is not None else len(paragraph)
    inner = paragraph[start:end]
    stripped = inner.strip()
    start += len(inner) - len(inner.lstrip())
    return Quotation(opening.start, outer_end, start, start + len(stripped), closing is not None)


def _closing(
    paragraph: str,
    marks: list[_Mark],
    at: int,
    closers: list[int],
) -> int | None:
    """Return which mark closes the one that opens; their number where none does."""
    if marks[at].family == "single":
        return _closing_single(paragraph, marks, at, closers)
    return _closing_double(marks, at)


def _closing_double(marks: list[_Mark], at: int) -> int:
    """Return the mark that closes a double one, over those that open and close within."""
    family = marks[at].family
    depth = 1
    for i in range(at + 1, len(marks)):
        mark = marks[i]
        if mark.family != family:
            continue
        if mark.closes:
            depth -= 1
        elif mark.opens:
            depth += 1
        if depth == 0:
            return i
    return len(marks)


def _closing_single(
    paragraph: str,
    marks: list[_Mark],
    at: int,
    closers: list[int],
) -> int | None:
    """Return the mark that closes a single one; None if it is an apostrophe."""
    opening = marks[at]
    first = bisect_right(closers, at)
    best = None
    for i in closers[first : first + _MOST_TRIES]:
        closing = marks[i]
        is_short = closing.start - opening.end < _LEAST_SINGLE
        if is_short or paragraph.find(" ", opening.end, closing.start) < 0:
            continue
        if not _is_genitive(paragraph, closing):
            return i
        best = i if best is None else best
    return best


def _is_genitive(paragraph: str, mark: _Mark) -> bool:
    """Whether a mark can be the apostrophe of a plural: "the forces’ base"."""
    before = paragraph[mark.start - 1 : mark.start]
    after = paragraph[mark.end : mark.end + 2].strip()
    return before == "s" and after[:1].isalpha()


def _marks_of(paragraph: str) -> list[_Mark]:
    """Return all marks that can open or close; one between letters can do neither: צה"ל."""
    found = []
    for match in _MARK.finditer(paragraph):
        mark = _mark(paragraph, match.start(), match.end())
        if mark is not None:
            found.append(mark)
    return found


def _mark(paragraph: str, start: int, end: int) -> _Mark | None:
    character = paragraph[start:end]
    before = paragraph[start - 1] if start else " "
    after = paragraph[end] if end < len(paragraph) else " "
    family = _family(character)
    starts = before in _BEFORE_OPENING or before in _SINGLE or before in _DOUBLE
    can_open = starts and after not in _AFTER_CLOSING
    can_close = before not in _SPACES and not after.isalnum()
    if family == "angle":
        return _angle(character, start, end, (before, after))
    if character in _ALWAYS_OPEN:
        return _Mark(start, end, family, opens=True, closes=False)
    if family == "single":
        closes = can_close and character != "‘"
        opens = can_open and before not in ".,…" and not closes
        return _Mark(start, end, family, opens, closes) if opens or closes else None
    if before.isalnum() and after.isalnum():
        return None
    if character == "“" and not (can_close and not can_open):
        return _Mark(start, end, family, opens=True, closes=False)
    if character == "”":
        opens = can_open and not can_close
        return _Mark(start, end, family, opens=opens, closes=not opens)
    opens = can_open and not (can_close and before in ".,…")
    return _Mark(start, end, family, opens=opens, closes=not opens)


def _angle(
    character: str,
    start: int,
    end: int,
    beside: tuple[str, str],
) -> _Mark:
    """Return « as opening and » as closing, or turned round as German books have them: »so«."""
    before, after = beside
    if character == "»":
        opens = before in _BEFORE_OPENING and after.isalnum()
    else:
        opens = before in _BEFORE_OPENING or after not in _AFTER_CLOSING
    return _Mark(start, end, "angle", opens=opens, closes=not opens)


def _family(character: str) -> str:
    if character in _ANGLE:
        return "angle"
    if character in _SINGLE:
        return "single"
    return "double"
